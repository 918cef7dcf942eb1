"""A script waits while another turn of the story is answered, says so, and goes on."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import Slowly, over, spelled, streamed, texts
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

REPLY = "So it is."

SILENCE = ""
"""For as long as it likes: it says nothing while programs are started, and a busy machine takes its time for that."""


@pytest_asyncio.fixture(loop_scope="module")
async def busy(client: Client, model: Endpoint) -> AsyncIterator[tuple[str, Slowly, int]]:
    """A story in which somebody else's turn is being answered, what lets its words go, and the turn."""
    slowly = Slowly("Once ", "upon a time.")
    model.prose = slowly
    story = await streamed(client)
    turn = (await client.call("play", story=story, text="I was first."))["turn"]
    await slowly.begun.wait()
    model.prose = lambda body: REPLY
    yield story, slowly, turn
    slowly.go(2)
    await over(client, turn)


class Waiting:
    """`rpc` that is running: what it has said on standard error, and its end."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process, self.err = process, ""

    @classmethod
    async def begun(cls, home: Path, *args: str, input: str = "") -> "Waiting":
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "client", "--home", str(home), *args,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            cwd=Path(__file__).parents[3], start_new_session=True,
        )  # fmt: skip
        assert process.stdin
        process.stdin.write(input.encode())
        process.stdin.close()
        made = cls(process)
        await made.says("[waiting: a")
        return made

    async def says(self, text: str) -> None:
        async with asyncio.timeout(30):
            while text not in self.err:
                assert self.process.stderr
                line = await self.process.stderr.readline()
                assert line, self.err
                self.err += line.decode()

    async def ended(self) -> int:
        out, err = await asyncio.wait_for(self.process.communicate(), 30)
        self.out, self.err = out.decode(), self.err + err.decode()
        return self.process.returncode or 0


async def test_a_pipe_waits_and_then_plays(daemon: Daemon, client: Client, busy: tuple[str, Slowly, int]) -> None:
    story, slowly, turn = busy
    waiting = await Waiting.begun(daemon.home, input="And I second.\nAnd I third.\n")
    slowly.go()
    await spelled(client, turn, "Once ")
    await asyncio.sleep(1.0)
    assert waiting.process.returncode is None, "it waits for as long as the turn takes"
    slowly.go()
    assert await waiting.ended() == 0
    assert waiting.err.count("[waiting") == 1
    assert await texts(client, story) == [
        "I was first.", "Once upon a time.", "And I second.", REPLY, "And I third.", REPLY,
    ]  # fmt: skip
    assert waiting.out == f"Oren: {REPLY}\nMara: {REPLY}\n", "what it did not ask for is not its output"


async def test_one_turn_from_the_command_line_waits_too(
    daemon: Daemon, client: Client, busy: tuple[str, Slowly, int]
) -> None:
    story, slowly, _ = busy
    waiting = await Waiting.begun(daemon.home, "play", "And I second.")
    slowly.go(2)
    assert await waiting.ended() == 0
    assert "rpc stop" in waiting.err
    assert (await texts(client, story))[-2:] == ["And I second.", REPLY]


async def test_a_purge_waits(daemon: Daemon, client: Client, busy: tuple[str, Slowly, int]) -> None:
    story, slowly, _ = busy
    waiting = await Waiting.begun(daemon.home, "purge", "-s", story, "--yes")
    slowly.go(2)
    assert await waiting.ended() == 0
    assert story not in [x["story"] for x in (await client.call("stories"))["stories"]]


@pytest.mark.parametrize("args", [(), ("play", "Never said.")])
async def test_ctrl_c_ends_the_wait_and_says_so(
    daemon: Daemon, client: Client, busy: tuple[str, Slowly, int], args: tuple[str, ...]
) -> None:
    story, _, _ = busy
    waiting = await Waiting.begun(daemon.home, *args, input="Never said.\n")
    os.kill(waiting.process.pid, signal.SIGINT)
    assert await waiting.ended() in (1, 130)
    assert "nothing was sent" in waiting.err and "Traceback" not in waiting.err
    assert "Never said." not in await texts(client, story)
