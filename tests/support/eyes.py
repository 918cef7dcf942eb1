"""Every lens as a client names it, and a plain account of what each shows, apart from the daemon's own."""

from collections.abc import Collection, Sequence

from protocol.ids import EntityId

EYES: list[tuple[EntityId, ...]] = [
    (), ("you",), ("a",), ("b",),
    ("you", "a"), ("you", "b"), ("a", "you"), ("a", "b"), ("b", "you"), ("b", "a"),
    ("you", "a", "b"),
]  # fmt: skip
"""All eleven; the first is the truth."""


def may_see(lens: Sequence[str], witnesses: Collection[str], seems: Collection[str] | None = None) -> bool:
    """Whether somebody who looks so is shown an event with these witnesses."""
    seeming = witnesses if seems is None else seems
    if len(lens) == 2:
        return lens[0] in witnesses and lens[1] in seeming
    if len(lens) == 3:
        return all(e in witnesses and e in seeming for e in lens)
    return all(e in witnesses for e in lens)


def people(mask: int) -> list[str]:
    """Whose bits are set in a mask."""
    return [e for bit, e in ((1, "you"), (2, "a"), (4, "b")) if mask & bit]
