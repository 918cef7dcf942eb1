"""The index of what can be recalled: lines, memories and lore by their terms. Derived; search.py searches it.

The index follows the log at a distance: no commit waits for it, and a search first brings it up to date.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator

import msgspec

from daemon.store.connection import passes
from daemon.store.database import Database
from daemon.store.log import Log
from daemon.store.mending import remake_recall
from daemon.store.recall.texts import Said, length_class, read_texts
from daemon.store.recall.visible import Sizes
from daemon.store.sqlite import SqliteConnection
from daemon.store.transaction import unsynced
from daemon.story import words
from protocol.errors import Fault
from protocol.ids import BEGINNING, Seq

log = logging.getLogger(__name__)

VERSION = 2
"""The version of the index. Raise it with any change by which a text gets other terms (daemon/story/words.py) or
another key: an index of another version is built again. `python -m tests.versions` records what a version makes."""

CODE = str(VERSION)
"""The version as the store keeps it with the index."""

AT_ONCE = 256
"""The most texts indexed in one step, so that a commit need not wait long."""

LETTERS_AT_ONCE = 256 * 1024
"""Characters after which a step takes no further text, since other reads wait for the step."""

SPAN = 4096
"""The most events read in one step."""

QUIET_S = 1.0
"""Seconds without a commit after which the index follows by itself."""

BACKLOG = 2000
"""Events that the index may lag behind the log before it follows even without quiet."""

REST = 3.0
"""How many times as long as each step took the index rests after it: following a long log must not slow play."""


class Text(msgspec.Struct, frozen=True):
    """An entry of the index: its packed key, the id of its line, memory or lore, and its terms with spaces between."""

    key: int
    subject: str
    terms: str


class RecallIndex:
    """The index of one open database."""

    def __init__(self, database: Database, the_log: Log) -> None:
        self.database, self.log = database, the_log
        self.upto = BEGINNING
        self.usable = True
        self.sizes = Sizes()
        self._mended = False
        self._lock = asyncio.Lock()
        self._following: asyncio.Task[None] | None = None
        self._closing = False

    async def load(self) -> None:
        """Reads up to which seq the index reaches. An index of another version, or one that reaches beyond the log, is
        not usable until it has been dropped."""
        self.upto, code = await self.database.read.run(_upto)
        self.sizes = Sizes()
        self.usable = code == CODE and self.upto <= self.log.seq

    async def start(self) -> None:
        """Loads the index, and drops it where it is not usable. Raises Fault(STORAGE)."""
        await self.load()
        if not self.usable:
            await self.drop()

    @contextlib.asynccontextmanager
    async def still(self) -> AsyncIterator[None]:
        """Stops indexing inside the context; loads the index again afterwards, since the store may be another."""
        async with self._lock:
            try:
                yield
            finally:
                await self.load()
        if not self.usable:
            await self.drop()

    async def drop(self) -> None:
        """Empties the index; the next search builds it again."""
        async with self._lock:
            await self.database.write.run_whole(_dropped)
            self._is_empty()

    async def mend(self, wrong: Fault) -> bool:
        """Makes the index again, empty, if the fault may be damage to it; once only. Returns whether it was made again,
        and raises Fault(STORAGE) where that fails."""
        if self._mended or not str(wrong.data.get("sqlite", "")).startswith(("SQLITE_CORRUPT", "SQLITE_ERROR")):
            return False
        self._mended = True
        log.warning("the index of what can be recalled was damaged and is made again")
        async with self._lock:
            await self.database.write.run_whole(_remade)
            self._is_empty()
        return True

    def _is_empty(self) -> None:
        self.upto, self.usable, self.sizes = BEGINNING, True, Sizes()

    async def current(self) -> None:
        """Brings the index up to the end of the log as it is now. Where the disk fails, the index stays behind."""
        head = self.log.seq
        while self.usable and self.upto < head and await self._step(head):
            pass

    def follow(self) -> None:
        """Starts following the log in the background: when nothing is written, or the index lags far behind."""
        self._following = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """Stops following the log, after the step that is running."""
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

    def _due(self, before: Seq) -> bool:
        """Whether to index the next texts in the background. `before` was the end of the log before the pause."""
        behind = self.log.seq - self.upto
        if self._closing or not self.usable or self.log.read_only:
            return False
        return behind > 0 and (before == self.log.seq or behind > BACKLOG)

    async def _step(self, head: Seq) -> bool:
        """Indexes the next texts; returns whether that went well."""
        async with self._lock:
            try:
                texts, upto = await self.database.read.run(_read, self.upto, max(head, self.upto))
                await self.database.write.run_whole(_add, texts, upto)
            except Fault as fault:
                if not passes(fault):  # a passing fault makes the store read-only, which is reported there
                    log.warning("the index of what can be recalled lags behind: %s", fault.message)
                return False
            self.upto = upto
            return True


def _upto(c: SqliteConnection) -> tuple[Seq, str]:
    seq, code = c.execute("SELECT seq, code FROM recalled_upto").fetchone()
    return Seq(seq), code


def _dropped(c: SqliteConnection) -> None:
    with unsynced(c):
        c.execute("INSERT INTO recalled_terms (recalled_terms) VALUES ('delete-all')")
        c.execute("DELETE FROM recalled")
        c.execute("UPDATE recalled_upto SET seq = 0, code = ?", (CODE,))


def _remade(c: SqliteConnection) -> None:
    with unsynced(c):
        remake_recall(c)
        c.execute("UPDATE recalled_upto SET code = ?", (CODE,))


def _add(c: SqliteConnection, texts: list[Text], upto: Seq) -> None:
    with unsynced(c):
        c.executemany("INSERT INTO recalled_terms (rowid, terms) VALUES (?, ?)", ((t.key, t.terms) for t in texts))
        c.executemany("INSERT INTO recalled VALUES (?, ?)", ((t.key, t.subject) for t in texts))
        c.execute("UPDATE recalled_upto SET seq = ?", (upto,))


def _read(c: SqliteConnection, after: Seq, head: Seq) -> tuple[list[Text], Seq]:
    """The next texts after a seq, in the order of their keys, and the seq up to which they are complete."""
    found, upto = read_texts(c, after, min(head, Seq(after + SPAN)), AT_ONCE, LETTERS_AT_ONCE)
    texts = [text for said in found if (text := _entry(said)) is not None]
    # FTS5 starts a new segment wherever a key is less than the one before.
    return sorted(texts, key=lambda t: t.key), upto


def _entry(said: Said) -> Text | None:
    """A text as an entry of the index; None where it has no words."""
    terms = words.terms(said.text)
    return Text(said.key | length_class(len(terms)), said.subject, " ".join(terms)) if terms else None
