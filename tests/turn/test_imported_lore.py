"""What models are told of an imported lorebook: what comes up, to those who know it alone, and the same once more."""

import json

import pytest

from tests.files.test_files import packed
from tests.support.lorebooks import book
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import lines, look, play, story
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHANCES = {"entries": {str(n): {"key": ["storm"], "content": f"Sign {n}.", "probability": 50} for n in range(12)}}


async def test_an_entry_comes_up_for_those_who_know_it_and_says_why(client: Client, model: Endpoint) -> None:
    s = await story(client)
    await client.call("import", data=packed(book("v2")), story=s, lens=["a"])
    await client.call("import", data=packed(CHANCES), story=s)
    await client.call("stream", story=s)
    model.prose = lambda body: "Well."
    told = {}
    for speaker in ("a", "b"):
        model.requests.clear()
        await play(client, s, "A storm over the lighthouse.", speaker=speaker)
        told[speaker] = next(
            p for r, p in zip(model.requests, model.prompts(), strict=True) if not r.get("response_format")
        )
    assert told["a"].count("The lighthouse is kept by the Order.") == told["a"].count("The Order hides a map.") == 1
    assert "lighthouse is kept" not in told["b"] and "hides a map" not in told["b"]
    signs = [{n for n in range(12) if f"Sign {n}." in told[x]} for x in ("a", "b")]
    assert 0 < len(signs[0]) < 12 and signs[0] != signs[1]
    said = [x for x in await lines(client, s) if x["who"] in ("a", "b")]
    for line, drawn in zip(said, signs, strict=True):
        why = await client.call("explain", story=s, line=line["line"])
        assert why["exact"], why["reason"]
        [lore] = [x for x in why["sections"] if x["name"] == "lore"]
        assert {n for n in range(12) if f"Sign {n}." in lore["text"]} == drawn
        reasons = "Lighthouse: “lighthouse”; " in lore["why"] and "“Order” with “Order” in the text" in lore["why"]
        assert reasons == (line["who"] == "a")
    withheld = [x["text"] for x in (await client.call("explain", story=s, line=said[1]["line"]))["withheld"]]
    assert "The Order hides a map." in withheld
    for lens, found in ((["a"], 1), (["b"], 0)):
        recalled = await client.call("recall", story=s, lens=lens, query="lighthouse", kinds=["lore"])
        assert len(recalled["memories"]) == found


async def test_a_purge_of_an_entry_takes_the_file_along(daemon: Daemon, client: Client) -> None:
    whole = json.loads(json.dumps(book("v2")).replace("hides a map", "hides a zebra"))
    s = await story(client)
    await client.call("import", data=packed(whole), story=s)
    state = await look(client, s, "state")
    seq = next(state["sources"][f"lore.{id}"] for id, x in state["lore"].items() if "zebra" in x["text"])
    await client.call("purge", story=s, targets=[seq], confirm=True)
    left = b"".join(path.read_bytes() for path in (daemon.home / "store").iterdir())
    assert b"hides a zebra" not in left
    assert len((await look(client, s, "lore"))["lore"]) == 2
