"""Who and what is named on the wire: entities, masks, lenses, and the shapes of ids. Holds no payloads."""

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec

EntityId = Literal["you", "a", "b"]
"""Somebody of the story: the user's character (`you`), and up to two bots (`a` and `b`)."""

ENTITIES: tuple[EntityId, ...] = ("you", "a", "b")
BITS: dict[EntityId, int] = {"you": 1, "a": 2, "b": 4}
"""The bit of each entity in a witness mask."""

NOBODY = 0
EVERYBODY = 7

Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
"""A client's own short word for a container, prop, occasion, thread, scene, line or memory; unique per kind."""

StoryTime = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$")]
"""A moment on the story's own clock, `YYYY-MM-DDTHH:MM:SS`, without a zone."""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=1_000_000)]
Seq = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Feeling = Annotated[int, msgspec.Meta(ge=-5, le=5)]

_MEMBERS: tuple[tuple[EntityId, ...], ...] = tuple(
    tuple(e for e in ENTITIES if mask & BITS[e]) for mask in range(EVERYBODY + 1)
)


def mask_of(entities: Iterable[EntityId]) -> int:
    """The witness mask (0 to 7) whose bits are these entities."""
    mask = NOBODY
    for entity in entities:
        mask |= BITS[entity]
    return mask


def entities_of(mask: int) -> tuple[EntityId, ...]:
    """The entities of a mask (0 to 7), in the order you, a, b."""
    return _MEMBERS[mask]
