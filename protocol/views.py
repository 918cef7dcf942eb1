"""What `project` answers: the shape of each view's data. Holds no rules for computing them."""

from typing import Any

import msgspec

from protocol.ids import EntityId
from protocol.world import Manner, Place, Slot, Walls, When


class View(msgspec.Struct, frozen=True):
    """Base of all views."""


class Present(View, frozen=True, omit_defaults=True):
    """Somebody in a place, as far as the lens knows."""

    entity: EntityId
    name: str
    container: str | None
    slot: str | None
    doing: str | None
    holding: list[str]
    attention: str | None
    awake: bool = True
    mood: str | None = None
    spot: str | None = None
    wearing: list[str] = []
    carrying: list[str] = []


class SceneView(View, frozen=True):
    """The stretch of play that is on; all null where none is, or where the lens does not know it."""

    scene: str | None
    container: str | None
    title: str
    clock: str | None
    elapsed: int
    present: list[Present]


class ContainerView(View, frozen=True):
    container: str
    name: str
    description: str
    parent: str | None
    slots: list[Slot]
    opens_to: list[str]
    walls: Walls
    present: list[EntityId]


class PropView(View, frozen=True, rename={"in_": "in"}):
    """A prop where this lens last knew it; `in` null is somewhere unknown."""

    prop: str
    name: str
    in_: Place | None
    description: str
    closed: bool
    condition: str


class WorldView(View, frozen=True):
    containers: list[ContainerView]
    props: list[PropView]


class EntityView(View, frozen=True):
    """All that the lens knows of somebody; null is unknown."""

    entity: EntityId
    name: str
    appearance: str
    description: str | None
    personality: str | None
    voice: str | None
    examples: list[str]
    talkativeness: int | None
    mood: str | None
    goals: list[str]
    status: str | None
    container: str | None
    slot: str | None
    doing: str | None
    attention: str | None
    awake: bool
    holding: list[str]
    spot: str | None
    wearing: list[str]
    carrying: list[str]


class EdgeView(View, frozen=True, rename={"from_": "from"}):
    from_: EntityId
    to: EntityId
    warmth: int
    trust: int
    tension: int
    note: str


class GroupView(View, frozen=True):
    tone: str
    note: str
    habits: list[str]


class EdgesView(View, frozen=True):
    edges: list[EdgeView]
    group: GroupView


class PartView(View, frozen=True, omit_defaults=True):
    """A part of a line; `raw` is it as it was typed or written, with its marks and blanks, where `text` is not that."""

    seq: int
    manner: Manner
    to: list[EntityId]
    text: str
    witnesses: tuple[EntityId, ...]
    raw: str = ""


class LineView(View, frozen=True, omit_defaults=True):
    """A line as the lens perceived it: its own fields are those of the first part that the lens sees."""

    line: str
    seq: int
    who: EntityId | None
    manner: Manner
    to: list[EntityId]
    text: str
    parts: list[PartView]
    scene: str | None
    witnesses: tuple[EntityId, ...]
    turn: int
    take: int
    takes: int
    cut: bool = False
    noticed: bool = False
    raw: str | None = None


class TranscriptView(View, frozen=True):
    lines: list[LineView]
    more: bool


class MemoryView(View, frozen=True, rename={"from_": "from"}, omit_defaults=True):
    memory: str
    seq: int
    text: str
    kind: str
    significance: float
    witnesses: tuple[EntityId, ...]
    from_: list[int]
    told_by: EntityId | None = None


class MemoriesView(View, frozen=True):
    memories: list[MemoryView]
    more: bool


class TimelineEntry(View, frozen=True, omit_defaults=True):
    """Something that happened, by story time; `entry` is scene, turn, time, or occasion."""

    entry: str
    seq: int
    clock: str | None
    elapsed: int
    text: str
    turn: int
    scene: str | None = None
    at: str = ""


class TimelineView(View, frozen=True):
    entries: list[TimelineEntry]
    more: bool


class OccasionView(View, frozen=True):
    """An occasion as the lens knows it; `when` is a story time, a trigger, or null for by hand."""

    occasion: str
    title: str
    status: str
    purpose: str
    where: str | None
    who: list[EntityId]
    when: When | None
    props: list[str]
    gist: str


class OccasionsView(View, frozen=True):
    occasions: list[OccasionView]


class ThreadView(View, frozen=True):
    """A question of the story; `matters` is how it was last rated, 0 to 10, null where it never was."""

    thread: str
    title: str
    status: str
    note: str
    matters: int | None = None


class ThreadsView(View, frozen=True):
    threads: list[ThreadView]


class Section(View, frozen=True, rename={"from_": "from"}):
    """An itemised piece of a prompt: what it is called, why it is there, and the seqs it comes from."""

    name: str
    tokens: int
    why: str
    from_: list[int]
    text: str


class PromptView(View, frozen=True):
    """What the speaker would be given now."""

    speaker: EntityId | None
    lens: list[EntityId]
    sections: list[Section]
    messages: list[dict[str, str]]
    tokens: int
    budget: int


class Deleted(View, frozen=True):
    """What was deleted by the seq that it was named by, and is still out: so much went with it, itself included.

    `text` are the words of a line or memory; `who` spoke them. Both are empty for anything else.
    """

    seq: int
    kind: str
    who: EntityId | None
    text: str
    events: int


class DeletedView(View, frozen=True):
    """What `reinstate` can bring back, in the order of the story; the latest ones, if there are `more`."""

    deleted: list[Deleted]
    more: bool


StateView = dict[str, Any]
"""All of a state, as JSON: the snapshot."""

VIEWS: dict[str, Any] = {
    "scene": SceneView,
    "world": WorldView,
    "entity": EntityView,
    "edges": EdgesView,
    "transcript": TranscriptView,
    "memories": MemoriesView,
    "occasions": OccasionsView,
    "threads": ThreadsView,
    "timeline": TimelineView,
    "prompt": PromptView,
    "deleted": DeletedView,
    "state": StateView,
}
"""Every view's shape, by the name that `project` takes."""
