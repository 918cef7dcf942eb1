"""Somebody at a keyboard, in a story of their own."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.slash_commands import SETUP, Hand
from tests.support.small_cast import story
from tests.support.wire_client import Client


@pytest_asyncio.fixture(loop_scope="module")
async def hand(daemon: Daemon, client: Client, model: Endpoint) -> AsyncIterator[Hand]:
    """At a new story."""
    model.reading = lambda body: {}
    made = await Hand.at(daemon.home, client, await story(client, SETUP))
    yield made
    await made.game.close()
