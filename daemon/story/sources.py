"""Which parts of a state an event tells of: those that it states, and what it lets one notice without stating it. Pure.

A part is named as in the sources of a state: `prop.key`, `activity.a`, `time`, `gone.key`, `waking.a`.
"""

from collections.abc import Callable
from typing import Any

from daemon.story.state import State, edge_id
from protocol import events as ev


def concerns(payload: ev.Payload) -> list[str]:
    """The parts of a state that an event states."""
    word = payload.kind.partition(".")[0]
    parts = _CONCERNS.get(word)
    return parts(payload) if parts is not None else [word]


def _sighted(e: ev.Perceived) -> list[str]:
    scene = ["scene"] if e.scene is not None else []
    on = [f"occasion.{o.occasion}" for o in e.occasions]
    looks = [f"identity.{p.entity}" for p in e.people if p.appearance is not None]
    return [f"activity.{p.entity}" for p in e.people] + [f"prop.{p.prop}" for p in e.props] + looks + scene + on


def _arrival(e: ev.ActivityLeft | ev.ActivityArrived | ev.ActivityChanged) -> list[str]:
    carried = e.carrying if isinstance(e, ev.ActivityArrived) else []
    return [f"activity.{e.entity}", *(f"prop.{p.prop}" for p in carried)]


_CONCERNS: dict[str, Callable[[Any], list[str]]] = {
    "entity": lambda e: [f"identity.{e.entity}"],
    "activity": _arrival,
    "prop": lambda e: [f"prop.{e.prop}"],
    "claimed": lambda e: [f"prop.{e.prop}"],
    "perceived": _sighted,
    "edge": lambda e: [f"edge.{edge_id(e.from_, e.to)}"],
    "container": lambda e: [f"container.{e.container}"],
    "lore": lambda e: [f"lore.{e.lore}"],
    "occasion": lambda e: [f"occasion.{e.occasion}"],
    "thread": lambda e: [f"{'rating' if e.kind == ev.ThreadRated.kind else 'thread'}.{e.thread}"],
}
"""By the first word of a kind; the others concern what that word names."""


_LOOKED_OVER = (ev.Perceived.kind, ev.ContainerRemoved.kind, ev.PropRemoved.kind)
"""Kinds of events after which anything may be missed; others tell of one thing or of one person."""


def noticed(before: State, payload: ev.Payload, after: State) -> list[str]:
    """What an event tells without stating it: what and who is not where they were known to be, and who has woken."""
    if isinstance(payload, ev.ActivityChanged):
        was = before.entities.get(payload.entity)
        return [f"waking.{payload.entity}"] if was is not None and payload.awake and not was.awake else []
    if isinstance(payload, ev.PropEvent | ev.Claimed):
        return [f"gone.{payload.prop}"] if _is_missed(before, after, payload.prop) else []
    if isinstance(payload, ev.ActivityArrived):
        brought = {p.prop for p in payload.carrying}
        return (
            [f"gone.{id}" for id in after.props if id in brought and _is_missed(before, after, id)] if brought else []
        )
    if payload.kind not in _LOOKED_OVER:
        return []
    gone = [f"gone.{id}" for id in after.props if _is_missed(before, after, id)]
    people = [(e, before.entities[e], now) for e, now in after.entities.items() if e in before.entities]
    return gone + [f"activity.{e}" for e, was, now in people if now.container is None and was.container is not None]


def _is_missed(before: State, after: State, prop: str) -> bool:
    """Whether a thing came to be somewhere unknown."""
    was, now = before.props.get(prop), after.props.get(prop)
    return was is not None and was.in_ is not None and now is not None and now.in_ is None
