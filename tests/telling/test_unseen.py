"""What the prose calls unseen, nobody else perceives; what merely looks like it, all do."""

import pytest

from daemon.story.decide import Part, Utter
from daemon.telling.parts import told
from daemon.telling.unseen import unseen
from protocol.ids import EVERYBODY, NOBODY, EntityId, entities_of
from tests.story.given import do, held, house, move, place, thing

NAMES: dict[str, EntityId] = {"sam": "you", "mara": "a"}


@pytest.mark.parametrize(
    "text",
    [
        "waits until the shape beyond the pane has quite dissolved. Then she bends and brings up the tin",
        "waits until Sam has gone, then opens the drawer", "slips the key into the clock while nobody is looking",
        "pockets the ring while Sam isn't looking", "takes the letter behind Sam's back", "Unseen, she turns the page",
        "turns the card so that you do not see its face", "hides it where nobody can see",
        "I secretly pocket the ring",
    ],
)  # fmt: skip
def test_a_deed_that_is_called_unseen_is(text: str) -> None:
    assert [bool(p.unseen) for p in unseen([Part("action", text)], NAMES)] == [True]


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("While Mara looks away I slip the purse off the bench", ["a"]),
        ("I slide the letter under the cloth while Mara's back is turned", ["a"]),
        ("I swap the cups behind Mara's back", ["a"]), ("Unseen by Mara, I pocket the ring", ["a"]),
        ("I pocket the ring without Mara noticing", ["a"]), ("Mara has turned to the window; I pocket the ring", ["a"]),
        ("With Mara's back to me, I pocket the ring", ["a"]), ("Hidden from Mara, I pass it on", ["a"]),
        ("I pocket the ring while Mara and Sam are looking at the fire", ["you", "a"]),
        ("I slip it away before Mara looks up", ["a"]), ("I hide the key where Mara can't see", ["a"]),
        ("Mara doesn't notice as I pocket the ring", ["a"]), ("while you look away, she takes it", ["you"]),
        ("I slip it away before either of them looks up", ["you", "a", "b"]),
        ("When nobody is looking I take it", ["you", "a", "b"]), ("Nobody sees me take it", ["you", "a", "b"]),
        ("While he was busy with the cups she drew it out", ["you", "a", "b"]),
        ("Behind her back I make a face", ["you", "a", "b"]), ("I take it without being seen", ["you", "a", "b"]),
        ("Unseen by Wren, I take it", ["you", "a", "b"]),
        ("shows the ring to Mara only", ["you", "b"]), ("I tilt it so that only Mara can see", ["you", "b"]),
    ],
)  # fmt: skip
def test_a_deed_is_unseen_by_those_of_whom_that_is_said(text: str, by: list[EntityId]) -> None:
    assert [list(entities_of(p.unseen)) for p in unseen([Part("action", text)], NAMES)] == [by]


def test_what_is_done_before_is_seen() -> None:
    text = "I pour the tea. While Mara looks away I pocket the ring. I sit."
    first, second = unseen([Part("action", text, raw=f"*{text}*")], NAMES)
    assert (first.text, first.raw, first.unseen) == ("I pour the tea.", "*I pour the tea.", NOBODY)
    assert first.raw + second.raw == f"*{text}*"
    assert list(entities_of(second.unseen)) == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        "sets the tin down out of sight on the shelf", "waits until the kettle sings", "looks at Sam",
        "clasps his hands behind his back", "waits for Sam", "is not looking at the door",
        "I see Mara hide something behind her back", "I tie Sam's hands behind his back",
        "Mara smiles as she looks away",
        "takes the cup without looking", "Mara looks away. I pour the tea", "Sam turns his back and takes the knife",
        "secretly pleased, pours tea", "waits until Sam has gone over to the window, then sits down",
    ],
)  # fmt: skip
def test_other_deeds_are_seen(text: str) -> None:
    assert [p.unseen for p in unseen([Part("action", text)], NAMES)] == [NOBODY]


def test_what_is_done_unseen_goes_on_until_something_is_said() -> None:
    parts = [Part("action", "Unseen, she bends"), Part("thought", "Now."), Part("action", "takes the tin"),
             Part("speech", "Hm."), Part("action", "rises")]  # fmt: skip
    assert [p.unseen for p in unseen(parts, NAMES)] == [EVERYBODY, NOBODY, EVERYBODY, NOBODY, NOBODY]


def test_nobody_but_the_doer_perceives_it() -> None:
    story = house()
    parts = unseen([Part("action", "hides it while nobody is looking"), Part("speech", "Well.")], NAMES)
    story.give([Utter(line="t1", who="a", parts=parts)])
    assert [story.heard(e) for e in ("you", "a")] == [["Well."], ["hides it while nobody is looking Well."]]


def test_it_does_not_reach_the_one_who_looks_away_nor_what_is_handed_over_then() -> None:
    story = house(thing("key", held("you")), move("b", "kitchen"))
    parts, deeds = told(story.world, "you", "*While Mara looks away, I wink. I hand Oren the key.* Well.")
    story.give([Utter(line="t1", who="you", parts=parts, deeds=deeds)])
    assert story.heard("a") == ["Well."]
    assert story.heard("b") == ["While Mara looks away, I wink. I hand Oren the key. Well."]
    assert (story.where("key", "b"), story.where("key", "a")) == (place(held("b")), place(held("you")))


PANE = (
    *(do("change_container", container=c, opens_to=[o], walls={"sight": True})
      for c, o in (("kitchen", "garden"), ("garden", "kitchen"))),
    move("you", "garden"), move("b", "garden"),
)  # fmt: skip
"""Mara in the kitchen, seen and not heard from the garden."""


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("*waits until Sam has gone. She lifts the tin.* Well, old man. *It is said to the clock.* Do you? *sits*", ""),
        ("*lifts the tin.* Well. *sits*", "lifts the tin. sits"),
        ("*While Oren is busy she lifts the tin.* Well. *sits*", "While Oren is busy she lifts the tin. sits"),
        (
            "*Unseen, she bends.* Well. *goes to the garden and waves* Hello. *sits*",
            "goes to the garden and waves Hello. sits",
        ),
    ],
)
def test_what_is_said_unheard_does_not_end_what_is_done_unseen(text: str, seen: str) -> None:
    story = house(*PANE)
    parts, deeds = told(story.world, "a", text, reply=True)
    story.give([Utter(line="t1", who="a", parts=parts, deeds=deeds)])
    assert " ".join(story.heard("you")) == seen
