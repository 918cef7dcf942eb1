"""Whole copies of a store by the online backup of SQLite: out of an open one, and into one. Checks nothing of them."""

import logging
from contextlib import closing
from pathlib import Path

from daemon import atomic
from daemon.store import sqlite
from daemon.store.connection import fault_of
from daemon.store.database import Refused, prepare, rename
from daemon.store.queries import assets
from daemon.store.sqlite import SqliteConnection
from protocol.errors import STORAGE, Fault

log = logging.getLogger(__name__)


def copy(source: Path, target: Path) -> None:
    """Copies a store as of one moment, by SQLite's online backup; `target` is whole or not there. Blocks: for a thread.

    The copy is one file and needs no write-ahead log beside it. Raises Fault(STORAGE), OSError.
    """
    module = sqlite.library()
    with atomic.replacing(target) as draft:
        try:
            read = sqlite.connect(module, source, sqlite.reading(source))
            try:
                # All in one step: a commit of another connection would make it begin again.
                write = module.connect(str(draft), isolation_level=None)
                try:
                    read.backup(write, pages=-1)
                finally:
                    write.close()
            finally:
                read.close()
        except module.Error as wrong:
            raise fault_of(wrong, target.parent, source.stat().st_size) from wrong


def make_ready(backup: Path, ready: Path, before: Path | None = None) -> None:
    """A copy of a backup as it is to become the store: of the present schema, by a new name. Blocks.

    It has the files as well that the store `before` has, as far as they can be read: a template may name them.
    Raises Fault(STORAGE) for one of a newer program, OSError.
    """
    copy(backup, ready)
    with closing(sqlite.connect(sqlite.library(), ready)) as c:
        try:
            prepare(c)
        except Refused as refused:
            raise Fault(STORAGE, str(refused), why=str(refused)) from None
        rename(c)
        if before is not None and before.is_file():
            _carry_over(c, before)
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _carry_over(c: SqliteConnection, before: Path) -> None:
    """Keeps the files that another store has as well."""
    module = sqlite.library()
    try:
        with closing(sqlite.connect(module, before, sqlite.reading(before))) as read:
            assets.keep(c, assets.every(read))
    except module.Error as wrong:
        log.warning("pictures that only the present store has could not be read: %s", wrong)


def drop_snapshots(backup: Path) -> None:
    """Takes out of a copy what it holds of states; they are made anew where it becomes the store. Blocks."""
    with closing(sqlite.connect(sqlite.library(), backup)) as c:
        c.execute("DELETE FROM snapshot")


def copy_into(c: SqliteConnection, source: Path) -> None:
    """Makes the store that this connection writes a copy of a file that nobody writes.

    It is one transaction: whoever reads meanwhile sees what was there before, and a crash leaves that.
    """
    read = sqlite.connect(sqlite.library(), source, "ro&immutable=1")
    try:
        read.backup(c, pages=-1)
    finally:
        read.close()
