"""Work that takes long: tasks in the background, and how far work in a thread has come. Knows nothing of the work."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Background:
    """Tasks that run whoever waits for them. The event loop itself keeps no task alive."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Starts a piece of work. Whoever waits for the task and may be cancelled shields it."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def settled(self) -> None:
        """Waits until nothing runs. Raises nothing."""
        while self._running:
            await asyncio.wait(self._running)

    async def cancel(self) -> None:
        """Cancels what runs and waits until it has ended. Raises nothing."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


class LeftOff(Exception):  # noqa: N818 - what was asked for
    """The work was left off; nothing of it stays."""


class Headway:
    """Counts the parts of a piece of work; `heed` is told of each hundredth: how many are done, of how many.

    The thread that works takes the steps; `leave_off` may be called from any.
    """

    def __init__(self, heed: Callable[[int, int], None] = lambda done, of: None) -> None:
        self._heed = heed
        self._done, self._of, self._stride, self._left = 0, 0, 1, False

    def begin(self, of: int) -> None:
        """It is known by now how many parts there are."""
        self._of, self._stride = of, max(1, of // 100)
        self._heed(0, of)

    def step(self, parts: int = 1) -> None:
        """So many more parts are done. Raises LeftOff."""
        if self._left:
            raise LeftOff
        before, self._done = self._done, self._done + parts
        if before // self._stride != self._done // self._stride:
            self._heed(self._done, self._of)

    def leave_off(self) -> None:
        """The next step is not taken any more."""
        self._left = True
