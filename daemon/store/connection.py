"""A connection to the file in a thread of its own, and SQLite's failures in the protocol's terms. Knows no schema.

Work is handed to a connection's thread as a whole function, so that a transaction costs one hop.
"""

import asyncio
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import aiosqlite
import msgspec

from daemon.atomic import PASSING
from daemon.store.sqlite import SqliteConnection
from protocol.errors import STORAGE, Fault

P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)

ROOM = 256 * 1024
"""Bytes without which a disk is full: an index of a write-ahead log needs some at once."""

EX_SOFTWARE = 70
"""What the daemon exits with where it cannot trust the store's file any more."""


class Refused(Exception):  # noqa: N818 - the store says no
    """The file is not one that this program may open; the message says why and what to do. It was left untouched."""


class Connection(aiosqlite.Connection):
    """A connection whose thread runs whole functions, with SQLite's errors raised as Faults.

    Where it `writes`, a failure of the disk ends the process; `heed` is called with what keeps it from writing for now.
    """

    writes = False

    def __init__(self, connector: Callable[[], Any], heed: Callable[[Fault], None] = lambda fault: None) -> None:
        super().__init__(connector, 64)
        self._heed = heed

    async def run(self, work: Callable[Concatenate[SqliteConnection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of `work(connection, *args)`, run in the connection's thread. Raises Fault(STORAGE)."""
        try:
            result: T = await self._execute(guarded, self.writes, work, self._conn, *args, **kwargs)  # type: ignore[no-untyped-call]
        except aiosqlite.Error as wrong:
            raise storage_fault(wrong) from wrong
        except Fault as fault:
            if passes(fault):
                self._heed(fault)
            raise
        return result

    async def run_whole(
        self, work: Callable[Concatenate[SqliteConnection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `run`, for what must not be torn: a cancellation comes too late once the thread has been asked."""
        task = asyncio.ensure_future(self.run(work, *args, **kwargs))
        while not task.done():
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError:
                if (current := asyncio.current_task()) is not None:
                    current.uncancel()
        return task.result()

    async def opened(self) -> "Connection":
        """Itself, open. Raises Fault(STORAGE), sqlite.Unfit."""
        try:
            await self
        except Exception as wrong:
            if not name_of(wrong):
                raise
            raise storage_fault(wrong) from wrong
        return self


class Absent(Connection):
    """In the place of a connection that cannot be opened now: whatever is asked of it, it says why."""

    def __init__(self, why: Fault) -> None:
        super().__init__(lambda: None)
        self.why = why

    async def run(self, work: Callable[Concatenate[SqliteConnection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Raises Fault(STORAGE)."""
        raise again(self.why)

    async def run_whole(
        self, work: Callable[Concatenate[SqliteConnection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Raises Fault(STORAGE)."""
        return await self.run(work, *args, **kwargs)


class Coming(Connection):
    """In the place of a connection that is being opened: whoever asks something of it waits for that."""

    def __init__(self) -> None:
        super().__init__(lambda: None)
        self._here: asyncio.Future[Connection] = asyncio.get_running_loop().create_future()

    def come(self, connection: Connection) -> None:
        """From now on it is this one."""
        self._here.set_result(connection)

    async def run(self, work: Callable[Concatenate[SqliteConnection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As that connection does."""
        return await (await asyncio.shield(self._here)).run(work, *args, **kwargs)

    async def run_whole(
        self, work: Callable[Concatenate[SqliteConnection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As that connection does."""
        return await (await asyncio.shield(self._here)).run_whole(work, *args, **kwargs)


def guarded(writes: bool, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of `work(*args)`. Raises Fault(STORAGE) for an error of SQLite's; where it `writes`, ends the process
    for one of the disk's."""
    try:
        return work(*args, **kwargs)
    except Exception as wrong:
        name = name_of(wrong)
        # The index of the write-ahead log is no content of the file's: where it cannot grow, the disk is full.
        if writes and name.startswith("SQLITE_IOERR") and not name.startswith("SQLITE_IOERR_SHM"):
            # After a failed sync the kernel may have dropped the pages: nothing this handle says can be trusted.
            # Not every build of the library tells a failed sync from other failures.
            log.critical("the disk failed while the store was written; ending rather than trusting the file handle")
            os._exit(EX_SOFTWARE)
        if name.startswith("SQLITE_"):
            raise storage_fault(wrong) from wrong
        raise


def name_of(wrong: BaseException) -> str:
    """SQLite's name of an error, such as `SQLITE_BUSY`; empty where the error is none of SQLite's.

    A payload that is no text or no JSON was damaged after it was written: SQLITE_CORRUPT.
    """
    if isinstance(wrong, msgspec.DecodeError) or "decode to UTF-8" in str(wrong):
        return "SQLITE_CORRUPT"
    return str(getattr(wrong, "sqlite_errorname", ""))


_BACK = "`rpc backups` lists the backups, `rpc restore NUMBER` puts one in its place"
_MEND = {
    "SQLITE_FULL": "the disk is full; make room, then try again",
    "SQLITE_IOERR_SHM": "the disk is full, or the store's folder cannot be written; make room, then try again",
    "SQLITE_READONLY": "the store is read-only; check the permissions of its folder",
    "SQLITE_BUSY": "another program has the store locked; close it, then try again",
    "SQLITE_LOCKED": "another program has the store locked; close it, then try again",
    "SQLITE_IOERR": "the disk cannot be read or written",
    "SQLITE_CORRUPT": f"the store is damaged; {_BACK}",
    "SQLITE_NOTADB": f"the store is no SQLite file; {_BACK}",
    "SQLITE_CANTOPEN": "the store cannot be opened, or its folder is read-only; check the permissions of both",
    "SQLITE_PERM": "the store cannot be opened; check the permissions of its folder",
}
_PASSING = (
    "SQLITE_FULL", "SQLITE_IOERR_SHM", "SQLITE_READONLY", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CANTOPEN",
    "SQLITE_PERM",
)  # fmt: skip


def storage_fault(wrong: BaseException) -> Fault:
    """An error of SQLite's as the protocol's, saying what to do and naming no path."""
    name = name_of(wrong) or "SQLITE_ERROR"
    why = next((text for prefix, text in _MEND.items() if name.startswith(prefix)), None)
    if why is None:
        log.error("SQLite: %s: %s", name, wrong)
    return Fault(STORAGE, why or f"the store failed ({name})", why=why or name, sqlite=name)


def fault_of(wrong: Exception, folder: Path, needed: int = ROOM) -> Fault:
    """A failure of work on files in a folder as a fault. Some builds of SQLite tell of any failure of the disk only
    that it was one, or not even that: where there is less room than was needed, that is why."""
    name = wrong.data.get("sqlite") if isinstance(wrong, Fault) else name_of(wrong)
    if name in ("SQLITE_IOERR", "SQLITE_ERROR", "") and shutil.disk_usage(folder).free < needed:
        why = _MEND["SQLITE_FULL"]
        return Fault(STORAGE, why, why=why, sqlite="SQLITE_FULL")
    return wrong if isinstance(wrong, Fault) else storage_fault(wrong)


def again(fault: Fault) -> Fault:
    """A copy of a fault, to be raised: a fault that was raised before keeps the traceback of that time."""
    return Fault(fault.code, fault.message, **fault.data)


def is_lock(fault: Fault) -> bool:
    """Whether another program has the store locked."""
    return str(fault.data.get("sqlite", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def passes(fault: Fault) -> bool:
    """Whether what a fault tells may be over by itself: a lock, no room, no permission. Damage is not."""
    cause = fault.__cause__
    if isinstance(cause, OSError) and cause.errno in PASSING:
        return True
    return str(fault.data.get("sqlite", "")).startswith(_PASSING) or bool(fault.data.get("waits"))
