"""The file: opening it safely, its schema and migrations, one thread for writing and one for reading.

Work is handed to a connection's thread as a whole function, so that a transaction costs one hop.
"""

import asyncio
import logging
import os
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
import msgspec

from daemon.store import sqlite
from protocol.errors import STORAGE, Fault
from protocol.events import PAYLOADS

T = TypeVar("T")
log = logging.getLogger(__name__)

APPLICATION_ID = 0x4641_4255
"""Marks a SQLite file as a Fabula store ("FABU")."""

EX_SOFTWARE = 70
"""What the daemon exits with where it cannot trust the store's file any more."""

SCHEMA = Path(__file__).resolve().parents[2] / "schema.sql"

MIGRATIONS: Mapping[int, str] = {}
"""SQL that moves a file from this `user_version` to the next. The schema file is always the last one."""

VERSION = 1 + len(MIGRATIONS)
"""The present `user_version`."""


class Refused(Exception):  # noqa: N818 - the store says no
    """The file is not one that this program may open; the message says why and what to do. It was left untouched."""


class Connection(aiosqlite.Connection):
    """A connection whose thread runs whole functions, with SQLite's errors told in the protocol's terms.

    Where it `writes`, a failure of the disk ends the process.
    """

    writes = False

    async def run(self, work: Callable[..., T], *args: Any) -> T:
        """The result of `work(connection, *args)`, run in the connection's thread. Raises Fault(STORAGE)."""
        try:
            result: T = await self._execute(_guarded, self.writes, work, self._conn, *args)  # type: ignore[no-untyped-call]
        except aiosqlite.Error as wrong:
            raise storage_fault(wrong) from wrong
        return result

    async def run_whole(self, work: Callable[..., T], *args: Any) -> T:
        """As `run`, for what must not be torn: a cancellation comes too late once the thread has been asked."""
        task = asyncio.ensure_future(self.run(work, *args))
        while not task.done():
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError:
                if (current := asyncio.current_task()) is not None:
                    current.uncancel()
        return task.result()


def _guarded(writes: bool, work: Callable[..., T], *args: Any) -> T:
    try:
        return work(*args)
    except Exception as wrong:
        name = name_of(wrong)
        if writes and name.startswith("SQLITE_IOERR"):
            # After a failed sync the kernel may have dropped the pages: nothing this handle says can be trusted.
            # Not every build of the library tells a failed sync from other failures.
            log.critical("the disk failed while the store was written; ending rather than trusting the file handle")
            os._exit(EX_SOFTWARE)
        if name.startswith("SQLITE_"):
            raise storage_fault(wrong) from wrong
        raise


def name_of(wrong: BaseException) -> str:
    """SQLite's name of what went wrong; a payload that is no text or no JSON was damaged after it was written."""
    if isinstance(wrong, msgspec.DecodeError) or "decode to UTF-8" in str(wrong):
        return "SQLITE_CORRUPT"
    return str(getattr(wrong, "sqlite_errorname", ""))


_MEND = {
    "SQLITE_FULL": "the disk is full; make room, then try again",
    "SQLITE_READONLY": "the store is read-only; check the permissions of its folder",
    "SQLITE_BUSY": "another program has the store locked; close it, then try again",
    "SQLITE_LOCKED": "another program has the store locked; close it, then try again",
    "SQLITE_IOERR": "the disk cannot be read or written",
    "SQLITE_CORRUPT": "the store is damaged; `rpc backups` lists the backups, and `rpc restore N` puts one back",
    "SQLITE_NOTADB": "the store is no SQLite file; `rpc backups` lists the backups, and `rpc restore N` puts one back",
    "SQLITE_CANTOPEN": "the store cannot be opened; check the permissions of its folder",
}


def storage_fault(wrong: BaseException) -> Fault:
    """An error of SQLite's as the protocol's, saying what to do and naming no path."""
    name = name_of(wrong) or "SQLITE_ERROR"
    why = next((text for prefix, text in _MEND.items() if name.startswith(prefix)), None)
    if why is None:
        log.error("SQLite: %s: %s", name, wrong)
    return Fault(STORAGE, why or f"the store failed ({name})", why=why or name, sqlite=name)


class Database:
    """The open file: `write` is the one connection that writes and checkpoints, `read` never writes."""

    def __init__(self, path: Path, write: Connection, read: Connection, name: str) -> None:
        self.path, self.write, self.read, self.name = path, write, read, name

    @classmethod
    async def open(
        cls,
        path: Path,
        before: Callable[[], Awaitable[object]] | None = None,
        migrations: Mapping[int, str] = MIGRATIONS,
    ) -> "Database":
        """Opens or makes a store. `before` is awaited before an older file is moved to the present schema.

        Raises sqlite.Unfit for a SQLite that will not do, Refused for a file from the future or not ours (left
        untouched), Fault(STORAGE) where the disk fails, and what `before` does.
        """
        module = sqlite.library()
        older = await asyncio.to_thread(_guarded, False, look, module, path, migrations)
        if older and before is not None:
            await before()
        write = Connection(lambda: sqlite.connect(module, path), 64)
        await _started(write)
        try:
            await write.run(prepare, migrations)
            name = await write.run(name_of_store)
            read = Connection(lambda: sqlite.connect(module, path, "ro"), 64)
            await _started(read)
        except BaseException:
            await write.close()
            raise
        write.writes = True
        return cls(path, write, read, name)

    async def close(self) -> None:
        """Checkpoints and closes; the write-ahead log is folded into the file, or kept where the disk is full."""
        await self.read.close()
        try:
            await self.write.run(lambda c: c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
        except Fault as fault:
            log.warning("the write-ahead log stays as it is: %s", fault.message)
        finally:
            await self.write.close()

    def sizes(self) -> tuple[int, int]:
        """The sizes in bytes of the file and of its write-ahead log."""
        wal = self.path.with_name(self.path.name + "-wal")
        return tuple(p.stat().st_size if p.exists() else 0 for p in (self.path, wal))  # type: ignore[return-value]


async def _started(connection: Connection) -> None:
    try:
        await connection
    except aiosqlite.Error as wrong:
        raise storage_fault(wrong) from wrong
    except Exception as wrong:
        if getattr(wrong, "sqlite_errorname", None):
            raise storage_fault(wrong) from wrong
        raise


def look(module: Any, path: Path, migrations: Mapping[int, str] = MIGRATIONS) -> bool:
    """Whether a file is of an older schema. Raises Refused for one that is not ours to open: for writing, which may
    change it even by closing it."""
    if not path.exists():
        return False
    wal = path.with_name(path.name + "-wal")
    connection = sqlite.connect(module, path, "ro" if wal.exists() else "ro&immutable=1")
    try:
        is_store, version = _check(connection, _newest(migrations))
    finally:
        connection.close()
    return is_store and version < _newest(migrations)


def _newest(migrations: Mapping[int, str]) -> int:
    return 1 + len(migrations)


def _check(c: Any, newest: int) -> tuple[bool, int]:
    """Whether the file is a store already, and its `user_version`. Raises Refused for one that is not ours to open."""
    version = c.execute("PRAGMA user_version").fetchone()[0]
    application = c.execute("PRAGMA application_id").fetchone()[0]
    tables = c.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if tables and application != APPLICATION_ID:
        raise Refused("the store's file is a SQLite database of another program; name another --home")
    if version > newest:
        raise Refused(
            f"the store was written by a newer Fabula (schema {version}; this one knows {newest}); "
            "install that version again, or name another --home"
        )
    if tables:
        _check_kinds(c)
    return bool(tables), version


def prepare(c: Any, migrations: Mapping[int, str] = MIGRATIONS) -> None:
    """Makes an empty file a store, or brings an older one up to the present schema, each step in one transaction.

    Raises Refused.
    """
    newest = _newest(migrations)
    is_store, version = _check(c, newest)
    c.execute("PRAGMA journal_mode = WAL")
    if not is_store:
        _create(c)
    for step in range(version, newest) if is_store else ():
        c.executescript(f"BEGIN IMMEDIATE; {migrations[step]}; PRAGMA user_version = {step + 1}; COMMIT")


def _check_kinds(c: Any) -> None:
    for kind, version in c.execute("SELECT kind, version FROM kind"):
        known = PAYLOADS.get(kind)
        if known is None or version > known.version:
            raise Refused(
                f"the store holds events of a kind that this Fabula does not know ({kind}, version {version}); "
                "install the version that wrote it, or name another --home"
            )


def name_of_store(c: Any) -> str:
    """The store's own name."""
    return str(c.execute("SELECT name FROM store").fetchone()[0])


def rename(c: Any) -> None:
    """Gives the store a new name, by which clients notice that it is not the one they knew."""
    c.execute("UPDATE store SET name = ?", (secrets.token_hex(8),))


def _create(c: Any) -> None:
    name, now = secrets.token_hex(8), datetime.now(UTC).isoformat()
    c.executescript(
        f"BEGIN IMMEDIATE; {SCHEMA.read_text()} INSERT INTO store VALUES (1, '{name}', '{now}');"  # noqa: S608 - ours
        f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; COMMIT"
    )
