"""A connection one can rely on: wakes the daemon where none answers, makes a call once however often it is sent."""

import asyncio
import uuid
from pathlib import Path
from typing import Any

from client.show.screen import Screen
from client.text.names import Unclear
from client.wire import process
from client.wire.connection import Connection, Lost, Note
from client.wire.version import mismatch

GRACE = 1.0
"""Seconds to let a lost daemon come back before another is started."""

ATTEMPTS = 4


class Steady(Connection):
    """`aside`: where progress is shown while the daemon starts."""

    def __init__(self, home: Path, note: Note, aside: Screen) -> None:
        super().__init__(home, note)
        self._aside = aside
        self._pids: dict[int, int] = {}

    async def open(self) -> None:
        """As a connection's, to a daemon that is started if need be. Raises process.NotStarted, too."""
        await self._wake()
        await super().open()
        if warning := mismatch(self.hello):
            self._aside.line(warning, "error")

    async def once(self, method: str, **params: Any) -> dict[str, Any]:
        """A call that has its effect once, even if its answer is lost and it has to be sent again."""
        key, store = uuid.uuid4().hex, self.store
        for _ in range(ATTEMPTS - 1):
            try:
                return await self.call(method, key=key, **params)
            except Lost:
                await self.again()
            if self.store != store:
                raise Unclear("The daemon has another store now: nothing was sent to that.")
        return await self.call(method, key=key, **params)

    async def again(self) -> None:
        """Waits until the connection stands again; what does not come back by itself is started."""
        try:
            await asyncio.wait_for(self.back(), GRACE)
        except TimeoutError:
            await self._wake()
            await self.back()

    async def pid(self) -> int:
        """Which daemon is at the other end; asked once a connection."""
        if self.times not in self._pids:
            self._pids = {self.times: (await self.call("status"))["pid"]}
        return self._pids[self.times]

    async def _wake(self) -> None:
        await process.wake(self.home, self._aside.passing)
        self._aside.pass_over()
