"""S5: `project` at any seq of a long story, through any lens, on a straight line and on one that was forked often."""

from pathlib import Path
from random import Random
from typing import Any

from protocol.ids import Mask, entities_of
from tests.bench.figures import Figure, quantile, spread
from tests.bench.rpcd import Line, running
from tests.bench.stores import Stores

VIEWS: tuple[dict[str, Any], ...] = (
    {"view": "scene"}, {"view": "world"}, {"view": "entity", "entity": "a"}, {"view": "edges"}, {"view": "transcript"},
    {"view": "timeline"}, {"view": "memories"}, {"view": "state"},
)  # fmt: skip
"""Every view that is a reading of the story; the prompt is measured with the turn that it is for."""


def figures(stores: Stores, quick: bool) -> list[Figure]:
    """The worst view of each store is what is judged."""
    count = 30 if quick else 200
    return [
        _figure(stores.line(), f"project at any of {stores.line_size:,} events, any lens", count),
        _figure(stores.deep(), f"the same, {stores.forks:,} forks deep", count),
    ]


def _figure(home: Path, what: str, count: int) -> Figure:
    with running(home) as ready:
        line = Line(Path(ready["socket"]))
        by_view, empty = _measure(line, count)
        line.close()
    worst = max(by_view, key=lambda view: quantile(by_view[view], 0.95))
    return Figure(
        promise="S5", what=f"{what}, p95 of the slowest view ({worst})", ours=quantile(by_view[worst], 0.95), unit="ms",
        reference=quantile(empty, 0.95), than="status", of="ours", promised=15,
        details={view: spread(taken) for view, taken in by_view.items()},
    )  # fmt: skip


def _measure(line: Line, count: int) -> tuple[dict[str, list[float]], list[float]]:
    """Milliseconds by view, the views taking turns, and those of a request that reads nothing."""
    rng = Random(1)
    by_view: dict[str, list[float]] = {view["view"]: [] for view in VIEWS}
    empty: list[float] = []
    head = line.call("project", story="s1", view="edges")["at"]
    for _ in range(count):
        for view in VIEWS:
            # Before Oren and Mara are there, the view `entity` has nobody to show.
            at, lens = rng.randint(100, head), list(entities_of(Mask(rng.randrange(8))))
            seconds, _ = line.timed("project", story="s1", at=at, lens=lens, **view)
            by_view[view["view"]].append(seconds * 1000)
        empty.append(line.timed("status")[0] * 1000)
    return by_view, empty
