"""Reading, the pure part: where people are and what they do, by a reader's answer."""

import pytest

from daemon.story.in_words import where
from tests.story.given import LENSES, Story, do, house, move, of, room, say, thing
from tests.telling.passages import comes, passage, read, rule
from tests.telling.reading.tables import table


def inn(*more: dict[str, object]) -> Story:
    """A tearoom with a counter for one and a table for two, in which the three are, and a quay."""
    return Story(
        do("add_container", container="tearoom", name="The harbour tearoom",
           slots=[{"slot": "counter", "capacity": 1}, {"slot": "window table", "capacity": 2}]),
        do("add_container", container="quay", name="The quay", opens_to=["tearoom"]),
        do("add_entity", entity="you", name="Robin", identity={"description": "Here."}),
        do("add_entity", entity="a", name="Maren", identity={"description": "Here."}),
        do("add_entity", entity="b", name="Bram", identity={"description": "Here."}),
        move("you", "tearoom", slot="window table"), move("a", "tearoom", slot="counter"), move("b", "tearoom"),
        *more,
    )  # fmt: skip


# moving


@pytest.mark.parametrize("called", ["quay", "The quay", "the quay", "Quay", "container:quay", "to the quay"])
def test_a_place_is_found_by_its_id_and_by_any_way_of_naming_it(called: str) -> None:
    story = inn(say("a", "steps out to the quay", "action"))
    comes(story, {"do": "move", "n": 1, "to": called})
    assert story.room("a") == "quay"


def test_who_is_left_out_is_whose_line_it_is_and_names_will_do() -> None:
    story = inn(say("you", "goes out", "action"), say("a", "follows", "action"))
    comes(story, {"do": "move", "n": 1, "to": "quay"}, {"do": "move", "n": 2, "who": "Maren", "to": "quay"}, count=2)
    assert (story.room("you"), story.room("a")) == ("quay", "quay")


@pytest.mark.parametrize("who", ["none", "None", "nobody", "everyone", "somebody else", 3, ["you", "a"], {}])
def test_a_who_that_is_nobody_is_refused_and_not_taken_for_whose_line_it_is(who: object) -> None:
    story = inn(say("a", "goes out to the quay", "action"))
    assert rule(story, {"do": "move", "n": 1, "who": who, "to": "quay"}) == "not_known"


@pytest.mark.parametrize("who", ["", " ", None, "null", "-", [], "speaker", "the speaker", "I", "Narrator", ["Maren"]])
def test_a_who_that_is_empty_or_the_one_whose_line_it_is_is_they(who: object) -> None:
    story = inn(say("a", "goes out to the quay", "action"))
    comes(story, {"do": "move", "n": 1, "who": who, "to": "quay"})
    assert story.room("a") == "quay"


def test_a_place_comes_into_being_as_somebody_goes_there_and_can_be_named_from_then_on() -> None:
    story = inn(
        say("a", "climbs the narrow stairs to the attic and sets a lamp on the sill", "action"),
        say("you", "I follow you up.", "speech"),
    )
    comes(
        story,
        {"do": "move", "n": 1, "to": "the attic", "place": "tearoom"},
        {"do": "put", "n": 1, "it": "lamp", "to": "attic", "spot": "on the sill"},
        {"do": "move", "n": 2, "who": "you", "to": "Attic"},
        count=2,
    )
    attic = story.state().containers["attic"]
    assert (attic.name, attic.opens_to, attic.walls.sound) == ("The attic", ["tearoom"], False)
    assert (story.room("a"), story.room("you"), story.room("b")) == ("attic", "attic", "tearoom")
    assert where(story.state(), story.state("you").props["lamp"].in_) == "on the sill, in the attic"
    assert story.where("lamp", "b") == "unheard of"


def test_two_places_may_be_called_alike_only_if_one_is_meant() -> None:
    story = inn(say("a", "walks to the long quay", "action"))
    comes(story, {"do": "move", "n": 1, "to": "long quay"})
    assert story.room("a") == "long-quay"
    assert story.state().containers["long-quay"].name == "The long quay"


def test_a_place_that_no_line_names_does_not_come_into_being() -> None:
    story = inn(say("a", "goes out", "action"))
    assert rule(story, {"do": "move", "n": 1, "to": "lighthouse"}) == "not_in_prose"
    assert rule(story, {"do": "move", "n": 1}) == "wrong_value"


def test_a_place_is_not_called_by_what_is_a_secret_to_whoever_goes_there() -> None:
    story = inn(
        say("a", "The obsidian.", "thought"), do("say", who="you", text="goes out", manner="action", witnesses=["a"])
    )
    assert rule(story, {"do": "move", "n": 2, "to": "the obsidian"}, count=2) == "not_in_prose"


def test_those_whom_a_line_tells_where_somebody_goes_know_it() -> None:
    story = inn(say("a", "I am going down to the quay."), say("a", "leaves", "action"))
    comes(story, {"do": "move", "n": 1, "to": "quay"}, count=2)
    assert [story.room("a", e) for e in ("you", "a", "b")] == ["quay"] * 3
    silent = inn(say("a", "leaves", "action"))
    comes(silent, {"do": "move", "n": 1, "to": "quay"})
    assert [silent.room("a", e) for e in ("you", "a", "b")] == [None, "quay", None]
    whispered = inn(say("a", "I go to the quay.", "whisper", "you"))
    comes(whispered, {"do": "move", "n": 1, "to": "quay"})
    assert [whispered.room("a", e) for e in ("you", "a", "b")] == ["quay", "quay", None]


def test_who_tells_how_another_goes_knows_where_to() -> None:
    told = (say("you", "I am off to bed."), say("a", "waits until your step has found the fourth stair", "action"))
    attic = {"do": "add_container", "container": "attic", "name": "The attic", "opens_to": ["tearoom"]}
    story = inn(attic, *told)
    comes(story, {"do": "move", "n": 2, "who": "you", "to": "attic"}, count=2)
    assert [story.room("you", e) for e in ("you", "a", "b")] == ["attic", "attic", None]
    asked = inn(attic, told[0], say("a", "Where to?"))
    comes(asked, {"do": "move", "n": 2, "who": "you", "to": "attic"}, count=2)
    assert [asked.room("you", e) for e in ("you", "a", "b")] == ["attic", None, None]
    left = inn(attic, say("you", "I am off.", "whisper", "b"), say("a", "hums to herself, her back to you", "action"))
    comes(left, {"do": "move", "n": 2, "who": "you", "to": "attic"}, count=2)
    assert left.room("you", "a") is None, "what was said of going she did not hear"


def test_a_little_word_tells_nobody_where_somebody_goes() -> None:
    story = inn(
        {"do": "add_container", "container": "house", "name": "House on the hill", "opens_to": ["tearoom"]},
        say("a", "goes out and shuts the door on the wind", "action"),
    )
    comes(story, {"do": "move", "n": 1, "to": "house"})
    assert [story.room("a", e) for e in ("you", "a", "b")] == [None, "house", None]


def test_who_leaves_a_slot_leaves_it_even_where_the_next_one_is_taken() -> None:
    story = inn(say("you", "I carry my cup over to the counter.", "action"))
    comes(story, {"do": "move", "n": 1, "to": "tearoom", "spot": "at the counter"})
    robin = story.state().entities["you"]
    assert (robin.container, robin.slot, robin.spot) == ("tearoom", None, "at the counter")


def test_a_spot_that_means_a_slot_with_room_is_the_slot() -> None:
    story = inn(say("b", "sits down at the window table", "action"))
    comes(story, {"do": "move", "n": 1, "spot": "at the window table"})
    assert (story.state().entities["b"].slot, story.state().entities["b"].spot) == ("window table", None)


# acting


def test_what_somebody_does_is_in_the_readers_words_and_before_all_eyes() -> None:
    story = table(say("a", "She lies down on the bench.", "action"))
    comes(story, {"do": "act", "n": 1, "text": "lying on the bench, eyes shut"})
    assert {story.state(*lens).entities["a"].doing for lens in LENSES} == {"lying on the bench, eyes shut"}


def test_who_is_shaken_by_another_wakes_and_does_nothing_yet() -> None:
    story = table(do("act", who="b", awake=False), say("a", "shakes Oren by the shoulder", "action"))
    comes(story, {"do": "act", "n": 1, "who": "b", "awake": True, "text": "dancing"})
    oren = story.state().entities["b"]
    assert (oren.awake, oren.doing) == (True, None)


def test_what_another_word_for_it_says_is_understood() -> None:
    story = table(say("a", "falls asleep", "action"))
    comes(story, {"do": "sleep", "n": 1})
    assert story.state().entities["a"].awake is False


def test_what_somebody_does_is_taken_from_a_line_of_their_own() -> None:
    story = table(say("a", "sits down with a book", "action"), say("b", "nods", "action"))
    comes(story, {"do": "act", "n": 2, "who": "a", "text": "reading"}, count=2)
    assert story.state().entities["a"].doing == "reading"


def test_looks_and_states_replace_the_old_before_all_eyes() -> None:
    story = table(say("a", "takes off her wet coat and binds her hand", "action"))
    comes(
        story,
        {"do": "looks", "n": 1, "text": "tall, in a blue jersey"},
        {"do": "state", "n": 1, "text": "left hand bandaged"},
    )
    for lens in LENSES:
        mara = story.state(*lens).entities["a"]
        assert (mara.appearance, mara.status) == ("tall, in a blue jersey", "left hand bandaged")


def test_one_who_was_away_finds_how_somebody_looks_when_they_see_them_again() -> None:
    story = table(move("b", "garden"), say("a", "puts on a red scarf", "action"))
    comes(story, {"do": "looks", "n": 1, "text": "tall, in a red scarf"})
    assert story.state("b").entities["a"].appearance == "tall"
    story.when(move("b", "kitchen"))
    assert story.state("b").entities["a"].appearance == "tall, in a red scarf"


# what prose may not do


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"do": "move", "who": "you", "to": "garden"}, "not_yours"),
        ({"do": "move", "who": "b", "to": "garden"}, "not_yours"),
        ({"do": "act", "who": "you", "text": "dancing"}, "not_yours"),
        ({"do": "act", "who": "you", "awake": False}, "not_yours"),
        ({"do": "move", "who": "Nobody at all", "to": "garden"}, "not_known"),
        ({"do": "looks", "who": "a"}, "wrong_value"),
    ],
    ids=str,
)
def test_a_bots_line_does_not_move_others(change: dict[str, object], because: str) -> None:
    assert rule(table(say("a", "You go to the garden, Sam, dancing!")), {"n": 1, **change}) == because


@pytest.mark.parametrize(("typed", "there"), [("Let us laugh.", "kitchen"), ("To the garden, Oren!", "garden")])
def test_what_a_bots_line_is_said_to_move_is_moved_by_a_typed_line_that_has_a_word_of_it(
    typed: str, there: str
) -> None:
    story = table(say("you", typed), say("a", "Gladly."))
    change = {"do": "move", "n": 2, "who": "b", "to": "garden"}
    if there == "kitchen":
        assert rule(story, change, 2) == "not_yours"
    else:
        comes(story, change, count=2)
    assert story.room("b") == there


def test_a_bots_line_may_act_for_you_where_the_story_allows_it() -> None:
    story = table(
        do("set", what="story", values={"writes_for_you": True}), say("a", "Sam goes to the garden.", "action")
    )
    p = passage(story, for_you=True)
    (change,) = read(p, {"do": "move", "n": 1, "who": "you", "to": "garden"}).changes
    assert change.item.who == "you"
    assert p.may_act(change.item.part, "you")


def test_what_a_person_typed_acts_for_all_and_a_narrator_for_the_bots() -> None:
    story = table(say("you", "We all go out, and Mara first.", "action"))
    comes(story, {"do": "move", "n": 1, "who": "a", "to": "garden"})
    assert story.room("a") == "garden"
    told = table(say(None, "Mara leaves for the garden, and Sam follows.", "narration"))
    p = passage(told)
    narrated = [x.__class__(x.seq, x.who, x.manner, x.text, x.to, x.witnesses, "narrate") for x in p.parts]
    assert p.may_act(narrated[0], "a")
    assert not p.may_act(narrated[0], "you")


def test_changes_are_made_one_after_the_other_each_in_the_world_before_it() -> None:
    story = inn(thing("coat", room("quay")), say("a", "goes out, takes the coat and comes back", "action"))
    comes(
        story,
        {"do": "move", "n": 1, "to": "quay"},
        {"do": "put", "n": 1, "it": "coat", "how": "worn"},
        {"do": "move", "n": 1, "to": "tearoom"},
    )
    assert story.room("a") == "tearoom"
    assert story.where("coat", "you") == story.where("coat")
    assert where(story.state(), story.state().props["coat"].in_) == "worn by Maren"


def test_they_are_caused_by_the_part_that_they_name() -> None:
    story = table()
    lines = [h.event.seq for h in story.log if h.kind == "line.said"][-2:]
    happened = comes(
        story,
        {"do": "act", "n": 1, "who": "you", "text": "sitting"},
        {"do": "act", "n": 2, "text": "humming"},
        {"do": "act", "n": "line 1", "who": "b", "text": "watching"},
        {"do": "act", "n": 99, "text": "humming a tune"},
        {"do": "act", "n": -4, "who": "you", "text": "sitting still"},
        count=2,
    )
    assert [h.event.cause for h in happened] == [lines[0], lines[1], lines[0], lines[1], lines[0]]


def test_time_passes() -> None:
    story = house(
        do("open_scene", container="kitchen", present=["you", "a"], at="2031-05-01T12:00:00"),
        say("a", "An hour later."),
    )
    assert of(comes(story, minutes=60), "time.passed").clock == "2031-05-01T13:00:00"


# a thing that goes, and moves that were made already


def test_a_cart_goes_to_a_place_and_people_with_it_only_where_the_change_says_so() -> None:
    for more, there in (({}, "tearoom"), ({"who": "a"}, "ford")):
        story = inn(thing("cart", room("tearoom")), say("a", "drives the cart down to the ford", "action"))
        comes(story, {"do": "move", "n": 1, "it": "cart", "to": "the ford", **more})
        assert where(story.state("you"), story.state("you").props["cart"].in_) == "in the ford"
        assert story.room("a") == there


def test_a_thing_that_somebody_has_goes_where_they_go_and_one_out_of_reach_does_not() -> None:
    story = inn(thing("lamp", {"entity": "a"}), say("a", "takes the lamp to the quay", "action"))
    comes(story, {"do": "move", "n": 1, "it": "lamp", "to": "quay"})
    assert story.room("a") == "quay"
    story = inn(thing("cart", room("quay")), say("a", "looks at the cart", "action"))
    assert rule(story, {"do": "move", "n": 1, "it": "cart", "to": "tearoom"}) == "out_of_reach"


def test_a_move_that_plain_rules_made_already_is_not_made_again() -> None:
    story = inn(say("a", "steps out to the quay", "action"), move("a", "quay"))
    story.when(say("a", "and comes back", "action"))
    story.when(move("a", "tearoom"))
    moves = [{"do": "move", "n": 1, "to": "quay"}, {"do": "move", "n": 2, "to": "tearoom"}]
    assert comes(story, *moves, count=2) == []
    story.when(say("a", "and goes out once more", "action"))
    comes(story, {"do": "move", "n": 3, "to": "quay"}, count=3)
    assert story.room("a") == "quay"
