"""Events of occasions, time and threads."""

from protocol.events.payload import Payload
from protocol.ids import EntityId
from protocol.world import When


class OccasionPlanned(Payload, frozen=True):
    """An occasion was planned."""

    kind = "occasion.planned"
    occasion: str
    """The id of the occasion."""
    title: str
    """The title of the occasion."""
    purpose: str = ""
    """What it is for."""
    where: str | None = None
    """The container that it will be in."""
    who: list[EntityId] = []
    """Those who it is planned with."""
    when: When | None = None
    """When it begins: a story time, a trigger, or null if somebody starts it."""
    props: list[str] = []
    """The ids of the props that it brings along."""


class OccasionChanged(Payload, frozen=True):
    """A planned or running occasion as it is now: moved, renamed, or with others."""

    kind = "occasion.changed"
    occasion: str
    """The id of the occasion."""
    title: str
    """The title of the occasion, as it is now."""
    purpose: str = ""
    """What it is for now."""
    where: str | None = None
    """The container that it is in, or will be in."""
    who: list[EntityId] = []
    """Those who it is planned with by now."""
    when: When | None = None
    """When it is to begin by now: a story time, a trigger, or null if somebody starts it."""


class OccasionStarted(Payload, frozen=True):
    """An occasion has begun."""

    kind = "occasion.started"
    occasion: str
    """The id of the occasion."""
    title: str
    """The title of the occasion."""
    where: str | None = None
    """The container that it is in."""
    props: list[str] = []
    """The ids of the props that it has brought along."""
    why: str = ""
    """Why it began, in words."""


class OccasionCompleted(Payload, frozen=True):
    """An occasion is over."""

    kind = "occasion.completed"
    occasion: str
    """The id of the occasion."""
    title: str
    """The title of the occasion."""
    gist: str = ""
    """What happened, in words; empty where memories of those who were there say it."""


class OccasionCancelled(Payload, frozen=True):
    """An occasion will not be, or will not go on."""

    kind = "occasion.cancelled"
    occasion: str
    """The id of the occasion."""
    title: str
    """The title of the occasion."""
    why: str = ""
    """Why, in words."""


class TimePassed(Payload, frozen=True):
    """Time went by, or the clock was set."""

    kind = "time.passed"
    clock: str | None
    """What the clock reads now; null until it is set."""
    elapsed: int
    """The minutes that have passed in the story so far."""
    minutes: int = 0
    """How many minutes went by; 0 where the clock was set."""


class TimeSkipped(Payload, frozen=True):
    """Time was left out."""

    kind = "time.skipped"
    clock: str | None
    """What the clock reads now; null until it is set."""
    elapsed: int
    """The minutes that have passed in the story so far."""
    mode: str
    """An `elision`, within the scene, or a `jump`, which closed it."""
    minutes: int = 0
    """How many minutes were left out."""
    summary: str = ""
    """What happened meanwhile, in words; empty where memories of those who were there say it."""


class ThreadOpened(Payload, frozen=True):
    """A question is open."""

    kind = "thread.opened"
    thread: str
    """The id of the thread."""
    title: str
    """The question."""
    note: str = ""
    """How it stands."""


class ThreadAdvanced(Payload, frozen=True):
    """An open question stands otherwise."""

    kind = "thread.advanced"
    thread: str
    """The id of the thread."""
    title: str
    """The question."""
    note: str = ""
    """How it stands now."""


class ThreadRated(Payload, frozen=True):
    """A question matters so much to its witnesses, as their reading of the last turn says."""

    kind = "thread.rated"
    thread: str
    """The id of the thread."""
    title: str
    """The question."""
    matters: int
    """How much, from 0 to 10."""


class ThreadResolved(Payload, frozen=True):
    """A question is no longer open."""

    kind = "thread.resolved"
    thread: str
    """The id of the thread."""
    title: str
    """The question."""
    note: str = ""
    """How it was resolved."""
