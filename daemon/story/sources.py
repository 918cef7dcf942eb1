"""Which parts of a state an event tells of: those that it states, and what it lets one notice without stating it. Pure.

A part is named as in the sources of a state: `prop.key`, `activity.a`, `time`, `gone.key`, `waking.a`.
"""

from collections.abc import Callable
from typing import Any

from daemon.story.state import State, edge_id
from protocol import events as ev


def told_of(before: State, payload: ev.Payload, after: State) -> list[str]:
    """The parts of a state that an event tells of, given the states before and after it: first those that it states,
    then what it lets one notice without stating it: what and who is not where they were known to be, and who has
    woken."""
    stated = _STATED[payload.kind](payload)
    notice = _NOTICED.get(payload.kind)
    return stated + notice(before, payload, after) if notice is not None else stated


def _sighted(e: ev.Perceived) -> list[str]:
    scene = ["scene"] if e.scene is not None else []
    on = [f"occasion.{o.occasion}" for o in e.occasions]
    looks = [f"identity.{p.entity}" for p in e.people if p.appearance is not None]
    return [f"activity.{p.entity}" for p in e.people] + [f"prop.{p.prop}" for p in e.props] + looks + scene + on


def _arrival(e: ev.ActivityLeft | ev.ActivityArrived | ev.ActivityChanged) -> list[str]:
    carried = e.carrying if isinstance(e, ev.ActivityArrived) else []
    return [f"activity.{e.entity}", *(f"prop.{p.prop}" for p in carried)]


def _wants(e: ev.EntityAdded | ev.EntityChanged) -> bool:
    return isinstance(e, ev.EntityChanged) and e.goals is not None


_CONCERNS: dict[str, Callable[[Any], list[str]]] = {
    "entity": lambda e: [f"identity.{e.entity}", *([f"goals.{e.entity}"] if _wants(e) else [])],
    "activity": _arrival,
    "prop": lambda e: [f"prop.{e.prop}"],
    "claimed": lambda e: [f"prop.{e.prop}"],
    "perceived": _sighted,
    "edge": lambda e: [f"edge.{edge_id(e.from_, e.to)}"],
    "container": lambda e: [f"container.{e.container}"],
    "lore": lambda e: [f"lore.{e.lore}"],
    "book": lambda e: [f"book.{e.book}"],
    "occasion": lambda e: [f"occasion.{e.occasion}"],
    "thread": lambda e: [f"{'rating' if e.kind == ev.ThreadRated.kind else 'thread'}.{e.thread}"],
}
"""By the first word of a kind; the others concern what that word names."""


def _stating(kind: str) -> Callable[[Any], list[str]]:
    word = kind.partition(".")[0]
    return _CONCERNS.get(word, lambda e: [word])


_STATED = {kind: _stating(kind) for kind in ev.PAYLOADS}
"""By kind, which a fold need not take apart again for each event."""


def _woken(before: State, e: ev.ActivityChanged, after: State) -> list[str]:
    was = before.entities.get(e.entity)
    return [f"waking.{e.entity}"] if was is not None and e.awake and not was.awake else []


def _gone(before: State, e: ev.PropEvent | ev.Claimed, after: State) -> list[str]:
    return [f"gone.{e.prop}"] if _is_missed(before, after, e.prop) else []


def _gone_of_carried(before: State, e: ev.ActivityArrived, after: State) -> list[str]:
    brought = {p.prop for p in e.carrying}
    if not brought:
        return []
    return [f"gone.{id}" for id in after.props if id in brought and _is_missed(before, after, id)]


def _looked_over(before: State, e: ev.Payload, after: State) -> list[str]:
    """After these anything and anybody may be missed; other events tell of one thing or of one person."""
    gone = [f"gone.{id}" for id, now in after.props.items() if now.in_ is None and _is_missed(before, after, id)]
    people = [(id, before.entities[id], now) for id, now in after.entities.items() if id in before.entities]
    return gone + [f"activity.{id}" for id, was, now in people if now.container is None and was.container is not None]


def _is_missed(before: State, after: State, prop: str) -> bool:
    """Whether a thing came to be somewhere unknown."""
    now, was = after.props.get(prop), before.props.get(prop)
    return now is not None and now.in_ is None and was is not None and was.in_ is not None


_NOTICED: dict[str, Callable[[State, Any, State], list[str]]] = {
    "activity.changed": _woken,
    "activity.arrived": _gone_of_carried,
    "prop.added": _gone,
    "prop.moved": _gone,
    "prop.changed": _gone,
    "claimed": _gone,
    "prop.removed": _looked_over,
    "container.removed": _looked_over,
    "perceived": _looked_over,
}
"""By kind; of others nothing is noticed that they do not state."""
