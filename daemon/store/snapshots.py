"""States of any line of history at any seq through any lens: folded from the log, with snapshots as a cache.

Snapshots are derived: drop them all and nothing changes but the time it takes.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence

import msgspec

from daemon.store.database import Database
from daemon.store.path_ranges import along
from daemon.store.queries import reads
from daemon.store.sqlite import SqliteConnection
from daemon.store.transaction import whole
from daemon.store.upcasters import readable
from daemon.story.evolve import EVOLVERS, VERSION, fold
from daemon.story.lenses import LENSES, States, evolve_all
from daemon.story.lineage import Branch, Stretch, lies_on, steady, stretches
from daemon.story.state import State, initial
from protocol.errors import Fault
from protocol.ids import EVERYBODY

EVERY = 2048
"""Events between two snapshots of a line of history: what a projection folds at the most."""

AT_ONCE = 8
"""Snapshots taken in one go, so that others who read need not wait long."""

KEPT = 64
"""States kept in memory, the latest used."""


CODE = str(VERSION)
"""Names the fold, as snapshots do: those of another fold are not read."""


class Projector:
    """Answers states. Its caches are touched only from the event loop."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.code = CODE
        self._kept: OrderedDict[tuple[str, int], tuple[int, State]] = OrderedDict()
        self._snapped: dict[str, int] = {}
        self._age = 0

    async def state(
        self,
        tree: Mapping[str, Branch],
        branch: str,
        at: int,
        lens: int,
        *,
        as_of: int | None = None,
        keep: bool = True,
    ) -> State:
        """The state of a branch just after `at`, through a lens (0 to 7), without what was retracted by `as_of` (`at`,
        if left out). `keep` not where the tree supposes."""
        path, good = stretches(tree, branch, 0, at, as_of), steady(tree, branch, at, as_of)
        keep = keep and as_of is None
        base = self._near(good, at, lens)
        if base is None or base[0] < at:
            age = self._age
            base = at, await self.database.read.run(_folded, self.code, path, good, lens, base)
            keep = keep and age == self._age
        if path and keep:
            self._keep(path[-1].branch, lens, *base)
        return base[1]

    def _near(self, path: Sequence[Stretch], at: int, lens: int) -> tuple[int, State] | None:
        """The state in memory from which to go on, of this line or of one that it forked from.

        One from further back is of no use: a snapshot is nearer.
        """
        for s in reversed(path):
            if s.upto <= at - EVERY:
                break
            kept = self._kept.get((s.branch, lens))
            if kept is not None and max(at - EVERY, s.after) < kept[0] <= s.upto:
                return kept
        return None

    def _keep(self, branch: str, lens: int, seq: int, state: State) -> None:
        if seq >= self._kept.get((branch, lens), (0, state))[0]:
            self._kept[branch, lens] = (seq, state)
        self._kept.move_to_end((branch, lens))
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def due(self, branch: str, head: int) -> bool:
        """Whether a line of history may have come far enough since its last snapshot."""
        return head - self._snapped.get(branch, 0) >= EVERY

    def unsettle(self, branch: str) -> None:
        """The past of a line changed: snapshots of it may be due."""
        self._snapped.pop(branch, None)

    async def snapshot(self, tree: Mapping[str, Branch], branch: str, head: int) -> None:
        """Takes the snapshots that are due on a line of history, through every lens; where they cannot be written they
        stay due. For the background."""
        try:
            await self._snapshot(tree, branch, head)
        except Fault:
            self.unsettle(branch)

    async def _snapshot(self, tree: Mapping[str, Branch], branch: str, head: int) -> None:
        # Taken as done before it is: a commit that lands meanwhile must not start it again.
        self._snapped[branch] = head
        path, good, age = stretches(tree, branch, 0, head), steady(tree, branch, head), self._age
        due, fresh = await self.database.read.run(_due, self.code, path, good)
        while due:
            for seq, owner, encoded in due:
                if age != self._age:
                    return
                await self.database.write.run(_save, self.code, owner, seq, encoded)
            due, fresh = await self.database.read.run(_due, self.code, path, good)
        if age != self._age:
            return
        # Seqs are the whole file's: the line cannot be due before the file has grown by what the line lacks.
        self._snapped[branch] = head - fresh

    def forget(self) -> None:
        """Forgets every state in memory, the store having become another; what is being worked out is not kept."""
        self._age += 1
        self._kept.clear()
        self._snapped.clear()

    async def drop_snapshots(self) -> None:
        """Forgets every snapshot and every state in memory."""
        self.forget()
        await self.database.write.run(lambda c: c.execute("DELETE FROM snapshot"))
        self.forget()  # what was read meanwhile


_STATE = msgspec.msgpack.Decoder(State)


def opened(state: bytes) -> State | None:
    """A state as a snapshot holds it; None where it cannot be read."""
    try:
        return _STATE.decode(state)
    except (msgspec.MsgspecError, TypeError):
        return None


def folded(c: SqliteConnection, tree: Mapping[str, Branch], branch: str, at: int, lens: int) -> State | None:
    """The state of a branch just after `at`, through a lens, as it is worked out where none is in memory; None where
    a snapshot cannot be read."""
    try:
        return _folded(c, CODE, stretches(tree, branch, 0, at), steady(tree, branch, at), lens, None)
    except (msgspec.MsgspecError, TypeError):
        return None


def _nearest(c: SqliteConnection, code: str, path: Sequence[Stretch], lens: int) -> tuple[int, State]:
    """The last snapshot that can be read, with its seq; the state before all where there is none."""
    for part, values in along(reversed(path), "snapshot"):
        # Nearly always the first will do, and to sort all of them would take longer.
        for most in (1, -1):
            rows = c.execute(
                f"SELECT seq, state {part} AND lens = ? AND code = ? ORDER BY seq DESC LIMIT ?",
                (*values, lens, code, most),
            )
            found = [(seq, state) for seq, encoded in rows if (state := opened(encoded)) is not None]
            if found:
                return found[0]
    return 0, initial(lens)


def beyond(path: Sequence[Stretch], seq: int) -> list[Stretch]:
    """What of a path lies after a seq."""
    return [s if s.after >= seq else Stretch(s.branch, seq, s.upto) for s in path if s.upto > seq]


def _folded(
    c: SqliteConnection,
    code: str,
    path: Sequence[Stretch],
    good: Sequence[Stretch],
    lens: int,
    base: tuple[int, State] | None,
) -> State:
    seq, state = base if base is not None else _nearest(c, code, good, lens)
    return fold(state, reads.payloads(c, beyond(path, seq), lens))


def _due(
    c: SqliteConnection, code: str, path: Sequence[Stretch], good: Sequence[Stretch]
) -> tuple[list[tuple[int, str, list[bytes]]], int]:
    """The next snapshots, (seq, branch, states by lens), a few at a time; and how many events lie beyond the last.

    None is taken where it would not hold: between an event that was retracted later and its retraction.
    """
    last = _nearest(c, code, good, EVERYBODY)[0]
    later = beyond(path, last)
    fresh = reads.count(c, later)
    taken: list[tuple[int, str, list[bytes]]] = []
    if fresh < EVERY:
        return taken, fresh
    states: States = [_nearest(c, code, good, lens)[1] for lens in LENSES]
    count = 0
    for s in later:
        rows = c.execute(
            "SELECT seq, kind, version, witnesses, data FROM event"
            " WHERE branch = ? AND seq > ? AND seq <= ? ORDER BY seq",
            (s.branch, s.after, s.upto),
        )
        for seq, kind, version, witnesses, data in rows:
            count += 1
            if kind in EVOLVERS and data is not None:
                payload = readable(kind, version, data)
                states = evolve_all(states, payload, seq, witnesses) if payload is not None else states
            if count >= EVERY and lies_on(good, s.branch, seq):
                taken.append((seq, s.branch, [msgspec.msgpack.encode(x) for x in states]))
                count = 0
                if len(taken) == AT_ONCE:
                    return taken, fresh
    return taken, fresh


def _save(c: SqliteConnection, code: str, branch: str, seq: int, encoded: Sequence[bytes]) -> None:
    rows = [(branch, lens, seq, code, state) for lens, state in zip(LENSES, encoded, strict=True)]
    with whole(c):
        c.executemany("INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?, ?)", rows)
