"""The turn, played over the socket against a scripted model: what streams, what lands, and what goes wrong."""

import asyncio
from typing import Any

import pytest

from protocol.errors import BUSY, CONFLICT, INVALID_PARAMS, NOT_FOUND, REFUSED
from tests.conftest import KEY
from tests.store.rig import Reading
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import (
    INN,
    Slowly,
    lines,
    look,
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


# a reply


async def test_a_reply_streams_and_lands(client: Client, model: Endpoint) -> None:
    model.reasoning = "He looks wet."
    s = await streamed(client)
    turn, _ = await play(client, s, "*shakes the rain off* Have you a room?")
    assert told(client, turn) == ["started", "recalling", "rendering", "replied", "done"]
    tokens = [n.params for n in client.notes if n.method == "token"]
    assert {(t["turn"], t["speaker"]) for t in tokens} == {(turn, "a")}
    assert client.text(turn) == '*She nods.* "We are full, but come in." `I know him.`'
    assert client.text(turn, "reasoning") == "He looks wet."
    mine, reply = await lines(client, s)
    assert [(p["manner"], p["text"]) for p in mine["parts"]] == [
        ("action", "shakes the rain off"),
        ("speech", "Have you a room?"),
    ]
    assert {t["line"] for t in tokens} == {reply["line"]}
    assert [(p["manner"], p["text"]) for p in reply["parts"]] == [
        ("action", "She nods."),
        ("speech", '"We are full, but come in."'),
        ("thought", "I know him."),
    ]
    assert (mine["turn"], reply["turn"], reply["who"]) == (turn, turn, "a")
    kinds = [e["kind"] for e in client.events()]
    assert kinds == ["line.said"] * 5 + ["model.called", "time.passed"]
    assert client.events()[2]["cause"] == client.events()[1]["seq"], "a reply is caused by the line that it answers"


async def test_the_line_is_durable_before_the_model_is_asked(daemon: Daemon, client: Client, model: Endpoint) -> None:
    found: list[str] = []

    def prose(body: Any) -> str:
        stored = [e for e in Reading(daemon.ready["store"]).events if e["kind"] == "line.said"]
        found.append(stored[-1]["data"])
        return "Yes."

    model.prose = prose
    s = await streamed(client)
    await play(client, s, "Is this safe already?")
    assert "Is this safe already?" in found[0]


async def test_masks_follow_the_markup(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: (
        "*She leans over.*\n(whispers to Sam) The cellar is open.\nAnother beer, Oren? `He must go.`"
    )
    s = await streamed(client)
    await play(client, s, "Mara?")
    heard = {}
    for lens in ("you", "a", "b"):
        reply = (await lines(client, s, lens=[lens]))[-1]
        heard[lens] = [(p["manner"], p["text"]) for p in reply["parts"]]
    action, speech = ("action", "She leans over."), ("speech", "Another beer, Oren?")
    assert heard["a"] == [action, ("whisper", "The cellar is open."), speech, ("thought", "He must go.")]
    assert heard["you"] == heard["a"][:-1]
    assert heard["b"] == [action, ("whisper", ""), speech], "that they whispered, but not what"
    prompt = str(await look(client, s, "prompt", lens=["b"]))
    assert "cellar is open" not in prompt
    assert "must go" not in prompt


async def test_who_answers(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: "Well."
    s = await streamed(client)
    for asked, speaker in (
        ({"text": "Oren, what do you think?"}, "b"),
        ({"text": "And you, Mara?"}, "a"),
        ({"text": "Anybody?"}, "b"),
        ({"text": "Oren?", "speaker": "a"}, "a"),
        ({"text": "Hm.", "to": ["b"]}, "b"),
        ({"text": None, "speaker": "b"}, "b"),
    ):
        await play(client, s, **asked)
        assert (await lines(client, s))[-1]["who"] == speaker, asked


async def test_nobody_is_there_to_answer(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    await client.call("append", story=s, commands=[{"do": "move", "who": "you", "container": "cellar"}])
    turn, notes = await play(client, s, "Hello? Anyone?")
    assert told(client, turn) == ["started", "recalling", "rendering", "replied", "done"]
    told_of = (await lines(client, s))[-1]
    assert (told_of["who"], told_of["manner"], told_of["witnesses"]) == (None, "narration", ["you"])
    [asked] = model.prompts()
    assert "Sam is alone" in asked and "# The place: The cellar" in asked
    model.requests.clear()
    silent = {"do": "set", "what": "story", "values": {"alone": "silent"}}
    await client.call("append", story=s, commands=[silent])
    turn, notes = await play(client, s, "Hello? Anyone?")
    assert told(client, turn) == ["started", "done"]
    assert "nobody" in notes[-1].params["detail"]["why"]
    assert (await texts(client, s))[-1] == "Hello? Anyone?"
    assert model.requests == []


async def test_who_sleeps_and_is_called_wakes_and_answers(client: Client, model: Endpoint) -> None:
    s = await streamed(client, [*INN, {"do": "move", "who": "b", "container": "cellar"}])
    await client.call("append", story=s, commands=[{"do": "act", "who": "a", "awake": False}])
    await play(client, s, "So still.")
    assert [(x["who"], x["witnesses"]) for x in await lines(client, s)] == [("you", ["you"]), (None, ["you"])]
    await play(client, s, "Mara!")
    assert (await lines(client, s))[-1]["witnesses"] == ["you", "a"]
    assert "asleep" not in model.prompts()[-1]
    assert (await look(client, s, "entity", entity="a", lens=["a"]))["awake"]


async def test_a_reply_ends_where_it_speaks_for_another(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: "Mara: Sit down.\n\nSam: I will.\nMara: Good."
    s = await streamed(client)
    turn, _ = await play(client, s, "May I?")
    assert (await texts(client, s))[-1] == "Sit down."
    assert client.text(turn).strip() == "Sit down."


async def test_a_reply_that_goes_in_circles_ends(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: "We are full. " + "Come in, come in, and close the door. " * 200
    s = await streamed(client)
    await play(client, s, "Mara?")
    assert (await texts(client, s))[-1] == "We are full. Come in, come in, and close the door."
    (called,) = [e["data"] for e in client.events() if e["kind"] == "model.called"]
    assert called["finish"] == "cut"


async def test_what_is_thought_again_and_again_does_not_cut_the_reply(client: Client, model: Endpoint) -> None:
    model.reasoning = "I could say that the door is open. " * 5
    model.prose = lambda body: "I could say that the door is open. But it is not. Go round by the yard."
    s = await streamed(client)
    await play(client, s, "Mara?")
    assert (await texts(client, s))[-1] == model.prose({})


async def test_what_a_play_asks_of_the_model_goes_into_the_request(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    await play(client, s, "Hello?", model="another", params={"temperature": 0.25, "top_k": 7})
    assert {k: model.requests[0][k] for k in ("model", "temperature", "top_k")} == {
        "model": "another", "temperature": 0.25, "top_k": 7,
    }  # fmt: skip
    assert model.headers[0]["authorization"] == f"Bearer {KEY}"
    (called,) = (e["data"] for e in client.events() if e["kind"] == "model.called")
    assert called["params"] == {"temperature": 0.25, "top_k": 7, "model": "another"}


# modes


async def test_modes(client: Client, model: Endpoint) -> None:
    replies = iter(["Come in", ", and shut the door.", "The wind rises.", "I shut it."])
    model.prose = lambda body: next(replies)
    s = await streamed(client)
    turn, _ = await play(client, s, "Just looking.", mode="silent")
    assert told(client, turn) == ["started", "done"]
    assert model.requests == []
    await play(client, s, None)
    first = (await lines(client, s))[-1]
    await play(client, s, None, mode="continue")
    whole = (await lines(client, s))[-1]
    assert (whole["line"], whole["who"]) == (first["line"], "a")
    assert [p["text"] for p in whole["parts"]] == ["Come in", ", and shut the door."]
    await play(client, s, None, mode="narrate")
    assert [(x["who"], x["manner"]) for x in await lines(client, s)][-1] == (None, "narration")
    await play(client, s, None, mode="impersonate")
    mine = (await lines(client, s))[-1]
    assert (mine["who"], mine["text"]) == ("you", "I shut it.")
    modes = [e["data"].get("mode", "") for e in client.events() if e["kind"] == "line.said"]
    assert modes == ["", "reply", "continue", "narrate", "impersonate"]


async def test_a_play_that_is_refused_leaves_nothing(client: Client, model: Endpoint) -> None:
    stranger = [*INN[:2], {"do": "add_entity", "entity": "you", "name": "Sam"}]
    bare = await streamed(client, [*stranger, {"do": "add_entity", "entity": "a", "name": "Mara"}])
    s = await streamed(client)
    head = (await say(client, s, "First."))["head"]
    for asked, code in (
        ({"story": bare, "text": "Hi.", "speaker": "a"}, REFUSED),
        ({"story": bare, "text": "Hi.", "speaker": "b"}, NOT_FOUND),
        ({"story": bare, "text": "Hi.", "as": "b"}, NOT_FOUND),
        ({"story": s, "text": "   "}, REFUSED),
        ({"story": s, "text": "Psst.", "manner": "whisper"}, REFUSED),
        ({"story": s, "text": "Hi.", "expected": head - 1}, CONFLICT),
    ):
        with pytest.raises(Refused) as refused:
            await client.call("play", asked)
        assert refused.value.code == code, asked
    assert await texts(client, s) == ["First."]
    assert await texts(client, bare) == []
    assert (await client.call("status"))["counts"]["turns"] == 0
    assert model.requests == []


async def test_nothing_to_continue(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    turn, notes = await play(client, s, None, mode="continue")
    assert told(client, turn)[-1] == "failed"
    assert notes[-1].params["detail"]["code"] == INVALID_PARAMS


# while it runs


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


@pytest.mark.parametrize("text", ["*nods*\u00a0*sits*", "``", "* *", "(whispers to Sam)", '""', "*", "…"])
async def test_whatever_the_markup_is_the_reply_lands(client: Client, model: Endpoint, text: str) -> None:
    model.prose = lambda body: text
    s = await streamed(client)
    turn, _ = await play(client, s, "Hm?")
    assert told(client, turn)[-2:] == ["replied", "done"]
    assert len(await lines(client, s)) == 2
