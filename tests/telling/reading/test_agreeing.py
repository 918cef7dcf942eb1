"""Reading, the pure part: what is told, planned, asked and shared, and to whom that belongs."""

import pytest

from protocol.ids import ENTITIES
from tests.story.given import Story, do, house, masks, move, of, place, room, say, thing
from tests.telling.passages import comes, mind, passage, rule
from tests.telling.reading.tables import table

LOST = thing("watch", None, witnesses=["you", "a", "b"])
"""A watch that is somewhere unknown."""


# telling


def test_who_is_told_keeps_it_and_believes_it() -> None:
    story = house(LOST, say("a", "The watch is in the garden."))
    happened = comes(
        story, {"do": "tell", "n": 1, "text": "The watch is in the garden", "it": "watch", "place": "garden"}
    )
    assert masks(happened) == [("claimed", "you+a+b"), ("memory.formed", "you+b")]
    assert of(happened, "claimed").believers == ["you", "b"]
    assert story.where("watch", "you") == place(room("garden"))
    assert story.where("watch", "a") is None
    assert story.memories("b") == ["The watch is in the garden"]


def test_a_claim_of_what_nobody_believes_is_hearsay_with_its_listeners() -> None:
    story = house(thing("watch", room("kitchen")), say("a", "The watch is in the garden."))
    happened = comes(
        story, {"do": "tell", "n": 1, "text": "The watch is in the garden", "it": "watch", "place": "garden"}
    )
    assert of(happened, "claimed").believers == []
    assert story.memories("you") == ["The watch is in the garden"]
    assert story.where("watch", "you") == place(room("kitchen"))


@pytest.mark.parametrize("teller", ["you", "b"])
def test_a_claim_names_no_thing_to_those_who_never_heard_of_it(teller: str) -> None:
    needle = thing("needle", room("kitchen"), name="the saffron needle", witnesses=["b"])
    story = house(needle, say(teller, "It is in the garden."))
    happened = comes(story, {"do": "tell", "n": 1, "text": "It is in the garden", "it": "needle", "place": "garden"})
    assert [kind for kind, _ in masks(happened)] == ["memory.formed"]
    assert story.memories("a") == ["It is in the garden"]


def test_anything_can_be_told_in_words() -> None:
    story = house(thing("tin", room("kitchen"), closed=True), say("a", "Biscuits. Ginger."))
    happened = comes(story, {"do": "tell", "n": 1, "text": "Mara said that the tin holds ginger biscuits", "it": "tin"})
    assert masks(happened) == [("memory.formed", "you+b")]
    assert of(happened, "memory.formed").told_by == "a"


@pytest.mark.parametrize(
    ("to", "lines", "who"),
    [("b", say("a", "It is gone."), ["b"]), ("", say("a", "It is gone.", "whisper", "you"), ["you"]),
     ("b", say("a", "It is gone.", "whisper", "you"), ["you"])],
)  # fmt: skip
def test_it_is_told_to_those_who_heard_it(to: str, lines: dict[str, object], who: list[str]) -> None:
    story = house(LOST, lines)
    happened = comes(story, {"do": "tell", "n": 1, "to": to, "text": "The watch is gone"})
    assert [list(h.witnesses) for h in happened] == [who]


def test_where_a_thing_is_said_to_be_may_be_a_person_a_thing_a_spot_or_gone() -> None:
    said = {"do": "tell", "n": 1, "it": "watch"}
    for more, believed in (
        ({"place": "b"}, {"entity": "b", "how": "carried"}),
        ({"place": "chest"}, {"prop": "chest"}),
        ({"place": "chest", "how": "on"}, {"prop": "chest", "on": True}),
        ({"place": "garden", "spot": "under the tree", "how": "hidden"},
         {"container": "garden", "spot": "under the tree", "hidden": True}),
    ):  # fmt: skip
        story = house(thing("chest", room("kitchen"), closed=True), LOST, say("a", "Under the tree."))
        comes(story, {**said, **more})
        assert story.where("watch", "you") == place(believed), more
    story = house(LOST, say("a", "Gone!"))
    happened = comes(story, {**said, "place": "gone"})
    assert of(happened, "claimed").in_ is None


def test_a_doubted_telling_is_kept_and_not_believed() -> None:
    story = house(LOST, say("a", "The watch is in the garden."))
    doubting = mind(passage(story), "you", told=1, gist="Mara lied.", doubts=[1])
    claim = {"do": "tell", "n": 1, "text": "The watch is in the garden", "it": "watch", "place": "garden"}
    happened = comes(story, claim, minds=[doubting])
    assert of(happened, "claimed").believers == ["b"]
    assert story.where("watch", "you") is None
    assert "The watch is in the garden" in story.memories("you")


def test_two_may_doubt_one_telling() -> None:
    story = house(LOST, say("a", "The watch is in the garden."))
    doubting = [mind(passage(story), e, told=1, doubts=["1"]) for e in ("you", "b")]
    claim = {"do": "tell", "n": 1, "text": "The watch is in the garden", "it": "watch", "place": "garden"}
    assert of(comes(story, claim, minds=doubting), "claimed").believers == []


def test_only_what_is_said_tells_others_something() -> None:
    assert rule(table(say(None, "Rain.", "narration")), {"do": "tell", "n": 1, "text": "Rain"}) == "not_yours"
    alone = table(move("you", "garden"), move("b", "cellar"), say("a", "The ring is lost."))
    assert rule(alone, {"do": "tell", "n": 1, "text": "The ring is lost"}) == "not_present"
    assert rule(table(say("a", "Well.")), {"do": "tell", "n": 1}) == "wrong_value"


@pytest.mark.parametrize(
    ("named", "there"),
    [
        ({"place": "Oren's bed", "how": "hidden"}, {**room("kitchen"), "spot": "Oren's bed", "hidden": True}),
        ({"place": "the dresser", "spot": "behind it"}, {**room("kitchen"), "spot": "the dresser, behind it"}),
        ({"place": "Oren's hand", "how": "held"}, {"entity": "b"}),
        ({"place": "Oren"}, {"entity": "b", "how": "carried"}),
    ],
    ids=str,
)
def test_somebodys_bed_is_not_somebody(named: dict[str, str], there: dict[str, object]) -> None:
    story = house(LOST, say("you", "Oren has it, in his hand or by his bed, or it is behind the dresser."))
    happened = comes(story, {"do": "tell", "n": 1, "text": "Oren has it", "it": "watch", **named})
    assert of(happened, "claimed").in_ == place(there)


# plans


def test_a_plan_belongs_to_all_who_heard_of_it() -> None:
    story = house(move("b", "garden"), say("a", "Let us have a picnic by the river tomorrow."))
    happened = comes(story, {"do": "plan", "n": 1, "text": "Picnic by the river", "when": "2031-05-02 12:00"})
    planned = of(happened, "occasion.planned")
    assert (planned.title, planned.when, planned.who) == ("Picnic by the river", "2031-05-02T12:00:00", ["you", "a"])
    assert masks(happened) == [("occasion.planned", "you+a")]


def test_words_that_somebody_did_not_hear_are_replaced_and_nobody_is_left_out() -> None:
    story = house(
        say("a", "The obsidian!", "whisper", "you"), say("a", "Shall we go at seven tomorrow, all of us?"),
    )  # fmt: skip
    happened = comes(story, {"do": "plan", "n": 2, "text": "Theft of the obsidian"}, count=2)
    assert masks(happened) == [("occasion.planned", "you+a+b")]
    assert "obsidian" not in of(happened, "occasion.planned").title


def test_the_words_for_a_time_are_the_time_and_are_kept_where_they_name_none() -> None:
    at_ten = do("set", what="clock", values={"clock": "2031-05-01T10:00:00"})
    story = house(at_ten, say("you", "Tomorrow at nine by the river, and again after the harvest."))
    meeting = {"do": "plan", "n": 1, "text": "Meeting by the river"}
    planned = of(comes(story, {**meeting, "when": "tomorrow at nine"}), "occasion.planned")
    assert (planned.title, planned.when) == ("Meeting by the river", "2031-05-02T09:00:00")
    planned = of(comes(story, {**meeting, "text": "Rest", "when": "after the harvest"}), "occasion.planned")
    assert (planned.title, planned.when) == ("Rest (after the harvest)", None)


def test_an_occasion_is_moved_renamed_and_not_planned_twice() -> None:
    story = house(
        do("plan", occasion="trip", title="The trip", when="2031-05-02T07:00:00"),
        say("a", "Six, not seven. An early trip."),
    )
    happened = comes(story, {"do": "plan", "n": 1, "it": "trip", "when": "2031-05-02T06:00"})
    assert masks(happened) == [("occasion.changed", "you+a+b")]
    assert story.state("b").occasions["trip"].when == "2031-05-02T06:00:00"
    comes(story, {"do": "plan", "n": 1, "text": "the trip", "when": "2031-05-02T05:00"})
    assert list(story.state().occasions) == ["trip"]
    comes(story, {"do": "change_occasion", "n": 1, "it": "The trip", "title": "An early trip"})
    assert story.state("b").occasions["trip"].title == "An early trip"
    assert rule(story, {"do": "plan", "n": 1, "it": "trip"}) == "wrong_value"


def test_a_plan_that_is_changed_in_a_whisper_is_as_it_was_for_all_others_and_keeps_its_name() -> None:
    story = house(
        do("plan", occasion="trip", title="The trip", when="2031-05-02T07:00:00", who=["you", "a", "b"]),
        say("a", "Six, not seven. It is an elopement.", "whisper", "you"),
    )
    happened = comes(story, {"do": "plan", "n": 1, "it": "trip", "text": "elopement", "when": "2031-05-02T06:00"})
    assert masks(happened) == [("occasion.changed", "you+a")]
    assert [story.state(e).occasions["trip"].when for e in ("you", "b")] == [f"2031-05-02T0{n}:00:00" for n in (6, 7)]
    assert story.state().occasions["trip"].title == "The trip", "whoever sees it begin is told its name"


def test_an_occasion_begins_ends_and_is_called_off() -> None:
    trip = do("plan", occasion="trip", title="The trip", where="kitchen")
    story = house(trip, say("a", "Here we go."))
    comes(story, {"do": "start", "n": 1, "it": "the trip"})
    assert story.state().occasions["trip"].status == "active"
    comes(story, {"do": "end", "n": 1, "it": "trip"})
    assert story.state().occasions["trip"].status == "completed"
    story = house(trip, say("a", "Here we go, and back again."))
    comes(story, {"do": "end", "n": 1, "it": "trip"})
    assert story.state().occasions["trip"].status == "completed"
    story = house(trip, say("a", "No trip."))
    comes(story, {"do": "cancel", "n": 1, "it": "trip"})
    assert story.state().occasions["trip"].status == "cancelled"
    assert rule(story, {"do": "start", "n": 1, "it": "trip"}) == "not_known"


def test_an_occasion_begins_for_those_who_know_of_it_and_are_there_or_perceived_that() -> None:
    trip = do("plan", occasion="trip", title="The trip", where="garden", who=["you", "a"])
    alone = say("you", "goes out to the garden for the trip", "action")
    story = house(trip, move("you", "cellar"), alone, move("you", "garden"), move("a", "garden"))
    happened = comes(story, {"do": "start", "n": 1, "it": "trip"})
    assert masks(happened) == [("occasion.started", "you+a")]
    story = house(trip, move("you", "cellar"), alone, move("you", "garden"))
    happened = comes(story, {"do": "start", "n": 1, "it": "trip"})
    assert masks(happened) == [("occasion.started", "you")]


def test_an_occasion_of_which_nobody_knows_who_perceived_the_line_does_not_begin() -> None:
    trip = do("plan", occasion="trip", title="The trip", where="garden", who=["b"])
    story = house(trip, move("b", "cellar"), say("a", "Here we go."))
    assert rule(story, {"do": "start", "n": 1, "it": "trip"}) == "not_known"


# questions, habits, the tone


def test_a_question_belongs_to_all_who_heard_it_and_is_asked_once() -> None:
    story = house(move("b", "garden"), say("a", "Who took the key?"))
    happened = comes(story, {"do": "ask", "n": 1, "text": "Who took the key?"})
    assert masks(happened) == [("thread.opened", "you+a")]
    assert comes(story, {"do": "ask", "n": 1, "text": "who took the key"}) == []


def test_news_of_it_is_for_those_who_ask_it_and_heard_them() -> None:
    opened = do("open_thread", thread="why", title="Why?", witnesses=["a", "b"])
    story = house(opened, say("a", "Now I see: it was the rain."))
    happened = comes(story, {"do": "answer", "n": 1, "it": "why", "text": "It was the rain", "done": True})
    assert masks(happened) == [("thread.resolved", "a+b")]
    story = house(opened, say("a", "It was the rain."))
    assert masks(comes(story, {"do": "answer", "n": 1, "it": "why", "text": "Rain?"})) == [("thread.advanced", "a+b")]
    story = house(opened, move("a", "garden"), say("you", "Rain."), move("b", "cellar"), say("you", "Rain, I say."))
    assert rule(story, {"do": "answer", "n": 1, "it": "why", "text": "Rain"}) == "not_present"
    assert rule(story, {"do": "answer", "n": 1, "it": "what", "text": "Rain"}) == "not_known"


def test_a_habit_is_for_all_and_kept_once() -> None:
    story = house(say("a", "We always toast to the cat."))
    comes(story, {"do": "bond", "n": 1, "text": "a toast to the cat"})
    assert story.state("b").group.habits == ["a toast to the cat"]
    assert comes(story, {"do": "bond", "n": 1, "text": "the toasts to the cat"}) == []
    story = house(move("b", "garden"), say("a", "We always toast."))
    assert rule(story, {"do": "bond", "n": 1, "text": "a toast"}) == "not_present"
    assert rule(house(say("a", "Well.")), {"do": "bond", "n": 1}) == "wrong_value"


def tone(story: Story, word: str = "tense", count: int = 1) -> str:
    comes(story, count=count, tone=word)
    return story.state().group.tone


def test_the_tone_is_for_all_where_all_perceived_some_of_it() -> None:
    assert tone(house(say("a", "Out!"))) == "tense"
    assert tone(house(move("b", "garden"), say("a", "Out!"))) == ""
    assert tone(house(say("b", "I go."), move("b", "garden"), say("a", "Out!")), count=2) == "tense"
    assert tone(house(say("a", "The obsidian.", "whisper", "you"), say("a", "Out!")), "obsidian") == ""


def test_what_belongs_to_nobody_is_told_to_nobody() -> None:
    """The masks of all that this file brings about stay within those of the line."""
    for manner, to in (("speech", []), ("whisper", ["you"]), ("message", ["b"])):
        story = house(LOST, say("a", "The picnic? The watch is gone.", manner, *to))
        line = story.log[-1] if story.log[-1].kind == "line.said" else story.log[-2]
        happened = comes(
            story,
            {"do": "tell", "n": 1, "text": "The watch is gone", "it": "watch", "place": "gone"},
            {"do": "plan", "n": 1, "text": "The picnic"},
            {"do": "ask", "n": 1, "text": "Where is the watch?"},
        )
        assert len(happened) >= 3
        assert all(set(h.witnesses) <= set(line.witnesses) for h in happened)
        assert set(line.witnesses) <= set(ENTITIES)
