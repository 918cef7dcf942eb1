"""Where a way leads that is told of without naming a place: up and down, to the others, to their door. Pure.

Each is plain only where one place comes into question; else None, and it is left to the reading.
"""

import re
from collections.abc import Collection

from daemon.story.perception import neighbours
from daemon.story.state import State, people_in
from protocol.ids import EntityId

_HIGH = re.compile(r"\b(?:attic|loft|roof|garret|belfry|tower|upstairs|landing|gallery|upper|top)\b", re.IGNORECASE)
_LOW = re.compile(
    r"\b(?:cellar|basement|crypt|vault|dungeon|downstairs|tunnel|undercroft|pit|mine|lower)\b", re.IGNORECASE
)
"""How a place is called that lies above, or below, the place beside it."""


def by_stairs(mind: State, who: EntityId, way: str) -> str | None:
    """The place to which the stairs lead from where somebody is, by a word that begins with `up`, `asc`, `climb` or
    `mount`, or leads down: the one beside that is called like one that lies there, or the only one where that is where
    one is; where there are more of these, the one from which they came."""
    me = mind.entities[who]
    if me.container is None or me.container not in mind.containers:
        return None
    up = re.match(r"up|asc|climb|mount", way, re.IGNORECASE) is not None
    there, here = (_HIGH, _LOW) if up else (_LOW, _HIGH)
    near = neighbours(mind, me.container)
    so_called = [c for c in near if there.search(mind.containers[c].name)]
    if so_called or not here.search(mind.containers[me.container].name):
        return so_called[0] if len(so_called) == 1 else None
    return near[0] if len(near) == 1 else me.came_from if me.came_from in near else None


def to_people(mind: State, who: EntityId, meant: Collection[EntityId]) -> str | None:
    """The place beside in which all who are `meant` are taken to be; None where any of them is elsewhere."""
    here = mind.entities[who].container
    rooms = {mind.entities[e].container for e in meant}
    (room,) = rooms if len(rooms) == 1 else (None,)
    return room if here is not None and room in neighbours(mind, here) else None


def to_the_door(mind: State, who: EntityId) -> str | None:
    """The only place beside in which anybody is taken to be, for one who is alone."""
    here = mind.entities[who].container
    if here is None or len(people_in(mind, here)) > 1:
        return None
    rooms = [c for c in neighbours(mind, here) if people_in(mind, c)]
    return rooms[0] if len(rooms) == 1 else None


def inside(mind: State, who: EntityId) -> str | None:
    """Where one who is alone goes in: to where they came from, if somebody is taken to be there, or the only such place
    beside."""
    me = mind.entities[who]
    if [e for e in people_in(mind, me.container) if e != who]:
        return None
    back = me.came_from if me.came_from is not None and people_in(mind, me.came_from) else None
    return back or to_the_door(mind, who)
