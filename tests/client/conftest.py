"""What the tests of the client share: a scripted daemon, and screens that keep what is written on them."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from client.screen import Screen
from tests.peer import Peer


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
