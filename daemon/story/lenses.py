"""Lenses: who looks, and the one rule of what a lens shows. Pure.

An event has two masks: its witnesses, and those who *seem* to have perceived it, to those who did. They differ where
somebody watches unnoticed, or misses what happens before their eyes. A lens asks of an event:

    lens            who must have perceived it    who must seem to have     what it shows
    the truth       nobody                        nobody                    all that happened
    a               a                             nobody                    what a knows
    a, b            a                             b                         what a takes b to know
    you, a, b       all three                     all three                 what all three share
    what two share  both                          both                      common ground; only a narrator's

A lens is no mask: it is a number of six bits, of which the lower three are the mask of those who must have perceived,
the upper three of those who must seem to have. Its type keeps one from being taken for the other.
"""

from collections.abc import Sequence
from typing import NewType

from msgspec import UNSET, structs

from protocol.events import Event
from protocol.ids import BITS, ENTITIES, EVERYBODY, NOBODY, EntityId, Mask, difference, entities_of, mask_of, union

Lens = NewType("Lens", int)
"""Who looks (see the table above)."""

SEEMS = 3
"""How far the bits of those who must seem to have perceived lie above those of the witnesses."""

TRUTH = Lens(NOBODY)
"""Shows all."""

ALONE: dict[EntityId, Lens] = {e: Lens(BITS[e]) for e in ENTITIES}
"""The lens of each alone: what they know."""


def as_taken(by: EntityId, of: EntityId) -> Lens:
    """The lens of what one takes another to know."""
    return Lens(BITS[by] | BITS[of] << SEEMS)


def shared(mask: Mask) -> Lens:
    """The lens of what these share; of one alone what they know, of nobody the truth."""
    return Lens(mask | mask << SEEMS) if len(entities_of(mask)) > 1 else Lens(mask)


def lens_of(entities: Sequence[EntityId]) -> Lens:
    """The lens that a client names: of nobody, of one, of two in their order, or of all three."""
    match list(dict.fromkeys(entities)):
        case [by, of]:
            return as_taken(by, of)
        case who:
            return shared(mask_of(who))


def shows(lens: Lens, witnesses: Mask, seems: Mask | None = None) -> bool:
    """Whether a lens shows an event with these masks; without `seems`, its witnesses are who seem to have perceived
    it."""
    return both(witnesses, seems) & lens == lens


def both(witnesses: Mask, seems: Mask | None) -> int:
    """Both masks of an event as one number, its bits where those of a lens are."""
    return witnesses | (witnesses if seems is None else seems) << SEEMS


def perceives(lens: Lens, event: Event) -> bool:
    """Whether a lens shows an event as it travels."""
    return shows(lens, mask_of(event.witnesses), seeming(event))


def as_seen(lens: Lens, event: Event) -> Event:
    """An event that a lens shows, with those as its witnesses whom the lens takes for them: those who seem to have
    perceived it, and who looks. That they differ from who did is the truth's alone to tell."""
    if lens == TRUTH or event.seems is UNSET:
        return event
    taken = entities_of(Mask(mask_of(event.seems) | lens & EVERYBODY))
    return structs.replace(event, witnesses=taken, seems=UNSET)


def seeming(event: Event) -> Mask | None:
    """The mask of those who seem to have perceived an event as it travels; None where they are its witnesses."""
    return None if event.seems is UNSET else mask_of(event.seems)


def members(lens: Lens) -> Mask:
    """The mask of all whom a lens names."""
    return union(perceiving(lens), Mask(lens >> SEEMS))


def perceiving(lens: Lens) -> Mask:
    """The mask of those who must have perceived what a lens shows."""
    return Mask(lens & EVERYBODY)


def named(lens: Lens) -> tuple[EntityId, ...]:
    """The entities of a lens as a client names it: who looks comes first."""
    first = entities_of(perceiving(lens))
    return (*first, *(e for e in entities_of(members(lens)) if e not in first))


def lens_name(lens: Lens) -> str:
    """A lens in words: `truth`, `a`, `a+you` for what a takes you to know, `you+a+b`."""
    return "+".join(named(lens)) or "truth"


NAMED: tuple[Lens, ...] = (
    TRUTH,
    *ALONE.values(),
    *(as_taken(by, of) for by in ENTITIES for of in ENTITIES if by != of),
    shared(EVERYBODY),
)
"""Every lens that a client can name: eleven."""

LENSES: tuple[Lens, ...] = (*NAMED, *(shared(difference(EVERYBODY, BITS[e])) for e in ENTITIES))
"""Every lens there is: beside those the common ground of each two."""
