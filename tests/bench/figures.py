"""A measured figure beside what is promised, and figures as a table and as JSON. Measures nothing itself."""

import os
import platform
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from daemon.store import sqlite


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table. `promised` bounds the ratio to the reference if `of` says so, else `ours` itself."""

    promise: str
    what: str
    ours: float
    unit: str
    promised: float
    reference: float | None = None
    than: str = ""
    of: Literal["ratio", "ours"] = "ratio"
    least: bool = False
    details: dict[str, Any] = {}

    @property
    def ratio(self) -> float | None:
        """Ours as a multiple of the reference."""
        return self.ours / self.reference if self.reference else None

    @property
    def met(self) -> bool:
        """Whether the promise is kept."""
        judged = self.ratio if self.of == "ratio" else self.ours
        assert judged is not None
        return judged >= self.promised if self.least else judged <= self.promised


def quantile(values: Sequence[float], q: float) -> float:
    """The value that a share `q` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(q * len(ordered)) - 1))]


def spread(values: Sequence[float]) -> dict[str, float]:
    """A few quantiles, rounded, for the details."""
    return {
        "n": len(values),
        "p50": round(statistics.median(values), 4),
        "p95": round(quantile(values, 0.95), 4),
        "max": round(max(values), 4),
    }


HEADINGS = ("", "what", "ours", "reference", "ratio", "promised", "met")


def table(figures: Sequence[Figure]) -> str:
    """The figures as text, a line each."""
    rows = [HEADINGS, *(_row(f) for f in figures)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def row(f: Figure) -> str:
    """One figure in a line of its own."""
    promise, what, ours, reference, ratio, promised, met = _row(f)
    return f"{promise}  {what}: {ours}, reference {reference}, {ratio} (promised {promised}: {met})"


def _row(f: Figure) -> tuple[str, ...]:
    sign = "≥" if f.least else "≤"
    bound = f"{sign} {f.promised:g} ×" if f.of == "ratio" else f"{sign} {_number(f.promised)} {f.unit}"
    return (
        f.promise,
        f.what,
        f"{_number(f.ours)} {f.unit}",
        f"{_number(f.reference)} {f.unit} ({f.than})" if f.reference is not None else "–",
        f"{f.ratio:.2f} ×" if f.ratio is not None else "–",
        bound,
        "yes" if f.met else "NO",
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


class Results:
    """The figures of a run, kept in a file of their own as they come, with what they were measured on."""

    def __init__(self, folder: Path, *, quick: bool) -> None:
        self.quick, self.figures = quick, list[Figure]()
        self._began = datetime.now(UTC)
        self.file = folder / f"{self._began.strftime('%Y%m%d-%H%M%S')}.json"

    def add(self, figures: Sequence[Figure]) -> None:
        """Writes these down beside those that there are."""
        self.figures += figures
        document = {
            "at": self._began.isoformat(timespec="seconds"),
            "quick": self.quick,
            "machine": {
                "platform": platform.platform(),
                "cores": os.cpu_count(),
                "load": os.getloadavg()[2],
                "python": sys.version.split()[0],
                "sqlite": sqlite.library().sqlite_version,
            },
            "figures": [{**msgspec.to_builtins(f), "ratio": f.ratio, "met": f.met} for f in self.figures],
        }
        self.file.parent.mkdir(exist_ok=True)
        self.file.write_bytes(msgspec.json.format(msgspec.json.encode(document)) + b"\n")


class Watch:
    """Measures what its `with` holds, in seconds."""

    def __enter__(self) -> "Watch":
        self.began = time.perf_counter()
        self.seconds = 0.0
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self.began
