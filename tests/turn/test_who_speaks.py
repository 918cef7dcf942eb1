"""Who speaks, played over the socket: both bots in a turn, one that keeps silent, the two of them without you."""

from typing import Any

import pytest

from tests.support.scripted_model import Endpoint
from tests.support.small_cast import INN, Slowly, lines, look, over, play, streamed, texts, told, until
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")


def talkative(who: str, how: int) -> dict[str, Any]:
    return {"do": "change_entity", "entity": who, "identity": {"talkativeness": how}}


async def test_who_plainly_leaves_is_answered_where_they_come_to_and_the_line_is_read(
    client: Client, model: Endpoint
) -> None:
    s = await streamed(client, [*INN, {"do": "move", "who": "b", "container": "cellar"}])
    _, notes = await play(client, s, "*goes to the cellar* Anybody?")
    assert [x["who"] for x in await lines(client, s)] == ["you", "b"]
    (change,) = notes[-1].params["detail"]["changes"]
    assert change["text"] == "Sam goes to the cellar"
    assert (await texts(client, s, lens=["a"]), (await texts(client, s, lens=["b"]))[0]) == (
        ["goes to the cellar"],
        "Anybody?",
    )
    await play(client, s, "I go to the inn.", manner="speech", mode="silent")
    assert (await look(client, s, "entity", entity="you"))["container"] == "cellar"
    model.requests.clear()
    await client.call("reread", story=s, line=(await lines(client, s))[0]["line"])
    assert any("goes to the cellar" in p for p in model.prompts()), "though who answered did not see it"


APART = [
    {"do": "move", "who": "you", "container": "cellar"},
    {"do": "open_scene", "container": "inn", "present": ["a", "b"]},
]
"""You are in the cellar, and the two bots in the inn."""


async def test_both_answer_and_the_second_hears_the_first(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: "Aye." if "You are Mara" in body["messages"][0]["content"] else "Nay."
    s = await streamed(client)
    await play(client, s, "What do you two say?")
    assert [(x["who"], x["text"]) for x in (await lines(client, s))[1:]] == [("a", "Aye."), ("b", "Nay.")]
    assert "Mara: Aye." in model.prompts()[-1]
    assert "(silence)" in model.prompts()[-1]
    assert "(silence)" not in model.prompts()[-2]


@pytest.mark.parametrize(
    ("typed", "reply", "who"),
    [
        ("Mara, what do you say?", "*nods* What do you say, Oren?", "ab"),
        ("Mara, what do you say?", "Oren! Have you seen it?", "ab"),
        ("Mara?", "Did you hear that? Ask Oren.", "a"),
        ("Mara?", "Oren, hush.", "a"),
        ("Mara?", "Is it late? Oren, hush.", "a"),
        ("Mara?", "*asks Oren* Where is it, Sam?", "a"),
        ("Mara?", "(whispers to Sam) Oren, is he mad?", "a"),
        ("Mara? Oren?", "What do you say, Oren?", "ab"),
    ],
)
async def test_whom_a_reply_asks_something_by_name_answers_too_once(
    client: Client, model: Endpoint, typed: str, reply: str, who: str
) -> None:
    model.prose = lambda body: reply if "You are Mara" in body["messages"][0]["content"] else "And you, Mara?"
    s = await streamed(client)
    turn, _ = await play(client, s, typed)
    assert "".join(x["who"] for x in (await lines(client, s))[1:]) == who
    assert told(client, turn)[-1] == "done"


async def test_whom_a_reply_asks_is_not_asked_where_one_was_asked_for_alone(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: "What do you say, Oren?"
    s = await streamed(client)
    await play(client, s, "Hm?", speaker="a")
    assert [x["who"] for x in await lines(client, s)] == ["you", "a"]


async def test_a_second_who_has_nothing_to_say_leaves_no_line_and_the_turn_says_so(
    client: Client, model: Endpoint
) -> None:
    model.prose = lambda body: "Aye." if "You are Mara" in body["messages"][0]["content"] else "(silence)"
    s = await streamed(client, [*INN, talkative("b", 10)])
    await play(client, s, "Hm?")
    model.prose = lambda body: "(silence)" if "You are Mara" in body["messages"][0]["content"] else "Nay."
    turn, phases = await play(client, s, "You two?", to=["b", "a"])
    assert [(x["who"], x["text"]) for x in (await lines(client, s))[-2:]] == [("you", "You two?"), ("b", "Nay.")]
    assert phases[-1].params["detail"] == {**phases[-1].params["detail"], "silent": ["a"], "why": "Mara said nothing"}
    assert client.text(turn) == "Nay.", "a silence is not told of as if it were words"


@pytest.mark.parametrize("text", ["(silence)", "*says nothing*", "…", "Silence."])
async def test_whose_turn_it_is_may_say_nothing_and_all_present_see_it(
    client: Client, model: Endpoint, text: str
) -> None:
    model.prose = lambda body: text
    s = await streamed(client)
    turn, phases = await play(client, s, "Speak!")
    assert told(client, turn)[-2:] == ["replied", "done"]
    assert (client.text(turn), phases[-1].params["detail"]["silent"]) == ("", ["a"])
    last = (await lines(client, s, lens=["b"]))[-1]
    assert [(p["manner"], p["text"]) for p in last["parts"]] == [("action", "says nothing")]


async def test_words_that_begin_like_a_silence_are_shown_whole(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: "*Silent* as the grave, that one."
    s = await streamed(client)
    turn, _ = await play(client, s, "And Oren?")
    assert client.text(turn) == "*Silent* as the grave, that one."


async def test_the_two_talk_without_you_and_you_know_nothing_of_it(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: f"zq{len(model.requests)}z"
    s = await streamed(client, [*INN, *APART])
    for _ in range(4):
        await play(client, s, None)
    assert [x["who"] for x in await lines(client, s)] == ["a", "b", "a", "b"]
    assert await texts(client, s, lens=["you"]) == []
    await play(client, s, "Is anybody there?")
    last = (await lines(client, s))[-1]
    assert (last["who"], last["witnesses"]) == (None, ["you"]), "nobody hears you in the cellar but the narrator"
    told = str((await look(client, s, "prompt", speaker="you"))["messages"])
    assert [f"zq{n}z" in told for n in range(1, 6)] == [False] * 4 + [True]


async def test_narration_is_told_where_you_are_wherever_a_scene_is_on(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: "A lamp gutters."
    s = await streamed(client, [*INN, *APART])
    await play(client, s, None, mode="narrate")
    assert "# The place: The cellar" in model.prompts()[-1]
    await play(client, s, "A horse stops outside.", manner="narration", mode="silent")
    await play(client, s, "Something drips.", manner="narration")
    heard = await lines(client, s, lens=["you"])
    assert [(x["who"], x["witnesses"]) for x in heard] == [(w, ["you"]) for w in (None, "you", "you", None)]
    assert len({x["scene"] for x in heard}) == 1
    await play(client, s, "She trims the wick.", manner="narration", **{"as": "a"}, speaker="b")
    assert [x["who"] for x in await lines(client, s, lens=["a"])] == ["a", "b"], "nor do they hear it"


@pytest.mark.parametrize(
    "more", ["\nSam: I am a courier.", ' You say, "I am a courier."', '\n"A courier," Sam says.', "\n*Sam nods.*"]
)
async def test_a_reply_ends_where_it_would_write_for_somebody_else(client: Client, model: Endpoint, more: str) -> None:
    model.prose = lambda body: f"And who are you?{more} And so on."
    s = await streamed(client)
    turn, _ = await play(client, s, "Evening.")
    assert (await texts(client, s))[-1] == "And who are you?"
    assert "courier" not in client.text(turn)
    assert "nods" not in client.text(turn)


@pytest.mark.parametrize("mode", ["reply", "narrate"])
async def test_where_the_story_allows_it_prose_speaks_for_you_and_moves_you(
    client: Client, model: Endpoint, mode: str
) -> None:
    model.prose = lambda body: 'You say, "I go."\nSam: Down I go.\nOren: And I stay.'
    down = {"do": "move", "n": 2, "who": "you", "to": "cellar"}
    model.reading = lambda body: {"changes": [down]}
    s = await streamed(client, [*INN, {"do": "set", "what": "story", "values": {"writes_for_you": True}}])
    await play(client, s, "Where to?", speaker="a", mode=mode)
    said = (await lines(client, s))[-1]
    assert said["text"] == 'You say, "I go."\nSam: Down I go.'
    await client.call("reread", story=s, line=said["line"])
    assert (await look(client, s, "entity", entity="you"))["container"] == "cellar"
    style = (await look(client, s, "prompt", speaker="a"))["sections"][0]
    assert "You may write for Sam" in style["text"]
    assert style["from"]
    never = {"do": "set", "what": "story", "values": {"writes_for_you": False}}
    await client.call("append", story=s, commands=[never, {"do": "move", "who": "you", "container": "inn"}])
    model.prose = lambda body: 'So be it. You say, "No."'
    await play(client, s, "Where to?", speaker="a", mode=mode)
    said = (await lines(client, s))[-1]
    assert said["text"] == "So be it."
    refused = (await client.call("reread", story=s, line=said["line"]))["refused"]
    assert [x["rule"] for x in refused] == ["not_yours"]
    assert (await look(client, s, "entity", entity="you"))["container"] == "inn"


async def test_the_second_speaker_sees_what_the_first_did_and_who_left_hears_nothing(
    client: Client, model: Endpoint
) -> None:
    def prose(body: Any) -> str:
        leaves = "Back soon. *She goes to the cellar.*"
        return leaves if "You are Mara" in body["messages"][0]["content"] else "She knows of zanzibar."

    model.prose = prose
    s = await streamed(client, [*INN, talkative("b", 10)])
    await play(client, s, "You two?", to=["a", "b"])
    assert (await look(client, s, "entity", entity="a"))["container"] == "cellar"
    assert [x["text"] for x in (await lines(client, s, lens=["a"]))][-1] == "Back soon. She goes to the cellar."
    assert "zanzibar" in (await texts(client, s, lens=["you"]))[-1]
    last = next(p for p in reversed(model.prompts()) if "You are Oren" in p)
    assert "Back soon. *She goes to the cellar.*" in last, "as it was written"


async def test_whom_the_line_leads_away_is_not_asked(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: "Aye."
    s = await streamed(client, [*INN, talkative("b", 10)])
    await play(client, s, "You two? *Oren goes to the cellar.*")
    assert [x["who"] for x in await lines(client, s)] == ["you", "a"]


async def test_who_leaves_while_another_one_replies_is_not_asked(client: Client, model: Endpoint) -> None:
    s = await streamed(client)
    model.prose = slowly = Slowly("Certainly, I should think, ", "aye.")
    turn = (await client.call("play", story=s, text="You two?"))["turn"]
    slowly.go()
    await until(lambda: "think" in client.text(turn))
    await client.call("append", story=s, commands=[{"do": "move", "who": "b", "container": "cellar"}])
    slowly.go(9)
    await over(client, turn)
    assert [x["who"] for x in await lines(client, s)] == ["you", "a"]


async def test_a_whisper_is_answered_by_whom_it_is_for_and_a_mention_by_whose_turn_it_is(
    client: Client, model: Endpoint
) -> None:
    model.prose = lambda body: "Aye."
    s = await streamed(client)
    for text in ("(whispers to Oren) Well?", "I saw Mara yesterday, Oren.", "And what of Oren and his ring?"):
        await play(client, s, text)
    assert [x["who"] for x in await lines(client, s)][1::2] == ["b", "b", "a"]


async def test_a_retake_asks_also_who_said_nothing(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: "Aye." if "You are Mara" in body["messages"][0]["content"] else "(silence)"
    s = await streamed(client)
    await play(client, s, "What do you two say?")
    assert [x["who"] for x in await lines(client, s)] == ["you", "a"]
    model.prose = lambda body: "Aye." if "You are Mara" in body["messages"][0]["content"] else "Nay."
    await over(client, (await client.call("retake", story=s))["turn"])
    assert [(x["who"], x["text"]) for x in await lines(client, s)][1:] == [("a", "Aye."), ("b", "Nay.")]
    await play(client, s, "Oren?", speaker="b")
    await over(client, (await client.call("retake", story=s))["turn"])
    assert [x["who"] for x in await lines(client, s)][3:] == ["you", "b"], "who was asked alone answers alone"


async def test_who_is_asked_to_speak_wakes_first(client: Client, model: Endpoint) -> None:
    model.prose = lambda body: "Hm? `Not yet.`"
    s = await streamed(client, [*INN, {"do": "act", "who": "a", "awake": False}])
    await play(client, s, "Psst.", speaker="a")
    assert (await texts(client, s, lens=["a"]))[-1] == "Hm? Not yet."


async def test_paragraphs_stay_as_they_were_written(client: Client, model: Endpoint) -> None:
    text = "*nods*\n\nI *really* do.\n\n(whispers to Sam) Come.\n\n`No.`"
    model.prose = lambda body: text
    s = await streamed(client)
    await play(client, s, "Do you?", speaker="a")
    raw = {who: (await lines(client, s, lens=[who] if who else []))[-1].get("raw") for who in ("", "you", "b")}
    assert raw == {"": text, "you": text.removesuffix("\n\n`No.`"), "b": None}
    model.prose = lambda body: "Yes."
    await play(client, s, "And?", speaker="b")
    shown = model.prompts()[-1].replace("\\n", "\n")
    assert "Mara: *nods*\n\nI *really* do.\n*whispers something to Sam*" in shown


async def test_a_message_told_in_prose_is_answered_by_whom_it_reaches_and_back_again(
    client: Client, model: Endpoint
) -> None:
    model.prose = lambda body: "Yes, wire four. x"
    s = await streamed(client, [*INN, {"do": "move", "who": "a", "container": "cellar"}])
    await play(client, s, '*texts Mara:* "are you there"')
    assert [x["who"] for x in await lines(client, s)] == ["you", "a"]
    assert await texts(client, s, lens=["a"]) == ['"are you there"', "Yes, wire four. x"]
    assert await texts(client, s, lens=["you"]) == ['texts Mara: "are you there"', "Yes, wire four. x"]
    assert "Yes, wire four. x" not in await texts(client, s, lens=["b"])
    assert "(message to Sam) reaches Sam alone" in model.prompts()[-1]
    await play(client, s, "Good.", mode="silent")
    assert (await texts(client, s, lens=["b"]))[-1] == "Good.", "said aloud to who is beside"
    await play(client, s, '*texts Mara:* "more"')
    await client.call("append", story=s, commands=[{"do": "move", "who": "b", "container": "cellar"}])
    await play(client, s, "Good.", mode="silent")
    assert (await texts(client, s, lens=["a"]))[-1] == "Good."
