"""A connection that was lost comes back: subscriptions go on where they were, and in another store nothing does."""

import asyncio
import io

import pytest

from client.play.steady import Steady
from client.show.screen import Screen
from client.text.names import Unclear
from client.wire.connection import Connection
from protocol.errors import NOT_FOUND
from tests.client.wire.conftest import Heard, follows, happens
from tests.support.scripted_daemon import Peer


async def test_it_comes_back_and_goes_on_after_what_was_seen(peer: Peer, connection: Connection, heard: Heard) -> None:
    follows(peer)
    await connection.follow("s")
    await happens(peer, "u1", 11, 14)
    await heard.until(lambda: "event" in heard.names())
    await peer.vanish()
    await heard.until(lambda: "lost" in heard.names())
    assert not connection.connected
    await peer.start()
    await heard.until(lambda: "back" in heard.names())
    assert connection.connected
    assert peer.calls[-1] == ("stream", {"story": "s", "tokens": True, "after": 14, "of_branch": "b1"})


def names(peer: Peer, store: str) -> None:
    peer.answers["hello"] = lambda _: {"server": "fabula 0.0.0", "store": store, "capabilities": {}}


async def comes_back(peer: Peer, heard: Heard) -> None:
    await peer.vanish()
    await heard.until(lambda: "lost" in heard.names())
    await peer.start()
    await heard.until(lambda: "back" in heard.names())


@pytest.mark.parametrize(("store", "told"), [("one", False), ("other", True)])
async def test_in_another_store_nothing_that_was_seen_is_gone_on_from(
    peer: Peer, heard: Heard, store: str, told: bool
) -> None:
    names(peer, "one")
    follows(peer)
    peer.answers["unstream"] = lambda _: {}
    connection = Connection(peer.home, heard)
    await connection.open()
    subscription = await connection.follow("s")
    names(peer, store)
    await comes_back(peer, heard)
    assert ("another" in heard.names()) == told
    assert [m for m, _ in peer.calls].count("stream") == (1 if told else 2)
    await connection.leave(subscription)
    assert [m for m, _ in peer.calls].count("unstream") == (0 if told else 1)
    await connection.close()


async def test_a_story_that_is_gone_ends_its_subscription_and_no_other(
    peer: Peer, connection: Connection, heard: Heard
) -> None:
    follows(peer)
    await connection.follow("s")
    await connection.follow("t")
    peer.answers["stream"] = lambda p: (
        {"code": NOT_FOUND, "message": "no such story"}
        if p["story"] == "s"
        else {"subscription": "u9", "branch": "b1", "head": 10, "drafts": []}
    )
    await comes_back(peer, heard)
    assert [p for name, p in heard.notes if name == "gone"] == [{"story": "s"}]
    assert peer.calls[-1][1]["story"] == "t" and "refused" not in heard.names()


async def test_what_was_not_answered_is_not_sent_to_another_store(
    peer: Peer, plain: tuple[Screen, io.StringIO]
) -> None:
    names(peer, "one")
    steady = Steady(peer.home, lambda *_: None, plain[0])
    await steady.open()
    call = asyncio.ensure_future(steady.once("play", story="s"))
    while "play" not in [m for m, _ in peer.calls]:
        await asyncio.sleep(0.01)
    names(peer, "other")
    await peer.vanish()
    await peer.start()
    with pytest.raises(Unclear, match="another store"):
        await call
    assert [m for m, _ in peer.calls].count("play") == 1
    await steady.close()
