"""States of any branch at any seq through any lens: folded from the log, with snapshots as a cache.

Snapshots are derived: dropping them changes nothing except the time that a fold takes.
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
from daemon.story.lenses import LENSES, Lens
from daemon.story.lineage import Branch, Stretch, lies_on, steady, stretches
from daemon.story.state import State, initial
from daemon.story.through_all import States, evolve_all
from protocol.errors import Fault
from protocol.ids import BEGINNING, Mask, Seq

EVERY = 2048
"""Events between two snapshots of a branch: about the most that a read has to fold."""

AT_ONCE = 8
"""The most snapshots taken in one step, so that other reads need not wait long."""

KEPT = 64
"""The most states kept in memory, those used last."""


CODE = str(VERSION)
"""The version of the fold, as it is stored with snapshots: those of another version are not read."""


class Projector:
    """Works out states. Its caches are touched only from the event loop."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.code = CODE
        self._kept: OrderedDict[tuple[str, Lens], tuple[Seq, State]] = OrderedDict()
        self._snapped: dict[str, Seq] = {}
        self._age = 0

    async def state(
        self,
        tree: Mapping[str, Branch],
        branch: str,
        at: Seq,
        lens: Lens,
        *,
        as_of: Seq | None = None,
        keep: bool = True,
    ) -> State:
        """The state of a branch just after `at`, through a lens, without what was deleted by the seq `as_of`
        (by `at` if None). `keep` is False where the tree holds acts that are only supposed, not committed."""
        path, good = stretches(tree, branch, BEGINNING, at, as_of), steady(tree, branch, at, as_of)
        keep = keep and as_of is None
        base = self._near(good, at, lens)
        if base is None or base[0] < at:
            age = self._age
            base = at, await self.database.read.run(_folded, self.code, path, good, lens, base)
            keep = keep and age == self._age
        if path and keep:
            self._keep(path[-1].branch, lens, *base)
        return base[1]

    def _near(self, path: Sequence[Stretch], at: Seq, lens: Lens) -> tuple[Seq, State] | None:
        """The seq and the state in memory from which to fold on, of the branch or of one that it forked from, if any.

        States more than EVERY events back are passed over: a snapshot is nearer.
        """
        for s in reversed(path):
            if s.upto <= at - EVERY:
                break
            kept = self._kept.get((s.branch, lens))
            if kept is not None and max(at - EVERY, s.after) < kept[0] <= s.upto:
                return kept
        return None

    def _keep(self, branch: str, lens: Lens, seq: Seq, state: State) -> None:
        if seq >= self._kept.get((branch, lens), (BEGINNING, state))[0]:
            self._kept[branch, lens] = (seq, state)
        self._kept.move_to_end((branch, lens))
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def due(self, branch: str, head: Seq) -> bool:
        """Whether a branch may have grown enough since its last snapshot for another one."""
        return head - self._snapped.get(branch, 0) >= EVERY

    def past_changed(self, branch: str) -> None:
        """Notes that the past of a branch changed, so that snapshots of it may be due."""
        self._snapped.pop(branch, None)

    async def snapshot(self, tree: Mapping[str, Branch], branch: str, head: Seq) -> None:
        """Takes the snapshots that are due on a branch, through every lens. Where writing fails, they stay due. Meant
        to run in the background."""
        try:
            await self._snapshot(tree, branch, head)
        except Fault:
            self._snapped.pop(branch, None)

    async def _snapshot(self, tree: Mapping[str, Branch], branch: str, head: Seq) -> None:
        # Noted as done beforehand, so that a commit in the meantime does not start this again.
        self._snapped[branch] = head
        path, good, age = stretches(tree, branch, BEGINNING, head), steady(tree, branch, head), self._age
        due, fresh = await self.database.read.run(_due, self.code, path, good)
        while due:
            for seq, owner, encoded in due:
                if age != self._age:
                    return
                await self.database.write.run(_save, self.code, owner, seq, encoded)
            due, fresh = await self.database.read.run(_due, self.code, path, good)
        if age != self._age:
            return
        # All stories share the seqs: the branch cannot be due before the store has grown by what the branch lacks.
        self._snapped[branch] = Seq(head - fresh)

    def forget(self) -> None:
        """Forgets every state in memory, since the store may be another; states being worked out are not kept."""
        self._age += 1
        self._kept.clear()
        self._snapped.clear()

    async def drop_snapshots(self) -> None:
        """Forgets every snapshot and every state in memory."""
        self.forget()
        await self.database.write.run(lambda c: c.execute("DELETE FROM snapshot"))
        self.forget()  # states that were read meanwhile


_STATE = msgspec.msgpack.Decoder(State)


def opened(state: bytes) -> State | None:
    """A state as a snapshot holds it; None where it cannot be read."""
    try:
        return _STATE.decode(state)
    except (msgspec.MsgspecError, TypeError):
        return None


def folded(c: SqliteConnection, tree: Mapping[str, Branch], branch: str, at: Seq, lens: Lens) -> State | None:
    """The state of a branch just after `at`, through a lens, as a Projector with nothing in memory works it out; None
    where something cannot be decoded."""
    try:
        return _folded(c, CODE, stretches(tree, branch, BEGINNING, at), steady(tree, branch, at), lens, None)
    except (msgspec.MsgspecError, TypeError):
        return None


def _nearest(c: SqliteConnection, code: str, path: Sequence[Stretch], lens: Lens) -> tuple[Seq, State]:
    """The seq and state of the last readable snapshot on a path; 0 and the initial state where there is none."""
    for part, values in along(reversed(path), "snapshot"):
        # Nearly always the last one can be read, and fetching all of them would take longer.
        for most in (1, -1):
            rows = c.execute(
                f"SELECT seq, state {part} AND lens = ? AND code = ? ORDER BY seq DESC LIMIT ?",
                (*values, lens, code, most),
            )
            found = [(Seq(seq), state) for seq, encoded in rows if (state := opened(encoded)) is not None]
            if found:
                return found[0]
    return BEGINNING, initial(lens)


def _nearest_of_all(c: SqliteConnection, code: str, path: Sequence[Stretch]) -> tuple[Seq, States]:
    """The last snapshot on a path that can be read through every lens.

    Another one may be saved between two of these questions, and one lens's may be damaged: then what they all have is
    looked for further back.
    """
    while True:
        found = [_nearest(c, code, path, lens) for lens in LENSES]
        last = min(seq for seq, _ in found)
        if all(seq == last for seq, _ in found):
            return last, [state for _, state in found]
        path = until(path, last)


def until(path: Sequence[Stretch], seq: Seq) -> list[Stretch]:
    """The part of a path that lies before a seq or at it."""
    return [s if s.upto <= seq else Stretch(s.branch, s.after, seq) for s in path if s.after < seq]


def beyond(path: Sequence[Stretch], seq: Seq) -> list[Stretch]:
    """The part of a path that lies after a seq."""
    return [s if s.after >= seq else Stretch(s.branch, seq, s.upto) for s in path if s.upto > seq]


def _folded(
    c: SqliteConnection,
    code: str,
    path: Sequence[Stretch],
    good: Sequence[Stretch],
    lens: Lens,
    base: tuple[Seq, State] | None,
) -> State:
    seq, state = base if base is not None else _nearest(c, code, good, lens)
    return fold(state, reads.payloads(c, beyond(path, seq), lens))


def _due(
    c: SqliteConnection, code: str, path: Sequence[Stretch], good: Sequence[Stretch]
) -> tuple[list[tuple[Seq, str, list[bytes]]], int]:
    """The next snapshots, (seq, branch, encoded states by lens), AT_ONCE at most; and the number of events after the
    last one that is stored.

    No snapshot is taken between an event that was deleted later and its deletion: it would be wrong.
    """
    last, states = _nearest_of_all(c, code, good)
    later = beyond(path, last)
    fresh = reads.count(c, later)
    taken: list[tuple[Seq, str, list[bytes]]] = []
    if fresh < EVERY:
        return taken, fresh
    seq: Seq
    witnesses: Mask
    seems: Mask | None
    count = 0
    for s in later:
        rows = c.execute(
            "SELECT seq, kind, version, witnesses, seems, data FROM event"
            " WHERE branch = ? AND seq > ? AND seq <= ? ORDER BY seq",
            (s.branch, s.after, s.upto),
        )
        for seq, kind, version, witnesses, seems, data in rows:
            count += 1
            if kind in EVOLVERS and data is not None:
                payload = readable(kind, version, data)
                states = evolve_all(states, payload, seq, witnesses, seems) if payload is not None else states
            if count >= EVERY and lies_on(good, s.branch, seq):
                taken.append((seq, s.branch, [msgspec.msgpack.encode(x) for x in states]))
                count = 0
                if len(taken) == AT_ONCE:
                    return taken, fresh
    return taken, fresh


def _save(c: SqliteConnection, code: str, branch: str, seq: Seq, encoded: Sequence[bytes]) -> None:
    rows = [(branch, lens, seq, code, state) for lens, state in zip(LENSES, encoded, strict=True)]
    with whole(c):
        c.executemany("INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?, ?)", rows)
