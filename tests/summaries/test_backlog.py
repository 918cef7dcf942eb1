"""Summing up behind play: what is pending after a failure or a restart, and that play goes before."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from protocol.ids import ENTITIES
from tests.conftest import IMPATIENT, config
from tests.summaries.rig import (
    CLOSE,
    EVENING,
    JUMP,
    append,
    asked,
    backlog,
    done,
    history,
    jobs,
    kept,
    sections,
    wanted_of,
    writes,
)
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Body, Endpoint, unused_url
from tests.support.small_cast import Slowly, look, over, story
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")


# failing, and going on


async def test_a_failing_model_leaves_a_backlog_that_goes_when_it_works(client: Client, writer: Endpoint) -> None:
    s = await story(client)
    writer.fault = "server_error"
    await append(client, s, *EVENING, CLOSE)
    await writer.asked(1)
    assert (await look(client, s, "scene"))["scene"] is None, "it is closed all the same"
    [job] = await jobs(client, s)
    assert (job["kind"], job["of"]) == ("summary", 3)
    assert await backlog(client) == 3 - job["done"]
    await until_why(client, s)
    assert "obsidian" in (await sections(client, s, "a"))["transcript"]["text"], "the lines stay"
    writer.fault = None
    await done(client, s)
    assert [len(await kept(client, s, who)) for who in ENTITIES] == [1, 1, 1]
    assert await backlog(client) == 0


async def until_why(c: Client, s: str) -> None:
    """Waits until a job says why it did not go on."""
    async with asyncio.timeout(20):
        while not any(job["why"] for job in await jobs(c, s)):
            await asyncio.sleep(0.01)


async def test_what_an_empty_answer_leaves_is_asked_for_again(client: Client, writer: Endpoint) -> None:
    s = await story(client)
    writer.fault = "empty"
    await append(client, s, *EVENING, CLOSE)
    await until_why(client, s)
    writer.fault = None
    await done(client, s)
    assert len(await kept(client, s, "a")) == 1


async def test_another_model_writes_what_one_did_not(home: Path, writer: Endpoint) -> None:
    down = config(unused_url(), IMPATIENT)
    async with Daemon(home, down) as daemon, daemon.unix() as c:
        s = await story(c)
        await append(c, s, *EVENING, CLOSE)
        await until_why(c, s)
        for _ in range(4):  # the wait has grown beyond what a test would sit through
            await c.call("use_model", role="read", model="scripted", base_url=unused_url())
            await until_why(c, s)
        await c.call("use_model", role="read", model="scripted", base_url=writer.url)
        await done(c, s)
        assert [len(await kept(c, s, who)) for who in ENTITIES] == [1, 1, 1]


async def test_a_restart_in_the_middle_goes_on_where_it_was(home: Path, writer: Endpoint) -> None:
    release = asyncio.Event()
    writer.prose = one_by_one(release)
    async with Daemon(home, config(writer.url, "")) as daemon:
        async with daemon.unix() as c:
            s = await story(c)
            await append(c, s, *EVENING, CLOSE)
            await writer.asked(2)
            assert await backlog(c) == 2
            [job] = await jobs(c, s)
            assert (job["state"], job["done"], job["of"]) == ("running", 1, 3)
        await daemon.kill()
        release.set()
        await daemon.start()
        async with daemon.unix() as c:
            await done(c, s)
            assert [len(await kept(c, s, who)) for who in ENTITIES] == [1, 1, 1]
    assert sorted(asked(writer)) == ["Mara remembers", "Oren remembers", "Sam remembers"]
    assert len(writer.requests) == 4, "the first is not asked for again"


def one_by_one(release: asyncio.Event) -> Callable[[Body], Any]:
    """Answers the first call at once, and the others when they are let."""
    first = [True]

    def prose(body: Body) -> Any:
        if first:
            first.clear()
            return writes(body)
        return later(body)

    async def later(body: Body) -> Any:
        await release.wait()
        yield writes(body)

    return prose


async def test_the_embedded_model_makes_nothing_up(home: Path) -> None:
    """It cannot sum up: what was perceived is kept in excerpts, without asking it."""
    async with Daemon(home, '[play]\nreading = "off"\n') as daemon, daemon.unix() as c:
        s = await story(c)
        await append(c, s, *EVENING, JUMP)
        await done(c, s)
        scene, between = await kept(c, s, "b")
        assert scene["text"].startswith("Sam: *whispers something to Mara*\nOren: What a fine evening.")
        assert "obsidian" in (await kept(c, s, "a"))[0]["text"]
        assert between["text"] == "2 days went by."
        assert not [e for e in await history(c, s) if e["kind"] == "model.called"]


# behind play


async def test_play_goes_before(client: Client, writer: Endpoint) -> None:
    """A model that sums up is let go when a turn begins, and is asked again when it is over."""
    release = asyncio.Event()

    def prose(body: Body) -> Any:
        return held(body) if wanted_of(body) and not release.is_set() else writes(body)

    async def held(body: Body) -> Any:
        await release.wait()
        yield writes(body)

    writer.prose, writer.vanished = prose, 0
    s = await story(client)
    await client.call("stream", story=s)
    await append(client, s, *EVENING, CLOSE)
    await writer.asked(1)
    slowly = Slowly("I was.")
    writer.prose = lambda body: slowly(body) if not wanted_of(body) else prose(body)
    turn = (await client.call("play", story=s, text="Are you asleep?", speaker="b"))["turn"]
    await writer.left()
    await slowly.begun.wait()
    count = len(writer.requests)
    assert [bool(wanted_of(body)) for body in writer.requests] == [True, False]
    assert (await jobs(client, s))[0]["state"] == "waiting"
    assert len(writer.requests) == count, "nothing is asked while it renders"
    release.set()
    slowly.go()
    await over(client, turn)
    await done(client, s)
    assert [len(await kept(client, s, who)) for who in ENTITIES] == [1, 1, 1]


# lines of history


async def test_a_fork_made_meanwhile_gets_its_own(client: Client, writer: Endpoint) -> None:
    s = await story(client)
    writer.fault = "server_error"
    before = (await append(client, s, *EVENING))["head"]
    head = (await append(client, s, CLOSE))["head"]
    [job] = await jobs(client, s)
    old = job["branch"]
    back = await client.call("rewind", story=s, to=before)
    assert await jobs(client, s) == [], "the scene is not over there"
    await client.call("switch", story=s, branch=old)
    again = await client.call("rewind", story=s, to=head)
    assert [job["branch"] for job in await jobs(client, s)] == [again["branch"]]
    writer.fault = None
    await done(client, s)
    assert [len(await kept(client, s, who)) for who in ENTITIES] == [1, 1, 1]
    assert [await kept(client, s, who, branch=b) for b in (old, back["branch"]) for who in ENTITIES] == [[]] * 6
    await client.call("switch", story=s, branch=old)
    await done(client, s)
    mine, theirs = [(await kept(client, s, "a", branch=b))[0] for b in (old, again["branch"])]
    assert mine["memory"] != theirs["memory"]
