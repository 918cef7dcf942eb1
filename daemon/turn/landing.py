"""Landing: commits a reply even where the store cannot be written just now, by trying again for as long as it takes."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from protocol.errors import STORAGE, Fault
from protocol.ids import Seq

RETRY_S = 1.0


class Landing:
    """A reply on its way to become a line. `commit` commits it and returns the seq of its first part, None where it has
    no words.

    One task waits in `land`; others may have the commit tried at once with `now`.
    """

    def __init__(self, commit: Callable[[], Awaitable[Seq | None]]) -> None:
        self._commit = commit
        self._trying = asyncio.Lock()
        self._roused, self._landed = asyncio.Event(), False
        self._seq: Seq | None = None
        self._patient = True

    @property
    def landed(self) -> bool:
        """Whether the reply is in the store, or turned out to have no words."""
        return self._landed

    async def land(self, seconds: float, late: Callable[[Fault], None]) -> Seq | None:
        """Commits the reply; returns its seq, None where it has no words. Raises any Fault except STORAGE.

        On STORAGE the commit is tried again. `late` is called once, with that fault, when it has lasted this many
        `seconds` or after `hurry`.
        """
        until = asyncio.get_running_loop().time() + seconds
        reported = False
        while True:
            try:
                return await self.now()
            except Fault as fault:
                if fault.code != STORAGE:
                    raise
                if not reported and (not self._patient or asyncio.get_running_loop().time() >= until):
                    reported = True
                    late(fault)
            self._roused.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RETRY_S):
                    await self._roused.wait()

    def hurry(self) -> None:
        """Has the commit tried at once; if that fails, the reply is late."""
        self._patient = False
        self._roused.set()

    async def now(self) -> Seq | None:
        """Commits the reply at once, unless it is in the store; returns its seq, None without words. Raises Fault."""
        async with self._trying:
            if not self._landed:
                self._seq = await self._commit()
                self._landed = True
                self._roused.set()
        return self._seq
