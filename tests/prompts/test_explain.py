"""`explain` over the socket: the prompt that made a line, to the byte, and what its speaker was not told."""

from typing import Any

import pytest

from protocol.errors import NOT_FOUND
from tests.conftest import config
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import INN, lines, play, said, story, streamed
from tests.support.wire_client import Client, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "the ferryman drowned"


async def explained(c: Client, s: str, line: str | None = None) -> dict[str, Any]:
    """What `explain` answers about a line, by default the last one."""
    return await c.call("explain", story=s, line=line or (await lines(c, s))[-1]["line"])


def withheld(result: dict[str, Any], sort: str) -> str:
    return "\n".join(w["text"] for w in result["withheld"] if w["sort"] == sort)


async def test_the_prompt_is_built_anew_to_the_byte(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    for words in ("Is anyone awake?", "Mara, what of the boat?", "And you, Oren?"):
        await play(client, s, words)
    sent = [r["messages"] for r in model.requests]
    told = [await explained(client, s, x["line"]) for x in await lines(client, s) if x["who"] != "you"]
    assert [x["messages"] for x in told] == sent
    assert [(x["exact"], x["reason"]) for x in told] == [(True, "")] * len(sent)
    assert {x["model"] for x in told} == {"scripted"}
    last = told[-1]
    assert {"style", "identity", "transcript", "moment", "instruction"} <= {x["name"] for x in last["sections"]}
    of_lines = next(x for x in last["sections"] if x["name"] == "transcript")
    assert of_lines["from"] == [
        p["seq"] for x in (await lines(client, s))[:-1] for p in x["parts"] if p["manner"] != "thought"
    ]
    assert all(x["tokens"] > 0 and x["why"] for x in last["sections"])


async def test_a_restart_and_another_measure_change_nothing(home: Any, model: Endpoint) -> None:
    config_text = config(model.url, "context = 2048\nmax_tokens = 100\n")
    async with Daemon(home, config_text) as daemon:
        async with daemon.unix() as c:
            s = await streamed(c)
            for n in range(4):
                await play(c, s, f"{n}: " + "and then it rained on the ferry " * 60)
            before = await explained(c, s)
        daemon.config = config_text.replace("2048", "8192")
        await daemon.restart()
        async with daemon.unix() as c:
            assert await explained(c, s) == before
    assert before["exact"]


async def test_what_the_speaker_did_not_witness_is_withheld_in_words(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    commands: list[dict[str, Any]] = [
        said("b", SECRET, manner="thought"),
        {"do": "feel", "from": "b", "to": "a", "trust": -2, "note": "she knows"},
        {"do": "remember", "gist": "Oren saw the boat burn.", "by": ["b"]},
        {"do": "change_entity", "entity": "b", "mood": "afraid", "identity": {"personality": "sly"}},
        {"do": "move", "who": "a", "container": "cellar"},
        {"do": "take", "who": "b", "prop": "key"},
        {"do": "move", "who": "a", "container": "inn"},
        {"do": "add_lore", "keys": ["boat"], "text": "The boat was stolen.", "lens": ["b"]},
    ]
    events = (await client.call("append", story=s, commands=commands))["events"]
    await play(client, s, "Well?", speaker="a")
    told = await explained(client, s)
    assert told["lens"] == ["a"] and told["exact"]
    [line] = [w for w in told["withheld"] if w["sort"] == "line"]
    assert line["text"] == f"Oren (thought): {SECRET}"
    assert line["from"] == [e["seq"] for e in events if e["kind"] == "line.said"]
    assert "Oren toward Mara: warmth 0, trust -2, tension 0 (she knows)" in withheld(told, "feeling")
    assert withheld(told, "memory") == "Oren (episode): Oren saw the boat burn."
    assert "mood: afraid" in withheld(told, "mind") and "personality: sly" in withheld(told, "mind")
    assert withheld(told, "lore") == "The boat was stolen."
    assert not withheld(told, "thing"), "she saw on coming back who holds the key"
    assert SECRET not in "".join(x["text"] for x in told["sections"])
    for_oren = await explained(client, s, await _reply(client, s, "b"))
    assert SECRET not in withheld(for_oren, "line") and "Mara" in withheld(for_oren, "mind")


async def test_where_a_thing_is_believed_to_be(client: Client, model: Endpoint) -> None:
    s = await streamed(client, [*INN, {"do": "add_prop", "prop": "box", "name": "the box", "in": {"container": "inn"}}])
    await client.call("append", story=s, commands=[
        {"do": "move", "who": "a", "container": "cellar"},
        {"do": "hide", "who": "b", "prop": "key", "in": {"prop": "box"}},
        {"do": "add_prop", "prop": "coin", "name": "a coin", "in": {"container": "inn"}},
    ])  # fmt: skip
    told = await explained(client, s, await _reply(client, s, "a"))
    assert "the key: in the box; believed in the Slow Lantern" in withheld(told, "thing")
    assert "a coin: in the Slow Lantern; not known of" in withheld(told, "thing")


async def test_a_line_that_nobody_made_has_no_prompt(client: Client, model: Endpoint) -> None:
    s = await story(client)
    line = (await client.call("append", story=s, commands=[said("a", "Hm.")]))["events"][0]["data"]["line"]
    for asked, why in ((line, "no model wrote"), ("l999", "there is no line")):
        with pytest.raises(Refused, match=why) as refused:
            await client.call("explain", story=s, line=asked)
        assert refused.value.code == NOT_FOUND


async def test_a_take_with_a_note_is_explained_also_where_something_was_taken_away_since(
    client: Client, model: Endpoint
) -> None:
    s = await streamed(client)
    await play(client, s, "Is the cellar dry?")
    await play(client, s, "And the roof?")
    asked = (await lines(client, s))[0]["parts"][0]["seq"]
    taken = await client.call("retake", story=s, note="Let her be evasive.")
    await client.until(taken["turn"])
    told = await explained(client, s)
    assert told["exact"] and "Let her be evasive." in "".join(x["text"] for x in told["sections"])
    await client.call("delete", story=s, targets=[asked])
    assert (await explained(client, s))["exact"], "it was there when the line was written"
    await client.call("purge", story=s, targets=[asked], confirm=True)
    told = await explained(client, s)
    assert not told["exact"] and "purged" in told["reason"]
    assert "dry" not in "".join(x["text"] for x in told["sections"])


async def _reply(c: Client, s: str, who: str) -> str:
    """The line with which somebody answers."""
    await play(c, s, "And?", speaker=who)
    return str((await lines(c, s))[-1]["line"])
