"""Putting a backup back: what it would lose, and doing it while clients stay connected.

What is there becomes a backup first. The file changes in one transaction; what the daemon keeps in mind is read anew.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from daemon.backups.gate import Gate
from daemon.backups.keeper import Backups, checked, in_thread
from daemon.live.vectors import Vectors
from daemon.live.writing import Writer
from daemon.store import copying
from daemon.store.backups import Backup, Folder
from daemon.store.check.compare import Comparison, Share, alone, compare
from daemon.store.check.process import Progress, Report
from daemon.store.recall.index import RecallIndex
from daemon.tasks import Background
from protocol import methods as m
from protocol.errors import STORAGE, Fault
from protocol.ids import Seq

Steps = Sequence[Callable[[], Awaitable[None]]]


class Restorer:
    """Restores backups of one store. `halt` ends what goes on behind the requests, `resume` begins it anew."""

    def __init__(
        self,
        backups: Backups,
        writer: Writer,
        index: RecallIndex,
        vectors: Vectors,
        gate: Gate,
        halt: Steps,
        resume: Steps,
    ) -> None:
        self.backups, self.writer, self.index, self.vectors, self.gate = backups, writer, index, vectors, gate
        self._halt, self._resume = halt, resume
        self.folder, self.log = backups.folder, writer.log
        self._running = Background()

    async def restore(self, p: m.RestoreParams) -> m.RestoreResult:
        """Makes the store what the backup holds, or only tells what that would change.

        Raises not found, Fault(STORAGE) for a backup that is damaged, Fault(BUSY).
        """
        backup = await in_thread(self.folder.get, p.backup)
        path = self.folder.path / backup.name
        if p.preview:
            return restore_result(backup, *await self._compared(path))
        # Whoever asked may be gone before it is done; then it is done all the same.
        return await asyncio.shield(self._running.start(self._restore(backup, path)))

    async def close(self) -> None:
        """Waits for a restore that runs."""
        await self._running.settled()

    async def _restore(self, backup: Backup, path: Path) -> m.RestoreResult:
        with self.backups.job("restore", "putting a backup back") as heed:
            report = await proved(self.folder, backup, heed)
            ready = self.folder.hidden(path)
            try:
                await in_thread(copying.make_ready, path, ready, self.log.database.path)
                async with self.gate.closed():
                    kept, found, why = await self._replaced(ready)
            finally:
                ready.unlink(missing_ok=True)
            # It was not waited for: a store that is damaged is kept all the same, and this is put on record.
            await in_thread(self.folder.note, kept.name, await checked(kept, True, heed))
            await self.backups.health.note(report.findings, replayed=True)
            await in_thread(self.folder.rotate, self.backups.keep)
        return restore_result(backup, found, why, kept.name, self.log.seq)

    async def _compared(self, backup: Path) -> tuple[Comparison, str]:
        """What the store and a backup hold that the other does not, and why the store cannot be read, if it cannot."""
        read = self.log.database.read
        try:
            return await read.run(compare, backup), ""
        except Fault as fault:
            unreadable = str(fault.data.get("sqlite") or fault.message)
        try:
            return await read.run(lambda _: alone(backup)), unreadable
        except Fault as fault:
            raise damaged(f"it cannot be read ({fault.data.get('sqlite')})") from fault

    async def _replaced(self, ready: Path) -> tuple[Path, Comparison, str]:
        """Changes the store while nobody else is at work on it: where what was there is kept, and what changed."""
        try:
            await _each(self._halt)
            await self.gate.empty()
            await _each(self._halt)  # what the last of those who left began
            await self.writer.close()
            async with self.index.still(), self.vectors.still():
                kept = await in_thread(self.folder.new, "restore")
                await in_thread(copying.copy, self.log.database.path, kept)
                found, why = await self._compared(ready)
                self.writer.projector.forget()
                await self.log.replace(ready, (found.common, found.chain))
                self.writer.projector.forget()
                before = self.writer.open_stories.by_id
                await self.writer.open_stories.load()
                await self.writer.streams.replaced(before, found.common)
        finally:
            await _each(self._resume)
        return kept, found, why


async def proved(folder: Folder, backup: Backup, heed: Callable[[Progress], None]) -> Report:
    """What the check of a backup's chain and replay came to, which is put on record. Raises Fault(STORAGE) for one that
    is damaged; one that holds what nobody can read is what the store was."""
    report = await checked(folder.path / backup.name, True, heed)
    await in_thread(folder.note, backup.name, report)
    if report.damaged:
        raise damaged(report.why)
    return report


def damaged(why: str) -> Fault:
    """A backup cannot be put back, for this reason."""
    return Fault(STORAGE, f"this backup is damaged: {why}; choose another one", why=why)


async def _each(steps: Steps) -> None:
    for step in steps:
        await step()


def restore_result(
    backup: Backup, found: Comparison, unreadable: str = "", kept: str | None = None, head: Seq | None = None
) -> m.RestoreResult:
    """What a restore changed, with what was there `kept`, or would change."""
    return m.RestoreResult(
        backup=backup.name, common=found.common, lost=_difference(found.lost), gained=_difference(found.gained),
        head=head, kept=kept, unreadable=unreadable,
    )  # fmt: skip


def _difference(shares: list[Share]) -> m.Difference:
    touched = [
        m.Touched(story=s.story, title=s.title, events=s.events, lines=s.lines, whole=s.whole) for s in shares
    ]  # fmt: skip
    return m.Difference(events=sum(s.events for s in shares), lines=sum(s.lines for s in shares), stories=touched)
