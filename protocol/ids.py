"""Who and what is named on the wire: entities, seqs, turns, masks, lenses, and the shapes of ids. Holds no payloads.

Seqs, the numbers of turns and masks are types of their own, so that none is taken for another. What sums come to is
made one again by name, as in `Seq(seq - 1)`; masks are put together with `union`, `intersection` and `difference`.
"""

from collections.abc import Iterable
from typing import Annotated, Literal, NewType

import msgspec

EntityId = Literal["you", "a", "b"]
"""Somebody of the story: the user's character (`you`), and up to two bots (`a` and `b`)."""

ENTITIES: tuple[EntityId, ...] = ("you", "a", "b")

Seq = NewType("Seq", int)
"""The number of an event in the log of the whole store."""

BEGINNING = Seq(0)
"""Before every seq."""

TurnNumber = NewType("TurnNumber", int)
"""The number of a turn, counted in each story from 1."""

Mask = NewType("Mask", int)
"""A set of entities, a bit each (0 to 7): the witnesses of an event, or those who seem to have perceived it."""

BITS: dict[EntityId, Mask] = {"you": Mask(1), "a": Mask(2), "b": Mask(4)}
"""The bit of each entity in a witness mask."""

NOBODY = Mask(0)
EVERYBODY = Mask(7)

Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
"""A client's own short word for a container, prop, occasion, thread, scene, line or memory; unique per kind."""

StoryTime = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$")]
"""A moment on the story's own clock, `YYYY-MM-DDTHH:MM:SS`, without a zone."""

Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
"""A file that is kept beside the stories, such as a picture, by its SHA-256 in hexadecimal digits."""

Picture = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{64})?$")]
"""The digest of a picture; empty for none."""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
LONGEST_TEXT = 1_000_000
Text = Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]
Feeling = Annotated[int, msgspec.Meta(ge=-5, le=5)]

GivenSeq = Annotated[Seq, msgspec.Meta(ge=0, le=2**53 - 1)]
"""A seq that a client gives."""

_MEMBERS: tuple[tuple[EntityId, ...], ...] = tuple(
    tuple(e for e in ENTITIES if mask & BITS[e]) for mask in range(EVERYBODY + 1)
)


def mask_of(entities: Iterable[EntityId]) -> Mask:
    """The witness mask (0 to 7) whose bits are these entities."""
    mask = 0
    for entity in entities:
        mask |= BITS[entity]
    return Mask(mask)


def union(*masks: Mask) -> Mask:
    """The mask of all who are in any of these masks."""
    found = 0
    for mask in masks:
        found |= mask
    return Mask(found)


def intersection(one: Mask, other: Mask) -> Mask:
    """The mask of those who are in both masks."""
    return Mask(one & other)


def difference(one: Mask, other: Mask) -> Mask:
    """The mask of those in `one` who are not in `other`."""
    return Mask(one & ~other)


def entities_of(mask: Mask) -> tuple[EntityId, ...]:
    """The entities of a mask (0 to 7), in the order you, a, b."""
    return _MEMBERS[mask]
