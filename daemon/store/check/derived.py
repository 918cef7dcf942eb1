"""Whether what is kept of the log beside it says what the log says: the snapshots, and the state that a story goes on
from, each as of its own moment, without what was retracted by then. Writes nothing.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from daemon.store.check.verify import Finding
from daemon.store.queries import reads
from daemon.store.snapshots import CODE, beyond, folded, opened
from daemon.store.sqlite import SqliteConnection
from daemon.story.lenses import LENSES, START, States, evolve_all
from daemon.story.lineage import Stretch, Tree, stretches
from daemon.story.state import State

KEPT = 4
"""How many of the last states of a line are kept to go on from: a retraction spoils those that it reaches behind."""


class Rest(NamedTuple):
    """The states of a line at a seq, and which of the events before it they leave out."""

    seq: int
    gone: frozenset[int]
    states: States


class Resting:
    """Compares what is kept, in the order of the log. The tree knows all that is retracted, on every branch; `points`
    are where there are snapshots that its branch may be read from, by branch and seq."""

    def __init__(self, c: SqliteConnection, tree: Tree, last: int) -> None:
        self.c, self.tree = c, tree
        self._rests: defaultdict[str, deque[Rest]] = defaultdict(lambda: deque(maxlen=KEPT))
        rows = c.execute("SELECT DISTINCT branch, seq FROM snapshot WHERE code = ? AND seq <= ?", (CODE, last))
        self.points = {(branch, seq) for branch, seq in rows if branch in tree and not self._left(branch, seq)}

    def _left(self, branch: str, seq: int) -> bool:
        """Whether no read of the branch goes on from there any more, since an act reached behind it."""
        return any(act.first <= seq < act.seq for act in self.tree.acts(branch))

    def look(self, branch: str, seq: int, states: States) -> Iterator[Finding]:
        """What the snapshots just after an event say otherwise than a fold; `states` are those of all that its line
        sees, retracted or not."""
        with _one_moment(self.c):
            if self.tree.acts(branch, seq):
                states = self._folded(branch, seq)
            wrong = self._wrong(branch, seq, self._kept(branch, seq), states)
        if wrong:
            why = f"the snapshot of {branch} after event {seq} is not what its events come to (lens {wrong})"
            yield Finding(seq, why, sort="derived")

    def look_at_head(self, branch: str, head: int) -> Iterator[Finding]:
        """What a story goes on from, as it is read with the help of the snapshots, beside a fold that knows none."""
        if not self.tree.acts(branch, head):
            return
        with _one_moment(self.c):
            read = {n: folded(self.c, self.tree, branch, head, n) for n in LENSES}
            wrong = self._wrong(branch, head, read, self._folded(branch, head))
        if wrong:
            why = f"the state of {branch} after event {head} is not what its events come to (lens {wrong})"
            yield Finding(head, why, sort="derived")

    def _wrong(self, branch: str, seq: int, kept: Mapping[int, State | None], states: States) -> str:
        """The lenses through which something else is kept; empty where there is none."""
        if any(state != states[n] for n, state in kept.items()):
            # Something may have been purged since its turn came: that is in what is kept no more.
            states = self._folded(branch, seq, anew=True)
        return ", ".join(str(n) for n, state in kept.items() if state != states[n])

    def _kept(self, branch: str, seq: int) -> dict[int, State | None]:
        """By lens; None for what cannot be read."""
        rows = self.c.execute(
            "SELECT lens, state FROM snapshot WHERE branch = ? AND seq = ? AND code = ?", (branch, seq, CODE)
        )
        return {lens: opened(state) for lens, state in rows}

    def _folded(self, branch: str, seq: int, *, anew: bool = False) -> States:
        """The states of a line at a seq and as of it."""
        gone = frozenset(s for s in self.tree.deleted(branch, seq).all if s <= seq)
        path = stretches(self.tree, branch, 0, seq, seq)
        base = Rest(0, frozenset(), START) if anew else self._near(path, gone)
        states = base.states
        for at, witnesses, payload in reads.stating(self.c, beyond(path, base.seq)):
            states = evolve_all(states, payload, at, witnesses)
        self._rests[branch].append(Rest(seq, gone, states))
        return states

    def _near(self, path: list[Stretch], gone: frozenset[int]) -> Rest:
        """The last of those kept that leave out just what a path leaves out up to there."""
        for s in reversed(path):
            for rest in reversed(self._rests.get(s.branch, ())):
                if s.after < rest.seq <= s.upto and rest.gone == {x for x in gone if x <= rest.seq}:
                    return rest
        return Rest(0, frozenset(), START)


@contextmanager
def _one_moment(c: SqliteConnection) -> Iterator[None]:
    """What is read in it is of one moment, whoever writes meanwhile."""
    c.execute("BEGIN")
    try:
        yield
    finally:
        c.execute("COMMIT")
