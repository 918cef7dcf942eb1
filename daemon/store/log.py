"""The log: the one place that writes events. Reading them is queries/reads.py, checking them check/verify.py."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Concatenate, ParamSpec

import msgspec

from daemon.store import chain
from daemon.store.check import verify
from daemon.store.copying import copy_into
from daemon.store.database import Database, Refused, name_of_store
from daemon.store.queries import assets, side_tables
from daemon.store.rows import Adopted, Batch, Recorded, Row, kinds_of, recorded_of, rows_of
from daemon.store.sqlite import SqliteConnection
from daemon.store.transaction import whole
from daemon.story.lineage import branch_of
from protocol.errors import STORAGE, Fault
from protocol.events import BranchCreated, StoryCreated
from protocol.ids import BEGINNING, Seq, TurnNumber

__all__ = ["Adopted", "Batch", "Log", "Recorded"]

P = ParamSpec("P")
log = logging.getLogger(__name__)


_INSERT = f"INSERT INTO event VALUES ({', '.join('?' * 17)})"  # noqa: S608 - placeholders only


def now() -> str:
    """The wall clock, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Log:
    """The log of one open database. Its methods whose first argument is a connection run in that one's thread."""

    def __init__(self, database: Database, head: chain.HeadFile) -> None:
        self.database = database
        self.head_file = head
        self.seq, self.chain = BEGINNING, chain.GENESIS
        self.kinds: set[tuple[str, int]] = set()
        self.lost: str = ""
        self._accepted = False
        self._recovering: asyncio.Task[None] | None = None
        self.grew = asyncio.Event()
        """Set whenever something was committed; whoever follows the log clears it."""

    @property
    def read_only(self) -> str:
        """Why nothing can be written, in words: a lost tail, or what keeps the store from being written for now; empty
        where it can."""
        return self.lost or self.database.read_only

    async def start(self) -> None:
        """Finds the head, and whether the tail is whole: a lost one makes the store read-only until it is accepted."""
        self.seq, self.chain, self.kinds = await self.database.read.run(_head)
        seq, link = self.head_file.read()
        if self._accepted:
            self.lost = ""
        elif seq > self.seq:
            self.lost = f"the log ends at {self.seq} but {seq} was acknowledged: its tail is lost"
        elif seq and await self.database.read.run(verify.chain_at, seq) != link:
            self.lost = f"event {seq} is not the one that was acknowledged: the end of the log was replaced"
        else:
            self.lost = await self.database.read.run(verify.check_tail)
        if not self.lost and self.database.writable:
            self._note_head()

    def accept_tail(self) -> None:
        """Goes on from the log as it is, losing what was lost."""
        self.lost, self._accepted = "", True
        self._note_head()

    async def recover(self) -> None:
        """Sees whether what kept the store from being written is over. Raises Fault(STORAGE) where it is not.

        All who ask meanwhile wait for the same; it goes on though they are cancelled, so that nothing is half open.
        """
        if self._recovering is None and self.database.read_only:
            self._recovering = asyncio.create_task(self._recover())
            self._recovering.add_done_callback(self._recovered)
        if self._recovering is not None:
            await asyncio.shield(self._recovering)

    async def settled(self) -> None:
        """Waits for a recovery that is under way."""
        if self._recovering is not None:
            await asyncio.wait({self._recovering})

    async def _recover(self) -> None:
        was_open = self.database.writable
        await self.database.reopen()
        if not was_open:  # nothing was written since; what can be seen now may not have been seen at the start
            await self.start()
        self.database.read_only = ""
        log.info("the store can be written again")

    def _recovered(self, task: "asyncio.Task[None]") -> None:
        self._recovering = None
        if not task.cancelled():
            task.exception()  # whoever waited was told, and nobody may have

    async def commit(self, batch: Batch) -> list[Recorded]:
        """Writes a batch, durably. Raises Fault(STORAGE); then nothing of it is in the log."""
        await self._check_whole()
        recorded = await self.database.write.run_whole(self._commit, batch)
        self.grew.set()
        return recorded

    async def adopt(self, make: Callable[[Seq], Adopted]) -> str:
        """Writes a whole story, or what joins one, durably or not at all; `make` is given the seq after which it comes.
        Returns when the story was changed by that, as the log writes times.

        `make` and what it makes run in the thread of the connection. Raises Fault(STORAGE).
        """
        await self._check_whole()
        at = await self.database.write.run_whole(self._adopt, make)
        self.grew.set()
        return at

    async def replace(self, source: Path, common: tuple[Seq, bytes]) -> None:
        """Makes the store what a file holds, that nobody writes, or nothing. Nothing else may write meanwhile.

        `common` is the last event that both have, with its chain. Raises Fault(STORAGE), OSError.
        """
        before = self.head_file.read()
        try:
            # Whichever of the two a crash leaves behind, its tail is not lost.
            self.head_file.write(*common)
            self.head_file.sync()
            await self.database.write.run_whole(copy_into, source)
        except BaseException:
            self.head_file.write(*before)
            raise
        self.lost = ""
        self.seq, self.chain, self.kinds = await self.database.write.run(_head)
        self.database.name = await self.database.write.run(name_of_store)
        self.head_file.write(self.seq, self.chain)

    async def change(
        self, work: Callable[Concatenate[SqliteConnection, P], None], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Changes what stands beside the log: `work(connection, *args)` is one of queries/side_tables.py.

        Raises Fault(STORAGE)."""
        await self._check_whole()
        await self.database.write.run_whole(work, *args, **kwargs)

    async def _check_whole(self) -> None:
        """Raises Fault(STORAGE) where nothing may be written."""
        if self.database.read_only:
            try:
                await self.recover()
            except Refused as refused:
                raise Fault(STORAGE, str(refused), why=str(refused)) from refused
        if self.lost:
            raise Fault(
                STORAGE,
                f"the store is read-only: {self.lost}",
                why=f"{self.lost}; `rpc restore` puts a backup back, rpcd --accept-tail goes on without what is lost",
            )

    def _commit(self, c: SqliteConnection, batch: Batch) -> list[Recorded]:
        at = now()
        rows, link = rows_of(batch, at, self.seq, self.chain)
        recorded = recorded_of(batch, rows)
        with whole(c):
            self._insert(c, rows)
            assets.insert(c, batch.assets)
            for r in recorded:
                if isinstance(r.payload, StoryCreated | BranchCreated):
                    _index_history(c, batch, r, at)
            c.execute(
                "UPDATE story SET updated = ?, next_id = max(next_id, ?), next_turn = max(next_turn, ?),"
                " current = coalesce(?, current) WHERE story = ?",
                (at, batch.next_id, batch.turn + 1, batch.current, batch.story),
            )
            if batch.done is not None:
                c.execute("DELETE FROM draft WHERE story = ? AND line = ?", (batch.story, batch.done))
            if batch.key is not None:
                result = msgspec.json.encode({"head": rows[-1][0], "turn": batch.turn})
                side_tables.keep_answer(
                    c, batch.story, batch.key, side_tables.Answer(batch.asked, result, rows[0][0], rows[-1][0])
                )
        self._landed(kinds_of(rows), rows[-1][0], link)
        return recorded

    def _adopt(self, c: SqliteConnection, make: Callable[[Seq], Adopted]) -> str:
        at, seq, link = now(), self.seq, self.chain
        kinds: set[tuple[str, int]] = set()
        with whole(c):
            adopted = make(seq)
            if adopted.joins:
                side_tables.use_numbers(c, msgspec.structs.replace(adopted.row, updated=at))
            else:
                side_tables.add_story(c, msgspec.structs.replace(adopted.row, updated=at), at)
            for branch in adopted.branches:
                side_tables.add_branch(c, branch)
            for batch in adopted.batches:
                rows, link = rows_of(batch, batch.at or at, seq, link)
                self._insert(c, rows)
                seq = rows[-1][0]
                kinds |= kinds_of(rows)
            assets.insert(c, adopted.assets)
        self._landed(kinds, seq, link)
        return at

    def _insert(self, c: SqliteConnection, rows: Sequence[Row]) -> None:
        c.executemany(_INSERT, rows)
        if new := kinds_of(rows) - self.kinds:
            c.executemany("INSERT OR REPLACE INTO kind VALUES (?, ?)", new)

    def _landed(self, kinds: set[tuple[str, int]], seq: Seq, link: bytes) -> None:
        self.seq, self.chain = seq, link
        self.kinds |= kinds
        self._note_head()

    def _note_head(self) -> None:
        try:
            self.head_file.write(self.seq, self.chain)
        except OSError as wrong:  # it may lag behind; what is committed is committed
            log.warning("the head of the log could not be noted: %s", wrong.strerror)


def _index_history(c: SqliteConnection, batch: Batch, r: Recorded, at: str) -> None:
    """Keeps the derived tables of stories and branches in step with the log."""
    if isinstance(r.payload, StoryCreated):
        next_turn = TurnNumber(batch.turn + 1)
        row = side_tables.StoryRow(batch.story, r.payload.title, batch.branch, next_turn, batch.next_id, at)
        side_tables.add_story(c, row, at)
    elif isinstance(r.payload, BranchCreated):
        b = r.payload
        side_tables.add_branch(c, branch_of(batch.story, b, r.event.seq))


def _head(c: SqliteConnection) -> tuple[Seq, bytes, set[tuple[str, int]]]:
    row = c.execute("SELECT seq, chain FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    kinds = set(c.execute("SELECT kind, version FROM kind"))
    seq, link = row or (0, chain.GENESIS)
    return Seq(seq), link, kinds
