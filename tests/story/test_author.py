"""The author's own hand: absolute values without regard to reach, notes, lore, taking away what was made."""

import pytest

from protocol.errors import INVALID_PARAMS, Fault
from tests.story.given import Story, do, handle, held, hide, house, inside, masks, move, of, place, room, thing

CHEST = thing("chest", room("kitchen"), closed=True)


def set_(
    what: str, id: str | None = None, /, witnesses: list[str] | None = None, **values: object
) -> dict[str, object]:
    """Sets values; `in_` stands for `in`."""
    given = {key.rstrip("_"): value for key, value in values.items()}
    rest = {"id": id, "witnesses": witnesses}
    return do("set", what=what, values=given, **{key: value for key, value in rest.items() if value is not None})


# props


def test_a_thing_is_put_anywhere_and_those_whom_it_goes_from_do_not_learn_where_to() -> None:
    story = house(thing("key", room("kitchen")), move("b", "garden"), move("a", "cellar"))
    gone, come = story.when(set_("prop", "key", in_=room("garden")))
    assert masks([gone, come]) == [("prop.moved", "you"), ("prop.moved", "b")]
    assert come.event.cause == gone.event.seq
    assert (story.where("key"), story.where("key", "b")) == (place(room("garden")), place(room("garden")))
    assert (story.where("key", "you"), story.where("key", "a")) == (None, place(room("kitchen")))
    assert masks(story.when(set_("prop", "key", in_=held("a"), name="a rusty key")))[1:] == [("prop.moved", "a")]
    assert (story.state("a").props["key"].name, story.where("key", "b")) == ("a rusty key", None)
    assert masks(story.when(set_("prop", "key", description="It bends."))) == [("prop.changed", "a")]


def test_what_the_author_puts_into_a_closed_thing_is_seen_by_nobody() -> None:
    story = house(CHEST, thing("key", room("kitchen")))
    assert masks(story.when(set_("prop", "key", in_=inside("chest")))) == [("prop.moved", "nobody")]
    assert (story.where("key"), story.where("key", "a")) == (place(inside("chest")), place(room("kitchen")))
    story.refuses(handle("take", "a", "key"), rule="not_known_there")
    story.when(set_("prop", "key", in_=inside("chest"), witnesses=["a"]), handle("take", "a", "key"))


def test_what_the_author_opens_or_puts_in_the_open_shows_what_is_in_it() -> None:
    story = house(CHEST, thing("bag", inside("chest")), thing("coin", inside("bag")), move("b", "garden"))
    assert masks(story.when(set_("prop", "chest", closed=False))) == [("prop.changed", "you+a"), ("perceived", "you+a")]
    assert story.where("coin", "a") == place(inside("bag"))
    assert masks(story.when(set_("prop", "chest", in_=room("garden")))) == [
        ("prop.moved", "you+a"), ("prop.moved", "b"), ("perceived", "b"),
    ]  # fmt: skip
    assert story.where("coin", "b") == place(inside("bag"))


def test_hands_hold_what_the_author_puts_there() -> None:
    story = house(*(thing(p, held("a")) for p in ("key", "hat", "cup")))
    story.when(thing("pin", room("kitchen")), set_("prop", "pin", in_=held("a")))
    assert story.where("pin") == place(held("a"))
    story.when(handle("drop", "a", "pin"))
    story.refuses(handle("take", "a", "pin"), rule="hands_full")


def test_the_author_too_puts_nothing_inside_itself_or_where_nothing_is() -> None:
    story = house(thing("bag", room("kitchen")), thing("purse", inside("bag")))
    story.refuses(set_("prop", "bag", in_=inside("purse")), rule="inside_itself")
    story.misses(set_("prop", "bag", in_=room("attic")), what="container")
    story.misses(set_("prop", "crown", name="x"), what="prop")


# people


def test_somebody_is_put_somewhere_and_it_shows_as_a_move() -> None:
    story = house(move("b", "garden"))
    moved = story.when(set_("entity", "a", container="garden", mood="cross", doing="weeding", awake=True))
    assert masks(moved) == [
        ("entity.changed", "a"), ("activity.left", "you+a"), ("activity.arrived", "a+b"), ("perceived", "a+b"),
        ("activity.changed", "a+b"),
    ]  # fmt: skip
    assert {h.event.cause for h in moved} == {None}
    assert (story.state("b").entities["a"].doing, story.room("a", "you")) == ("weeding", None)


def test_the_author_does_not_overfill_a_slot_and_places_nobody_twice() -> None:
    seat = [{"slot": "seat", "capacity": 1}]
    story = house(do("change_container", container="kitchen", slots=seat), set_("entity", "a", slot="seat"))
    assert story.state("b").entities["a"].slot == "seat"
    story.refuses(set_("entity", "b", slot="seat"), rule="slot_full")
    story.refuses(set_("entity", "b", container="kitchen", slot="roof"), rule="no_such_slot")
    story.refuses(set_("container", "kitchen", slots=[]), rule="slot_full")
    story.refuses(set_("container", "kitchen", parent="kitchen"), rule="one_place")


def test_who_is_nowhere_has_no_slot_to_be_put_in() -> None:
    Story(do("add_entity", entity="a", name="Mara")).misses(set_("entity", "a", slot="seat"), what="container")


def test_waking_by_the_authors_hand_is_waking() -> None:
    story = house(thing("key", room("kitchen")), do("act", who="b", awake=False), handle("take", "a", "key"))
    assert masks(story.when(set_("entity", "b", awake=True)))[-1] == ("perceived", "you+a+b")
    assert story.where("key", "b") == place(held("a"))


def test_the_identity_is_set_in_what_shows_and_what_is_own() -> None:
    story = house()
    happened = story.when(set_("entity", "a", name="Mara Voss", identity={"voice": "hoarse"}, goals=["leave"]))
    assert masks(happened) == [("entity.changed", "you+a+b"), ("entity.changed", "a")]
    assert (story.state("a").entities["a"].voice, story.state("b").entities["a"].voice) == ("hoarse", None)


# edges, group, clock, memories


def test_an_edge_is_set_to_absolute_values() -> None:
    story = house(do("feel", from_="a", to="you", warmth=2, trust=1, note="kind"))
    assert masks(story.when(set_("edge", "a>you", warmth=-5))) == [("edge.changed", "a")]
    edge = story.state("a").edges["a>you"]
    assert (edge.warmth, edge.trust, edge.note) == (-5, 1, "kind")
    story.refuses(set_("edge", "a>a", warmth=1), rule="wrong_value")
    for id in ("a>c", "a", "you>a>b", ""):
        story.misses({**set_("edge", warmth=1), "id": id}, what="entity")


def test_the_clock_is_set_forwards_only() -> None:
    story = house(set_("clock", clock="2024-05-01T10:00:00"))
    assert masks(story.when(set_("clock", clock="2024-05-01T12:30:00"))) == [("time.passed", "you+a+b")]
    assert (story.state("b").clock, story.state().elapsed) == ("2024-05-01T12:30:00", 150)
    story.refuses(set_("clock", clock="2024-05-01T12:29:59"), rule="clock_backwards")
    story.refuses(set_("clock", clock="2024-02-30T12:00:00"), rule="wrong_value")


def test_the_text_of_a_memory_is_set_for_those_who_keep_it() -> None:
    story = house(do("remember", gist="It raned.", by=["a", "b"]))
    before = story.log[-1].event.seq
    happened = story.when(set_("memory", "m1", gist="It rained."))
    assert masks(happened) == [("memory.formed", "a+b")]
    kept = of(happened, "memory.formed")
    assert (kept.memory, kept.gist, kept.from_) == ("m1", "It rained.", [before])
    story.misses(set_("memory", "m7", gist="x"), what="memory")


def test_the_group_and_a_container_are_set_as_by_their_commands() -> None:
    story = house(set_("group", tone="merry"), set_("container", "cellar", name="The vault"))
    assert story.state("you", "a", "b").group.tone == "merry"
    assert story.state("b").containers["cellar"].name == "The vault"
    story.misses(set_("container", "attic", name="x"), what="container")


@pytest.mark.parametrize(
    "command",
    [
        set_("weather", "x", rain=True), set_("story", writes_for_you="yes"),
        set_("prop", "chest", weight=3), set_("prop", "chest", in_={"sky": "x"}),
        set_("edge", "a>b", warmth=6), set_("clock", clock="tomorrow"), set_("entity", "a", awake="yes"),
        do("remove", what="weather", id="x"),
    ],
)  # fmt: skip
def test_what_cannot_be_set_or_removed_is_told_as_a_wrong_parameter(command: dict[str, object]) -> None:
    with pytest.raises(Fault) as wrong:
        house(CHEST).when(command)
    assert (wrong.value.code, wrong.value.data["command"]) == (INVALID_PARAMS, 0)


# taking away


def test_a_thing_is_taken_away_before_the_eyes_of_those_who_see_it_and_what_was_in_it_stays() -> None:
    story = house(CHEST, thing("key", inside("chest")), move("b", "garden"))
    happened = story.when(do("remove", what="prop", id="chest"))
    assert masks(happened) == [("prop.moved", "you+a"), ("prop.removed", "you+a")]
    assert (story.where("key", "a"), story.where("chest", "a")) == (place(room("kitchen")), "unheard of")
    assert story.where("chest", "b") == place(room("kitchen"))  # until he looks
    story.when(move("b", "kitchen"))
    assert story.where("chest", "b") is None
    story.misses(do("remove", what="prop", id="chest"), what="prop")


def test_what_is_closed_away_is_taken_away_unseen() -> None:
    story = house(CHEST, thing("key", room("kitchen")), hide("a", "key", inside("chest")))
    assert masks(story.when(do("remove", what="prop", id="key"))) == [("prop.removed", "nobody")]
    assert story.where("key", "b") == place(inside("chest"))
    story.when(handle("look_into", "b", "chest"))
    assert story.where("key", "b") is None


def test_only_an_empty_container_is_taken_away() -> None:
    story = house(thing("key", room("garden")), do("add_container", container="vault", name="x", parent="cellar"))
    for full in ("kitchen", "garden", "cellar"):
        story.refuses(do("remove", what="container", id=full), rule="one_place")
    assert masks(story.when(do("remove", what="container", id="vault"))) == [("container.removed", "you+a+b")]
    story.when(do("remove", what="container", id="cellar"))
    assert set(story.state("b").containers) == {"kitchen", "garden"}
    story.misses(do("remove", what="container", id="cellar"), what="container")


def test_nobody_believes_anything_to_be_in_a_container_that_is_no_more() -> None:
    story = house(thing("key", held("a")), move("b", "garden"), move("a", "garden"), handle("drop", "a", "key"))
    story.when(move("b", "kitchen"), handle("take", "a", "key"), move("a", "cellar"))
    assert (story.where("key", "b"), story.room("a", "b")) == (place(room("garden")), "garden")
    story.when(do("remove", what="container", id="garden"))
    assert (story.where("key", "b"), story.room("a", "b")) == (None, None)


# notes, lore, and how the story is told


def test_whether_others_write_for_you_is_the_authors_to_set_and_nobodys_to_know() -> None:
    story = house()
    assert masks(story.when(set_("story", writes_for_you=True, witnesses=["a"]))) == [("story.changed", "nobody")]
    assert (story.state().writes_for_you, story.state("a").writes_for_you) == (True, False)
    story.when(set_("story", writes_for_you=False))
    assert not story.state().writes_for_you


def test_a_note_of_the_author_is_nobodys() -> None:
    story = house()
    assert masks(story.when(do("note", text="Slower.", depth=2, witnesses=["a"]))) == [("note.set", "nobody")]
    assert (story.state().note, story.state().note_depth, story.state("a").note) == ("Slower.", 2, "")
    story.when(do("note", text=""))
    assert story.state().note == ""


def test_lore_is_given_to_those_of_its_lens_or_to_all() -> None:
    story = house()
    assert masks(story.when(do("add_lore", lore="inn", keys=["inn"], text="It burned once."))) == [
        ("lore.set", "you+a+b")
    ]
    secret = do("add_lore", lore="deed", text="Forged.", lens=["a"], witnesses=["you", "a", "b"])
    assert masks(story.when(secret)) == [("lore.set", "a")]
    assert (set(story.state("a").lore), set(story.state("b").lore)) == ({"inn", "deed"}, {"inn"})
    story.refuses(do("add_lore", lore="inn", text="Again."), rule="already_there")
    assert masks(story.when(do("remove", what="lore", id="deed"))) == [("lore.set", "a")]
    assert set(story.state("a").lore) == {"inn"}
    story.misses(do("remove", what="lore", id="deed"), what="lore")
