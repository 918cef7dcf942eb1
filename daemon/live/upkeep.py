"""Looks after the open store while the daemon runs: makes a read-only store writable again as soon as possible, then
does the steps that the start had to leave undone; and keeps the write-ahead log small. Is given the steps.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from daemon.logs import log_fault
from daemon.store import wal
from daemon.store.connection import passes
from daemon.store.log import Log
from protocol.errors import STORAGE, Fault

log = logging.getLogger(__name__)

EVERY_S = 2.0
"""Seconds between two looks at the store."""

FINDING = "the store can be read again, and its stories are being found in it; try again in a moment"

MIB = 1024 * 1024

Step = Callable[[], Awaitable[object]]


class Upkeep:
    """The upkeep of one store. `reading` are the steps of the start that need a store that can be read, `writing` those
    that need one that can be written; each is done once, in order, and `done` is set after the last. `jobs` gives the
    daemon's own jobs on the whole store, in words."""

    def __init__(
        self, the_log: Log, reading: Sequence[Step], writing: Sequence[Step], jobs: Callable[[], Sequence[str]]
    ) -> None:
        self.log, self._jobs = the_log, jobs
        self._reading, self._writing = list(reading), list(writing)
        self._undone: dict[Step, str] = {}
        self.done = asyncio.Event()
        self._pinned = self._failed = ""
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Does the steps that can be done now, and starts a task for the rest. Raises Fault if one fails for good."""
        await self._do()
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Ends the upkeep, and waits for the commit that runs."""
        while self._task is not None and not self._task.done():
            self._task.cancel()  # in a loop, since a commit takes no notice of a cancellation
            await asyncio.wait({self._task}, timeout=0.1)
        await self.log.settled()

    def check_readable(self) -> None:
        """Raises Fault(STORAGE) where the store cannot be read, or its stories have yet to be found in it."""
        self.log.database.check_readable()
        if self._reading:
            raise Fault(STORAGE, FINDING, why=FINDING, retry=EVERY_S)

    def warnings(self) -> list[str]:
        """What is wrong with the store, in words; empty if nothing is."""
        why = self.log.read_only or (FINDING if self._reading else "")
        found = [f"read-only: {why}"] if why else []
        found += [why for why in self._undone.values() if why and why not in found[:1]]
        return [*found, self._pinned] if self._pinned else found

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self._look()
            except Exception as wrong:  # noqa: BLE001 - whatever it is, the next look tries again
                if isinstance(wrong, Fault) and passes(wrong):
                    continue
                if str(wrong) != self._failed:  # a failure that lasts is logged only once
                    log_fault(log, "looking after the store", wrong)
                self._failed = str(wrong)

    async def _look(self) -> None:
        database = self.log.database
        if database.read_only:
            try:
                await self.log.recover()
            finally:
                await self._do()  # the store may be readable by now
        elif self._reading or self._writing:
            await self._do()
        if database.writable and not database.read_only:
            await self._empty_wal()

    async def _do(self) -> None:
        """Does the steps that can be done; those that fail for now are left for later. Raises Fault from any other."""
        while self.log.database.readable and self._reading:
            try:
                await self._reading[0]()
            except Fault as fault:
                if not passes(fault):
                    raise
                break
            del self._reading[0]
        if self._reading or self.log.read_only:
            return
        for step in list(self._writing):
            try:
                await step()
            except Fault as fault:
                if not passes(fault):
                    raise
                self._undone[step] = fault.message
            else:
                self._undone.pop(step, None)
                self._writing.remove(step)
        if not self._writing:
            self.done.set()

    async def _empty_wal(self) -> None:
        _, size = self.log.database.sizes()
        if size <= wal.MOST or await self.log.database.write.run(wal.empty):
            self._pinned = ""
            return
        others = await asyncio.to_thread(lambda: wal.others(wal.readers(self.log.database.path)))
        who = ", ".join([*self._jobs(), *others]) or "another program"
        self._pinned = (
            f"the write-ahead log has grown to {size // MIB} MiB, since somebody reads the store without a pause: "
            f"{who}. It is emptied when that has ended"
        )
