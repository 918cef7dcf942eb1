"""S8: from process start to the first answer on a large file, what the idle daemon holds in memory, and help."""

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.figures import Figure, Watch, spread
from tests.bench.rpcd import ROOT, Line, first_answer, running, start, stop
from tests.bench.stores import Stores


def figures(stores: Stores, quick: bool) -> list[Figure]:
    """The three halves of S8. The file is in the system's cache; nothing is done to empty that."""
    home, runs = stores.big(), 3 if quick else 7
    python = [_run([sys.executable, "-c", "pass"]) for _ in range(runs)]
    bare = statistics.median(python)
    starts = [_start(home) for _ in range(runs)]
    helps = [_run([str(Path(sys.executable).with_name("rpc")), "--help"]) for _ in range(runs)]
    idle, after = _resident(home, 0.0 if quick else 60.0)
    return [
        Figure(
            promise="S8", what=f"start to first status, {stores.big_size:,} events", ours=statistics.median(starts),
            unit="s", reference=bare, than="python -c pass", of="ours", promised=1.5, details=spread(starts),
        ),
        Figure(
            promise="S8", what="resident memory, idle for a minute", ours=idle, unit="MB", of="ours", promised=120,
            details={"after a few requests": after},
        ),
        Figure(
            promise="S8", what="rpc --help", ours=statistics.median(helps), unit="s",
            reference=bare, than="python -c pass", of="ours", promised=0.25, details=spread(helps),
        ),
    ]  # fmt: skip


def _run(command: Sequence[str]) -> float:
    with Watch() as watch:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return watch.seconds


def _start(home: Path) -> float:
    with Watch() as watch:
        process = start(home)
        try:
            first_answer(home)
        except BaseException:
            process.kill()
            raise
    stop(process)
    return watch.seconds


def _resident(home: Path, seconds: float) -> tuple[float, float]:
    """Megabytes after so long, and after some requests that read the long story."""
    with running(home) as ready:
        time.sleep(seconds)
        idle = _megabytes(ready["pid"])
        line = Line(Path(ready["socket"]))
        for at in range(1000, 100_000, 10_000):
            line.call("project", story="s1", view="transcript", at=at, limit=1000)
            line.call("project", story="s1", view="state", at=at)
        line.call("stories")
        line.close()
        return idle, _megabytes(ready["pid"])


def _megabytes(pid: int) -> float:
    """The resident memory of a process, in units of a million bytes."""
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], check=True, capture_output=True, text=True)
    return int(told.stdout) * 1024 / 1e6
