"""What a store and a backup of it hold that the other does not: they share all events up to one, and none beyond it."""

from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from daemon.store import chain, sqlite
from daemon.store.check.process import LINE
from daemon.store.check.verify import chain_at, last_seq
from daemon.store.sqlite import SqliteConnection


class Share(msgspec.Struct, frozen=True):
    """What one of the two holds of a story beyond what both do; `whole` where all of the story is."""

    story: str
    title: str
    events: int
    lines: int
    whole: bool


class Comparison(msgspec.Struct, frozen=True):
    """The last event that both have with its chain, and what only the store and only the backup hold."""

    common: int
    chain: bytes
    lost: list[Share]
    gained: list[Share]


def compare(c: SqliteConnection, backup: Path) -> Comparison:
    """The store that a connection reads and a file that nobody writes, compared."""
    with closing(sqlite.connect(sqlite.library(), backup, sqlite.reading(backup))) as other:
        common = _common(c, other)
        link = (chain_at(c, common) or b"") if common else chain.GENESIS
        return Comparison(common, link, _beyond(c, common), _beyond(other, common))


def alone(backup: Path) -> Comparison:
    """The same for a store that cannot be read: as if it held nothing."""
    with closing(sqlite.connect(sqlite.library(), backup, sqlite.reading(backup))) as other:
        return Comparison(0, chain.GENESIS, [], _beyond(other, 0))


def _common(c: SqliteConnection, other: Any) -> int:
    """The last event that both have: where two chains meet, all before them is the same."""
    low, high = 0, min(last_seq(c), last_seq(other))
    while low < high:
        middle = (low + high + 1) // 2
        if chain_at(c, middle) == chain_at(other, middle):
            low = middle
        else:
            high = middle - 1
    return low


def _beyond(c: SqliteConnection, seq: int) -> list[Share]:
    rows = c.execute(
        f"SELECT e.story, ifnull(s.title, ''), count(*), count(DISTINCT subject) FILTER (WHERE {LINE}),"  # noqa: S608
        " ifnull((SELECT min(created) FROM branch b WHERE b.story = e.story), 0) > ?"
        " FROM event e LEFT JOIN story s ON s.story = e.story WHERE seq > ? GROUP BY e.story ORDER BY min(seq)",
        (seq, seq),
    )
    return [Share(story, title, events, lines, bool(whole)) for story, title, events, lines, whole in rows]
