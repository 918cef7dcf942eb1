"""Lineage: which stretches of which branches the path of a branch is made of. The one mechanism behind rewind, fork,
take and edit.

A branch shares its parent's events up to and including `fork_seq`. The parent of a new branch is the branch that owns
the seq it forks at, so going back again and again does not nest. A branch *sees* all events of its path; it *shows*
those of them that are not deleted.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

import msgspec

from daemon.story.retraction import NONE, Act, Deleted, after_acts, restated, spoilt
from protocol.events import BranchCreated, EventReinstated, EventRetracted
from protocol.ids import BEGINNING, Seq


class Branch(msgspec.Struct, frozen=True):
    """A branch of a story; the first has no parent and shares nothing."""

    branch: str
    story: str
    parent: str | None
    fork_seq: Seq
    """The last seq of the parent's path that the branch shares."""
    kind: str
    """What made the branch: root, fork, rewind, take or revision."""
    name: str
    created: Seq
    """The seq of its `branch.created`."""
    came_from: str | None = None
    """The branch that was current until this one was; None where it did not become current when it was made."""


class Stretch(msgspec.Struct, frozen=True):
    """The events of a branch with `after < seq <= upto`."""

    branch: str
    after: Seq
    upto: Seq


END = Seq(2**62)
"""Beyond every seq."""

PATHS = 8
"""Paths kept per story: one through thousands of branches takes a millisecond to walk."""


class Tree(dict[str, Branch]):
    """The branches of a story by id, and the acts (deletions, reinstatements) on them.

    Branches and acts are added and never change, so the paths walked last are kept, and what is deleted on them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._acts: defaultdict[str, list[Act]] = defaultdict(list)
        self._paths: dict[str, list[Stretch]] = {}
        self._on_path: dict[str, list[Act]] = {}
        self._deleted: dict[tuple[str, int], Deleted] = {}
        self._shown: dict[tuple[str, int], list[Stretch]] = {}
        self._forks: list[tuple[Seq, str, str]] = []

    @property
    def forks(self) -> Sequence[tuple[Seq, str, str]]:
        """(fork_seq, branch, parent) of all branches but the root, in order."""
        if len(self._forks) < len(self) - 1:
            self._forks = sorted((b.fork_seq, b.branch, b.parent) for b in self.values() if b.parent is not None)
        return self._forks

    def path(self, branch: str) -> list[Stretch]:
        """All that a branch sees, deleted or not."""
        if branch not in self._paths:
            for kept in self._paths.values():
                if (upto_it := _along(kept, self[branch])) is not None:
                    return upto_it
            if len(self._paths) == PATHS:
                self._forget()
            self._paths[branch] = _path(self, branch)
        return self._paths[branch]

    def add_act(self, branch: str, act: Act) -> None:
        """Adds an act to a branch; acts are added in the order of their seqs."""
        self._acts[branch].append(act)
        self._on_path.clear()
        self._deleted.clear()
        self._shown.clear()

    def _forget(self) -> None:
        self._paths.clear()
        self._on_path.clear()
        self._deleted.clear()
        self._shown.clear()

    def acts(self, branch: str, upto: Seq = END) -> Sequence[Act]:
        """The acts along a branch's path up to a seq, oldest first."""
        if not self._acts:
            return ()
        if branch not in self._on_path:
            path = self.path(branch)
            self._on_path[branch] = [
                act for s in path for act in self._acts.get(s.branch, ()) if s.after < act.seq <= s.upto
            ]
        acts = self._on_path[branch]
        return acts[: bisect_right(acts, upto, key=lambda act: act.seq)]

    def deleted(self, branch: str, upto: Seq = END) -> Deleted:
        """What is deleted on a branch as of a seq."""
        acts = self.acts(branch, upto)
        if not acts:
            return NONE
        if (branch, len(acts)) not in self._deleted:
            self._deleted[branch, len(acts)] = after_acts(acts)
        return self._deleted[branch, len(acts)]

    def shown(self, branch: str, upto: Seq = END) -> list[Stretch]:
        """All that a branch sees except what is deleted as of a seq."""
        acts = self.acts(branch, upto)
        if not acts:
            return self.path(branch)
        key = branch, len(acts)
        if key not in self._shown:
            while len(self._shown) >= PATHS:
                del self._shown[next(iter(self._shown))]
            self._shown[key] = without(self.path(branch), ((seq, seq) for seq in self.deleted(branch, upto).seqs))
        return self._shown[key]

    def supposing(self, branch: str | Branch, acts: Sequence[Act]) -> "Tree":
        """A copy of the tree with these acts added to a branch, which may be a new one. The tree stays as it is."""
        other = Tree()
        other.update(self)
        for owner, its in self._acts.items():
            other._acts[owner] = list(its)
        if isinstance(branch, Branch):
            other[branch.branch] = branch
            branch = branch.branch
        for act in acts:
            other.add_act(branch, act)
        return other


def stretches(
    tree: Mapping[str, Branch], branch: str, after: Seq = BEGINNING, upto: Seq = END, at: Seq | None = None
) -> list[Stretch]:
    """What a branch shows of `after < seq <= upto`, oldest first: all it sees except what is deleted as of `at` (`upto`
    if left out)."""
    if not isinstance(tree, Tree):
        return whole(tree, branch, after, upto)
    return _between(tree.shown(branch, upto if at is None else at), after, upto)


def steady(tree: Mapping[str, Branch], branch: str, upto: Seq, at: Seq | None = None) -> list[Stretch]:
    """The stretches at whose seqs a state of a branch is a basis for its state at `upto` as of `at`: no act up to then
    changed anything before them."""
    part = whole(tree, branch, BEGINNING, upto)
    acts = tree.acts(branch, upto if at is None else at) if isinstance(tree, Tree) else ()
    return without(part, spoilt(acts)) if acts else part


def whole(tree: Mapping[str, Branch], branch: str, after: Seq = BEGINNING, upto: Seq = END) -> list[Stretch]:
    """What a branch sees of `after < seq <= upto`, deleted or not. Walks back only as far as `after`."""
    return _between(tree.path(branch) if isinstance(tree, Tree) else _path(tree, branch, after), after, upto)


def _between(path: Sequence[Stretch], after: Seq, upto: Seq) -> list[Stretch]:
    """The part of a path with `after < seq <= upto`."""
    first = bisect_right(path, after, key=lambda s: s.upto)
    last = bisect_left(path, upto, key=lambda s: s.after)
    part = list(path[first:last]) if after < upto else []
    if part:
        part[0] = Stretch(part[0].branch, max(after, part[0].after), part[0].upto)
        part[-1] = Stretch(part[-1].branch, part[-1].after, min(upto, part[-1].upto))
    return part


def lies_on(path: Sequence[Stretch], branch: str, seq: Seq) -> bool:
    """Whether a path has an event, given by its branch and seq."""
    at = bisect_left(path, seq, key=lambda s: s.upto)
    return at < len(path) and path[at].after < seq and path[at].branch == branch


def without(path: Sequence[Stretch], holes: Iterable[tuple[Seq, Seq]]) -> list[Stretch]:
    """A path without some spans of seqs. `holes` are their first and last seqs, in order and apart."""
    left: list[Stretch] = []
    gaps = iter(holes)
    gap = next(gaps, None)
    for s in path:
        after = s.after
        while gap is not None and gap[0] <= s.upto:
            if gap[1] > after:
                if gap[0] - 1 > after:
                    left.append(Stretch(s.branch, after, Seq(gap[0] - 1)))
                after = max(after, gap[1])
            if gap[1] > s.upto:
                break
            gap = next(gaps, None)
        if after < s.upto:
            left.append(Stretch(s.branch, after, s.upto))
    return left


def _path(tree: Mapping[str, Branch], branch: str, beyond: Seq = BEGINNING) -> list[Stretch]:
    """The stretches of a branch's path, oldest first; those that end at or before `beyond` are left out."""
    found: list[Stretch] = []
    for owner, upto in ancestry(tree, branch):
        if upto <= beyond:
            break
        if (after := tree[owner].fork_seq) < upto:
            found.append(Stretch(owner, after, upto))
    found.reverse()
    return found


def _along(path: list[Stretch], branch: Branch) -> list[Stretch] | None:
    """The path of `branch`, cut from a path that passes through it; None where it does not."""
    at = bisect_left(path, branch.fork_seq, key=lambda s: s.after)
    if at == len(path) or path[at].branch != branch.branch:
        return None
    return [*path[:at], Stretch(branch.branch, branch.fork_seq, END)]


def ancestry(tree: Mapping[str, Branch], branch: str, upto: Seq = END) -> Iterator[tuple[str, Seq]]:
    """The branch and its ancestors, latest first, each with the highest seq of it that is seen."""
    current: str | None = branch
    while current is not None:
        yield current, upto
        upto = min(upto, tree[current].fork_seq)
        current = tree[current].parent


def owner(tree: Mapping[str, Branch], branch: str, seq: Seq) -> str:
    """The branch along a branch's path that owns a seq: the parent of a fork at that seq."""
    found = branch
    for found, _high in ancestry(tree, branch):
        if seq > tree[found].fork_seq:
            break
    return found


def forked(
    tree: "Tree", of: str, at: Seq, branch: str, kind: str, name: str = ""
) -> tuple[BranchCreated, list[EventRetracted | EventReinstated]]:
    """The events with which a new branch begins that forks from the branch `of` at the seq `at`: its `branch.created`,
    and the acts by which all that is deleted on `of` now is deleted on it too."""
    parent = owner(tree, of, at)
    return BranchCreated(branch, parent, at, kind, name), restated(tree.deleted(of, at), tree.deleted(of).upto(at))


def branch_of(story: str, created: BranchCreated, seq: Seq) -> Branch:
    """The branch that a `branch.created` with this seq made."""
    return Branch(
        created.branch, story, created.parent, created.fork_seq, created.branch_kind, created.name, seq,
        created.came_from,
    )  # fmt: skip


def common(tree: Mapping[str, Branch], one: str, other: str, at: Seq = END) -> Seq:
    """The last seq up to which two branches show the same events (END where all are the same): a client that has read
    branch `one` up to `at` keeps the events up to there when it goes over to the branch `other`.

    A client that had not come to the head yet was shown the events before `at` as of some later moment, which is not
    known: so nothing counts as the same that was deleted or reinstated on `one` after `at`.
    """
    forked = min(_forked(tree, one, other), at)
    if not isinstance(tree, Tree):
        return forked
    since = [Seq(act.first - 1) for act in tree.acts(one) if act.seq > at]
    apart = [Seq(seq - 1) for seq in tree.deleted(one, at).all ^ tree.deleted(other).all if seq <= forked]
    return min([forked, *since, *apart])


def _forked(tree: Mapping[str, Branch], one: str, other: str) -> Seq:
    """The last seq that two branches share, deleted or not."""
    if one == other:
        return END
    highs = dict(ancestry(tree, one))
    for shared, high in ancestry(tree, other):
        if shared in highs:
            return min(high, highs[shared])
    return BEGINNING


def agree(one: Sequence[Stretch], other: Sequence[Stretch]) -> Seq:
    """The last seq up to which two paths are the same (END where they are the same to their ends)."""
    agreed = BEGINNING
    for a, b in zip_longest(one, other):
        if a is None or b is None or (a.branch, a.after) != (b.branch, b.after):
            return agreed
        agreed = min(a.upto, b.upto)
        if a.upto != b.upto:
            return agreed
    return END


def sees(tree: Mapping[str, Branch], branch: str, event_branch: str, seq: Seq) -> bool:
    """Whether a branch sees an event of some branch, deleted or not."""
    if branch == event_branch:
        return True
    # Along a path that may be kept: to walk back from branch to branch takes long where there are thousands.
    return lies_on(tree.path(branch) if isinstance(tree, Tree) else _path(tree, branch), event_branch, seq)


def shows(tree: Mapping[str, Branch], branch: str, event_branch: str, seq: Seq) -> bool:
    """Whether a branch sees an event of some branch, and it is not deleted there."""
    deleted = isinstance(tree, Tree) and seq in tree.deleted(branch).all
    return not deleted and event_branch in tree and sees(tree, branch, event_branch, seq)
