"""`rpc` run as a person runs it: a process of its own, with what it wrote and how it ended."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Done(NamedTuple):
    """How a process ended, and what it wrote."""

    code: int
    out: str
    err: str


async def rpc(home: Path, *args: str, input: str = "", **environ: str) -> Done:
    """Runs `rpc` on a home with these arguments and this standard input, in this environment beside our own."""
    command = [sys.executable, "-m", "client", "--home", str(home), *args]
    return await run(command, Path(__file__).parents[2], input, environ)


async def run(command: Sequence[str], where: Path, input: str = "", environ: Mapping[str, str] | None = None) -> Done:
    """Runs a command in this directory, with this standard input, in this environment beside our own."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        cwd=where, env={**os.environ, **(environ or {})},
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(input.encode()), 60)
    return Done(process.returncode or 0, out.decode(), err.decode())
