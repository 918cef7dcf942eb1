"""Who is at work on the stories: all at once, or somebody alone. Knows neither what they do nor who they are."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator

from protocol.errors import BUSY, Fault

PATIENCE_S = 10.0
"""How long whoever closed the gate waits for the others to leave."""

WAIT_S = 60.0
"""How long whoever wants in waits while it is closed."""


class Gate:
    """Lets everybody in; while somebody has closed it they wait."""

    def __init__(self, check: Callable[[], None] = lambda: None) -> None:
        """`check` is called for whoever has been let in, and raises Fault for what is to be told them instead."""
        self._check = check
        self._inside = 0
        self._open, self._empty = asyncio.Event(), asyncio.Event()
        self._open.set()
        self._empty.set()

    @contextlib.asynccontextmanager
    async def among_others(self) -> AsyncIterator[None]:
        """Inside while this lasts. Raises Fault(BUSY), and what `check` raises."""
        with _busy("the store is being replaced"):
            async with asyncio.timeout(WAIT_S):
                while not self._open.is_set():
                    await self._open.wait()
        self._inside += 1
        self._empty.clear()
        try:
            self._check()
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                self._empty.set()

    @contextlib.asynccontextmanager
    async def closed(self) -> AsyncIterator[None]:
        """While this lasts nobody else gets in; those inside leave when they are done. Raises Fault(BUSY)."""
        if not self._open.is_set():
            raise Fault(BUSY, "the store is being replaced already; wait for that", retry=1.0)
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    async def empty(self) -> None:
        """Waits until those inside have left. Raises Fault(BUSY) where they stay."""
        with _busy("others are still at work on the stories"):
            async with asyncio.timeout(PATIENCE_S):
                await self._empty.wait()


@contextlib.contextmanager
def _busy(why: str) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise Fault(BUSY, f"{why}; try again in a moment", retry=1.0) from None
