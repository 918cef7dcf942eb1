"""Lines of history: which stretch of which branch a line sees. The one mechanism behind rewind, fork, take and edit.

A branch shares its parent's events up to and including `fork_seq`. The parent of a new branch is the branch that owns
the seq it forks at, so going back again and again does not nest.
"""

from bisect import bisect_left, bisect_right
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

PATHS = 8
"""Paths kept in mind per story: a line of thousands of branches takes a millisecond to walk."""


class Tree(dict[str, Branch]):
    """The branches of a story. They are added and never change, so the last paths that were walked are kept."""

    def __init__(self) -> None:
        super().__init__()
        self._paths: dict[str, list[Stretch]] = {}

    def path(self, branch: str) -> list[Stretch]:
        """All that a branch sees."""
        if branch not in self._paths:
            if len(self._paths) == PATHS:
                self._paths.clear()
            self._paths[branch] = _path(self, branch)
        return self._paths[branch]


def stretches(tree: Mapping[str, Branch], branch: str, after: int = 0, upto: int = END) -> list[Stretch]:
    """What a branch sees of `after < seq <= upto`, oldest first. Walks back only as far as `after`."""
    path = tree.path(branch) if isinstance(tree, Tree) else _path(tree, branch, after)
    first = bisect_right(path, after, key=lambda s: s.upto)
    last = bisect_left(path, upto, key=lambda s: s.after)
    part = path[first:last] if after < upto else []
    if part:
        part[0] = Stretch(part[0].branch, max(after, part[0].after), part[0].upto)
        part[-1] = Stretch(part[-1].branch, part[-1].after, min(upto, part[-1].upto))
    return part


def _path(tree: Mapping[str, Branch], branch: str, beyond: int = 0) -> list[Stretch]:
    found: list[Stretch] = []
    for owner, upto in ancestry(tree, branch):
        if upto <= beyond:
            break
        if (after := tree[owner].fork_seq) < upto:
            found.append(Stretch(owner, after, upto))
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
