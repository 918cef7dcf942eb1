"""A short runtime directory (a socket's path may not be long) and the doors open in it."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.rpc.rig import Peer, Rig, rig


@pytest.fixture
def runtime() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="fab", dir="/tmp"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
async def doors(runtime: Path) -> AsyncIterator[Rig]:
    async with rig(runtime) as made:
        yield made


@pytest.fixture(params=["unix", "web"])
async def peer(request: pytest.FixtureRequest, doors: Rig) -> AsyncIterator[Peer]:
    """A connection, by each transport in turn; hello has been said where it must be."""
    async with doors.by(request.param) as made:
        yield made
