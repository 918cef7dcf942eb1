"""`rpc mcp` with the official client over standard input and output: what it lists, answers, and never tells."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from client.assistant.calling import Calls
from client.assistant.tools import VIEWS, Scope, tools
from client.wire.connection import Connection
from tests.support.real_daemon import Daemon
from tests.support.rpc_command import rpc
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import INN, said, story, texts
from tests.support.wire_client import Client

mcp = pytest.importorskip("mcp", reason="the package mcp is not installed: make setup")
from client.assistant.server import served  # noqa: E402 - it needs that package

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRETS: list[dict[str, Any]] = [
    *INN,
    {"do": "set", "what": "story", "values": {"premise": "JASPER is behind it all."}},
    {"do": "add_prop", "prop": "ring", "name": "a ring of AMBER", "in": {"entity": "b", "how": "carried"}},
    {"do": "feel", "from": "b", "to": "you", "warmth": 2, "note": "OPAL"},
    said("b", "I shall take the BASALT tonight.", manner="thought"),
    said("b", "It is under the CORAL, Sam.", manner="whisper", to=["you"]),
    said("you", "Good evening, Mara."),
]  # fmt: skip
WORDS = ("AMBER", "BASALT", "CORAL", "JASPER", "OPAL")


@contextlib.asynccontextmanager
async def assistant(home: Path, *arguments: str) -> AsyncIterator[Any]:
    command = ["-m", "client", "--home", str(home), "mcp", *arguments]
    async with mcp.Client(
        mcp.StdioServerParameters(command=sys.executable, args=command, env=dict(os.environ))
    ) as made:  # fmt: skip
        yield made


async def test_it_reads_and_with_leave_plays(daemon: Daemon, client: Client, model: Endpoint) -> None:
    s = await story(client, title="The inn")
    scope = Scope(write=True)
    calls = Calls(scope, tools(scope))
    connection = Connection(daemon.home, calls.note)
    connection.waiting = lambda _: None
    await connection.open()
    async with mcp.Client(served(connection, calls, "")) as one:
        listed = {tool.name: tool for tool in (await one.list_tools()).tools}
        assert listed["stories"].annotations.read_only_hint and not listed["play"].annotations.read_only_hint
        found = (await one.call_tool("stories", {})).structured_content["stories"]
        assert [x["title"] for x in found if x["story"] == s] == ["The inn"]
        model.prose = lambda body: '"Come in, Sam."'
        answer = await one.call_tool("play", {"story": s, "text": "Is anyone awake, Mara?"})
        assert [x["text"] for x in answer.structured_content["lines"]] == ["Is anyone awake, Mara?", '"Come in, Sam."']
        model.prose = lambda body: f'"Reply {len(model.requests)}."'
        asked = [one.call_tool("play", {"story": s, "text": text}) for text in ("One, Mara?", "Two, Mara?")]
        answers = await asyncio.wait_for(asyncio.gather(*asked), 10)
        for text, both in zip(("One, Mara?", "Two, Mara?"), answers, strict=True):
            assert next(x["text"] for x in both.structured_content["lines"]) == text, both
            assert len(both.structured_content["lines"]) == 2, "of the other call nothing"
        wrong = await one.call_tool("project", {"story": "s999", "view": "scene"})
        assert wrong.is_error and "s999" in wrong.content[0].text
        await client.call("change_story", story=s, shelf="bin")
        binned = await one.call_tool("play", {"story": s, "text": "Anyone?"})
        assert binned.is_error and "in the bin" in binned.content[0].text
        assert not (await one.call_tool("change_story", {"story": s, "shelf": "open"})).is_error
    await connection.close()
    assert (await texts(client, s))[0] == "Is anyone awake, Mara?"


async def test_through_a_lens_nothing_else_is_learnt(daemon: Daemon, client: Client, model: Endpoint) -> None:
    other = await story(client, [*INN, said("you", "ZIRCON")], title="Another one")
    s = await story(client, SECRETS, title="The secrets")
    await client.call("fork", story=s, name="PEARL")
    async with assistant(daemon.home, "--story", "The secrets", "--lens", "Mara", "--write") as one:
        listed = (await one.list_tools()).tools
        assert {tool.name for tool in listed} == {"project", "recall", "play"}
        heard = [json.dumps([tool.model_dump(mode="json") for tool in listed]), one.instructions or ""]

        async def ask(tool: str, **given: Any) -> Any:
            answer = await one.call_tool(tool, given)
            heard.append(answer.model_dump_json())
            return answer

        for view in (*VIEWS, "prompt", "story", "decay", "deleted"):
            assert (await ask("project", view=view, entity="b")).is_error == (view not in VIEWS)
        for more in ({"lens": []}, {"speaker": "b"}, {"branch": "b1"}, {"story": other}):
            assert (await ask("project", view="state", **more)).is_error
        for query in (" ".join(WORDS), "what does Oren carry and think"):
            await ask("recall", query=query)
        for tool in ("explain", "stories", "export", "branches", "takes", "status", "append"):
            assert (await ask(tool, story=s, line="l1")).is_error
        odd: list[tuple[dict[str, Any], str]] = [
            ({"limit": "ten"}, "limit"),
            ({"limit": -5}, "limit"),
            ({"at": "now"}, "at"),
        ]
        for given, why in odd:
            wrong = await ask("project", view="transcript", **given)
            assert wrong.is_error and why in wrong.content[0].text
        refused = await ask("play", text="Hush.", manner="whisper")
        assert refused.is_error and refused.content[0].text == "That is not possible."
        model.prose = lambda body: '"Yes?" `Not a word of the CORAL.`'
        answer = await ask("play", text="Oren, are you there?", speaker="b")
        assert [x["who"] for x in answer.structured_content["lines"]] == ["a", "b"]
        await client.call("change_story", story=s, shelf="bin")
        assert "in the bin" in (await ask("play", text="Anyone?")).content[0].text
        await client.call("change_story", story=s, shelf="open")
        seen = await ask("project", view="transcript")
        assert "Good evening, Mara." in [x["text"] for x in seen.structured_content["data"]["lines"]]
    told = "\n".join(heard)
    assert not [word for word in (*WORDS, "ZIRCON", "PEARL", "Another one") if word in told]


async def test_a_lens_that_is_nobody_is_not_everything(daemon: Daemon, client: Client) -> None:
    await story(client)
    for command, lens in (("mcp", ""), ("mcp", "Nobody"), ("recall key", " ,")):
        refused = await rpc(daemon.home, *command.split(), "--lens", lens)
        assert refused.code == 1 and "--lens takes a name" in refused.err and "Traceback" not in refused.err
