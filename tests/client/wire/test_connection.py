"""The connection answers, fails and comes back as the wire says; subscriptions go on where they were."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from client.play.steady import Steady
from client.show.screen import Screen
from client.show.trouble import explain
from client.text.names import Unclear
from client.wire.connection import Connection, Lost
from client.wire.version import mismatch
from protocol.errors import BUSY, NOT_FOUND, Fault
from protocol.version import FABULA
from tests.support.scripted_daemon import Peer


class Heard:
    """The notifications that came, and waiting for more."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, dict[str, Any]]] = []
        self._news = asyncio.Event()

    def __call__(self, method: str, params: dict[str, Any]) -> None:
        self.notes.append((method, params))
        self._news.set()

    def names(self) -> list[str]:
        return [name for name, _ in self.notes]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not holds():
                self._news.clear()
                await self._news.wait()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def connection(peer: Peer, heard: Heard) -> AsyncIterator[Connection]:
    made = Connection(peer.home, heard)
    await made.open()
    yield made
    await made.close()


def follows(peer: Peer, head: int = 10, branch: str = "b1") -> None:
    peer.answers["stream"] = lambda p: {
        "subscription": f"u{sum(m == 'stream' for m, _ in peer.calls)}", "branch": branch, "head": head, "drafts": [],
    }  # fmt: skip


async def happens(peer: Peer, subscription: str, *seqs: int, branch: str = "b1") -> None:
    events = [{"seq": s} for s in seqs]
    await peer.notify("event", subscription=subscription, story="s", branch=branch, events=events, touches=[])


async def test_results_and_faults(peer: Peer, connection: Connection) -> None:
    peer.answers["stories"] = lambda _: {"stories": []}
    peer.answers["switch"] = lambda p: {
        "code": NOT_FOUND,
        "message": "no",
        "data": {"what": "branch", "id": p["branch"]},
    }
    assert await connection.call("stories") == {"stories": []}
    with pytest.raises(Fault) as refused:
        await connection.call("switch", story="s", branch="b9")
    assert refused.value.code == NOT_FOUND and refused.value.data == {"what": "branch", "id": "b9"}


async def test_calls_are_answered_in_any_order(peer: Peer, connection: Connection) -> None:
    first, second = (asyncio.ensure_future(connection.call("silent")) for _ in range(2))
    await asyncio.sleep(0)
    for future, id in ((second, 3), (first, 2)):
        await peer.say({"jsonrpc": "2.0", "id": id, "result": {"id": id}})
        assert await future == {"id": id}


async def test_nobody_there(tmp_path: Path, heard: Heard) -> None:
    with pytest.raises(OSError):
        await Connection(tmp_path, heard).open()


async def test_a_call_that_the_daemon_dies_under(peer: Peer, connection: Connection) -> None:
    call = asyncio.ensure_future(connection.call("silent"))
    while ("silent", {}) not in peer.calls:
        await asyncio.sleep(0.01)
    await peer.vanish()
    with pytest.raises(Lost):
        await call
    with pytest.raises(Lost):
        await connection.call("stories")


async def test_another_version_is_told_with_what_mends_it(connection: Connection) -> None:
    assert "fabula 0.0.0" in mismatch(connection.hello) and "rpc restart" in mismatch(connection.hello)


def test_our_own_version_is_not_worth_a_word() -> None:
    assert mismatch({"server": f"fabula {FABULA}"}) == ""


async def test_a_daemon_that_refuses_us(peer: Peer, heard: Heard) -> None:
    peer.answers["hello"] = lambda _: {"code": -32602, "message": "this server speaks protocol 9.0"}
    made = Connection(peer.home, heard)
    with pytest.raises(Fault, match=r"9\.0"):
        await made.open()
    await made.close()


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


async def test_what_follows_a_switch_is_counted_from_the_common_point(
    peer: Peer, connection: Connection, heard: Heard
) -> None:
    follows(peer)
    await connection.follow("s")
    await happens(peer, "u1", 11, 14)
    await peer.notify("branch", subscription="u1", story="s", branch="b2", head=12, common=12)
    await heard.until(lambda: "branch" in heard.names())
    await peer.vanish()
    await heard.until(lambda: "lost" in heard.names())
    await peer.start()
    await heard.until(lambda: "back" in heard.names())
    assert peer.calls[-1][1] == {"story": "s", "tokens": True, "after": 12, "of_branch": "b2"}


async def test_events_right_behind_the_answer_are_counted(peer: Peer, connection: Connection, heard: Heard) -> None:
    follows(peer)
    note = {"subscription": "u1", "story": "s", "branch": "b1", "events": [{"seq": 12}], "touches": []}
    peer.after["stream"] = [("event", note)]
    subscription = await connection.follow("s")
    await heard.until(lambda: "event" in heard.names())
    assert subscription.seq == 12


async def test_drafts_come_before_any_later_token(peer: Peer, connection: Connection, heard: Heard) -> None:
    draft = {"turn": 3, "line": "l1", "speaker": "a", "text": "Half"}
    peer.answers["stream"] = lambda _: {"subscription": "u1", "branch": "b1", "head": 1, "drafts": [draft]}
    peer.after["stream"] = [("token", {"line": "l1"})]
    await connection.follow("s")
    await heard.until(lambda: "token" in heard.names())
    assert heard.notes == [("drafts", {"story": "s", "drafts": [draft]}), ("token", {"line": "l1"})]


async def test_a_subscription_that_was_left_is_not_taken_up_again(
    peer: Peer, connection: Connection, heard: Heard
) -> None:
    follows(peer)
    peer.answers["unstream"] = lambda _: {}
    await connection.leave(await connection.follow("s"))
    await peer.vanish()
    await heard.until(lambda: "lost" in heard.names())
    await peer.start()
    await heard.until(lambda: "back" in heard.names())
    assert [m for m, _ in peer.calls].count("stream") == 1


@pytest.mark.parametrize("nonsense", ["no json", "[1, 2]", '{"id": {}}', '{"method": 3}'])
async def test_nonsense_ends_the_connection_and_not_the_program(
    peer: Peer, connection: Connection, heard: Heard, nonsense: str
) -> None:
    await peer.say(nonsense)
    await heard.until(lambda: "back" in heard.names())
    peer.answers["stories"] = lambda _: {"stories": []}
    assert await connection.call("stories") == {"stories": []}


async def test_what_is_unknown_is_let_pass(peer: Peer, connection: Connection, heard: Heard) -> None:
    await peer.notify("weather", mood="fair")
    await peer.say({"jsonrpc": "2.0", "id": 999, "result": {}})
    peer.answers["stories"] = lambda _: {"stories": [], "more": "than we know"}
    assert (await connection.call("stories"))["stories"] == []
    assert heard.names() == ["weather"]


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


async def test_what_nobody_waits_for_any_more_is_cancelled(peer: Peer, connection: Connection) -> None:
    call = asyncio.ensure_future(connection.call("silent"))
    while ("silent", {}) not in peer.calls:
        await asyncio.sleep(0.01)
    call.cancel()
    async with asyncio.timeout(10):
        while ("cancel", {"id": 2}) not in peer.calls:
            await asyncio.sleep(0.01)


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


async def test_a_limit_is_waited_for_from_the_first_word_on(peer: Peer) -> None:
    refusals = {"hello": 2, "stories": 3}

    def limited(method: str, answer: Any) -> Any:
        def asked(params: dict[str, Any]) -> Any:
            refusals[method] -= 1
            return answer if refusals[method] < 0 else {"code": BUSY, "message": "too many", "data": {"retry": 0.01}}

        return asked

    peer.answers["hello"] = limited("hello", {"server": "fabula", "capabilities": {}})
    peer.answers["stories"] = limited("stories", {"stories": []})
    told: list[str] = []
    connection = Connection(peer.home, lambda *_: None)
    connection.waiting = told.append
    await connection.open()
    assert await connection.call("stories") == {"stories": []}
    await connection.close()
    assert told == ["[waiting: too many; Ctrl-C ends the wait]"] * 2
    assert [method for method, _ in peer.calls].count("stories") == 4


async def test_nobody_at_a_prompt_is_kept_waiting(peer: Peer) -> None:
    peer.answers["play"] = lambda _: {"code": BUSY, "message": "a turn is running", "data": {"retry": 1.0, "turn": 3}}
    connection = Connection(peer.home, lambda *_: None)
    await connection.open()
    with pytest.raises(Fault) as refused:
        await connection.call("play", story="s1")
    await connection.close()
    assert "/stop" in explain(refused.value)


def test_a_limit_is_no_reply() -> None:
    limit = Fault(BUSY, "too many requests are in flight; try again in a moment", retry=1.0, limit=256)
    assert explain(limit) == "Too many requests are in flight; try again in a moment."
