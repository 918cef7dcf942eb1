"""Arriving, waking and being seen: what stands before whose eyes, and what is believed afterwards."""

from tests.story.given import (
    LENSES,
    do,
    handle,
    held,
    hide,
    house,
    inside,
    masks,
    move,
    of,
    place,
    room,
    say,
    thing,
)

LAMP = thing("lamp", room("kitchen"))


def test_who_arrives_perceives_all_in_plain_sight_and_nothing_that_is_closed_in() -> None:
    story = house(
        move("b", "garden"), LAMP, thing("chest", room("kitchen"), closed=True), thing("vial", inside("chest")),
        thing("bowl", room("kitchen")), thing("plum", inside("bowl")), thing("hat", held("a")),
        do("act", who="a", doing="peeling"), do("act", who="you", awake=False),
    )  # fmt: skip
    perceived = of(story.when(move("b", "kitchen")), "perceived")
    assert {p.prop for p in perceived.props} == {"lamp", "chest", "bowl", "plum", "hat"}
    known = story.state("b")
    assert (known.entities["a"].doing, known.entities["you"].awake) == ("peeling", False)
    assert (known.props["chest"].closed, "vial" in known.props) == (True, False)


def test_what_is_perceived_on_arriving_is_before_the_eyes_of_all_who_are_there_and_awake() -> None:
    story = house(move("b", "garden"), do("act", who="you", awake=False))
    happened = story.when(move("b", "kitchen"))
    assert masks(happened)[-1] == ("perceived", "a+b")
    assert of(happened, "perceived").believers == ["a", "b"]
    assert [story.room("b", *lens) for lens in (("a",), ("a", "b"), ("you",))] == ["kitchen", "kitchen", None]


def test_what_is_not_where_it_was_believed_to_be_is_somewhere_unknown() -> None:
    story = house(LAMP, thing("cup", room("kitchen")), move("a", "garden"))
    story.when(handle("take", "b", "lamp"), move("b", "cellar"))
    assert (story.where("lamp", "a"), story.room("b", "a")) == (place(room("kitchen")), "kitchen")
    story.when(move("a", "kitchen"))
    assert (story.where("lamp", "a"), story.where("cup", "a")) == (None, place(room("kitchen")))
    assert story.room("b", "a") is None
    assert story.where("lamp", "you") == place(held("b"))
    assert story.where("lamp", "you", "a") is None  # you now see her see that it is gone


def test_slots_and_open_things_are_looked_over_with_the_room() -> None:
    slots = do("change_container", container="kitchen", slots=[{"slot": "shelf", "capacity": 1}])
    story = house(slots, thing("jar", room("kitchen", "shelf")), thing("bowl", room("kitchen")))
    story.when(thing("plum", inside("bowl")), move("a", "garden"), handle("take", "b", "jar"))
    story.when(handle("take", "b", "plum"), move("b", "cellar"), move("a", "kitchen"))
    assert (story.where("jar", "a"), story.where("plum", "a")) == (None, None)


def test_what_somebody_was_believed_to_hold_and_does_not_is_somewhere_unknown() -> None:
    story = house(LAMP, handle("take", "b", "lamp"), move("a", "garden"), hide("b", "lamp", room("kitchen")))
    story.when(move("b", "cellar"), move("a", "cellar"))
    assert story.where("lamp", "a") is None


def test_beliefs_of_what_is_in_closed_things_are_untouched_by_seeing_these() -> None:
    story = house(thing("chest", room("kitchen"), closed=True), LAMP, hide("a", "lamp", inside("chest")))
    story.when(move("a", "garden"), handle("take", "b", "lamp"), move("b", "cellar"), move("a", "kitchen"))
    assert story.where("lamp", "a") == place(inside("chest"))
    story.when(handle("open", "a", "chest"))
    assert story.where("lamp", "a") is None


def test_a_thing_that_is_gone_keeps_what_is_believed_to_be_in_it() -> None:
    story = house(thing("bag", room("kitchen")), thing("coin", inside("bag")), move("a", "garden"))
    story.when(handle("take", "b", "bag"), move("b", "cellar"), move("a", "kitchen"))
    assert (story.where("bag", "a"), story.where("coin", "a")) == (None, place(inside("bag")))


def test_falling_asleep_is_seen_and_what_happens_then_is_not() -> None:
    story = house(LAMP)
    assert masks(story.when(do("act", who="b", awake=False))) == [("activity.changed", "you+a+b")]
    assert not story.state("b").entities["b"].awake
    story.when(say("a", "Now."), handle("take", "a", "lamp"), move("a", "garden"))
    assert story.heard("b") == []
    assert (story.where("lamp", "b"), story.room("a", "b")) == (place(room("kitchen")), "kitchen")


def test_who_wakes_perceives_as_one_who_arrives() -> None:
    story = house(LAMP, do("act", who="b", awake=False), handle("take", "a", "lamp"), move("a", "garden"))
    happened = story.when(do("act", who="b", awake=True))
    assert masks(happened) == [("activity.changed", "you+b"), ("perceived", "you+b")]
    assert (story.where("lamp", "b"), story.room("a", "b")) == (None, None)
    assert masks(story.when(do("act", who="b", awake=True))) == [("activity.changed", "you+b")]


def test_who_is_carried_elsewhere_asleep_believes_to_be_where_they_fell_asleep() -> None:
    story = house(do("act", who="b", awake=False))
    assert masks(story.when(move("b", "cellar"))) == [("activity.left", "you+a"), ("activity.arrived", "nobody")]
    assert (story.room("b", "b"), story.room("b", "a"), story.room("b")) == ("kitchen", None, "cellar")
    story.when(do("act", who="b", awake=True))
    assert (story.room("b", "b"), story.room("you", "b")) == ("cellar", "kitchen")


def test_a_sleeper_is_seen_to_arrive_with_what_they_hold_and_sees_nothing() -> None:
    story = house(
        thing("hat", held("b")), thing("cup", held("b")), move("a", "garden"), do("act", who="b", awake=False)
    )
    story.when(handle("take", "you", "cup"))
    assert masks(story.when(move("b", "garden"))) == [
        ("activity.left", "you"), ("activity.arrived", "a"), ("perceived", "a"),
    ]  # fmt: skip
    assert not story.state("a").entities["b"].awake
    assert (story.where("hat", "a"), story.where("cup", "a")) == (place(held("b")), None)


def test_seeing_through_a_wall_on_arriving_looks_over_the_next_room_too() -> None:
    sight = {"sight": True}
    story = house(
        do("change_container", container="garden", opens_to=["cellar"], walls=sight),
        do("change_container", container="cellar", walls=sight),
        LAMP, hide("a", "lamp", held("a")), move("a", "cellar"), handle("drop", "a", "lamp"),
    )  # fmt: skip
    perceived = of(story.when(move("b", "garden")), "perceived")
    assert place(room("cellar")) in perceived.seen
    assert (story.where("lamp", "b"), story.room("a", "b")) == (place(room("cellar")), "cellar")
    assert perceived.believers == ["b"]  # those in the cellar are not where he looks from
    assert masks(story.when(handle("take", "a", "lamp"))) == [("prop.moved", "a+b")]


def test_what_is_seen_carried_past_a_window_is_known_and_known_from_where() -> None:
    sight = {"sight": True}
    story = house(
        do("change_container", container="garden", opens_to=["cellar"], walls=sight),
        do("change_container", container="cellar", walls=sight),
        move("b", "cellar"), move("a", "cellar", witnesses=["a"]), thing("hat", held("a"), witnesses=["a"]),
    )  # fmt: skip
    arrived = next(h for h in story.when(move("a", "garden")) if h.kind == "activity.arrived")
    assert story.where("hat", "b") == place(held("a"))
    assert story.state("b").sources["prop.hat"] == arrived.event.seq


def test_perceiving_never_touches_the_truth_nor_a_lens_without_a_believer() -> None:
    story = house(LAMP, move("a", "garden"), handle("take", "b", "lamp"), move("b", "cellar"))
    before = story.state(), story.state("b"), story.state("a", "b")
    perceived = of(story.when(move("a", "kitchen")), "perceived")
    assert before[1:] == (story.state("b"), story.state("a", "b"))
    assert (story.where("lamp"), perceived.believers) == (place(held("b")), ["you", "a"])


def test_every_lens_is_right_about_what_none_of_it_could_have_missed() -> None:
    story = house(LAMP, handle("take", "a", "lamp"), handle("drop", "a", "lamp"))
    assert {story.where("lamp", *lens) for lens in LENSES} == {place(room("kitchen"))}
