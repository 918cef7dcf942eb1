"""H: what a thousand dead branches beside a line of history, and hundreds of deletions in force on it, cost those who
play and look. Each is told with its ratio to the same store without, and judged as any look at a story is (S5)."""

from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from protocol.ids import Mask, entities_of
from tests.bench.figures import Figure
from tests.bench.rpcd import Line, running
from tests.bench.stores import Stores

ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("project", {"view": "state"}), ("project", {"view": "transcript"}), ("project", {"view": "memories"}),
    ("recall", {"query": "what did she say about the key"}),
)  # fmt: skip


def figures(stores: Stores, quick: bool) -> list[Figure]:
    """The worst request of each store is what is judged."""
    count = 20 if quick else 100
    without = _measure(stores.straight(), count)
    return [
        _figure(f"{stores.dead:,} dead branches beside", _measure(stores.beside(), count), without),
        _figure(f"{stores.deletions} deletions in force", _measure(stores.holed(), count), without),
    ]


def _figure(what: str, taken: dict[str, float], without: dict[str, float]) -> Figure:
    worst = max(taken, key=lambda name: taken[name] / without[name])
    return Figure(
        promise="H", what=f"{what}: median of what is slowed the most ({worst})", ours=taken[worst], unit="ms",
        reference=without[worst], than="without them", of="ours", promised=15,
        details={name: {"with": taken[name], "without": without[name]} for name in taken},
    )  # fmt: skip


def _measure(home: Path, count: int) -> dict[str, float]:
    """Median milliseconds by request, at the head and in the past, the requests taking turns; and of an append."""
    with running(home) as ready:
        line, rng = Line(Path(ready["socket"])), Random(1)
        head = line.call("project", story="s1", view="edges")["at"]
        line.call("recall", story="s1", query="key")
        taken: dict[str, list[float]] = {}
        for n in range(count):
            lens = list(entities_of(Mask(rng.randrange(8))))
            for method, asked in ASKED:
                at = {} if n % 2 else {"at": rng.randint(100, head)}
                seconds, _ = line.timed(method, story="s1", lens=lens, **asked, **at)
                name = f"{asked.get('view', method)} {'in the past' if at else 'at the head'}"
                taken.setdefault(name, []).append(seconds * 1000)
            said = {"do": "say", "who": "you", "text": f"Number {n}."}
            taken.setdefault("append", []).append(line.timed("append", story="s1", commands=[said])[0] * 1000)
        line.close()
    return {name: median(times) for name, times in taken.items()}
