"""Work that takes long: tasks in the background, and how far work in a thread has come. Knows nothing of the work."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Background:
    """Keeps tasks alive until they end, since the event loop does not."""

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


async def end(task: "asyncio.Task[Any] | None") -> None:
    """Ends a task, if there is one: to cancel it once is not enough, since a commit ignores that. Raises nothing."""
    while task is not None and not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=0.1)


async def at_most(seconds: float, work: Coroutine[Any, Any, object]) -> None:
    """Waits until a piece of work is done, at most so long; it goes on all the same. Raises nothing."""
    task = asyncio.create_task(work)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    await asyncio.wait({task}, timeout=seconds)


class LeftOff(Exception):  # noqa: N818 - what was asked for
    """The work was left off; nothing of it stays."""


class Headway:
    """Counts the parts of a piece of work; `heed` is called about every hundredth with (done, of).

    The thread that works takes the steps; `leave_off` may be called from any.
    """

    def __init__(self, heed: Callable[[int, int], None] = lambda done, of: None) -> None:
        self._heed = heed
        self._done, self._of, self._stride, self._left = 0, 0, 1, False

    def begin(self, of: int) -> None:
        """Sets how many parts there are, and reports that none is done."""
        self._of, self._stride = of, max(1, of // 100)
        self._heed(0, of)

    def step(self, parts: int = 1) -> None:
        """Counts so many more parts as done. Raises LeftOff after `leave_off`."""
        if self._left:
            raise LeftOff
        before, self._done = self._done, self._done + parts
        if before // self._stride != self._done // self._stride:
            self._heed(self._done, self._of)

    def leave_off(self) -> None:
        """Has the next step raise LeftOff."""
        self._left = True
