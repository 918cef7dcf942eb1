"""Spots, what is hidden, and searching: who saw it hidden knows, who comes in or wakes does not, who searches finds."""

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
    masks,
    move,
    of,
    place,
    room,
    thing,
)

SHELF: Command = {"container": "kitchen", "spot": "on the shelf below the counter"}
BEHIND: Command = {"container": "kitchen", "spot": "behind the cushion", "hidden": True}


def put(who: str, prop: str, in_: Command, **more: object) -> Command:
    return do("put", who=who, prop=prop, in_=in_, **more)


def hidden(*before: Command) -> Story:
    """Mara pushes a letter behind the cushion, before Sam's eyes; Oren is in the garden."""
    return house(thing("letter", held("a")), move("b", "garden"), *before, put("a", "letter", BEHIND))


def test_a_thing_lies_in_a_spot_and_all_who_are_there_see_where() -> None:
    story = house(thing("cup", held("a")))
    assert masks(story.when(put("a", "cup", SHELF))) == [("prop.moved", "you+a+b")]
    assert {story.where("cup", *lens) for lens in LENSES} == {place(SHELF)}


def test_who_saw_it_hidden_knows_and_who_comes_in_does_not() -> None:
    story = hidden(move("b", "cellar"))
    story.when(move("b", "kitchen"))
    assert [story.where("letter", e) for e in ("you", "a", "b")] == [place(BEHIND), place(BEHIND), None]


def test_one_who_knew_it_in_her_hand_finds_that_it_is_there_no_more() -> None:
    story = house(thing("letter", held("a")), do("act", who="b", awake=False), put("a", "letter", BEHIND))
    assert story.where("letter", "b") == place(held("a"))
    story.when(do("act", who="b", awake=True))
    assert story.where("letter", "b") is None
    story.when(move("a", "garden"), move("a", "kitchen"))
    assert story.where("letter", "b") is None, "and who comes and goes does not give it away"


def test_those_who_saw_it_hidden_go_on_knowing_it_when_they_come_back() -> None:
    story = hidden()
    story.when(move("you", "garden"), move("you", "kitchen"))
    assert story.where("letter", "you") == place(BEHIND)


def test_who_searches_finds_and_others_see_only_that_they_search() -> None:
    story = hidden()
    story.when(move("b", "kitchen"))
    happened = story.when(do("search", who="b", container="kitchen"))
    assert masks(happened) == [("activity.changed", "you+a+b"), ("perceived", "b")]
    assert story.where("letter", "b") == place(BEHIND)
    assert story.state("you").entities["b"].attention == "searching The kitchen"
    assert [story.room(e, "b") for e in ("you", "a", "b")] == ["kitchen"] * 3, "who is there is still there"


def test_who_searches_in_vain_knows_that_it_is_not_hidden_there() -> None:
    story = hidden()
    story.when(do("set", what="prop", id="letter", values={"in": room("cellar")}, witnesses=[]))
    story.when(do("search", who="you", container="kitchen"))
    assert story.where("letter", "you") is None
    assert story.where("letter", "a") == place(BEHIND)
    assert [story.room(e, "you") for e in ("you", "a")] == ["kitchen", "kitchen"], "nobody else is lost by that"


def test_a_thing_is_searched_as_one_looks_into_it() -> None:
    story = house(thing("bag", room("kitchen"), closed=True), thing("coin", inside("bag")))
    assert masks(story.when(do("search", who="you", prop="bag"))) == [
        ("activity.changed", "you+a+b"),
        ("perceived", "you"),
    ]
    assert (story.where("coin", "you"), story.where("coin", "a")) == (place(inside("bag")), "unheard of")


def test_one_searches_where_one_is_and_one_thing_at_a_time() -> None:
    story = house(thing("bag", room("kitchen")))
    story.refuses(do("search", who="you", container="garden"), rule="out_of_reach")
    story.refuses(do("search", who="you"), rule="wrong_value")
    story.refuses(do("search", who="you", container="kitchen", prop="bag"), rule="wrong_value")
    story.misses(do("search", who="you", container="attic"), what="container")


def test_who_hid_it_or_saw_it_hidden_can_take_it_and_nobody_else() -> None:
    for who in ("a", "you"):
        story = hidden()
        happened = story.when(handle("take", who, "letter"))
        assert masks(happened)[0] == ("prop.moved", "you+a")
        assert story.where("letter") == place(held(who))
    story = hidden()
    story.when(move("b", "kitchen"))
    story.refuses(handle("take", "b", "letter"), rule="not_known_there")
    story.when(do("search", who="b", container="kitchen"), handle("take", "b", "letter"))
    assert {story.where("letter", *lens) for lens in LENSES} == {place(held("b"))}


def test_taking_it_out_is_seen_with_what_is_in_it() -> None:
    story = house(thing("bag", held("a")), thing("coin", inside("bag")), move("b", "garden"), put("a", "bag", BEHIND))
    story.when(move("b", "kitchen"), handle("take", "a", "bag"))
    assert (story.where("bag", "b"), story.where("coin", "b")) == (place(held("a")), place(inside("bag")))


def test_what_lies_on_a_closed_thing_is_seen_with_it_and_what_is_in_it_is_not() -> None:
    story = house(thing("box", held("a"), closed=True), thing("ring", inside("box")), thing("cup", held("a")))
    story.when(put("a", "cup", {"prop": "box", "on": True}), put("a", "box", BEHIND), move("b", "garden"))
    story.when(move("b", "kitchen"), handle("take", "a", "box"))
    assert [story.where("cup", who) for who in ("a", "b")] == [place({"prop": "box", "on": True})] * 2
    assert [who for who in ("you", "a", "b") if "ring" in story.state(who).props] == []


def test_what_is_in_something_worn_is_seen_by_who_wears_it_alone_and_what_is_on_it_by_all() -> None:
    muff: Command = {"entity": "a", "how": "worn"}
    story = house(thing("muff", muff), thing("purse", held("a")), thing("pin", held("a")), move("b", "garden"))
    story.when(put("a", "purse", {"prop": "muff"}), put("a", "pin", {"prop": "muff", "on": True}))
    assert story.where("purse", "you") == place(inside("muff")), "it went in before their eyes"
    assert [p.prop for p in of(story.when(move("b", "kitchen")), "perceived").props] == ["muff", "pin"]
    assert of(story.when(move("a", "garden")), "activity.arrived").carrying[-1].prop == "pin"
    story.when(handle("close", "a", "muff"), handle("open", "a", "muff"), move("b", "garden"))
    assert story.where("purse", "b") is None
    story.refuses(handle("take", "b", "purse"), rule="not_known_there")
    story.when(handle("take", "a", "purse"))
    assert story.where("purse", "b") == place(held("a"))


def test_what_is_dropped_lies_in_a_spot_or_out_of_sight() -> None:
    story = house(thing("key", held("a")), thing("cup", held("a")), move("b", "garden"))
    story.when(
        handle("drop", "a", "cup", spot="on the sill"), handle("drop", "a", "key", spot="under the mat", hidden=True)
    )
    story.when(move("b", "kitchen"))
    assert story.where("cup", "b") == place({"container": "kitchen", "spot": "on the sill"})
    assert story.where("key", "b") is None
    assert story.where("key", "you") == place({"container": "kitchen", "spot": "under the mat", "hidden": True})


@pytest.mark.parametrize(
    "wrong",
    [{"entity": "a", "spot": "x"}, {"prop": "bag", "hidden": True}, {"container": "kitchen", "on": True},
     {"container": "kitchen", "how": "worn"}, {"prop": "bag", "how": "carried"}, {"entity": "a", "on": True},
     {"container": "kitchen", "spot": ""}, {"container": "kitchen", "spot": "x" * 61}],
    ids=str,
)  # fmt: skip
def test_a_place_says_nothing_that_does_not_go_with_it(wrong: Command) -> None:
    with pytest.raises(Exception, match=r"place is exactly one|length"):
        place(wrong)


def test_somebody_is_in_a_spot_until_they_go_elsewhere() -> None:
    story = house(move("a", "garden", spot="under the tree"), move("you", "garden"))
    assert [story.state(e).entities["a"].spot for e in ("you", "a", "b")] == ["under the tree", "under the tree", None]
    story.when(do("act", who="a", doing="reading"))
    assert story.state("you").entities["a"].spot == "under the tree"
    story.when(move("a", "garden", spot="by the wall"))
    assert story.state("you").entities["a"].spot == "by the wall"
    story.when(do("act", who="a", spot=None))
    assert story.state("you").entities["a"].spot is None
    story.when(move("a", "garden", spot="by the wall"), move("a", "kitchen"))
    assert story.state("b").entities["a"].spot is None


def test_a_thing_is_not_put_where_one_is_not() -> None:
    story = house(thing("cup", held("a")))
    story.refuses(put("a", "cup", {"container": "garden", "spot": "under the tree"}), rule="out_of_reach")
    assert of(story.when(put("a", "cup", SHELF)), "prop.moved").in_ == place(SHELF)


def test_putting_and_hiding_are_one_command_by_two_names() -> None:
    one, other = house(thing("cup", held("a"))), house(thing("cup", held("a")))
    one.when(put("a", "cup", BEHIND))
    other.when(do("hide", who="a", prop="cup", in_=BEHIND))
    assert one.world == other.world
