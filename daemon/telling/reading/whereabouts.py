"""Where things are, for a reader: near whom, and in a few words with ids. Pure."""

from collections.abc import Collection

from daemon.story.perception import outermost
from daemon.story.state import State
from protocol.world import Place


def is_near(truth: State, prop: str, rooms: Collection[str]) -> bool:
    """Whether a prop is in one of these rooms, be it in a hand or inside something."""
    place = outermost(truth, prop)
    if place is None:
        return False
    holder = truth.entities.get(place.entity) if place.entity is not None else None
    return (holder.container if holder is not None else place.container) in rooms


def where(place: Place | None) -> str:
    """A place in words with ids, such as `in quay, on the wall`, `in chest`, `worn by a`, `hidden in tearoom, under a
    stair`."""
    return ", ".join(x for x in (outer(place), spot(place)) if x)


def outer(place: Place | None) -> str:
    """The room, the thing or the person of a place."""
    if place is None:
        return "somewhere unknown"
    if place.entity is not None:
        return f"{place.how} by {place.entity}"
    if place.prop is not None:
        return f"{'on' if place.on else 'in'} {place.prop}"
    return f"{'hidden ' * place.hidden}in {place.container}"


def spot(place: Place | None) -> str:
    """Where in that it is; empty where that is not known."""
    return (place.slot or place.spot or "") if place is not None else ""
