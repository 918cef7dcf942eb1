"""When in the lines something was done: where people were as its part was told, before they went elsewhere. Pure."""

from collections.abc import Iterator, Mapping

from daemon.story.decide.earlier import placed
from daemon.story.perception import room_of
from daemon.story.state import State
from daemon.story.world import World
from daemon.telling.reading.items import Item
from daemon.telling.reading.passage import Heard, Passage
from daemon.telling.reading.reader import Desk
from protocol.ids import EntityId, Mask, Seq, union

Where = Mapping[EntityId, str | None]
"""Where people were, of those who are elsewhere by now."""


def moment(d: Desk, item: Item) -> Where:
    """Where people were when a change was made with a thing; empty where all are there still.

    That is as its line was told; but where somebody could not have done it there, as the thing was not at hand or goes
    to another place, it is the nearest line of these in which they could. Who was moved by a change that was read
    before this one did it where they are now, if they could.
    """
    if not d.p.moves:
        return {}
    truth, who = d.truth, item.who
    wheres = [_where(d, x.seq) for x in sorted(d.p.parts, key=lambda x: _far(x, item.part))]
    if who is None:
        return wheres[0]
    here = truth.entities[who].container
    by_reading = here != d.p.truth.entities[who].container
    wheres = [{}, *wheres] if by_reading else [*wheres, {}]
    needs = list(_needs(d, item))

    def unmet(where: Where) -> int:
        then = placed(truth, where)
        return sum(weight for weight, other, room in needs if _room(then, other, room) != then.entities[who].container)

    return min(wheres, key=unmet)


def _far(part: Heard, of: Heard) -> tuple[int, Seq]:
    return abs(part.seq - of.seq), part.seq


def _where(d: Desk, seq: Seq) -> Where:
    """Where people were as the part of this seq was told, but for those whom a change read before has moved since."""
    was: dict[EntityId, str | None] = {}
    for move in reversed(d.p.moves):
        if move.seq > seq:
            was[move.who] = move.origin
    now, before = d.truth.entities, d.p.truth.entities
    stayed = {e: room for e, room in was.items() if e in now and now[e].container == before[e].container}
    return {e: room for e, room in stayed.items() if room != now[e].container}


def _needs(d: Desk, item: Item) -> Iterator[tuple[int, EntityId | None, str | None]]:
    """What must be where somebody is who does this, and how much that counts: the place it goes to, or whoever or
    whatever has that; then the thing itself. Each is somebody who has it, or a room."""
    place, person = (d.place(item.to), d.person(item.to)) if item.to else (None, None)
    target = d.thing(item.to, item.part) if item.to and not person else None
    if person is not None:
        yield 2, person, None
    elif place is not None and (target is None or item.to not in d.truth.props):
        yield 2, None, place
    elif target is not None:
        yield 2, *_holder(d.truth, target)
    thing = d.thing(item.it, item.part) if item.it else None
    if thing is not None:
        yield 1, *_holder(d.truth, thing)


def _holder(truth: State, thing: str) -> tuple[EntityId | None, str | None]:
    room, holder = room_of(truth, thing)
    return holder, room


def _room(then: State, who: EntityId | None, room: str | None) -> str | None:
    return then.entities[who].container if who is not None else room


def then(d: Desk, where: Where) -> Desk:
    """The same desk in the world in which people were there."""
    return Desk(d.p, d.ears, World(placed(d.truth, where), d.world.minds))


def met(p: Passage, item: Item) -> dict[EntityId, Mask]:
    """Those who saw somebody come somewhere after the line of a change, by who came."""
    seen: dict[EntityId, Mask] = {}
    for move in p.moves:
        if move.seq > item.part.seq:
            seen[move.who] = union(seen.get(move.who, Mask(0)), move.seen)
    return seen


def is_done(p: Passage, item: Item, who: EntityId, there: str) -> bool:
    """Whether plain rules took somebody there already, in or after the line that says so, and on from there since."""
    return any(m.who == who and m.to == there and m.seq > item.part.seq for m in p.moves)
