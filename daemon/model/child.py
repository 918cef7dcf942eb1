"""Keeps the embedded model's process: starts it when it is first needed, again if it dies, and ends it with us.

What runs inside it is in embedded.py.
"""

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from daemon.model import embedded, slots
from daemon.model.failures import Failure
from daemon.model.http import Line
from daemon.model.process import KeptProcess
from daemon.model.redacting import Redactor

if TYPE_CHECKING:
    from openai import AsyncOpenAI


class Child:
    """The process, shared by all who use it. It starts with the first request and ends when its last user leaves."""

    def __init__(self) -> None:
        self._kept = KeptProcess(embedded.__file__)
        self._line: Line | None = None
        self._users: set[ToChild] = set()
        self._lock = asyncio.Lock()

    def dial(self) -> "ToChild":
        """A way to it, for one who may come to need it."""
        return ToChild(self)

    @property
    def pid(self) -> int | None:
        """The process, if it runs."""
        return self._kept.pid

    async def line(self, user: "ToChild") -> Line:
        """The line to the running process. Failure where it cannot be started, or not yet again."""
        self._users.add(user)
        async with self._lock:
            if self.pid is None or self._line is None:
                self._line = await self._begin()
            return self._line

    async def leave(self, user: "ToChild") -> None:
        """One user less; with the last one the process ends."""
        self._users.discard(user)
        if not self._users:
            async with self._lock:
                await self._end()

    async def _begin(self) -> Line:
        await self._close_line()
        key = secrets.token_urlsafe(32)
        address = await self._kept.begin(lambda process: self._introduce(process, key))
        return Line(f"{address}/v1", lambda: _known(key))

    async def _introduce(self, process: asyncio.subprocess.Process, key: str) -> str:
        """Tells the process its key over the pipe (others could read it in its arguments); learns its address."""
        ear, mouth = cast(asyncio.StreamWriter, process.stdin), cast(asyncio.StreamReader, process.stdout)
        settings = {"key": key, "context": embedded.CONTEXT, "slots": slots.COUNT}
        with suppress(ConnectionError):
            ear.write(json.dumps(settings).encode() + b"\n")
            await ear.drain()
        answer = json.loads(await mouth.readline() or b'{"error": "its process died"}')
        if "error" in answer:
            await process.wait()
            raise Failure(f"doesn't start: {answer['error']}")
        return str(answer["address"])

    async def _end(self) -> None:
        await self._close_line()
        await self._kept.end()

    async def _close_line(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            await line.aclose()


class ToChild:
    """How one user reaches the child."""

    def __init__(self, child: Child) -> None:
        self.redactor = Redactor("")
        self._child = child

    @contextlib.asynccontextmanager
    async def client(self) -> "AsyncIterator[AsyncOpenAI]":
        """The client of the running process, which is started for it."""
        line = await self._child.line(self)
        async with line.client() as client:
            self.redactor = line.redactor
            yield client

    async def renew(self) -> None:
        """Nothing: the key is as old as the process."""

    async def aclose(self) -> None:
        await self._child.leave(self)


async def _known(key: str) -> str:
    return key
