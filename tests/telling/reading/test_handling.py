"""Reading, the pure part: what becomes of things by a reader's answer, and things that come into being."""

import pytest

from protocol.ids import ENTITIES
from tests.story.given import do, held, house, inside, move, room, say, thing
from tests.telling.passages import comes, rule
from tests.telling.reading.tables import at, table

# how somebody has a thing, and where it is


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"who": "you"}, "in Sam's hands"),
        ({"to": "you"}, "in Sam's hands"),
        ({"to": "Sam", "how": "worn"}, "worn by Sam"),
        ({"how": "carried"}, "carried by Sam, out of sight"),
        ({"how": "pocket"}, "carried by Sam, out of sight"),
        ({"to": "a"}, "in Mara's hands"),
        ({"to": "Mara", "how": "worn"}, "worn by Mara"),
        ({"to": "table", "how": "on"}, "on the table"),
        ({"to": "the table", "how": "in"}, "in the table"),
        ({"to": "kitchen", "spot": "on the hook"}, "on the hook, in the kitchen"),
        ({"to": "kitchen", "how": "hidden", "spot": "behind the clock"}, "behind the clock, in the kitchen, hidden"),
        ({"how": "hidden", "spot": "behind the clock"}, "behind the clock, in the kitchen, hidden"),
        ({"spot": "behind the clock, out of sight"}, "behind the clock, out of sight, in the kitchen, hidden"),
        ({"to": "the clock", "how": "on"}, "on the clock, in the kitchen"),
        ({"to": {"prop": "table"}, "how": "on"}, "on the table"),
    ],
    ids=str,
)
def test_a_thing_is_where_it_was_put(change: dict[str, object], place: str) -> None:
    story = table(say("you", "puts the ring away, on the hook or behind the clock", "action"))
    comes(story, {"do": "put", "n": 1, "it": "the ring", **change})
    assert at(story, "ring").replace("the The kitchen", "the kitchen") == place


NEEDLE = thing("needle", room("kitchen"), name="the saffron needle", witnesses=["b"])
"""On the floor before all eyes, and only Oren has noticed it."""


@pytest.mark.parametrize("it", ["needle", "the saffron needle"])
def test_nobody_handles_or_opens_what_they_neither_know_nor_heard_named(it: str) -> None:
    for do_ in ("put", "open", "gone", "is"):
        story = table(NEEDLE, say("you", "sits down", "action"))
        assert rule(story, {"do": do_, "n": 1, "it": it, "text": "bent"}) in ("not_in_prose", "not_known")
        assert at(story, "needle", "you") == "unheard of"


@pytest.mark.parametrize(
    "lines",
    [
        [say("you", "picks up a needle", "action")],
        [say("b", "There is a saffron needle."), say("you", "picks it up", "action")],
        [say("b", "picks something up", "action")],
    ],
    ids=["named in the line", "named before", "known"],
)
def test_what_one_knows_or_a_line_names_is_at_hand(lines: list[dict[str, object]]) -> None:
    story = table(NEEDLE, *lines)
    comes(story, {"do": "put", "n": len(lines), "it": "needle"}, count=len(lines))
    assert at(story, "needle", "you").startswith("in ")


@pytest.mark.parametrize(
    ("word", "more", "place"),
    [
        ("take", {}, "in Sam's hands"), ("give", {"to": "a"}, "in Mara's hands"), ("wear", {}, "worn by Sam"),
        ("drop", {}, "in the kitchen"),
        ("hide", {"spot": "behind the clock"}, "behind the clock, in the kitchen, hidden"),
    ],
)  # fmt: skip
def test_other_words_for_it_say_how(word: str, more: dict[str, object], place: str) -> None:
    story = table(say("you", "does something with the ring behind the clock", "action"))
    comes(story, {"do": word, "n": 1, "it": "ring", **more})
    assert at(story, "ring") == place


def test_what_is_hidden_before_ones_eyes_is_known_to_those_who_saw_it() -> None:
    story = table(move("b", "garden"), say("you", "pushes the ring behind the cushion", "action"))
    comes(story, {"do": "put", "n": 1, "it": "ring", "how": "hidden", "spot": "behind the cushion"})
    story.when(move("b", "kitchen"))
    assert [story.where("ring", e) == story.where("ring") for e in ENTITIES] == [True, True, False]


def test_what_nobody_sees_is_perceived_by_the_doer_alone() -> None:
    story = table(say("you", "when nobody looks, I slip the ring under the mat", "action"))
    comes(story, {"do": "put", "n": 1, "it": "ring", "how": "hidden", "spot": "under the mat", "unseen": True})
    assert at(story, "ring", "you").startswith("under the mat")
    assert at(story, "ring", "a") == "in Sam's hands"


# things that come into being


@pytest.mark.parametrize(
    ("prose", "called", "name", "id"),
    [
        ("hangs my damp coat over a chair", "Sam's damp coat", "damp coat", "damp-coat"),
        ("takes off the coat", "damp coat", "coat", "coat"),
        ("lays a small silver bell down", "a small silver bell", "small silver bell", "small-silver-bell"),
        ("takes one of three glasses", "the glass", "glass", "glass"),
        ("brings two cups of tea", "cup of black tea", "cup", "cup"),
        ("brings a cup of tea", "cup of tea", "cup of tea", "cup-of-tea"),
        ("unfolds some letters", "Letter", "Letter", "letter"),
    ],
)
def test_a_thing_comes_into_being_by_the_words_of_it_that_were_heard(
    prose: str, called: str, name: str, id: str
) -> None:
    story = house(say("you", prose, "action"))
    comes(story, {"do": "put", "n": 1, "it": called, "to": "kitchen"})
    assert story.state("a").props[id].name == name


def test_an_id_of_a_place_goes_before_the_name_of_somebody() -> None:
    story = house(do("add_container", container="sam", name="Sam's room"), say("a", "drops a parcel there", "action"))
    story.when(move("a", "sam"), say("a", "drops a parcel on the bed", "action"))
    comes(story, {"do": "put", "n": 1, "it": "parcel", "to": "sam"})
    assert at(story, "parcel", "a") == "in Sam's room"
    comes(story, {"do": "put", "n": 1, "it": "parcel", "to": "a"})
    assert at(story, "parcel", "a") == "in Mara's hands"


def test_the_words_may_stand_in_any_line_that_the_witnesses_heard() -> None:
    story = house(say("a", "There is a folded note on my desk."), say("a", "hands it over", "action"))
    comes(story, {"do": "put", "n": 1, "it": "folded note", "to": "you"})
    assert at(story, "folded-note", "b") == "in Sam's hands"


@pytest.mark.parametrize("called", ["golden bell tower", "sword", "…", "", "the"])
def test_what_no_line_names_does_not_come_into_being(called: str) -> None:
    story = house(say("you", "lays a golden bell on the floor", "action"))
    assert rule(story, {"do": "put", "n": 1, "it": called, "to": "kitchen"}) in ("not_in_prose", "wrong_value")


def test_what_is_new_can_be_named_at_once_filled_opened_and_handed_over() -> None:
    story = house(say("a", "brings a tin, opens it, lays the coin in, and gives it to Sam; a tray stays", "action"))
    comes(
        story,
        {"do": "put", "n": 1, "it": "a tin"},
        {"do": "open", "n": 1, "it": "tin"},
        {"do": "put", "n": 1, "it": "coin", "to": "the tin", "how": "in"},
        {"do": "put", "n": 1, "it": "tin", "to": "you"},
        {"do": "is", "n": 1, "it": "tin", "text": "open, a coin in it"},
    )
    assert (at(story, "tin", "b"), at(story, "coin", "b")) == ("in Sam's hands", "in the tin")
    assert story.state("b").props["tin"].condition == "open, a coin in it"


def test_what_is_new_can_be_handed_over_and_worn_at_once() -> None:
    story = house(say("a", "pushes a jersey into Sam's arms and a shawl round Oren", "action"))
    comes(
        story,
        {"do": "put", "n": 1, "it": "jersey", "to": "you"},
        {"do": "put", "n": 1, "it": "shawl", "to": "b", "how": "worn"},
    )
    assert (at(story, "jersey", "b"), at(story, "shawl", "you")) == ("in Sam's hands", "worn by Oren")


def test_two_things_of_one_name_are_two_and_those_at_hand_are_meant() -> None:
    story = house(thing("glass", room("garden"), name="the glass"), say("a", "takes a glass from the shelf", "action"))
    comes(story, {"do": "put", "n": 1, "it": "glass", "name": "a new one"}, rules=["out_of_reach"])
    story = house(thing("glass", held("you"), name="the glass"), say("a", "fills a wine glass", "action"))
    comes(story, {"do": "put", "n": 1, "it": "wine glass"})
    assert {"glass", "wine-glass"} <= set(story.state().props)


def test_hands_are_counted_as_the_answer_goes_on() -> None:
    """Who takes a third thing lays one down; what is worn or pocketed takes no hand."""
    story = house(say("you", "takes the cup, the lamp, the key and the jersey", "action"))
    comes(
        story,
        {"do": "put", "n": 1, "it": "key", "how": "carried"},
        {"do": "put", "n": 1, "it": "jersey", "how": "worn"},
        {"do": "put", "n": 1, "it": "cup"},
        {"do": "put", "n": 1, "it": "lamp"},
    )
    held_now = [p for p in story.state().props if at(story, p) == "in Sam's hands"]
    assert held_now == ["cup", "lamp"]
    assert (at(story, "key", "a"), at(story, "jersey", "a")) == ("carried by Sam, out of sight", "worn by Sam")


# what else becomes of things


def test_open_close_search_condition_name_and_end() -> None:
    story = house(
        thing("chest", room("kitchen"), closed=True), thing("coin", inside("chest")),
        thing("letter", held("a")),
        say("a", "opens the chest, a sea chest, and breaks the letter's seal; the coin melts away", "action"),
    )  # fmt: skip
    comes(story, {"do": "open", "n": 1, "it": "chest"})
    assert at(story, "coin", "b") == "in the chest"
    comes(story, {"do": "is", "n": 1, "it": "letter", "text": "opened, its seal broken"})
    assert story.state("b").props["letter"].condition == "opened, its seal broken"
    comes(story, {"do": "is", "n": 1, "it": "chest", "name": "the sea chest"})
    assert story.state("b").props["chest"].name == "sea chest"
    comes(story, {"do": "gone", "n": 1, "it": "coin"})
    assert "coin" not in story.state("b").props
    comes(story, {"do": "close", "n": 1, "it": "sea chest"})
    assert story.state("b").props["chest"].closed


def test_who_searches_finds_what_is_hidden() -> None:
    story = house(
        thing("letter", {"container": "kitchen", "spot": "under the mat", "hidden": True}),
        say("a", "looks everywhere", "action"),
    )
    comes(story, {"do": "search", "n": 1})
    assert at(story, "letter", "a").startswith("under the mat")
    assert at(story, "letter", "b") == "unheard of"


def test_a_lid_is_looked_under_by_the_searcher_alone() -> None:
    story = house(thing("bag", room("kitchen"), closed=True), thing("map", inside("bag")), say("a", "peeks", "action"))
    comes(story, {"do": "search", "n": 1, "it": "bag"})
    assert (at(story, "map", "a"), at(story, "map", "b")) == ("in the bag", "unheard of")


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"do": "put", "who": "you", "it": "ring", "to": "b"}, "out_of_reach"),
        ({"do": "put", "who": "c", "it": "ring"}, "not_known"),
        ({"do": "put"}, "wrong_value"),
        ({"do": "open", "it": "sword"}, "not_known"),
        ({"do": "open", "it": ""}, "not_known"),
        ({"do": "is", "it": "ring"}, "wrong_value"),
        ({"do": "gone", "it": "sword"}, "not_known"),
        ({"do": "put", "it": "chest", "to": "chest", "how": "in"}, "inside_itself"),
        ({"do": "put", "it": "crown", "to": "garden"}, "not_in_prose"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_by_name(change: dict[str, object], because: str) -> None:
    story = table(move("b", "garden"), say("a", "Well?", "action"))
    found = rule(story, {"n": 1, **change})
    assert found == because or (because == "out_of_reach" and found == "not_yours"), found


def test_one_that_is_refused_does_not_spoil_the_others() -> None:
    story = table()
    comes(
        story,
        {"do": "put", "n": 2, "it": "sword"},
        {"do": "put", "n": 1, "it": "ring", "to": "table", "how": "on"},
        "put the ring away",
        {"do": "fly", "n": 2},
        {"do": "act", "n": 2, "text": "humming"},
        count=2,
        rules=["no_such_change", "no_such_change", "not_in_prose"],
    )
    assert at(story, "ring") == "on the table"
    assert story.state().entities["a"].doing == "humming"


def test_a_narrators_hand_puts_things_where_they_are() -> None:
    story = table(say(None, "The ring rolls under the table.", "narration"))
    comes(story, {"do": "put", "n": 1, "it": "ring", "to": "kitchen", "spot": "under the table"})
    assert at(story, "ring", "b").startswith("under the table")


def test_of_what_an_occasion_keeps_nothing_is_at_hand() -> None:
    story = table(
        do("plan", occasion="feast", title="A feast", where="kitchen", props=[{"prop": "cake", "name": "the cake"}]),
        say("a", "looks forward to the cake", "action"),
    )
    assert rule(story, {"do": "put", "n": 1, "it": "cake"}) == "not_known"


def test_what_passes_from_out_of_sight_to_out_of_sight_is_news_to_nobody_unless_the_line_names_it() -> None:
    for said, others in (("bends down to the box", "unheard of"), ("puts the ring into the box", "in the box")):
        story = house(
            thing("ring", {"entity": "you", "how": "carried"}, witnesses=["you", "a"]),
            thing("box", room("kitchen"), closed=True), say("you", said, "action"),
        )  # fmt: skip
        comes(story, {"do": "put", "n": 1, "it": "ring", "to": "box"})
        assert [at(story, "ring", *lens) for lens in ((), ("a",), ("b",))] == ["in the box", "in the box", others]


# whose pocket, whose bed, and hands that are full


@pytest.mark.parametrize(
    ("change", "said", "place"),
    [
        ({"to": "coat pocket", "how": "carried"}, "Into my coat pocket it goes", "carried by Sam, out of sight"),
        ({"to": "pocket", "how": "in"}, "I put it in my pocket", "carried by Sam, out of sight"),
        ({"to": "Sam's pocket"}, "Sam pockets it", "carried by Sam, out of sight"),
        ({"to": "Mara's sleeve"}, "I slip it into Mara's sleeve", "carried by Mara, out of sight"),
        ({"to": "kitchen", "spot": "in her bosom"}, "she hides it in her bosom", "carried by Sam, out of sight"),
        ({"how": "carried", "spot": "in my boot"}, "I push it into my boot", "carried by Sam, out of sight"),
        ({"to": "my bag", "how": "carried"}, "I drop it into my bag", "carried by Sam, out of sight"),
        ({"to": "Mara's hand"}, "I put it into Mara's hand", "in Mara's hands"),
        ({"to": "Mara's bed"}, "I lay it on Mara's bed", "at Mara's bed, in the kitchen"),
    ],
    ids=str,
)  # fmt: skip
def test_what_goes_into_somebodys_pocket_they_carry(change: dict[str, object], said: str, place: str) -> None:
    story = table(say("you", f"{said}, the ring.", "action"))
    comes(story, {"do": "put", "n": 1, "it": "ring", **change})
    assert at(story, "ring").replace("the The kitchen", "the kitchen") == place


def test_her_pocket_is_the_other_ones_where_one_says_i() -> None:
    story = table(move("b", "garden"), say("you", "I slip the ring into her pocket.", "action"))
    comes(story, {"do": "put", "n": 1, "it": "ring", "to": "her pocket", "unseen": True})
    assert (at(story, "ring"), at(story, "ring", "a")) == ("carried by Mara, out of sight", "in Sam's hands")


@pytest.mark.parametrize(
    ("held_before", "new", "places"),
    [
        (("lamp", "letter"), "jug", ["in Sam's hands", "carried by Sam, out of sight", "in Sam's hands"]),
        (("lamp", "jug"), "letter", ["in Sam's hands", "in Sam's hands", "carried by Sam, out of sight"]),
        (("lamp", "jug"), "loaf", ["in the kitchen", "in Sam's hands", "in Sam's hands"]),
    ],
)
def test_where_hands_are_full_what_is_small_goes_into_a_pocket(
    held_before: tuple[str, str], new: str, places: list[str]
) -> None:
    things = [thing(x, held("you")) for x in held_before]
    story = house(*things, thing(new, room("kitchen")), say("you", f"takes the {new} as well", "action"))
    comes(story, {"do": "put", "n": 1, "it": new, "to": "you", "how": "held"})
    assert [at(story, x).replace("the The kitchen", "the kitchen") for x in (*held_before, new)] == places
