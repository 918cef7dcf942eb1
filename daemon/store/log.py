"""The log: the one place that writes events. Reading them is reads.py, checking them verify.py."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from daemon.store import chain, shelf, verify
from daemon.store.database import Database
from daemon.story.decide.desk import Drafted
from protocol.errors import STORAGE, Fault
from protocol.events import (
    BranchCreated,
    Event,
    LineNoticed,
    LineRevised,
    LineSaid,
    MemoryFormed,
    Payload,
    StoryCreated,
)
from protocol.ids import entities_of

log = logging.getLogger(__name__)


class Batch(msgspec.Struct, frozen=True):
    """One commit: all of it or nothing.

    `cause` is the seq that brought about those drafts that no other draft of the batch did. A `key` keeps the answer
    made by `answer(head, turn)`. `done` is the line whose draft the batch replaces.
    """

    story: str
    branch: str
    turn: int
    drafts: Sequence[Drafted]
    next_id: int
    cause: int | None = None
    background: bool = False
    current: str | None = None
    key: str | None = None
    asked: bytes = b""
    done: str | None = None


class Recorded(msgspec.Struct, frozen=True):
    """An event as it is in the log: as it travels, and its payload decoded."""

    event: Event
    payload: Payload
    witnesses: int


_INSERT = f"INSERT INTO event VALUES ({', '.join('?' * 16)})"  # noqa: S608 - placeholders only


def now() -> str:
    """The wall clock, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def subject(payload: Payload) -> str | None:
    """The line or memory that an event is about."""
    if isinstance(payload, LineSaid | LineNoticed | LineRevised):
        return payload.line
    return payload.memory if isinstance(payload, MemoryFormed) else None


class Log:
    """The log of one open database. Its methods whose first argument is a connection run in that one's thread."""

    def __init__(self, database: Database, head: chain.HeadFile) -> None:
        self.database = database
        self.head_file = head
        self.seq, self.chain = 0, chain.GENESIS
        self.kinds: set[tuple[str, int]] = set()
        self.lost: str = ""

    async def start(self) -> None:
        """Finds the head, and whether the tail is whole: a lost one makes the store read-only until it is accepted."""
        self.seq, self.chain, self.kinds = await self.database.write.run(_head)
        seq, link = self.head_file.read()
        if seq > self.seq:
            self.lost = f"the log ends at {self.seq} but {seq} was acknowledged: its tail is lost"
        elif seq and await self.database.write.run(verify.chain_at, seq) != link:
            self.lost = f"event {seq} is not the one that was acknowledged: the end of the log was replaced"
        else:
            self.lost = await self.database.write.run(verify.check_tail)
        if not self.lost:
            self.head_file.write(self.seq, self.chain)

    def accept_tail(self) -> None:
        """Goes on from the log as it is, losing what was lost."""
        self.lost = ""
        self.head_file.write(self.seq, self.chain)

    async def commit(self, batch: Batch) -> list[Recorded]:
        """Writes a batch, durably. Raises Fault(STORAGE); then nothing of it is in the log."""
        self._check_whole()
        return await self.database.write.run_whole(self._commit, batch)

    async def change(self, work: Callable[..., None], *args: Any) -> None:
        """Changes what stands beside the log: `work(connection, *args)` is one of shelf.py. Raises Fault(STORAGE)."""
        self._check_whole()
        await self.database.write.run_whole(work, *args)

    def _check_whole(self) -> None:
        if self.lost:
            raise Fault(STORAGE, f"the store is read-only: {self.lost}", why=f"{self.lost}; see rpcd --accept-tail")

    def _commit(self, c: Any, batch: Batch) -> list[Recorded]:
        at = now()
        rows, recorded, link = self._rows(batch, at)
        new_kinds = {(r.payload.kind, r.payload.version) for r in recorded} - self.kinds
        c.execute("BEGIN IMMEDIATE")
        try:
            c.executemany(_INSERT, rows)
            c.executemany("INSERT OR REPLACE INTO kind VALUES (?, ?)", new_kinds)
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
                shelf.keep_answer(c, batch.story, batch.key, shelf.Answer(batch.asked, result, rows[0][0], rows[-1][0]))
            c.execute("COMMIT")
        except BaseException:
            if c.in_transaction:
                c.execute("ROLLBACK")
            raise
        self.seq, self.chain = rows[-1][0], link
        self.kinds |= new_kinds
        try:
            self.head_file.write(self.seq, self.chain)
        except OSError as wrong:  # it may lag behind; what is committed is committed
            log.warning("the head of the log could not be noted: %s", wrong.strerror)
        return recorded

    def _rows(self, batch: Batch, at: str) -> tuple[list[tuple[Any, ...]], list[Recorded], bytes]:
        rows: list[tuple[Any, ...]] = []
        recorded: list[Recorded] = []
        link, last = self.chain, len(batch.drafts) - 1
        for i, (draft, salt) in enumerate(zip(batch.drafts, chain.salts(len(batch.drafts)), strict=True)):
            payload, seq = draft.payload, self.seq + 1 + i
            data = msgspec.json.encode(payload)
            cause = self.seq + 1 + draft.after if draft.after is not None else draft.cause or batch.cause
            columns = (
                seq, batch.story, batch.branch, batch.turn, cause, payload.kind, payload.version, draft.witnesses, at,
                int(i == last), int(batch.background), subject(payload),
            )  # fmt: skip
            digest = chain.digest(salt, data)
            link = chain.link(link, chain.columns(*columns), digest)
            rows.append((*columns, data.decode(), salt, digest, link))
            event = Event(
                seq, batch.branch, batch.turn, cause, payload.kind, payload.version, at,
                entities_of(draft.witnesses), msgspec.Raw(data),
            )  # fmt: skip
            recorded.append(Recorded(event, payload, draft.witnesses))
        return rows, recorded, link


def _index_history(c: Any, batch: Batch, r: Recorded, at: str) -> None:
    """Keeps the derived tables of stories and branches in step with the log."""
    if isinstance(r.payload, StoryCreated):
        c.execute(
            "INSERT INTO story VALUES (?, ?, ?, ?, ?, ?, ?)",
            (batch.story, r.payload.title, batch.branch, batch.turn + 1, batch.next_id, at, at),
        )
    elif isinstance(r.payload, BranchCreated):
        b = r.payload
        c.execute(
            "INSERT INTO branch VALUES (?, ?, ?, ?, ?, ?, ?)",
            (b.branch, batch.story, b.parent, b.fork_seq, b.branch_kind, b.name, r.event.seq),
        )


def _head(c: Any) -> tuple[int, bytes, set[tuple[str, int]]]:
    row = c.execute("SELECT seq, chain FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    kinds = set(c.execute("SELECT kind, version FROM kind"))
    return (*(row or (0, chain.GENESIS)), kinds)
