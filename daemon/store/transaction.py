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
