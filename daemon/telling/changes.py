"""What a commit changed, told to people in sentences, through every lens. Pure.

Through the lens of somebody only what they perceived of it is told, in the names that they know: a lens that did not
see the drawer opened is not told of the drawer. Lines are not changes of the world, and are not told here.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from daemon.story.evolve import evolve
from daemon.story.lenses import LENSES, Lens, members, named, perceives
from daemon.story.retraction import LINES
from daemon.story.state import Frozen, State, initial
from daemon.story.world import World
from daemon.telling.sentences import DESCRIBERS
from daemon.telling.sentences.phrases import Telling
from protocol.events import Claimed, Event, Payload
from protocol.ids import BEGINNING, EVERYBODY, EntityId, Seq, entities_of, intersection, mask_of

Events = Sequence[tuple[Event, Payload]]


class Change(msgspec.Struct, frozen=True):
    """One thing that changed, in words; the seqs of the events that it consists of, the first one its cause; and who
    perceived all that the words say."""

    text: str
    seqs: list[Seq]
    witnesses: tuple[EntityId, ...] = ()


Tellings = Mapping[Lens, Sequence[Change]]
"""By lens, the changes that it perceives."""

NOTHING: Tellings = dict.fromkeys(LENSES, ())


def described(before: World, events: Events, speakers: Mapping[Seq, EntityId | None] | None = None) -> Tellings:
    """The changes in these events, in order: what one event brought about in its own commit goes with it.

    `before` is the world just before the first of them. `speakers` are those of the lines, by seq, that brought them
    about; of the lines among the events it is known.
    """
    by = {**(speakers or {}), **{e.seq: getattr(p, "who", None) for e, p in events if p.kind in LINES}}
    return {lens: _through(lens, before, events, by) for lens in LENSES}


def together(one: Tellings, other: Tellings) -> Tellings:
    """The changes of both, those of the first one before the others."""
    return {lens: [*one[lens], *other[lens]] for lens in LENSES}


def _through(lens: Lens, world: World, events: Events, speakers: Mapping[Seq, EntityId | None]) -> list[Change]:
    """The changes as one lens is told of them."""
    mind, truth = _known(world, lens), world.truth
    firsts = _firsts(events)
    seqs: dict[Seq, list[Seq]] = {}
    beside: dict[Seq, list[Payload]] = {}
    for event, payload in events:
        seqs.setdefault(firsts[event.seq], []).append(event.seq)
        if perceives(lens, event):
            beside.setdefault(firsts[event.seq], []).append(payload)
    found: dict[Seq, Change] = {}
    causes = {e.seq: e.cause for e, _ in events}
    for event, payload in events:
        was, truth = truth, evolve(truth, payload)
        if not perceives(lens, event):
            continue
        mask = mask_of(event.witnesses)
        first, known, mind = firsts[event.seq], mind, evolve(mind, payload)
        by = speakers.get(causes[first] or BEGINNING)
        to = entities_of(intersection(mask, members(lens) or EVERYBODY))
        text = _sentence(Telling(known, mind, was, by, to, beside[first]), payload)
        if text:
            shared = intersection(mask, mask_of(payload.believers)) if isinstance(payload, Claimed) else mask
            found[first] = _joined(found.get(first), Change(text, seqs[first], entities_of(shared)))
    return [found[first] for first in seqs if first in found]


def _known(world: World, lens: Lens) -> State:
    """The state from which a lens is told: of several, what each of them knows."""
    minds = [world.minds[e] for e in named(lens)]
    return replace(reduce(_in_common, minds), lens=lens) if minds else world.truth


def _in_common(one: State, other: State) -> State:
    """What two minds both hold, part by part."""
    parts = ("entities", "containers", "props", "occasions", "threads", "edges")
    return replace(
        initial(one.lens),
        **{part: _both(getattr(one, part), getattr(other, part)) for part in parts},
        group=_alike(one.group, other.group),
        clock=one.clock if one.clock == other.clock else None,
        elapsed=max(one.elapsed, other.elapsed),
    )


def _both(one: Mapping[str, Frozen], other: Mapping[str, Frozen]) -> dict[str, Frozen]:
    """What both know, where they know it by the same name."""
    return {id: _alike(x, other[id]) for id, x in one.items() if id in other and _called(x) == _called(other[id])}


def _called(part: Frozen) -> str:
    return str(getattr(part, "name", "") or getattr(part, "title", ""))


F = TypeVar("F", bound=Frozen)


def _alike(one: F, other: F) -> F:
    """What is the same in both; all else as if it had never been heard of."""
    return type(one)(**{f: x for f in one.__struct_fields__ if (x := getattr(one, f)) == getattr(other, f)})


def _firsts(events: Events) -> dict[Seq, Seq]:
    """By seq, the first event of the change that an event belongs to. A line is not part of what it brings about."""
    firsts: dict[Seq, Seq] = {}
    lines = {e.seq for e, p in events if p.kind in LINES}
    for event, _ in events:
        cause = event.cause if event.cause not in lines else None
        firsts[event.seq] = firsts.get(cause or BEGINNING, event.seq)
    return firsts


def _sentence(t: Telling, payload: Payload) -> str:
    tell = DESCRIBERS.get(payload.kind)
    return tell(t, payload) if tell is not None else ""


def _joined(before: Change | None, more: Change) -> Change:
    """One change that says both."""
    if before is None:
        return more
    text = before.text if more.text in before.text.split("; ") else f"{before.text}; {more.text}"
    return Change(text, before.seqs, tuple(e for e in before.witnesses if e in more.witnesses))
