"""What can be in the log: the payload of every kind of event, and the envelope it travels in.

The version of a kind is the number of times its payload has changed, starting from 1; older ones are lifted on read.
"""

import msgspec
from msgspec import UNSET, UnsetType

from protocol.events.course import (
    OccasionCancelled,
    OccasionChanged,
    OccasionCompleted,
    OccasionPlanned,
    OccasionStarted,
    ThreadAdvanced,
    ThreadOpened,
    ThreadRated,
    ThreadResolved,
    TimePassed,
    TimeSkipped,
)
from protocol.events.machinery import (
    BookKept,
    BranchCreated,
    CardKept,
    ChatImported,
    ChatRead,
    Cut,
    EventReinstated,
    EventRetracted,
    Freshness,
    ModelCalled,
    ProposalRefused,
    StoryPressed,
)
from protocol.events.payload import Payload
from protocol.events.play import (
    BookSet,
    LineNoticed,
    LineRevised,
    LineSaid,
    LoreSet,
    MemoryFormed,
    NoteSet,
    SceneClosed,
    SceneOpened,
)
from protocol.events.world import (
    ActivityArrived,
    ActivityChanged,
    ActivityLeft,
    ActivityStated,
    Claimed,
    ContainerAdded,
    ContainerChanged,
    ContainerRemoved,
    ContainerStated,
    EdgeChanged,
    EntityAdded,
    EntityChanged,
    GroupChanged,
    OccasionSeen,
    Perceived,
    PropAdded,
    PropChanged,
    PropEvent,
    PropMoved,
    PropRemoved,
    PropStated,
    SceneStated,
    StoryChanged,
    StoryCreated,
)
from protocol.ids import EntityId, Seq, TurnNumber

__all__ = [
    "MACHINERY", "PAYLOADS", "ActivityArrived", "ActivityChanged", "ActivityLeft", "ActivityStated", "BookKept",
    "BookSet", "BranchCreated", "CardKept", "ChatImported", "ChatRead", "Claimed", "ContainerAdded", "ContainerChanged",
    "ContainerRemoved",
    "ContainerStated", "Cut", "EdgeChanged", "EntityAdded", "EntityChanged", "Event", "EventReinstated",
    "EventRetracted", "Freshness", "GroupChanged", "LineNoticed", "LineRevised", "LineSaid", "LoreSet", "MemoryFormed",
    "ModelCalled", "NoteSet", "OccasionCancelled", "OccasionChanged", "OccasionCompleted", "OccasionPlanned",
    "OccasionSeen", "OccasionStarted", "Payload", "Perceived", "PropAdded", "PropChanged", "PropEvent", "PropMoved",
    "PropRemoved", "PropStated", "ProposalRefused", "SceneClosed", "SceneOpened", "SceneStated", "StoryChanged",
    "StoryCreated", "StoryPressed", "ThreadAdvanced", "ThreadOpened", "ThreadRated", "ThreadResolved", "TimePassed",
    "TimeSkipped",
]  # fmt: skip

PAYLOADS: dict[str, type[Payload]] = {
    p.kind: p
    for p in (
        StoryCreated, StoryChanged, EntityAdded, EntityChanged, ContainerAdded, ContainerChanged, ContainerRemoved,
        ActivityLeft, ActivityArrived, ActivityChanged, PropAdded, PropMoved, PropChanged, PropRemoved,
        EdgeChanged, GroupChanged, Perceived, Claimed,
        SceneOpened, LineSaid, LineNoticed, LineRevised, SceneClosed, MemoryFormed, NoteSet, LoreSet, BookSet,
        OccasionPlanned, OccasionChanged, OccasionStarted, OccasionCompleted, OccasionCancelled,
        TimePassed, TimeSkipped,
        ThreadOpened, ThreadAdvanced, ThreadRated, ThreadResolved,
        BranchCreated, EventRetracted, EventReinstated, ModelCalled, ProposalRefused, StoryPressed,
        CardKept, BookKept, ChatImported, ChatRead,
    )
}  # fmt: skip
"""Every kind of event, by its name."""

MACHINERY = frozenset({
    "branch.created", "event.retracted", "event.reinstated", "model.called", "proposal.refused", "story.pressed",
    "card.kept", "book.kept", "chat.imported", "chat.read",
})  # fmt: skip
"""Kinds that nobody witnesses and that change no state."""


class Event(msgspec.Struct, frozen=True):
    """An entry of the log as it travels; it never changes."""

    seq: Seq
    """Its place in the log; seqs rise within a story, with gaps."""
    branch: str
    """The branch that it lies on."""
    turn: TurnNumber
    """The turn that it belongs to."""
    cause: Seq | None
    """The seq of the event that brought it about; null where none did."""
    kind: str
    """What kind of event it is, such as `line.said`."""
    version: int
    """The version of the kind's fields."""
    at: str
    """When it was committed, UTC."""
    witnesses: tuple[EntityId, ...]
    """Those who perceived it; empty for what nobody of the story does."""
    data: msgspec.Raw
    """What it states, in the fields of its kind."""
    seems: tuple[EntityId, ...] | UnsetType = UNSET
    """Those who seem to have perceived it, to those who did; left out where they are the witnesses."""
