"""The slash commands on a real daemon: what they do to a story, and what they say. The model is scripted, and reads."""

import pytest

from client.text.names import Unclear
from protocol.errors import Fault
from tests.client.commands.test_last_turn import HIDES, reads
from tests.support.real_daemon import Daemon
from tests.support.rpc_command import rpc
from tests.support.scripted_model import Endpoint
from tests.support.slash_commands import Hand

pytestmark = pytest.mark.asyncio(loop_scope="module")

READING = "background"
"""The module's daemon has prose read."""


# looking


async def test_who_knows_what(hand: Hand) -> None:
    await hand("/move Mara cellar")
    await hand("/take key")
    shown = await hand("/knows Mara")
    assert "[what Mara sees]" in shown
    assert "· the key: in the Slow Lantern (really held by Sam)" in shown
    assert "Mara: in the cellar\n" in shown
    assert "Mara: somewhere unknown (really in the cellar)\n" in await hand("/knows Sam")
    with pytest.raises(Unclear, match="Mara"):
        await hand("/knows")


async def test_looking_shows_what_they_do_hold_and_feel(hand: Hand) -> None:
    await hand.game.append({"do": "act", "who": "a", "doing": "wiping glasses"})
    await hand("/set Mara mood wary")
    await hand("/take key")
    assert "Mara: wiping glasses; mood: wary" in await hand("/look")
    assert "Sam: holding the key and ring" in await hand("/look")
    assert "mood" not in await hand("/look Oren"), "that is Mara's own"
    assert "holding: the key and ring" in await hand("/who Sam")


async def test_looking_shows_where_things_are_how_they_are_had_and_what_they_are_like(hand: Hand) -> None:
    await hand.game.append(
        {"do": "add_prop", "prop": "tray", "name": "tray", "in": {"container": "inn", "spot": "on the shelf"}},
        {"do": "add_prop", "prop": "cup", "name": "cup", "in": {"prop": "tray", "on": True}, "description": "blue"},
        {"do": "change_prop", "prop": "cup", "condition": "cracked"},
        {"do": "add_prop", "prop": "hat", "name": "hat", "in": {"entity": "a", "how": "worn"}},
        {"do": "put", "who": "a", "prop": "ring", "in": {"container": "inn", "spot": "under a mat", "hidden": True}},
        {"do": "take", "who": "a", "prop": "key", "how": "carried"},
        {"do": "move", "who": "b", "container": "inn", "spot": "on the sill"},
    )  # fmt: skip
    await hand.game.refresh()
    shown = await hand("/look")
    for told in (
        "· tray, on the shelf\n", "· cup, on the tray (cracked) — blue\n",
        "· ring, under a mat, hidden\n",
        "Mara: wearing hat; carrying out of sight the key\n", "Oren: on the sill\n",
    ):  # fmt: skip
        assert told in shown
    assert "wearing: hat\n  carrying out of sight: the key" in await hand("/who Mara")
    world = await hand("/knows Mara")
    assert "· ring: hidden in the Slow Lantern, under a mat\n" in world and "· hat: worn by Mara\n" in world


async def test_why_a_line_reads_as_it_does(hand: Hand, model: Endpoint) -> None:
    await hand.game.append({"do": "say", "who": "b", "text": "I shall rob her.", "manner": "thought"})
    await hand("Mara, is all well?")
    shown = await hand("/why")
    assert shown.startswith("Scripted (127.0.0.1") and "wrote this as Mara, from what Mara knew" in shown
    assert "— identity (" in shown and "— What Mara wasn't told (" in shown
    assert "\n  · line: Oren (thought): I shall rob her.\n" in shown
    assert shown.endswith("This is the exact prompt that was sent.\n")
    seq = (await hand.truth("transcript"))["lines"][-1]["seq"]
    assert await hand(f"/why @{seq}") == shown
    with pytest.raises(Fault, match="no model wrote"):
        await hand(f"/why @{seq - 1}")
    with pytest.raises(Unclear, match="/lines"):
        await hand("/why soon")


async def test_through_somebodys_eyes_nobodys_prompt_is_shown(hand: Hand, model: Endpoint) -> None:
    await hand("Mara, is all well?")
    await hand("/lens Sam")
    for command in ("/why", "/prompt", "/prompt Mara", "/refused"):
        with pytest.raises(Unclear, match="/lens by itself, or F2, shows everything"):
            await hand(command)


async def test_what_would_go_is_shown_through_the_eyes_in_use(hand: Hand) -> None:
    await hand.game.append({"do": "say", "who": "you", "text": "Good night, you two."})
    await hand.game.append({"do": "say", "who": "b", "text": "I shall rob her.", "manner": "thought"})
    await hand.game.append({"do": "say", "who": "b", "text": "Good night."})
    hand.answers = ["y"]
    told = await hand("/rewind")
    assert "`I shall rob her.`" in told and "Good night." in told
    await hand("/undo")
    await hand("/lens Sam")
    hand.answers = ["y"]
    told = await hand("/rewind")
    assert "rob" not in told and "Oren: Good night." in told and "what they caused" in told
    await hand("/undo")
    seq = (await hand.truth("transcript"))["lines"][-2]["seq"]
    hand.answers = ["y"]
    told = await hand(f"/delete @{seq}")
    assert "rob" not in told and "This will be deleted" in told


async def test_memories_and_recall_go_through_the_lens(hand: Hand) -> None:
    await hand.game.append({"do": "remember", "gist": "Mara saw the ferryman drown.", "by": ["a"]})
    assert "saw the ferryman" in await hand("/memories Mara")
    assert await hand("/memories Oren") == "[what Oren sees]\nNo memories yet.\n"
    await hand("/lens Oren")
    assert "Nothing found." in await hand("/recall ferryman")
    await hand("/lens Mara")
    assert "  Mara saw the ferryman drown." in await hand("/recall ferryman")
    assert await hand("/jobs") == "No background jobs.\n"
    assert await hand("/lens truth") and "No open questions" in await hand("/threads")


# steering


async def test_an_occasion_from_plan_to_end(hand: Hand) -> None:
    await hand("/plan Picnic at cellar when 1958-10-17 12:00 with basket, red hat")
    shown = await hand("/occasions")
    assert "Picnic: upcoming; at 1958-10-17 12:00; in the cellar; with basket and red hat" in shown
    await hand("/plan Farewell after Picnic")
    assert "upcoming; after Picnic" in await hand("/occasions")
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
    assert "Duel: called off" in await hand("/occasions")


async def test_scenes_and_time_that_is_left_out(hand: Hand) -> None:
    assert await hand("/skip 2h") == "It is 1958-10-17 01:10 now.\n"
    await hand("/undo")
    assert await hand("/time") == "It is 1958-10-16 23:10.\n", "that alone is undone"
    await hand("/redo")
    assert await hand("/scene Sam Mara cellar: Below") == "A scene starts in the cellar, with Sam and Mara.\n"
    assert (await hand.truth("scene"))["title"] == "Below"
    assert await hand("/skip jump 1958-10-19 08:00 They slept badly.") == "It is 1958-10-19 08:00 now.\n"
    assert (await hand.truth("scene"))["scene"] is None
    await hand("/scene inn")
    assert await hand("/close-scene Nothing came of it.") == "The scene has ended.\n"


async def test_things_pass_from_hand_to_hand_and_out_of_sight(hand: Hand) -> None:
    assert await hand("/give ring to Oren") == "Oren has the ring.\n"
    await hand("/take key")
    assert await hand("/put key in drawer") == "You put the key in the drawer.\n"
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
    assert "· ring: in the cellar (really inside the drawer)" in await hand("/knows Oren")
    assert "· ring: inside the drawer\n" in await hand("/knows Mara")
    with pytest.raises(Unclear, match="/tell Oren that"):
        await hand("/tell Oren something")


async def test_questions_open_move_and_close(hand: Hand) -> None:
    await hand("/thread Who took the boat?")
    await hand("/thread who took: Oren was seen at the pier.")
    assert "open — Oren was seen" in await hand("/threads")
    assert await hand("/resolve who took: It was Oren.") == "Answered: Who took the boat?\n"
    assert "answered" in await hand("/threads")
    await hand("/remember Mara Oren took the boat.")
    assert "Oren took the boat." in await hand("/memories Mara")


async def test_feelings_by_hand(hand: Hand) -> None:
    assert (
        await hand("/feel Mara Sam trust +2 tension -1 because he came back")
        == "Mara → Sam: warmth +0, trust +2, tension -1\n"
    )
    assert await hand("/feel a>you trust 1") == "Mara → Sam: warmth +0, trust +3, tension -1\n"
    assert "Mara → Sam: warmth +0 trust +3 tension -1" in await hand("/edges")
    with pytest.raises(Unclear, match="warmth, trust and tension"):
        await hand("/feel Mara Sam hunger +1")


async def test_all_of_it_works_in_a_pipe(hand: Hand, model: Endpoint, daemon: Daemon) -> None:
    model.prose = lambda body: "I saw that."
    reads(model, HIDES)
    await hand.game.append({"do": "say", "who": None, "manner": "narration", "text": "It rains."})
    done = await rpc(daemon.home, input="*puts the ring into the drawer*\n", TERM="xterm-256color")
    assert done == (0, "Mara: I saw that.\n", "1 Sam puts the ring in the drawer\n")
    done = await rpc(daemon.home, input="/wrong 1\n/knows Oren\n/why\n", TERM="xterm-256color")
    assert done.code == 0 and done.out.startswith("Undone: Sam puts the ring in the drawer\n[what Oren sees]\n")
    assert (
        "· ring: held by Sam\n" in done.out
        and done.out.endswith("This is the exact prompt that was sent.\n")
        and "\x1b" not in done.out
    )
