"""A real daemon in a process of its own, on a throwaway home, for tests that talk to it."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from tests.support.wire_client import Client

WORDS_ALONE = '[models.embed]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "none"\n'
"""Settings by which memory search goes by words alone: to load the embedded model would cost each daemon a second."""

PATIENCE = 30.0
"""Seconds until a start or an end counts as a failure."""


class Daemon:
    """`python -m daemon`, or another `program`, on a home directory. `config` is the text of its config.toml, untouched
    if empty; where it names no model of embeddings, memory search goes by words alone. One that is `hurried` does not
    wait as long for a store that cannot be written (hurried_daemon.py).

    Between start and end `ready` holds what the daemon said when it began to serve. What it writes on standard
    error goes to a file beside the home.
    """

    def __init__(
        self,
        home: Path,
        config: str = "",
        arguments: Sequence[str] = ("--port", "0"),
        program: Sequence[str] = (),
        *,
        hurried: bool = False,
    ) -> None:
        alone = WORDS_ALONE if config and "[models.embed]" not in config else ""
        self.home, self.config, self.arguments = home, f"{config}\n{alone}" if alone else config, arguments
        self.program = program or (sys.executable, "-m", "tests.support.hurried_daemon" if hurried else "daemon")
        self.ready: dict[str, Any] = {}
        self.process: asyncio.subprocess.Process | None = None

    @property
    def errors(self) -> Path:
        """Where standard error goes, over all starts."""
        return self.home.with_name(f"{self.home.name}.stderr")

    @property
    def token(self) -> str:
        """The token, as a client reads it."""
        return Path(self.ready["token_file"]).read_text(encoding="utf-8").strip()

    def unix(self) -> contextlib.AbstractAsyncContextManager[Client]:
        """A connection over the Unix socket."""
        return Client.unix(self.ready["socket"])

    def web(self) -> contextlib.AbstractAsyncContextManager[Client]:
        """A connection over the WebSocket that has said hello."""
        return Client.web(self.ready["http"], self.token)

    async def start(self) -> "Daemon":
        """Starts it and waits until it serves. Raises AssertionError with its last words where it does not."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.config:
            (self.home / "config.toml").write_text(self.config, encoding="utf-8")
        with self.errors.open("ab") as errors:
            self.process = await asyncio.create_subprocess_exec(
                *self.program, "--home", str(self.home), *self.arguments,
                stdout=asyncio.subprocess.PIPE, stderr=errors, cwd=Path(__file__).parents[2],
                env={k: v for k, v in os.environ.items() if k != "FABULA_HOME"},
            )  # fmt: skip
        assert self.process.stdout
        try:
            line = await asyncio.wait_for(self.process.stdout.readline(), PATIENCE)
        except TimeoutError:
            await self.kill()
            raise
        if not line.startswith(b"ready "):
            status = await self.kill()
            raise AssertionError(f"the daemon said {line!r} and ended with {status}:\n{self.last_words()}")
        self.ready = msgspec.json.decode(line.removeprefix(b"ready "))
        return self

    async def stop(self) -> int:
        """Asks it to end (SIGTERM) and waits; its exit status."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> int:
        """Kills it (SIGKILL), as a crash would; its exit status."""
        return await self._end(signal.SIGKILL)

    async def restart(self) -> "Daemon":
        """Stops it, if it still runs, and starts it anew on the same home."""
        await self.stop()
        return await self.start()

    def last_words(self) -> str:
        """The end of what it wrote on standard error."""
        return self.errors.read_text(encoding="utf-8", errors="replace")[-2000:] if self.errors.exists() else ""

    async def __aenter__(self) -> "Daemon":
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, where: TracebackType | None
    ) -> None:
        try:
            await self.stop()
        except TimeoutError:
            await self.kill()
            raise

    async def _end(self, how: signal.Signals) -> int:
        assert self.process
        if self.process.returncode is None:
            # Not the process's own send_signal: that looks first whether it has ended, and so takes the exit status
            # of a dead one from under asyncio, which then tells 255.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, how)
        return await asyncio.wait_for(self.process.wait(), PATIENCE)
