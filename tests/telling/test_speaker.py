"""Who answers: whoever is asked for, addressed, or waiting for their turn among those who are there and awake."""

import pytest

from daemon.story.state import State
from daemon.telling.speaker import bots, choose
from protocol.ids import EntityId
from tests.story.given import Story, do, house, move


def truth(*more: dict[str, object], a: str = "Mara", b: str = "Oren") -> State:
    named = [do("change_entity", entity=e, name=name) for e, name in (("a", a), ("b", b))]
    return house(*named, *more).state()


def chosen(
    now: State,
    text: str = "Hm.",
    to: tuple[EntityId, ...] = (),
    asked: EntityId | None = None,
    last: EntityId | None = None,
    teller: EntityId = "you",
) -> EntityId | None:
    return choose(now, teller, text, to, asked, last)


def test_the_bots_are_the_cast_without_you() -> None:
    assert bots(truth()) == ["a", "b"]
    assert bots(Story(do("add_entity", entity="b", name="Oren")).state()) == ["b"]


def test_who_is_asked_for_answers_even_asleep_or_elsewhere() -> None:
    now = truth(do("act", who="b", awake=False), move("b", "garden"))
    assert chosen(now, "Mara, well?", asked="b") == "b"


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Oren, where is it?", "b"),
        ("and you, oren?", "b"),
        ("Mara, ask Oren.", "a"),
        ("Oren, ask Mara.", "b"),  # whoever is named first is spoken to
        ("Marauders!", "a"),  # nobody's name: the first in turn
        ("¿Oren?", "b"),
    ],
)
def test_who_is_named_in_the_line_answers(text: str, who: str) -> None:
    assert chosen(truth(), text) == who


def test_the_first_name_will_do_and_an_article_will_not() -> None:
    now = truth(a="The Captain", b="Oren Vale")
    assert chosen(now, "What of the ship?", last="a") == "b"
    assert chosen(now, "Captain?", last="a") == "a"
    assert chosen(now, "And you, Oren?") == "b"
    assert chosen(truth(a="Dr. No", b="雨"), "Well, Dr. No?", last="a") == "a"


def test_the_two_take_turns_where_nobody_is_named() -> None:
    assert [chosen(truth(), last=last) for last in (None, "a", "b")] == ["a", "b", "a"]


def test_the_only_one_there_answers_again() -> None:
    now = truth(move("b", "garden"))
    assert (chosen(now, last="a"), chosen(now, "Oren?", last="a")) == ("a", "a")


def test_those_addressed_answer_in_the_order_in_which_they_are() -> None:
    assert chosen(truth(), "Mara?", to=("b",)) == "b"
    assert chosen(truth(), to=("b", "a")) == "b"
    assert chosen(truth(), to=("you",), last="a") == "b"


def test_a_message_is_answered_by_whom_it_reaches() -> None:
    assert chosen(truth(move("b", "garden")), to=("b",)) == "b"


def test_who_sleeps_is_elsewhere_or_is_the_teller_does_not_answer() -> None:
    asleep = [do("act", who=e, awake=False) for e in ("a", "b")]
    assert chosen(truth(asleep[0])) == "b"
    assert chosen(truth(*asleep), "Mara!", to=("a",)) is None
    assert chosen(truth(move("a", "garden"), move("b", "cellar"))) is None
    assert chosen(truth(), "Oren?", teller="b") == "a"
    assert chosen(truth(move("you", "garden")), teller="a") == "b"


def test_a_cast_of_one_talks_to_nobody() -> None:
    assert chosen(Story(do("add_entity", entity="you", name="Sam")).state()) is None
    assert chosen(Story(do("add_entity", entity="a", name="Mara")).state()) == "a"  # the author speaks
