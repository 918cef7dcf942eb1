"""Keeps the embedded model's process: starts it when it is first needed, again if it dies, and ends it with us.

What runs inside it is in embedded.py.
"""

import asyncio
import contextlib
import json
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from daemon.model import embedded, slots
from daemon.model.failures import Failure
from daemon.model.http import Line
from daemon.model.redacting import Redactor

if TYPE_CHECKING:
    from openai import AsyncOpenAI

HEALTHY_S = 60.0
"""A process that lived as long did not die of its start."""
LONGEST_WAIT_S = 60.0
_START_S = 120.0
_END_S = 0.5
"""How long it may take to notice that nobody needs it any more; it has nothing to lose."""


class Child:
    """The process, shared by all who use it. It starts with the first request and ends when its last user leaves."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._line: Line | None = None
        self._users: set[ToChild] = set()
        self._lock = asyncio.Lock()
        self._started = self._not_before = 0.0
        self._deaths = 0

    def dial(self) -> "ToChild":
        """A way to it, for one who may come to need it."""
        return ToChild(self)

    @property
    def pid(self) -> int | None:
        """The process, if it runs."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

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
        now = asyncio.get_running_loop().time()
        if self._process is not None:
            self._note_death(now)
            await self._end()
        if now < self._not_before:
            wait = self._not_before - now
            raise Failure(f"stopped {self._deaths} times in a row; it can be tried again in {wait:.0f} s", wait)
        self._started = now
        key = secrets.token_urlsafe(32)
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", embedded.__file__),
            stdin=asyncio.subprocess.PIPE,  # kept open: its end tells the process that we are gone
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the terminal is for the daemon, which ends it in order
        )
        try:
            address = await asyncio.wait_for(self._introduce(self._process, key), _START_S)
        except TimeoutError:
            await self._end()
            raise Failure(f"did not start within {_START_S:.0f} s") from None
        except asyncio.CancelledError:
            await self._end()
            raise
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
            raise Failure(f"does not start: {answer['error']}")
        return str(answer["address"])

    def _note_death(self, now: float) -> None:
        """The first death is forgiven; then the wait doubles, unless it had been healthy."""
        self._deaths = 1 if now - self._started > HEALTHY_S else self._deaths + 1
        self._not_before = now + min(2.0 ** (self._deaths - 1) - 1, LONGEST_WAIT_S)

    async def _end(self) -> None:
        line, self._line = self._line, None
        process, self._process = self._process, None
        if line is not None:
            await line.aclose()
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _END_S)
        except TimeoutError:
            process.kill()
            await process.wait()


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
