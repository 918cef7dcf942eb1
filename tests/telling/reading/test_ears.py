"""Reading, the pure part: a reader who saw every line tells nobody what they could not have perceived.

What only others heard is taken out of the words of a change, and never the change.
"""

from typing import Any

import pytest

from daemon.reading.proposals import proposed
from tests.story.given import Story, do, held, masks, move, of, say, thing
from tests.telling.passages import comes, passage, read, rule
from tests.telling.reading.tables import table

WHISPER = say("a", "The ring is of obsidian.", "whisper", "you")


def told(story: Story) -> list[str]:
    """What Oren holds, as one text each for his state, and all that he witnessed."""
    return [repr(story.state("b")), repr([h.payload for h in story.seen("b")])]


@pytest.mark.parametrize(
    "change",
    [
        {"do": "act", "n": 1, "who": "a", "text": "leaning close, telling of obsidian"},
        {"do": "act", "n": 2, "text": "humming, with obsidian in mind"},
        {"do": "looks", "n": 2, "who": "a", "text": "tall, an obsidian gleam in her eyes"},
        {"do": "state", "n": 2, "who": "a", "text": "flushed, thinking of obsidian"},
        {"do": "is", "n": 2, "it": "ring", "text": "on the table, of obsidian"},
        {"do": "is", "n": 1, "it": "ring", "text": "on the table, of obsidian"},
        {"do": "put", "n": 2, "who": "a", "it": "ring", "to": "kitchen", "spot": "on the floor, by the obsidian"},
        {"do": "put", "n": 1, "who": "a", "it": "tune", "text": "hummed, of obsidian"},
        {"do": "move", "n": 2, "who": "a", "spot": "on the bench, the obsidian one"},
        {"do": "plan", "n": 2, "text": "Supper, and the theft of the obsidian"},
        {"do": "ask", "n": 2, "text": "Will they sing, and whose is the obsidian?"},
        {"do": "bond", "n": 2, "text": "humming, and talk of obsidian"},
        {"do": "tell", "n": 2, "who": "a", "text": "Mara hums, of obsidian"},
        {"do": "tell", "n": 1, "text": "The ring is of obsidian", "it": "ring", "place": "cellar"},
        {"do": "answer", "n": 2, "it": "why", "text": "It is late, and it was the obsidian", "done": True},
    ],
    ids=str,
)
def test_what_was_whispered_to_another_is_in_nothing_that_one_is_told(change: dict[str, Any]) -> None:
    story = table(
        do("open_thread", thread="why", title="Why?"), thing("hat", held("a")),
        WHISPER, say("a", "hums a tune by the bench and puts the ring down on the floor"),
    )  # fmt: skip
    story.when(do("hand", who="you", prop="ring", to="a"))
    p = passage(story, 2)
    story.propose(proposed(p, read(p, change), []))
    for text in told(story):
        assert "obsidian" not in text
    story.when(move("b", "garden"))
    story.when(move("b", "kitchen"))
    for text in told(story):
        assert "obsidian" not in text, "nor when they look again"


@pytest.mark.parametrize(
    ("change", "kind", "field", "words"),
    [
        ({"do": "act", "text": "humming, with obsidian in mind"}, "activity.changed", "doing", "humming"),
        ({"do": "looks", "text": "flushed, of obsidian eyes"}, "entity.changed", "appearance", "flushed"),
        ({"do": "is", "it": "table", "text": "wet, obsidian below"}, "prop.changed", "condition", "wet"),
        ({"do": "plan", "text": "A theft of obsidian"}, "occasion.planned", "title", "Shall we hum a wet tune?"),
        ({"do": "ask", "text": "Is it obsidian?"}, "thread.opened", "title", "Shall we hum a wet tune?"),
        ({"do": "tell", "text": "It is obsidian"}, "memory.formed", "gist", "Mara said: “Shall we hum a wet tune?”"),
    ],
)
def test_the_words_are_replaced_and_never_the_change(change: dict[str, Any], kind: str, field: str, words: str) -> None:
    story = table(WHISPER, say("a", "Shall we hum a wet tune?"))
    happened = comes(story, {"n": 2, "who": "a", **change}, count=2)
    assert getattr(of(happened, kind), field) == words
    assert "b" in next(h for h in happened if h.kind == kind).witnesses


def test_words_of_the_readers_own_that_are_nobodys_secret_stay() -> None:
    story = table(WHISPER, say("a", "I lie down."))
    comes(story, {"do": "act", "n": 2, "text": "sprawling on the settee, eyes shut"}, count=2)
    assert story.state("b").entities["a"].doing == "sprawling on the settee, eyes shut"


def test_what_one_knows_anyway_is_no_secret_to_them() -> None:
    story = table(
        say("b", "What a fine obsidian ring."), move("b", "garden"), WHISPER, move("b", "kitchen"), say("a", "Look.")
    )
    comes(story, {"do": "is", "n": 2, "it": "ring", "text": "of obsidian"}, count=2)
    assert story.state("b").props["ring"].condition == "of obsidian"


def test_what_was_said_in_another_room_is_a_secret_to_who_was_not_there_and_what_is_seen_there_is_not() -> None:
    story = table(move("b", "garden"), say("a", "breaks the table in two", "action"), say("a", "By the obsidian!"))
    comes(story, {"do": "is", "n": 1, "it": "table", "text": "broken in two"}, count=2)
    assert story.state("b").props["table"].condition == ""
    story.when(move("b", "kitchen"))
    assert story.state("b").props["table"].condition == "broken in two"


def test_a_plan_that_was_whispered_is_known_to_those_two() -> None:
    story = table(say("a", "A theft of the obsidian, at dawn.", "whisper", "you"))
    happened = comes(story, {"do": "plan", "n": 1, "text": "Theft of the obsidian"})
    assert masks(happened) == [("occasion.planned", "you+a")]
    assert of(happened, "occasion.planned").title == "Theft of the obsidian"


def test_a_place_that_was_whispered_of_is_known_to_those_two() -> None:
    story = table(say("a", "Meet me in the crypt.", "whisper", "you"), say("a", "leaves", "action"))
    comes(story, {"do": "move", "n": 1, "to": "crypt"}, count=2)
    assert "crypt" in story.state("you").containers
    assert "crypt" not in "".join(told(story))
    assert story.room("a", "b") is None


def test_nobody_goes_to_a_place_that_the_reader_alone_knows_of() -> None:
    story = table(say("a", "Meet me in the crypt.", "whisper", "you"), say("a", "leaves", "action"))
    comes(story, {"do": "move", "n": 1, "to": "crypt"}, count=2)
    story.when(say("b", "goes out", "action"))
    assert rule(story, {"do": "move", "n": 1, "to": "crypt"}) == "not_known"


def test_who_comes_to_a_place_that_they_did_not_know_learns_what_it_is() -> None:
    story = table(say("a", "Meet me in the crypt.", "whisper", "you"), say("a", "leaves", "action"))
    comes(story, {"do": "move", "n": 1, "to": "crypt"}, count=2)
    story.when(move("b", "crypt"))
    assert story.state("b").containers["crypt"].name == "The crypt"


def test_a_thing_that_was_handed_over_in_a_whisper_is_known_to_those_who_perceived_it() -> None:
    story = table(say("a", "I give you my dagger.", "whisper", "you"))
    comes(story, {"do": "put", "n": 1, "it": "dagger", "to": "you", "how": "carried"})
    assert story.where("dagger", "you") == story.where("dagger")
    assert "dagger" not in "".join(told(story))


def test_no_thought_is_read_by_the_reader_of_the_world() -> None:
    story = table(say("a", "They must never hear of the obsidian.", "thought"), say("a", "Well?"))
    p = passage(story, 2)
    assert [x.text for x in p.parts] == ["Well?"]
    assert [x.text for x in p.all] == ["They must never hear of the obsidian.", "Well?"]
    assert "a" in p.minds


def test_of_a_telling_that_holds_a_secret_each_is_told_what_they_heard() -> None:
    story = table(WHISPER, say("a", "The ring is old."))
    comes(story, {"do": "tell", "n": 2, "text": "The ring is old and of obsidian"}, count=2)
    assert story.memories("b") == ["Mara said: “The ring is old”"]


def test_what_is_said_to_some_only_is_refused_where_all_can_see_it_and_nothing_else_was_said() -> None:
    story = table(WHISPER)
    assert rule(story, {"do": "is", "n": 1, "it": "table", "text": "obsidian"}) == "not_in_prose"
    assert rule(story, {"do": "act", "n": 1, "text": "obsidian"}) == "not_in_prose"


def test_how_a_body_is_placed_is_no_secret_to_one_who_slept_when_it_was_told() -> None:
    story = table(do("act", who="b", awake=False), say("a", "kneels by the bed with a hand on the sleeper", "action"))
    story.when(do("act", who="b", awake=True))
    comes(story, {"do": "act", "n": 1, "text": "kneeling, a hand on the sleeper"})
    assert story.state("b").entities["a"].doing == "kneeling"


def test_who_sleeps_does_not_see_what_their_own_hands_do() -> None:
    story = table(
        do("act", who="you", awake=False), say("you", "Take the ring, it goes under the mat.", "whisper", "b")
    )
    before = story.where("ring", "you")
    comes(story, {"do": "put", "n": 1, "it": "ring", "to": "kitchen", "spot": "under the mat", "how": "hidden"})
    assert story.where("ring", "b") == story.where("ring") != before
    assert story.where("ring", "you") == before
