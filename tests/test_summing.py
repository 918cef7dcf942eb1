"""Summing up behind play, with a scripted model: who is asked for what, when, and again after a failure."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from protocol.ids import ENTITIES
from tests.client import Client
from tests.conftest import IMPATIENT, PROSE, config
from tests.daemon import Daemon
from tests.endpoint import Body, Endpoint, unused_url
from tests.stage import Slowly, look, over, play, said, story, texts

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLOSE = {"do": "close_scene"}
EVENING = [
    said("you", "The signal is zanzibar.", manner="whisper", to=["a"]),
    said("b", "What a fine evening."),
    said("a", "He must not learn of the obsidian.", manner="thought"),
    said("a", "It is."),
]
JUMP = {"do": "skip_time", "mode": "jump", "minutes": 3000}


def wanted_of(body: Body) -> str:
    """What a call is for: `Mara remembers`, `Mara spent`; or nothing where it is for a reply."""
    found = re.search(r"Write (?:what|how) (\w+ (?:remembers|spent))", body["messages"][-1]["content"])
    return found[1] if found else ""


def writes(body: Body) -> str:
    """Answers as the one who is to remember."""
    return f"I am {wanted_of(body).split()[0]} and keep this in mind." if wanted_of(body) else PROSE


def asked(model: Endpoint) -> dict[str, list[str]]:
    """What was asked to be summed up so far, by what it was for."""
    found: dict[str, list[str]] = {}
    for body in model.requests:
        if wanted_of(body):
            found.setdefault(wanted_of(body), []).append(body["messages"][-1]["content"])
    return found


async def append(c: Client, s: str, *commands: Any, **more: Any) -> dict[str, Any]:
    return await c.call("append", story=s, commands=list(commands), **more)


async def backlog(c: Client) -> int:
    return int((await c.call("status"))["backlog"])


async def jobs(c: Client, s: str) -> list[dict[str, Any]]:
    return [job for job in (await c.call("jobs"))["jobs"] if job["story"] == s]


async def done(c: Client, s: str) -> None:
    """Waits until nothing is owed in a story."""
    async with asyncio.timeout(20):
        while await jobs(c, s):
            await asyncio.sleep(0.01)


async def kept(c: Client, s: str, who: str, **more: Any) -> list[dict[str, Any]]:
    """The summaries of a mind that are its own."""
    found = (await look(c, s, "memories", lens=[who], **more))["memories"]
    return [x for x in found if x["kind"] == "summary" and x["witnesses"] == [who]]


async def sections(c: Client, s: str, speaker: str, **more: Any) -> dict[str, Any]:
    return {x["name"]: x for x in (await look(c, s, "prompt", speaker=speaker, **more))["sections"]}


@pytest.fixture
def writer(model: Endpoint) -> Endpoint:
    """The module's model, which sums up when it is asked to."""
    model.prose = writes
    return model


# scenes


async def test_every_witness_has_a_summary_of_its_own_from_its_own_words(client: Client, writer: Endpoint) -> None:
    s = await story(client)
    spoken = (await append(client, s, *EVENING))["events"]
    closed = (await append(client, s, CLOSE))["events"][-1]
    await done(client, s)
    for who, name in (("you", "Sam"), ("a", "Mara"), ("b", "Oren")):
        [prompt] = asked(writer)[f"{name} remembers"]
        assert ("zanzibar" in prompt, "obsidian" in prompt) == (who != "b", who == "a"), name
        [memory] = await kept(client, s, who)
        assert memory["text"] == f"I am {name} and keep this in mind."
        words = {e["data"]["line"] for e in spoken if e["kind"] == "line.said" and who in e["witnesses"]}
        heard = [
            e["seq"]
            for e in spoken
            if who in e["witnesses"] and (e["kind"] == "line.said" or e["data"]["line"] not in words)
        ]
        assert memory["from"] == heard
    events = [e for e in (await history(client, s)) if e["kind"] == "memory.formed"]
    assert [(e["cause"], e["turn"]) for e in events] == [(closed["seq"], closed["turn"])] * 3
    assert (await look(client, s, "memories", lens=["you", "a"]))["memories"] == []


async def history(c: Client, s: str) -> list[dict[str, Any]]:
    """All events of the current branch."""
    answer = await c.call("stream", story=s, after=0)
    await c.wait(lambda n: n.method == "event" and n.params["events"][-1]["seq"] >= answer["head"])
    await c.call("unstream", subscription=answer["subscription"])
    return c.events(answer["subscription"])


async def test_summaries_move_no_head_that_a_client_expects(client: Client, writer: Endpoint) -> None:
    s = await story(client)
    head = (await append(client, s, *EVENING, CLOSE))["head"]
    await done(client, s)
    await append(client, s, said("b", "Good night."), expected=head)


async def test_a_prompt_goes_over_from_the_lines_to_the_summary(client: Client, writer: Endpoint) -> None:
    s = await story(client)
    head = (await append(client, s, *EVENING, CLOSE))["head"]
    then = await sections(client, s, "a", at=head)
    assert "obsidian" in then["transcript"]["text"] and "past" not in then
    await done(client, s)
    now = await sections(client, s, "a")
    [mine] = await kept(client, s, "a")
    assert now["past"]["text"].endswith(mine["text"]) and set(mine["from"]) < set(now["past"]["from"])
    assert now["transcript"]["text"] == ""
    assert "past" not in await sections(client, s, "a", at=head), "as it was then"
    assert "Sam" not in (await sections(client, s, "b"))["past"]["text"]


async def test_a_scene_may_go_on_elsewhere_with_those_who_follow(client: Client, writer: Endpoint) -> None:
    s = await story(client)
    below = {"do": "open_scene", "container": "cellar", "present": ["you", "a"], "title": "Below"}
    await append(client, s, *EVENING, below)
    await done(client, s)
    await append(client, s, said("you", "Mind the step."))
    now = await sections(client, s, "a")
    assert "I am Mara" in now["past"]["text"] and now["transcript"]["text"] == "Sam: Mind the step."
    assert "The cellar" in now["place"]["text"] and "Oren" in now["moment"]["text"].split("Not here: ")[1]
    theirs = await sections(client, s, "b")
    assert "I am Oren" in theirs["past"]["text"] and theirs["transcript"]["text"] == ""


async def test_who_had_left_and_who_came_late_sum_up_what_they_heard(client: Client, writer: Endpoint) -> None:
    s = await story(client)
    move = {"do": "move", "who": "b", "container": "cellar"}
    await append(client, s, said("b", "I am off."), move, said("a", "At last."), CLOSE)
    await done(client, s)
    assert [len(await kept(client, s, who)) for who in ENTITIES] == [1, 1, 1]
    assert "At last." not in asked(writer)["Oren remembers"][0]


async def test_a_scene_without_words_or_with_a_gist_asks_for_nothing(client: Client, writer: Endpoint) -> None:
    s = await story(client)
    await append(client, s, CLOSE)
    open_again = {"do": "open_scene", "container": "inn", "present": []}
    await append(client, s, open_again, *EVENING, {"do": "close_scene", "gist": "They talked."})
    assert (await jobs(client, s), asked(writer)) == ([], {})
    for speaker in ("a", "b"):
        now = await sections(client, s, speaker)
        assert now["past"]["text"].endswith("They talked.") and now["transcript"]["text"] == ""


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


# long scenes


async def test_the_older_half_of_a_long_scene_is_summed_up_before_the_prompt_is_full(
    home: Path, writer: Endpoint
) -> None:
    async with Daemon(home, config(writer.url, "context = 1600\nmax_tokens = 200\n")) as daemon, daemon.unix() as c:
        s = await story(c)
        await c.call("stream", story=s)
        first = "We keep a lantern for those who come late."
        n = 0
        while len(asked(writer).get("Mara remembers", [])) < 2 or n < 20:
            assert n < 60, "nothing was summed up"
            reply = f"{first if n == 0 else f'Number {n}.'} " + "There is room at the back, and soup on the fire. " * 2
            writer.prose = lambda body, reply=reply: writes(body) if wanted_of(body) else reply
            await play(c, s, f"And what of night {n}? " + "I have walked all day and my feet are sore.", speaker="a")
            now = await look(c, s, "prompt", speaker="a")
            assert now["tokens"] <= now["budget"]
            await done(c, s)
            n += 1
        assert "lantern" in asked(writer)["Mara remembers"][0]
        assert "Oren remembers" in asked(writer), "who hears all that has as many lines"
        async with asyncio.timeout(20):
            while await untold(c, s):
                await asyncio.sleep(0.01)
        now = await sections(c, s, "a")
        part = (await kept(c, s, "a"))[-1]
        assert now["past"]["text"].endswith(part["text"])
        assert not set(part["from"]) & set(now["transcript"]["from"])
        assert asked(writer)["Mara remembers"][1].count("(I am Mara and keep this in mind.)") == 1
        await append(c, s, CLOSE)
        await done(c, s)
        whole = (await kept(c, s, "a"))[-1]
        assert set(part["from"]) < set(whole["from"])
        assert (await sections(c, s, "a"))["past"]["from"] == sorted([*whole["from"], whole["seq"]])


async def untold(c: Client, s: str) -> set[int]:
    """The lines that Mara heard and that her prompt neither tells nor has summed up."""
    now = await sections(c, s, "a")
    heard = {line["seq"] for line in (await look(c, s, "transcript", lens=["a"], limit=1000))["lines"]}
    return heard - {seq for name in ("past", "transcript") for seq in now[name]["from"]}


async def test_a_scene_longer_than_the_context_is_summed_up_bit_by_bit(home: Path, writer: Endpoint) -> None:
    async with Daemon(home, config(writer.url, "context = 1200\nmax_tokens = 200\n")) as daemon, daemon.unix() as c:
        s = await story(c)
        many = [said("a", f"Number {n}: a thing that one may well say of an evening by the fire.") for n in range(150)]
        await append(c, s, *many, CLOSE)
        await done(c, s)
        assert all(len(text) < 4 * 1000 for text in asked(writer)["Mara remembers"])
        assert len(asked(writer)["Mara remembers"]) > 2
        whole = (await kept(c, s, "a"))[-1]
        assert len(whole["from"]) == 150
        assert (await sections(c, s, "a"))["past"]["from"] == sorted([*whole["from"], whole["seq"]])


# time that is left out


async def test_a_jump_gives_each_an_account_of_its_own(client: Client, writer: Endpoint) -> None:
    s = await story(client)
    plan = {"do": "plan", "occasion": "fair", "title": "The fair", "where": "inn", "when": "2024-05-02T09:00:00"}
    clock = {"do": "set", "what": "clock", "values": {"clock": "2024-05-01T20:00:00"}}
    await append(client, s, clock, {**plan, "who": ["a"]}, *EVENING)
    cross = {"do": "set", "what": "entity", "id": "a", "values": {"mood": "cross"}}
    feel = {"do": "feel", "from": "a", "to": "b", "tension": 4, "trust": -2}
    await append(client, s, cross, feel, {"do": "move", "who": "b", "container": "cellar"})
    skipped = next(e for e in (await append(client, s, JUMP))["events"] if e["kind"] == "time.skipped")
    await done(client, s)
    for who, name in (("you", "Sam"), ("a", "Mara"), ("b", "Oren")):
        [prompt] = asked(writer)[f"{name} spent"]
        assert f"(I am {name} and keep this in mind.)" in prompt, "its own summary of the scene before"
        assert "2 days went by, until 2024-05-03, 22:00:00" in prompt
        assert ("The fair" in prompt) == (who != "b"), "who knew of it, or sees it begin"
        scene, between = await kept(client, s, who)
        assert skipped["seq"] in between["from"] and scene["seq"] in between["from"]
    edges = (await look(client, s, "edges", lens=["a"]))["edges"]
    assert [(x["tension"], x["trust"]) for x in edges] == [(0, -2)]
    assert not (await look(client, s, "entity", entity="a", lens=["a"]))["mood"]
    past = (await sections(client, s, "a"))["past"]["text"]
    assert past.count("I am Mara") == 2


async def test_an_elision_asks_for_nothing_and_a_told_jump_for_those_who_were_not_there(
    client: Client, writer: Endpoint
) -> None:
    s = await story(client)
    await append(client, s, {"do": "skip_time", "mode": "elision", "minutes": 90})
    assert await jobs(client, s) == []
    await append(client, s, {"do": "move", "who": "b", "container": "cellar"}, {**JUMP, "summary": "Quiet days."})
    await done(client, s)
    assert list(asked(writer)) == ["Oren spent"]
    assert await texts(client, s) == []
    assert "Quiet days." in (await sections(client, s, "a"))["past"]["text"]
    assert "Quiet days." not in (await sections(client, s, "b"))["past"]["text"]
