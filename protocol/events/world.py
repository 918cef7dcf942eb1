"""Events of cast and world: who and what there is, where it is, and what is felt, seen and claimed."""

import msgspec

from protocol.events.payload import Payload
from protocol.ids import EntityId
from protocol.world import Alone, Leaning, Place, Slot, Walls


class StoryCreated(Payload, frozen=True):
    kind = "story.created"
    title: str


class StoryChanged(Payload, frozen=True):
    """How the story is told, as the author wants it: whether others may write for `you`, and who answers where nobody
    is there who could: the narrator (`narrate`) or nobody (`silent`)."""

    kind = "story.changed"
    version = 2
    writes_for_you: bool = False
    alone: Alone = "narrate"


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
    talkativeness: int | None = None
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
    """A prop as it is now, as far as it shows. `condition` says what is different about it now, in a phrase."""

    prop: str
    name: str
    in_: Place | None = None
    description: str = ""
    closed: bool = False
    condition: str = ""


class PropEvent(Payload, frozen=True, rename={"in_": "in"}):
    """A prop as it is now; the kinds below tell what brought it there."""

    kind = ""
    prop: str
    name: str
    in_: Place | None = None
    description: str = ""
    closed: bool = False
    condition: str = ""


class PropAdded(PropEvent, frozen=True, rename={"in_": "in"}):
    kind = "prop.added"
    version = 2


class PropMoved(PropEvent, frozen=True, rename={"in_": "in"}):
    kind = "prop.moved"
    version = 2


class PropChanged(PropEvent, frozen=True, rename={"in_": "in"}):
    """Opened, closed, or told anew; it did not move."""

    kind = "prop.changed"
    version = 2


class PropRemoved(Payload, frozen=True):
    kind = "prop.removed"
    prop: str
    name: str


class ActivityLeft(Payload, frozen=True):
    """Somebody left. `toward` is where to, if that was said or shown to those who perceived it."""

    kind = "activity.left"
    version = 2
    entity: EntityId
    container: str
    toward: str | None = None


class ActivityArrived(Payload, frozen=True):
    """Somebody is here now, visibly carrying these things."""

    kind = "activity.arrived"
    version = 2
    entity: EntityId
    container: str
    slot: str | None = None
    awake: bool = True
    carrying: list[PropStated] = []
    spot: str | None = None


class ActivityStated(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody is seen to be doing, and where; how they look, for those who did not see that change."""

    entity: EntityId
    container: str | None = None
    slot: str | None = None
    doing: str | None = None
    attention: str | None = None
    awake: bool = True
    spot: str | None = None
    appearance: str | None = None


class ActivityChanged(Payload, frozen=True):
    """All of somebody's activity as it is now."""

    kind = "activity.changed"
    version = 2
    entity: EntityId
    container: str | None = None
    slot: str | None = None
    doing: str | None = None
    attention: str | None = None
    awake: bool = True
    spot: str | None = None


class EdgeChanged(Payload, frozen=True, rename={"from_": "from"}):
    """A directed feeling as it is now; numbers from -5 to 5. `leaning` is how far they have come toward their
    next value."""

    kind = "edge.changed"
    version = 2
    from_: EntityId
    to: EntityId
    warmth: int = 0
    trust: int = 0
    tension: int = 0
    note: str = ""
    because: str = ""
    leaning: Leaning = Leaning()


class GroupChanged(Payload, frozen=True):
    """The group node as it is now."""

    kind = "group.changed"
    tone: str = ""
    note: str = ""
    habits: list[str] = []


class SceneStated(msgspec.Struct, frozen=True, omit_defaults=True):
    """A scene that is on, as one finds it who comes into it."""

    scene: str
    container: str
    title: str = ""


class OccasionSeen(msgspec.Struct, frozen=True, omit_defaults=True):
    """An occasion that is on, as one finds it who comes there."""

    occasion: str
    title: str
    where: str


class Perceived(Payload, frozen=True):
    """What stood before the believers' eyes: all that is in the seen places, and so nothing else is there.

    `scene` and `occasions` are those that are on where they are. Applied only under a lens that contains a believer.
    """

    kind = "perceived"
    version = 2
    by: EntityId
    believers: list[EntityId]
    seen: list[Place]
    people: list[ActivityStated] = []
    props: list[PropStated] = []
    scene: SceneStated | None = None
    occasions: list[OccasionSeen] = []


class Claimed(Payload, frozen=True, rename={"in_": "in"}):
    """Somebody said that a prop is there. Applied only under a lens that contains a believer."""

    kind = "claimed"
    version = 2
    by: EntityId
    believers: list[EntityId]
    prop: str
    name: str
    in_: Place | None = None
