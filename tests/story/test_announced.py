"""Moves of which it is known where to."""

from daemon.story.decide import Go
from protocol.ids import NOBODY, mask_of
from tests.story.given import do, house, masks, move


def test_those_who_were_told_take_one_who_leaves_to_be_there_and_others_nowhere() -> None:
    story = house()
    happened = story.give([Go(who="a", container="garden", told=mask_of(["a", "you"]))])
    assert masks(happened)[:2] == [("activity.left", "you+a"), ("activity.left", "b")]
    assert [h.payload.toward for h in happened[:2]] == ["garden", None]
    assert [story.room("a", e) for e in ("you", "a", "b")] == ["garden", "garden", None]


def test_a_move_that_nobody_was_told_of_says_nothing_of_where_to() -> None:
    for silent in (Go(who="a", container="garden", told=NOBODY), None):
        story = house()
        happened = story.give([silent]) if silent is not None else story.when(move("a", "garden"))
        assert masks(happened)[0] == ("activity.left", "you+a+b")
        assert happened[0].payload.toward is None
        assert story.room("a", "you") is None


def test_only_who_sees_somebody_leave_learns_it_thereby() -> None:
    story = house(do("act", who="b", awake=False))
    happened = story.give([Go(who="a", container="garden", told=mask_of(["you", "a", "b"]))])
    assert masks(happened)[0] == ("activity.left", "you+a")
    assert story.room("a", "b") == "kitchen", "where they were when he fell asleep"


def test_who_does_not_come_there_is_believed_to_be_there_until_looked_for() -> None:
    story = house()
    story.give([Go(who="a", container="garden", told=mask_of(["you", "a"]))])
    story.when(move("a", "cellar"), move("you", "garden"))
    assert story.room("a", "you") is None


def test_all_that_comes_of_a_move_is_caused_by_the_leaving() -> None:
    story = house()
    happened = story.give([Go(who="a", container="garden", told=mask_of(["you", "a"]))])
    left = happened[0].event.seq
    assert {h.event.cause for h in happened if h.kind == "activity.arrived"} == {left}
