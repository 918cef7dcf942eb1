"""Which prompt keeps which cache, where an endpoint keeps several: each bot its own, and reading and summing up one."""

from protocol.ids import EntityId

READING = 2
COUNT = 3


def of_speaker(who: EntityId | None) -> int:
    """The slot of a reply."""
    return 1 if who == "b" else 0
