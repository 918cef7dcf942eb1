"""Where things are: adding, taking, putting down, handing over, hiding, opening, closing, and what one sees of it."""

import pytest

from tests.story.given import Story, do, handle, held, hide, house, inside, masks, move, of, place, room, thing

CHEST = thing("chest", room("kitchen"), closed=True)


def with_key(*more: dict[str, object]) -> Story:
    """The three in the kitchen with a key on the table and a closed chest."""
    return house(CHEST, thing("key", room("kitchen")), *more)


# adding


def test_a_thing_is_seen_by_those_who_see_where_it_is_put() -> None:
    story = house(move("b", "garden"))
    assert masks(story.when(thing("key", room("kitchen")))) == [("prop.added", "you+a")]
    assert masks(story.when(thing("hat", held("b")))) == [("prop.added", "b")]
    assert masks(story.when(thing("bag", held("a")))) == [("prop.added", "you+a")]
    assert masks(story.when(thing("coin", inside("bag")))) == [("prop.added", "you+a")]


def test_a_thing_that_the_author_puts_into_a_closed_one_is_seen_by_nobody() -> None:
    story = with_key()
    assert masks(story.when(thing("vial", inside("chest")))) == [("prop.added", "nobody")]
    assert masks(story.when(thing("pouch", inside("chest"), witnesses=["a"]))) == [("prop.added", "a")]
    assert masks(story.when(thing("coin", inside("pouch")))) == [("prop.added", "nobody")]  # open, but under a lid
    assert [story.where("vial", e) for e in ("you", "a", "b")] == ["unheard of"] * 3


def test_an_id_is_given_once_and_made_where_it_is_left_out() -> None:
    story = with_key()
    story.refuses(thing("key", room("garden")), rule="already_there")
    made = of(story.when(do("add_prop", name="a spoon", in_=held("a"))), "prop.added").prop
    assert story.where(made) == place(held("a"))


@pytest.mark.parametrize(
    ("in_", "what"),
    [(room("attic"), "container"), (inside("attic"), "prop"), ({"occasion": "feast"}, "occasion")],
)
def test_a_thing_lies_in_what_there_is(in_: dict[str, object], what: str) -> None:
    house().misses(thing("key", in_), what=what)


def test_a_place_may_be_a_slot_of_the_container() -> None:
    story = house(do("change_container", container="kitchen", slots=[{"slot": "shelf", "capacity": 1}]))
    story.when(thing("key", room("kitchen", "shelf")))
    assert story.where("key", "b") == place(room("kitchen", "shelf"))
    story.refuses(thing("hat", room("kitchen", "sill")), rule="no_such_slot")


# taking, putting down, handing over


def test_what_is_taken_is_seen_taken_by_those_who_see_the_taker() -> None:
    story = with_key(move("b", "garden"))
    assert masks(story.when(handle("take", "a", "key"))) == [("prop.moved", "you+a")]
    assert story.where("key", "you") == place(held("a"))
    assert story.where("key", "b") == place(room("kitchen"))
    assert masks(story.when(handle("drop", "a", "key"))) == [("prop.moved", "you+a")]
    assert story.where("key") == place(room("kitchen"))


def test_one_takes_only_what_is_within_reach() -> None:
    story = with_key(move("b", "garden"))
    story.refuses(handle("take", "b", "key"), rule="out_of_reach")
    story.refuses(handle("hand", "b", "key", to="b"), rule="out_of_reach")
    story.refuses(hide("b", "key", room("garden")), rule="out_of_reach")
    for name in ("open", "close", "look_into"):
        story.refuses(handle(name, "b", "chest"), rule="out_of_reach")
    story.misses(handle("take", "a", "crown"), what="prop")


def test_what_another_holds_is_within_reach_while_they_are_here() -> None:
    story = with_key(handle("take", "b", "key"))
    story.when(handle("take", "a", "key"))
    assert story.where("key", "b") == place(held("a"))
    story.when(move("a", "garden"))
    story.refuses(handle("take", "b", "key"), rule="out_of_reach")


def test_hands_are_finite_and_a_bag_holds_more() -> None:
    story = with_key(thing("hat", room("kitchen")), thing("bag", room("kitchen")), hide("a", "hat", inside("bag")))
    story.when(handle("take", "a", "key"), handle("take", "a", "bag"))
    story.refuses(handle("take", "a", "hat"), rule="hands_full")
    story.refuses(handle("hand", "b", "hat", to="a"), rule="hands_full")
    story.refuses(hide("b", "hat", held("a")), rule="hands_full")
    assert story.when(handle("take", "a", "key")) == []  # already in hand
    story.when(handle("drop", "a", "key"), handle("take", "a", "hat"))


def test_one_gives_what_one_holds_or_what_lies_there_but_not_what_another_holds() -> None:
    story = with_key(thing("bag", held("a")), thing("coin", inside("bag")))
    story.refuses(handle("hand", "b", "bag", to="you"), rule="not_held")
    story.refuses(handle("hand", "b", "coin", to="you"), rule="not_held")
    story.when(handle("hand", "b", "key", to="you"), handle("hand", "a", "coin", to="b"))
    assert (story.where("key", "a"), story.where("coin", "you")) == (place(held("you")), place(held("b")))


def test_one_puts_down_only_what_one_has() -> None:
    story = with_key(thing("bag", held("a")), thing("coin", inside("bag")))
    story.refuses(handle("drop", "a", "key"), rule="not_held")
    story.refuses(handle("drop", "b", "bag"), rule="not_held")
    story.when(handle("drop", "a", "coin"))
    assert story.where("coin", "b") == place(room("kitchen"))


def test_nowhere_is_no_place_to_put_a_thing_down() -> None:
    story = Story(do("add_entity", entity="a", name="Mara"), thing("key", held("a")))
    story.refuses(handle("drop", "a", "key"), rule="one_place")


def test_handing_over_needs_both_in_one_place() -> None:
    story = with_key()
    assert masks(story.when(handle("hand", "a", "key", to="b"))) == [("prop.moved", "you+a+b")]
    assert story.where("key") == place(held("b"))
    story.when(move("a", "garden"))
    story.refuses(handle("hand", "b", "key", to="a"), rule="out_of_reach")


# hiding


def test_hiding_is_seen_by_those_present_and_so_is_where() -> None:
    story = with_key(move("b", "garden"))
    assert masks(story.when(hide("a", "key", inside("chest")))) == [("prop.moved", "you+a")]
    assert story.where("key", "you") == place(inside("chest"))
    assert story.where("key", "b") == story.where("key", "a", "b") == place(room("kitchen"))


def test_one_hides_things_only_where_one_is() -> None:
    story = with_key(thing("box", room("garden")), do("plan", occasion="feast", title="A feast"))
    story.refuses(hide("a", "key", room("garden")), rule="out_of_reach")
    story.refuses(hide("a", "key", inside("box")), rule="out_of_reach")
    story.refuses(hide("a", "key", {"occasion": "feast"}), rule="out_of_reach")
    story.when(move("b", "garden"))
    story.refuses(hide("a", "key", held("b")), rule="out_of_reach")


def test_hiding_a_thing_where_it_is_shows_it_to_nobody() -> None:
    story = house(CHEST, thing("ring", inside("chest"), witnesses=["a"]))
    assert story.when(hide("a", "ring", inside("chest"))) == []


def test_no_thing_is_inside_itself() -> None:
    story = with_key(thing("bag", room("kitchen")), thing("purse", inside("bag")))
    story.refuses(hide("a", "bag", inside("bag")), rule="inside_itself")
    story.refuses(hide("a", "bag", inside("purse")), rule="inside_itself")


# closed things


def test_one_takes_out_of_a_closed_thing_only_what_one_knows_to_be_in_it() -> None:
    story = with_key(move("b", "garden"), hide("a", "key", inside("chest")), move("b", "kitchen"))
    for name in ("take", "open", "look_into"):
        story.refuses(handle(name, "b", "key"), rule="not_known_there")
    story.refuses(hide("b", "key", room("kitchen")), rule="not_known_there")
    story.refuses(handle("hand", "b", "key", to="you"), rule="not_known_there")
    story.when(handle("take", "you", "key"))
    assert story.where("key", "b") == place(held("you"))


def test_to_know_that_it_is_in_the_pouch_is_not_to_know_that_the_pouch_is_in_the_chest() -> None:
    story = house(
        CHEST, thing("pouch", room("kitchen")), thing("ring", inside("pouch")), move("b", "garden"),
        hide("a", "pouch", inside("chest")), move("b", "kitchen"),
    )  # fmt: skip
    assert story.where("ring", "b") == place(inside("pouch"))
    story.refuses(handle("take", "b", "ring"), rule="not_known_there")
    story.when(handle("look_into", "b", "chest"), handle("take", "b", "ring"))


def test_a_lid_that_was_shut_in_another_room_is_still_known_for_what_lies_under_it() -> None:
    story = house(thing("bag", held("a")), thing("coin", inside("bag")), handle("close", "a", "bag"))
    story.when(move("a", "garden"), move("b", "garden"))
    story.when(handle("take", "b", "coin"))
    assert story.where("coin") == place(held("b"))


def test_opening_shows_what_is_inside_to_all_who_see_it() -> None:
    story = with_key(thing("vial", inside("chest")), thing("box", inside("chest"), closed=True))
    story.when(thing("pearl", inside("box")), thing("purse", inside("chest")), thing("coin", inside("purse")))
    story.when(move("b", "garden"))
    happened = story.when(handle("open", "a", "chest"))
    assert masks(happened) == [("prop.changed", "you+a"), ("perceived", "you+a")]
    for e in ("you", "a"):
        assert [story.where(p, e) for p in ("vial", "box", "purse")] == [place(inside("chest"))] * 3
        assert story.where("coin", e) == place(inside("purse"))
        assert story.where("pearl", e) == "unheard of"
    assert story.where("vial", "b") == "unheard of"
    assert masks(story.when(handle("open", "a", "chest"))) == [("prop.changed", "you+a")]  # it was open already


def test_closing_takes_nothing_from_what_is_known() -> None:
    story = with_key(thing("bag", room("kitchen")), thing("coin", inside("bag")))
    assert masks(story.when(handle("close", "a", "bag"))) == [("prop.changed", "you+a+b")]
    assert story.state("b").props["bag"].closed
    assert story.where("coin", "b") == place(inside("bag"))


def test_what_comes_out_of_a_closed_thing_comes_into_sight_with_all_that_is_in_it() -> None:
    story = house(CHEST, thing("bag", inside("chest"), witnesses=["a"]), thing("coin", inside("bag")))
    assert masks(story.when(handle("take", "a", "bag"))) == [("prop.moved", "you+a+b"), ("perceived", "you+a+b")]
    assert story.where("coin", "b") == place(inside("bag"))
    assert story.where("bag", "b") == place(held("a"))


def test_a_lid_under_a_lid_is_opened_unseen() -> None:
    story = house(CHEST, thing("pouch", inside("chest"), closed=True, witnesses=["a"], name="the oilskin"))
    assert masks(story.when(handle("open", "a", "pouch"))) == [("prop.changed", "a")]
    assert masks(story.when(handle("close", "a", "pouch"))) == [("prop.changed", "a")]
    assert "oilskin" not in str(story.state("b"))


# looking into


def test_looking_into_shows_the_contents_to_the_looker_and_to_others_that_somebody_looked() -> None:
    story = with_key(thing("vial", inside("chest")), move("b", "garden"))
    assert masks(story.when(handle("look_into", "a", "chest"))) == [("activity.changed", "you+a"), ("perceived", "a")]
    assert story.where("vial", "a") == place(inside("chest"))
    assert story.where("vial", "you") == story.where("vial", "b") == "unheard of"
    assert story.state("you").entities["a"].attention == "looking into the chest"
    assert story.state("b").entities["a"].attention is None


def test_looking_into_a_thing_under_a_lid_does_not_name_it_to_others() -> None:
    story = house(CHEST, thing("pouch", inside("chest"), closed=True, witnesses=["a"], name="the oilskin"))
    story.when(thing("ring", inside("pouch")), handle("look_into", "a", "pouch"))
    assert story.where("ring", "a") == place(inside("pouch"))
    assert story.state("b").entities["a"].attention == "looking into the chest"
    assert "oilskin" not in str(story.state("b"))


def test_looking_into_an_empty_thing_ends_the_belief_that_something_is_in_it() -> None:
    story = with_key(hide("b", "key", inside("chest")), move("b", "garden"), handle("take", "a", "key"))
    story.when(move("a", "cellar"), move("b", "kitchen"))
    assert story.where("key", "b") == place(inside("chest"))
    story.when(handle("look_into", "b", "chest"))
    assert story.where("key", "b") is None
