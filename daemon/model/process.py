"""A process of ours that is kept: started when it is first needed, again if it dies, and ended with us."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

from daemon.model.failures import Failure

T = TypeVar("T")

HEALTHY_S = 60.0
"""A process that lived as long did not die of its start."""
LONGEST_WAIT_S = 60.0
_START_S = 120.0
_END_S = 0.5
"""How long it may take to notice that nobody needs it any more; it has nothing to lose."""


class KeptProcess:
    """A Python script in a process of its own, which ends at the end of its standard input."""

    def __init__(self, script: str, **environ: str) -> None:
        """`environ` is set in its environment, beside what is there."""
        self._script, self._environ = script, environ
        self._process: asyncio.subprocess.Process | None = None
        self._started = self._not_before = 0.0
        self._deaths = 0

    @property
    def pid(self) -> int | None:
        """The process, if it runs."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def begin(self, introduce: Callable[[asyncio.subprocess.Process], Awaitable[T]]) -> T:
        """Starts it, and gives what `introduce` makes of it. Raises Failure where it does not start, or not yet
        again."""
        now = asyncio.get_running_loop().time()
        if self._process is not None:
            self._note_death(now)
            await self.end()
        if now < self._not_before:
            wait = self._not_before - now
            raise Failure(f"crashed {self._deaths} times in a row; try again in {wait:.0f} s", wait)
        self._started = now
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", self._script),
            stdin=asyncio.subprocess.PIPE,  # kept open: its end tells the process that we are gone
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, **self._environ},
            start_new_session=True,  # Ctrl-C in the terminal is for the daemon, which ends it in order
        )
        try:
            return await asyncio.wait_for(introduce(self._process), _START_S)
        except TimeoutError:
            await self.end()
            raise Failure(f"didn't start within {_START_S:.0f} s") from None
        except asyncio.CancelledError:
            await self.end()
            raise

    def _note_death(self, now: float) -> None:
        """The first death is forgiven; then the wait doubles, unless it had been healthy."""
        self._deaths = 1 if now - self._started > HEALTHY_S else self._deaths + 1
        self._not_before = now + min(2.0 ** (self._deaths - 1) - 1, LONGEST_WAIT_S)

    async def end(self) -> None:
        """Ends it, if it runs."""
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _END_S)
        except TimeoutError:
            process.kill()
            await process.wait()
