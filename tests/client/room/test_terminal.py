"""`rpc` on a terminal of its own: it is left as it was found."""

import asyncio
import os
import pty
import re
import sys
import termios
from pathlib import Path

import pytest

from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Terminal:
    """The far end of a terminal: what is shown there, without what steers it."""

    def __init__(self, fd: int) -> None:
        self.fd, self.raw = fd, b""
        os.set_blocking(fd, False)
        asyncio.get_running_loop().add_reader(fd, self._read)

    def _read(self) -> None:
        try:
            self.raw += os.read(self.fd, 65536)
        except OSError:
            asyncio.get_running_loop().remove_reader(self.fd)

    @property
    def shown(self) -> str:
        return re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|[=>])", "", self.raw.decode(errors="replace"))

    async def sees(self, text: str) -> None:
        async with asyncio.timeout(30):
            while text not in self.shown:
                await asyncio.sleep(0.02)


async def test_an_evening_on_a_terminal(daemon: Daemon, model: Endpoint) -> None:
    model.prose = lambda body: "So \x1b[2J\x1b]0;owned\x07it is."
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (30, 100))
    before = termios.tcgetattr(theirs)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "client", "--home", str(daemon.home),
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=Path(__file__).parents[3], start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"},
    )  # fmt: skip
    terminal = Terminal(ours)
    try:
        await _evening(terminal, ours)
        assert await asyncio.wait_for(process.wait(), 30) == 0
        assert termios.tcgetattr(theirs)[3] == before[3]
    finally:
        if process.returncode is None:
            process.kill()
        os.close(theirs)
        asyncio.get_running_loop().remove_reader(ours)
        os.close(ours)


async def _evening(terminal: Terminal, keys: int) -> None:
    await terminal.sees("(0 to cancel) [1]")
    os.write(keys, b"1\r")
    await terminal.sees("Your character's name")
    os.write(keys, b"Kim\r")
    await terminal.sees("See only what Kim sees?")
    os.write(keys, b"\r")
    await terminal.sees("/help shows")
    await asyncio.sleep(0.2)
    os.write(keys, b"Good evening.\r")
    await terminal.sees("it is.")
    await terminal.sees("it is.\r\n")
    assert b"\x1b[1;36mMaren" in terminal.raw  # a colour for who speaks
    assert b"\x1b[2J" not in terminal.raw and b"\x07" not in terminal.raw
    await asyncio.sleep(0.2)
    os.write(keys, b"\x04")


async def test_the_tour_goes_on_by_a_key_and_can_be_left(daemon: Daemon, model: Endpoint) -> None:
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (30, 100))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "client", "--home", str(daemon.home), "tour",
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=Path(__file__).parents[3], start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color"},
    )  # fmt: skip
    terminal = Terminal(ours)
    try:
        await terminal.sees("Enter: go on")
        assert "A lie is believed" not in terminal.shown
        await asyncio.sleep(0.2)
        os.write(ours, b"\r")
        await terminal.sees("A lie is believed")
        await asyncio.sleep(0.5)
        os.write(ours, b"q")
        await terminal.sees("That was the tour.")
        assert await asyncio.wait_for(process.wait(), 30) == 0
        assert "A basket" not in terminal.shown
    finally:
        if process.returncode is None:
            process.kill()
        os.close(theirs)
        asyncio.get_running_loop().remove_reader(ours)
        os.close(ours)
