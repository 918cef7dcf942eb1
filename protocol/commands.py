"""What a client can ask for: the imperative commands that `append` and `create` take, told apart by `do`.

They are requests only. What comes of them is decided by the daemon's rules (see protocol/rules.py).
"""

from typing import Any, Literal

import msgspec

from protocol.ids import EntityId, Id, Name, Seq, StoryTime, Text
from protocol.world import Identity, Manner, MemoryKind, Place, Slot, Walls, When


def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class Command(
    msgspec.Struct,
    frozen=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    kw_only=True,
    tag_field="do",
    tag=_snake,
):
    """What every command takes: `witnesses` overrides who perceives the act."""

    witnesses: list[EntityId] | None = None


class AddEntity(Command, frozen=True, kw_only=True):
    entity: EntityId
    name: Name
    identity: Identity = Identity()
    mood: str | None = None
    goals: str | list[str] | None = None
    status: str | None = None


class ChangeEntity(Command, frozen=True, kw_only=True):
    entity: EntityId
    name: Name | None = None
    identity: Identity = Identity()
    mood: str | None = None
    goals: str | list[str] | None = None
    status: str | None = None


class AddContainer(Command, frozen=True, kw_only=True):
    container: Id | None = None
    name: Name
    description: Text = ""
    parent: Id | None = None
    slots: list[Slot] = []
    opens_to: list[Id] = []
    walls: Walls = Walls()


class ChangeContainer(Command, frozen=True, kw_only=True):
    container: Id
    name: Name | None = None
    description: Text | None = None
    parent: Id | msgspec.UnsetType | None = msgspec.UNSET
    slots: list[Slot] | None = None
    opens_to: list[Id] | None = None
    walls: Walls | None = None


class Move(Command, frozen=True, kw_only=True):
    who: EntityId
    container: Id
    slot: Name | None = None


class Act(Command, frozen=True, kw_only=True):
    who: EntityId
    doing: str | msgspec.UnsetType | None = msgspec.UNSET
    attention: str | msgspec.UnsetType | None = msgspec.UNSET
    awake: bool | None = None


class AddProp(Command, frozen=True, kw_only=True, rename={"in_": "in"}):
    prop: Id | None = None
    name: Name
    in_: Place | None
    description: Text = ""
    closed: bool = False


class Take(Command, frozen=True, kw_only=True):
    who: EntityId
    prop: Id


class Drop(Command, frozen=True, kw_only=True):
    who: EntityId
    prop: Id


class Hand(Command, frozen=True, kw_only=True):
    who: EntityId
    prop: Id
    to: EntityId


class Hide(Command, frozen=True, kw_only=True, rename={"in_": "in"}):
    """Puts a prop there; those present see it done."""

    who: EntityId
    prop: Id
    in_: Place


class Open(Command, frozen=True, kw_only=True):
    who: EntityId
    prop: Id


class Close(Command, frozen=True, kw_only=True):
    who: EntityId
    prop: Id


class LookInto(Command, frozen=True, kw_only=True):
    who: EntityId
    prop: Id


class Feel(Command, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Changes of a feeling, each from -10 to 10; the event holds the result, kept within -5 to 5."""

    from_: EntityId
    to: EntityId
    warmth: int = 0
    trust: int = 0
    tension: int = 0
    note: str | None = None
    because: str | None = None


class Bind(Command, frozen=True, kw_only=True):
    tone: str | None = None
    note: str | None = None
    habits: list[str] | None = None


class Say(Command, frozen=True, kw_only=True):
    who: EntityId | None
    text: Text
    manner: Manner = "speech"
    to: list[EntityId] = []


class OpenScene(Command, frozen=True, kw_only=True):
    scene: Id | None = None
    container: Id
    present: list[EntityId]
    title: str = ""
    at: StoryTime | None = None


class CloseScene(Command, frozen=True, kw_only=True):
    gist: Text | None = None


class PassTime(Command, frozen=True, kw_only=True):
    minutes: int


class SkipTime(Command, frozen=True, kw_only=True):
    """Leaves time out: an elision within the scene, or a jump, which closes it. Either `minutes` or `until`."""

    mode: Literal["elision", "jump"]
    minutes: int | None = None
    until: StoryTime | None = None
    summary: Text | None = None


class PlannedProp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A prop that an occasion brings along."""

    prop: Id
    name: Name


class Plan(Command, frozen=True, kw_only=True):
    """`who` know of it (the cast if left out); without a `when` it starts by hand."""

    occasion: Id | None = None
    title: Name
    purpose: Text = ""
    where: Id | None = None
    who: list[EntityId] | None = None
    when: When | None = None
    props: list[PlannedProp] = []


class Start(Command, frozen=True, kw_only=True):
    occasion: Id
    why: Text = ""


class Cancel(Command, frozen=True, kw_only=True):
    occasion: Id
    why: Text = ""


class Acquired(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the occasion's props that somebody keeps."""

    prop: Id
    by: EntityId


class Learned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fact that somebody keeps."""

    fact: Text
    by: EntityId


class Felt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A change of an edge, as in `feel`; a `do` of it may stand there too."""

    from_: EntityId
    to: EntityId
    do: Literal["feel"] = "feel"
    warmth: int = 0
    trust: int = 0
    tension: int = 0
    note: str | None = None
    because: str | None = None


class Complete(Command, frozen=True, kw_only=True):
    """Only what is named here outlives the occasion."""

    occasion: Id
    gist: Text
    acquired: list[Acquired] = []
    learned: list[Learned] = []
    edges: list[Felt] = []


class OpenThread(Command, frozen=True, kw_only=True):
    thread: Id | None = None
    title: Name
    note: Text = ""


class AdvanceThread(Command, frozen=True, kw_only=True):
    thread: Id
    note: Text = ""


class ResolveThread(Command, frozen=True, kw_only=True):
    thread: Id
    note: Text = ""


class Remember(Command, frozen=True, kw_only=True, rename={"from_": "from"}):
    gist: Text
    by: list[EntityId]
    kind: MemoryKind = "episode"
    significance: float = 5.0
    from_: list[Seq] = []


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"in_": "in"}):
    """That a prop is there, true or not."""

    prop: Id
    in_: Place | None


class Share(Command, frozen=True, kw_only=True):
    by: EntityId
    to: list[EntityId]
    memory: Id | None = None
    claims: list[Claim] = []


class Set(Command, frozen=True, kw_only=True):
    """The author's hand: absolute values for what is already there.

    `what` is `prop`, `entity`, `container`, `edge` or `memory`, or without an `id` `clock`, `group` or `story`. Of a
    story: `writes_for_you`, whether others' prose may move `you` and put words into your mouth (false if never set).
    """

    what: str
    id: str | None = None
    values: dict[str, Any]


class Remove(Command, frozen=True, kw_only=True):
    what: str
    id: str


class Note(Command, frozen=True, kw_only=True):
    text: Text
    depth: int = 0


class AddLore(Command, frozen=True, kw_only=True):
    lore: Id | None = None
    keys: list[str] = []
    text: Text
    lens: list[EntityId] = []


AnyCommand = (
    AddEntity | ChangeEntity | AddContainer | ChangeContainer | Move | Act
    | AddProp | Take | Drop | Hand | Hide | Open | Close | LookInto
    | Feel | Bind | Say | OpenScene | CloseScene | PassTime | SkipTime
    | Plan | Start | Complete | Cancel | OpenThread | AdvanceThread | ResolveThread
    | Remember | Share | Set | Remove | Note | AddLore
)  # fmt: skip
"""Any command, told apart by its `do`."""
