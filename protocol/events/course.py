"""Events of occasions, time and threads."""

from protocol.events.payload import Payload
from protocol.ids import EntityId
from protocol.world import When


class OccasionPlanned(Payload, frozen=True):
    kind = "occasion.planned"
    occasion: str
    title: str
    purpose: str = ""
    where: str | None = None
    who: list[EntityId] = []
    when: When | None = None
    props: list[str] = []


class OccasionChanged(Payload, frozen=True):
    """A planned or running occasion as it is now: moved, renamed, or with others."""

    kind = "occasion.changed"
    occasion: str
    title: str
    purpose: str = ""
    where: str | None = None
    who: list[EntityId] = []
    when: When | None = None


class OccasionStarted(Payload, frozen=True):
    kind = "occasion.started"
    occasion: str
    title: str
    where: str | None = None
    props: list[str] = []
    why: str = ""


class OccasionCompleted(Payload, frozen=True):
    kind = "occasion.completed"
    occasion: str
    title: str
    gist: str = ""


class OccasionCancelled(Payload, frozen=True):
    kind = "occasion.cancelled"
    occasion: str
    title: str
    why: str = ""


class TimePassed(Payload, frozen=True):
    """What the clock reads now; minutes counted so far where it was never set."""

    kind = "time.passed"
    clock: str | None
    elapsed: int
    minutes: int = 0


class TimeSkipped(Payload, frozen=True):
    kind = "time.skipped"
    clock: str | None
    elapsed: int
    mode: str
    minutes: int = 0
    summary: str = ""


class ThreadOpened(Payload, frozen=True):
    kind = "thread.opened"
    thread: str
    title: str
    note: str = ""


class ThreadAdvanced(Payload, frozen=True):
    kind = "thread.advanced"
    thread: str
    title: str
    note: str = ""


class ThreadRated(Payload, frozen=True):
    """How much an open thread matters to those who witness it, from 0 to 10, as they read the last turn."""

    kind = "thread.rated"
    thread: str
    title: str
    matters: int


class ThreadResolved(Payload, frozen=True):
    kind = "thread.resolved"
    thread: str
    title: str
    note: str = ""
