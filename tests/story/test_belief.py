"""Whether a mind believes what it is told of where a thing is: the table of daemon/story/belief.py, row by row."""

import pytest

from daemon.story.decide import Conclude, Tell
from protocol.commands import Claim
from protocol.ids import EVERYBODY, EntityId
from protocol.world import Place
from tests.story.given import (
    Command,
    Story,
    do,
    handle,
    held,
    hide,
    house,
    inside,
    lie,
    masks,
    move,
    of,
    place,
    room,
    thing,
)

EVERYWHERE = {"witnesses": ["you", "a", "b"]}


def believers(story: Story, by: str, to: str, prop: str, in_: Command | None) -> list[str]:
    """Who believes a claim."""
    told: list[str] = of(story.when(lie(by, to, prop, in_)), "claimed").believers
    return told


# the rows of the table, in order; Mara claims, Sam listens


def test_who_claims_it_does_not_believe_it() -> None:
    story = house(thing("key", None, **EVERYWHERE))
    told = of(
        story.when(do("share", by="a", to=["a", "you"], claims=[{"prop": "key", "in": room("garden")}])), "claimed"
    )
    assert told.believers == ["you"]


def test_what_one_sees_there_one_believes() -> None:
    story = house(thing("key", room("kitchen")))
    assert believers(story, "a", "you", "key", room("kitchen")) == ["you"]


@pytest.mark.parametrize("there", [room("garden"), held("a"), inside("chest"), None], ids=str)
def test_what_one_sees_elsewhere_one_does_not(there: Command | None) -> None:
    story = house(thing("key", room("kitchen")), thing("chest", room("kitchen"), closed=True))
    assert believers(story, "a", "you", "key", there) == []
    assert story.where("key", "you") == place(room("kitchen"))


@pytest.mark.parametrize("there", [room("kitchen"), held("b"), inside("bag"), {"entity": "a", "how": "worn"}], ids=str)
def test_where_one_sees_all_and_not_the_thing_one_does_not_believe_it_to_be(there: Command) -> None:
    story = house(thing("key", None, **EVERYWHERE), thing("bag", room("kitchen")))
    assert believers(story, "a", "you", "key", there) == []
    assert story.where("key", "you") is None


@pytest.mark.parametrize(
    "there",
    [{"container": "kitchen", "hidden": True}, {"entity": "b", "how": "carried"}, inside("chest"), room("garden"),
     {"container": "kitchen", "spot": "behind the clock", "hidden": True}],
    ids=str,
)  # fmt: skip
def test_of_what_is_out_of_sight_one_may_be_told_anything(there: Command) -> None:
    """Such as that somebody has it up a sleeve."""
    story = house(thing("key", None, **EVERYWHERE), thing("chest", room("kitchen"), closed=True))
    assert believers(story, "a", "you", "key", there) == ["you"]
    assert story.where("key", "you") == place(there)


def test_what_one_has_been_with_since_one_saw_it_put_there_one_believes_to_be_there_and_nowhere_else() -> None:
    put = house(thing("chest", room("kitchen")), thing("key", held("b")), hide("b", "key", inside("chest")),
                handle("close", "b", "chest"))  # fmt: skip
    assert believers(put, "a", "you", "key", inside("chest")) == ["you"]
    assert believers(put, "a", "you", "key", room("garden")) == []
    assert put.where("key", "you") == place(inside("chest"))


def test_a_room_alone_fits_each_of_its_spots() -> None:
    under = {"container": "kitchen", "spot": "under the mat", "hidden": True}
    story = house(thing("key", held("b")), hide("b", "key", under))
    assert believers(story, "a", "you", "key", {"container": "kitchen", "hidden": True}) == ["you"]
    assert believers(story, "a", "you", "key", {**under, "spot": "on the shelf"}) == []
    assert story.where("key", "you") == place(under)


def test_whoever_left_since_may_be_told_anything() -> None:
    story = house(thing("chest", room("kitchen")), thing("key", held("b")), hide("b", "key", inside("chest")),
                  handle("close", "b", "chest"), move("you", "garden"), move("you", "kitchen"))  # fmt: skip
    assert believers(story, "a", "you", "key", room("garden")) == ["you"]


def test_whoever_slept_since_may_be_told_anything() -> None:
    story = house(thing("chest", room("kitchen")), thing("key", held("b")), hide("b", "key", inside("chest")),
                  handle("close", "b", "chest"), do("act", who="you", awake=False),
                  do("act", who="you", awake=True))  # fmt: skip
    assert believers(story, "a", "you", "key", room("garden")) == ["you"]


def test_what_somebody_took_along_when_they_left_one_may_be_told_anything_about() -> None:
    story = house(thing("key", held("b")), move("b", "garden"))
    assert believers(story, "a", "you", "key", room("cellar")) == ["you"]


def test_what_one_has_oneself_one_is_with_wherever_one_goes() -> None:
    story = house(thing("key", {"entity": "you", "how": "carried"}), *(move(e, "garden") for e in ("you", "a")))
    assert believers(story, "a", "you", "key", room("cellar")) == []


def test_that_it_is_gone_is_believed_by_who_believed_it_to_be_where_it_is_missed() -> None:
    story = house(
        thing("chest", room("kitchen"), closed=True),
        thing("key", None, **EVERYWHERE),
        lie("b", "you", "key", inside("chest")),
    )
    assert believers(story, "a", "you", "key", None) == ["you"]
    assert story.where("key", "you") is None


def test_that_it_is_gone_is_not_believed_by_who_believes_it_to_be_elsewhere_or_knows_nothing_of_it() -> None:
    story = house(thing("key", None, **EVERYWHERE), lie("b", "you", "key", room("garden")))
    assert believers(story, "a", "you", "key", None) == []
    assert story.where("key", "you") == place(room("garden"))
    story = house(thing("key", room("cellar")))
    assert believers(story, "a", "you", "key", None) == []
    assert story.where("key", "you") == "unheard of"


def test_anything_else_is_believed_also_of_a_thing_unheard_of() -> None:
    story = house(thing("key", room("cellar")))
    assert believers(story, "a", "you", "key", room("garden")) == ["you"]


# what came up in play


def hidden_by_two() -> Story:
    """Sam and Oren hide the ticket; Mara was outside."""
    there = {"container": "kitchen", "spot": "behind the clock", "hidden": True}
    return house(thing("ticket", held("b")), move("a", "garden"), hide("b", "ticket", there), move("a", "kitchen"))


def test_those_who_hid_a_thing_do_not_forget_where_when_another_misses_it() -> None:
    story = hidden_by_two()
    story.when(do("share", by="a", to=["you", "b"], claims=[{"prop": "ticket", "in": None}]))
    assert [story.where("ticket", e) == story.where("ticket") for e in ("you", "a", "b")] == [True, False, True]


def test_neither_the_liar_nor_the_accomplice_believes_the_lie() -> None:
    story = hidden_by_two()
    for liar in ("b", "you"):
        told = of(
            story.when(do("share", by=liar, to=["you", "a", "b"], claims=[{"prop": "ticket", "in": room("cellar")}])),
            "claimed",
        )
        assert told.believers == ["a"]
    assert story.where("ticket", "you") == story.where("ticket", "b") == story.where("ticket")


def test_a_claim_that_nobody_believes_is_an_event_and_hearsay_with_its_listeners() -> None:
    story = house(thing("watch", room("kitchen")))
    happened = story.when(lie("b", "you", "watch", room("garden")))
    assert masks(happened) == [("claimed", "you+a+b"), ("memory.formed", "you")]
    assert story.memories("you") == ["Oren said that the watch is in the garden."]
    assert of(happened, "memory.formed").memory_kind == "hearsay"
    assert of(happened, "memory.formed").told_by == "b"


def test_who_doubts_it_keeps_it_as_hearsay_alone() -> None:
    story = house(thing("watch", None, **EVERYWHERE))
    claim = Claim(prop="watch", in_=Place(container="garden"))
    told: list[EntityId] = ["you", "a"]
    happened = story.give([Tell(by="b", to=told, claims=[claim], heard=EVERYBODY, doubted=("you",))])
    assert of(happened, "claimed").believers == ["a"]
    assert story.where("watch", "you") is None
    assert story.memories("you") == ["Oren said that the watch is in the garden."]


def test_anything_can_be_said_and_is_then_hearsay_alone() -> None:
    story = house(thing("tin", room("kitchen"), closed=True))
    happened = story.when(do("share", by="a", to=["you"], gist="Mara said that there are biscuits in the tin."))
    assert masks(happened) == [("memory.formed", "you")]
    assert "tin" not in str(story.where("tin", "you"))


def test_what_one_concludes_changes_what_one_believes_and_nobody_learns_of_it() -> None:
    story = house(thing("watch", None, **EVERYWHERE), lie("b", "a", "watch", room("cellar")))
    happened = story.give([Conclude(who="a", claim=Claim(prop="watch", in_=Place(container="garden")))])
    assert masks(happened) == [("claimed", "a")]
    assert story.where("watch", "a") == place(room("garden"))
    assert story.where("watch", "you") is None


def test_what_stands_before_ones_eyes_or_one_hid_oneself_is_not_thought_away() -> None:
    for story in (house(thing("ticket", room("kitchen"))), hidden_by_two()):
        before = story.where("ticket", "b")
        assert story.give([Conclude(who="b", claim=Claim(prop="ticket", in_=Place(container="garden")))]) == []
        assert story.where("ticket", "b") == before


def test_one_concludes_nothing_of_what_one_does_not_know() -> None:
    story = house(thing("key", room("cellar")))
    assert story.may(Conclude(who="a", claim=Claim(prop="key", in_=Place(container="garden")))) == []
