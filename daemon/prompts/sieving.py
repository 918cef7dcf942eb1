"""A search by meaning that goes on beside the search by words, and beside what else is gathered for a prompt."""

import asyncio
from collections.abc import Callable, Coroutine

from daemon.store.recall.search import Sieved
from protocol.ids import Seq


class Sieving:
    """A search by meaning for what is like a line of this `seq`, as far as it needs nothing of what else is searched.
    It goes on beside that from when it is begun."""

    def __init__(self, seq: Seq, sieved: Callable[[], Coroutine[None, None, Sieved | None]]) -> None:
        self.seq, self._sieved = seq, sieved
        self._task: asyncio.Task[Sieved | None] | None = None

    def begin(self) -> None:
        """Begins it, if it was not begun."""
        self._begun()

    async def result(self) -> Sieved | None:
        """What it finds; None where recall goes by words alone."""
        return await self._begun()

    def cancel(self) -> None:
        """Breaks it off, or never begins it."""
        if self._task is not None:
            self._task.cancel()

    def _begun(self) -> asyncio.Task[Sieved | None]:
        if self._task is None:
            self._task = asyncio.create_task(self._sieved())
        return self._task
