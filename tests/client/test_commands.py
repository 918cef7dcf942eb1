"""The slash commands on a real daemon: what they do to a story, and what they say. The model is scripted, and reads."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from client.commands.setting import completions
from client.text.names import Unclear
from protocol.errors import Fault
from tests.support.real_daemon import Daemon
from tests.support.rpc_command import rpc
from tests.support.scripted_model import Endpoint
from tests.support.slash_commands import SETUP, Hand
from tests.support.small_cast import story
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

READING = "background"
"""The module's daemon has prose read."""

HIDES = {"do": "put", "n": 1, "who": "you", "it": "ring", "to": "drawer", "how": "in"}
OPENS_THE_MOON = {"do": "open", "n": 1, "who": "you", "it": "moon"}
GLAD = {"gist": "Sam put the ring away.", "matters": 3, "mood": "glad"}
"""What Mara's mind comes to."""


@pytest_asyncio.fixture(loop_scope="module")
async def hand(daemon: Daemon, client: Client, model: Endpoint) -> AsyncIterator[Hand]:
    model.reading = lambda body: {}
    made = await Hand.at(daemon.home, client, await story(client, SETUP))
    yield made
    await made.game.close()


def reads(model: Endpoint, *changes: dict[str, Any]) -> None:
    """Has the model read these changes of the world, and that no mind is moved."""
    moves(model, *changes, mind={"gist": "", "matters": 0})


def moves(model: Endpoint, *changes: dict[str, Any], mind: dict[str, Any] = GLAD) -> None:
    """Has it read these changes, and that Mara is glad of it."""
    world = {"changes": list(changes), "minds": ["a"]}
    model.reading = lambda body: mind if "You read one mind" in str(body["messages"]) else world


# what a turn changed


async def test_what_a_turn_changed_is_one_line_and_any_item_can_be_taken_back(hand: Hand, model: Endpoint) -> None:
    moves(model, HIDES)
    await hand("*puts the ring into the drawer*")
    assert await hand.changed() == "1 Sam puts the ring in the drawer · 2 Mara feels glad"
    assert await hand("/wrong") == "1 Sam puts the ring in the drawer · 2 Mara feels glad\n"
    assert await hand("/wrong 1") == "Taken back: Sam puts the ring in the drawer\n"
    assert await ring(hand) == {"entity": "you"}
    assert (await hand.truth("entity", entity="a"))["mood"] == "glad"
    assert await hand("/wrong") == "2 Mara feels glad\n"
    with pytest.raises(Unclear, match="2 Mara feels glad"):
        await hand("/wrong 1")
    await hand("/wrong 2")
    with pytest.raises(Unclear, match="nothing"):
        await hand("/wrong")


async def test_what_is_taken_back_comes_back_by_undo_and_takes_no_line_along(hand: Hand, model: Endpoint) -> None:
    moves(model, HIDES)
    await hand("*puts the ring into the drawer*")
    await hand.changed()
    said = [x["text"] for x in (await hand.truth("transcript"))["lines"]]
    await hand("/wrong 1")
    assert [x["text"] for x in (await hand.truth("transcript"))["lines"]] == said
    await hand("/undo")
    assert await ring(hand) == {"prop": "drawer"}


async def test_a_memory_outlives_a_change_that_is_taken_back(hand: Hand, model: Endpoint) -> None:
    moves(model, HIDES)
    await hand("*puts the ring into the drawer* I swear that I will never sell it, Mara, whatever you offer.")
    await hand.changed()
    kept = [m["text"] for m in (await hand.truth("memories"))["memories"]]
    assert kept
    await hand("/wrong 1")
    await hand("/wrong 2")
    assert [m["text"] for m in (await hand.truth("memories"))["memories"]] == kept


async def test_a_player_who_looks_through_one_mind_is_shown_nothing_of_another_mind(
    hand: Hand, model: Endpoint
) -> None:
    """Neither what she thinks while she writes it or when it stands, nor what changed in her."""
    moves(model, HIDES, OPENS_THE_MOON)
    model.prose = lambda body: "`He will sell it.` So you keep it.\n\nWell. `He lies.`\n\nGood."
    assert "Only what they perceive" in await hand("/lens you")
    shown = await hand("*puts the ring into the drawer*")
    assert await hand.changed() == "1 Sam puts the ring in the drawer"
    assert "So you keep it." in shown and "Good." in shown
    assert "sell it" not in shown and "lies" not in shown
    with pytest.raises(Unclear, match="/lens alone"):
        await hand("/refused")
    await hand("/lens")
    assert "2 Mara feels glad · 1 ignored" in await hand("/wrong")
    assert "He lies." in await hand("/lines")
    assert "He lies." in await hand("*nods*")


async def ring(hand: Hand) -> Any:
    """Where the ring truly is."""
    return next(p["in"] for p in (await hand.truth("world"))["props"] if p["prop"] == "ring")


async def test_what_was_refused_is_told_in_sentences(hand: Hand, model: Endpoint) -> None:
    reads(model, OPENS_THE_MOON)
    await hand("Mara, look.")
    assert await hand.changed() == "1 ignored (/refused)"
    assert await hand("/refused") == (
        "Ignored: “Sam opens the moon”. 'moon' is no thing that is listed or came up. "
        "Prose can only touch what the one who speaks knows of.\n"
    )
    reads(model)
    assert await hand("/reread") == "That changed nothing.\n"
    assert await hand("/refused") == "Nothing was ignored in the last turn.\n"


async def test_what_could_not_be_read_is_told_and_the_story_plays_on(hand: Hand, model: Endpoint) -> None:
    model.reading = lambda body: "no JSON at all"
    await hand("Hello?")
    assert (await hand.changed()).startswith("(Changes weren't tracked: ")
    reads(model, HIDES)
    await hand("/reread")
    assert await hand.changed() == "1 Sam puts the ring in the drawer"


# looking


async def test_who_knows_what(hand: Hand) -> None:
    await hand("/move Mara cellar")
    await hand("/take key")
    shown = await hand("/knows Mara")
    assert "[as Mara (a) knows them]" in shown
    assert "· the key: in The Slow Lantern — in truth held by Sam" in shown
    assert "Mara: in The cellar\n" in shown
    assert "Mara: somewhere unknown — in truth in The cellar\n" in await hand("/knows Sam")
    with pytest.raises(Unclear, match="Mara"):
        await hand("/knows")


async def test_looking_shows_what_they_do_hold_and_feel(hand: Hand) -> None:
    await hand.game.append({"do": "act", "who": "a", "doing": "wiping glasses"})
    await hand("/set Mara mood wary")
    await hand("/take key")
    assert "Mara (a): wiping glasses; mood: wary" in await hand("/look")
    assert "Sam (you): holding the key and ring" in await hand("/look")
    assert "mood" not in await hand("/look Oren"), "that is Mara's own"
    assert "holding: the key and ring" in await hand("/who Sam")


async def test_why_a_line_reads_as_it_does(hand: Hand, model: Endpoint) -> None:
    await hand.game.append({"do": "say", "who": "b", "text": "I shall rob her.", "manner": "thought"})
    await hand("Mara, is all well?")
    shown = await hand("/why")
    assert shown.startswith("scripted at 127.0.0.1") and "wrote as Mara, from what Mara knew" in shown
    assert "— identity (" in shown and "Withheld from Mara:\n  · line: Oren (thought): I shall rob her." in shown
    assert shown.endswith("This is what was sent, to the byte.\n")
    seq = (await hand.truth("transcript"))["lines"][-1]["seq"]
    assert await hand(f"/why {seq}") == shown
    with pytest.raises(Fault, match="no model wrote"):
        await hand(f"/why @{seq - 1}")
    with pytest.raises(Unclear, match="/lines"):
        await hand("/why soon")


async def test_memories_and_recall_go_through_the_lens(hand: Hand) -> None:
    await hand.game.append({"do": "remember", "gist": "Mara saw the ferryman drown.", "by": ["a"]})
    assert "saw the ferryman" in await hand("/memories Mara")
    assert await hand("/memories Oren") == "[as Oren (b) knows them]\nNo memories yet.\n"
    await hand("/lens Oren")
    assert "Nothing comes to mind." in await hand("/recall ferryman")
    await hand("/lens Mara")
    assert "episode" in await hand("/recall ferryman")
    assert await hand("/jobs") == "Nothing waits to be done.\n"
    assert await hand("/lens truth") and "No question" in await hand("/threads")


# steering


async def test_an_occasion_from_plan_to_end(hand: Hand) -> None:
    await hand("/plan Picnic at cellar when 1958-10-17 12:00 with basket, red hat")
    shown = await hand("/occasions")
    assert "Picnic (picnic): planned; at 1958-10-17 12:00; in The cellar; with basket and red hat" in shown
    await hand("/plan Farewell after Picnic")
    assert "planned; after Picnic" in await hand("/occasions")
    await hand("/move Sam Mara cellar")
    assert await hand("/start pic") == "Picnic begins.\n"
    assert "basket" in await hand("/look")
    await hand("/complete Picnic They ate in the dark; Mara keeps red hat; Sam learns that Mara sings")
    assert "basket" not in await hand("/look")
    world = await hand.truth("world")
    assert [p["in"] for p in world["props"] if p["prop"] == "red-hat"] == [{"entity": "a"}]
    assert "Mara sings" in await hand("/memories Sam")
    assert "Farewell" in await hand("/occasions")
    await hand("/plan Duel")
    assert await hand("/cancel-occasion duel it rains") == "Duel is called off.\n"
    assert "Duel (duel): cancelled" in await hand("/occasions")


async def test_scenes_and_time_that_is_left_out(hand: Hand) -> None:
    assert await hand("/skip 2h") == "1958-10-17 01:10\n"
    assert await hand("/scene Sam Mara cellar: Below") == "A scene opens in The cellar, with Sam and Mara.\n"
    assert (await hand.truth("scene"))["title"] == "Below"
    assert await hand("/skip jump 1958-10-19 08:00 They slept badly.") == "1958-10-19 08:00\n"
    assert (await hand.truth("scene"))["scene"] is None
    await hand("/scene inn")
    assert await hand("/close-scene Nothing came of it.") == "The scene is closed.\n"


async def test_things_pass_from_hand_to_hand_and_out_of_sight(hand: Hand) -> None:
    assert await hand("/give ring to Oren") == "Oren has the ring.\n"
    await hand("/take key")
    assert await hand("/put key in drawer") == "You put the key in drawer.\n"
    assert await hand("/look-into drawer") == "In the drawer: the key.\n"
    props = {p["prop"]: p["in"] for p in (await hand.truth("world"))["props"]}
    assert (props["ring"], props["key"]) == ({"entity": "b"}, {"prop": "drawer"})
    with pytest.raises(Unclear, match="/put ring"):
        await hand("/put key in nothing")


async def test_a_lie_is_believed_by_whoever_is_told(hand: Hand) -> None:
    await hand("/move Oren cellar")
    await hand("/put ring in drawer")
    await hand("/set drawer closed yes")
    await hand("/move Oren inn")
    assert await hand("/tell Mara Oren that ring is in The cellar") == "Oren has been told.\n"
    assert "· ring: in The cellar — in truth inside drawer" in await hand("/knows Oren")
    assert "· ring: inside drawer\n" in await hand("/knows Mara")
    with pytest.raises(Unclear, match="/tell Oren that"):
        await hand("/tell Oren something")


async def test_questions_open_move_and_close(hand: Hand) -> None:
    await hand("/thread Who took the boat?")
    await hand("/thread who took: Oren was seen at the pier.")
    assert "open — Oren was seen" in await hand("/threads")
    assert await hand("/resolve who took: It was Oren.") == "Answered: Who took the boat?\n"
    assert "resolved" in await hand("/threads")
    await hand("/remember Mara Oren took the boat.")
    assert "Oren took the boat." in await hand("/memories Mara")


async def test_feelings_by_hand(hand: Hand) -> None:
    assert (
        await hand("/feel Mara Sam trust +2 tension -1 because he came back")
        == "Mara > Sam: warmth +0, trust +2, tension -1\n"
    )
    assert await hand("/feel a>you trust 1") == "Mara > Sam: warmth +0, trust +3, tension -1\n"
    assert "Mara > Sam: warmth +0 trust +3 tension -1" in await hand("/edges")
    with pytest.raises(Unclear, match="warmth, trust and tension"):
        await hand("/feel Mara Sam hunger +1")


SET = {
    "Mara mood calm": ("entity", {"entity": "a"}, "mood", "calm"),
    "Mara goals sleep; sell the inn": ("entity", {"entity": "a"}, "goals", ["sleep", "sell the inn"]),
    "Mara personality sly": ("entity", {"entity": "a"}, "personality", "sly"),
    "mara in cellar": ("entity", {"entity": "a"}, "container", "cellar"),
    "Mara awake no": ("entity", {"entity": "a"}, "awake", False),
    "Oren name Old Oren": ("entity", {"entity": "b"}, "name", "Old Oren"),
}


@pytest.mark.parametrize("typed", SET)
async def test_what_is_set_of_somebody(hand: Hand, typed: str) -> None:
    view, params, field, value = SET[typed]
    assert await hand(f"/set {typed}") == f"Set: {typed}\n"
    assert (await hand.truth(view, **params))[field] == value


async def test_what_is_set_of_all_else(hand: Hand) -> None:
    for typed in (
        "the key in Mara", "ring in drawer", "ring name gold ring", "drawer closed yes", "drawer in The cellar",
        "cellar description damp", "clock 1958-10-18 09:00", "Mara>Sam trust 4", "a>you note she owes him",
        "group tone wary truce", "story writes_for_you yes",
    ):  # fmt: skip
        await hand(f"/set {typed}")
    assert (await hand.truth("state"))["writes_for_you"] is True
    world = await hand.truth("world")
    props = {p["prop"]: p for p in world["props"]}
    assert props["key"]["in"] == {"entity": "a"}
    assert (props["ring"]["in"], props["ring"]["name"]) == ({"prop": "drawer"}, "gold ring")
    assert (props["drawer"]["in"], props["drawer"]["closed"]) == ({"container": "cellar"}, True)
    assert next(c for c in world["containers"] if c["container"] == "cellar")["description"] == "damp"
    assert (await hand.truth("scene"))["clock"] == "1958-10-18T09:00:00"
    felt = await hand.truth("edges")
    assert [(e["trust"], e["note"]) for e in felt["edges"]] == [(4, "she owes him")]
    assert felt["group"]["tone"] == "wary truce"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "takes what"), ("Mara", "takes what"), ("Mara height 3", "one can set in, slot, mood"),
        ("Mara mood", "Say what mood"), ("a>you trust much", "a number"), ("drawer closed maybe", "yes or no"),
        ("clock soon", "A moment is"), ("dragon mood calm", "There is"), ("key in nowhere land", "There is no"),
    ],
)  # fmt: skip
async def test_what_cannot_be_set_is_told(hand: Hand, typed: str, why: str) -> None:
    with pytest.raises(Unclear, match=why):
        await hand(f"/set {typed}")


async def test_set_completes_what_which_and_to_what(hand: Hand) -> None:
    await hand("/look")
    assert list(completions(hand.game, "Ma")) == ["Mara"]
    assert list(completions(hand.game, "Mara mo")) == ["mood"]
    assert list(completions(hand.game, "Mara in The c")) == []
    assert list(completions(hand.game, "Mara in The")) == ["The cellar", "The Slow Lantern"]
    assert list(completions(hand.game, "drawer closed ")) == ["yes", "no"]
    assert "a>you" in completions(hand.game, "a>") and list(completions(hand.game, "a>you tr")) == ["trust"]
    assert list(completions(hand.game, "zzz mo")) == []


# a client that was away


async def test_who_comes_back_after_the_end_does_not_wait_for_ever(hand: Hand, model: Endpoint, daemon: Daemon) -> None:
    """The connection is lost while the turn runs, and comes back after its end was told."""
    released = asyncio.Event()

    async def slowly(body: Any) -> AsyncIterator[str]:
        yield "Wait"
        await released.wait()
        yield " no more."

    model.prose = slowly
    reads(model, HIDES)
    playing = asyncio.create_task(hand("*puts the ring into the drawer*"))
    while "Wait" not in hand.out.getvalue():
        await asyncio.sleep(0.01)
    turn = hand.game.running
    assert turn is not None
    await hand.client.call("stream", story=hand.story)
    coming_back = hand.game.connection._connect

    async def later() -> None:
        await hand.client.until(turn)
        await coming_back()

    hand.game.connection._connect = later  # type: ignore[method-assign]
    assert hand.game.connection._writer
    hand.game.connection._writer.close()
    released.set()
    shown = await asyncio.wait_for(playing, 20)
    assert shown.endswith("Wait no more.\n")
    assert await hand("/wrong") == "1 Sam puts the ring in the drawer\n"


async def test_all_of_it_works_in_a_pipe(hand: Hand, model: Endpoint, daemon: Daemon) -> None:
    model.prose = lambda body: "I saw that."
    reads(model, HIDES)
    await hand.game.append({"do": "say", "who": None, "manner": "narration", "text": "It rains."})
    done = await rpc(daemon.home, input="*puts the ring into the drawer*\n", TERM="xterm-256color")
    assert done == (0, "Mara: I saw that.\n", "1 Sam puts the ring in the drawer\n")
    done = await rpc(daemon.home, input="/wrong 1\n/knows Oren\n/why\n", TERM="xterm-256color")
    assert done.code == 0 and done.out.startswith(
        "Taken back: Sam puts the ring in the drawer\n[as Oren (b) knows them]\n"
    )
    assert "· ring: held by Sam\n" in done.out and done.out.endswith("to the byte.\n") and "\x1b" not in done.out


async def test_who_opens_a_story_finds_what_its_last_turn_changed(hand: Hand, model: Endpoint, daemon: Daemon) -> None:
    reads(model, HIDES)
    await hand("*puts the ring into the drawer*")
    await hand.game.settled()
    another = await Hand.at(daemon.home, hand.client, hand.story)
    assert await another("/wrong") == "1 Sam puts the ring in the drawer\n"
    assert another.err.getvalue() == ""
    await another.game.close()
