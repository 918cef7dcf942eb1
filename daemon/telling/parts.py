"""A text that somebody says, does and thinks, in parts, and what it plainly does: names are looked up in the world."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from daemon.story.decide import Arrive, Deed, Part
from daemon.story.decide.desk import entity
from daemon.story.perception import hearers, present
from daemon.story.state import State, people_in
from daemon.story.world import World
from daemon.telling import markup, whispers
from daemon.telling.addressing import spoken_to
from daemon.telling.deed_rules import Author
from daemon.telling.deeds import deeds
from daemon.telling.unseen import unseen
from protocol.commands import Move
from protocol.ids import NOBODY, EntityId, difference, intersection, union


class Told(NamedTuple):
    """The parts of a text, and what it plainly does, each deed with the index of the part that tells of it."""

    parts: list[Part]
    deeds: list[tuple[int, Deed]]


def told(
    world: World,
    who: EntityId | None,
    text: str,
    to: Sequence[EntityId] = (),
    *,
    reply: bool = False,
    answers: EntityId | None = None,
    confided: EntityId | None = None,
) -> Told:
    """A text by its markup, with its deeds; speech goes to those in `to`. A `reply` moves its own speaker only. It
    `answers` whose message the teller got last, if anybody's, and whispers back to who `confided` in the teller."""
    truth = world.truth
    if who is None:
        return Told([Part("narration", text)], [])
    author = Author(who, reply, for_you=truth.writes_for_you)
    parts, done = deeds(
        world.minds[who], author, _addressed(truth, who, _split(truth, who, text), answers, reply=reply)
    )
    back = [confided] if confided is not None and whispers.answers(text, reply=reply) else to
    return Told(_heard(truth, who, parts, done, to, back), done)


def of_one_manner(world: World, who: EntityId | None, part: Part, *, reply: bool = False) -> Told:
    """A text that is of one manner by choice, whatever marks are in it, with its deeds."""
    if who is None:
        return Told([part], [])
    return Told(*deeds(world.minds[who], Author(who, reply, world.truth.writes_for_you), [part]))


def parts_of(truth: State, who: EntityId | None, text: str, confided: EntityId | None = None) -> list[Part]:
    """A text by its markup, where nothing is done by it."""
    if who is None:
        return [Part("narration", text)]
    back = [confided] if confided is not None else []
    return _heard(truth, who, _addressed(truth, who, _split(truth, who, text), None), [], [], back)


def _addressed(
    truth: State, who: EntityId, parts: Sequence[Part], answers: EntityId | None, *, reply: bool = False
) -> list[Part]:
    """The parts with whom the messages in them are for: one that names nobody, and plain words that answer a message
    from elsewhere, go back to who wrote it. A `reply` amid company does so with mere words that call nobody there; a
    typed line with mere words of one who is alone."""
    beside = [e for e in people_in(truth, truth.entities[who].container) if e != who] if who in truth.entities else []
    afar = answers if answers not in beside else None
    others = [e for e in truth.entities if e != who]
    to = [afar] if afar is not None else others if len(others) == 1 else [e for e in others if e not in beside]
    found = [replace(p, to=to) if p.manner == "message" and not p.to and len(to) == 1 else p for p in parts]
    found = [replace(p, manner="thought") if p.manner == "message" and not p.to else p for p in found]
    if afar is None or any(p.manner in ("message", "whisper") for p in found):
        return found
    company = [e for e in beside if truth.entities[e].awake]
    mere = all(p.manner in ("speech", "thought") for p in found)
    called = spoken_to(" ".join(p.text for p in found), {e: truth.entities[e].names for e in company})
    if (company and (called or not mere)) or (not reply and (company or not mere)):
        return found
    return [replace(p, manner="message", to=[afar]) if p.manner == "speech" else p for p in found]


def _split(truth: State, who: EntityId, text: str) -> list[Part]:
    others = {name.lower(): e for e, x in truth.entities.items() if e != who for name in x.names}
    own = truth.entities[who].name if who in truth.entities else ""
    return unseen(markup.split(text, others, own) or [Part("speech", text)], others)


def _heard(
    truth: State,
    who: EntityId,
    parts: Sequence[Part],
    done: Sequence[tuple[int, Deed]],
    to: Sequence[EntityId],
    back: Sequence[EntityId],
) -> list[Part]:
    """The parts with whom they are for and by whom they are unseen, where everybody is by then.

    An unclear whisper is for the one who is beside, if it is one, or else for those in `back`; where that is nobody, a
    low voice is heard by all who are there. A whisper to one who is not there is kept to oneself. What is done unseen
    stays so for those who are elsewhere and do not hear what is said next, as through a window.
    """
    now, hidden = truth, NOBODY
    found: list[Part] = []
    entity(truth, who)
    for index, bare in enumerate(parts):
        moves = [d for of, d in done if of == index and isinstance(d, Move)]
        for arrival in [d for d in moves if isinstance(d, Arrive)]:
            now = _moved(now, arrival)
            hidden = difference(hidden, present(now, now.entities[who].container))
        beside = [e for e in people_in(now, now.entities[who].container) if e != who]
        part = _meant(bare, beside, to, back)
        reached = hearers(now, who, part.manner, part.to)
        if part.manner == "action":
            hidden = union(hidden, part.unseen)
        elif part.manner != "thought":
            hidden = difference(hidden, union(reached, present(now, now.entities[who].container)))
        kept = intersection(hidden, reached) if part.manner == "action" else NOBODY
        found.append(replace(part, unseen=union(part.unseen, kept)))
        for deed in [d for d in moves if not isinstance(d, Arrive)]:
            now = _moved(now, deed)
            hidden = difference(hidden, present(now, now.entities[who].container))
    return found


def _moved(now: State, deed: Move) -> State:
    moved = replace(now.entities[deed.who], container=deed.container)
    return replace(now, entities={**now.entities, deed.who: moved})


def _meant(part: Part, beside: Sequence[EntityId], to: Sequence[EntityId], back: Sequence[EntityId]) -> Part:
    """A part with whom it is for, of those who are beside its speaker."""
    if part.manner == "speech":
        return replace(part, to=list(to))
    if part.manner != "whisper":
        return part
    meant = part.to or (list(beside) if len(beside) == 1 else [e for e in back if e in beside])
    if not meant and beside:
        told = whispers.whisper(part.text, {})
        return replace(part, manner="action" if told is not None and told.tells else "speech", to=[])
    there = bool(meant) and all(e in beside for e in meant)
    return replace(part, to=meant) if there else replace(part, manner="thought", to=[])
