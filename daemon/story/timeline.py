"""What happened, by story time: scenes, turns, the passing of time. Pure."""

from collections.abc import Iterable

from daemon.story.state import State
from protocol.events import Event, LineSaid, Payload, SceneClosed, SceneOpened, TimePassed, TimeSkipped
from protocol.ids import TurnNumber
from protocol.views import TimelineEntry


def entries(events: Iterable[tuple[Event, Payload]], before: State) -> list[TimelineEntry]:
    """The entries that these events make, oldest first; `before` is the state before them."""
    found: list[TimelineEntry] = []
    turns: set[TurnNumber] = set()
    clock, elapsed = before.clock, before.elapsed
    scene = before.scene.scene if before.scene is not None else None

    def entry(event: Event, kind: str, text: str) -> None:
        found.append(TimelineEntry(kind, event.seq, clock, elapsed, text, event.turn, scene, event.at))

    for event, payload in events:
        match payload:
            case SceneOpened():
                scene = payload.scene
                entry(event, "scene", payload.title or payload.container)
            case SceneClosed():
                entry(event, "scene", "closed")
                scene = None
            case TimePassed() | TimeSkipped():
                clock, elapsed = payload.clock, payload.elapsed
                entry(event, "time", f"{payload.minutes} minutes" if payload.minutes else "set")
            case LineSaid() if event.turn not in turns:
                turns.add(event.turn)
                entry(event, "turn", payload.text[:80])
    return found
