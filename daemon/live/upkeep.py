"""Looks after the open store while the daemon runs: writes again as soon as that is possible, then does what the start
had to leave undone; and keeps the write-ahead log small. Knows none of what is to be done.
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
"""How often it looks."""

FINDING = "the store can be read again, and its stories are being found in it; try again in a moment"

MIB = 1024 * 1024

Step = Callable[[], Awaitable[object]]


class Upkeep:
    """What one store needs. `reading` are the steps of the start for which it must be read, `writing` those for which
    it must be written; each is done once, in their order, and after the last it is `done`. `jobs` are the daemon's own
    on the whole store, in words."""

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
        """Does what can be done now, and goes on with what cannot. Raises Fault where a step fails for good."""
        await self._do()
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Looks after it no more."""
        while self._task is not None and not self._task.done():
            self._task.cancel()  # again, since a commit takes no notice of it
            await asyncio.wait({self._task}, timeout=0.1)
        await self.log.settled()

    def check_readable(self) -> None:
        """Raises Fault(STORAGE) where the store cannot be read, or its stories have yet to be found in it."""
        self.log.database.check_readable()
        if self._reading:
            raise Fault(STORAGE, FINDING, why=FINDING, retry=EVERY_S)

    def warnings(self) -> list[str]:
        """What keeps the store from being as it should, in words."""
        why = self.log.read_only or (FINDING if self._reading else "")
        found = [f"read-only: {why}"] if why else []
        found += [why for why in self._undone.values() if why and why not in found[:1]]
        return [*found, self._pinned] if self._pinned else found

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self._look()
            except Exception as wrong:  # noqa: BLE001 - whatever it is, it is looked after again
                if isinstance(wrong, Fault) and passes(wrong):
                    continue
                if str(wrong) != self._failed:  # what lasts is logged once
                    log_fault(log, "looking after the store", wrong)
                self._failed = str(wrong)

    async def _look(self) -> None:
        database = self.log.database
        if database.read_only:
            try:
                await self.log.recover()
            finally:
                await self._do()  # it may be that it can be read by now
        elif self._reading or self._writing:
            await self._do()
        if database.writable and not database.read_only:
            await self._empty_wal()

    async def _do(self) -> None:
        """The steps that can be done; those that fail for now are done at another time."""
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
