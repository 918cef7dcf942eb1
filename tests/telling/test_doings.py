"""What people were doing comes to an end: once nobody has mentioned it for a while, or with the next action."""

import pytest
from msgspec import UNSET

from daemon.telling.doings import QUIET, over
from protocol.commands import Act
from protocol.views import LineView
from tests.story.given import Story, do, handle, house, room, say, thing


def actions(story: Story) -> list[list[LineView]]:
    """The latest actions: here each turn is one."""
    by_turn: dict[int, list[LineView]] = {}
    for line in story.lines():
        by_turn.setdefault(line.turn, []).append(line)
    return list(by_turn.values())[-QUIET:]


def ended(story: Story) -> list[Act]:
    return over(story.state(), actions(story))


def test_what_somebody_does_is_over_after_three_actions_in_which_nobody_mentions_it() -> None:
    story = house(say("a", "I dry the cups."), do("act", who="a", doing="drying the cups by the window"))
    for _ in range(QUIET):
        assert ended(story) == []
        story.when(say("you", "Evening."), say("a", "What a storm."))
    assert ended(story) == [Act(who="a", doing=None)]


@pytest.mark.parametrize("text", ["That cup is cracked.", "*dries on*", "Look out of the window!"])
def test_a_word_of_it_from_anybody_keeps_it_going(text: str) -> None:
    story = house(do("act", who="a", doing="drying the cups by the window"))
    for line in ("Evening.", text, "A storm.", "So it is."):
        story.when(say("b", line))
        assert ended(story) == []
    story.when(say("b", "By the way."))
    assert ended(story) == [Act(who="a", doing=None)]


def test_what_is_done_anew_counts_from_then() -> None:
    story = house(do("act", who="a", doing="drying cups"), *[say("you", "Hm.")] * 2)
    story.when(do("act", who="a", doing="sweeping"), say("you", "Hm."))
    assert ended(story) == []


@pytest.mark.parametrize("look", [handle("look_into", "a", "chest"), do("search", who="a", container="kitchen")])
def test_a_look_into_something_is_over_with_the_next_action(look: dict[str, object]) -> None:
    story = house(thing("chest", room("kitchen")), do("act", who="a", doing="kneeling"), say("a", "Let me see."), look)
    assert ended(story) == []
    story.when(say("you", "Well, what is in the chest, in the kitchen?"))
    assert ended(story) == [Act(who="a", doing=UNSET, attention=None)]


def test_who_looks_while_the_action_goes_on_is_still_at_it_when_that_is_over() -> None:
    story = house(thing("chest", room("kitchen")))
    story.when(say("a", "Let me see."), handle("look_into", "a", "chest"), say("you", "Well?"))
    assert ended(story) == []


def test_who_does_nothing_ends_nothing() -> None:
    assert ended(house(*[say("you", "Hm.")] * 4)) == []
