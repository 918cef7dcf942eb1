"""Comparing a store with a backup of it: they share all events up to some seq, and none beyond that seq."""

from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from daemon.store import chain, sqlite
from daemon.store.check.process import LINE
from daemon.store.check.verify import chain_at, last_seq
from daemon.store.sqlite import SqliteConnection
from protocol.ids import BEGINNING, Seq


class Share(msgspec.Struct, frozen=True):
    """The events and lines of a story that only one of the two holds; `whole` if it holds all of the story alone."""

    story: str
    title: str
    events: int
    lines: int
    whole: bool


class Comparison(msgspec.Struct, frozen=True):
    """The last seq that both have, and its chain; `lost` is only in the store, `gained` only in the backup."""

    common: Seq
    chain: bytes
    lost: list[Share]
    gained: list[Share]


def compare(c: SqliteConnection, backup: Path) -> Comparison:
    """Compares the store that a connection reads with a backup, a file that nobody writes."""
    with closing(sqlite.connect(sqlite.library(), backup, sqlite.reading(backup))) as other:
        common = _common(c, other)
        link = (chain_at(c, common) or b"") if common else chain.GENESIS
        return Comparison(common, link, _beyond(c, common), _beyond(other, common))


def alone(backup: Path) -> Comparison:
    """The comparison of a backup with a store that cannot be read: as if that store held nothing."""
    with closing(sqlite.connect(sqlite.library(), backup, sqlite.reading(backup))) as other:
        return Comparison(BEGINNING, chain.GENESIS, [], _beyond(other, BEGINNING))


def _common(c: SqliteConnection, other: Any) -> Seq:
    """The last seq that both have, or 0: where the chains agree at a seq, all events up to it are the same."""
    low, high = BEGINNING, min(last_seq(c), last_seq(other))
    while low < high:
        middle = Seq((low + high + 1) // 2)
        if chain_at(c, middle) == chain_at(other, middle):
            low = middle
        else:
            high = Seq(middle - 1)
    return low


def _beyond(c: SqliteConnection, seq: Seq) -> list[Share]:
    rows = c.execute(
        f"SELECT e.story, ifnull(s.title, ''), count(*), count(DISTINCT subject) FILTER (WHERE {LINE}),"  # noqa: S608
        " ifnull((SELECT min(created) FROM branch b WHERE b.story = e.story), 0) > ?"
        " FROM event e LEFT JOIN story s ON s.story = e.story WHERE seq > ? GROUP BY e.story ORDER BY min(seq)",
        (seq, seq),
    )
    return [Share(story, title, events, lines, bool(whole)) for story, title, events, lines, whole in rows]
