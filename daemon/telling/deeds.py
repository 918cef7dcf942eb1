"""What a line plainly does: `*walks to the garden*`, `*hands Mara the key*`, `*shakes Mara's shoulder*`. Pure.

Deeds count where they stand in the text, so that what is said after them is heard where they lead to. All else in prose
is for the reading to find. What is a deed, deed_rules.py says.
"""

from collections.abc import Sequence

import msgspec

from daemon.story.decide import Deed, Part
from daemon.story.state import Container, State
from daemon.telling import sleeping
from daemon.telling.clauses import cut
from daemon.telling.deed_rules import Author, Rules
from daemon.telling.naming import named_at
from protocol.commands import Act, AddContainer, Move
from protocol.ids import EntityId


def deeds(mind: State, author: Author, parts: Sequence[Part]) -> tuple[list[Part], list[tuple[int, Deed]]]:
    """The parts, cut behind each move and falling asleep, and the deeds, each with the number of its part.

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
        while rest is not None:
            third = author.reply or _as_in_a_novel(rest, told, now, author)
            left = any(isinstance(d, Move) and d.who == author.who for _, d in found)
            rules = Rules(now, msgspec.structs.replace(author, third=third, left=left))
            done, piece, rest = _first(rules, rest, moved)
            done = _woken(now, author.who, piece, done)
            found += [(len(told), deed) for deed in done]
            told.append(piece)
            moved = any(isinstance(d, Move) for d in done)
            now = _after(now, done) if done else now
    return told, found


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


def _first(rules: "Rules", part: Part, moved: bool) -> tuple[list[Deed], Part, Part | None]:
    """What a part does up to its first move or to falling asleep, what of it tells that, and what is left of it."""
    done: list[Deed] = []
    if part.manner not in ("action", "speech"):
        return done, part, None
    for end, some in rules.told(part, moved):
        moving = any(isinstance(d, Move) for d in some)
        done += [*(rules.stowed(part, end) if moving else []), *some]
        if moving or any(isinstance(d, Act) and d.who == rules.who and d.awake is False for d in some):
            return done, *cut(part, end)
    return done, part, None


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
