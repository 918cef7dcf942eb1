"""Taking away payloads for good. Each function takes the writing connection."""

from collections.abc import Sequence
from typing import Any

import msgspec

from daemon.store.queries.side_tables import UNKNOWN
from daemon.store.recall import vectors
from daemon.store.sqlite import SqliteConnection
from daemon.store.transaction import whole
from protocol.ids import Seq

OF_EVENTS = "story = ? AND seq IN (SELECT value FROM json_each(?))"
OF_PURGED = (
    "(first_seq IS NULL OR EXISTS (SELECT 1 FROM event WHERE seq BETWEEN first_seq AND last_seq AND data IS NULL))"
)
"""Of answers: what was asked had words that were purged, or may have had some that are no event's."""

OF_STORY = "branch IN (SELECT branch FROM branch WHERE story = ?)"


def purge_events(c: SqliteConnection, story: str, seqs: Sequence[Seq], purged: list[Seq]) -> None:
    """Blanks these events of a story; `purged` gets those that still had words."""
    with whole(c):
        rows = _blanked(c, OF_EVENTS, story, _listed(seqs))
        purged += [seq for seq, _, _ in rows]
        vectors.forget(c, story, rows)
        c.execute("DELETE FROM draft WHERE story = ?", (story,))
        c.execute(f"UPDATE answer SET payload = ? WHERE story = ? AND {OF_PURGED}", (UNKNOWN, story))  # noqa: S608


def purge_story(c: SqliteConnection, story: str, purged: list[Seq]) -> None:
    """Blanks a whole story and all that stands beside its log, but that its ids are taken."""
    with whole(c):
        purged += [seq for seq, _, _ in _blanked(c, OF_STORY, story)]
        vectors.forget(c, story, None)
        c.execute("DELETE FROM draft WHERE story = ?", (story,))
        c.execute("DELETE FROM answer WHERE story = ?", (story,))
        c.execute("DELETE FROM shelved WHERE story = ?", (story,))
        c.execute("UPDATE branch SET name = '' WHERE story = ?", (story,))
        c.execute("UPDATE story SET title = '', current = '' WHERE story = ?", (story,))


def worded(c: SqliteConnection, story: str, seqs: Sequence[Seq] | None) -> dict[str, int]:
    """How many of these events (None: of all of the story) still have words, by kind; any connection will do."""
    which, values = (OF_STORY, (story,)) if seqs is None else (OF_EVENTS, (story, _listed(seqs)))
    counts = f"SELECT kind, count(*) FROM event WHERE data IS NOT NULL AND {which} GROUP BY kind ORDER BY kind"  # noqa: S608
    return dict(c.execute(counts, values).fetchall())


def _listed(seqs: Sequence[Seq]) -> str:
    return msgspec.json.encode(list(seqs)).decode()


def _blanked(c: SqliteConnection, which: str, *values: Any) -> list[tuple[Seq, str, str]]:
    """The seqs of these events that still had words, each with its branch and kind."""
    blank = f"UPDATE event SET data = NULL, salt = NULL WHERE data IS NOT NULL AND {which}"  # noqa: S608 - constants
    rows = c.execute(f"{blank} RETURNING seq, branch, kind", values)
    return [(Seq(seq), branch, kind) for seq, branch, kind in rows.fetchall()]


def compact(c: SqliteConnection) -> bool:
    """Rewrites the file without what is free in it, and empties the WAL; whether nobody who read was in the way."""
    c.execute("VACUUM")
    busy, _, _ = c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
