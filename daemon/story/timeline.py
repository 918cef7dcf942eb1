"""What happened, by story time: scenes and where they are, turns, the passing of time, occasions. Pure; English."""

from collections.abc import Callable, Iterable
from typing import Any

from daemon.story import in_words
from daemon.story.evolve import evolve
from daemon.story.state import State, open_scenes
from protocol import events as ev
from protocol.events import Event, Payload
from protocol.ids import TurnNumber
from protocol.views import TimelineEntry
from protocol.world import Place


def entries(events: Iterable[tuple[Event, Payload]], before: State, names: State) -> list[TimelineEntry]:
    """The entries that these events make, oldest first; `before` is the state before them. What places and people are
    called is taken from the state `names`."""
    found: list[TimelineEntry] = []
    turns: set[TurnNumber] = set()
    for event, payload in events:
        after = evolve(before, payload)
        if isinstance(payload, ev.LineSaid):
            kind, text = "turn", payload.text[:80] if event.turn not in turns else ""
            turns.add(event.turn)
        else:
            kind = payload.kind.partition(".")[0]
            text = TELLERS[payload.kind](before, payload, names) if payload.kind in TELLERS else ""
        if text:
            scene = _scene(payload, after)
            found.append(TimelineEntry(kind, event.seq, after.clock, after.elapsed, text, event.turn, scene, event.at))
        before = after
    return found


_NAMING = (ev.OccasionPlanned.kind, ev.OccasionChanged.kind, ev.SceneOpened.kind, ev.SceneClosed.kind)


def names_more(events: Iterable[tuple[Event, Payload]], before: State) -> bool:
    """Whether entries of these events name places or people that the state before them may not know."""
    naming = [p for _, p in events if p.kind in _NAMING]
    return any(
        not isinstance(p, ev.SceneOpened | ev.SceneClosed) or p.container not in before.containers for p in naming
    )


def _scene(payload: Payload, after: State) -> str | None:
    """The scene that an entry is of: the one that is on, unless the event names one."""
    if isinstance(payload, ev.LineSaid | ev.SceneClosed) and payload.scene is not None:
        return payload.scene
    return after.scene.scene if after.scene is not None else None


def _opened(before: State, e: ev.SceneOpened, names: State) -> str:
    again = any(x.scene == e.scene for x in open_scenes(before))
    place = in_words.where(names, Place(container=e.container))
    return f"back {place}" if again else ", ".join(x for x in (e.title, place) if x)


def _closed(before: State, e: ev.SceneClosed, names: State) -> str:
    return f"over, {in_words.where(names, Place(container=e.container))}"


def _time(before: State, e: ev.TimePassed | ev.TimeSkipped, names: State) -> str:
    return f"{e.minutes} minutes" if e.minutes else "set"


def _occasion(word: str) -> Callable[[State, Any, State], str]:
    return lambda before, e, names: f"{e.title} {word}"


def _planned(before: State, e: ev.OccasionPlanned, names: State) -> str:
    told = [in_words.when(names, e.when), in_words.where(names, Place(container=e.where)) if e.where else ""]
    return f"{e.title} planned" + "".join(f", {x}" for x in told if x)


def _changed(before: State, e: ev.OccasionChanged, names: State) -> str:
    """What is different about an occasion: its title, when and where it is, who comes."""
    was = before.occasions.get(e.occasion)
    told = [f"{was.title} is now {e.title}" if was is not None and was.title != e.title else e.title]
    if was is None or was.when != e.when:
        told.append(in_words.when(names, e.when) or "at no set time")
    if was is None or was.where != e.where:
        told.append(in_words.where(names, Place(container=e.where)) if e.where else "at no set place")
    if was is None or was.who != e.who:
        told.append(f"with {in_words.people(names, e.who)}" if e.who else "with nobody")
    return ", ".join(told) if len(told) > 1 or was is None or was.title != e.title else f"{e.title} changed"


TELLERS: dict[str, Callable[[State, Any, State], str]] = {
    "scene.opened": _opened,
    "scene.closed": _closed,
    "time.passed": _time,
    "time.skipped": _time,
    "occasion.planned": _planned,
    "occasion.changed": _changed,
    "occasion.started": _occasion("begins"),
    "occasion.completed": _occasion("is over"),
    "occasion.cancelled": _occasion("called off"),
}
"""How each kind of event is told, from the state before it and the names."""
