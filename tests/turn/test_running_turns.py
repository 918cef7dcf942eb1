"""A turn while it runs, over the socket with a scripted model: stopping it, leaving it, and what is done meanwhile."""

import asyncio

import pytest

from protocol.errors import BUSY
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import (
    Slowly,
    lines,
    over,
    play,
    say,
    spelled,
    story,
    streamed,
    texts,
    told,
    until,
)
from tests.support.wire_client import Client, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_stop_keeps_what_was_written(client: Client, model: Endpoint) -> None:
    model.prose = slowly = Slowly("Come in, ", "stranger, ", "never.")
    s = await streamed(client)
    turn = (await client.call("play", story=s, text="Hello?"))["turn"]
    slowly.go(2)
    await spelled(client, turn, "Come in, stranger, ")
    assert await client.call("stop", story=s, turn=turn + 1) == {"turn": None, "kept": ""}
    assert await client.call("stop", story=s) == {"turn": turn, "kept": "Come in, stranger,"}
    reply = (await lines(client, s))[-1]
    assert (reply["text"], reply["cut"]) == ("Come in, stranger,", True)
    await over(client, turn)
    assert told(client, turn) == ["started", "recalling", "rendering", "replied", "stopped", "done"]
    assert await client.call("stop", story=s) == {"turn": None, "kept": ""}
    await model.left()
    model.prose = lambda body: "Go on."
    await play(client, s, "Well?")
    assert (await lines(client, s))[-1].get("cut", False) is False


async def test_stop_before_the_first_word_keeps_the_users_line(client: Client, model: Endpoint) -> None:
    model.prose = slowly = Slowly("Never.")
    s = await streamed(client)
    turn = (await client.call("play", story=s, text="Hello?"))["turn"]
    await slowly.begun.wait()
    assert await client.call("stop", story=s) == {"turn": turn, "kept": ""}
    await over(client, turn)
    assert told(client, turn) == ["started", "recalling", "rendering", "stopped", "done"]
    assert await texts(client, s) == ["Hello?"]


async def test_stop_at_once_is_heeded(client: Client, model: Endpoint) -> None:
    model.prose = Slowly("Never.")
    s = await streamed(client)
    for n in range(10):
        played = await client.begin("play", story=s, text=f"Hello, {n}?")
        await client.settle(played)
        await asyncio.sleep(0.001 * n)
        await client.call("stop", story=s)
    assert await texts(client, s) == [f"Hello, {n}?" for n in range(10)]


async def test_who_vanishes_stops_nothing(daemon: Daemon, client: Client, model: Endpoint) -> None:
    model.prose = slowly = Slowly("One, ", "two, ", "three.")
    s = await story(client)
    async with daemon.web() as c:
        await c.call("stream", story=s)
        turn = (await c.call("play", story=s, text="Count."))["turn"]
        slowly.go()
        await until(lambda: c.text(turn))
    slowly.go(2)
    subscribed = await client.call("stream", story=s, after=0)
    await until(lambda: [e for e in client.events(subscribed["subscription"]) if e["kind"] == "model.called"])
    reply = (await lines(client, s))[-1]
    assert (reply["text"], reply.get("cut", False)) == ("One, two, three.", False)


async def test_one_turn_runs_at_a_time_in_each_story(daemon: Daemon, client: Client, model: Endpoint) -> None:
    model.prose = slowly = Slowly("One ", "two.")
    s = await streamed(client)
    first = (await client.call("play", story=s, text="Hello?"))["turn"]
    with pytest.raises(Refused) as refused:
        await client.call("play", story=s, text="Hurry up.")
    assert (refused.value.code, refused.value.data["retry"] > 0) == (BUSY, True)
    with pytest.raises(Refused) as refused:
        await client.call("play", story=s, text="Hurry up.", expected=1)
    assert refused.value.code == BUSY, "the head has moved as well, and may be another one when the turn is over"
    await slowly.begun.wait()
    model.prose = lambda body: "Here."
    async with daemon.unix() as c:
        other = await streamed(c)
        await play(c, other, "And here?")
        assert await texts(c, other) == ["And here?", "Here."]
    await say(client, s, "Meanwhile.", who="b")
    slowly.go(2)
    await over(client, first)
    assert await texts(client, s) == ["Hello?", "Meanwhile.", "One two."]
    third = (await client.call("play", story=s, text="Again?"))["turn"]
    await client.until(third)


async def test_who_answers_at_once_waits_for_the_rest_of_the_turn(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: "Yes."
    s = await streamed(client)
    for n in range(8):
        turn = (await client.call("play", story=s, text=f"{n}?"))["turn"]
        await client.until(turn, "replied")
    await client.until(turn)
    assert len(await lines(client, s)) == 16


async def test_whoever_is_whispered_to_may_have_left_meanwhile(client: Client, model: Endpoint) -> None:
    model.prose = slowly = Slowly("Wait.\n", "(whispers to Sam) ", "The cellar is open.")
    s = await streamed(client)
    turn = (await client.call("play", story=s, text="Mara?"))["turn"]
    slowly.go(2)
    await until(lambda: client.text(turn))
    await client.call("append", story=s, commands=[{"do": "move", "who": "you", "container": "cellar"}])
    slowly.go(1)
    await client.until(turn)
    assert "cellar is open" in (await lines(client, s, lens=["a"]))[-1]["text"]
    for lens in ("you", "b"):
        assert "cellar is open" not in str(await lines(client, s, lens=[lens]))


async def test_a_reply_lands_whatever_the_author_does_to_the_speaker_meanwhile(client: Client, model: Endpoint) -> None:
    model.prose = slowly = Slowly("I am ", "Mara.")
    s = await streamed(client)
    turn = (await client.call("play", story=s, text="Who are you?"))["turn"]
    slowly.go()
    await until(lambda: client.text(turn))
    blank = {"do": "change_entity", "entity": "a", "name": "Nobody", "identity": {"description": ""}}
    await client.call("append", story=s, commands=[blank, {"do": "move", "who": "a", "container": "cellar"}])
    slowly.go()
    await client.until(turn)
    assert (await texts(client, s))[-1] == "I am Mara."
