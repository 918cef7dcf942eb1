"""Summing up behind play, with a scripted model: who is asked for what when a scene or a time ends."""

import pytest

from protocol.ids import ENTITIES
from tests.summaries.rig import CLOSE, EVENING, JUMP, append, asked, done, history, jobs, kept, sections
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import look, said, story, texts
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
    assert now["transcript"]["text"] == then["transcript"]["text"], "the last lines stay while there is room"
    assert "past" not in await sections(client, s, "a", at=head), "as it was then"
    assert "Sam" not in (await sections(client, s, "b"))["past"]["text"]


async def test_a_scene_may_go_on_elsewhere_with_those_who_follow(client: Client, writer: Endpoint) -> None:
    s = await story(client)
    below = {"do": "open_scene", "container": "cellar", "present": ["you", "a"], "title": "Below"}
    await append(client, s, *EVENING, below)
    await done(client, s)
    await append(client, s, said("you", "Mind the step."))
    now = await sections(client, s, "a")
    assert "I am Mara" in now["past"]["text"] and now["transcript"]["text"].endswith(
        "Mara: It is.\n(Sam leaves.)\n(You are in the cellar now.)\nSam: Mind the step."
    )
    assert (
        "You are in the cellar now" in now["transcript"]["text"]
        and "Oren" in now["moment"]["text"].split("Not here: ")[1]
    )
    theirs = await sections(client, s, "b")
    assert "I am Oren" in theirs["past"]["text"] and "Mind the step." not in theirs["transcript"]["text"]


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
        assert now["past"]["text"].endswith("They talked.") and now["transcript"]["text"].endswith("It is.")


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
        assert "2 days went by, until Friday night, ten o'clock, 3 May 2024, of which" in prompt
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
