"""The open file: found or made, brought up to the present schema, and opened for writing as soon as that is possible.

One connection writes and two read, each in a thread of its own (connection.py).
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

from daemon.atomic import is_in_the_way
from daemon.store import sqlite
from daemon.store.connection import (
    Absent,
    Coming,
    Connection,
    Refused,
    again,
    fault_of,
    guarded,
    is_lock,
    name_of,
    passes,
    storage_fault,
)
from daemon.store.mending import SCHEMA
from daemon.store.schema import APPLICATION_ID, MIGRATIONS, VERSION, look, name_of_store, prepare, ready_to_read, rename
from daemon.store.sqlite import SqliteConnection
from daemon.store.transaction import whole
from protocol.errors import STORAGE, Fault

__all__ = [
    "APPLICATION_ID", "MIGRATIONS", "SCHEMA", "VERSION", "Connection", "Database", "Refused", "look", "name_of",
    "name_of_store", "prepare", "rename", "storage_fault",
]  # fmt: skip

log = logging.getLogger(__name__)

Before = Callable[[], Awaitable[object]]


class Database:
    """The file: `write` is the one connection that writes and checkpoints, `read` never writes; nor does `scan`, for
    what takes long and would hold up what else is read.

    `read_only` says in words why it cannot be written for now; it is empty where it can. Then `write` may be missing,
    and `read` too (Absent), until `reopen` finds that it is over.
    """

    def __init__(self, path: Path, before: Before | None, migrations: Mapping[int, str]) -> None:
        self.path, self.name, self.read_only = path, "", ""
        self.write: Connection = Absent(Fault(STORAGE, "the store is not open"))
        self.read: Connection = self.write
        self._scan: Connection | None = None
        self._before, self._migrations = before, migrations
        self._shut: Fault | None = None
        """Why it was opened for reading only, where that was for its permissions or those of its folder."""

    @classmethod
    async def open(
        cls, path: Path, before: Before | None = None, migrations: Mapping[int, str] = MIGRATIONS
    ) -> "Database":
        """Opens or makes a store; one that is there and cannot be written for now, only for reading, if that.

        `before` is awaited before an older file is moved to the present schema. Raises sqlite.Unfit for a SQLite that
        will not do, Refused for a file from the future or not ours (left untouched), Fault(STORAGE) where the file is
        damaged or none can be made, and what `before` does.
        """
        database = cls(path, before, migrations)
        await asyncio.to_thread(_check_files, path)
        try:
            await database.reopen()
        except Fault as fault:
            if not passes(fault) or not await asyncio.to_thread(_holds_something, path):
                raise
        return database

    @property
    def scan(self) -> Connection:
        """The connection for what takes long; `read` where there is no other."""
        return self._scan or self.read

    @property
    def readable(self) -> bool:
        return not isinstance(self.read, Absent)

    @property
    def writable(self) -> bool:
        """Whether there is a connection that writes, which may fail for now."""
        return not isinstance(self.write, Absent)

    async def reopen(self) -> None:
        """Opens what is not open, for writing or at least for reading, and sees whether it can be written; once it can,
        `read_only` is left to whoever asked.

        Raises Fault(STORAGE) where it cannot be, and all that `open` does.
        """
        if self.writable:
            try:
                await self.write.run(_try_out)
                return
            except Fault as fault:
                if not str(fault.data.get("sqlite")).startswith("SQLITE_READONLY"):
                    raise
        if self._shut is not None and not await asyncio.to_thread(_may_write, self.path):
            raise again(self._shut)
        coming = Coming()
        try:
            if self._shut is not None:
                # SQLite goes on from what it has open of a file, which could not be written: so that is closed first.
                await self._close_scan()
                before, self.read = self.read, coming
                await before.close()
            await self._open()
        except Exception as wrong:
            said = isinstance(wrong, Refused | sqlite.Unfit)
            why = Fault(STORAGE, str(wrong), why=str(wrong)) if said else fault_of(wrong, self.path.parent)
            if self.read is coming or not self.readable:
                self.read = await self._reader(why) if passes(why) else Absent(why)
            if not self.writable:
                self.write = Absent(why)
            self._heed(why)
            if why is wrong or not isinstance(wrong, Fault):
                raise
            raise why from wrong
        finally:
            if self.read is coming and self._shut is not None:  # broken off: there is nothing to wait for
                self.read = Absent(self._shut)
            coming.come(self.read)

    async def close(self) -> None:
        """Checkpoints and closes; the write-ahead log is folded into the file, or kept where the disk is full."""
        await self._close_scan()
        await self.read.close()
        try:
            if self.writable:
                await self.write.run(lambda c: c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
        except Fault as fault:
            log.warning("the write-ahead log stays as it is: %s", fault.message)
        finally:
            await self.write.close()

    def check_readable(self) -> None:
        """Raises Fault(STORAGE) where the store cannot even be read for now."""
        if isinstance(self.read, Absent):
            raise again(self.read.why)

    def sizes(self) -> tuple[int, int]:
        """The sizes in bytes of the file and of its write-ahead log."""
        wal = self.path.with_name(self.path.name + "-wal")
        return tuple(p.stat().st_size if p.exists() else 0 for p in (self.path, wal))  # type: ignore[return-value]

    async def _open(self) -> None:
        module, was_here = sqlite.library(), bool(self.name)
        older = await asyncio.to_thread(guarded, False, look, module, self.path, self._migrations)
        if older and self._before is not None:
            await self._before()
        mode = "rw" if was_here else "rwc"  # what was taken away meanwhile is not made anew
        write = Connection(lambda: sqlite.connect(module, self.path, mode), self._heed)
        async with _closed_on_failure(write):
            await write.opened()
            await write.run(prepare, self._migrations)
            await write.run(_try_out)
            name = await write.run(name_of_store)
            if was_here and name != self.name:
                why = "another store lies in the place of the one that was open; run `rpc restart`"
                raise Fault(STORAGE, why, why=why)
            read = await Connection(lambda: sqlite.connect(module, self.path, "ro")).opened()
            async with _closed_on_failure(read):
                scan = await Connection(lambda: sqlite.connect(module, self.path, "ro")).opened()
        before = [x for x in (self.read, self._scan, self.write) if x is not None]
        self.write, self.read, self._scan, self.name, self._shut = write, read, scan, name, None
        write.writes = True
        for connection in before:
            await connection.close()

    async def _close_scan(self) -> None:
        scan, self._scan = self._scan, None
        if scan is not None:
            await scan.close()

    async def _reader(self, why: Fault) -> Connection:
        """A connection that reads; where there can be none for now, one that says so."""
        module, locked = sqlite.library(), is_lock(why)
        may_write = await asyncio.to_thread(_may_write, self.path)
        for mode in ("ro", "ro&immutable=1"):
            if mode != "ro" and (locked or _has_log(self.path)):
                break  # it may be changed just now; or without its write-ahead log it would be an older store
            patience_s = 0.05 if locked else None
            read = Connection(partial(sqlite.connect, module, self.path, mode, patience_s))
            try:
                async with _closed_on_failure(read):
                    await read.opened()
                    self.name = await read.run(ready_to_read, self._migrations)
                self._shut = None if may_write else why
                return read
            except Fault as fault:
                why = fault_of(fault, self.path.parent)
                if not passes(why):
                    raise
        return Absent(why)

    def _heed(self, fault: Fault) -> None:
        self.read_only = str(fault.data.get("why") or fault.message)


@contextlib.asynccontextmanager
async def _closed_on_failure(connection: Connection) -> AsyncIterator[None]:
    try:
        yield
    except BaseException:
        await connection.close()
        raise


def _check_files(path: Path) -> None:
    """Raises Refused where something lies in the place of a file of the store's: to open it might wait for ever."""
    for file in (path, *(path.with_name(path.name + more) for more in ("-wal", "-shm")), path.with_suffix(".head")):
        try:
            in_the_way = is_in_the_way(file)
        except PermissionError:
            return  # nothing can be seen there for now
        except OSError:
            in_the_way = True
        if in_the_way:
            raise Refused(f"{path.parent.name}/{file.name} is not a plain file: move it elsewhere")


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _holds_something(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _has_log(path: Path) -> bool:
    wal = path.with_name(path.name + "-wal")
    return wal.exists() and wal.stat().st_size > 0


def _try_out(c: SqliteConnection) -> None:
    """Writes what is there already, which shows whether anything can be written."""
    with whole(c):
        c.execute("UPDATE store SET name = name")
