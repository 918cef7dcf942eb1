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
    """A place in words with ids, such as `quay, on the wall`, `in chest`, `worn by a`, `hidden in tearoom, under a
    stair`."""
    if place is None:
        return "somewhere unknown"
    if place.entity is not None:
        return f"{place.how} by {place.entity}"
    if place.prop is not None:
        return f"{'on' if place.on else 'in'} {place.prop}"
    at = [x for x in (place.container, place.slot, place.spot) if x]
    return f"{'hidden in ' * place.hidden}{', '.join(at)}"
