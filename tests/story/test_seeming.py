"""Who seems to have perceived what happened, to those who did: by nature, and by hand."""

import pytest

from tests.story.given import Command, Story, do, handle, hide, house, inside, move, room, say, thing

WALLS = [
    do("change_container", container="kitchen", walls={"sound": True}),
    do("change_container", container="garden", walls={"sound": True}, opens_to=["kitchen"]),
]


def seem(story: Story, *commands: Command) -> list[tuple[str, str, str]]:
    """The events where both masks differ: kind, witnesses, who seem to be."""
    happened = [h for c in commands for h in story.when(c)]
    return [(h.kind, "+".join(h.witnesses), "+".join(h.event.seems)) for h in happened if h.event.seems]


def away() -> Story:
    """Oren went into the garden, from which one hears the kitchen; nobody saw where he went."""
    return house(*WALLS, thing("box", room("kitchen"), closed=True), thing("key", room("kitchen")), move("b", "garden"))


def test_who_listens_behind_a_door_seems_to_have_heard_nothing() -> None:
    assert seem(away(), say("a", "Psst.")) == [("line.said", "you+a+b", "you+a")]


def test_who_is_called_or_known_to_be_there_seems_to_have_heard() -> None:
    assert seem(away(), say("a", "Oren!", "speech", "b")) == []
    seen = do("set", what="entity", id="b", values={"container": "garden"}, witnesses=["you", "a", "b"])
    assert seem(away(), seen, say("a", "Oren?")) == []


def test_who_speaks_through_a_door_is_not_known_to_be_overheard_by_who_is_alone_there() -> None:
    story = house(*WALLS, move("you", "cellar"), move("a", "cellar"), move("b", "garden"), move("you", "kitchen"))
    assert seem(story, say("b", "I am alone at last.")) == [("line.said", "you+b", "b")]


def test_who_sneaked_in_is_not_noticed_until_somebody_comes() -> None:
    story = away()
    story.when(move("b", "kitchen", witnesses=["b"]))
    assert seem(story, hide("a", "key", inside("box"))) == [("prop.moved", "you+a+b", "you+a")]
    assert seem(story, move("you", "garden"), move("you", "kitchen"))[:1] == [("activity.left", "you+a+b", "you+a")]
    assert seem(story, handle("open", "a", "box")) == [], "whoever comes in sees all who are there, before all"


def test_who_pretends_to_sleep_seems_to_sleep() -> None:
    story = house(do("act", who="b", awake=False), do("act", who="b", awake=True, witnesses=["b"]))
    assert seem(story, say("a", "He sleeps.")) == [("line.said", "you+a+b", "you+a")]
    assert story.heard("b", "a") == ["He sleeps."]
    assert story.heard("a", "b") == []


def test_who_nodded_off_or_slipped_out_unnoticed_seems_to_have_heard() -> None:
    asleep = house(do("act", who="b", awake=False, witnesses=["b"]))
    assert seem(asleep, say("a", "You see?")) == [("line.said", "you+a", "you+a+b")]
    gone = house(move("b", "cellar", witnesses=["b"]))
    assert seem(gone, say("a", "You see?")) == [("line.said", "you+a", "you+a+b")]
    assert seem(gone, say("a", "Only you.", "whisper", "you")) == []


@pytest.mark.parametrize("minded", ["garden", "The garden", "lamp", "the lamp"])
def test_who_minds_what_is_elsewhere_misses_silent_deeds_and_seems_not_to(minded: str) -> None:
    story = house(thing("lamp", room("garden")), thing("key", room("kitchen")), do("act", who="b", attention=minded))
    deeds = [handle("take", "a", "key"), say("a", "pockets the key", "action")]
    assert seem(story, *deeds) == [("prop.moved", "you+a", "you+a+b"), ("line.said", "you+a", "you+a+b")]
    assert seem(story, say("a", "Hm."), move("a", "cellar")) == [], "words, comings and goings are missed by nobody"


@pytest.mark.parametrize("minded", ["the fire", "Mara", "key", "his book", "kitchen", "a garden of roses"])
def test_any_other_attention_makes_nobody_miss_anything(minded: str) -> None:
    story = house(thing("key", room("kitchen")), do("act", who="b", attention=minded))
    assert seem(story, handle("take", "a", "key"), say("a", "pockets the key", "action")) == []


def test_what_is_given_to_somebody_they_see_whatever_they_mind() -> None:
    story = house(thing("key", room("kitchen")), do("act", who="b", attention="garden"))
    assert seem(story, handle("hand", "a", "key", to="b"), say("a", "gives it", "action", "b")) == []


def test_by_hand_both_masks_are_as_they_are_said() -> None:
    story = house(thing("key", room("kitchen")))
    assert seem(story, handle("take", "a", "key", witnesses=["a", "b"])) == []
    dropped = handle("drop", "a", "key", witnesses=["a", "b"], seems=["a", "you"])
    assert seem(story, dropped) == [("prop.moved", "a+b", "you+a")]
    assert seem(story, say("a", "So.", seems=["a"])) == [("line.said", "you+a+b", "a")]


def test_narration_and_what_no_eyes_perceive_seem_to_have_reached_whom_they_did() -> None:
    story = away()
    asleep = do("act", who="you", awake=False)
    assert seem(story, asleep, say(None, "Rain falls.", "narration"), do("pass_time", minutes=5)) == []
