"""Keeping what was played: backups by themselves and on demand, and the check of the whole store.

Each check runs in a process of its own (store/check/process.py). Putting a backup back is restore.py.
"""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from daemon.backups.health import Health
from daemon.logs import log_fault
from daemon.store import copying
from daemon.store.backups import Backup, Folder, Keep, Why
from daemon.store.check.process import Progress, Report, Said
from daemon.store.connection import name_of, storage_fault
from daemon.store.log import Log
from protocol import methods as m
from protocol.errors import STORAGE, Fault
from protocol.ids import Seq

T = TypeVar("T")
log = logging.getLogger(__name__)

FIRST_S = 60.0
"""How long after its start the daemon looks whether a backup is due: those who come at once are served first."""

UNKNOWN_S = 5.0
"""How long after its start it checks a store that was never checked as a whole."""

LOOK_S = 600.0
"""How often it looks. By the wall clock, since others stand still while the machine sleeps."""

DAY = timedelta(days=1)

_said = msgspec.json.Decoder(Said)


class Backups:
    """The backups of one store, and the jobs on all of it that run."""

    def __init__(
        self,
        the_log: Log,
        health: Health,
        folder: Folder,
        keep: Keep,
        mend: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`mend` drops what is derived, where it was found to be wrong: it is made anew."""
        self.log, self.health, self.keep, self.folder, self.mend = the_log, health, keep, folder, mend
        self._jobs: dict[str, m.Job] = {}
        self._one = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._not_before = datetime.min.replace(tzinfo=UTC)

    @property
    def daily(self) -> bool:
        """Whether backups are made by themselves."""
        return self.keep.daily > 0 or self.keep.weekly > 0

    # what is asked for

    async def backups(self) -> m.BackupsResult:
        """All backups."""
        return listed(await in_thread(self.folder.all), self.folder, self.daily)

    async def backup(self, why: Why = "asked") -> m.Backup:
        """A new backup, marked with what is wrong with the store, if anything is; the last sound one stays beside it.

        Raises Fault(STORAGE) where it cannot be written.
        """
        with self.job("backup", "a backup of all stories") as heed:
            async with self._one:
                made = await make(self.folder, why, self.log.database.path, heed)
                await in_thread(self.folder.rotate, self.keep)
        if made.check is not None:
            await self.health.note(made.check.findings, replayed=True)
        return shown(made)

    async def verify(self, p: m.VerifyParams) -> m.VerifyResult:
        """Checks the store, or a backup. Raises not found."""
        if p.backup is not None:
            return await self._verify_backup(p.backup)
        head, what = self.log.seq, "the check of the whole store"
        with self.job("verify", what) as heed:
            report = await checked(self.log.database.path, p.replay, heed)
        await self.health.note(report.findings, replayed=p.replay)
        findings = _as_findings(report)
        if self.log.lost and self.log.lost not in {f.why for f in findings}:
            findings.append(m.Finding(seq=Seq(report.head + 1), why=self.log.lost))
        if report.head < head:
            why = f"the log ends at {report.head} but {head} was acknowledged: its tail is lost"
            findings.append(m.Finding(seq=Seq(report.head + 1), why=why))
        if findings:
            log.info("the store did not pass its check: %s", findings[0].why)
        if self.mend is not None and any(f.sort == "derived" for f in report.findings):
            await self.mend()
        return m.VerifyResult(ok=not findings, head=report.head, findings=findings, seconds=report.seconds)

    def jobs(self) -> list[m.Job]:
        """What runs now, and how far it has come."""
        return list(self._jobs.values())

    async def held(self) -> int:
        """How many backups there are."""
        return len(await in_thread(self.folder.all))

    # backups by themselves

    def start(self, first_s: float = FIRST_S) -> None:
        """From now on a backup is made every day, if anything was played."""
        self._task = asyncio.create_task(self._run(first_s))

    async def close(self) -> None:
        """Ends what runs; of a backup that is being made nothing stays."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def renew(self) -> int:
        """Deletes every backup, and makes one of the store as it is now; how many went.

        For a purge: what is gone from the store must be gone from them.
        """
        async with self._one:
            removed = [b.name for b in await in_thread(self.folder.all)]
            await in_thread(self.folder.remove, removed)
        if removed:
            await self.backup("purge")
        return len(removed)

    async def _run(self, first_s: float) -> None:
        await asyncio.sleep(min(first_s, UNKNOWN_S))
        if not self.health.known:
            await self._get_to_know()
        await asyncio.sleep(max(0.0, first_s - UNKNOWN_S))
        while True:
            try:
                if await self._due():
                    await self.backup("daily")
            except Fault as fault:
                log.warning("the daily backup failed: %s", fault.message)
                self._not_before = datetime.now(UTC) + DAY / 4
            except Exception as wrong:  # noqa: BLE001 - whatever it is, tomorrow is another day
                log_fault(log, "the daily backup", wrong)
                self._not_before = datetime.now(UTC) + DAY / 4
            await asyncio.sleep(LOOK_S)

    async def _get_to_know(self) -> None:
        """Checks a store that was never checked as a whole, so that `status` can say what is wrong with it."""
        try:
            await self.verify(m.VerifyParams())
        except Fault as fault:
            log.warning("the store could not be checked: %s", fault.message)

    async def _due(self) -> bool:
        """Whether a day has passed since the last backup, and something has come since."""
        now = datetime.now(UTC)
        if not self.daily or not self.log.seq or self.log.read_only or now < self._not_before:
            return False
        last = next(iter(await in_thread(self.folder.all)), None)
        return last is None or (now - last.time >= DAY and last.held.chain != self.log.chain.hex())

    # how it is done

    async def _verify_backup(self, name: str) -> m.VerifyResult:
        path = self.folder.path / (await in_thread(self.folder.get, name)).name
        with self.job("verify", "the check of a backup") as heed:
            report = await checked(path, True, heed)
        await in_thread(self.folder.note, name, report)
        findings = _as_findings(report)
        return m.VerifyResult(ok=not findings, head=report.head, findings=findings, seconds=report.seconds)

    @contextlib.contextmanager
    def job(self, kind: str, what: str, story: str = "", branch: str = "") -> Iterator[Callable[[Progress], None]]:
        """Shows a job among those that run; what it yields takes note of its progress."""
        id = next(f"{kind}.{n}" for n in range(1, len(self._jobs) + 2) if f"{kind}.{n}" not in self._jobs)
        job = m.Job(id=id, kind=kind, story=story, branch=branch, what=what, state="running", done=0, of=0, why="")  # type: ignore[arg-type]
        self._jobs[id] = job

        def heed(progress: Progress) -> None:
            if id in self._jobs:
                self._jobs[id] = msgspec.structs.replace(job, done=progress.done, of=progress.of)

        try:
            yield heed
        finally:
            del self._jobs[id]


async def make(
    folder: Folder,
    why: Why,
    store: Path,
    heed: Callable[[Progress], None] = lambda said: None,
) -> Backup:
    """A new backup of a store that others may go on writing: it has its name only once it has been checked.

    One that did not pass is kept as well, and marked: a store with a fault needs a backup most. What is derived and
    wrong is not taken along. Raises Fault(STORAGE).
    """
    path = await in_thread(folder.new, why)
    hidden = folder.hidden(path)
    try:
        await in_thread(copying.copy, store, hidden)
        report = await checked(hidden, True, heed)
        real = [f for f in report.findings if f.sort != "derived"]
        if len(real) < len(report.findings):
            log.warning("the backup is without snapshots, since one is wrong: %s", report.why)
            await in_thread(copying.drop_snapshots, hidden)
            report = msgspec.structs.replace(report, findings=real)
        if report.findings:
            log.info("the store was backed up, but did not pass its check: %s", report.why)
        return await in_thread(folder.publish, path, report)
    finally:
        hidden.unlink(missing_ok=True)


async def checked(path: Path, replay: bool, heed: Callable[[Progress], None] = lambda said: None) -> Report:
    """What the check of a store's file comes to, from a process of its own. Raises Fault(STORAGE) where that fails."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "daemon.store.check.process", str(path), *["replay"] * replay,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    report: Report | None = None
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        async for line in process.stdout:
            said: Progress | Report = _said.decode(line)
            if isinstance(said, Report):
                report = said
            else:
                heed(said)
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if report is None:
        why = f"the check of the store broke off (exit code {process.returncode}); try again"
        raise Fault(STORAGE, why, why=why)
    return report


async def in_thread(work: Callable[..., T], *args: Any) -> T:
    """What comes of blocking work on the backups' folder. Raises Fault(STORAGE) where the disk fails."""
    try:
        return await asyncio.to_thread(work, *args)
    except OSError as wrong:
        why = f"the folder of backups cannot be read or written: {wrong.strerror}"
        raise Fault(STORAGE, why, why=why) from wrong
    except Exception as wrong:
        if not name_of(wrong):
            raise
        raise storage_fault(wrong) from wrong


def _as_findings(report: Report) -> list[m.Finding]:
    return [m.Finding(seq=f.seq, why=f.why, sort=f.sort) for f in report.findings]


def listed(found: Sequence[Backup], folder: Folder, daily: bool) -> m.BackupsResult:
    """The backups of a folder, the latest first, as clients see them; `daily`: whether they are made by themselves."""
    sound = next((b.name for b in found if b.sound), None)
    return m.BackupsResult(backups=[shown(b) for b in found], folder=str(folder.path), daily=daily, sound=sound)


def shown(b: Backup) -> m.Backup:
    """A backup as clients see it."""
    c = b.check
    check = m.BackupCheck(ok=not c.why, why=c.why, at=c.at, damaged=c.damaged) if c is not None else None
    return m.Backup(
        backup=b.name, time=b.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"), why=b.why, size=b.size,
        head=b.held.head, stories=b.held.stories, lines=b.held.lines, check=check,
    )  # fmt: skip
