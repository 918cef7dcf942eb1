"""How somebody has a thing: held (seen, takes a hand), worn (seen, takes none), carried (unseen, takes none)."""

import pytest

from tests.story.given import (
    LENSES,
    Command,
    Story,
    do,
    handle,
    held,
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

WORN: Command = {"entity": "a", "how": "worn"}
CARRIED: Command = {"entity": "a", "how": "carried"}


def things(*names: str) -> Story:
    return house(*(thing(n, room("kitchen")) for n in names))


def test_only_what_is_held_takes_a_hand() -> None:
    story = things("key", "jersey", "cup", "lamp", "sheet")
    story.when(handle("take", "a", "key", how="carried"), handle("take", "a", "jersey", how="worn"))
    story.when(handle("take", "a", "cup"), handle("take", "a", "lamp"))
    story.refuses(handle("take", "a", "sheet"), rule="hands_full")
    story.when(handle("take", "a", "sheet", how="carried"))
    story.refuses(handle("take", "a", "key"), rule="hands_full")
    story.when(handle("take", "a", "cup", how="worn"), handle("take", "a", "key"))


def test_who_is_handed_something_may_wear_or_pocket_it() -> None:
    story = house(
        thing("cup", held("a")), thing("lamp", held("a")), thing("coin", held("you")), thing("hat", held("you"))
    )
    story.refuses(handle("hand", "you", "coin", to="a"), rule="hands_full")
    story.when(handle("hand", "you", "coin", to="a", how="carried"), handle("hand", "you", "hat", to="a", how="worn"))
    assert (story.where("coin"), story.where("hat")) == (place(CARRIED), place(WORN))


@pytest.mark.parametrize(("how", "seen"), [("held", True), ("worn", True), ("carried", False)])
def test_who_comes_in_sees_what_is_held_and_worn_and_not_what_is_carried(how: str, seen: bool) -> None:
    story = house(move("b", "garden"), thing("ring", {"entity": "a", "how": how}), move("b", "kitchen"))
    assert (story.where("ring", "b") != "unheard of") is seen
    assert (story.where("ring", "you") != "unheard of") is seen, "nor did anybody see it come into her pocket"
    assert story.where("ring", "a") == place({"entity": "a", "how": how})


@pytest.mark.parametrize(("how", "seen"), [("held", True), ("worn", True), ("carried", False)])
def test_who_goes_elsewhere_brings_it_along_as_they_have_it(how: str, seen: bool) -> None:
    story = house(move("b", "garden"), thing("ring", {"entity": "a", "how": how}), move("a", "garden"))
    assert (story.where("ring", "b") != "unheard of") is seen
    assert story.where("ring", "a") == story.where("ring")


def test_pocketing_and_taking_out_are_seen() -> None:
    story = things("coin")
    assert masks(story.when(handle("take", "a", "coin", how="carried"))) == [("prop.moved", "you+a+b")]
    assert {story.where("coin", *lens) for lens in LENSES} == {place(CARRIED)}
    story = house(thing("coin", CARRIED))
    assert story.where("coin", "you") == "unheard of"
    story.when(handle("take", "a", "coin"))
    assert {story.where("coin", *lens) for lens in LENSES} == {place(held("a"))}


def test_from_a_pocket_only_who_knows_of_it_takes_it() -> None:
    story = house(thing("coin", CARRIED))
    story.refuses(handle("take", "you", "coin"), rule="not_known_there")
    story = things("coin")
    story.when(handle("take", "a", "coin", how="carried"), handle("take", "you", "coin"))
    assert story.where("coin", "b") == place(held("you"))


def test_what_is_in_a_pocketed_bag_is_carried_too() -> None:
    story = house(thing("bag", CARRIED), thing("map", inside("bag")), move("you", "garden"), move("you", "kitchen"))
    assert (story.where("bag", "you"), story.where("map", "you")) == ("unheard of", "unheard of")
    story.refuses(handle("take", "you", "map"), rule="not_known_there")
    story.when(handle("take", "a", "map"))
    assert story.where("map", "you") == place(held("a"))
    assert story.where("bag", "you") == "unheard of"


def test_a_lie_about_a_sleeve_is_believed_and_one_about_hands_is_not() -> None:
    story = house(thing("watch", None, witnesses=["you", "a", "b"]))
    assert of(story.when(lie("b", "you", "watch", held("a"))), "claimed").believers == []
    assert of(story.when(lie("b", "you", "watch", WORN)), "claimed").believers == []
    assert of(story.when(lie("b", "you", "watch", CARRIED)), "claimed").believers == ["you"]
    story.when(move("a", "garden"), move("a", "kitchen"))
    assert story.where("watch", "you") == place(CARRIED), "nothing that one sees speaks against it"


def test_looking_at_somebody_shows_what_they_carry_to_be_in_no_hand_of_theirs() -> None:
    story = house(thing("ring", held("a")), do("act", who="b", awake=False), handle("take", "a", "ring", how="carried"))
    story.when(do("act", who="b", awake=True))
    assert story.where("ring", "b") is None


# on and in


def test_a_tray_has_glasses_on_it_and_all_see_them_though_it_be_shut() -> None:
    story = house(
        thing("box", held("a"), closed=True), thing("glass", {"prop": "box", "on": True}), thing("coin", inside("box"))
    )
    assert (story.where("glass", "b"), story.where("coin", "b")) == (place({"prop": "box", "on": True}), "unheard of")
    story.refuses(handle("take", "b", "coin"), rule="not_known_there")
    story.when(handle("take", "b", "glass"))
    assert story.where("glass", "you") == place(held("b"))


def test_what_is_on_a_thing_goes_along_with_it() -> None:
    story = house(
        thing("tray", held("a")), thing("glass", {"prop": "tray", "on": True}), move("b", "garden"), move("a", "garden")
    )
    assert story.where("glass", "b") == place({"prop": "tray", "on": True})
    story.when(handle("drop", "a", "tray", hidden=True), move("you", "garden"))
    story.refuses(handle("take", "you", "glass"), rule="not_known_there")


def test_what_was_on_a_thing_and_is_not_when_one_looks_is_somewhere_unknown() -> None:
    on = {"prop": "tray", "on": True}
    story = house(thing("tray", room("kitchen")), thing("glass", on), move("b", "garden"), handle("take", "a", "glass"),
                  move("a", "cellar"), move("b", "kitchen"))  # fmt: skip
    assert story.where("glass", "b") is None
    assert story.where("glass", "you") == place(held("a"))


def test_putting_something_on_a_thing_is_not_putting_it_in() -> None:
    story = house(thing("box", room("kitchen")), thing("cup", held("a")))
    story.when(do("put", who="a", prop="cup", in_={"prop": "box", "on": True}), handle("close", "a", "box"))
    story.when(move("b", "garden"), move("b", "kitchen"))
    assert story.where("cup", "b") == place({"prop": "box", "on": True})


# what a thing is like


def test_a_condition_replaces_the_one_before_and_is_seen_by_those_who_see_the_thing() -> None:
    story = house(thing("letter", room("kitchen"), condition="sealed"), move("b", "garden"))
    happened = story.when(do("change_prop", prop="letter", who="a", condition="opened"))
    assert masks(happened) == [("prop.changed", "you+a")]
    assert [story.state(e).props["letter"].condition for e in ("you", "a", "b")] == ["opened", "opened", "sealed"]
    story.when(move("b", "kitchen"))
    assert story.state("b").props["letter"].condition == "opened"


def test_it_keeps_its_condition_wherever_it_is_put() -> None:
    story = house(thing("glass", room("kitchen"), condition="cracked"), move("b", "garden"))
    story.when(handle("take", "a", "glass"), move("a", "garden"), handle("drop", "a", "glass", spot="on the wall"))
    assert story.state("b").props["glass"].condition == "cracked"


def test_a_thing_turns_out_to_be_called_something_else_and_to_be_otherwise() -> None:
    story = house(thing("boat", room("kitchen"), description="small"))
    story.when(do("change_prop", prop="boat", name="the Teal", description="small, with a bailer"))
    boat = story.state("b").props["boat"]
    assert (boat.name, boat.description, boat.in_) == ("the Teal", "small, with a bailer", place(room("kitchen")))


def test_who_changes_a_thing_reaches_it_and_says_what_is_different() -> None:
    story = house(
        thing("letter", room("garden")), thing("tin", room("kitchen"), closed=True), thing("coin", inside("tin"))
    )
    story.refuses(do("change_prop", prop="letter", who="a", condition="torn"), rule="out_of_reach")
    story.refuses(do("change_prop", prop="coin", who="a", condition="bent"), rule="not_known_there")
    story.refuses(do("change_prop", prop="tin"), rule="wrong_value")
    story.misses(do("change_prop", prop="sword", condition="bent"), what="prop")
    story.when(do("change_prop", prop="tin", condition=""))


def test_what_is_changed_out_of_sight_is_known_to_who_changed_it() -> None:
    story = house(thing("coin", CARRIED))
    assert masks(story.when(do("change_prop", prop="coin", who="a", condition="bent"))) == [("prop.changed", "a")]
