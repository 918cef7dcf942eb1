"""What the tests of the client share: a scripted daemon, screens that keep what is written, somebody in the room."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from prompt_toolkit.input import PipeInput, create_pipe_input

from client.show.screen import Screen
from tests.support.real_daemon import Daemon
from tests.support.scripted_daemon import Peer
from tests.support.scripted_model import Endpoint
from tests.support.terminal_user import Seat


@pytest.fixture
async def peer(tmp_path: Path) -> AsyncIterator[Peer]:
    scripted = Peer(tmp_path)
    await scripted.start()
    yield scripted
    await scripted.vanish()


@pytest.fixture
def plain() -> tuple[Screen, io.StringIO]:
    """A screen without styles, and what was written on it."""
    out = io.StringIO()
    return Screen(colour=False, live=False, out=out), out


@pytest.fixture
def colourful() -> tuple[Screen, io.StringIO]:
    """A screen as of a terminal, and what was written on it."""
    out = io.StringIO()
    return Screen(colour=True, live=True, out=out), out


@pytest.fixture
def endpoint(model: Endpoint) -> Endpoint:
    """The model of those in the room."""
    model.prose = lambda body: "*She nods.* So it is."
    return model


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    with create_pipe_input() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def seat(daemon: Daemon, endpoint: Endpoint, keys: PipeInput) -> AsyncIterator[Seat]:
    """In a new story, the first of the ready-made ones."""
    made = Seat(daemon.home, keys)
    made.play = asyncio.create_task(made.room.play())
    async with daemon.unix() as client:
        if (await client.call("stories"))["stories"]:
            await made.free()
            made.type("/new\r")
    await made.sees("Start a new story:")
    made.type("1\r", "Kim\r")
    await made.sees("The Last Ferry\n", "that chair is for show.\n")
    await made.free()
    yield made
    if not made.play.done():
        made.play.cancel()
        await asyncio.gather(made.play, return_exceptions=True)
