"""How a reply comes into the store though that cannot be written just now: it is tried again, however long it takes."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from protocol.errors import STORAGE, Fault

RETRY_S = 1.0


class Landing:
    """One reply on its way to become a line. `commit` gives the seq of its first part, None where it has no words.

    One task waits in `land`; others may have it tried at once with `now`.
    """

    def __init__(self, commit: Callable[[], Awaitable[int | None]]) -> None:
        self._commit = commit
        self._trying = asyncio.Lock()
        self._roused, self._landed = asyncio.Event(), False
        self._seq: int | None = None
        self._patient = True

    @property
    def landed(self) -> bool:
        """Whether the reply is in the store, or turned out to have no words."""
        return self._landed

    async def land(self, seconds: float, late: Callable[[Fault], None]) -> int | None:
        """The seq, once the reply is in the store. Raises any fault but the store's.

        `late` is called with the store's once that has lasted so long, or `hurry` was called.
        """
        until = asyncio.get_running_loop().time() + seconds
        told = False
        while True:
            try:
                return await self.now()
            except Fault as fault:
                if fault.code != STORAGE:
                    raise
                if not told and (not self._patient or asyncio.get_running_loop().time() >= until):
                    told = True
                    late(fault)
            self._roused.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RETRY_S):
                    await self._roused.wait()

    def hurry(self) -> None:
        """Has it tried once more, and then held to be late."""
        self._patient = False
        self._roused.set()

    async def now(self) -> int | None:
        """Tries at once, unless the reply is in the store already: the seq. Raises Fault."""
        async with self._trying:
            if not self._landed:
                self._seq = await self._commit()
                self._landed = True
                self._roused.set()
        return self._seq
