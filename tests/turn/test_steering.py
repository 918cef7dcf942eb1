"""What the author asks for besides a reply (narration, a line for `you`, going on, stopping, a note, other words), and
each of these taken again, over the socket with a scripted model."""

import json
from typing import Any

import pytest

from tests.support.scripted_model import Endpoint
from tests.support.small_cast import LENSES, Slowly, lines, look, over, play, streamed, texts, until
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def retake(c: Client, s: str, **more: Any) -> None:
    """Takes the last reply again, to the end of the turn."""
    await over(c, (await c.call("retake", story=s, **more))["turn"])


async def told(c: Client, s: str, **more: Any) -> list[tuple[str | None, str]]:
    """Who says what."""
    return [(x["who"], x["text"]) for x in await lines(c, s, **more)]


async def takes(c: Client, s: str, line: str) -> list[str]:
    """The words of each take of a line."""
    return [t["text"] for t in (await c.call("takes", story=s, line=line))["takes"]]


def writes(model: Endpoint, text: str) -> None:
    model.prose = lambda body: text


def last_prompt(model: Endpoint) -> str:
    """What the model was told when it last wrote prose."""
    return [p for r, p in zip(model.requests, model.prompts(), strict=True) if not r.get("response_format")][-1]


@pytest.mark.parametrize(("mode", "who"), [("narrate", None), ("impersonate", "you")])
async def test_what_the_model_wrote_last_is_what_is_taken_again_and_gone_on_with(
    client: Client, model: Endpoint, mode: str, who: str | None
) -> None:
    """Also where it is no bot's: and the replies before it stay."""
    writes(model, "Welcome.")
    s = await streamed(client)
    await play(client, s, "Well?")
    before = await told(client, s)
    for text in ("Rain falls.", "Wind howls."):
        writes(model, text)
        await (play(client, s, None, mode=mode) if text[0] == "R" else retake(client, s))
        assert await told(client, s) == [*before, (who, text)]
    assert await takes(client, s, (await lines(client, s))[-1]["line"]) == ["Rain falls.", "Wind howls."]
    writes(model, "And on.")
    await play(client, s, None, mode="continue")
    assert await told(client, s) == [*before, (who, "Wind howls. And on.")]
    writes(model, "Oh.")
    await play(client, s, None)
    writes(model, "Ah.")
    await retake(client, s)
    assert [text for _, text in await told(client, s)] == ["Well?", "Welcome.", "Wind howls. And on.", "Ah."]


async def test_what_was_written_by_hand_is_no_reply(client: Client, model: Endpoint) -> None:
    writes(model, "Welcome.")
    s = await streamed(client)
    await play(client, s, "Well?")
    by_hand = [{"do": "say", "who": w, "text": "Hm.", "manner": m} for w, m in ((None, "narration"), ("you", "speech"))]
    await client.call("append", story=s, commands=by_hand)
    writes(model, "Come in.")
    await retake(client, s)
    assert [text for _, text in await told(client, s)] == ["Well?", "Come in."]


async def test_a_reply_that_was_stopped_and_gone_on_with_is_cut_no_more(client: Client, model: Endpoint) -> None:
    model.prose = slowly = Slowly("Well, ", "then ", "go.")
    s = await streamed(client)
    turn = (await client.call("play", story=s, text="Now?"))["turn"]
    slowly.go(2)
    await until(lambda: "then" in client.text(turn))
    assert (await client.call("stop", story=s))["kept"] == "Well, then"
    await over(client, turn)
    stopped = (await lines(client, s))[-1]
    assert (stopped["text"], stopped["cut"]) == ("Well, then", True)
    writes(model, "go home.")
    await play(client, s, None, mode="continue")
    whole = (await lines(client, s))[-1]
    assert (whole["line"], whole["text"], whole.get("cut", False)) == (stopped["line"], "Well, then go home.", False)
    writes(model, "Stay.")
    await retake(client, s)
    assert await texts(client, s) == ["Now?", "Stay."]
    assert await takes(client, s, whole["line"]) == ["Well, then go home.", "Stay."]
    await client.call("rewind", story=s, branch=(await branches(client, s))[0], to=whole["parts"][0]["seq"])
    back = (await lines(client, s))[-1]
    assert (back["text"], back["cut"]) == ("Well, then", True), "what it was gone on with can be gone back from"


async def branches(c: Client, s: str) -> list[str]:
    """All of them, the first one first."""
    return [b["branch"] for b in (await c.call("branches", story=s))["branches"]]


async def test_a_note_is_at_its_depth_in_the_prompt_and_in_no_mind(client: Client, model: Endpoint) -> None:
    takes = iter(range(99))
    model.prose = lambda body: f"Reply {next(takes)}."
    s = await streamed(client)
    for n in range(3):
        await play(client, s, f"Line {n}.")
    note = {"do": "note", "text": "Rather quixotic.", "depth": 2}
    set_ = (await client.call("append", story=s, commands=[note]))["events"][0]
    assert set_["witnesses"] == []
    await play(client, s, "Line 3.")
    prompt = last_prompt(model)
    assert prompt.count("quixotic") == 1
    assert prompt.index("Line 2.") < prompt.index("quixotic") < prompt.index("Reply 2.") < prompt.index("Line 3.")
    for lens in LENSES:
        views = ("scene", "world", "edges", "occasions", "threads", "transcript", "memories", "timeline")
        assert "quixotic" not in str([await look(client, s, v, lens=lens) for v in views])
        assert lens == [] or "quixotic" not in str(await look(client, s, "state", lens=lens))
        assert "quixotic" not in str((await client.call("recall", story=s, lens=lens, query="quixotic"))["memories"])
    await retake(client, s)
    assert "quixotic" in last_prompt(model)
    emptied = (await client.call("append", story=s, commands=[{"do": "note", "text": ""}]))["events"][0]
    await play(client, s, "Line 4.")
    assert "quixotic" not in last_prompt(model)
    await client.call("delete", story=s, targets=[emptied["seq"]])
    await play(client, s, "Line 5.")
    assert "quixotic" in last_prompt(model)
    await client.call("rewind", story=s, branch=(await branches(client, s))[0], to=set_["seq"] - 1)
    await play(client, s, "Line 6.")
    assert "quixotic" not in last_prompt(model)


async def test_a_line_is_edited_and_gone_on_from(client: Client, model: Endpoint) -> None:
    """As a fork: the reply is to the new words, and can be taken again; what followed the old ones stays."""
    takes_ = iter(range(99))
    model.prose = lambda body: f"Reply {next(takes_)}."
    s = await streamed(client)
    await play(client, s, "The old road?")
    mine = (await lines(client, s))[0]
    edited = await client.call("revise", story=s, line=mine["line"], text="The new road?", mode="fork")
    assert await texts(client, s) == ["The new road?"]
    model.requests.clear()
    await play(client, s, None)
    await retake(client, s)
    assert await texts(client, s) == ["The new road?", "Reply 2."]
    assert await takes(client, s, (await lines(client, s))[-1]["line"]) == ["Reply 1.", "Reply 2."]
    assert "The old road" not in json.dumps(model.requests)
    root, *_ = await branches(client, s)
    assert edited["branch"] != root
    assert await texts(client, s, branch=root) == ["The old road?", "Reply 0."]
