"""The daemon as a process: starts it and waits until it serves, ends it. Speaks no protocol."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from protocol import places

PATIENCE = 120.0
"""Seconds until a daemon that neither serves nor ends is given up; a big store may be migrating."""

SERVICE_PATIENCE = 5.0
"""Seconds after which one looks oneself why a daemon that was left to launchd or systemd does not answer."""

END_PATIENCE = 10.0
ANOTHER_RUNS = 75
"""The exit code of a daemon that found another one on the same home."""


class NotStarted(Exception):  # noqa: N818 - what is told to the user
    """The daemon does not run; the message says why and what to do."""


async def answers(home: Path) -> bool:
    """Whether somebody listens on the socket of this home."""
    try:
        _, writer = await asyncio.open_unix_connection(places.runtime_dir(home) / places.SOCKET)
    except OSError:
        return False
    writer.close()
    return True


async def wake(home: Path, tell: Callable[[str], None]) -> None:
    """Starts a daemon if none answers and waits until it does; `tell` is given a line of progress to show.

    It outlives us, in a session of its own. Raises NotStarted.
    """
    if await answers(home):
        return
    log = _start_log(home)
    child = None if _start_service(home) else _spawn(home, log)
    start = asyncio.get_running_loop().time()
    while not await answers(home):
        waited = asyncio.get_running_loop().time() - start
        if child and child.poll() == ANOTHER_RUNS:
            child = _spawn(home, log)  # the one that held the home was about to end, or will answer
        elif child and child.poll() is not None:
            raise NotStarted(f"the daemon didn't start: {_last_words(log)}")
        if child is None and waited > SERVICE_PATIENCE:
            child = _spawn(home, log)
        if waited > PATIENCE:
            raise NotStarted(f"the daemon isn't answering after {PATIENCE:.0f} s; see {log}")
        tell(f"starting the daemon … {waited:.0f} s")
        await asyncio.sleep(0.05 if waited < 2 else 0.5)


def unserved(home: Path, *words: str) -> Any:
    """What a command of `rpcd` answers that needs no daemon, and no store that one could serve. Raises NotStarted."""
    command = [*places.daemon_program(), *words, "--home", str(home), "--json"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    try:
        if done.returncode == 0:
            return json.loads(done.stdout)
    except ValueError:
        pass
    said = done.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"]
    raise NotStarted(said[-1].removeprefix("rpcd: "))


async def end(pid: int, home: Path) -> bool:
    """Asks the daemon to end and waits for it; whether it did."""
    try:
        os.kill(pid, signal.SIGTERM)
        for _ in range(int(END_PATIENCE / 0.05)):
            await asyncio.sleep(0.05)
            os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return not await answers(home)  # one that nobody waits for keeps its pid though it has ended


def _spawn(home: Path, log: Path) -> subprocess.Popen[bytes]:
    with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:  # noqa: PTH123 - a mode
        return subprocess.Popen(
            [*places.daemon_program(), "--home", str(home), "--any-port"],
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=home, start_new_session=True,
        )  # fmt: skip


def _start_log(home: Path) -> Path:
    """A file for what the daemon says before it has a log: in its home, or elsewhere where that cannot be written."""
    log = home / "logs" / "start.log"
    try:
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with log.open("ab"):
            return log
    except OSError:
        file, path = tempfile.mkstemp(prefix="fabula-", suffix=".log")
        os.close(file)
        return Path(path)


def _start_service(home: Path) -> bool:
    """Leaves the start to launchd or systemd, which then watch over it, where the service of this home is installed."""
    file = places.service_file()
    try:
        if str(home) not in file.read_text():
            return False
    except OSError:
        return False
    command = (
        ["launchctl", "kickstart", f"gui/{os.getuid()}/{places.AGENT}"]
        if sys.platform == "darwin"
        else ["systemctl", "--user", "start", places.UNIT]
    )
    try:
        return subprocess.run(command, capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _last_words(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip().removeprefix("rpcd: ") if lines else f"it said nothing; see {log}"
