"""What is pressed in a quiet stretch: each row of the table, from the mind of whoever is told and from nothing else."""

from collections.abc import Sequence

import pytest

from daemon.telling.pressing import Action, Past, Press, arrival, chosen, inclination, is_passive, is_quiet, novelty
from protocol.ids import BEGINNING, EntityId, Seq
from tests.story.given import Story, do, house, move

WANTS = do("change_entity", entity="a", goals=["to find the letter", "to sell the house"])
ASKED = do("open_thread", thread="ring", title="Where is the ring?")
FEAST = do("plan", occasion="feast", title="The feast", where="kitchen")
"""Which waits to be begun by hand."""


def pressed(story: Story, who: EntityId | None = "a", past: Sequence[Past] = ()) -> Press | None:
    lens: tuple[EntityId, ...] = (who,) if who is not None else ("you",)
    return chosen(story.state(*lens), who, story.lines(*lens), past)


def told(story: Story, who: EntityId | None = "a", past: Sequence[Past] = ()) -> str:
    found = pressed(story, who, past)
    lens: tuple[EntityId, ...] = (who,) if who is not None else ("you",)
    return inclination(story.state(*lens), found) if found is not None else ""


def all_pressed(story: Story, who: EntityId | None = "a") -> list[str]:
    """What is pressed one after another, where nothing answers, until nothing is left."""
    past: list[Past] = []
    while (found := pressed(story, who, past)) is not None:
        past.append(Past(Seq(10_000 + len(past)), found))
        assert len(past) < 20
    return [x.press.thread or x.press.occasion or x.press.want for x in past]


# when


@pytest.mark.parametrize("text", ["", "I nod.", "*nods and drinks the tea*", "Mhm, go on, I am listening."])
def test_who_nods_does_no_more(text: str) -> None:
    assert is_passive(text)


@pytest.mark.parametrize("text", ["Why?", "I tell her all that I know about the letter."])
def test_who_asks_or_says_much_does_more(text: str) -> None:
    assert not is_passive(text)


NOD = Action("I nod.")


@pytest.mark.parametrize(
    ("actions", "quiet"),
    [
        ([NOD] * 3, True),
        ([NOD] * 9, True),
        ([NOD] * 2, False),
        ([NOD, Action("Who are you?"), NOD], False),
        ([Action("Who are you?"), NOD, NOD, NOD], True),
        ([NOD, Action("I nod.", Seq(7)), NOD], False),
        ([NOD, NOD, Action("I nod.", Seq(7))], False),
        ([Action("I nod.", BEGINNING, True), NOD, NOD], False),
        ([Action("I nod.", BEGINNING, True), NOD, NOD, NOD], True),
    ],
)
def test_a_stretch_is_quiet_after_three_nods_without_news_and_without_a_press(
    actions: list[Action], quiet: bool
) -> None:
    assert is_quiet(actions) == quiet


# what, and in which order


def test_a_want_then_a_question_then_what_waits_and_never_one_sort_twice_while_another_is_left() -> None:
    story = house(WANTS, ASKED, FEAST)
    assert all_pressed(story) == ["to find the letter", "ring", "to sell the house", "feast"]


def test_what_is_on_or_due_within_the_hour_goes_first_and_what_is_later_does_not() -> None:
    clock = do("set", what="clock", values={"clock": "2024-05-01T18:30:00"})
    late, soon = (do("plan", occasion=o, title=f"The {o}", where="kitchen", when=f"2024-05-01T{at}:00")
                  for o, at in (("ball", "20:30"), ("supper", "19:15")))  # fmt: skip
    story = house(WANTS, clock, late, soon)
    assert told(story).startswith("It is nearly time for The supper (this evening at")
    assert all_pressed(story) == ["supper", "to find the letter", "to sell the house"]
    on = house(WANTS, FEAST, do("start", occasion="feast"))
    assert told(on) == "The feast is on. Do the next thing that belongs to it."
    over = house(FEAST, do("start", occasion="feast"), do("complete", occasion="feast", gist="All ate."))
    assert told(over) == ""
    off = house(clock, soon, do("cancel", occasion="supper"))
    assert told(off) == ""


def test_each_is_told_in_the_words_of_the_mind_that_is_told() -> None:
    story = house(WANTS, ASKED, FEAST)
    mind = story.state("a")
    (first, *_), asked = mind.sources, Press("thread", "a", thread="ring")
    assert first
    assert told(story) == "Something you want now: to find the letter. Do something about it, in your own way."
    assert inclination(mind, asked).startswith("What will not leave you alone: Where is the ring? Bring it further")
    waits = Press("occasion", "a", occasion="feast")
    assert inclination(mind, waits).startswith("The feast is planned, and nobody has begun it yet.")
    assert inclination(mind, Press("want", "a", nth=7)) == inclination(mind, Press("thread", "a", thread="x")) == ""


def test_the_narrator_is_told_of_questions_and_wants_nothing() -> None:
    story = house(WANTS, ASKED)
    assert told(story, None) == "Still open: Where is the ring? Let something happen that brings it further."
    assert all_pressed(story, None) == ["ring"]


# what is pressed again, and what is not


def test_a_want_in_other_words_is_the_same_and_a_new_one_is_pressed() -> None:
    story = house(WANTS)
    first = pressed(story)
    assert first is not None
    past = [Past(Seq(10_000), first)]
    story.when(do("change_entity", entity="a", goals=["to find the letter"]))
    assert pressed(story, "a", [Past(Seq(1), first), Past(Seq(2), Press("new", "a"))]) is None, "stated anew or not"
    other = house(do("change_entity", entity="a", goals=["to find that letter at last"]))
    assert pressed(other, "a", past) is None
    new = house(do("change_entity", entity="a", goals=["to find that letter at last", "a bath"]))
    assert pressed(new, "a", past) == Press(
        "want", "a", nth=1, from_=(new.state("a").sources["goals.a"],), want="a bath"
    )


def test_a_question_is_pressed_again_once_it_was_brought_further_but_not_twice_running() -> None:
    story = house(ASKED)
    asked = pressed(story)
    assert asked is not None
    at = Seq(story.log[-1].event.seq)
    other = Past(Seq(at + 1), Press("new", "a"))
    assert pressed(story, "a", [Past(at, asked), other]) is None
    story.when(do("advance_thread", thread="ring", note="A gleam under the stove."))
    assert pressed(story, "a", [Past(at, asked)]) is None
    assert pressed(story, "a", [Past(at, asked), other]) is not None
    assert pressed(story, "b", [Past(at, asked)]) is None, "to whomever it was told"


def test_where_all_was_pressed_something_new_is_wanted_once_until_it_is() -> None:
    story = house(WANTS)
    new = novelty(story.state("a"), "a", [])
    assert new is not None and "something new that you want" in inclination(story.state("a"), new)
    past = [Past(Seq(story.log[-1].event.seq), new)]
    assert novelty(story.state("a"), "a", past) is None
    story.when(do("change_entity", entity="a", goals=["a bath"]))
    assert novelty(story.state("a"), "a", past) is not None
    told = novelty(story.state("you"), None, [])
    assert told is not None and inclination(story.state("you"), told).startswith("It has been quiet for a while. Let")


# who arrives


def test_who_is_elsewhere_and_knows_where_you_are_arrives_and_who_is_not_does_not() -> None:
    story = house(move("b", "garden"))
    mind = story.state("b")
    found = arrival(mind, "b", [])
    assert found is not None and "the kitchen" in inclination(mind, found).lower()
    assert arrival(mind, "b", [Past(Seq(story.log[-1].event.seq), found)]) is None
    assert arrival(house().state("b"), "b", []) is None
    assert arrival(house(move("b", "garden"), do("act", who="b", awake=False)).state("b"), "b", []) is None


# nothing of other minds


def test_what_is_told_is_of_the_own_mind_alone() -> None:
    story = house(
        do("change_entity", entity="b", goals=["to find the zibeline"]),
        do("open_thread", thread="q", title="Who has the zibeline?", witnesses=["b"]),
        do("plan", occasion="o", title="The zibeline auction", who=["b"], where="kitchen"),
    )
    assert all_pressed(story, "b") == ["to find the zibeline", "q", "o"]
    assert all_pressed(story, "a") == all_pressed(story, None) == []
    for what in ("want", "thread", "occasion"):
        other = Press(what, "a", thread="q", occasion="o")  # type: ignore[arg-type]
        assert inclination(story.state("a"), other) == "", "whatever is recorded"
