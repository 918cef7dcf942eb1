"""One evening over the socket: out and back, alone, narration, a jump. Each line has a scene and a witness, and what is
over is summed up for each who perceived it."""

from typing import Any

import pytest

from protocol.ids import ENTITIES
from tests.summaries.rig import JUMP, append, asked, done, kept, sections
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import INN, lines, look, play, said, streamed
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def scene(c: Client, s: str, *lens: str) -> Any:
    """Where the scene is that a lens knows to be on."""
    return (await look(c, s, "scene", lens=list(lens)))["container"]


async def test_an_evening_out_and_back_alone_and_after_a_night(client: Client, writer: Endpoint) -> None:
    s = await streamed(client, INN[:-1])
    await play(client, s, "Evening.")
    assert [await scene(client, s, *lens) for lens in ((), ("a",))] == ["inn", "inn"]
    await play(client, s, "*goes to the cellar* So dark.")
    assert [await scene(client, s, *lens) for lens in ((), ("you",), ("a",))] == ["cellar", "cellar", "inn"]
    alone = (await lines(client, s))[-1]
    assert (alone["who"], alone["witnesses"]) == (None, ["you"]), "the narrator answers who is alone"
    await play(client, s, None, mode="narrate")
    await play(client, s, "Something drips.", manner="narration", mode="silent")
    await play(client, s, None, speaker="a")
    assert (await lines(client, s))[-1]["witnesses"] == ["a", "b"], "those who stayed have a moment of their own"
    await play(client, s, "Hm.", mode="silent")
    await play(client, s, "*goes to The Slow Lantern* Brr.")
    assert await scene(client, s) == "inn"
    await done(client, s)
    assert [len(await kept(client, s, who)) for who in ENTITIES] == [1, 0, 0], "the scene in the inn goes on"
    await append(client, s, JUMP)
    await play(client, s, "Morning.")
    await done(client, s)
    told = await lines(client, s)
    assert all(x["scene"] and x["witnesses"] for x in told)
    scenes = list(dict.fromkeys(x["scene"] for x in told))
    assert [x["scene"] for x in told if x["text"] in ("Evening.", "Something drips.", "Morning.")] == scenes
    past = {who: {seq for x in await kept(client, s, who) for seq in x["from"]} for who in ENTITIES}
    open_ = [p["seq"] for x in told for p in x["parts"] for e in p["witnesses"] if p["seq"] not in past[e]]
    assert set(open_) == {p["seq"] for x in told[-2:] for p in x["parts"]}, "all but the morning"
    [inn] = [x for x in asked(writer)["Mara remembers"] if "Evening." in x]
    assert "drips" not in inn and "Brr." in inn
    [below] = [x for x in asked(writer)["Sam remembers"] if "Something drips." in x]
    assert "The cellar" in below and "The Slow Lantern" not in below.partition("# The scene")[0], "where it was"
    now = await sections(client, s, "you")
    assert now["transcript"]["text"].index("Brr.") < now["transcript"]["text"].index("Morning."), "as it was told last"


async def test_lines_between_scenes_are_summed_up_with_the_scene_after_them(client: Client, writer: Endpoint) -> None:
    s = await streamed(client, INN[:-1])
    await append(client, s, said("a", "An obsidian evening."), said("b", "Hm.", manner="thought"))
    await play(client, s, "Evening.")
    await append(client, s, {"do": "close_scene"})
    await done(client, s)
    assert "obsidian" in asked(writer)["Sam remembers"][0]
    now = await sections(client, s, "a")
    assert set(now["transcript"]["from"]) <= set(now["past"]["from"]), "no line is never summed up"


async def test_a_scene_that_was_left_and_gone_back_to_is_one_in_every_view(client: Client, writer: Endpoint) -> None:
    s = await streamed(client, INN[:-1])
    for text in ("Evening.", "*goes to the cellar* Dark.", "Hm.", "*goes to The Slow Lantern* Brr."):
        await play(client, s, text, mode="silent")
    told = await lines(client, s)
    inn, cellar = told[0]["scene"], told[-2]["scene"]
    assert told[-1]["scene"] == inn, "who comes is told of where they come to"
    entries = (await look(client, s, "timeline"))["entries"]
    assert [x["text"] for x in entries if x["entry"] == "scene"] == [
        "in the Slow Lantern", "in the cellar", "over, in the cellar", "back in the Slow Lantern",
    ]  # fmt: skip
    assert inn != cellar
    text = (await sections(client, s, "you"))["transcript"]["text"]
    assert text.index("Dark.") < text.index("Brr.")
    shown = (await look(client, s, "prompt", speaker="a"))["messages"]
    assert "(A new scene begins.)" not in str(shown), "she never left"


async def test_a_line_during_which_one_goes_is_summed_up_in_both_scenes(client: Client, writer: Endpoint) -> None:
    s = await streamed(client, INN[:-1])
    for text in ("Evening.", "*goes to the cellar* Dark.", "Nothing here. *goes back to The Slow Lantern* Found it."):
        await play(client, s, text, mode="silent")
    await append(client, s, {"do": "close_scene"})
    await done(client, s)
    below, above = sorted(asked(writer)["Sam remembers"], key=lambda x: "The Slow Lantern" in x)
    assert "Nothing here." in below and "Found it." not in below
    assert "Found it." in above and "Nothing here." not in above
    past = {seq for x in await kept(client, s, "you") for seq in x["from"]}
    assert {p["seq"] for x in await lines(client, s, lens=["you"]) for p in x["parts"]} <= past
