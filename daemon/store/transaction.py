"""All of it or nothing: a transaction on the writing connection."""

import contextlib
from collections.abc import Iterator

from daemon.store.sqlite import SqliteConnection


@contextlib.contextmanager
def whole(c: SqliteConnection) -> Iterator[None]:
    """Commits what is done in it; undoes all of it where it raises."""
    c.execute("BEGIN IMMEDIATE")
    try:
        yield
        c.execute("COMMIT")
    except BaseException:
        if c.in_transaction:
            c.execute("ROLLBACK")
        raise
