"""Calls over both transports: what is answered, and with which code."""

import asyncio
import logging
from typing import Any

import pytest

from protocol import errors as e
from protocol.catalogue import METHODS
from tests.rpc.rig import SECRET, Peer, Rig


async def test_a_call_is_answered(peer: Peer) -> None:
    answer = await peer.call("append", {"story": "s", "commands": [], "expected": 3}, id="q")
    assert answer == {"jsonrpc": "2.0", "id": "q", "result": {"head": 3, "turn": 1, "events": []}}


async def test_params_may_be_left_out(peer: Peer) -> None:
    await peer.say('{"jsonrpc":"2.0","id":1,"method":"status"}')
    assert "result" in await peer.hear()


async def test_a_result_that_is_json_already_goes_out_as_one_message(peer: Peer) -> None:
    assert (await peer.call("models"))["result"] == {"roles": []}


@pytest.mark.parametrize(
    ("method", "params", "code", "told"),
    [
        ("statsu", "{}", e.METHOD_NOT_FOUND, "statsu"),
        ("x" * 100_000, "{}", e.METHOD_NOT_FOUND, "xxx"),
        ("create", '{"title":"T"}', e.METHOD_NOT_FOUND, "create"),  # in the catalogue, but nobody serves it here
        ("append", "[1]", e.INVALID_PARAMS, "by name"),
        ("append", '"s"', e.INVALID_PARAMS, "object"),
        ("append", "null", e.INVALID_PARAMS, "object"),
        ("append", '{"commands":[]}', e.INVALID_PARAMS, "story"),
        ("append", '{"story":1,"commands":[]}', e.INVALID_PARAMS, "$.story"),
        ("append", '{"story":"s","commands":[{"do":"sing"}]}', e.INVALID_PARAMS, "$.commands[0]"),
        ("append", '{"story":"s","commands":[],"witneses":[]}', e.INVALID_PARAMS, "witneses"),
        ("append", '{"story":"s","commands":[],"expected":1e400}', e.INVALID_PARAMS, "$.expected"),
        ("append", '{"story":"s\\u0000","commands":[]}', e.INVALID_PARAMS, "NUL"),
        ("status", '{"a":1}', e.INVALID_PARAMS, "a"),
        ("switch", '{"story":"s","branch":"b"}', e.REFUSED, "no"),
        ("stories", "{}", e.INTERNAL_ERROR, "log"),
        ("branches", '{"story":"s"}', e.INTERNAL_ERROR, "log"),
    ],
    ids=lambda v: str(v)[:30],
)
async def test_what_cannot_be_served_is_answered_with_its_code(
    peer: Peer, method: str, params: str, code: int, told: str
) -> None:
    await peer.say(f'{{"jsonrpc":"2.0","id":9,"method":"{method}","params":{params}}}')
    answer = await peer.hear()
    assert (answer["id"], answer["error"]["code"]) == (9, code)
    assert told in answer["error"]["message"]
    assert len(answer["error"]["message"]) < 500
    assert "result" in await peer.call("status")


async def test_the_nearest_method_is_named(peer: Peer) -> None:
    assert (await peer.call("statsu"))["error"]["data"] == {"nearest": "status"}


async def test_a_backslash_before_u0000_is_no_nul(peer: Peer) -> None:
    await peer.say(r'{"jsonrpc":"2.0","id":1,"method":"append","params":{"story":"a\\u0000","commands":[]}}')
    assert "result" in await peer.hear()


async def test_a_fault_keeps_its_data(peer: Peer) -> None:
    answer = await peer.call("switch", {"story": "s", "branch": "b"})
    assert answer["error"] == {
        "code": e.REFUSED, "message": "no", "data": {"rule": "slot_full", "why": "it is full", "command": 0},
    }  # fmt: skip


async def test_a_fault_of_ours_is_told_to_the_log_without_its_text(
    peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = await peer.call("stories")
    assert "data" not in answer["error"]
    assert SECRET not in str(answer)
    assert "ValueError" in caplog.text
    assert "rig.py" in caplog.text
    assert SECRET not in caplog.text.replace("raise ValueError(SECRET)", "")


async def test_notifications_are_served_and_not_answered(doors: Rig, peer: Peer) -> None:
    await peer.tell("append", {"story": "s", "commands": [], "expected": 1})
    await peer.tell("statsu")
    await peer.tell("append", {"story": 7})
    await peer.tell("stories")
    assert (await peer.call("append", {"story": "s", "commands": [], "expected": 2}, id=5))["id"] == 5
    assert doors.toy.ended == ["s/1", "s/2"]


def request(id: Any, method: str = "status", **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": method, "params": params} | ({} if id is None else {"id": id})


async def test_a_batch_is_served_and_answered_in_its_order(doors: Rig, peer: Peer) -> None:
    entries = [
        request("a", "append", story="s", commands=[], expected=1, key="gate"),
        request("b", "probe", base_url="second"),
        request(None, "append", story="t", commands=[], expected=3),
        5,
        request("c", "statsu"),
        request("d", "append", story="s", commands=[], expected=4),
    ]
    await peer.say(entries)
    asyncio.get_running_loop().call_later(0.01, doors.toy.gate("gate").set)
    answers = await peer.hear()
    assert [a["id"] for a in answers] == ["a", "b", None, "c", "d"]
    assert ["error" in a for a in answers] == [False, False, True, True, False]
    assert doors.toy.ended == ["s/1", "second", "t/3", "s/4"]


async def test_a_batch_of_notifications_is_not_answered(doors: Rig, peer: Peer) -> None:
    await peer.say([request(None, "append", story="s", commands=[], expected=n) for n in range(3)])
    await peer.say([request(None, "statsu")])
    assert (await peer.call("status", id=8))["id"] == 8
    assert doors.toy.ended == ["s/0", "s/1", "s/2"]


@pytest.mark.parametrize("count", [0, 51])
async def test_a_batch_too_short_or_too_long_is_refused_whole(doors: Rig, peer: Peer, count: int) -> None:
    await peer.say([request(n, "append", story="s", commands=[]) for n in range(count)])
    answer = await peer.hear()
    assert (answer["id"], answer["error"]["code"]) == (None, e.INVALID_REQUEST)
    assert doors.toy.began == []


async def test_the_longest_message_passes_and_a_longer_one_does_not_end_other_connections(doors: Rig) -> None:
    text = '{"jsonrpc":"2.0","id":1,"method":"status"}'
    async with doors.unix() as other:
        for transport in ("unix", "web"):
            async with doors.by(transport) as peer:
                await peer.say(text.ljust(4 * 1024 * 1024))
                assert "result" in await peer.hear()
                await peer.say(text.ljust(5 * 1024 * 1024))
                answer = await peer.hear()
                assert (answer["id"], answer["error"]["code"]) == (None, e.INVALID_REQUEST)
                assert "result" in await peer.call("status")
        assert "result" in await other.call("status")


async def test_a_handler_for_no_method_of_the_catalogue_is_a_mistake(doors: Rig) -> None:
    from daemon.rpc.dispatch import Dispatcher

    with pytest.raises(KeyError):
        Dispatcher({"dance": doors.toy.status})


def test_what_the_doors_serve_themselves_is_in_the_catalogue() -> None:
    assert {"hello", "cancel", "rotate_token"} <= METHODS.keys()
