"""When in the lines something was done: where people were as its part was told, before they went elsewhere. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from msgspec import structs

from daemon.story.decide.earlier import placed
from daemon.story.perception import neighbours, onlookers, room_of
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
    to another place, it is the nearest line of these in which they could, or on their way. Who was moved by a change
    that was read before this one did it where they are now, if they could.
    """
    truth, who = d.truth, item.who
    passing = _passed(d, item, who) if who is not None else None
    if passing is not None and who is not None:
        return {who: passing}
    if not d.p.moves:
        return {}
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


def _passed(d: Desk, item: Item, who: EntityId) -> str | None:
    """The place where somebody takes a thing that nobody has, or puts one down that they have or that comes up, where
    that is on the way that they go in these lines, and no place where they are told to be."""
    thing = d.thing(item.it, item.part) if item.it else None
    room, holder = room_of(d.truth, thing) if thing is not None else (None, None)
    target = d.person(item.to) if item.to else who if not item.spot else None
    here = d.truth.entities[who].container
    taken = thing is not None and holder is None and target == who
    laid = item.it and target is None and (thing is None or holder == who)
    at = room if taken else d.place(item.to) if laid and item.to and d.thing(item.to, item.part) is None else None
    if at is None or item.do != "put":
        return None
    coming = [d.place(x.to) for x in d.next if x.do == "move" and x.who == who and x.to]
    ways = [(m.origin, m.to) for m in d.p.moves if m.who == who] + [(here, there) for there in coming[:1]]
    return at if any(at in _between(d.truth, *way) for way in ways) else None


def _between(truth: State, origin: str | None, to: str | None) -> list[str]:
    """The places on the shortest way from one place to another, without these two; none where there is no way."""
    ways = [[origin]] if origin is not None and to is not None and origin != to else []
    seen = {origin}
    for way in ways:  # which grows as it is gone through
        for near in neighbours(truth, way[-1] or ""):
            if near == to:
                return [x for x in way[1:] if x is not None]
            if near not in seen:
                seen.add(near)
                ways.append([*way, near])
    return []


def _needs(d: Desk, item: Item) -> Iterator[tuple[int, EntityId | None, str | None]]:
    """What must be where somebody is who does this, and how much that counts: the place it goes to, or whoever or
    whatever has that; then the thing itself. Each is somebody who has it, or a room."""
    place, person = (d.place(item.to), d.person(item.to)) if item.to else (None, None)
    target = d.thing(item.to, item.part) if item.to and not person else None
    if person is not None:
        yield 2, person, None
    elif place is not None and (target is None or item.to not in d.truth.props or d.is_within(item.who, item.to)):
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
    return replace(d, world=World(placed(d.truth, where), d.world.minds))


def perceiving(d: Desk, item: Item, where: Where) -> Item:
    """The change as those perceive it who saw it done; where that was elsewhere than its line was told, those who were
    there."""
    who = item.who
    if who is None or item.unseen:
        return item
    truth, told = placed(d.truth, where), placed(d.truth, _where(d, item.part.seq))
    if truth.entities[who].container == told.entities[who].container:
        return item
    seeing = union(item.part.witnesses, onlookers(truth, who))
    return structs.replace(item, part=structs.replace(item.part, witnesses=seeing))


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
