"""Replies of a model that is given a script to continue, over the socket: what it is asked, and what is kept of it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import config
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import INN, lines, look, play, streamed
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

SILENCE = 'form = "script"\n'
"""The module's daemon has its model continue scripts."""


def answering(*texts: str) -> Any:
    """What the model writes, one text a call; the last one again and again."""
    left: Iterator[str] = iter(texts)
    return lambda body: next(left, texts[-1])


async def explained(c: Client, s: str) -> dict[str, Any]:
    return await c.call("explain", story=s, line=(await lines(c, s))[-1]["line"])


async def test_what_is_sent_is_what_the_view_shows_and_what_explain_builds_again(
    client: Client, model: Endpoint
) -> None:
    s = await streamed(client)
    model.prose = answering(" Good evening, Sam. It is late.")
    await play(client, s, "Good evening, Mara.")
    (sent,) = model.requests
    script = sent["prompt"]
    assert script.startswith("Mara and Sam and Oren") or "Mara, Sam and Oren" in script
    assert script.endswith("Sam: Good evening, Mara.\nMara:")
    assert (sent["stop"], "messages" in sent, sent["stream"]) == (["\n"], False, True)
    told = await explained(client, s)
    assert (told["exact"], told["reason"]) == (True, "")
    assert told["messages"] == [{"role": "script", "content": script}]
    assert (await lines(client, s))[-1]["text"] == "Good evening, Sam. It is late."
    shown = await look(client, s, "prompt", speaker="a")
    assert [x["role"] for x in shown["messages"]] == ["script"]
    assert shown["messages"][0]["content"].endswith("Mara: Good evening, Sam. It is late.\nMara:")


async def test_nothing_is_pressed_to_a_model_that_would_recite_it(client: Client, model: Endpoint) -> None:
    s = await streamed(client, [*INN, {"do": "change_entity", "entity": "a", "goals": ["to sell the zibeline"]}])
    model.prose = answering("It rains still.", "The fire is low.", "Sit down, Sam.", "The night is long.")
    for _ in range(4):
        await play(client, s, "I nod.")
    assert not [r for r in model.requests if "zibeline" in r["prompt"]]
    assert not [e for e in client.events() if e["kind"] == "story.pressed"]


async def test_only_whole_sentences_become_the_line(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    model.prose = answering("Sit down. The stew is hot. Eat! And then we shall")
    await play(client, s, "Mara, I am hungry.")
    last = (await lines(client, s))[-1]
    assert (last["text"], last.get("cut", False)) == ("Sit down. The stew is hot. Eat!", False)


async def test_where_nothing_of_its_own_comes_it_is_asked_again_with_another_seed(
    client: Client, model: Endpoint
) -> None:
    s = await streamed(client)
    model.prose = answering("I am Sam.", "", "Yes?")
    await play(client, s, "Mara, who are you?", params={"seed": 5})
    assert (await lines(client, s))[-1]["text"] == "Yes?"
    assert [r["seed"] for r in model.requests] == [5, 6, 7]
    assert len({r["prompt"] for r in model.requests}) == 1
    model.prose = answering("I am Oren.")
    _, notes = await play(client, s, "Mara, once more?")
    assert notes[-1].params["phase"] == "failed"
    assert len(model.requests) == 6


async def test_a_reply_that_breaks_off_keeps_its_whole_sentences(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    model.prose, model.fault = answering("Sit down. The stew is hot and the night is long"), "break_off"
    await play(client, s, "Mara, good evening.")
    last = (await lines(client, s))[-1]
    assert (last["text"], last["cut"]) == ("Sit down.", True)
    assert len(model.requests) == 1


async def test_a_line_is_explained_in_the_form_that_it_was_asked_for(home: Any, model: Endpoint) -> None:
    as_script = config(model.url, SILENCE)
    async with Daemon(home, as_script) as daemon:
        async with daemon.unix() as c:
            s = await streamed(c)
            await play(c, s, "Mara, good evening.")
            before = await explained(c, s)
        daemon.config = as_script.replace("script", "chat")
        await daemon.restart()
        async with daemon.unix() as c:
            assert await explained(c, s) == before
            assert (await look(c, s, "prompt"))["messages"][0]["role"] == "system"
    assert before["exact"] and before["messages"][0]["role"] == "script"


async def test_a_line_that_goes_on_is_the_end_of_the_script(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    model.prose = answering("Sit down.", " There is stew.")
    await play(client, s, "Mara, good evening.")
    await play(client, s, None, mode="continue")
    assert model.requests[-1]["prompt"].endswith("\nMara: Sit down.")
    assert (await lines(client, s))[-1]["text"].split() == ["Sit", "down.", "There", "is", "stew."]
