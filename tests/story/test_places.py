"""Where people are: containers, slots, nesting, walls, leaving and arriving, what somebody does."""

import pytest

from tests.story.given import Command, Story, do, held, house, masks, move, of, room, say, thing

CAR = do(
    "add_container", container="car", name="The car",
    slots=[{"slot": "wheel", "capacity": 1}, {"slot": "back", "capacity": 2}],
)  # fmt: skip


def wall(container: str, **carries: bool) -> Command:
    return do("change_container", container=container, walls=carries)


# containers


def test_a_container_is_everybodys_and_is_stated_whole() -> None:
    story = house(CAR)
    happened = story.when(do("change_container", container="car", description="It smells of dogs.", parent="garden"))
    assert masks(happened) == [("container.changed", "you+a+b")]
    car = story.state("b").containers["car"]
    assert (car.name, car.description, car.parent) == ("The car", "It smells of dogs.", "garden")
    assert [s.slot for s in car.slots] == ["wheel", "back"]
    story.when(do("change_container", container="car", parent=None))
    assert story.state().containers["car"].parent is None


def test_an_id_is_given_once_and_made_where_it_is_left_out() -> None:
    story = house()
    story.refuses(do("add_container", container="cellar", name="Another"), rule="already_there")
    made = of(story.when(do("add_container", name="A place")), "container.added").container
    story.when(move("a", made))
    assert story.room("a") == made


def test_a_container_opens_to_and_lies_in_what_there_is() -> None:
    story = house()
    story.misses(do("add_container", container="x", name="x", parent="nowhere"), what="container")
    story.misses(do("add_container", container="x", name="x", opens_to=["nowhere"]), what="container")
    story.misses(do("change_container", container="nowhere", name="x"), what="container")


def test_no_container_is_inside_itself() -> None:
    story = house(do("add_container", container="booth", name="booth", parent="kitchen"))
    story.refuses(do("change_container", container="kitchen", parent="kitchen"), rule="one_place")
    story.refuses(do("change_container", container="kitchen", parent="booth"), rule="one_place")


def test_a_container_is_changed_although_what_it_opened_to_is_gone() -> None:
    story = house(do("change_container", container="kitchen", opens_to=["cellar"]))
    story.when(do("remove", what="container", id="cellar"))
    story.when(do("change_container", container="kitchen", description="Warm."))
    assert story.state().containers["kitchen"].description == "Warm."


def test_slots_have_names_of_their_own_and_are_not_pulled_away_from_under_anybody() -> None:
    story = house(CAR, move("a", "car", slot="back"), move("b", "car", slot="back"))
    twice = [{"slot": "back", "capacity": 1}, {"slot": "back", "capacity": 1}]
    story.refuses(do("add_container", name="x", slots=twice), rule="wrong_value")
    story.refuses(do("change_container", container="car", slots=[]), rule="slot_full")
    story.refuses(do("change_container", container="car", slots=[{"slot": "back", "capacity": 1}]), rule="slot_full")
    story.when(do("change_container", container="car", slots=[{"slot": "back", "capacity": 3}]))


# moving


def test_a_move_is_leaving_and_arriving_and_the_first_names_no_destination() -> None:
    story = house(move("b", "garden"))
    happened = story.when(move("a", "garden"))
    assert masks(happened) == [("activity.left", "you+a"), ("activity.arrived", "a+b"), ("perceived", "a+b")]
    assert "garden" not in str(happened[0].payload)
    assert [h.event.cause for h in happened] == [None, happened[0].event.seq, happened[1].event.seq]
    assert [story.room("a", *lens) for lens in ((), ("a",), ("b",), ("you",), ("you", "a"))] == [
        "garden", "garden", "garden", None, None,
    ]  # fmt: skip


def test_the_first_placing_is_an_arrival_only() -> None:
    story = Story(
        do("add_container", container="inn", name="inn"), do("add_entity", entity="a", name="Mara"),
    )  # fmt: skip
    assert masks(story.when(move("a", "inn"))) == [("activity.arrived", "a"), ("perceived", "a")]


def test_within_a_container_one_neither_leaves_nor_arrives() -> None:
    story = house(CAR, move("a", "car", slot="back"), do("act", who="a", doing="dozing", attention="the road"))
    happened = story.when(move("a", "car", slot="wheel"))
    assert masks(happened) == [("activity.changed", "a")]
    now = story.state("a").entities["a"]
    assert (now.slot, now.doing, now.attention) == ("wheel", "dozing", "the road")
    story.when(move("a", "car"))
    assert story.state().entities["a"].slot is None


def test_slots_have_capacities() -> None:
    story = house(CAR, move("a", "car", slot="wheel"), move("b", "car", slot="back"))
    story.refuses(move("you", "car", slot="wheel"), rule="slot_full")
    story.refuses(move("you", "car", slot="roof"), rule="no_such_slot")
    story.refuses(move("you", "kitchen", slot="wheel"), rule="no_such_slot")
    story.when(move("you", "car", slot="back"))
    story.refuses(move("a", "car", slot="back"), rule="slot_full")
    story.when(move("you", "car", slot="back"))  # whoever sits there may stay


def test_one_moves_only_to_what_there_is() -> None:
    house().misses(move("a", "attic"), what="container")


def test_opens_to_does_not_govern_walking() -> None:
    story = house(do("change_container", container="kitchen", opens_to=["garden"]))
    story.when(move("a", "cellar"))
    assert story.room("a") == "cellar"


def test_moving_ends_what_one_was_doing() -> None:
    story = house(do("act", who="a", doing="washing up", attention="the sink"), move("a", "garden"))
    now = story.state().entities["a"]
    assert (now.doing, now.attention) == (None, None)


def test_what_is_visibly_carried_arrives_too() -> None:
    story = house(move("b", "garden"), thing("bag", held("a")), thing("ring", {"prop": "bag"}))
    arrived = of(story.when(move("a", "garden")), "activity.arrived")
    assert [p.prop for p in arrived.carrying] == ["bag", "ring"]
    closed = house(move("b", "garden"), thing("bag", held("a"), closed=True), thing("ring", {"prop": "bag"}))
    assert [p.prop for p in of(closed.when(move("a", "garden")), "activity.arrived").carrying] == ["bag"]


# acting


def test_an_act_states_all_of_the_activity_and_keeps_what_is_not_named() -> None:
    story = house(do("act", who="a", doing="knitting"))
    assert masks(story.when(do("act", who="a", attention="the door"))) == [("activity.changed", "you+a+b")]
    now = story.state("b").entities["a"]
    assert (now.doing, now.attention, now.container) == ("knitting", "the door", "kitchen")
    story.when(do("act", who="a", doing=None))
    assert (story.state().entities["a"].doing, story.state().entities["a"].attention) == (None, "the door")


# walls


@pytest.mark.parametrize(
    ("inner", "outer", "heard"), [(True, True, True), (True, False, False), (False, True, False), (False, False, False)]
)
def test_both_walls_must_let_it_through(inner: bool, outer: bool, heard: bool) -> None:
    story = house(
        do("change_container", container="garden", opens_to=["kitchen"]),
        wall("kitchen", sound=inner), wall("garden", sound=outer), move("b", "garden"),
    )  # fmt: skip
    (said,) = story.when(say("you", "Rain."))
    assert ("b" in said.witnesses) is heard


def test_sound_carries_no_sight_and_sight_no_sound() -> None:
    story = house(
        do("change_container", container="kitchen", opens_to=["garden", "cellar"]),
        wall("kitchen", sound=True, sight=True), wall("garden", sound=True), wall("cellar", sight=True),
        move("a", "garden"), move("b", "cellar"),
    )  # fmt: skip
    assert masks(story.when(say("you", "Rain."))) == [("line.said", "you+a")]
    assert masks(story.when(say("you", "points", "action"))) == [("line.said", "you+b")]
    assert masks(story.when(do("act", who="you", doing="pacing"))) == [("activity.changed", "you+b")]


def test_walls_do_not_carry_through_a_third_place() -> None:
    story = house(
        do("change_container", container="kitchen", opens_to=["garden"]),
        do("change_container", container="garden", opens_to=["cellar"]),
        *(wall(c, sound=True) for c in ("kitchen", "garden", "cellar")),
        move("a", "garden"), move("b", "cellar"),
    )  # fmt: skip
    assert masks(story.when(say("you", "Rain."))) == [("line.said", "you+a")]


def test_a_parent_is_a_neighbour_and_siblings_are_not() -> None:
    booths = [
        do("add_container", container=c, name=c, parent="kitchen", walls={"sound": True}) for c in ("booth", "nook")
    ]
    story = house(*booths, wall("kitchen", sound=True), move("a", "booth"), move("b", "nook"))
    assert masks(story.when(say("a", "Psst."))) == [("line.said", "you+a")]
    assert masks(story.when(say("you", "Rain."))) == [("line.said", "you+a+b")]


def test_who_sees_in_from_next_door_sees_who_comes_and_goes_and_what_lies_there() -> None:
    story = house(
        do("change_container", container="kitchen", opens_to=["garden"]),
        wall("kitchen", sight=True), wall("garden", sight=True), move("b", "garden"), move("a", "cellar"),
    )  # fmt: skip
    assert masks(story.when(move("a", "kitchen"))) == [
        ("activity.left", "a"), ("activity.arrived", "you+a+b"), ("perceived", "you+a"),
    ]  # fmt: skip
    assert story.room("b", "a") == "garden"  # seen through the window
    assert masks(story.when(thing("lamp", room("kitchen")))) == [("prop.added", "you+a+b")]
    story.when(move("you", "cellar"), move("you", "garden"), do("take", who="a", prop="lamp"))
    assert story.where("lamp", "you", "b") == story.where("lamp")


def test_those_never_placed_anywhere_are_together() -> None:
    story = Story(*(do("add_entity", entity=e, name=e, identity={"voice": "low"}) for e in ("you", "a", "b")))
    assert masks(story.when(say("you", "Rain."))) == [("line.said", "you+a+b")]
    assert masks(story.when(do("act", who="a", doing="nodding"))) == [("activity.changed", "you+a+b")]
