"""The test client itself: it carries messages both ways and lets none pass that the catalogue does not know."""

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from tests.support import scripted_server
from tests.support.catalogue_shapes import Mismatch
from tests.support.scripted_server import OpenStory, event, note
from tests.support.wire_client import Client, Refused

Connect = Callable[..., contextlib.AbstractAsyncContextManager[Client]]


@contextlib.asynccontextmanager
async def over_socket(script: scripted_server.Script) -> AsyncIterator[Client]:
    async with scripted_server.socket(script) as path, Client.unix(path) as client:
        yield client


@contextlib.asynccontextmanager
async def over_web(script: scripted_server.Script) -> AsyncIterator[Client]:
    async with scripted_server.http(script) as url, Client.web(url, "secret") as client:
        yield client


@pytest.fixture(params=[over_socket, over_web], ids=["socket", "web"])
def connect(request: pytest.FixtureRequest) -> Connect:
    found: Connect = request.param
    return found


async def test_a_call_a_refusal_and_a_turn_over_either_transport(connect: Connect) -> None:
    async with connect(OpenStory()) as c:
        story = (await c.call("create", title="Rain"))["story"]
        await c.call("stream", story=story)
        with pytest.raises(Refused) as refused:
            await c.call("append", story=story, commands=[], expected=1)
        assert refused.value.code == -32005
        assert refused.value.data == {"expected": 1, "head": 10}
        turn = (await c.call("play", {"as": "you"}, story=story, text="Is anyone awake?"))["turn"]
        assert (await c.until(turn)).params["phase"] == "done"
        assert c.text(turn) == "Nobody is. Sleep."
        assert [e["seq"] for e in c.events()] == [10, 15, 17]
        with pytest.raises(Refused, match="-32601"):
            await c.call_unchecked("fly", {})


async def test_a_request_that_the_catalogue_does_not_allow_does_not_leave(connect: Connect) -> None:
    async with connect(OpenStory()) as c:
        said = len(c.log)
        for method, params in (
            ("fly", {}), ("create", {}), ("create", {"title": 7}), ("create", {"title": "Rain", "titel": "Rain"}),
            ("append", {"story": "s1", "commands": [{"do": "say", "who": "a", "text": "x", "witneses": []}]}),
        ):  # fmt: skip
            with pytest.raises(Mismatch):
                await c.call(method, params)
        assert len(c.log) == said


async def test_a_batch_answers_in_order_with_refusals_among_the_results() -> None:
    def script(message: Any) -> list[Any]:
        return [[one for m in message for one in OpenStory()(m)]] if isinstance(message, list) else OpenStory()(message)

    async with over_socket(script) as c:
        calls = ("create", {"title": "x"}), ("append", {"story": "s1", "commands": [], "expected": 1})
        created, refused = await c.batch(*calls)
        assert isinstance(created, dict)
        assert isinstance(refused, Refused)


async def test_what_is_no_json_is_answered_without_an_id(connect: Connect) -> None:
    async with connect(OpenStory()) as c:
        await c.send("{{{")
        assert (await c.stray()).code == -32700


async def test_the_end_of_a_connection_is_seen_with_its_code() -> None:
    async with scripted_server.http(lambda _: [None]) as url, Client.web(url, None) as c:
        await c.send("{}")
        assert await c.ended() == 4401
        with pytest.raises(ConnectionError):
            await c.wait(lambda _: True)


async def test_a_turn_that_fails_is_raised_with_what_the_daemon_said() -> None:
    error = {"code": -32007, "message": "no model answers", "data": {"endpoint": "x", "why": "refused"}}
    failed = note("turn", subscription="u", turn=2, phase="failed", detail=error)

    def script(message: Any) -> list[Any]:
        return [{"jsonrpc": "2.0", "id": message["id"], "result": {"turn": 2, "head": 1}}, failed]

    async with over_socket(script) as c:
        turn = (await c.call("play", story="s1"))["turn"]
        with pytest.raises(Refused, match="no model answers"):
            await c.until(turn)
        assert (await c.until(turn, "failed")).params["detail"] == error


def result(**members: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "result": members}


def error(code: int, **data: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": "no", "data": data}}


def events(*made: dict[str, Any]) -> dict[str, Any]:
    return note("event", subscription="u", story="s1", branch="b1", events=list(made), touches=[])


def token(offset: int, text: str) -> dict[str, Any]:
    params = {"subscription": "u", "branch": "b1", "turn": 1, "line": "l", "speaker": "a", "kind": "text"}
    return note("token", **params, offset=offset, text=text)


DONE = note("turn", subscription="u", turn=1, phase="done")
SAID = event(5, "line.said", line="l", who="a", text="Yes.")
GOOD: dict[str, Any] = {"head": 5, "turn": 1}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ([result(**GOOD)], "events"),
        ([result(**GOOD, events=[], extra=1)], "no field 'extra'"),
        ([result(head="5", turn=1, events=[])], "Expected `int`"),
        ([result(**GOOD, events=[{**SAID, "mask": 7}])], "no field 'mask'"),
        ([result(**GOOD, events=[event(5, "line.said", line="l", who="a", text="x", mood="sad")])], "no field 'mood'"),
        ([result(**GOOD, events=[event(5, "line.said", line="l", who="a")])], "text"),
        ([result(**GOOD, events=[event(5, "line.sung")])], r"no event 'line\.sung'"),
        ([result(**GOOD, events=[{**SAID, "version": 9}])], "as version 9"),
        ([result(**GOOD, events=[{**SAID, "data": "x"}])], "Expected `object`"),
        ([{**result(**GOOD, events=[]), "id": 99}], "an answer to nothing"),
        ([{**result(**GOOD, events=[]), "note": 1}], "has the members"),
        ([{"id": 1, "result": {}}], "no JSON-RPC"),
        (["{"], "truncated"),
        ([error(-32009, where="x", why="y")], "does not list code -32009"),
        ([error(-32004, rule="no_such_rule", why="x")], "no rule of the catalogue"),
        ([error(-32004, rule="hands_full")], r"lacks \['why'\]"),
        ([error(-32008, why='File "/x.py", line 1')], "carries"),
        ([{"jsonrpc": "2.0", "id": 1, "error": {"code": -32005, "message": "x"}}], "without data"),
        ([{"jsonrpc": "2.0", "id": 1, "error": {"code": -32005}}], "message"),
        ([note("thunder", loud=True)], "no notification 'thunder'"),
        ([note("turn", subscription="u", turn=1, phase="failed", detail={"why": "x"})], "code"),
        ([events(SAID), events(SAID)], "event 5 came after 5"),
        ([note("branch", subscription="u", story="s", branch="b", head=9, common=7), events(SAID)], "came after 7"),
        ([token(0, "Ye"), token(3, "s")], "a token at 3"),
        ([token(0, "Ye"), DONE, token(2, "s")], "after its end"),
    ],
)
async def test_what_the_catalogue_does_not_know_fails_the_test(wrong: list[Any], told: str) -> None:
    with pytest.raises((Mismatch, ValueError), match=told):
        async with over_socket(lambda _: wrong) as c:
            await c.call("append", story="s1", commands=[])


async def test_a_fault_in_a_notification_fails_the_test_though_nobody_waits_for_it() -> None:
    said = [result(story="s1", branch="b1", head=1), note("thunder")]
    with pytest.raises(Mismatch, match="thunder"):
        async with over_socket(lambda _: said) as c:
            await c.call("create", title="Rain")
            await c.ended()


@pytest.mark.parametrize("data", [{"containers": []}, {"containers": [], "props": [], "more": 1}])
async def test_a_view_is_checked_by_its_name(data: dict[str, Any]) -> None:
    with pytest.raises(Mismatch, match=r"view world|WorldView"):
        async with over_socket(lambda _: [result(view="world", at=1, lens=[], data=data)]) as c:
            await c.call("project", story="s1", view="world")
