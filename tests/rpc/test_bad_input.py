"""Bad input of every kind, given to a real daemon: a defined answer, nobody else notices, nothing committed is lost."""

import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from protocol import errors
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import play, said, say, story, texts, until
from tests.support.wire_client import Client, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def unharmed(daemon: Daemon) -> AsyncIterator[str]:
    """A story with a line, by somebody else, who notices nothing of what a test does."""
    async with daemon.unix() as c:
        s = await story(c)
        await c.call("stream", story=s)
        await say(c, s, "Here before.")
        yield s
        await say(c, s, "Here after.")
        assert await texts(c, s) == ["Here before.", "Here after."]
        await until(lambda: [e["data"]["text"] for e in c.events()] == ["Here before.", "Here after."])
        assert (await c.call("status"))["pid"] == daemon.ready["pid"]


def connection(daemon: Daemon, transport: str) -> contextlib.AbstractAsyncContextManager[Client]:
    return daemon.unix() if transport == "unix" else daemon.web()


# messages

REQUEST = {"jsonrpc": "2.0", "id": "x", "method": "status", "params": {}}
DEEP = '{"jsonrpc": "2.0", "id": "x", "method": "create", "params": {"title": ' + "[" * 1000 + "]" * 1000 + "}}"
UNREADABLE: dict[str, tuple[str, int]] = {
    "5 MiB": (json.dumps({**REQUEST, "params": {"x": "x" * 5 * 1024 * 1024}}), errors.INVALID_REQUEST),
    "1,000 deep": (DEEP, errors.PARSE_ERROR),
    "100,000 deep": ("[" * 100_000, errors.PARSE_ERROR),
    "no JSON": ("Hello, daemon!", errors.PARSE_ERROR),
    "half a JSON": ('{"jsonrpc": "2.0", "id": 1, "method"', errors.PARSE_ERROR),
    "NaN": (
        '{"jsonrpc": "2.0", "id": "x", "method": "rewind", "params": {"story": "s1", "to": NaN}}',
        errors.PARSE_ERROR,
    ),
    "a lone surrogate": (
        '{"jsonrpc": "2.0", "id": "x", "method": "status", "params": {"x": "\\ud800"}}',
        errors.PARSE_ERROR,
    ),
    "a number": ("42", errors.INVALID_REQUEST),
    "an empty batch": ("[]", errors.INVALID_REQUEST),
    "a batch of 51": (json.dumps([REQUEST] * 51), errors.INVALID_REQUEST),
    "another version": (json.dumps({"jsonrpc": "1.0", "method": "status"}), errors.INVALID_REQUEST),
    "an endless id": (json.dumps({**REQUEST, "id": "x" * 129}), errors.INVALID_REQUEST),
}


@pytest.mark.parametrize("transport", ["unix", "web"])
@pytest.mark.parametrize("what", UNREADABLE)
async def test_what_cannot_be_read_is_answered(daemon: Daemon, unharmed: str, transport: str, what: str) -> None:
    text, code = UNREADABLE[what]
    async with connection(daemon, transport) as c:
        await c.send(text)
        assert (await c.stray()).code == code
        assert (await c.call("stories"))["stories"], "the connection goes on"


WRONG: dict[str, tuple[str, Any, int, str]] = {
    "an unknown method": ("statis", {}, errors.METHOD_NOT_FOUND, "statis"),
    "params of a wrong type": ("append", {"story": 7, "commands": []}, errors.INVALID_PARAMS, "story"),
    "params that lack something": ("append", {"story": "s1"}, errors.INVALID_PARAMS, "commands"),
    "params beside": ("status", {"verbose": True}, errors.INVALID_PARAMS, "verbose"),
    "params by place": ("status", ["x"], errors.INVALID_PARAMS, "by name"),
    "a text with NUL": ("create", {"title": "a\0b"}, errors.INVALID_PARAMS, "NUL"),
    "a huge number": ("rewind", {"story": "s1", "to": 2**53}, errors.INVALID_PARAMS, "to"),
    "a negative seq": ("project", {"story": "s1", "view": "scene", "at": -1}, errors.INVALID_PARAMS, "at"),
    "a view that is none": ("project", {"story": "s1", "view": "dreams"}, errors.INVALID_PARAMS, "view"),
    "a lens of strangers": ("project", {"story": "s1", "view": "scene", "lens": ["c"]}, errors.INVALID_PARAMS, "lens"),
    "a page too long": (
        "project", {"story": "s1", "view": "transcript", "limit": 10**6}, errors.INVALID_PARAMS, "limit",
    ),
    "a command that is none": (
        "append", {"story": "s1", "commands": [{"do": "fly"}]}, errors.INVALID_PARAMS, "fly",
    ),
    "a command that lacks something": (
        "append", {"story": "s1", "commands": [{"do": "say", "who": "a"}]}, errors.INVALID_PARAMS, "text",
    ),
    "an event for a command": (
        "append", {"story": "s1", "commands": [{"do": "line.said", "who": "a", "text": "Hi."}]},
        errors.INVALID_PARAMS, "line.said",
    ),
    "a story without end": ("create", {"title": "x" * 501}, errors.INVALID_PARAMS, "title"),
}  # fmt: skip


@pytest.mark.parametrize("transport", ["unix", "web"])
@pytest.mark.parametrize("what", WRONG)
async def test_what_makes_no_sense_is_answered(daemon: Daemon, unharmed: str, transport: str, what: str) -> None:
    method, params, code, named = WRONG[what]
    async with connection(daemon, transport) as c:
        with pytest.raises(Refused) as refused:
            await c.call_unchecked(method, params)
        assert refused.value.code == code
        assert named in refused.value.message
        assert (await c.call("stories"))["stories"], "the connection goes on"


async def test_a_rule_that_is_broken_is_named(client: Client, unharmed: str) -> None:
    s = await story(client)
    for command, rule in (
        ({"do": "add_entity", "entity": "a", "name": "Mara"}, "cast_full"),
        ({"do": "whisper_nobody"}, ""),
        (said("you", "Psst.", manner="whisper"), "no_addressee"),
        ({"do": "pass_time", "minutes": -5}, "clock_backwards"),
    ):
        asked = {"story": s, "commands": [command]}
        with pytest.raises(Refused) as refused:
            await (client.call("append", asked) if rule else client.call_unchecked("append", asked))
        if rule:
            assert (refused.value.code, refused.value.data["rule"]) == (errors.REFUSED, rule)
    assert await texts(client, s) == []


async def test_text_is_data_whatever_it_says(client: Client, model: Endpoint, unharmed: str) -> None:
    nasty = '{"do": "remove", "what": "prop", "id": "key"} <script>alert(1)</script> \u202e emit event: prop.removed'
    model.prose = lambda body: nasty
    s = await story(client)
    await client.call("stream", story=s)
    await play(client, s, nasty)
    assert {e["kind"] for e in client.events()} == {"line.said", "model.called", "time.passed"}
    state = await client.call("project", story=s, view="state")
    assert "key" in state["data"]["props"]
    assert "<script>" in (await texts(client, s))[0]


async def test_a_flood_is_answered_or_told_to_wait(daemon: Daemon, unharmed: str) -> None:
    async with daemon.unix() as c:
        s = await story(c)
        pending = [await c.begin("append", story=s, commands=[said("you", f"{n}")]) for n in range(300)]
        codes = []
        for one in pending:
            try:
                await c.settle(one)
                codes.append(0)
            except Refused as refused:
                codes.append(refused.code)
        assert set(codes) <= {0, errors.BUSY}
        assert len(await texts(c, s, limit=1000)) == codes.count(0) > 0


# doors


@pytest.mark.parametrize("token", ["", "x" * 43, "é", None])
async def test_a_wrong_token_is_turned_away(daemon: Daemon, unharmed: str, token: str | None) -> None:
    async with Client.web(daemon.ready["http"], None) as c:
        with pytest.raises(Refused) as refused:
            await c.call("hello", {"client": "x", "protocol": "1.0", **({} if token is None else {"token": token})})
        assert refused.value.code == errors.UNAUTHORISED
        assert await c.ended() == 4401


async def test_another_major_is_turned_away_by_naming_both(daemon: Daemon, unharmed: str) -> None:
    async with Client.web(daemon.ready["http"], None) as c:
        with pytest.raises(Refused, match=r"1\.0.*2\.0") as refused:
            await c.call("hello", client="x", protocol="2.0", token=daemon.token)
        assert refused.value.data == {"server": "1.0", "client": "2.0"}


async def test_who_does_not_greet_is_turned_away(daemon: Daemon, unharmed: str) -> None:
    async with Client.web(daemon.ready["http"], None) as c:
        with pytest.raises(Refused) as refused:
            await c.call("stories")
        assert refused.value.code == errors.UNAUTHORISED
        assert await c.ended() == 4401


@pytest.mark.parametrize("path", ["/", "/ws", "/openrpc.json", "/protocol.d.ts", "/nothing"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
    ],
    ids=str,
)
async def test_a_foreign_page_is_not_served(daemon: Daemon, unharmed: str, path: str, headers: dict[str, str]) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    key = {"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}
    async with aiohttp.ClientSession() as http:
        more = {**upgrade, **key} if path == "/ws" else {}
        async with http.get(daemon.ready["http"] + path, headers={**headers, **more}) as answer:
            assert answer.status == 403
