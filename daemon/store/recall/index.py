"""The index of what can be recalled: lines, memories and lore by their terms. Derived; searching it is search.py.

It follows the log at a distance: a commit waits for nothing here, and whoever searches first brings it up to date.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Iterator

import msgspec

from daemon.store.connection import passes
from daemon.store.database import Database
from daemon.store.log import Log
from daemon.store.mending import remake_recall
from daemon.store.sqlite import SqliteConnection
from daemon.store.transaction import whole
from daemon.store.upcasters import readable
from daemon.story import words
from protocol.errors import Fault
from protocol.events import LineRevised, LineSaid, LoreSet, MemoryFormed, Payload
from protocol.ids import ENTITIES, EntityId
from protocol.world import RecalledKind

log = logging.getLogger(__name__)

VERSION = 1
"""Of the index. Raise it with any change by which a text gets other terms (daemon/story/words.py) or another key: what
was indexed under another version is indexed anew. `python -m tests.versions` records what a version makes."""

CODE = str(VERSION)
"""Names what made the index, in the store."""

AT_ONCE = 256
"""Texts indexed in one go, so that a commit need not wait long."""

LETTERS_AT_ONCE = 256 * 1024
"""Characters after which no further text is taken into one go: whoever reads meanwhile waits for it."""

SPAN = 4096
"""Events read in one go."""

QUIET_S = 1.0
"""How long nothing must have been written before the index follows by itself."""

BACKLOG = 2000
"""Events that it may lag behind the log, quiet or not."""

REST = 3.0
"""How much longer than it works it rests, while it follows by itself: a long log must not slow those who play."""

KINDS: tuple[RecalledKind, ...] = ("line", "episode", "fact", "summary", "hearsay", "lore")

LENGTH, WHO, KIND, MASK, SEQ, KEPT, BRANCH = 0, 3, 5, 8, 11, 42, 43
"""Where each field of a key begins: length class, who speaks, kind, witness mask, seq, line or kept, branch."""


class Key(msgspec.Struct, frozen=True):
    """What a search filters and weighs by, packed into the rowid: 20 bits of branch, 1, 31 of seq, 3, 3, 2, 3.

    Keys of a branch lie together, lines apart from all else, each in the order of the log. `length` is the number of
    terms, by powers of two: 2 to 256 and more.
    """

    branch: int
    seq: int
    witnesses: int
    kind: RecalledKind
    who: EntityId | None
    length: int

    def packed(self) -> int:
        return (
            self.branch << BRANCH | (self.kind != "line") << KEPT | self.seq << SEQ | self.witnesses << MASK
            | KINDS.index(self.kind) << KIND | (ENTITIES.index(self.who) + 1 if self.who else 0) << WHO
            | min(7, max(0, self.length.bit_length() - 2))
        )  # fmt: skip


def seq_of(key: int) -> int:
    return key >> SEQ & (1 << KEPT - SEQ) - 1


def kind_of(key: int) -> RecalledKind:
    return KINDS[key >> KIND & 7]


def who_of(key: int) -> EntityId | None:
    who = key >> WHO & 3
    return ENTITIES[who - 1] if who else None


def number(branch: str) -> int:
    """The number in a branch's id, which is one in the whole file."""
    return int(branch[1:])


class Text(msgspec.Struct, frozen=True):
    """What is put into the index."""

    key: int
    subject: str
    terms: str


class RecallIndex:
    """The index of one open database."""

    def __init__(self, database: Database, the_log: Log) -> None:
        self.database, self.log = database, the_log
        self.upto = 0
        self.usable = True
        self._mended = False
        self._lock = asyncio.Lock()
        self._following: asyncio.Task[None] | None = None
        self._closing = False

    async def load(self) -> None:
        """Sees how far it has come. Where another program made it, or the log ends before it, nothing of it is usable
        until it has been begun anew."""
        self.upto, code = await self.database.read.run(_upto)
        self.usable = code == CODE and self.upto <= self.log.seq

    async def start(self) -> None:
        """Goes on from where it was; begins anew where that is of no use. Raises Fault(STORAGE)."""
        await self.load()
        if not self.usable:
            await self.drop()

    @contextlib.asynccontextmanager
    async def still(self) -> AsyncIterator[None]:
        """While this lasts nothing is indexed; after it, it goes on from what the store, maybe another one, says."""
        async with self._lock:
            try:
                yield
            finally:
                await self.load()
        if not self.usable:
            await self.drop()

    async def drop(self) -> None:
        """Forgets everything; the next search builds it again."""
        async with self._lock:
            await self.database.write.run_whole(_dropped)
            self.upto, self.usable = 0, True

    async def mend(self, wrong: Fault) -> bool:
        """Makes it again where it may be what is damaged, once; whether it did. Raises Fault(STORAGE)."""
        if self._mended or not str(wrong.data.get("sqlite", "")).startswith(("SQLITE_CORRUPT", "SQLITE_ERROR")):
            return False
        self._mended = True
        log.warning("the index of what can be recalled was damaged and is made again")
        async with self._lock:
            await self.database.write.run_whole(_remade)
            self.upto, self.usable = 0, True
        return True

    async def current(self) -> None:
        """Brings the index up to the end of the log as it is now. Where the disk fails, it stays as it is."""
        head = self.log.seq
        while self.usable and self.upto < head and await self._step(head):
            pass

    def follow(self) -> None:
        """From now on keeps near the end of the log: when nothing else is written, or it lags far behind."""
        self._following = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Follows no more. What is being written of the index is written first."""
        self._closing = True
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)

    async def _follow(self) -> None:
        while not self._closing:
            head = self.log.seq
            await asyncio.sleep(QUIET_S)
            while self._due(head):
                began = time.monotonic()
                if not await self._step(self.log.seq):
                    break
                await asyncio.sleep(REST * (time.monotonic() - began))

    def _due(self, before: int) -> bool:
        """Whether to go on by itself, the log having ended at `before` a while ago."""
        behind = self.log.seq - self.upto
        if self._closing or not self.usable or self.log.read_only:
            return False
        return behind > 0 and (before == self.log.seq or behind > BACKLOG)

    async def _step(self, head: int) -> bool:
        """Indexes the next texts; whether that went well."""
        async with self._lock:
            try:
                texts, upto = await self.database.read.run(_read, self.upto, max(head, self.upto))
                await self.database.write.run_whole(_add, texts, upto)
            except Fault as fault:
                if not passes(fault):  # else the store itself is said to be read-only
                    log.warning("the index of what can be recalled lags behind: %s", fault.message)
                return False
            self.upto = upto
            return True


def _upto(c: SqliteConnection) -> tuple[int, str]:
    seq, code = c.execute("SELECT seq, code FROM recalled_upto").fetchone()
    return seq, code


@contextlib.contextmanager
def _unsynced(c: SqliteConnection) -> Iterator[None]:
    """A transaction that is not waited for to reach the disk: a power cut may lose it, and nothing but it."""
    c.execute("PRAGMA synchronous = NORMAL")
    try:
        with whole(c):
            yield
    finally:
        c.execute("PRAGMA synchronous = FULL")


def _dropped(c: SqliteConnection) -> None:
    with _unsynced(c):
        c.execute("INSERT INTO recalled_terms (recalled_terms) VALUES ('delete-all')")
        c.execute("DELETE FROM recalled")
        c.execute("UPDATE recalled_upto SET seq = 0, code = ?", (CODE,))


def _remade(c: SqliteConnection) -> None:
    with _unsynced(c):
        remake_recall(c)
        c.execute("UPDATE recalled_upto SET code = ?", (CODE,))


def _add(c: SqliteConnection, texts: list[Text], upto: int) -> None:
    with _unsynced(c):
        c.executemany("INSERT INTO recalled_terms (rowid, terms) VALUES (?, ?)", ((t.key, t.terms) for t in texts))
        c.executemany("INSERT INTO recalled VALUES (?, ?)", ((t.key, t.subject) for t in texts))
        c.execute("UPDATE recalled_upto SET seq = ?", (upto,))


def _read(c: SqliteConnection, after: int, head: int) -> tuple[list[Text], int]:
    """The next texts beyond a seq in the order of their keys, and the seq up to which these are all there are."""
    upto = min(head, after + SPAN)
    rows = c.execute(
        "SELECT seq, story, branch, kind, version, witnesses, data FROM event WHERE seq > ? AND seq <= ?"
        " AND kind IN ('line.said', 'line.revised', 'memory.formed', 'lore.set') AND data IS NOT NULL ORDER BY seq",
        (after, upto),
    )
    texts: list[Text] = []
    letters = 0
    for seq, story, branch, kind, version, witnesses, data in rows:
        letters += len(data)
        payload = readable(kind, version, data)
        text = _text(c, story, number(branch), seq, witnesses, payload) if payload is not None else None
        if text is not None:
            texts.append(text)
        if len(texts) == AT_ONCE or letters > LETTERS_AT_ONCE:
            upto = seq
            break
    # FTS5 starts a new segment wherever a key is less than the one before.
    return sorted(texts, key=lambda t: t.key), upto


def _text(c: SqliteConnection, story: str, branch: int, seq: int, witnesses: int, payload: Payload) -> Text | None:
    """An event's entry; None where it has no words."""
    match payload:
        case LineSaid():
            subject, kind, who, text = payload.line, KINDS[0], payload.who, payload.text
        case LineRevised():
            subject, kind, who, text = payload.line, KINDS[0], _speaker(c, story, payload.line), payload.text
        case MemoryFormed():
            subject, kind, who, text = payload.memory, payload.memory_kind, payload.told_by, payload.gist
        case LoreSet() if payload.text:
            subject, kind, who, text = payload.lore, "lore", None, " ".join([*payload.keys, payload.text])
        case _:
            return None
    terms = words.terms(text)
    key = Key(branch, seq, witnesses, kind, who, len(terms))
    return Text(key.packed(), subject, " ".join(terms)) if terms else None


def _speaker(c: SqliteConnection, story: str, line: str) -> EntityId | None:
    """Whose line it is that was revised."""
    said = (
        "SELECT data ->> 'who' FROM event WHERE story = ? AND subject = ? AND kind = 'line.said' AND data IS NOT NULL"
    )
    row = c.execute(f"{said} LIMIT 1", (story, line)).fetchone()
    return row[0] if row else None
