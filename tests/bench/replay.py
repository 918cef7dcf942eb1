"""S4: replay, from the file to a state: rows are read, payloads decoded and folded through one lens."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from daemon.store.queries import reads
from daemon.store.upcasters import decode
from daemon.story.evolve import fold
from daemon.story.lineage import Stretch, stretches
from daemon.story.state import initial
from protocol.ids import NOBODY
from tests.bench.figures import Figure, Watch, spread
from tests.bench.stores import Stores
from tests.support.open_store import opened

RUNS = 15

ROWS = "SELECT seq, kind, version, data FROM event WHERE branch = ? ORDER BY seq"
KINDS = "SELECT kind, count(*) FROM event WHERE branch = ? GROUP BY kind"


class Taken(NamedTuple):
    """The kinds of the events, and the seconds of each run: of every payload, as a projection does it, of rows only."""

    kinds: Counter[str]
    every: list[float]
    projected: list[float]
    rows: list[float]


def figures(stores: Stores, quick: bool) -> list[Figure]:
    """The rates of the best run of each: what else the machine does can only lower them.

    All through the lens of nobody, which shows every event. A projection reads past what changes no state, which the
    promise does not mention; so both are judged.
    """
    taken = asyncio.run(_measure(stores.line() / "store"))
    count = taken.kinds.total()
    mix = ", ".join(f"{kind} {n / count:.0%}" for kind, n in taken.kinds.most_common(4))
    return [
        Figure(
            promise="S4", what=what, ours=count / min(seconds), unit="events/s",
            reference=count / min(taken.rows), than="rows fetched only", of="ours", least=True, promised=300_000,
            details={"kinds": dict(taken.kinds), "seconds": spread(seconds)},
        )
        for what, seconds in (
            (f"replay of {count:,} events, every payload decoded ({mix}, …)", taken.every),
            ("the same as a projection does it, reading past what changes no state", taken.projected),
        )
    ]  # fmt: skip


async def _measure(folder: Path) -> Taken:
    async with opened(folder) as store:
        tale = store.writer.open_stories.get("s1")
        path, branch = stretches(tale.tree, tale.current), tale.current
        counted = await store.database.read.run(lambda c: c.execute(KINDS, (branch,)).fetchall())
        taken = Taken(Counter(dict(counted)), [], [], [])
        for _ in range(RUNS):
            taken.rows.append(await store.database.read.run(_rows, branch))
            taken.every.append(await store.database.read.run(_every, branch))
            taken.projected.append(await store.database.read.run(_projected, path))
        return taken


def _rows(c: Any, branch: str) -> float:
    with Watch() as watch:
        c.execute(ROWS, (branch,)).fetchall()
    return watch.seconds


def _every(c: Any, branch: str) -> float:
    with Watch() as watch:
        rows = c.execute(ROWS, (branch,))
        fold(initial(NOBODY), ((seq, decode(kind, version, data)) for seq, kind, version, data in rows))
    return watch.seconds


def _projected(c: Any, path: Sequence[Stretch]) -> float:
    with Watch() as watch:
        fold(initial(NOBODY), reads.payloads(c, path, NOBODY))
    return watch.seconds
