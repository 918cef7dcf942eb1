"""A transaction on the writing connection: all of it or nothing."""

import contextlib
from collections.abc import Iterator

from daemon.store.sqlite import SqliteConnection


@contextlib.contextmanager
def whole(c: SqliteConnection) -> Iterator[None]:
    """Makes a context whose writes are committed at its end, or all undone where it raises."""
    c.execute("BEGIN IMMEDIATE")
    try:
        yield
        c.execute("COMMIT")
    except BaseException:
        if c.in_transaction:
            c.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def unsynced(c: SqliteConnection) -> Iterator[None]:
    """Makes a transaction that does not wait for the disk: a power cut may lose what it wrote, and nothing else. For
    what is derived."""
    c.execute("PRAGMA synchronous = NORMAL")
    try:
        with whole(c):
            yield
    finally:
        c.execute("PRAGMA synchronous = FULL")
