"""The small shapes that events, commands and views share: where a thing is, what a room is like."""

from typing import Literal

import msgspec

from protocol.ids import EntityId, Id, Name, StoryTime

Manner = Literal["speech", "action", "thought", "whisper", "message", "narration", "ooc"]
"""How a line is brought out; it decides who perceives it."""

MemoryKind = Literal["episode", "fact", "summary", "hearsay"]

RecalledKind = Literal["line", "episode", "fact", "summary", "hearsay", "lore"]
"""What can be recalled: a line, a memory by its kind, an entry of lore."""


class Place(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where a prop is: exactly one of a container (perhaps a slot of it), an entity, a prop or an occasion.

    Raises ValueError where none or several are named, or a slot without a container.
    """

    container: Id | None = None
    slot: Name | None = None
    entity: EntityId | None = None
    prop: Id | None = None
    occasion: Id | None = None

    def __post_init__(self) -> None:
        named = (
            (self.container is not None)
            + (self.entity is not None)
            + (self.prop is not None)
            + (self.occasion is not None)
        )
        if named != 1 or (self.slot is not None and self.container is None):
            raise ValueError(
                "a place is exactly one of {container, slot?}, {entity}, {prop} or {occasion}; null is unknown"
            )


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
