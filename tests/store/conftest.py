"""A store in a folder of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.store.rig import Store, opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a test keeps its store."""
    return tmp_path


@pytest.fixture
async def store(folder: Path) -> AsyncIterator[Store]:
    """A new store, open."""
    async with opened(folder) as made:
        yield made
