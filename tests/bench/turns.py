"""S3: a durable turn of six events through `append`, against a bare transaction of the same rows."""

import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

from daemon.store import sqlite
from tests.bench.figures import Figure, Watch, spread
from tests.bench.rpcd import Line, running
from tests.bench.stores import Stores
from tests.bench.tale import WORDS

EVENTS = 6
BLOCK = 20
"""Measurements of one kind in a row; then comes the next kind, so that a busy moment concerns all."""


def commands(number: int) -> list[dict[str, Any]]:
    """A turn that makes six events."""
    return [
        {"do": "say", "who": "you", "text": WORDS[number % len(WORDS)]},
        {"do": "say", "who": "a", "text": f"{WORDS[0]} {WORDS[1]}"},
        {"do": "feel", "from": "a", "to": "you", "trust": 1 if number % 2 else -1},
        {"do": "act", "who": "a", "doing": f"polishing glass {number}"},
        {"do": "remember", "by": ["a"], "gist": WORDS[2]},
        {"do": "pass_time", "minutes": 1},
    ]


class Bare:
    """The reference: the library itself, with the rows ready made, on the table and its indexes without triggers."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite.connect(sqlite.library(), path)
        for (trigger,) in self._connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            self._connection.execute(f"DROP TRIGGER {trigger}")
        self._rows = self._connection.execute("SELECT * FROM event ORDER BY seq DESC LIMIT ?", (EVENTS,)).fetchall()
        self._seq = self._rows[0][0]
        self._insert = f"INSERT INTO event VALUES ({', '.join('?' * len(self._rows[0]))})"  # noqa: S608 - placeholders

    def turn(self) -> float:
        """Seconds of one transaction."""
        rows = [(self._seq + n, *row[1:]) for n, row in enumerate(self._rows, start=1)]
        self._seq += EVENTS
        with Watch() as watch:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(self._insert, rows)
            self._connection.execute("COMMIT")
        return watch.seconds

    def close(self) -> None:
        self._connection.close()


def appending(line: Line) -> Callable[[], float]:
    """What appends one turn and gives its seconds."""
    count = 0

    def turn() -> float:
        nonlocal count
        count += 1
        seconds, result = line.timed("append", story="s1", commands=commands(count))
        assert len(result["events"]) == EVENTS
        return seconds

    return turn


def figures(stores: Stores, quick: bool) -> list[Figure]:
    """The two halves of S3."""
    small, big = stores.small(), stores.big()
    bare = Bare(stores.copy(small, "bare.db"))
    with running(small) as one, running(big) as other:
        lines = [Line(Path(ready["socket"])) for ready in (one, other)]
        kinds = {"small": appending(lines[0]), "big": appending(lines[1]), "bare": bare.turn}
        taken: dict[str, list[float]] = {name: [] for name in kinds}
        for block in range(5 if quick else 40):
            for name, measure in kinds.items():
                seconds = [measure() for _ in range(BLOCK)]
                taken[name] += seconds if block else []
        for line in lines:
            line.close()
    bare.close()
    p50 = {name: statistics.median(seconds) * 1000 for name, seconds in taken.items()}
    details = {name: spread([s * 1000 for s in seconds]) for name, seconds in taken.items()}
    return [
        Figure(
            promise="S3", what="durable turn of 6 events through append, p50", ours=p50["small"], unit="ms",
            reference=p50["bare"], than="bare transaction", promised=4, details=details,
        ),
        Figure(
            promise="S3", what=f"the same at {stores.big_size:,} events", ours=p50["big"], unit="ms",
            reference=p50["small"], than=f"at {stores.small_size:,} events", promised=1.2, details=details,
        ),
    ]  # fmt: skip
