"""Stores that hold what a faulty program committed: events that are whole in the chain and that nobody can read."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from daemon.store import chain
from tests.support.open_store import plain


def commit(
    path: Path, story: str, branch: str, kind: str, data: Any, *, witnesses: int = 0, subject: Any = None
) -> int:
    """Commits one event to a closed store as the log would, but without asking whether it can be read; its seq."""
    with plain(path) as c:
        last = c.execute("SELECT seq, chain FROM event ORDER BY seq DESC LIMIT 1").fetchone()
        turn = c.execute("SELECT next_turn FROM story WHERE story = ?", (story,)).fetchone()[0]
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        columns = (last["seq"] + 1, story, branch, turn, None, kind, 1, witnesses, at, 1, 0, subject)
        payload, salt = msgspec.json.encode(data), os.urandom(chain.SALT_BYTES)
        digest = chain.digest(salt, payload)
        link = chain.link(last["chain"], chain.columns(*columns), digest)
        row = (*columns, payload.decode(), salt, digest, link, None)
        c.execute(f"INSERT INTO event VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - placeholders only
        c.execute("INSERT OR REPLACE INTO kind VALUES (?, 1)", (kind,))
        c.execute("UPDATE story SET next_turn = next_turn + 1 WHERE story = ?", (story,))
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return int(columns[0])
