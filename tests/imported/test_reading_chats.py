"""Imported chats that are read behind play: into the world, minds and memories, and on after a kill."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.conftest import config
from tests.support.asked_minds import asked
from tests.support.chats import head, jsonl, said
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import NOTHING, Body, Endpoint
from tests.support.small_cast import look, play, until
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

READING = "background"


def chat(turns: int) -> bytes:
    """A chat of so many turns, each of which says its number."""
    lines = [head()]
    for n in range(turns):
        lines.append(said("Robin", f"*takes the lamp* I say number {n}.", user=True))
        lines.append(
            said("Maren", f"I am afraid, Robin. Promise me, by number {n}, that you never leave me. I love you!")
        )
    return jsonl(*lines)


async def taken(c: Client, text: bytes, **more: Any) -> str:
    return str((await c.call("import", data=base64.b64encode(text).decode(), **more))["story"])


async def jobs(c: Client, s: str) -> list[dict[str, Any]]:
    return [x for x in (await c.call("jobs"))["jobs"] if x["story"] == s and x["kind"] == "read"]


async def done(c: Client, s: str) -> None:
    """Waits until all is read."""
    async with asyncio.timeout(30):
        while await jobs(c, s):
            await asyncio.sleep(0.02)


def readings(model: Endpoint) -> list[str]:
    """What was asked of the world so far."""
    return [b["messages"][-1]["content"] for b in model.requests if asked(b).what == "world"]


def reads(*changes: dict[str, Any], **mind: Any) -> Callable[[Body], Any]:
    """Answers these changes of a world, and this for the mind that is read with it."""
    world = {"changes": list(changes), "matters": 6, "minds": [], **({"mind": mind} if mind else {})}
    return lambda body: world if asked(body).what == "world" else NOTHING


async def test_a_short_chat_is_read_from_its_beginning_on(client: Client, model: Endpoint) -> None:
    model.reading = reads(
        {"do": "put", "n": 1, "who": "you", "it": "lamp", "to": "you", "how": "held"},
        gist="Maren told Robin what matters.", matters=8, mood="wary", warmth=1,
    )  # fmt: skip
    s = await taken(client, chat(3))
    await done(client, s)
    told = readings(model)
    assert [next(n for n in range(3) if f"I say number {n}." in x.split("Read these")[1]) for x in told] == [0, 1, 2]
    state = await look(client, s, "state")
    assert state["entities"]["a"]["mood"] == "wary"
    assert [x["name"] for x in state["props"].values()] == ["lamp"]
    [edge] = [x for x in (await look(client, s, "edges"))["edges"] if x["from"] == "a" and x["to"] == "you"]
    assert edge["warmth"] >= 1
    mine = (await look(client, s, "memories", lens=["a"]))["memories"]
    assert "Maren told Robin what matters." in [x["text"] for x in mine]
    assert all(x["witnesses"] == ["a"] for x in mine if x["text"] == "Maren told Robin what matters.")


async def test_of_a_long_chat_the_end_is_read_first_and_the_rest_moves_nobody(client: Client, model: Endpoint) -> None:
    def reading(body: Body) -> Any:
        lines = body["messages"][-1]["content"].split("ines:\n")[-1]
        first = "I say number 0." in lines
        mind = {"mood": "past" if first else "now", "warmth": 2, "matters": 9 if first else 4,
                "gist": "It began." if first else "It went on."}  # fmt: skip
        if asked(body).what != "world":
            return mind
        put = {"do": "put", "n": 1, "who": "you", "it": "old lamp" if first else "lamp", "to": "you", "how": "held"}
        return {"changes": [put], "matters": 9 if first else 4, "minds": ["a"], "mind": mind}

    model.reading = reading
    s = await taken(client, chat(60))
    await done(client, s)
    told = [x.split("Read these")[1] for x in readings(model)]
    assert "I say number 48." in told[0] and "I say number 59." in told[11] and "I say number 0." in told[12]
    assert len(told) == 12 + 3  # 48 turns, at most 36 lines together
    state = await look(client, s, "state")
    assert state["entities"]["a"]["mood"] == "now"
    assert "old lamp" not in [x["name"] for x in state["props"].values()]
    assert "It began." in [x["text"] for x in (await look(client, s, "memories", lens=["a"]))["memories"]]


async def test_one_plays_before_it_ends_and_play_goes_first(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: "The lamp is lit."
    model.reading = lambda body: NOTHING
    model.delay = 0.2
    made = await client.call("import", data=base64.b64encode(chat(30)).decode())
    s = made["story"]
    await client.call("stream", story=s)
    await until(lambda: bool(model.requests))
    [job] = await jobs(client, s)
    assert job["id"] == made["job"]
    assert (job["state"], job["of"], job["what"]) == ("running", 60, "reading the imported chat (SillyTavern)")
    assert (await client.call("status"))["backlog"] >= 1
    await play(client, s, "And now?")
    model.delay = 0.0
    lines = (await look(client, s, "transcript"))["lines"]
    assert [x["text"] for x in lines[-2:]] == ["And now?", "The lamp is lit."]
    assert (await jobs(client, s))[0]["done"] < 60
    await done(client, s)
    assert len(lines) == 62


async def test_a_model_that_is_down_is_asked_again(client: Client, model: Endpoint) -> None:
    model.fault = "server_error"
    s = await taken(client, chat(2))
    async with asyncio.timeout(20):
        while not any(x["why"] for x in await jobs(client, s)):
            await asyncio.sleep(0.02)
    [job] = await jobs(client, s)
    assert (job["done"], job["state"]) == (0, "waiting")
    model.fault = None
    await done(client, s)


@pytest_asyncio.fixture(loop_scope="module")
async def reader() -> AsyncIterator[Endpoint]:
    """A model that reads, for a daemon of a test's own."""
    async with Endpoint(reading=reads(gist="It mattered.", matters=8, warmth=2)) as endpoint:
        yield endpoint


async def test_after_a_kill_it_goes_on_where_it_was(home: Path, reader: Endpoint) -> None:
    async with Daemon(home, config(reader.url, "", "background")) as daemon:
        async with daemon.unix() as c:
            s = await taken(c, chat(8))
            await reader.asked(4)
            reader.delay = 30.0
            await reader.asked(len(reader.requests) + 1)
            before = (await jobs(c, s))[0]["done"]
        await daemon.kill()
        asked_before = len(reader.requests)
        reader.delay = 0.0
        await daemon.start()
        async with daemon.unix() as c:
            assert all(job["done"] >= before > 0 for job in await jobs(c, s))
            await done(c, s)
            told = [x.split("Read these")[1] for x in readings(reader)]
            assert "I say number 0." in told[0]
            assert not [x for x in told[asked_before:] if "I say number 0." in x], "it is not read twice"
            kept = [x["text"] for x in (await look(c, s, "memories", lens=["a"]))["memories"]]
            assert "It mattered." in kept


async def test_without_a_model_it_is_remembered_by_rule_and_read_once_there_is_one(
    home: Path, reader: Endpoint
) -> None:
    async with Daemon(home, "") as daemon, daemon.unix() as c:
        s = await taken(c, chat(6))
        await done(c, s)
        assert (await look(c, s, "memories"))["memories"]
        await c.call("use_model", role="read", model="scripted", base_url=reader.url)
        await reader.asked(6)
        await done(c, s)
        assert len(readings(reader)) == 6


async def test_what_was_read_goes_along_where_one_goes_back_or_takes_another_take(
    client: Client, model: Endpoint
) -> None:
    model.reading = reads(gist="It mattered.", matters=9, mood="wary", warmth=1)
    lines = [said("Maren", f"I love you, {n}. Promise me you never leave!", f"Go away, {n}.") for n in range(6)]
    s = await taken(
        client, jsonl(head(), *(x for n, y in enumerate(lines) for x in (said("Robin", f"Well, {n}?", user=True), y)))
    )
    await done(client, s)
    asked_once, before = len(readings(model)), (await look(client, s, "memories"))["memories"]
    assert asked_once == 6 and before
    told = (await look(client, s, "transcript"))["lines"]
    takes = (await client.call("takes", story=s, line=told[-1]["line"]))["takes"]
    await client.call("switch", story=s, branch=takes[1]["branch"])
    await done(client, s)
    assert len(readings(model)) == asked_once + 2, "only the other take and what it answers are read"
    assert (await look(client, s, "state"))["entities"]["a"]["mood"] == "wary"
    here = (await look(client, s, "memories"))["memories"]
    assert {x["text"] for x in here} >= {x["text"] for x in before[:-1]}
    assert len(here) <= len(before)
    await client.call("rewind", story=s, to=told[7]["seq"])
    assert (await look(client, s, "memories"))["memories"], "at once"
    await done(client, s)
    assert len(readings(model)) == asked_once + 2
    edges = (await look(client, s, "edges"))["edges"]
    assert [x["warmth"] > 0 for x in edges if x["from"] == "a" and x["to"] == "you"] == [True]


async def test_no_prompt_shows_what_was_hidden_thought_or_said_in_ones_absence(client: Client, model: Endpoint) -> None:
    both = ["Maren.png", "Oren.png"]
    s = await taken(client, jsonl(
        head("unused", "unused"),
        said("Robin", "Come in. `Vermilion.`", user=True, present=both),
        said("Maren", "The word is zanzibar.", "The word is obsidian.", present=["Maren.png"]),
        said("Robin", "(cobalt)", user=True, is_system=True, presence_manually_hidden=True, present=both),
        said("Oren", "Here I am.", present=both),
    ))  # fmt: skip
    await done(client, s)
    await client.call("stream", story=s)
    model.requests.clear()
    for speaker in ("a", "b"):
        await play(client, s, "Well?", speaker=speaker)
    await done(client, s)
    prompts = dict(zip("ab", [str(b) for b in model.requests if asked(b).what == "reply"], strict=True))
    assert "zanzibar" in prompts["a"] and "zanzibar" not in prompts["b"] and "Here I am." in prompts["b"]
    assert not [x for x in ("Vermilion", "cobalt", "obsidian") if x in "".join(prompts.values())]
    for view in ("memories", "transcript", "state", "timeline"):
        assert "zanzibar" not in str(await look(client, s, view, lens=["b"]))
