"""The scene that tests of reading share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.reading.rig import Play, playing


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Play]:
    async with playing(tmp_path) as made:
        yield made
