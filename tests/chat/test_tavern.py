"""A story played from SillyTavern, by a scripted copy of it: what each of its buttons comes to here."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import INN, Slowly, lines, look, said, story, texts
from tests.support.tavern import ONLY_AS, NotServed, Said, Tavern
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

TWO: list[dict[str, Any]] = [
    *(c for c in INN[:-1] if "b" not in (c.get("entity"), c.get("who"))),
    {"do": "open_scene", "container": "inn", "present": ["you", "a"]},
]
"""Sam and Mara in the inn."""

COUNT = itertools.count(1)


def reply(body: Any) -> str:
    """A reply of two paragraphs that no other is like, with a thought."""
    number = next(COUNT)
    return f'*She counts to {number}.* "Number {number}, sir." `Secret {number}.`\n\n"As you wish, {number}."'


@pytest.fixture
def counting(model: Endpoint) -> Iterator[Endpoint]:
    model.prose = reply
    yield model


@pytest_asyncio.fixture(loop_scope="module")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest_asyncio.fixture(loop_scope="module")
async def s(client: Client) -> str:
    return await story(client, TWO)


@pytest.fixture
def tavern(daemon: Daemon, http: aiohttp.ClientSession, s: str, counting: Endpoint) -> Tavern:
    return Tavern(http, daemon.ready["http"], daemon.token, f"fabula/{s}")


async def branches(c: Client, s: str) -> list[tuple[str, bool]]:
    """The kind of each branch, and whether it is the current one."""
    return [(b["kind"], b["current"]) for b in (await c.call("branches", story=s))["branches"]]


async def shown(c: Client, s: str) -> list[str]:
    """The lines of the current branch as the player perceives them, as a frontend is sent them."""
    found = await lines(c, s, lens=["you"])
    return ["".join(p.get("raw") or p["text"] for p in line["parts"]).strip() for line in found]


async def agree(c: Client, s: str, t: Tavern) -> None:
    """Checks that the story and the chat hold the same."""
    assert [squeezed(x) for x in await shown(c, s)] == [squeezed(x.text) for x in t.chat]


def squeezed(text: str) -> str:
    return "".join(text.split())


async def test_messages_are_played_one_after_the_other(client: Client, s: str, tavern: Tavern) -> None:
    first = await tavern.send("Is there a room?")
    assert "sir" in first and "As you wish" in first and "Secret" not in first
    await tavern.send("*He drops his bag.* For a night?")
    assert tavern.did["did"] == "play" and not tavern.did["went_back"]
    await agree(client, s, tavern)
    assert await branches(client, s) == [("root", True)]
    [_, _, typed, _] = await lines(client, s)
    assert [p["manner"] for p in typed["parts"]] == ["action", "speech"]


async def test_regenerate_and_swipe_are_takes_and_an_older_swipe_is_switched_to(
    client: Client, s: str, tavern: Tavern
) -> None:
    await tavern.send("Is there a room?")
    first = await tavern.regenerate()
    second = await tavern.swipe()
    assert tavern.did["did"] == "retake" and first != second
    assert await branches(client, s) == [("root", False), ("take", False), ("take", True)]
    await agree(client, s, tavern)
    tavern.chat[-1].shown = 0
    await tavern.send("And breakfast?")
    assert await branches(client, s) == [("root", False), ("take", True), ("take", False)]
    await agree(client, s, tavern)
    assert (await shown(client, s))[1].startswith(first[:20])


async def test_a_message_that_was_edited_is_played_instead(client: Client, s: str, tavern: Tavern) -> None:
    await tavern.send("Is there a room?")
    await tavern.send("For a night?")
    tavern.chat[2].text = "For a week?"
    await tavern.regenerate()
    assert tavern.did["went_back"]
    await agree(client, s, tavern)
    assert await branches(client, s) == [("root", False), ("rewind", True)]
    assert "For a night?" in await texts(client, s, branch=await first_branch(client, s))
    tavern.chat[2].text = "For a night?"  # as it was: that branch is still there
    await tavern.regenerate()
    assert tavern.did["did"] == "retake"
    await agree(client, s, tavern)


async def first_branch(c: Client, s: str) -> str:
    found: str = (await c.call("branches", story=s))["branches"][0]["branch"]
    return found


async def test_the_first_message_can_be_edited_too(client: Client, s: str, tavern: Tavern) -> None:
    await tavern.send("Is there a room?")
    tavern.chat[0].text = "Is there a stable?"
    await tavern.regenerate()
    await agree(client, s, tavern)
    assert await branches(client, s) == [("root", False), ("rewind", True)]


async def test_deleted_messages_are_gone_back_from(client: Client, s: str, tavern: Tavern) -> None:
    for text in ("Is there a room?", "For a night?", "And breakfast?"):
        await tavern.send(text)
    del tavern.chat[2:]
    await tavern.send("No, I walk on.")
    await agree(client, s, tavern)
    assert await branches(client, s) == [("root", False), ("rewind", True)]
    assert len(await texts(client, s, branch=await first_branch(client, s))) == 6, "nothing is lost"


async def test_a_reply_that_was_edited_is_parted_from_once(client: Client, s: str, tavern: Tavern) -> None:
    await tavern.send("Is there a room?")
    await tavern.send("For a night?")
    tavern.chat[1].text = "Mara shakes her head and slams the door."
    await tavern.send("What a house is this?")
    assert (await shown(client, s))[:2] == ["Is there a room?", "What a house is this?"]
    await tavern.send("I sleep in the hay, then.")
    await tavern.send("Good night.")
    assert not tavern.did["went_back"], "what the frontend alone has is passed over"
    said = [x for x in await shown(client, s) if "sir" not in x]
    assert said == ["Is there a room?", "What a house is this?", "I sleep in the hay, then.", "Good night."]
    assert "slams" not in " ".join(await texts(client, s)), "no history becomes a line"


async def test_the_last_reply_goes_on(client: Client, s: str, tavern: Tavern) -> None:
    await tavern.send("Is there a room?")
    more = await tavern.go_on()
    assert tavern.did["did"] == "continue" and more.startswith(" ")
    await agree(client, s, tavern)
    await tavern.send("Good.")
    assert tavern.did["did"] == "play"
    await agree(client, s, tavern)


async def test_what_goes_on_is_joined_as_it_is(client: Client, s: str, tavern: Tavern) -> None:
    tavern.streams = False
    await tavern.send("Is there a room?")
    assert (await tavern.go_on()).startswith(" ")
    await agree(client, s, tavern)


async def test_a_line_is_written_for_the_player_and_sent(client: Client, s: str, tavern: Tavern) -> None:
    await tavern.send("Is there a room?")
    written = await tavern.impersonate()
    assert tavern.did["did"] == "impersonate"
    assert [x["who"] for x in await lines(client, s)] == ["you", "a", "you"]
    await tavern.send(written)
    assert tavern.did["did"] == "answer"
    assert [x["who"] for x in await lines(client, s)] == ["you", "a", "you", "a"]
    written = await tavern.impersonate()
    await tavern.send("Something else.")
    await agree(client, s, tavern)


async def test_stop_keeps_what_was_written(client: Client, s: str, tavern: Tavern, model: Endpoint) -> None:
    slowly = Slowly('"One, sir."\n\n', '"Two, sir."\n\n', '"Three."')
    model.prose = slowly
    tavern.chat.append(Said(True, ["Count for me."]))
    heard = ""
    slowly.go(2)
    async with contextlib.aclosing(tavern.pieces()) as pieces:
        async for piece in pieces:
            heard += piece
            if "One" in heard:
                break
    await model.left()
    model.prose = reply
    tavern.chat.append(Said(False, [heard]))
    await tavern.send("Thank you.")
    found = await lines(client, s)
    assert found[1]["cut"] and [x["who"] for x in found] == ["you", "a", "you", "a"]
    assert not tavern.did["went_back"]
    assert not [x for x in (await client.call("status"))["warnings"] if "Gone" in x or "Reset" in x]


async def test_what_is_certain_comes_while_the_rest_is_written(tavern: Tavern, model: Endpoint) -> None:
    slowly = Slowly(
        '"Come in, sir." She smiles. ', "The fire is lit. ", "`He is late.` ", '"He lies," she thinks. "Sit."'
    )
    model.prose = slowly
    tavern.chat.append(Said(True, ["Good evening."]))
    slowly.go(2)
    heard = list[str]()
    async with contextlib.aclosing(tavern.pieces()) as pieces:
        async for piece in pieces:
            if piece and not any(heard):
                assert piece.startswith('"Come in, sir."'), "what comes next is not written yet"
                slowly.go(2)
            heard.append(piece)
    assert "".join(heard) == '"Come in, sir." She smiles. The fire is lit. she thinks. "Sit."'


async def test_another_is_told_busy_and_may_try_again(client: Client, s: str, tavern: Tavern, model: Endpoint) -> None:
    slowly = Slowly('"One, sir."')
    model.prose = slowly
    first = asyncio.create_task(tavern.send("Count for me."))
    await slowly.begun.wait()
    other = Tavern(tavern.http, tavern.url, tavern.token, tavern.model)
    with pytest.raises(NotServed) as refused:
        await other.send("Me too.")
    assert (refused.value.status, refused.value.error["code"], refused.value.retry) == (429, "busy", "1")
    slowly.go()
    assert await first == '"One, sir."'
    assert await texts(client, s) == ["Count for me.", '"One, sir."']


async def test_a_greeting_names_and_a_short_window_are_looked_past(client: Client, s: str, tavern: Tavern) -> None:
    tavern.chat.append(Said(False, ["*The door is open.* Come in!"]))  # of the card, not of the story
    tavern.names, tavern.window = True, 5
    for text in ("Is there a room?", "For a night?", "And breakfast?", "Good night."):
        await tavern.send(text)
    assert await branches(client, s) == [("root", True)]
    assert [x["text"] for x in await lines(client, s) if x["who"] == "you"] == [
        "Is there a room?", "For a night?", "And breakfast?", "Good night.",
    ]  # fmt: skip
    await tavern.regenerate()
    assert tavern.did["did"] == "retake"


async def test_a_failed_reply_is_asked_for_again(client: Client, s: str, tavern: Tavern, model: Endpoint) -> None:
    model.fault = "server_error"
    with pytest.raises(NotServed) as refused:
        await tavern.send("Is there a room?")
    assert refused.value.status == 503 and refused.value.error["code"] == "model_unavailable"
    model.fault = None
    await tavern.answer()
    assert tavern.did["did"] == "answer"
    await agree(client, s, tavern)


async def test_in_a_group_each_is_asked_by_name(client: Client, tavern: Tavern) -> None:
    tavern.model = f"fabula/{(s := await story(client))}"
    tavern.chat.append(Said(True, ["Good evening, all."]))
    first = await tavern.answer(ONLY_AS.format(name="Oren"))
    second = await tavern.answer(ONLY_AS.format(name="Mara"))
    assert tavern.did["did"] == "answer"
    assert [x["who"] for x in await lines(client, s)] == ["you", "b", "a"]
    assert not first.startswith("Oren:") and not second.startswith("Mara:")


async def test_what_is_said_first_is_the_premise_of_a_story_without_one(client: Client, s: str, tavern: Tavern) -> None:
    await tavern.send("Is there a room?")
    premise = (await look(client, s, "story"))["premise"]
    assert (
        premise == "Write Mara's next reply in a fictional chat between Mara and Robin.\n\nMara keeps The Slow Lantern."
    )
    await client.call("append", story=s, commands=[{"do": "set", "what": "story", "values": {"premise": "Rain."}}])
    await tavern.send("For a night?")
    assert (await look(client, s, "story"))["premise"] == "Rain."


async def test_another_greeting_is_a_take_of_the_first_line(client: Client, tavern: Tavern) -> None:
    s = await story(client, TWO)
    await client.call("append", story=s, commands=[said("a", "Welcome to the Lantern.")])
    [line] = await lines(client, s)
    await client.call("revise", story=s, line=line["line"], text="We are closed.", mode="fork")
    tavern.model, tavern.chat = f"fabula/{s}", [Said(False, ["Welcome to the Lantern.", "We are closed."])]
    await tavern.send("Good evening.")
    assert await branches(client, s) == [("root", True), ("revision", False)]
    await agree(client, s, tavern)
    tavern.chat[:] = [Said(False, ["We are closed."]), Said(True, ["Good evening."])]
    await tavern.answer()
    assert await branches(client, s) == [("root", False), ("revision", True)]
    await agree(client, s, tavern)


async def test_a_chat_that_was_exported_goes_on(client: Client, s: str, tavern: Tavern) -> None:
    await tavern.send("Is there a room?")
    await tavern.send("For a night?")
    tavern.chat = [Said(x["who"] == "you", [x["raw"]]) for x in await lines(client, s)]
    assert "Secret" in tavern.chat[1].text, "the author has it as it was written"
    await tavern.send("And breakfast?")
    assert await branches(client, s) == [("root", True)]


async def test_a_new_chat_begins_the_story_again(client: Client, s: str, tavern: Tavern) -> None:
    await client.call("append", story=s, commands=[said("a", "Welcome to the Lantern.")])
    await tavern.send("Is there a room?")
    tavern.chat = []
    await tavern.send("Is there a stable?")
    assert (await shown(client, s))[:2] == ["Welcome to the Lantern.", "Is there a stable?"]
    assert await branches(client, s) == [("root", False), ("rewind", True)]


async def test_what_others_play_meanwhile_is_there(client: Client, s: str, tavern: Tavern) -> None:
    tavern.streams = False
    await tavern.send("Is there a room?")
    await client.call("stream", story=s)
    turn = (await client.call("play", story=s, text="For a night?"))["turn"]
    await client.until(turn)
    tavern.chat += [Said(x["who"] == "you", [x["text"]]) for x in (await lines(client, s, lens=["you"]))[2:]]
    await tavern.send("And breakfast?")
    assert not tavern.did["went_back"]
    assert len(await texts(client, s)) == 6
