"""What a line plainly does: `*walks to the garden*`, `*hands Mara the key*`, `*shakes Mara's shoulder*`. Pure.

Deeds count where they stand in the text, so that what is said after them is heard where they lead to. All else in prose
is for the reading to find. What is a deed, deed_rules.py says.
"""

from collections.abc import Sequence

import msgspec

from daemon.story.decide import Arrive, Deed, Go, Part
from daemon.story.state import Container, State
from daemon.telling import sleeping
from daemon.telling.clauses import cut
from daemon.telling.deed_rules import Author, Rules
from daemon.telling.naming import named_at
from protocol.commands import Act, AddContainer, Move
from protocol.ids import EVERYBODY, EntityId


def deeds(mind: State, author: Author, parts: Sequence[Part]) -> tuple[list[Part], list[tuple[int, Deed]]]:
    """The parts, cut behind each move and falling asleep, and the deeds, each with the number of its part.

    A part is cut before a move that is told of from where it leads, so that what tells of it is perceived there.

    They are in words of what this mind knows. Of speech only a whole sentence that says `I` is done, since one also
    speaks of what one does not do; and a sleeper wakes who is called.
    """
    told, found = list[Part](), list[tuple[int, Deed]]()
    if author.who not in mind.entities:
        return list(parts), found
    now = mind
    for part in parts:
        rest: Part | None = part
        moved = False
        arrived: str | None = None  # the rest of the text from an arrival on, while nothing was cut off it
        while rest is not None:
            third = author.reply or _as_in_a_novel(rest, told, now, author)
            left = any(isinstance(d, Move) and d.who == author.who for _, d in found)
            thought = told[-1].text if told and told[-1].manner == "thought" else ""
            rules = Rules(now, msgspec.structs.replace(author, third=third, left=left, thought=thought))
            text = rest.text
            pieces, rest = _first(rules, rest, moved)
            for some, piece in pieces:
                done = _woken(now, author.who, piece, some)
                arrives = any(isinstance(d, Arrive) for d in done)
                if arrived is not None and not arrives:
                    told[-1] = _joined(told[-1], piece, arrived)
                else:
                    told.append(piece)
                found += [(len(told) - 1, deed) for deed in done]
                moved = any(isinstance(d, Move) for d in done)
                arrived = text[text.index(piece.text) :] if arrives else None
                now = _after(now, done) if done else now
    return told, found


def _joined(first: Part, more: Part, text: str) -> Part:
    """A part with what comes next in the `text`, which begins with it."""
    end = text.index(more.text, len(first.text)) + len(more.text)
    return msgspec.structs.replace(first, text=text[:end], raw=first.raw + more.raw)


def _woken(mind: State, who: EntityId, part: Part, done: list[Deed]) -> list[Deed]:
    """What a part does; who slept until then is awake for it where they speak, rise or go."""
    if mind.entities[who].awake or any(isinstance(d, Act) and d.who == who for d in done):
        return done
    says = part.manner in ("speech", "whisper", "message") and sleeping.is_awake(part.text)
    goes = any(isinstance(d, Move) and d.who == who for d in done)
    rises = part.manner == "action" and sleeping.rises(part.text)
    return [Act(who=who, awake=True), *done] if says or goes or rises else done


def _as_in_a_novel(part: Part, before: Sequence[Part], mind: State, author: Author) -> bool:
    """Whether a part of a typed line is told of its teller in the third person: without marks, and nobody else is told
    of before."""
    others = [e.name for id, e in mind.entities.items() if id != author.who]
    tale = " ".join(p.text for p in before if p.manner == "action")
    return part.manner == "action" and "*" not in part.raw and not any(named_at(tale, n) is not None for n in others)


def _first(rules: "Rules", part: Part, moved: bool) -> tuple[list[tuple[list[Deed], Part]], Part | None]:
    """What a part does up to its first move or falling asleep, with what of it tells that; and what is left of it."""
    done: list[Deed] = []
    if part.manner not in ("action", "speech"):
        return [(done, part)], None
    for start, end, some in rules.told(part, moved):
        moving = any(isinstance(d, Move) for d in some)
        done += rules.stowed(part, end) if moving else []
        piece, rest = cut(part, end)
        if any(isinstance(d, Arrive) for d in some):
            before, arriving = cut(piece, start)
            if any(c.isalnum() for c in before.text) and arriving is not None:
                return [(done, before), (some, arriving)], rest
            done += some if before.text == "" else [_departing(d) for d in some]
        else:
            done += some
        if moving or any(isinstance(d, Act) and d.who == rules.who and d.awake is False for d in some):
            return [(done, piece)], rest
    return [(done, part)], None


def _departing(deed: Deed) -> Deed:
    """A deed, told of from where one leaves."""
    return Go(who=deed.who, container=deed.container, told=EVERYBODY) if isinstance(deed, Arrive) else deed


def _after(mind: State, done: Sequence[Deed]) -> State:
    """The mind once these are done, as far as they matter to what comes next in the line."""
    people, rooms = dict(mind.entities), dict(mind.containers)
    for deed in done:
        if isinstance(deed, AddContainer) and deed.container is not None:
            rooms[deed.container] = Container(deed.name, opens_to=deed.opens_to)
        if isinstance(deed, Move):
            was = people[deed.who]
            people[deed.who] = msgspec.structs.replace(was, container=deed.container, came_from=was.container)
        elif isinstance(deed, Act) and deed.awake is not None:
            people[deed.who] = msgspec.structs.replace(people[deed.who], awake=deed.awake)
    return msgspec.structs.replace(mind, entities=people, containers=rooms)
