"""Stories over the socket: made and added to; every write whole or not at all, once, and where it was expected."""

import asyncio
import re
from typing import Any

import pytest

from protocol.errors import CONFLICT, KEY_REUSED, NOT_FOUND, REFUSED
from tests.conftest import config
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import unused_url
from tests.support.small_cast import INN, head, lines, look, play, said, say, story, texts
from tests.support.wire_client import Client, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

BAD = {"do": "move", "who": "you", "container": "nowhere"}


# making and adding


async def test_a_story_is_made_whole_or_not_at_all(client: Client) -> None:
    before = await client.call("stories")
    with pytest.raises(Refused) as refused:
        await client.call("create", title="Never", setup=[*INN, BAD])
    assert (refused.value.code, refused.value.data["command"]) == (NOT_FOUND, len(INN))
    assert await client.call("stories") == before
    made = await client.call("create", title="Rain", setup=INN)
    first = (await client.call("stories"))["stories"][0]
    assert (first["story"], first["branch"], first["head"]) == (made["story"], made["branch"], made["head"])
    empty = await client.call("create", title="")
    assert (await look(client, empty["story"], "state"))["lens"] == 0
    assert (await look(client, empty["story"], "scene"))["present"] == [], "it adds no entities by itself"


async def test_commands_are_applied_all_or_none(client: Client) -> None:
    s = await story(client)
    before = await head(client, s)
    for bad, code in ((BAD, NOT_FOUND), ({"do": "pass_time", "minutes": -1}, REFUSED)):
        with pytest.raises(Refused) as refused:
            await client.call("append", story=s, commands=[said("you", "Hm."), bad, said("a", "Well.")])
        assert (refused.value.code, refused.value.data["command"]) == (code, 1)
    assert await head(client, s) == before
    assert await lines(client, s) == []
    done = await client.call(
        "append", story=s, commands=[said("you", "Hm."), {"do": "take", "who": "you", "prop": "key"}]
    )
    assert [e["kind"] for e in done["events"]] == ["line.said", "prop.moved"]
    assert done["events"][-1]["seq"] == done["head"] == await head(client, s)
    assert {e["turn"] for e in done["events"]} == {done["turn"]}


async def test_an_id_that_nothing_has_is_not_found(client: Client) -> None:
    s = await story(client)
    line = (await say(client, s, "Hello."))["head"]
    for method, params, what in (
        ("append", {"story": "s999", "commands": []}, "story"),
        ("append", {"story": s, "branch": "b999", "commands": []}, "branch"),
        ("project", {"story": "s999", "view": "scene"}, "story"),
        ("project", {"story": s, "branch": "b999", "view": "scene"}, "branch"),
        ("stream", {"story": "s999"}, "story"),
        ("stream", {"story": s, "branch": "b999"}, "branch"),
        ("stream", {"story": s, "after": 1, "of_branch": "b999"}, "branch"),
        ("play", {"story": "s999", "text": "Hi."}, "story"),
        ("play", {"story": s, "branch": "b999", "text": "Hi."}, "branch"),
        ("stop", {"story": "s999"}, "story"),
        ("rewind", {"story": "s999", "to": line}, "story"),
        ("rewind", {"story": s, "branch": "b999", "to": line}, "branch"),
        ("branches", {"story": "s999"}, "story"),
        ("switch", {"story": s, "branch": "b999"}, "branch"),
        ("switch", {"story": "s999", "branch": "b1"}, "story"),
        ("unstream", {"subscription": "u999"}, "subscription"),
        ("append", {"story": s, "commands": [{"do": "take", "who": "a", "prop": "crown"}]}, "prop"),
        ("append", {"story": s, "commands": [{"do": "share", "by": "a", "to": ["you"], "memory": "m999"}]}, "memory"),
    ):
        with pytest.raises(Refused) as refused:
            await client.call(method, params)
        assert (refused.value.code, refused.value.data["what"]) == (NOT_FOUND, what), method


async def test_a_branch_of_another_story_is_not_found(client: Client) -> None:
    one, other = await story(client), await client.call("create", title="Sun")
    with pytest.raises(Refused) as refused:
        await client.call("switch", story=one, branch=other["branch"])
    assert refused.value.code == NOT_FOUND


# expected, key


async def test_of_a_hundred_clients_with_one_expectation_one_wins(daemon: Daemon, client: Client) -> None:
    s = await story(client)
    expected = await head(client, s)

    async def attempt(n: int) -> int:
        async with daemon.unix() as c:
            try:
                await say(c, s, f"I am {n}.", expected=expected)
            except Refused as refused:
                assert refused.data == {"expected": expected, "head": expected + 1}
                return refused.code
            return 0

    codes = sorted(await asyncio.gather(*(attempt(n) for n in range(100))))
    assert codes == [CONFLICT] * 99 + [0]
    assert len(await lines(client, s)) == 1


async def test_records_of_the_machinery_do_not_move_what_is_expected(client: Client, model: Any) -> None:
    s = await story(client)
    await client.call("stream", story=s)
    await play(client, s, "Hello?")
    events = client.events()
    reply, called = (max(e["seq"] for e in events if e["kind"] == kind) for kind in ("line.said", "model.called"))
    assert called > reply
    assert events[-1]["kind"] == "time.passed", (
        "and what follows of itself, as time does, moves it no more than they do"
    )
    for expected in (reply - 1, events[-1]["seq"] + 1):
        with pytest.raises(Refused) as refused:
            await say(client, s, "Too late.", expected=expected)
        assert refused.value.code == CONFLICT
    assert (await say(client, s, "In time.", expected=reply))["head"] > called


async def test_expecting_the_head_works_on_every_line_of_history(client: Client) -> None:
    s = await story(client)
    first = (await say(client, s, "One."))["head"]
    second = (await say(client, s, "Two."))["head"]
    back = await client.call("rewind", story=s, to=first)
    with pytest.raises(Refused):
        await say(client, s, "Three.", expected=second)
    assert (await say(client, s, "Three.", expected=first))["head"] > back["head"]
    assert (await say(client, s, "Also two.", branch=back["undo"], expected=second))["head"]


async def test_a_key_is_done_once_however_often_it_is_repeated(home: Any) -> None:
    async with Daemon(home, config(unused_url())) as daemon:
        async with daemon.unix() as c:
            s = await story(c)
            asked = {"story": s, "commands": [said("you", "Once.")], "key": "k1"}
            first = await c.call("append", asked)
            again = await asyncio.gather(*(c.call("append", asked) for _ in range(20)))
            nothing = await c.call("append", story=s, commands=[], key="k0")
            turn = (await c.call("append", story=s, commands=[]))["turn"]
            assert nothing["turn"] < turn
        await daemon.restart()
        async with daemon.web() as c:
            again += [await c.call("append", asked) for _ in range(20)]
            assert all(answer == first for answer in again)
            assert await c.call("append", story=s, commands=[], key="k0") == nothing
            assert await texts(c, s) == ["Once."]
            assert (await say(c, s, "Twice."))["turn"] > turn, "a turn of which nothing came is not used again"
            others: list[dict[str, Any]] = [{"commands": [said("you", "Other.")]}, {"commands": []}, {"branch": "b1"}]
            for other in others:
                with pytest.raises(Refused) as refused:
                    await c.call("append", {**asked, **other})
                assert refused.value.code == KEY_REUSED


async def test_a_key_is_looked_at_before_anything_else(client: Client, model: Any) -> None:
    s = await story(client)
    before = await head(client, s)
    taking = {"story": s, "commands": [{"do": "take", "who": "a", "prop": "key"}], "key": "k1", "expected": before}
    first = await client.call("append", taking)
    await client.call("append", story=s, commands=[{"do": "remove", "what": "prop", "id": "key"}])
    assert await client.call("append", taking) == first, "now it would be refused, and expects too little"
    assert await client.call("append", {**taking, "expected": before + 77}) == first
    await client.call("rewind", story=s, to=before)
    assert await client.call("append", taking) == first, "it survives a rewind"
    await client.call("stream", story=s)
    played = await client.call("play", story=s, text="Hello?", key="k2")
    assert await client.call("play", story=s, text="Hello?", key="k2") == played, "while the reply is being written"
    with pytest.raises(Refused) as refused:
        await client.call("append", story=s, commands=[said("you", "Hello?")], key="k2")
    assert refused.value.code == KEY_REUSED
    await client.until(played["turn"])
    assert await texts(client, s, branch=first["events"][0]["branch"]) == []


async def test_one_key_played_by_many_at_once_is_one_turn(daemon: Daemon, client: Client, model: Any) -> None:
    s = await story(client)
    await client.call("stream", story=s)

    async def attempt() -> dict[str, Any]:
        async with daemon.unix() as c:
            return await c.call("play", story=s, text="Hello?", key="k")

    answers = await asyncio.gather(*(attempt() for _ in range(20)))
    assert all(answer == answers[0] for answer in answers)
    await client.until(answers[0]["turn"])
    assert len(model.requests) == 1


# cancelling


async def test_what_is_cancelled_is_not_written_and_what_is_written_is_answered(daemon: Daemon, client: Client) -> None:
    s = await story(client)
    await client.call("stream", story=s)
    answered = []
    async with daemon.unix() as c:
        for n in range(60):
            pending = await c.begin("append", story=s, commands=[said("you", f"{n}")])
            if n % 3:
                await asyncio.sleep(0.0005 * (n % 7))
            await c.call("cancel", id=pending.id)
            try:
                answered.append((await c.settle(pending))["head"])
            except Refused as refused:
                assert refused.code == -32800
    await say(client, s, "The last.")
    await client.wait(lambda n: n.method == "event" and n.params["events"][-1]["data"].get("text") == "The last.")
    told = [e["seq"] for e in client.events()]
    assert told[:-1] == answered
    assert [line["seq"] for line in await lines(client, s)] == told


async def test_no_answer_names_a_path_of_this_machine(client: Client, daemon: Daemon) -> None:
    for method in ("stories", "models"):
        assert not re.search(r"/(tmp|root|home|usr)/", str(await client.call(method)))
