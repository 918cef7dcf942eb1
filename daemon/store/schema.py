"""What is in the file: whose it is and of which schema, made or brought up to the present one. Opens nothing for long.

Each function takes a connection. What is derived and damaged is made again by mending.py.
"""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from daemon.store import sqlite
from daemon.store.connection import Refused
from daemon.store.mending import SCHEMA, is_present, mend, unknown_kinds
from daemon.store.sqlite import SqliteConnection
from protocol.errors import STORAGE, Fault

_SEEMS = """
ALTER TABLE event ADD COLUMN seems INTEGER CHECK (seems BETWEEN 0 AND 7);
DROP INDEX line_by_branch;
CREATE INDEX line_by_branch ON event (branch, seq, witnesses, seems)
  WHERE kind IN ('line.said', 'line.noticed', 'line.revised');
DROP INDEX memory_by_branch;
CREATE INDEX memory_by_branch ON event (branch, seq, witnesses, seems) WHERE kind = 'memory.formed';
DROP INDEX summary_by_branch;
CREATE INDEX summary_by_branch ON event (branch, seq, witnesses, seems)
  WHERE kind = 'memory.formed' AND data ->> 'memory_kind' = 'summary';
DROP TRIGGER event_only_loses_its_payload;
CREATE TRIGGER event_only_loses_its_payload BEFORE UPDATE ON event
WHEN NEW.data IS NOT NULL OR NEW.salt IS NOT NULL
  OR (NEW.seq, NEW.story, NEW.branch, NEW.turn, NEW.cause, NEW.kind, NEW.version, NEW.witnesses, NEW.seems)
    IS NOT (OLD.seq, OLD.story, OLD.branch, OLD.turn, OLD.cause, OLD.kind, OLD.version, OLD.witnesses, OLD.seems)
  OR (NEW.at, NEW.ends, NEW.background, NEW.subject, NEW.digest, NEW.chain)
    IS NOT (OLD.at, OLD.ends, OLD.background, OLD.subject, OLD.digest, OLD.chain)
BEGIN
  SELECT RAISE (ABORT, 'the log is append-only');
END
"""

_VECTORS = """
CREATE TABLE text_vector (key INTEGER PRIMARY KEY, square INTEGER NOT NULL, vector BLOB NOT NULL) STRICT;
CREATE TABLE text_vector_upto (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  model      TEXT    NOT NULL,
  dimensions INTEGER NOT NULL,
  seq        INTEGER NOT NULL,
  purges     INTEGER NOT NULL
) STRICT;
INSERT INTO text_vector_upto VALUES (1, '', 0, 0, 0);
CREATE INDEX added_by_story ON event (story, seq) WHERE kind = 'entity.added'"""

_SHELVED = """
CREATE TABLE shelved (
  story  TEXT PRIMARY KEY,
  shelf  TEXT    NOT NULL CHECK (shelf IN ('open', 'archive', 'bin')),
  pinned INTEGER NOT NULL CHECK (pinned IN (0, 1)),
  lens   TEXT
) STRICT, WITHOUT ROWID"""

_ASSETS = """
CREATE TABLE asset (
  digest TEXT PRIMARY KEY,
  type   TEXT NOT NULL,
  data   BLOB NOT NULL
) STRICT"""

_SKETCHES = """
CREATE TABLE text_sketch (key INTEGER PRIMARY KEY, sketch BLOB NOT NULL) STRICT;
DELETE FROM text_vector WHERE length(vector) % 8;
UPDATE text_vector_upto SET seq = 0 WHERE dimensions % 8;
INSERT INTO text_sketch SELECT key, vec_quantize_binary(vec_int8(vector)) FROM text_vector"""
# Bits come in whole bytes there: vectors of other sizes are made again.

APPLICATION_ID = 0x4641_4255
"""Marks a SQLite file as a Fabula store ("FABU")."""

MIGRATIONS: Mapping[int, str] = {
    1: "CREATE INDEX event_by_turn ON event (story, turn)",
    2: _SEEMS,
    3: _VECTORS,
    4: _SHELVED,
    5: _SKETCHES,
    6: _ASSETS,
}
"""SQL that moves a file from this `user_version` to the next. The schema file is always the last one."""

VERSION = 1 + len(MIGRATIONS)
"""The present `user_version`."""


def look(module: Any, path: Path, migrations: Mapping[int, str] = MIGRATIONS) -> bool:
    """Whether a file is of an older schema. Raises Refused for one that is not ours to open: for writing, which may
    change it even by closing it."""
    if not path.exists():
        return False
    connection = sqlite.connect(module, path, sqlite.reading(path))
    try:
        is_store, version = _check(connection, _newest(migrations))
    finally:
        connection.close()
    return is_store and version < _newest(migrations)


def ready_to_read(c: SqliteConnection, migrations: Mapping[int, str]) -> str:
    """Checks a store that cannot be written; returns its name. Raises Fault(STORAGE) where the schema must be
    brought up to date first, and Refused where this version cannot read the store at all."""
    is_store, version = _check(c, _newest(migrations))
    if not is_store or version < _newest(migrations):
        why = "the store is of an older version of Fabula and is brought up to date once it can be written"
        raise Fault(STORAGE, why, why=why, waits=True)
    mend(c, may_write=False)
    return name_of_store(c)


def _newest(migrations: Mapping[int, str]) -> int:
    return 1 + len(migrations)


def _check(c: SqliteConnection, newest: int) -> tuple[bool, int]:
    """Whether the file is a store already, and its `user_version`. Raises Refused for one that is not ours to open."""
    version = c.execute("PRAGMA user_version").fetchone()[0]
    application = c.execute("PRAGMA application_id").fetchone()[0]
    tables = {name for (name,) in c.execute("SELECT name FROM sqlite_schema").fetchall()}
    if tables and application != APPLICATION_ID:
        raise Refused("the store's file is a SQLite database of another program; name another --home")
    if version > newest:
        raise Refused(
            f"the store was written by a newer Fabula (schema {version}; this one knows {newest}); "
            "install that version again, or name another --home"
        )
    if tables and version < 1:
        if not is_present(c):
            raise Refused(
                f"the store says it is of schema {version}, which never was; `rpc backups` lists the backups, "
                "`rpc restore NUMBER` puts one in its place"
            )
        version = newest  # only its number is damaged, and `prepare` sets it right
    if {"kind", "event"} <= tables:
        _check_kinds(c)
    return bool(tables), version


def prepare(c: SqliteConnection, migrations: Mapping[int, str] = MIGRATIONS) -> None:
    """Makes an empty file a store, or brings an older one up to the present schema, each step in one transaction; what
    is derived in it and damaged is made again.

    Raises Refused.
    """
    newest = _newest(migrations)
    is_store, version = _check(c, newest)
    c.execute("PRAGMA journal_mode = WAL")
    if not is_store:
        _create(c)
        return
    for step in range(version, newest):
        c.executescript(f"BEGIN IMMEDIATE; {migrations[step]}; PRAGMA user_version = {step + 1}; COMMIT")
    if c.execute("PRAGMA user_version").fetchone()[0] != newest:
        c.execute(f"PRAGMA user_version = {newest}")
    mend(c, may_write=True)
    _check_kinds(c)


def _check_kinds(c: SqliteConnection) -> None:
    """Raises Refused where there are events that this program does not know."""
    for kind, version in unknown_kinds(c):
        # The table is derived: what it says counts only if there is such an event.
        if c.execute("SELECT 1 FROM event WHERE kind = ? AND version = ? LIMIT 1", (kind, version)).fetchone():
            raise Refused(
                f"the store holds events of a kind that this Fabula does not know ({kind}, version {version}); "
                "install the version that wrote it, or name another --home"
            )


def name_of_store(c: SqliteConnection) -> str:
    """The store's own name."""
    return str(c.execute("SELECT name FROM store").fetchone()[0])


def rename(c: SqliteConnection) -> None:
    """Gives the store a new name, by which clients notice that it is not the one they knew."""
    c.execute("UPDATE store SET name = ?", (secrets.token_hex(8),))


def _create(c: SqliteConnection) -> None:
    name, now = secrets.token_hex(8), datetime.now(UTC).isoformat()
    c.executescript(
        f"BEGIN IMMEDIATE; {SCHEMA.read_text(encoding='utf-8')} INSERT INTO store VALUES (1, '{name}', '{now}');"  # noqa: S608 - ours
        f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; COMMIT"
    )
