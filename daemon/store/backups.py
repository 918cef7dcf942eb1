"""The folder of backups: whole copies of the store, each checked, under names that tell when and why they were made.

A file under such a name is whole, always; what is being made has a hidden name. Knows nothing of the open store.
"""

import contextlib
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec

from daemon import atomic
from daemon.store import sqlite
from daemon.store.check.process import Holds, Report, holds
from daemon.store.check.verify import Finding
from daemon.store.database import name_of
from daemon.store.swapping import ENDINGS
from protocol.errors import not_found

Why = Literal["daily", "asked", "restore", "migration", "purge"]
"""Because a day had passed; asked for; before a restore; before a migration; since a purge took the others."""

CHECKS = "checks.json"
"""What the checks came to, by name of the backup."""

LONGEST_CHECKS = 16 * 1024 * 1024

_NAME = re.compile(rf"\d{{8}}T\d{{9}}Z-({'|'.join(get_args(Why))})\.db")


Count = Annotated[int, msgspec.Meta(ge=0, le=1000)]


class Keep(msgspec.Struct, frozen=True, kw_only=True):
    """How many backups stay: a day's last for so many days, a week's last for so many weeks, others the latest."""

    daily: Count = 7
    weekly: Count = 4
    others: Count = 10


class Check(msgspec.Struct, frozen=True):
    """What a check of a file came to, and when (UTC); `why` is empty where all is well. `size`: the file's bytes."""

    at: str
    why: str
    size: int
    held: Holds
    findings: list[Finding] = []

    @property
    def damaged(self) -> bool:
        """Whether something in the file is not what was written; one that notes no findings is not trusted."""
        return bool(self.why) and (not self.findings or any(f.sort == "damaged" for f in self.findings))


class Backup(msgspec.Struct, frozen=True):
    """One file and what it holds; `time` is in UTC. `check` is None where none of this very file is on record."""

    name: str
    time: datetime
    why: Why
    size: int
    held: Holds
    check: Check | None = None

    @property
    def sound(self) -> bool:
        return self.check is not None and not self.check.why


class Folder:
    """The backups in a directory. Its methods block, and are for a thread; they raise OSError where the disk fails."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._noting = threading.Lock()
        self._made_here: set[str] = set()

    def open(self) -> None:
        """Makes the directory where there is none, and takes away what a crash left half made."""
        self.path.mkdir(mode=0o700, exist_ok=True)
        for left in self.path.glob(".*"):
            if left.name not in self._made_here:
                with contextlib.suppress(OSError):  # what is no file is not ours
                    left.unlink(missing_ok=True)

    def new(self, why: Why) -> Path:
        """A name that no backup has."""
        self.path.mkdir(mode=0o700, exist_ok=True)
        time = datetime.now(UTC)
        while (path := self.path / _name(time, why)).exists():
            time += timedelta(milliseconds=1)
        return path

    def hidden(self, path: Path) -> Path:
        """The name under which this file is made and checked."""
        hidden = path.with_name(f".{path.name}.unchecked")
        self._made_here.add(hidden.name)
        return hidden

    def publish(self, path: Path, report: Report) -> Backup:
        """Gives a file that was made and checked its name."""
        size = self.hidden(path).stat().st_size
        atomic.move(self.hidden(path), path)
        self._note({path.name: _check(report, size)})
        return self.get(path.name)

    def all(self) -> list[Backup]:
        """The backups, latest first."""
        checks = self._checks()
        here = (p for p in self.path.glob("*.db") if _NAME.fullmatch(p.name) and p.is_file())
        names = sorted((p.name for p in here), reverse=True)
        return [self._backup(name, checks.get(name)) for name in names]

    def get(self, name: str) -> Backup:
        """The backup of this name. Raises not found."""
        if not _NAME.fullmatch(name) or not (self.path / name).is_file():
            raise not_found("backup", name)
        return self._backup(name, self._checks().get(name))

    def note(self, name: str, report: Report) -> None:
        """Puts on record what a later check came to."""
        self._note({name: _check(report, (self.path / name).stat().st_size)})

    def rotate(self, keep: Keep) -> list[str]:
        """Takes away what need not be kept any longer; their names."""
        removed = [b.name for b in surplus(self.all(), keep)]
        self.remove(removed)
        return removed

    def remove(self, names: Iterable[str]) -> None:
        """Takes these away."""
        for name in (going := list(names)):
            for ending in ENDINGS:
                (self.path / f"{name}{ending}").unlink(missing_ok=True)
        if going:
            self._note({})

    def _backup(self, name: str, check: Check | None) -> Backup:
        time, why = _parsed(name)
        size = (self.path / name).stat().st_size
        if check is not None and check.size == size:
            return Backup(name, time, why, size, check.held, check)
        return Backup(name, time, why, size, _held(self.path / name))

    def _checks(self) -> dict[str, Check]:
        try:
            return msgspec.json.decode(atomic.read_plain(self.path / CHECKS, LONGEST_CHECKS), type=dict[str, Check])
        except (OSError, msgspec.MsgspecError):
            return {}

    def _note(self, more: dict[str, Check]) -> None:
        with self._noting:
            kept = {n: check for n, check in self._checks().items() if (self.path / n).exists()}
            atomic.write_whole(self.path / CHECKS, msgspec.json.encode(kept | more))


def surplus(backups: Sequence[Backup], keep: Keep) -> list[Backup]:
    """Those of these (latest first) that need not be kept. The latest sound one always stays."""
    daily = [b for b in backups if b.why == "daily"]
    kept = set(_latest_of(daily, lambda b: b.time.date().isoformat(), keep.daily))
    kept |= set(_latest_of(daily, lambda b: "{}-{}".format(*b.time.isocalendar()[:2]), keep.weekly))
    for why in get_args(Why):
        kept |= {b.name for b in [b for b in backups if b.why == why != "daily"][: keep.others]}
    kept |= {b.name for b in [b for b in backups if b.sound][:1]}
    return [b for b in backups if b.name not in kept]


def _latest_of(backups: Sequence[Backup], period: Callable[[Backup], str], most: int) -> list[str]:
    """The latest of each period, for the latest so many periods in which there is any."""
    found: dict[str, str] = {}
    for b in backups:
        found.setdefault(period(b), b.name)
    return list(found.values())[:most]


def _name(time: datetime, why: Why) -> str:
    return f"{time:%Y%m%dT%H%M%S}{time.microsecond // 1000:03d}Z-{why}.db"


def _parsed(name: str) -> tuple[datetime, Why]:
    stamp, _, why = name.removesuffix(".db").partition("-")
    return datetime.strptime(stamp.replace("Z", "000+0000"), "%Y%m%dT%H%M%S%f%z"), why  # type: ignore[return-value]


def _check(report: Report, size: int) -> Check:
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    held = Holds(report.head, report.chain, report.stories, report.lines)
    return Check(at, report.why, size, held, report.findings)


def _held(path: Path) -> Holds:
    """What a file holds that no check is on record of; nothing where it cannot be read."""
    try:
        with closing(sqlite.connect(sqlite.library(), path, sqlite.reading(path))) as c:
            return holds(c)
    except Exception as wrong:
        if not name_of(wrong):
            raise
        return Holds()
