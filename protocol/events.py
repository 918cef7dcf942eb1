"""What can be in the log: the payload of every kind of event, and the envelope it travels in.

Payloads state results, never differences. They hold no masks: those are in the envelope. The version of a
kind is the number of times its payload has changed, starting from 1; older ones are lifted on read.
"""

from typing import Any, ClassVar

import msgspec

from protocol.ids import EntityId
from protocol.world import Manner, MemoryKind, Place, Slot, Walls, When


class Payload(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an event says. Subclasses name their kind and version."""

    kind: ClassVar[str]
    version: ClassVar[int] = 1


# cast and world


class StoryCreated(Payload, frozen=True):
    kind = "story.created"
    title: str


class EntityAdded(Payload, frozen=True):
    """Name and appearance only: what everybody may know of somebody."""

    kind = "entity.added"
    entity: EntityId
    name: str
    appearance: str = ""


class EntityChanged(Payload, frozen=True):
    """The named parts as they are now; what is None is as it was."""

    kind = "entity.changed"
    entity: EntityId
    name: str | None = None
    appearance: str | None = None
    description: str | None = None
    personality: str | None = None
    voice: str | None = None
    examples: list[str] | None = None
    mood: str | None = None
    goals: list[str] | None = None
    status: str | None = None


class ContainerStated(Payload, frozen=True):
    """A container as it is now."""

    kind = ""
    container: str
    name: str
    description: str = ""
    parent: str | None = None
    slots: list[Slot] = []
    opens_to: list[str] = []
    walls: Walls = Walls()


class ContainerAdded(ContainerStated, frozen=True):
    kind = "container.added"


class ContainerChanged(ContainerStated, frozen=True):
    kind = "container.changed"


class ContainerRemoved(Payload, frozen=True):
    kind = "container.removed"
    container: str
    name: str


class PropStated(msgspec.Struct, frozen=True, omit_defaults=True, rename={"in_": "in"}):
    """A prop as it is now, as far as it shows."""

    prop: str
    name: str
    in_: Place | None = None
    description: str = ""
    closed: bool = False


class PropEvent(Payload, frozen=True, rename={"in_": "in"}):
    """A prop as it is now; the kinds below tell what brought it there."""

    kind = ""
    prop: str
    name: str
    in_: Place | None = None
    description: str = ""
    closed: bool = False


class PropAdded(PropEvent, frozen=True, rename={"in_": "in"}):
    kind = "prop.added"


class PropMoved(PropEvent, frozen=True, rename={"in_": "in"}):
    kind = "prop.moved"


class PropChanged(PropEvent, frozen=True, rename={"in_": "in"}):
    """Opened, closed, or told anew; it did not move."""

    kind = "prop.changed"


class PropRemoved(Payload, frozen=True):
    kind = "prop.removed"
    prop: str
    name: str


class ActivityLeft(Payload, frozen=True):
    """Somebody left; where to is not said."""

    kind = "activity.left"
    entity: EntityId
    container: str


class ActivityArrived(Payload, frozen=True):
    """Somebody is here now, visibly carrying these things."""

    kind = "activity.arrived"
    entity: EntityId
    container: str
    slot: str | None = None
    awake: bool = True
    carrying: list[PropStated] = []


class ActivityStated(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody is seen to be doing, and where."""

    entity: EntityId
    container: str | None = None
    slot: str | None = None
    doing: str | None = None
    attention: str | None = None
    awake: bool = True


class ActivityChanged(Payload, frozen=True):
    """All of somebody's activity as it is now."""

    kind = "activity.changed"
    entity: EntityId
    container: str | None = None
    slot: str | None = None
    doing: str | None = None
    attention: str | None = None
    awake: bool = True


class EdgeChanged(Payload, frozen=True, rename={"from_": "from"}):
    """A directed feeling as it is now; numbers from -5 to 5."""

    kind = "edge.changed"
    from_: EntityId
    to: EntityId
    warmth: int = 0
    trust: int = 0
    tension: int = 0
    note: str = ""
    because: str = ""


class GroupChanged(Payload, frozen=True):
    """The group node as it is now."""

    kind = "group.changed"
    tone: str = ""
    note: str = ""
    habits: list[str] = []


class Perceived(Payload, frozen=True):
    """What stood before the believers' eyes: all that is in the seen places, and so nothing else is there.

    Applied only under a lens that contains a believer.
    """

    kind = "perceived"
    by: EntityId
    believers: list[EntityId]
    seen: list[Place]
    people: list[ActivityStated] = []
    props: list[PropStated] = []


class Claimed(Payload, frozen=True, rename={"in_": "in"}):
    """Somebody said that a prop is there. Applied only under a lens that contains a believer."""

    kind = "claimed"
    by: EntityId
    believers: list[EntityId]
    prop: str
    name: str
    in_: Place | None = None


# play


class SceneOpened(Payload, frozen=True):
    kind = "scene.opened"
    scene: str
    container: str
    title: str = ""
    present: list[EntityId] = []


class LineSaid(Payload, frozen=True):
    """One part of a line: its words, and how they were brought out.

    `mode` is how a model's line came about (reply, continue, impersonate, narrate), empty for the author's;
    `cut` marks one that was cut short. `answers` is the seq that the line answers, for takes.
    """

    kind = "line.said"
    line: str
    who: EntityId | None
    text: str
    manner: Manner = "speech"
    part: int = 0
    to: list[EntityId] = []
    scene: str | None = None
    mode: str = ""
    answers: int | None = None
    cut: bool = False


class LineNoticed(Payload, frozen=True):
    """That a line happened, without its words."""

    kind = "line.noticed"
    line: str
    who: EntityId | None
    manner: Manner
    part: int = 0
    to: list[EntityId] = []
    scene: str | None = None


class LineRevised(Payload, frozen=True):
    kind = "line.revised"
    line: str
    text: str
    part: int = 0


class SceneClosed(Payload, frozen=True):
    kind = "scene.closed"
    scene: str
    container: str
    gist: str = ""


class MemoryFormed(Payload, frozen=True, rename={"from_": "from"}):
    """What its witnesses keep of a moment; significance from 0 to 10; `from` are the seqs it derives from."""

    kind = "memory.formed"
    memory: str
    gist: str
    memory_kind: MemoryKind = "episode"
    significance: float = 5.0
    from_: list[int] = []
    told_by: EntityId | None = None
    because: list[str] = []


class NoteSet(Payload, frozen=True):
    """The author's steering note, `depth` lines above the end of the prompt; empty takes it away."""

    kind = "note.set"
    text: str
    depth: int = 0


class LoreSet(Payload, frozen=True):
    """An entry of lore given to those of the lens (all, if empty); empty text takes it away."""

    kind = "lore.set"
    lore: str
    keys: list[str]
    text: str
    lens: list[EntityId] = []


# occasions, time, threads


class OccasionPlanned(Payload, frozen=True):
    kind = "occasion.planned"
    occasion: str
    title: str
    purpose: str = ""
    where: str | None = None
    who: list[EntityId] = []
    when: When | None = None
    props: list[str] = []


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


class ThreadResolved(Payload, frozen=True):
    kind = "thread.resolved"
    thread: str
    title: str
    note: str = ""


# history and the record of the machinery: mask 0, no state


class BranchCreated(Payload, frozen=True):
    """A line of history that shares its parent's events up to `fork_seq`; the root has no parent."""

    kind = "branch.created"
    branch: str
    parent: str | None = None
    fork_seq: int = 0
    branch_kind: str = "root"
    name: str = ""


class EventRetracted(Payload, frozen=True):
    kind = "event.retracted"
    targets: list[int]


class EventReinstated(Payload, frozen=True):
    kind = "event.reinstated"
    targets: list[int]


class ModelCalled(Payload, frozen=True):
    """One call of a model: what for, by whom answered, at what cost, and how it ended. Holds no prompt.

    `recalled` are the seqs that came to the speaker's mind, so that the same do not come at every turn.
    """

    kind = "model.called"
    role: str
    endpoint: str
    model: str
    speaker: EntityId | None = None
    line: str | None = None
    prompt_sha256: str = ""
    prompt_head: int = 0
    params: dict[str, Any] = {}
    estimated_tokens: int = 0
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None
    first_token_ms: int | None = None
    total_ms: int | None = None
    finish: str = ""
    error: str = ""
    recalled: list[int] = []


class ProposalRefused(Payload, frozen=True):
    kind = "proposal.refused"
    command: dict[str, Any]
    rule: str
    why: str


PAYLOADS: dict[str, type[Payload]] = {
    p.kind: p
    for p in (
        StoryCreated, EntityAdded, EntityChanged, ContainerAdded, ContainerChanged, ContainerRemoved,
        ActivityLeft, ActivityArrived, ActivityChanged, PropAdded, PropMoved, PropChanged, PropRemoved,
        EdgeChanged, GroupChanged, Perceived, Claimed,
        SceneOpened, LineSaid, LineNoticed, LineRevised, SceneClosed, MemoryFormed, NoteSet, LoreSet,
        OccasionPlanned, OccasionStarted, OccasionCompleted, OccasionCancelled, TimePassed, TimeSkipped,
        ThreadOpened, ThreadAdvanced, ThreadResolved,
        BranchCreated, EventRetracted, EventReinstated, ModelCalled, ProposalRefused,
    )
}  # fmt: skip
"""Every kind of event, by its name."""

MACHINERY = frozenset({"branch.created", "event.retracted", "event.reinstated", "model.called", "proposal.refused"})
"""Kinds that nobody witnesses and that change no state."""


class Event(msgspec.Struct, frozen=True):
    """An entry of the log as it travels; `data` is the payload of its kind, already encoded."""

    seq: int
    branch: str
    turn: int
    cause: int | None
    kind: str
    version: int
    at: str
    witnesses: tuple[EntityId, ...]
    data: msgspec.Raw
