"""The connection answers, fails, waits and follows as the wire says."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from client.show.trouble import explain
from client.wire.connection import Connection, Lost
from client.wire.version import mismatch
from protocol.errors import BUSY, NOT_FOUND, Fault
from protocol.version import FABULA
from tests.client.wire.conftest import Heard, follows, happens
from tests.support.scripted_daemon import Peer


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


async def test_what_nobody_waits_for_any_more_is_cancelled(peer: Peer, connection: Connection) -> None:
    call = asyncio.ensure_future(connection.call("silent"))
    while ("silent", {}) not in peer.calls:
        await asyncio.sleep(0.01)
    call.cancel()
    async with asyncio.timeout(10):
        while ("cancel", {"id": 2}) not in peer.calls:
            await asyncio.sleep(0.01)


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
    assert told == ["[waiting: too many; Ctrl-C stops waiting]"] * 2
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
