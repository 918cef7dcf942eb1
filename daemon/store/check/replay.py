"""Whether the whole log can be folded: every event, on every branch, through every lens, in one pass. Writes nothing.

The pass does not apply deletions: a deleted event may be reinstated, so it too must fold. The comparison with
snapshots on the way, in derived.py, does apply them. An event that cannot be read is reported and passed over.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

import msgspec

from daemon.store.check.derived import Resting
from daemon.store.check.verify import AT_ONCE, Finding, Heed, last_seq, unreadable
from daemon.store.queries import side_tables
from daemon.store.sqlite import SqliteConnection
from daemon.store.upcasters import readable
from daemon.story.lineage import Branch, Tree
from daemon.story.through_all import START, States, evolve_all
from protocol.events import BranchCreated, Payload
from protocol.ids import BEGINNING, Mask, Seq


class BranchStates:
    """The states at the end of each branch so far, and those at seqs where other branches are still to fork."""

    def __init__(self, branches: list[Branch]) -> None:
        self.tree = {b.branch: b for b in branches}
        self._ends: dict[str, States] = {}
        self._forks: dict[tuple[str, Seq], States] = {}
        self._due = Counter((b.parent, b.fork_seq) for b in branches)
        self._points: dict[str, list[Seq]] = {}
        for parent, seq in sorted((b.parent, b.fork_seq) for b in branches if b.parent is not None):
            self._points.setdefault(parent, []).append(seq)
        for points in self._points.values():
            points.reverse()

    def evolve(self, branch: str, seq: Seq, witnesses: Mask, seems: Mask | None, payload: Payload | None) -> States:
        """Folds an event (its payload is None if purged) into its branch, and returns the branch's states after it."""
        states = self._before(branch, seq)
        if payload is not None:
            states = evolve_all(states, payload, seq, witnesses, seems)
        self._ends[branch] = states
        return states

    def _before(self, branch: str, seq: Seq) -> States:
        states = self._ends.get(branch)
        if states is None:
            states = self._ends[branch] = self._forked(branch)
        points = self._points.get(branch, [])
        while points and points[-1] < seq:
            self._forks[branch, points.pop()] = states
        return states

    def _forked(self, branch: str) -> States:
        row = self.tree[branch]
        if row.parent is None:
            return START
        at = row.parent, row.fork_seq
        # Where the parent has no later event, its end is where this branch forks.
        states = self._forks.get(at) or self._ends.get(row.parent) or self._forked(row.parent)
        self._due[at] -= 1
        if not self._due[at]:
            self._forks.pop(at, None)
        return states


def check_replay(c: SqliteConnection, heed: Heed = lambda seq: None) -> Iterator[Finding]:
    """Finds events that cannot be folded, and rows of branches and snapshots that differ from the log.
    Raises what SQLite raises.

    Memory grows with the number of branches and the size of their states, not with the length of the log.
    """
    last, seq = last_seq(c), 0
    # A purged story has no current branch.
    stories = {row.story: row.current for row in side_tables.stories(c) if row.current}
    rows = {b.branch: b for b in side_tables.branches(c)}
    by_branch, heads = BranchStates(list(rows.values())), dict.fromkeys(stories.values(), BEGINNING)
    resting = Resting(c, _tree(c, rows, last), last)
    at: Seq
    while seq < last:
        events = c.execute(
            "SELECT seq, story, branch, kind, version, witnesses, seems, data FROM event WHERE seq > ? AND seq <= ?"
            " ORDER BY seq",
            (seq, min(last, seq + AT_ONCE)),
        )
        for at, story, branch, kind, version, witnesses, seems, data in events:
            try:
                payload = readable(kind, version, data) if data is not None else None
                if payload is None and data is not None:
                    yield unreadable(at, story, kind)
                if isinstance(payload, BranchCreated):
                    yield from _branch(rows.get(payload.branch), payload, at, story in stories)
                if branch in rows:
                    states = by_branch.evolve(branch, at, Mask(witnesses), seems, payload)
                    if (branch, at) in resting.points:
                        yield from resting.look(branch, at, states)
                    if branch in heads:
                        heads[branch] = at
                elif story in stories:
                    yield Finding(at, f"event {at} is of branch {branch}, which is not there")
            except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as wrong:
                yield Finding(at, f"event {at} ({kind}) cannot be folded: {type(wrong).__name__}")
        seq += AT_ONCE
        heed(min(seq, last))
    for branch in stories.values():
        yield from resting.look_at_head(branch, heads[branch])


def _tree(c: SqliteConnection, rows: Mapping[str, Branch], last: Seq) -> Tree:
    """The branches of all stories, with the deletions on them. Acts that cannot be read are reported by the pass."""
    tree = Tree()
    tree.update(rows)
    for _, branch, act in side_tables.acts(c):
        if act.seq <= last:
            tree.add_act(branch, act)
    return tree


def _branch(row: Branch | None, b: BranchCreated, seq: Seq, expected: bool) -> Iterator[Finding]:
    """Reports a branch whose row, if `expected`, is missing or differs from the event that made the branch."""
    same = row is not None and (row.parent, row.fork_seq, row.kind, row.name, row.created) == (
        b.parent, b.fork_seq, b.branch_kind, b.name, seq,
    )  # fmt: skip
    if expected and not same:
        yield Finding(seq, f"the table of branches says otherwise of {b.branch} than event {seq}")
