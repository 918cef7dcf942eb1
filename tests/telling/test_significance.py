"""Significance: what is worth remembering by plain rules, what a model's rating changes of it, and the reasons."""

from random import Random
from statistics import median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.story.words import topics
from daemon.telling.significance import (
    KEEP,
    LEAST,
    RATED,
    USUAL,
    Before,
    Moment,
    Verdict,
    addressed,
    judge,
    usual,
    weigh,
)
from protocol.events import (
    ActivityChanged,
    Claimed,
    EdgeChanged,
    LineSaid,
    MemoryFormed,
    OccasionCancelled,
    OccasionCompleted,
    OccasionStarted,
    Payload,
    PropMoved,
    ThreadOpened,
    ThreadResolved,
    TimePassed,
)
from protocol.world import Manner, Place
from tests.support.strategies import payloads

SMALL_TALK = "The soup is hot and the bread came out of the oven this morning."


def said(text: str = SMALL_TALK, manner: Manner = "speech", **more: Any) -> LineSaid:
    return LineSaid("l1", more.pop("who", "a"), text, manner, **more)


def moment(*changes: Payload, text: str = SMALL_TALK, **more: Any) -> Moment:
    return Moment([said(text)], changes, **more)


def test_small_talk_is_forgotten() -> None:
    verdict = judge(moment())
    assert not verdict.keep
    assert 0 < verdict.score < KEEP


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (OccasionStarted("o1", "The picnic"), "The picnic began"),
        (OccasionCompleted("o1", "The picnic", "It rained."), "The picnic is over"),
        (OccasionCancelled("o1", "The picnic"), "The picnic is over"),
        (ThreadOpened("t1", "Who has the key?"), "a question opened"),
        (ThreadResolved("t1", "Who has the key?"), "a question was settled"),
        (PropMoved("key", "the key", Place(entity="a")), "a has the key"),
        (Claimed("b", ["a"], "key", "the key", Place(container="inn")), "something was learned"),
        (MemoryFormed("m1", "The key is lost.", "fact"), "something was learned"),
        (EdgeChanged("a", "you", trust=2), "a feeling changed: a>you"),
    ],
)
def test_what_changes_makes_the_same_words_worth_remembering(change: Payload, why: str) -> None:
    verdict = judge(moment(change))
    assert verdict.keep
    assert why in verdict.reasons


@pytest.mark.parametrize(
    "change",
    [
        TimePassed("2024-05-01T12:00:00", 5, 5),
        ActivityChanged("a", "inn", doing="sitting"),
        PropMoved("key", "the key", Place(container="inn")),
        MemoryFormed("m1", "We talked.", "summary"),
    ],
)
def test_the_ordinary_course_of_things_adds_nothing(change: Payload) -> None:
    assert judge(moment(change)) == judge(moment())


def test_what_was_remembered_just_now_is_not_remembered_again() -> None:
    change = EdgeChanged("a", "you", trust=2)
    fresh = judge(moment(change, recent=[topics("The ferry leaves at noon.")]))
    stale = judge(moment(change, recent=[topics("The ferry leaves at noon."), topics(SMALL_TALK)]))
    assert fresh.keep and "it is new" in fresh.reasons
    assert not stale.keep and "it is remembered already" in stale.reasons


def test_hardly_a_word_counts_for_less() -> None:
    assert judge(moment(text="Well, yes. Hm.")).score < judge(moment()).score
    assert judge(moment(text="Well, yes. Hm.")).reasons == ["hardly a word was said"]


@pytest.mark.parametrize("manner", ["whisper", "message"])
def test_what_is_meant_for_few_is_kept(manner: Manner) -> None:
    verdict = judge(Moment([said(manner=manner, to=["you"])]))
    assert verdict.keep and "it was meant for few" in verdict.reasons


def test_strong_words_and_being_addressed_count() -> None:
    text = "Sam, I swear it: I never betrayed your brother, whatever the ferryman says."
    plain = judge(moment(text=text))
    called = judge(moment(text=text, addressed=["you"]))
    assert "strong words" in plain.reasons
    assert called.score > plain.score
    assert called.keep and "you is addressed" in called.reasons


def test_who_is_addressed() -> None:
    lines = [
        said("Come here, Sam.", who="a"),
        said("To you alone.", who="b", to=["a"]),
        said("I, Oren, was there.", who="b"),
    ]
    assert addressed(lines, "you", "Sam the Courier")
    assert addressed(lines, "a", "Mara")
    assert not addressed(lines, "b", "Oren"), "nobody addresses themselves"
    assert not addressed([said("The same as ever.")], "you", "Sam"), "a name is a whole word"
    assert not addressed([said("Anything at all.")], "you", ""), "who has no name is not called by it"


def test_a_rating_comes_second() -> None:
    assert judge(moment(rating=9)).keep, "it lifts what plain rules pass over"
    assert not judge(moment(rating=5)).keep
    assert judge(moment(rating=5)).score == judge(moment()).score, "a rating in the middle changes nothing"
    assert not judge(moment(EdgeChanged("a", "you", trust=1), rating=1)).keep, "and takes from what may be small"
    turning = judge(moment(OccasionCompleted("o1", "The picnic"), rating=0))
    assert turning.keep and turning.score >= LEAST, "but what turns the course of things is kept"
    assert "a model rates it 0" in turning.reasons


@given(st.lists(payloads(), max_size=5), st.lists(st.text(), max_size=3), st.none() | st.integers(0, 10))
def test_any_moment_has_a_verdict(changes: list[Payload], texts: list[str], rating: int | None) -> None:
    verdict = judge(Moment([said(t) for t in texts], changes, rating=rating))
    assert LEAST * verdict.keep <= verdict.score <= 10
    assert len(verdict.reasons) == len(set(verdict.reasons))


WEIGHTS = st.lists(st.floats(0, 20), min_size=40, max_size=60)


def kept_of(weights: list[float]) -> list[Verdict]:
    """The verdicts on moments that a model rates so that they weigh so much, one after another."""
    before: list[Before] = []
    verdicts = []
    for points in weights:
        rated = moment(rating=(points - weigh(moment()).points) / RATED * 5 + USUAL)
        verdicts.append(judge(rated, before))
        before.append(Before(weigh(rated).points, verdicts[-1].keep))
    return verdicts


@settings(max_examples=15, deadline=None)
@given(WEIGHTS)
def test_of_any_moments_two_fifths_are_kept_at_the_most_but_for_the_first_few(weights: list[float]) -> None:
    kept = [v.keep for v in kept_of(weights)]
    assert sum(kept) <= 0.4 * len(kept) + 1


@pytest.mark.parametrize(("middle", "around"), [(5, 1.5), (8, 0.5), (8, 1.5), (8, 3)])
def test_of_what_goes_up_and_down_about_a_sixth_is_kept_with_half_the_marks(middle: float, around: float) -> None:
    random = Random(7)
    verdicts = kept_of([random.gauss(middle, around) for _ in range(150)])
    kept = [v.score for v in verdicts if v.keep]
    assert 0.12 <= len(kept) / len(verdicts) <= 0.4
    assert 3.5 <= median(kept) <= 5.5
    assert max(kept) < 8


def test_a_model_that_gives_high_marks_to_all_is_taken_at_its_own_measure() -> None:
    high, middle = [9.0, 8.0, 9.0, 9.0, 8.0, 9.0, 8.0, 9.0], [5.0] * 8
    assert usual([]) == USUAL
    assert weigh(moment(rating=9, usual=usual(high))).points < weigh(moment(rating=9, usual=usual(middle))).points
