"""Events of cast and world: who and what there is, where it is, and what is felt, seen and claimed."""

import msgspec

from protocol.events.payload import Payload
from protocol.ids import EntityId, Picture
from protocol.world import Alone, Leaning, Place, Slot, Style, Walls


class StoryCreated(Payload, frozen=True):
    """A story has begun."""

    kind = "story.created"
    title: str
    """The title of the story."""


class StoryChanged(Payload, frozen=True):
    """How the story is told, as the author wants it: what it is about, how its prose is to read, whether others may
    write for `you`, who answers where nobody is there who could: the narrator (`narrate`) or nobody (`silent`); whether
    the story moves by itself."""

    kind = "story.changed"
    version = 4
    writes_for_you: bool = False
    """Whether what others write may move `you` and put words into your mouth."""
    alone: Alone = "narrate"
    """Who answers where nobody is there who could: the narrator or nobody."""
    moves: bool = True
    """Whether the story moves by itself: in a quiet stretch somebody acts on what stands open."""
    premise: str = ""
    """What the story is about; empty for nothing said."""
    style: Style = Style()
    """How its prose is to read."""


class EntityAdded(Payload, frozen=True):
    """Somebody is in the cast: what everybody may know of them."""

    kind = "entity.added"
    entity: EntityId
    """Who they are."""
    name: str
    """What they are called."""
    appearance: str = ""
    """What everybody can see of them."""
    picture: Picture = ""
    """The digest of the picture of them; empty for none."""


class EntityChanged(Payload, frozen=True):
    """What somebody is like now; what is left out is as it was."""

    kind = "entity.changed"
    version = 2
    entity: EntityId
    """Who it is."""
    name: str | None = None
    """What they are called."""
    appearance: str | None = None
    """What everybody can see of them."""
    description: str | None = None
    """Who they are."""
    personality: str | None = None
    """What they are like."""
    voice: str | None = None
    """How they speak."""
    examples: list[str] | None = None
    """Examples of what they say."""
    talkativeness: int | None = None
    """How readily they speak, from 0 to 10."""
    mood: str | None = None
    """Their mood; empty for none."""
    goals: list[str] | None = None
    """What they want."""
    status: str | None = None
    """How they are; empty for nothing to be said."""
    instructions: str | None = None
    """How a model is to write them; empty for nothing said."""
    reminder: str | None = None
    """The same, at the very end of a prompt; empty for nothing said."""
    picture: Picture | None = None
    """The digest of the picture of them; empty for none."""


class ContainerStated(Payload, frozen=True):
    """A container as it is now."""

    kind = ""
    container: str
    """The id of the container."""
    name: str
    """What it is called."""
    description: str = ""
    """What it is like."""
    parent: str | None = None
    """The container that it is in; null for none."""
    slots: list[Slot] = []
    """Its slots."""
    opens_to: list[str] = []
    """The containers that it opens to."""
    walls: Walls = Walls()
    """What its walls let through."""


class ContainerAdded(ContainerStated, frozen=True):
    """There is a new container."""

    kind = "container.added"


class ContainerChanged(ContainerStated, frozen=True):
    """A container is otherwise than before: all of it as it is now."""

    kind = "container.changed"


class ContainerRemoved(Payload, frozen=True):
    """A container is no more. What was believed to be in it is somewhere unknown."""

    kind = "container.removed"
    container: str
    """The id of the container."""
    name: str
    """What it was called."""


class PropStated(msgspec.Struct, frozen=True, omit_defaults=True, rename={"in_": "in"}):
    """A prop as it is now, as far as it shows. `condition` says what is different about it now, in a phrase."""

    prop: str
    """The id of the prop."""
    name: str
    """What it is called."""
    in_: Place | None = None
    """Where it is; null is somewhere unknown."""
    description: str = ""
    """What it is like."""
    closed: bool = False
    """Whether it is closed."""
    condition: str = ""
    """What is different about it now, in a phrase; empty for nothing."""


class PropEvent(Payload, frozen=True, rename={"in_": "in"}):
    """A prop as it is now. The kind of the event says what brought that about."""

    kind = ""
    prop: str
    """The id of the prop."""
    name: str
    """What it is called."""
    in_: Place | None = None
    """Where it is; null is somewhere unknown."""
    description: str = ""
    """What it is like."""
    closed: bool = False
    """Whether it is closed."""
    condition: str = ""
    """What is different about it now, in a phrase; empty for nothing."""


class PropAdded(PropEvent, frozen=True, rename={"in_": "in"}):
    """There is a new prop."""

    kind = "prop.added"
    version = 2


class PropMoved(PropEvent, frozen=True, rename={"in_": "in"}):
    """A prop is elsewhere than before."""

    kind = "prop.moved"
    version = 2


class PropChanged(PropEvent, frozen=True, rename={"in_": "in"}):
    """A prop was opened or closed, or is otherwise than before; it did not move."""

    kind = "prop.changed"
    version = 2


class PropRemoved(Payload, frozen=True):
    """A prop is no more."""

    kind = "prop.removed"
    prop: str
    """The id of the prop."""
    name: str
    """What it was called."""


class ActivityLeft(Payload, frozen=True):
    """Somebody left. `toward` is where to, if that was said or shown to those who perceived it."""

    kind = "activity.left"
    version = 2
    entity: EntityId
    """Who left."""
    container: str
    """The container that they left."""
    toward: str | None = None
    """The container that they went to, where that was said or shown to those who perceived it; null where not."""


class ActivityArrived(Payload, frozen=True):
    """Somebody arrived."""

    kind = "activity.arrived"
    version = 2
    entity: EntityId
    """Who arrived."""
    container: str
    """The container that they are in now."""
    slot: str | None = None
    """The slot of it that they are in; null for none."""
    awake: bool = True
    """Whether they are awake."""
    carrying: list[PropStated] = []
    """What they are seen to carry."""
    spot: str | None = None
    """Where in their place they are, in a few words; null for nowhere in particular."""


class ActivityStated(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody is seen to be doing, and where; how they look, for those who did not see that change."""

    entity: EntityId
    """Who it is."""
    container: str | None = None
    """The container that they are in; null if it is not known."""
    slot: str | None = None
    """The slot of it that they are in; null for none."""
    doing: str | None = None
    """What they are doing, in words."""
    attention: str | None = None
    """What they attend to, in words."""
    awake: bool = True
    """Whether they are awake."""
    spot: str | None = None
    """Where in their place they are, in a few words; null for nowhere in particular."""
    appearance: str | None = None
    """How they look now, for those who did not see it change; null for as known."""


class ActivityChanged(Payload, frozen=True):
    """What somebody is doing now: all of it."""

    kind = "activity.changed"
    version = 2
    entity: EntityId
    """Who it is."""
    container: str | None = None
    """The container that they are in; null for none."""
    slot: str | None = None
    """The slot of it that they are in; null for none."""
    doing: str | None = None
    """What they are doing, in words."""
    attention: str | None = None
    """What they attend to, in words."""
    awake: bool = True
    """Whether they are awake."""
    spot: str | None = None
    """Where in their place they are, in a few words; null for nowhere in particular."""


class EdgeChanged(Payload, frozen=True, rename={"from_": "from"}):
    """An edge as it is now: what somebody feels for somebody else."""

    kind = "edge.changed"
    version = 2
    from_: EntityId
    """Who feels."""
    to: EntityId
    """For whom."""
    warmth: int = 0
    """How warm the feeling is, from -5 to 5."""
    trust: int = 0
    """How much is trusted, from -5 to 5."""
    tension: int = 0
    """How tense it is between them, from -5 to 5."""
    note: str = ""
    """The feeling in words."""
    because: str = ""
    """What brought the change about, in words."""
    leaning: Leaning = Leaning()
    """How far each number has come toward its next value."""


class GroupChanged(Payload, frozen=True):
    """The group node as it is now: what the cast is like together."""

    kind = "group.changed"
    tone: str = ""
    """How they are with each other."""
    note: str = ""
    """What else is to be said of them."""
    habits: list[str] = []
    """What they are used to do."""


class SceneStated(msgspec.Struct, frozen=True, omit_defaults=True):
    """A scene that is on, as whoever comes into it finds it."""

    scene: str
    """The id of the scene."""
    container: str
    """The container that it plays in."""
    title: str = ""
    """The title of the scene; empty if it has none."""


class OccasionSeen(msgspec.Struct, frozen=True, omit_defaults=True):
    """An occasion that is on, as whoever comes there finds it."""

    occasion: str
    """The id of the occasion."""
    title: str
    """The title of the occasion."""
    where: str
    """The container that it is in."""


class Perceived(Payload, frozen=True):
    """Somebody looked: all that is in the places that were seen, so that nothing else is there. It changes only what
    the believers know."""

    kind = "perceived"
    version = 2
    by: EntityId
    """Who looked."""
    believers: list[EntityId]
    """Those who saw it."""
    seen: list[Place]
    """The places that were seen as a whole."""
    people: list[ActivityStated] = []
    """Those who were seen there."""
    props: list[PropStated] = []
    """The props that were seen there."""
    scene: SceneStated | None = None
    """The scene that is on there; null for none."""
    occasions: list[OccasionSeen] = []
    """The occasions that are on there."""


class Claimed(Payload, frozen=True, rename={"in_": "in"}):
    """Somebody said that a prop is somewhere. It changes only what the believers know, never the truth."""

    kind = "claimed"
    version = 2
    by: EntityId
    """Who said it."""
    believers: list[EntityId]
    """Those who believe it."""
    prop: str
    """The id of the prop."""
    name: str
    """What it is called."""
    in_: Place | None = None
    """Where it is said to be; null is nowhere known."""
