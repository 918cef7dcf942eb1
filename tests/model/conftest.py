"""What the tests of the door share: a scripted endpoint, and doors to it that are closed afterwards."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from daemon.model import Models
from daemon.model.endpoint import Door
from protocol.model import Endpoint as Settings
from protocol.model import Roles
from tests.support.scripted_model import Endpoint

KEY = "sk-abcdefghijklmnopqrstuvwxyz0123456789"

OpenDoor = Callable[..., Awaitable[Door]]


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    async with Endpoint(prose=lambda body: "She nods and says nothing at all.") as scripted:
        yield scripted


@pytest.fixture
async def open_door(endpoint: Endpoint) -> AsyncIterator[OpenDoor]:
    """Opens a door to the scripted endpoint, with settings that differ from the default ones."""
    opened: list[Models] = []

    async def open_it(**settings: Any) -> Door:
        render = Settings(**{"base_url": endpoint.url, "model": "scripted", **settings})
        models = Models(Roles(render=render), lambda reference: KEY)
        opened.append(models)
        model = models.role("render")
        assert isinstance(model, Door)
        return model

    yield open_it
    for models in opened:
        await models.aclose()
