"""Whether snapshots, and the state from which a story goes on, are what their events come to. Each is compared as of
its own seq, without what was deleted by then. Writes nothing.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from daemon.store.check.verify import Finding
from daemon.store.queries import reads
from daemon.store.snapshots import CODE, beyond, folded, opened
from daemon.store.sqlite import SqliteConnection
from daemon.story.lenses import LENSES, Lens
from daemon.story.lineage import Stretch, Tree, stretches
from daemon.story.state import State
from daemon.story.through_all import START, States, evolve_all
from protocol.ids import BEGINNING, Seq

KEPT = 4
"""How many of the last states of a branch are kept to fold on from: a deletion spoils those after what it deletes."""


class Rest(NamedTuple):
    """The states of a branch at a seq, by lens, and the deleted events up to it, which they leave out."""

    seq: Seq
    deleted: frozenset[Seq]
    states: States


class Resting:
    """Compares snapshots with folds, in the order of the log. The tree knows all deletions on every branch.

    `points` are the (branch, seq) of the snapshots from which the branch may be read.
    """

    def __init__(self, c: SqliteConnection, tree: Tree, last: Seq) -> None:
        self.c, self.tree = c, tree
        self._rests: defaultdict[str, deque[Rest]] = defaultdict(lambda: deque(maxlen=KEPT))
        rows = c.execute("SELECT DISTINCT branch, seq FROM snapshot WHERE code = ? AND seq <= ?", (CODE, last))
        self.points = {(branch, seq) for branch, seq in rows if branch in tree and not self._left(branch, seq)}

    def _left(self, branch: str, seq: Seq) -> bool:
        """Whether a later act changed something before a seq, so that no read goes on from a state there."""
        return any(act.first <= seq < act.seq for act in self.tree.acts(branch))

    def look(self, branch: str, seq: Seq, states: States) -> Iterator[Finding]:
        """Finds the snapshots just after an event that differ from a fold. `states` are the states of all that the
        branch sees, deleted or not."""
        with _one_moment(self.c):
            if self.tree.acts(branch, seq):
                states = self._folded(branch, seq)
            wrong = self._wrong(branch, seq, self._kept(branch, seq), states)
        if wrong:
            why = f"the snapshot of {branch} after event {seq} is not what its events come to (lens {wrong})"
            yield Finding(seq, why, sort="derived")

    def look_at_head(self, branch: str, head: Seq) -> Iterator[Finding]:
        """Finds the states at a branch's head that, read with snapshots, differ from a fold without."""
        if not self.tree.acts(branch, head):
            return
        with _one_moment(self.c):
            read = {n: folded(self.c, self.tree, branch, head, n) for n in LENSES}
            wrong = self._wrong(branch, head, read, self._folded(branch, head))
        if wrong:
            why = f"the state of {branch} after event {head} is not what its events come to (lens {wrong})"
            yield Finding(head, why, sort="derived")

    def _wrong(self, branch: str, seq: Seq, kept: Mapping[Lens, State | None], states: States) -> str:
        """The lenses whose kept state is wrong, as text; empty where all are right."""
        right = dict(zip(LENSES, states, strict=True))
        if any(state != right.get(n) for n, state in kept.items()):
            # Something may have been purged since it was folded: then snapshots no longer hold it.
            right = dict(zip(LENSES, self._folded(branch, seq, anew=True), strict=True))
        return ", ".join(str(n) for n, state in kept.items() if state != right.get(n))

    def _kept(self, branch: str, seq: Seq) -> dict[Lens, State | None]:
        """The states of the snapshots at a seq, by lens; None for a state that cannot be read."""
        rows = self.c.execute(
            "SELECT lens, state FROM snapshot WHERE branch = ? AND seq = ? AND code = ?", (branch, seq, CODE)
        )
        return {lens: opened(state) for lens, state in rows}

    def _folded(self, branch: str, seq: Seq, *, anew: bool = False) -> States:
        """The states of a branch at a seq, as of that seq; `anew` folds from the first event on."""
        deleted = frozenset(s for s in self.tree.deleted(branch, seq).all if s <= seq)
        path = stretches(self.tree, branch, BEGINNING, seq, seq)
        base = Rest(BEGINNING, frozenset(), START) if anew else self._near(path, deleted)
        states = base.states
        for at, witnesses, seems, payload in reads.stating(self.c, beyond(path, base.seq)):
            states = evolve_all(states, payload, at, witnesses, seems)
        self._rests[branch].append(Rest(seq, deleted, states))
        return states

    def _near(self, path: list[Stretch], deleted: frozenset[Seq]) -> Rest:
        """The latest kept states on a path that leave out just the `deleted` events up to there; the initial states
        where none are kept."""
        for s in reversed(path):
            for rest in reversed(self._rests.get(s.branch, ())):
                if s.after < rest.seq <= s.upto and rest.deleted == {x for x in deleted if x <= rest.seq}:
                    return rest
        return Rest(BEGINNING, frozenset(), START)


@contextmanager
def _one_moment(c: SqliteConnection) -> Iterator[None]:
    """Makes all reads inside see one state of the store, even while another connection writes."""
    c.execute("BEGIN")
    try:
        yield
    finally:
        c.execute("COMMIT")
