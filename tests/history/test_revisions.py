"""Telling a line in other words, over the socket with a scripted model and reading on."""

import asyncio
from typing import Any

import pytest

from protocol.errors import CONFLICT, INVALID_PARAMS, NOT_FOUND
from tests.summaries.rig import history
from tests.support.scripted_model import Body, Endpoint
from tests.support.small_cast import INN, key, lines, look, play, remembered, said, say, shown, streamed, texts
from tests.support.wire_client import Client, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

READING = "wait"
"""The module's daemon has prose read, and waits for it."""


def reads(body: Body) -> dict[str, Any]:
    """Whoever takes the key has it; a promise is worth remembering."""
    words = body["messages"][-1]["content"]
    took = [{"do": "put", "n": 1, "who": "you", "it": "key"}] if "takes the key" in words else []
    return {"changes": took, "minds": [], "matters": 9}


async def told(c: Client, s: str) -> str:
    """All that every lens is shown, as one text."""
    return str(await shown(c, s))


async def until_remembered(c: Client, s: str) -> list[str]:
    """The memories, once there are any."""
    async with asyncio.timeout(20):
        while not (found := await remembered(c, s)):
            await asyncio.sleep(0.01)
    return found


async def test_what_derived_from_a_line_goes_and_is_read_and_remembered_anew(client: Client, model: Endpoint) -> None:
    model.prose, model.reading = (lambda body: "I promise to wait, Sam."), reads
    s = await streamed(client)
    await play(client, s, "*takes the key* I promise you the saffron.")
    await play(client, s, "What now?", mode="silent")
    assert await key(client, s) == {"entity": "you"}
    assert any("saffron" in text for text in await until_remembered(client, s))
    mine = (await lines(client, s))[0]
    done = await client.call("revise", story=s, line=mine["line"], text="*leaves the key* I promise you the walnut.")
    assert done["line"] == mine["line"]
    assert await key(client, s) == {"container": "inn"}, "what derived from it goes at once"
    assert "saffron" not in str(await remembered(client, s))
    assert any("walnut" in text for text in await until_remembered(client, s))
    assert await key(client, s) == {"container": "inn"}
    now = await texts(client, s)
    assert now[0].startswith("leaves the key") and "walnut" in now[0]
    assert now[1:] == ["I promise to wait, Sam.", "What now?"], "what follows stays"
    assert "saffron" not in await told(client, s)
    assert "saffron" not in str(await look(client, s, "prompt", speaker="a"))
    assert "saffron" not in str(await client.call("recall", story=s, lens=[], query="saffron promise"))
    assert "walnut" in str(await client.call("recall", story=s, lens=["a"], query="walnut"))


async def test_what_a_line_says_now_is_what_happens_now(client: Client, model: Endpoint) -> None:
    model.prose, model.reading = (lambda body: "Well."), reads
    s = await streamed(client)
    await play(client, s, "*leaves the key*")
    mine = (await lines(client, s))[0]
    for text, where in (("takes the key", {"entity": "you"}), ("leaves the key", {"container": "inn"})) * 2:
        await client.call("revise", story=s, line=mine["line"], text=text)
        async with asyncio.timeout(20):
            while await key(client, s) != where:
                await asyncio.sleep(0.01)
    assert len(await remembered(client, s)) <= 1


async def test_as_a_fork_what_follows_stays_on_the_branch_that_is_left(client: Client, model: Endpoint) -> None:
    model.prose, model.reading = (lambda body: "So be it."), reads
    s = await streamed(client)
    await play(client, s, "*takes the key*")
    root = (await client.call("branches", story=s))["branches"][0]["branch"]
    mine = (await lines(client, s))[0]
    done = await client.call("revise", story=s, line=mine["line"], text="I leave it there.", mode="fork")
    assert done["branch"] != root and done["line"] != mine["line"]
    assert await texts(client, s) == ["I leave it there."]
    assert await key(client, s) == {"container": "inn"}
    assert await texts(client, s, branch=root) == ["takes the key", "So be it."]
    assert await key(client, s, branch=root) == {"entity": "you"}
    await play(client, s, None)
    assert await texts(client, s) == ["I leave it there.", "So be it."]


async def test_each_part_of_a_line_has_its_own_words_and_witnesses(client: Client, model: Endpoint) -> None:
    model.prose, model.reading = (lambda body: '*She nods.* `The saffron!` "Come in."'), (lambda body: {"changes": []})
    s = await streamed(client)
    await play(client, s)
    reply = (await lines(client, s))[-1]
    revised = '*She shrugs.* `The walnut!` "Go away."'
    await client.call("revise", story=s, line=reply["line"], text=revised)
    (now,) = [x for x in await lines(client, s) if x["line"] == reply["line"]]
    assert [p["text"] for p in now["parts"]] == ["She shrugs.", "The walnut!", '"Go away."']
    assert [p["witnesses"] for p in now["parts"]] == [p["witnesses"] for p in reply["parts"]]
    (seen,) = [x for x in await lines(client, s, lens=["you"]) if x["line"] == reply["line"]]
    assert "walnut" not in seen["text"]
    plain = (await lines(client, s))[0]
    with pytest.raises(Refused) as refused:
        await client.call("revise", story=s, line=reply["line"], text='*She nods.* `One.` "Two." `Three.`')
    assert refused.value.code == INVALID_PARAMS and "fork" in refused.value.message
    model.prose = lambda body: '"And stay away."'
    await play(client, s, None, mode="continue")
    last = (await lines(client, s))[-1]
    assert [p["text"] for p in last["parts"]] == ["She shrugs.", "The walnut!", '"Go away."', '"And stay away."']
    *_, asked = (p for p in model.prompts() if "You are Mara" in p)
    assert "saffron" not in asked and "walnut" in asked and plain["text"] in asked


async def test_a_line_on_an_older_page_has_its_new_words_there(client: Client) -> None:
    s = await streamed(client)
    first = (await say(client, s, "Old words."))["events"][0]["data"]["line"]
    await client.call("append", story=s, commands=[said("you", f"Line {n}") for n in range(20)])
    await client.call("revise", story=s, line=first, text="New words.")
    latest = await look(client, s, "transcript", limit=5)
    assert [x["text"] for x in latest["lines"]] == [f"Line {n}" for n in range(15, 20)]
    page = await look(client, s, "transcript", limit=20, before=latest["lines"][0]["seq"])
    assert [x["text"] for x in page["lines"]] == ["New words.", *(f"Line {n}" for n in range(15))]
    assert [x["text"] for x in (await look(client, s, "transcript", limit=1, after=0))["lines"]] == ["New words."]


async def test_a_scene_that_was_summed_up_is_summed_up_anew(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: "Saffron." if "saffron" in str(body["messages"]) else "Walnut."
    s = await streamed(client)
    line = (await say(client, s, "It was the saffron."))["events"][0]["data"]["line"]
    await client.call("append", story=s, commands=[{"do": "close_scene"}])

    async def summed(text: str) -> None:
        async with asyncio.timeout(20):
            while await remembered(client, s) != [text] * 3:
                await asyncio.sleep(0.01)

    await summed("Saffron.")
    await client.call("revise", story=s, line=line, text="It was the walnut.")
    await summed("Walnut.")


async def test_what_is_being_read_is_not_read_of_words_that_are_no_more(client: Client, model: Endpoint) -> None:
    """Whoever revises a line while the model reads it gets nothing of the old words."""
    s = await streamed(client, [*INN, {"do": "move", "who": "b", "container": "cellar"}])
    read = asyncio.Event()

    def reading(body: Body) -> Any:
        read.set()
        return reads(body)

    model.prose, model.reading, model.delay = (lambda body: "Well."), reading, 0.0
    turn = (await client.call("play", story=s, text="*takes the key*", speaker="a"))["turn"]
    model.delay = 0.2
    await read.wait()
    mine = (await lines(client, s))[0]
    await client.call("revise", story=s, line=mine["line"], text="looks away")
    await client.until(turn)
    assert await key(client, s) == {"container": "inn"}
    model.delay = 0.0


async def test_what_cannot_be_revised_says_so(client: Client) -> None:
    s = await streamed(client)
    line = (await say(client, s, "Words."))["events"][0]
    await say(client, s, "More.")
    for more, code in (
        ({"line": "l99"}, NOT_FOUND),
        ({"line": line["data"]["line"], "expected": line["seq"]}, CONFLICT),
    ):
        with pytest.raises(Refused) as refused:
            await client.call("revise", story=s, text="Other.", **more)
        assert refused.value.code == code
    await client.call("delete", story=s, targets=[line["seq"]])
    with pytest.raises(Refused) as gone:
        await client.call("revise", story=s, line=line["data"]["line"], text="Other.")
    assert gone.value.code == NOT_FOUND
    assert await texts(client, s) == ["More."]


async def test_what_a_line_plainly_does_stays_done_while_its_words_say_so(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    await play(client, s, "*goes to the cellar* Anybody?", mode="silent")
    line = (await lines(client, s))[0]["line"]

    async def where() -> str:
        return str((await look(client, s, "entity", entity="you"))["container"])

    for text, room in (("*goes to the cellar* Hello?", "cellar"), ("*stays* Hello?", "inn")):
        await client.call("revise", story=s, line=line, text=text, mode="in_place")
        assert await where() == room, text
    await client.call("revise", story=s, line=line, text="*walks to the cellar* Hello?", mode="fork")
    assert await where() == "cellar"


async def test_whose_coming_was_taken_out_has_nothing_revised_as_a_fork(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: "Good evening, Sam."
    s = await streamed(client)
    await play(client, s, "Mara?", speaker="a")
    reply = (await lines(client, s))[-1]
    events = await history(client, s)
    came = next(e["seq"] for e in events if e["kind"] == "entity.added" and e["data"]["entity"] == "a")
    spoke = next(e["seq"] for e in events if e["kind"] == "line.said")
    await client.call("delete", story=s, targets=[e["seq"] for e in events if came <= e["seq"] < spoke])
    with pytest.raises(Refused) as refused:
        await client.call("revise", story=s, line=reply["line"], text="Go away.", mode="fork")
    assert refused.value.code == NOT_FOUND
