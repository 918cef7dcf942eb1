"""V: `verify`, every event of a store: its digest and its place in the chain, beside SQLite's own check of the file."""

from collections.abc import Callable, Iterable
from typing import Any

from daemon.store import sqlite
from daemon.store.check.process import check
from daemon.store.check.verify import findings, last_seq
from tests.bench.figures import Figure, Watch, spread
from tests.bench.stores import Stores

RUNS = 7
ROWS = "SELECT * FROM event ORDER BY seq"


def figures(stores: Stores, quick: bool) -> list[Figure]:
    """The rates of the best run of each: what else the machine does can only lower them."""
    path = stores.line() / "store" / "fabula.db"
    c = sqlite.connect(sqlite.library(), path, "ro&immutable=1")
    try:
        count = last_seq(c)
        rows = _runs(lambda: c.execute(ROWS))
        chain = _runs(lambda: findings(c))
    finally:
        c.close()
    whole = _runs(lambda: check(path, replay=False).findings)
    return [
        Figure(
            promise="V", what=what, ours=count / min(seconds), unit="events/s",
            reference=count / min(rows), than="rows fetched only", of="ours", least=True, promised=200_000,
            details={"events": count, "seconds": spread(seconds)},
        )
        for what, seconds in (
            (f"verify of {count:,} events: their chain", chain),
            ("the same with SQLite's check of the file beside it, as `verify` does it", whole),
        )
    ]  # fmt: skip


def _runs(work: Callable[[], Iterable[Any]]) -> list[float]:
    taken = []
    for _ in range(RUNS):
        with Watch() as watch:
            for _ in work():
                pass
        taken.append(watch.seconds)
    return taken
