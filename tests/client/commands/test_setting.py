"""`/set` on a real daemon: what can be set of whom and of what, what cannot, and its completion."""

import pytest

from client.commands.setting import completions
from client.text.names import Unclear
from tests.support.slash_commands import Hand

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
        "group tone wary truce", "story writes-for-you yes", "story alone silent", "story moves no",
    ):  # fmt: skip
        await hand(f"/set {typed}")
    assert (await hand.truth("state"))["writes_for_you"] is True
    assert (await hand.truth("state"))["alone"] == "silent"
    assert (await hand.truth("state"))["moves"] is False
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
        ("", "Say what to change"), ("Mara", "Say what to change"), ("Mara height 3", "You can set in, slot, mood"),
        ("Mara mood", "Say what to set mood to"), ("a>you trust much", "a number"),
        ("drawer closed maybe", "yes or no"),
        ("clock soon", "Give a date"), ("dragon mood calm", "You can change"), ("key in nowhere land", "There is no"),
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
    assert "Mara>Sam" in completions(hand.game, "Mara>") and list(completions(hand.game, "Mara>Sam tr")) == ["trust"]
    assert list(completions(hand.game, "zzz mo")) == []


async def test_how_the_story_is_told_is_shown_and_set(hand: Hand) -> None:
    shown = await hand("/style")
    assert "tense:      present" in shown and "premise:    (not set)" in shown
    for typed in (
        "premise Nobody may open the tin.",
        "tense past",
        "tone dry, tender",
        "language German",
        "length none",
    ):
        await hand(f"/style {typed}")
    shown = await hand("/style form novel")
    told = await hand.truth("story")
    assert told["premise"] == "Nobody may open the tin."
    assert told["style"] == {
        "tense": "past", "tone": "dry, tender", "language": "German", "length": "", "form": "novel"
    }  # fmt: skip
    assert "language:   German" in shown and "length:     (not set)" in shown
    await hand("/style tense")
    assert "tense" not in (await hand.truth("story"))["style"], "a part alone is as it is by default"


@pytest.mark.parametrize(
    ("typed", "why"), [("tense future", "present or past"), ("mood gay", "You can set premise, person"),
                       ("tone " + "x" * 201, "too long")],
)  # fmt: skip
async def test_a_style_that_cannot_be_is_told(hand: Hand, typed: str, why: str) -> None:
    with pytest.raises(Unclear, match=why):
        await hand(f"/style {typed}")
