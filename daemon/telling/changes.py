"""Describes to people in few words what a commit changed: `ring → drawer`, `a>you trust +1`. Pure; from the truth.

Lines and records of the machinery are not changes of the world, and are left out.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from daemon.story.evolve import evolve
from daemon.story.state import Edge, Prop, State, edge_id
from protocol import events as ev
from protocol.events import Event, Payload
from protocol.ids import BEGINNING, EntityId, Seq
from protocol.world import Place


class Change(msgspec.Struct, frozen=True):
    """One thing that changed, in words, and the seqs of the events that it consists of, the first one its cause."""

    text: str
    seqs: list[Seq]


def described(before: State, events: Sequence[tuple[Event, Payload]]) -> list[Change]:
    """The changes in these events, in order: what one event brought about in its own commit goes with it.

    `before` is the truth just before the first of them.
    """
    last = {p.prop: e.seq for e, p in events if isinstance(p, ev.PropMoved)}
    seqs: dict[Seq, list[Seq]] = {}
    texts: dict[Seq, list[str]] = {}
    root: dict[Seq, Seq] = {}
    for event, payload in events:
        first = root[event.seq] = root.get(event.cause or BEGINNING, event.seq)
        after = evolve(before, payload)
        on_its_way = isinstance(payload, ev.PropMoved) and payload.in_ is None and last[payload.prop] != event.seq
        text = "" if on_its_way else _described(before, payload, after)
        seqs.setdefault(first, []).append(event.seq)
        texts.setdefault(first, []).extend([text] if text else [])
        before = after
    return [Change(", ".join(dict.fromkeys(texts[first])), seqs[first]) for first in seqs if texts[first]]


def _described(before: State, payload: Payload, after: State) -> str:
    tell = DESCRIBERS.get(payload.kind)
    return tell(before, payload, after) if tell is not None else ""


def _name(state: State, e: EntityId) -> str:
    return state.entities[e].name if e in state.entities else e


def _thing(state: State, id: str) -> str:
    return state.props[id].name if id in state.props else id


def _room(state: State, id: str | None) -> str:
    return state.containers[id].name if id in state.containers else id or "nowhere"


def _where(state: State, place: Place | None) -> str:
    if place is None:
        return "somewhere unknown"
    if place.entity is not None:
        return _name(state, place.entity)
    if place.prop is not None:
        return _thing(state, place.prop)
    return place.slot or _room(state, place.container)


def _prop_moved(before: State, e: ev.PropMoved, after: State) -> str:
    """What goes back into an occasion's record is part of its end."""
    known = before.props.get(e.prop)
    put_away = e.in_ is not None and e.in_.occasion is not None
    return "" if put_away or (known is not None and known.in_ == e.in_) else f"{e.name} → {_where(after, e.in_)}"


def _prop_changed(before: State, e: ev.PropChanged, after: State) -> str:
    known = before.props.get(e.prop, Prop(e.name))
    return f"{e.name} changed" if known.closed == e.closed else f"{e.name} {'closed' if e.closed else 'opened'}"


def _prop_added(before: State, e: ev.PropAdded, after: State) -> str:
    kept = e.in_ is not None and e.in_.occasion is not None
    return "" if kept else f"new: {e.name}, {_where(after, e.in_)}"


def _activity(before: State, e: ev.ActivityChanged, after: State) -> str:
    was, now, name = before.entities.get(e.entity), after.entities[e.entity], _name(after, e.entity)
    if was is None:
        return ""
    found = [f"→ {now.slot}"] if now.slot != was.slot and now.slot else []
    found += [now.doing] if now.doing and now.doing != was.doing else []
    found += [now.attention] if now.attention and now.attention != was.attention else []
    found += ["awake" if now.awake else "asleep"] if now.awake != was.awake else []
    return f"{name}: {', '.join(found)}" if found else ""


def _edge(before: State, e: ev.EdgeChanged, after: State) -> str:
    id = edge_id(e.from_, e.to)
    was = before.edges.get(id, Edge())
    moved = [(name, getattr(e, name) - getattr(was, name)) for name in ("warmth", "trust", "tension")]
    found = [f"{name} {change:+}" for name, change in moved if change]
    return f"{id} {', '.join(found)}" if found else f"{id}: {e.note}" if e.note != was.note else ""


def _group(before: State, e: ev.GroupChanged, after: State) -> str:
    was = before.group
    found = [f"tone: {e.tone}"] if e.tone != was.tone else []
    found += [f"shared: {habit}" for habit in e.habits if habit not in was.habits]
    return ", ".join(found or ["what they share changed"])


def _entity(before: State, e: ev.EntityChanged, after: State) -> str:
    found = [f"{part}: {value}" for part in ("mood", "status") if (value := getattr(e, part)) is not None]
    return f"{_name(after, e.entity)}, {', '.join(found)}" if found else f"{_name(after, e.entity)} changed"


def _claimed(before: State, e: ev.Claimed, after: State) -> str:
    who = " and ".join(_name(after, x) for x in e.believers)
    return f"{who} told: {e.name} → {_where(after, e.in_)}" if who else ""


def _thread(word: str) -> Callable[[State, Any, State], str]:
    return lambda before, e, after: f"{word}: {e.title}"


def _occasion(word: str) -> Callable[[State, Any, State], str]:
    return lambda before, e, after: f"{e.title} {word}"


def _story(before: State, e: ev.StoryChanged, after: State) -> str:
    told = [f"others {'may' if e.writes_for_you else 'do not'} write for you"]
    answers = "the narrator answers" if e.alone == "narrate" else "nobody answers"
    told = told * (e.writes_for_you != before.writes_for_you) + [f"{answers} who is alone"] * (e.alone != before.alone)
    return ", ".join(told)


DESCRIBERS: dict[str, Callable[[State, Any, State], str]] = {
    "story.changed": _story,
    "prop.added": _prop_added,
    "prop.moved": _prop_moved,
    "prop.changed": _prop_changed,
    "prop.removed": lambda before, e, after: f"{e.name} is gone",
    "activity.arrived": lambda before, e, after: f"{_name(after, e.entity)} → {_room(after, e.container)}",
    "activity.changed": _activity,
    "edge.changed": _edge,
    "group.changed": _group,
    "entity.changed": _entity,
    "claimed": _claimed,
    "memory.formed": lambda before, e, after: f"remembered: {e.gist}",
    "scene.opened": lambda before, e, after: f"scene: {e.title or _room(after, e.container)}",
    "scene.closed": lambda before, e, after: "scene closed",
    "occasion.planned": _occasion("planned"),
    "occasion.started": _occasion("begins"),
    "occasion.completed": _occasion("is over"),
    "occasion.cancelled": _occasion("called off"),
    "time.passed": lambda before, e, after: f"+{e.elapsed - before.elapsed} min",
    "time.skipped": lambda before, e, after: f"+{e.elapsed - before.elapsed} min",
    "thread.opened": _thread("open question"),
    "thread.advanced": _thread("closer to an answer"),
    "thread.resolved": _thread("answered"),
}
"""By kind of event, the function that describes the change."""
