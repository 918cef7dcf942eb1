"""Whether the whole log can be folded: every event, on every branch, through every lens, in one pass. Writes nothing.

Retractions are not applied: each event must be fit to be folded, since it may be reinstated. It knows no snapshots.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from daemon.store import shelf
from daemon.store.upcasters import decode
from daemon.store.verify import AT_ONCE, Finding, Heed, last_seq
from daemon.story.evolve import EVOLVERS, evolve, sees
from daemon.story.lineage import Branch
from daemon.story.state import State, initial
from protocol.events import BranchCreated, Payload
from protocol.ids import EVERYBODY

LENSES = range(EVERYBODY + 1)

States = list[State]
"""By lens."""


class Lines:
    """The states at the end of each line of history so far, and those at which others are still to fork."""

    def __init__(self, branches: list[Branch]) -> None:
        self.tree = {b.branch: b for b in branches}
        self._ends: dict[str, States] = {}
        self._forks: dict[tuple[str, int], States] = {}
        self._due = Counter((b.parent, b.fork_seq) for b in branches)
        self._points: dict[str, list[int]] = {}
        for parent, seq in sorted((b.parent, b.fork_seq) for b in branches if b.parent is not None):
            self._points.setdefault(parent, []).append(seq)
        for points in self._points.values():
            points.reverse()

    def evolve(self, branch: str, seq: int, witnesses: int, payload: Payload | None) -> None:
        """Takes an event of a branch; None for one that no state takes notice of."""
        states = self._before(branch, seq)
        if payload is not None and payload.kind in EVOLVERS:
            states = [
                evolve(x, payload, seq) if sees(lens, witnesses) else x
                for lens, x in zip(LENSES, states, strict=True)
            ]  # fmt: skip
        self._ends[branch] = states

    def _before(self, branch: str, seq: int) -> States:
        states = self._ends.get(branch)
        if states is None:
            states = self._ends[branch] = self._forked(branch)
        points = self._points.get(branch, [])
        while points and points[-1] < seq:
            self._forks[branch, points.pop()] = states
        return states

    def _forked(self, branch: str) -> States:
        line = self.tree[branch]
        if line.parent is None:
            return [initial(lens) for lens in LENSES]
        at = line.parent, line.fork_seq
        # Where nothing came on the parent since, its end is where this one forks.
        states = self._forks.get(at) or self._ends.get(line.parent) or self._forked(line.parent)
        self._due[at] -= 1
        if not self._due[at]:
            self._forks.pop(at, None)
        return states


def check_replay(c: Any, heed: Heed = lambda seq: None) -> Iterator[Finding]:
    """All that cannot be folded, and what the table of branches says otherwise than the log. Raises what SQLite does.

    Memory grows with the number of branches and the size of their states, not with the length of the log.
    """
    rows = {b.branch: b for b in shelf.branches(c)}
    stories = {row.story for row in shelf.stories(c) if row.current}  # of a purged one little is left
    lines = Lines(list(rows.values()))
    last, seq = last_seq(c), 0
    while seq < last:
        events = c.execute(
            "SELECT seq, story, branch, kind, version, witnesses, data FROM event WHERE seq > ? AND seq <= ?"
            " ORDER BY seq",
            (seq, seq + AT_ONCE),
        )
        for at, story, branch, kind, version, witnesses, data in events:
            try:
                payload = decode(kind, version, data) if data is not None else None
                if isinstance(payload, BranchCreated):
                    yield from _branch(rows.get(payload.branch), payload, at, story in stories)
                if branch in rows:
                    lines.evolve(branch, at, witnesses, payload)
                elif story in stories:
                    yield Finding(at, f"event {at} is of branch {branch}, which is not there")
            except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as wrong:
                yield Finding(at, f"event {at} ({kind}) cannot be folded: {type(wrong).__name__}")
        seq += AT_ONCE
        heed(min(seq, last))


def _branch(row: Branch | None, b: BranchCreated, seq: int, expected: bool) -> Iterator[Finding]:
    """What the table says otherwise of a branch than the event that made it."""
    same = row is not None and (row.parent, row.fork_seq, row.kind, row.name, row.created) == (
        b.parent, b.fork_seq, b.branch_kind, b.name, seq,
    )  # fmt: skip
    if expected and not same:
        yield Finding(seq, f"the table of branches says otherwise of {b.branch} than event {seq}")
