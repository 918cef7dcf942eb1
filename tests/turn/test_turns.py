"""The turn, played over the socket against a scripted model: what streams, what lands, and what is refused."""

from typing import Any

import pytest

from protocol.errors import CONFLICT, INVALID_PARAMS, NOT_FOUND, REFUSED
from tests.conftest import KEY
from tests.support.open_store import Reading
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import (
    INN,
    lines,
    look,
    play,
    say,
    streamed,
    texts,
    told,
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
    await play(client, s, "Mara?", speaker="a")  # or Oren would answer too
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
    assert "Sam is alone" in asked and "# Where the lines below begin: The cellar" in asked
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


@pytest.mark.parametrize("text", ["*nods*\u00a0*sits*", "``", "* *", "(whispers to Sam)", '""', "*", "…"])
async def test_whatever_the_markup_is_the_reply_lands(client: Client, model: Endpoint, text: str) -> None:
    model.prose = lambda body: text
    s = await streamed(client)
    turn, _ = await play(client, s, "Hm?")
    assert told(client, turn)[-2:] == ["replied", "done"]
    assert len(await lines(client, s)) == 2


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


async def test_what_somebody_does_ends_once_three_turns_say_nothing_of_it(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: "So it is."
    s = await streamed(client)
    acts = [{"do": "act", "who": e, "doing": what} for e, what in (("a", "drying cups"), ("b", "reading a map"))]
    await client.call("append", story=s, commands=acts)
    for text in ("A storm.", "Evening.", "Show me that map."):
        assert (await look(client, s, "entity", entity="a"))["doing"] == "drying cups"
        await play(client, s, text, speaker="a")
    assert [(await look(client, s, "entity", entity=e))["doing"] for e in ("a", "b")] == [None, "reading a map"]
    last = (await lines(client, s))[-1]
    await client.call("delete", story=s, targets=[last["seq"]])
    assert (await look(client, s, "entity", entity="a"))["doing"] == "drying cups", "it came of those lines"
