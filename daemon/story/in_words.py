"""Where people and things are, what is claimed of that, and when something is to be, in words. Pure; English."""

from collections.abc import Sequence

from daemon.story.state import State
from protocol.ids import EntityId
from protocol.naming import at as at
from protocol.naming import the as the
from protocol.naming import within
from protocol.world import Place, When


def claim(state: State, by: EntityId, prop: str, place: Place | None) -> str:
    """A sentence that says who said where a thing is, such as `Bram said that the watch is in the dining car.`"""
    return f"{people(state, [by])} said that {the(_thing(state, prop))} is {where(state, place)}."


def where(state: State, place: Place | None) -> str:
    """Where something is: `in the drawer`, `on the tray`, `worn by Mara`; `gone` where the place is unknown."""
    if place is None:
        return "gone"
    if place.entity is not None:
        name = people(state, [place.entity])
        how = {"held": "in {}'s hands", "worn": "worn by {}", "carried": "carried by {}, out of sight"}[place.how]
        return how.format(name)
    if place.prop is not None:
        return f"{'on' if place.on else 'in'} {the(_thing(state, place.prop))}"
    if place.occasion is not None:
        known = state.occasions.get(place.occasion)
        return f"kept for {known.title if known is not None else place.occasion}"
    within = inside(state, place.container or "")
    return ", ".join(x for x in (at(place.slot, place.spot), within, "hidden" * place.hidden) if x)


def all_around(state: State, place: Place | None) -> str:
    """Where something is, and where that in which it lies is in turn: `in the bag, on the table, in the garden`."""
    told, seen = [where(state, place)], set[str]()
    while place is not None and place.prop in state.props and place.prop not in seen:
        seen.add(place.prop)
        place = state.props[place.prop].in_
        told += [where(state, place)] * (place is not None)
    return ", ".join(told)


def inside(state: State, id: str) -> str:
    """In a place, or on one that has no inside, by its name: `in the garden`, `on the quay`."""
    name = state.containers[id].name if id in state.containers else id
    return within(name)


def room(state: State, id: str) -> str:
    """A place by its name, with an article."""
    return the(state.containers[id].name if id in state.containers else id)


def when(state: State, trigger: When | None) -> str:
    """When something planned is to be: `at 2031-05-01, 18:00`, `when Mara comes to the inn`; empty where by hand."""
    if trigger is None or isinstance(trigger, str):
        return f"at {trigger.replace('T', ', ').removesuffix(':00')}" if trigger else ""
    if trigger.arrives is not None:
        return f"when {people(state, [trigger.arrives])} comes to {room(state, trigger.container or '')}"
    if trigger.after is not None:
        known = state.occasions.get(trigger.after)
        return f"after {the(known.title if known is not None else trigger.after)}"
    thread = state.threads.get(trigger.resolved or "")
    return f"once it is answered: {thread.title if thread is not None else trigger.resolved}"


def people(state: State, who: Sequence[EntityId]) -> str:
    """The names of people."""
    return " and ".join(state.entities[e].name if e in state.entities else e for e in who)


def _thing(state: State, id: str) -> str:
    return state.props[id].name if id in state.props else id
