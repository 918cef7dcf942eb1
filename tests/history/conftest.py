"""The daemon of the tests of purging."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.conftest import config
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import unused_url


@pytest_asyncio.fixture
async def alone(home: Path) -> AsyncIterator[Daemon]:
    """A daemon whose home holds nothing else."""
    async with Daemon(home, config(unused_url())) as daemon:
        yield daemon
