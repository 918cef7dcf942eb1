"""Lines of history: which stretch of which branch a line sees. The one mechanism behind rewind, fork, take and edit.

A branch shares its parent's events up to and including `fork_seq`. The parent of a new branch is the branch that owns
the seq it forks at, so going back again and again does not nest.
"""

from collections.abc import Iterator, Mapping

import msgspec


class Branch(msgspec.Struct, frozen=True):
    """A line of history; the root has no parent and shares nothing."""

    branch: str
    story: str
    parent: str | None
    fork_seq: int
    kind: str
    name: str
    created: int


class Stretch(msgspec.Struct, frozen=True):
    """The events of a branch with `after < seq <= upto`."""

    branch: str
    after: int
    upto: int


END = 2**62
"""Beyond every seq."""


def stretches(tree: Mapping[str, Branch], branch: str, after: int = 0, upto: int = END) -> list[Stretch]:
    """What a branch sees of `after < seq <= upto`, oldest first. Walks back only as far as `after`."""
    found: list[Stretch] = []
    current: str | None = branch
    # Not by `ancestry`, which would take three times as long where it matters: thousands of branches deep.
    while current is not None and upto > after:
        line = tree[current]
        if line.fork_seq < upto:
            found.append(Stretch(current, max(after, line.fork_seq), upto))
            upto = line.fork_seq
        current = line.parent
    found.reverse()
    return found


def ancestry(tree: Mapping[str, Branch], branch: str, upto: int = END) -> Iterator[tuple[str, int]]:
    """The branch and its ancestors, latest first, each with the highest seq of it that is seen."""
    current: str | None = branch
    while current is not None:
        line = tree[current]
        yield current, upto
        upto = min(upto, line.fork_seq)
        current = line.parent


def owner(tree: Mapping[str, Branch], branch: str, seq: int) -> str:
    """The branch of this lineage that owns a seq: where a fork at it hangs."""
    found = branch
    for line, _high in ancestry(tree, branch):
        found = line
        if seq > tree[line].fork_seq:
            break
    return found


def common(tree: Mapping[str, Branch], one: str, other: str) -> int:
    """The last seq up to which two lines see the same events (END where they are one line)."""
    if one == other:
        return END
    highs = dict(ancestry(tree, one))
    for line, high in ancestry(tree, other):
        if line in highs:
            return min(high, highs[line])
    return 0


def sees(tree: Mapping[str, Branch], branch: str, event_branch: str, seq: int) -> bool:
    """Whether a line sees an event of some branch."""
    return any(line == event_branch and seq <= high for line, high in ancestry(tree, branch))
