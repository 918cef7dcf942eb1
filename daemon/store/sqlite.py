"""Which SQLite library is used, and whether it will do. Knows nothing of schemas.

Versions up to 3.51.2 can corrupt a write-ahead log when it is reset, and many a stdlib's cannot load extensions.
"""

import importlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

LEAST = (3, 51, 3)
"""The oldest SQLite that may own a story."""

MEND = (
    "install the wheel `pysqlite3` (Linux x86-64, macOS arm64), or use a Python whose own sqlite3 has SQLite "
    f"{'.'.join(map(str, LEAST))} or newer and can load extensions"
)

PATIENCE_S = 2.0
"""How long a lock of another program is waited for."""

PRAGMAS = (
    "foreign_keys = ON",
    "synchronous = FULL",
    "fullfsync = ON",  # macOS: without it a sync may stop at the drive's cache
    "checkpoint_fullfsync = ON",
    "trusted_schema = OFF",
    "cache_size = -16000",
    "temp_store = MEMORY",
    "journal_size_limit = 8388608",  # what a long transaction made of the write-ahead log is given back
)


class Rows(Protocol):
    """What a statement gave, and what is known of how it went."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed; -1 where it changes none."""

    @property
    def lastrowid(self) -> int | None:
        """The id of the row that was inserted last."""

    def fetchone(self) -> Any:
        """The next row, a tuple; None after the last."""

    def fetchall(self) -> list[Any]:
        """All rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class SqliteConnection(Protocol):
    """A connection of either library, as the functions that run in its thread use it."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""

    def execute(self, sql: str, values: Any = (), /) -> Rows:
        """Runs one statement."""

    def executemany(self, sql: str, values: Iterable[Any], /) -> Rows:
        """Runs one statement for each of these values."""

    def executescript(self, sql: str, /) -> Rows:
        """Runs statements that take no values, each by itself."""

    def close(self) -> None:
        """Closes the connection, and rolls back what is not committed."""


class Unfit(Exception):  # noqa: N818 - said of the library, as a sentence
    """The SQLite library at hand cannot be trusted with a story; the message says how to mend it."""


def library() -> Any:
    """The module to use: pysqlite3 where it is installed, else the standard library's, once it is found fit.

    Raises Unfit.
    """
    try:
        module = importlib.import_module("pysqlite3")
    except ImportError:
        module = sqlite3
    check(module)
    return module


def check(module: Any) -> None:
    """Raises Unfit for a SQLite that is vulnerable or cannot load extensions."""
    if module.sqlite_version_info < LEAST:
        raise Unfit(f"SQLite {module.sqlite_version} can corrupt a write-ahead log; {MEND}")
    if not hasattr(module.Connection, "enable_load_extension"):
        raise Unfit(f"this SQLite {module.sqlite_version} cannot load extensions; {MEND}")


def reading(path: Path) -> str:
    """The mode in which to read a closed file: with its write-ahead log, where one lies beside it."""
    return "ro" if path.with_name(path.name + "-wal").exists() else "ro&immutable=1"


def connect(module: Any, path: Path, mode: str = "rwc", patience_s: float | None = None) -> Any:
    """An open connection in autocommit mode with sqlite-vec loaded and every pragma of ours set.

    `mode` as in SQLite's URIs: `rwc`, `ro`, or `ro&immutable=1`, which leaves nothing beside the file. A lock of
    another program is waited for so long, else for PATIENCE_S.
    """
    import sqlite_vec

    uri = f"{path.absolute().as_uri()}?mode={mode}"
    patience_s = PATIENCE_S if patience_s is None else patience_s
    connection = module.connect(
        uri, patience_s, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    try:
        connection.enable_load_extension(True)
        connection.load_extension(sqlite_vec.loadable_path())
        connection.enable_load_extension(False)
    except Exception as wrong:
        connection.close()
        raise Unfit(f"sqlite-vec cannot be loaded ({wrong}); {MEND}") from wrong
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def read_as_present(connection: SqliteConnection) -> None:
    """Has a connection that only reads a file of an older schema find there what was added to the log since: a file is
    checked before it is brought up to date."""
    columns = {name for (name,) in connection.execute("SELECT name FROM pragma_table_info('event')")}
    if columns and "seems" not in columns:
        connection.execute("CREATE TEMP VIEW event AS SELECT *, NULL AS seems FROM main.event")
