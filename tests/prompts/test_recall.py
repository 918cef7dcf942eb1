"""Recall over the socket: what each lens finds, when and on which line of history, and what comes to mind."""

from typing import Any

import pytest

from protocol.errors import INVALID_PARAMS, NOT_FOUND
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import INN, LENSES, look, play, said, story
from tests.support.wire_client import Client, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "Nobody must know that the ferryman drowned."


async def recall(c: Client, s: str, query: str, *lens: str, **more: Any) -> list[dict[str, Any]]:
    """What a lens recalls."""
    found: list[dict[str, Any]] = (await c.call("recall", story=s, lens=list(lens), query=query, **more))["memories"]
    return found


async def append(c: Client, s: str, *commands: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of these commands."""
    events: list[dict[str, Any]] = (await c.call("append", story=s, commands=list(commands)))["events"]
    return events


def texts(found: list[dict[str, Any]]) -> list[str]:
    return [m["text"] for m in found]


# what is found


async def test_a_line_is_found_at_once_with_all_there_is_to_know_of_it(client: Client) -> None:
    s = await story(client)
    [event] = await append(client, s, said("a", "I sold the boat to a miller."))
    [found] = await recall(client, s, "Who has the boat?", "you")
    assert (found["seq"], found["from"], found["kind"]) == (event["seq"], [event["seq"]], "line")
    assert (found["text"], found["who"], found["witnesses"]) == ("I sold the boat to a miller.", "a", ["you", "a", "b"])
    assert found["memory"] == event["data"]["line"]
    assert found["score"] == pytest.approx(sum(found["parts"].values()), abs=0.001)
    assert {"words", "recency", "significance"} <= set(found["parts"])


async def test_whoever_is_asked_about_comes_first(client: Client) -> None:
    s = await story(client)
    await append(client, s, said("a", "The boat is mine."), *[said(None, "It rains.", manner="narration")] * 5)
    await append(client, s, said("b", "The boat is mine."))
    assert [m["who"] for m in await recall(client, s, "What did Mara say about the boat?")][:2] == ["a", "b"]
    assert [m["who"] for m in await recall(client, s, "What did Oren say about the boat?")][:2] == ["b", "a"]
    assert [m["who"] for m in await recall(client, s, "the boat")][:2] == ["b", "a"], (
        "the later one, for lack of better"
    )


async def test_a_time_that_is_asked_about_comes_first(client: Client) -> None:
    s = await story(client)
    for day in ("2023-05-08", "2023-07-13", "2023-10-13"):
        await append(
            client, s, {"do": "open_scene", "container": "inn", "present": ["you", "a"], "at": f"{day}T20:00:00"},
            said("a", f"Another painting of the harbour, {day[5:7]}."), {"do": "close_scene"},
        )  # fmt: skip
    best = [
        texts(await recall(client, s, f"the painting {when}", "a"))[0][-3:-1] for when in ("in July", "in May 2023")
    ]
    assert best == ["07", "05"]


async def test_memories_lore_and_hearsay_are_found_by_kind(client: Client) -> None:
    s = await story(client)
    [memory] = await append(client, s, {"do": "remember", "gist": "The boat is sold.", "by": ["a"], "significance": 9})
    await append(
        client, s, {"do": "share", "by": "a", "to": ["b"], "memory": memory["data"]["memory"]},
        {"do": "add_lore", "lore": "boats", "keys": ["boat"], "text": "Boats belong to the guild."},
        {"do": "add_lore", "lore": "old", "keys": ["boat"], "text": "An old tale of a boat."},
        {"do": "remove", "what": "lore", "id": "old"}, said("b", "A boat?"),
    )  # fmt: skip
    [episode] = await recall(client, s, "boat", "a", kinds=["episode"])
    assert (episode["memory"], episode["parts"]["significance"] > 0) == (memory["data"]["memory"], True)
    [heard] = await recall(client, s, "boat", "b", kinds=["hearsay"])
    assert (heard["who"], heard["from"], heard["text"]) == ("a", [memory["seq"]], "The boat is sold.")
    assert texts(await recall(client, s, "boat", kinds=["lore"])) == ["Boats belong to the guild."]
    assert {m["kind"] for m in await recall(client, s, "boat", "b")} == {"line", "hearsay", "lore"}


async def test_a_line_of_several_parts_is_one_find_of_what_the_lens_perceived(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: '*She lights the lantern.* "A long night." `The lantern is all he left me.`'
    s = await story(client)
    await client.call("stream", story=s)
    await play(client, s, "Is it late?")
    [all_of_it] = [m for m in await recall(client, s, "lantern", "a") if m["who"] == "a" and m["kind"] == "line"]
    [as_seen] = [m for m in await recall(client, s, "lantern", "you") if m["who"] == "a" and m["kind"] == "line"]
    assert len(all_of_it["from"]) == 3 and len(as_seen["from"]) == 2
    assert "he left me" in all_of_it["text"] and "he left me" not in as_seen["text"]
    assert await recall(client, s, "left", "you") == []


# through lenses, along lines of history


async def test_no_lens_finds_what_it_did_not_witness(client: Client) -> None:
    s = await story(client)
    await append(
        client, s, said("a", SECRET, manner="whisper", to=["you"]), said("b", "The ferryman? I never met him."),
        {"do": "remember", "gist": "The ferryman drowned.", "by": ["a"]},
    )  # fmt: skip
    for lens in LENSES:
        found = texts(await recall(client, s, "the ferryman drowned", *lens, k=50))
        assert (SECRET in found) == (set(lens) <= {"you", "a"})
        assert ("The ferryman drowned." in found) == (set(lens) <= {"a"})
        assert "The ferryman? I never met him." in found


async def test_it_is_as_of_a_seq_and_on_a_branch(client: Client) -> None:
    s = await story(client)
    [first] = await append(client, s, said("a", "The boat is red."))
    later = await append(client, s, said("b", "The boat is blue."), said("b", "So blue a boat."))
    assert texts(await recall(client, s, "boat", at=first["seq"])) == ["The boat is red."]
    rounded = await client.call("recall", story=s, lens=[], query="boat", at=later[0]["seq"])
    assert (rounded["at"], texts(rounded["memories"])) == (first["seq"], ["The boat is red."])
    made = await client.call("rewind", story=s, to=first["seq"])
    await append(client, s, said("b", "The boat is gone."))
    assert set(texts(await recall(client, s, "boat"))) == {"The boat is red.", "The boat is gone."}
    there = await recall(client, s, "boat", branch=made["undo"])
    assert set(texts(there)) == {"The boat is red.", "The boat is blue.", "So blue a boat."}


async def test_so_many_are_so_many(client: Client) -> None:
    s = await story(client)
    await append(client, s, *[said("a", f"Boat number {n}.") for n in range(30)])
    assert len(await recall(client, s, "boat")) == 10
    assert len(await recall(client, s, "boat", k=3)) == 3
    assert len(await recall(client, s, "boat", k=200)) == 30
    assert await recall(client, s, "") == await recall(client, s, "submarine") == []


async def test_what_makes_no_sense_is_refused(client: Client) -> None:
    s = await story(client)
    for params, code in (
        ({"story": "s999", "lens": [], "query": "boat"}, NOT_FOUND),
        ({"story": s, "lens": [], "query": "boat", "branch": "b999"}, NOT_FOUND),
        ({"story": s, "lens": ["c"], "query": "boat"}, INVALID_PARAMS),
        ({"story": s, "lens": [], "query": "boat", "kinds": ["dream"]}, INVALID_PARAMS),
        ({"story": s, "lens": [], "query": "boat", "k": 0}, INVALID_PARAMS),
        ({"story": s, "lens": []}, INVALID_PARAMS),
    ):
        with pytest.raises(Refused) as refused:
            await client.call_unchecked("recall", params)
        assert refused.value.code == code
    for odd in ('"', "boat* OR NEAR(", "~", "a" * 10_000, "雨"):
        assert await recall(client, s, odd) == []


# what comes to mind


def told(prompt: dict[str, Any]) -> str:
    """What comes to mind in a prompt."""
    return "\n".join(x["text"] for x in prompt["sections"] if x["name"] == "memories")


FILLER = "The rain goes on and on over the roofs, and nobody at all has anything to say of it. " * 5


async def test_what_the_last_line_is_about_comes_to_a_speaker_s_mind_from_long_ago(client: Client) -> None:
    s = await story(client)
    await append(client, s, said("a", "My brother sold the boat to a miller."), said("a", SECRET, manner="thought"))
    await append(client, s, *[said("you", f"{n}: {FILLER}") for n in range(80)])
    await append(client, s, said("you", "Tell me about the boat and the ferryman, Mara."))
    own = await look(client, s, "prompt", speaker="a")
    assert "You said: My brother sold the boat" in told(own)
    assert SECRET in told(own)
    others = await look(client, s, "prompt", speaker="b")
    assert "Mara said: My brother sold the boat" in told(others)
    assert "ferryman drowned" not in str(others)
    assert own["tokens"] <= own["budget"]


async def test_what_the_transcript_tells_anyway_is_not_told_twice(client: Client) -> None:
    s = await story(client)
    [line] = await append(client, s, said("a", "My brother sold the boat to a miller."))
    await append(
        client, s, {"do": "remember", "gist": "I told them of the boat.", "by": ["a"], "from": [line["seq"]]},
        {"do": "remember", "gist": "The boat leaked.", "by": ["a"]}, said("you", "What of the boat?"),
    )  # fmt: skip
    assert told(await look(client, s, "prompt", speaker="a")) == "What comes to mind:\n- The boat leaked."


async def test_what_is_hardly_asked_about_does_not_come_to_mind_at_every_turn(client: Client, model: Endpoint) -> None:
    s = await story(client)
    await client.call("stream", story=s)
    asked_about, beside = (
        "The boat leaked like a basket, and we bailed all night.",
        "A miller bought a boat for his son.",
    )
    made = await append(client, s, *({"do": "remember", "gist": gist, "by": ["a"]} for gist in (asked_about, beside)))
    at_turns = []
    for n in range(5):
        await play(client, s, f"{n}: Did that boat leak through the night, Mara?", speaker="a")
        [called] = [e for e in client.events() if e["kind"] == "model.called"][-1:]
        recalled = called["data"].get("recalled", [])
        at_turns.append([x["seq"] in recalled for x in made])
        assert [gist in str(model.requests[-1]) for gist in (asked_about, beside)] == at_turns[-1], "the record is true"
    assert at_turns[0] == [True, True]
    assert all(it_came for it_came, _ in at_turns)
    assert not all(it_came for _, it_came in at_turns)


async def test_nothing_comes_to_the_mind_of_a_narrator_with_whom_nobody_shares_anything(
    client: Client, model: Endpoint
) -> None:
    s = await story(client, [c for c in INN if c["do"] != "open_scene"])
    await client.call("stream", story=s)
    await append(client, s, {"do": "remember", "gist": SECRET, "by": ["a"]})
    await play(client, s, "What of the ferryman who drowned?", mode="narrate")
    assert SECRET not in str(model.requests[-1])


async def test_a_turn_is_remembered_and_recalled(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: '"I swear it, Sam: I never betrayed your brother, and I will not leave him."'
    s = await story(client)
    await client.call("stream", story=s)
    await play(client, s, "Mara, swear that you love him!", speaker="a")
    [kept] = await recall(client, s, "betrayed", "a", kinds=["episode"])
    assert "Mara never betrayed Sam's brother" in kept["text"]
    assert kept["witnesses"] == ["you", "a", "b"]
    assert kept in await recall(client, s, "betrayed", "b", kinds=["episode"])
