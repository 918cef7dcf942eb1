"""The daemon of the tests of purging."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.conftest import config
from tests.daemon import Daemon
from tests.endpoint import unused_url


@pytest_asyncio.fixture
async def alone(home: Path) -> AsyncIterator[Daemon]:
    """A daemon whose home holds nothing else."""
    async with Daemon(home, config(unused_url())) as daemon:
        yield daemon
