"""`python -m tests.bench`: measures the promises, prints each as it is measured and all as a table in the end, and
keeps them as JSON in bench-results/; where it is interrupted, what there is of them.

`-k S3` measures some only; `--quick` takes smaller stores and fewer runs, to see that it works: no figures to quote.
"""

import argparse
import contextlib
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.bench import (
    asking,
    caching,
    checks,
    dead,
    decay,
    projecting,
    remembering,
    replay,
    retrieval,
    starting,
    streaming,
    turns,
)
from tests.bench.figures import Figure, Results, Watch, row, table
from tests.bench.stores import Stores

PROMISES: Mapping[str, Callable[[Stores, bool], list[Figure]]] = {
    "S1": streaming.figures,
    "S2": asking.figures,
    "S3": turns.figures,
    "S4": replay.figures,
    "S5": projecting.figures,
    "S6": remembering.figures,
    "S7": caching.figures,
    "S8": starting.figures,
    "V": checks.figures,
    "D": decay.figures,
    "H": dead.figures,
    "R": retrieval.figures,
}
RESULTS = Path(__file__).parents[2] / "bench-results"


def main() -> None:
    """Measures what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("-k", metavar="PROMISE", nargs="+", choices=PROMISES, default=list(PROMISES))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--conversations", metavar="FILE", type=Path, help="what R is measured on; see retrieval.py")
    asked = parser.parse_args()
    results = Results(RESULTS, quick=asked.quick)
    before = os.getloadavg()[0]
    with contextlib.suppress(KeyboardInterrupt), tempfile.TemporaryDirectory(prefix="fabula-bench-") as folder:
        _measure(
            [promise for promise in PROMISES if promise in asked.k],
            Stores(Path(folder), quick=asked.quick, conversations=asked.conversations),
            results,
        )
    print(f"\n{table(results.figures)}\n")
    if before > 1:
        # Whoever wakes then waits for a tick of the scheduler, 4 ms here and there, and so does the reference.
        print(
            f"The machine was busy (load {before:.1f}): times of a few milliseconds, and their ratios, say nothing.\n"
        )
    print(f"Written to {results.file}" if results.figures else "Nothing was measured.")


def _measure(promises: Sequence[str], stores: Stores, results: Results) -> None:
    for promise in promises:
        print(f"{promise} …", flush=True)
        with Watch() as watch:
            figures = PROMISES[promise](stores, results.quick)
        results.add(figures)
        print("\n".join(f"  {row(figure)}" for figure in figures))
        print(f"  measured in {watch.seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
