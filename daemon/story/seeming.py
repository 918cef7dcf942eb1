"""Who seems to have perceived what happened, to those who did: by nature, where nobody says. Pure.

Whoever perceived something takes the others who were there to have perceived it too. By this table, where it is not so:

    somebody                                                                            seems to have
    perceived it, and another who did takes them to be awake where they are             yes
    perceived it, and no other who did does: behind a door, asleep as all believe       no
    did it, was spoken to, or holds what it happened to                                 yes
    learned of it though it happened far off, since a rule says so                      yes
    perceived it alone                                                                  yes
    did not, since they are asleep or elsewhere, and all who did take them to be
    awake right there: slipped out, nodded off unnoticed; if it was there for all       yes
    did not, since their attention was elsewhere (perception.py)                        yes
    did not, for any other reason                                                       no

What is not perceived by eyes and ears (time, memories, plans, feelings), and what a narrator tells, seems to have
reached just those whom it did.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from daemon.story.decide.desk import Drafted
from daemon.story.perception import outermost, within
from daemon.story.state import State, people_in
from protocol import events as ev
from protocol.ids import BITS, NOBODY, EntityId, Mask, difference, entities_of, mask_of, union


class _Act(NamedTuple):
    """Where something happened, who is evidently there, and whether it was there for all to perceive."""

    where: str | None
    evident: tuple[EntityId | None, ...]
    for_all: bool


def seeming(truth: State, minds: Mapping[EntityId, State], draft: Drafted, doer: EntityId | None) -> Mask | None:
    """The mask of those who seem to have perceived an event, to its witnesses, in the world just before it; None where
    they are its witnesses. `seems` of the draft has those as well who missed it before their eyes; `doer` did it."""
    payload, witnesses = draft.payload, draft.witnesses
    seems = witnesses if draft.seems is None else draft.seems
    look = _LOOKS.get(payload.kind)
    act = look(truth, payload) if look is not None else None
    if act is None or not witnesses:
        return draft.seems
    evident = mask_of(e for e in (doer, *act.evident) if e is not None)
    near = {*within(truth, act.where, "sound"), *within(truth, act.where, "sight")}
    unnoticed = mask_of(
        e
        for e in entities_of(difference(seems, evident))
        if (others := difference(witnesses, BITS[e]))
        and (place := _placed(truth, e)) in near
        and not any(_placed(minds[w], e) == place for w in entities_of(others))
    )
    found = union(difference(seems, unnoticed), _missing(truth, minds, act, witnesses, union(seems, witnesses)))
    return found if found != witnesses else None


def _missing(truth: State, minds: Mapping[EntityId, State], act: _Act, witnesses: Mask, counted: Mask) -> Mask:
    """Those who are not there, or asleep, while all who perceived an act take them to be awake right there."""
    others = [e for e in truth.entities if not counted & BITS[e]]
    if act.where is None or not act.for_all or any(_placed(truth, e) == act.where for e in others):
        return NOBODY  # what somebody who is there was kept from is not there for all
    return mask_of(e for e in others if all(_placed(minds[w], e) == act.where for w in entities_of(witnesses)))


def _placed(state: State, who: EntityId) -> str | None:
    """Where somebody is awake, as a state has it; "" where they are not awake, or not known of."""
    known = state.entities.get(who)
    return known.container if known is not None and known.awake else ""


def _line(truth: State, e: ev.LineSaid) -> _Act | None:
    if e.who is None or e.manner in ("ooc", "thought", "message"):
        return None
    here = truth.entities[e.who].container if e.who in truth.entities else None
    return _Act(here, (e.who, *e.to), e.manner in ("speech", "action", "narration"))


def _whispered(truth: State, e: ev.LineNoticed) -> _Act | None:
    here = truth.entities[e.who].container if e.who in truth.entities else None
    return _Act(here, (e.who, *e.to), for_all=False)


def _arrived(truth: State, e: ev.ActivityArrived) -> _Act:
    """Who comes sees at once who is there, and who is not."""
    return _Act(e.container, (e.entity, *people_in(truth, e.container)), for_all=False)


def _activity(truth: State, e: ev.ActivityChanged) -> _Act:
    """So does who wakes."""
    slept = e.entity in truth.entities and not truth.entities[e.entity].awake
    wakes = slept and e.awake
    there = people_in(truth, e.container) if wakes else []
    return _Act(e.container, (e.entity, *there), for_all=not wakes)


def _left(truth: State, e: ev.ActivityLeft) -> _Act:
    return _Act(e.container, (e.entity,), for_all=e.toward is None)


def _thing(truth: State, e: ev.PropEvent) -> _Act:
    place = e.in_
    if place is not None and place.prop is not None:
        place = outermost(truth, place.prop) if place.prop in truth.props else None
    if place is None:
        return _Act(None, (), for_all=False)
    holder = truth.entities.get(place.entity) if place.entity is not None else None
    where = place.container if holder is None else holder.container
    return _Act(where, (place.entity,), for_all=isinstance(e, ev.PropMoved))


def _perceived(truth: State, e: ev.Perceived) -> _Act:
    here = truth.entities[e.by].container if e.by in truth.entities else None
    return _Act(here, (e.by, *(p.entity for p in e.people)), for_all=False)


def _claimed(truth: State, e: ev.Claimed) -> _Act:
    """Telling is heard like speech; what somebody concludes for themselves is not."""
    here = truth.entities[e.by].container if e.by in truth.entities else None
    return _Act(here, (e.by,), for_all=e.by not in e.believers)


def _scene(truth: State, e: ev.SceneOpened | ev.SceneClosed) -> _Act:
    return _Act(e.container, (), for_all=False)


_LOOKS: Mapping[str, Callable[[State, Any], _Act | None]] = {
    "line.said": _line,
    "line.noticed": _whispered,
    "activity.arrived": _arrived,
    "activity.changed": _activity,
    "activity.left": _left,
    "prop.added": _thing,
    "prop.moved": _thing,
    "prop.changed": _thing,
    "perceived": _perceived,
    "claimed": _claimed,
    "scene.opened": _scene,
    "scene.closed": _scene,
}
"""The kinds that eyes and ears perceive, each with how it looked."""
