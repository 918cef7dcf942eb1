"""A game whose daemon comes back with another store: nothing that is typed lands in a story that was never seen."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from client.text.names import Unclear
from tests.conftest import config
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.slash_commands import SETUP, Hand
from tests.support.small_cast import story, texts
from tests.support.wire_client import Client


@pytest.fixture
async def own(home: Path) -> AsyncIterator[Daemon]:
    async with Endpoint(prose=lambda body: "She nods.") as endpoint, Daemon(home, config(endpoint.url)) as made:
        yield made


async def opened(daemon: Daemon, client: Client) -> Hand:
    hand = await Hand.at(daemon.home, client, await story(client, SETUP))
    await hand("Hello.")
    return hand


async def away(hand: Hand) -> None:
    async with asyncio.timeout(10):
        while hand.game.connection.connected:
            await asyncio.sleep(0.01)


async def test_a_story_of_another_store_is_not_taken_for_the_one_that_was_open(own: Daemon) -> None:
    async with own.unix() as client:
        hand = await opened(own, client)
        await own.stop()
        await away(hand)
    (own.home / "store").rename(own.home / "before")
    await own.start()
    async with own.unix() as client:
        assert await story(client, SETUP, title="Elsewhere") == hand.story
        with pytest.raises(Unclear, match="No story is open"):
            await hand("*drops the lamp*")
        assert "a backup was restored" in hand.err.getvalue() and "“Rain” is gone" in hand.out.getvalue()
        assert await texts(client, hand.story) == []
        assert "Elsewhere" in await hand("/open 1")
        await hand("Anybody?")
        assert await texts(client, hand.story) == ["Anybody?", "She nods."]
        await hand.game.close()


async def test_the_same_story_in_a_store_that_was_put_back_is_gone_on_with(own: Daemon) -> None:
    async with own.unix() as client:
        hand = await opened(own, client)
        backup = (await client.call("backup"))["backup"]
        await hand("Too late.")
        await client.call("restore", backup=backup)
        await own.stop()
        await away(hand)
    await own.start()
    async with own.unix() as client:
        await hand("And now?")
        assert "reloading" in hand.err.getvalue() and "Hello." in hand.out.getvalue()
        assert await texts(client, hand.story) == ["Hello.", "She nods.", "And now?", "She nods."]
        await hand.game.close()


async def test_a_story_that_was_purged_elsewhere_is_closed(own: Daemon) -> None:
    async with own.unix() as client:
        hand = await opened(own, client)
        await client.call("purge", story=hand.story, confirm=True)
        async with asyncio.timeout(10):
            while "was deleted" not in hand.err.getvalue():
                await asyncio.sleep(0.01)
        with pytest.raises(Unclear, match="No story is open"):
            await hand("Hello?")
        await hand.game.close()
