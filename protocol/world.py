"""The small shapes that events, commands and views share: where a thing is, what a room is like."""

from typing import Annotated, Literal

import msgspec

from protocol.ids import EntityId, Id, Name, StoryTime

Manner = Literal["speech", "action", "thought", "whisper", "message", "narration", "ooc"]
"""How a line is brought out; it decides who perceives it."""

MemoryKind = Literal["episode", "fact", "summary", "hearsay"]

Alone = Literal["narrate", "silent"]
"""Who answers `you` where nobody is there who could: the narrator, or nobody."""

RecalledKind = Literal["line", "episode", "fact", "summary", "hearsay", "lore"]
"""What can be recalled: a line, a memory by its kind, an entry of lore."""


How = Literal["held", "worn", "carried"]
"""How somebody has a thing: held in a hand, seen by all; worn, seen by all; or carried in a pocket, a sleeve or a bag,
unseen by others. Only what is held takes a hand."""

Spot = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
"""Where in a place, in a few words, such as `under the third stair`."""


class Place(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where a prop is: exactly one of a container, an entity, a prop or an occasion.

    In a container a `slot`, a `spot`, and whether it is `hidden` may be named: what is hidden is not in plain sight. Of
    an entity: `how` the entity has it. Of a prop: whether it lies `on` the prop, in plain sight, and not in it.

    Raises ValueError where none or several are named, or what does not go with the one that is.
    """

    container: Id | None = None
    slot: Name | None = None
    spot: Spot | None = None
    hidden: bool = False
    entity: EntityId | None = None
    how: How = "held"
    prop: Id | None = None
    on: bool = False
    occasion: Id | None = None

    def __post_init__(self) -> None:
        named = (
            (self.container is not None)
            + (self.entity is not None)
            + (self.prop is not None)
            + (self.occasion is not None)
        )
        in_a_room = self.slot is not None or self.spot is not None or self.hidden
        if (
            named != 1
            or (in_a_room and self.container is None)
            or (self.how != "held" and self.entity is None)
            or (self.on and self.prop is None)
        ):
            raise ValueError(
                "a place is exactly one of {container, slot?, spot?, hidden?}, {entity, how?}, {prop, on?} or "
                "{occasion}; null is unknown"
            )


class Leaning(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How far the numbers of a feeling have come toward their next value, each negative where that is a lower one."""

    warmth: int = 0
    trust: int = 0
    tension: int = 0


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A named spot of a container and how many entities it holds."""

    slot: Name
    capacity: int = 1

    def __post_init__(self) -> None:
        if self.capacity < 1:
            raise ValueError("a slot's capacity is at least 1")


class Walls(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a container's walls let through; both ends must let it through."""

    sound: bool = False
    sight: bool = False


class Identity(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who somebody is. Appearance is everybody's to see; the rest is the entity's own.

    `talkativeness` is from 0 (answers only if addressed) to 10 (always has a say); 5 if never given.
    """

    appearance: str | None = None
    description: str | None = None
    personality: str | None = None
    voice: str | None = None
    examples: str | list[str] | None = None
    talkativeness: int | None = None


class Trigger(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What makes an occasion due: somebody arriving somewhere, another occasion's end, or a thread's."""

    arrives: EntityId | None = None
    container: Id | None = None
    after: Id | None = None
    resolved: Id | None = None

    def __post_init__(self) -> None:
        arrival = self.arrives is not None and self.container is not None
        named = arrival + (self.after is not None) + (self.resolved is not None)
        if named != 1 or (self.arrives is None) != (self.container is None):
            raise ValueError("a trigger is one of {arrives, container}, {after: occasion} or {resolved: thread}")


When = StoryTime | Trigger
"""A story time or a trigger."""
