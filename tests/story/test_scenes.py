"""Scenes and time: who is brought, who knows when it ends, and what the clock reads."""

import pytest

from daemon.story.decide.clock import CALENDAR
from tests.story.given import CAST, Command, Story, do, house, masks, move, of, say, thing


def scene(container: str, *present: str, **more: object) -> Command:
    return do("open_scene", container=container, present=list(present), **more)


def test_a_scene_brings_those_who_are_to_be_present_and_takes_in_those_who_are_there() -> None:
    story = house(move("b", "garden"))
    happened = story.when(scene("garden", "you", scene="dusk", title="Dusk"))
    assert masks(happened) == [
        ("activity.left", "you+a"), ("activity.arrived", "you+b"), ("perceived", "you+b"), ("scene.opened", "you+b"),
    ]  # fmt: skip
    opened = of(happened, "scene.opened")
    assert (opened.scene, opened.title, opened.present) == ("dusk", "Dusk", ["you", "b"])
    assert [h.event.cause for h in happened] == [None, happened[0].event.seq, happened[1].event.seq, None]
    assert [story.state(*lens).scene is not None for lens in ((), ("you",), ("a",), ("you", "a"))] == [
        True, True, False, False,
    ]  # fmt: skip


def test_a_scene_may_be_of_one_alone_or_of_the_two_bots() -> None:
    story = house(move("you", "garden"), scene("cellar", "b"))
    assert (story.room("b"), story.state("b").scene is not None, story.state("a").scene) == ("cellar", True, None)
    story.when(scene("kitchen", "a", "b"))
    assert (story.room("b"), story.room("you"), story.state("you").scene) == ("kitchen", "garden", None)
    assert of(story.when(scene("cellar")), "scene.opened").present == []


def test_a_scene_that_moves_takes_along_who_follows_with_what_they_hold_and_leaves_the_rest() -> None:
    story = house(thing("key", {"entity": "a"}), scene("kitchen", scene="first"), do("act", who="a", doing="baking"))
    happened = story.when(scene("garden", "you", "a", scene="second"))
    assert masks(happened)[0] == ("scene.closed", "you+a+b")
    assert [story.room(e) for e in ("you", "a", "b")] == ["garden", "garden", "kitchen"]
    assert (story.where("key"), story.where("key", "you")) == (story.where("key", "a"), story.where("key", "a"))
    assert story.state("you").entities["a"].doing is None, "what one was doing ends with leaving"
    scenes = [x.scene.scene if x.scene is not None else None for x in (story.state(e) for e in ("you", "a", "b"))]
    assert scenes == ["second", "second", None]
    assert story.room("a", "b") is None, "who stayed knows that they left, and not where to"


def test_those_never_placed_arrive() -> None:
    story = Story(do("add_container", container="hall", name="hall"), *CAST)
    kinds = [h.kind for h in story.when(scene("hall", "you", "a", "b"))]
    assert kinds == [*["activity.arrived", "perceived"] * 3, "scene.opened"]


def test_opening_a_scene_closes_the_one_that_is_on_for_all_who_know_of_it() -> None:
    story = house(scene("kitchen", scene="first"), move("b", "garden"))
    happened = story.when(scene("kitchen", scene="second"))
    assert masks(happened) == [("scene.closed", "you+a+b"), ("scene.opened", "you+a")]
    assert (of(happened, "scene.closed").scene, story.state("b").scene) == ("first", None)


def test_a_scene_begins_at_its_time() -> None:
    story = house(scene("kitchen", at="2024-05-01T10:00:00"))
    assert (story.state("b").clock, story.state().elapsed) == ("2024-05-01T10:00:00", 0)
    story.refuses(scene("garden", "a", at="2024-05-01T09:59:00"), rule="clock_backwards")
    assert story.room("a") == "kitchen"


def test_a_scene_needs_a_container_and_people_of_the_cast() -> None:
    story = Story(do("add_container", container="hall", name="hall"))
    story.misses(scene("attic"), what="container")
    story.misses(scene("hall", "b"), what="entity")


def test_closing_is_for_those_present_and_those_who_left_and_a_gist_for_those_who_stayed() -> None:
    story = house(scene("kitchen"), move("b", "garden"))
    happened = story.when(do("close_scene", gist="They talked of rain."))
    assert masks(happened) == [("scene.closed", "you+a+b"), ("memory.formed", "you+a")]
    assert (of(happened, "memory.formed").memory_kind, story.memories("b")) == ("summary", [])
    assert [story.state(e).scene for e in ("you", "a", "b")] == [None, None, None]
    story.refuses(do("close_scene"), rule="no_scene")


def test_who_came_later_learns_that_the_scene_is_over() -> None:
    story = house(move("b", "garden"), scene("kitchen"), move("b", "kitchen"), do("act", who="a", awake=False))
    assert masks(story.when(do("close_scene", gist="Rain."))) == [
        ("scene.closed", "you+a+b"), ("memory.formed", "you+b"),
    ]  # fmt: skip


def test_a_scene_that_nobody_stayed_for_leaves_no_gist() -> None:
    story = house(scene("cellar"))
    assert masks(story.when(do("close_scene", gist="Dust."))) == [("scene.closed", "nobody")]


# time


def test_time_is_everybodys_and_a_clock_never_set_keeps_count() -> None:
    story = house(do("act", who="b", awake=False), do("pass_time", minutes=30))
    happened = story.when(do("pass_time", minutes=15))
    assert masks(happened) == [("time.passed", "you+a+b")]
    assert (story.state("b").clock, story.state("b").elapsed) == (None, 45)
    story.when(do("set", what="clock", values={"clock": "2024-05-01T10:00:00"}), do("pass_time", minutes=50))
    assert (story.state().clock, story.state().elapsed) == ("2024-05-01T10:50:00", 95)


def test_the_clock_knows_its_calendar() -> None:
    story = house(do("set", what="clock", values={"clock": "2024-02-28T23:30:00"}), do("pass_time", minutes=60))
    assert story.state().clock == "2024-02-29T00:30:00"


@pytest.mark.parametrize("set_first", [False, True])
def test_time_does_not_run_backwards_nor_out_of_the_calendar(set_first: bool) -> None:
    clock = do("set", what="clock", values={"clock": "2024-05-01T10:00:00"})
    story = house(*[clock] * set_first)
    story.refuses(do("pass_time", minutes=-1), rule="clock_backwards")
    story.refuses(do("skip_time", mode="elision", minutes=-1), rule="clock_backwards")
    for minutes in (10**10, 2**63):
        story.refuses(do("pass_time", minutes=minutes), rule="wrong_value")
        story.refuses(do("skip_time", mode="jump", minutes=minutes), rule="wrong_value")
    story.when(do("pass_time", minutes=0))


def test_an_elision_leaves_time_out_and_the_scene_on() -> None:
    story = house(scene("kitchen", at="2024-05-01T10:00:00"))
    assert masks(story.when(do("skip_time", mode="elision", minutes=90))) == [("time.skipped", "you+a+b")]
    assert (story.state("a").clock, story.state("a").elapsed) == ("2024-05-01T11:30:00", 90)
    assert story.state("a").scene is not None


def test_a_jump_closes_the_scene_and_its_summary_is_for_those_who_were_there() -> None:
    story = house(scene("kitchen", at="2024-05-01T10:00:00"), move("b", "garden"))
    jump = do("skip_time", mode="jump", until="2024-05-03T08:00:00", summary="Two quiet days.")
    assert masks(story.when(jump)) == [
        ("scene.closed", "you+a+b"), ("time.skipped", "you+a+b"), ("memory.formed", "you+a"),
    ]  # fmt: skip
    assert (story.state("b").clock, story.state().scene) == ("2024-05-03T08:00:00", None)
    story.refuses(do("skip_time", mode="jump", until="2024-05-01T08:00:00"), rule="clock_backwards")


@pytest.mark.parametrize("fields", [{}, {"minutes": 5, "until": "2024-05-03T08:00:00"}])
def test_a_skip_is_by_minutes_or_until_a_time(fields: dict[str, object]) -> None:
    house().refuses(do("skip_time", mode="elision", **fields), rule="wrong_value")


def test_lines_are_of_the_scene_that_is_on() -> None:
    story = house(scene("kitchen", scene="first"), say("a", "One."), do("close_scene"), say("a", "Two."))
    story.when(scene("kitchen", scene="second"), thing("key", {"container": "kitchen"}), say("a", "Three."))
    assert [line.scene for line in story.lines()] == ["first", None, "second"]


CENTURY = 100 * 366 * 24 * 60


def test_time_that_is_only_counted_comes_to_an_end_with_the_calendar() -> None:
    story = house()
    for _ in range(99):
        story.when(do("pass_time", minutes=CENTURY))
    for command in (
        do("pass_time", minutes=2 * CENTURY),
        do("skip_time", mode="jump", minutes=2 * CENTURY),
        do("pass_time", minutes=10**30),
    ):
        story.refuses(command, rule="wrong_value")
    (passed,) = story.when(do("pass_time", minutes=CENTURY))
    assert passed.payload.elapsed == CALENDAR
    for command in (do("pass_time", minutes=1), do("skip_time", mode="elision", minutes=1)):
        story.refuses(command, rule="wrong_value")
    story.when(do("pass_time", minutes=0))
    story.when(do("set", what="clock", values={"clock": "2024-05-01T10:00:00"}))
    story.refuses(do("skip_time", mode="jump", until="2024-05-01T10:01:00"), rule="wrong_value")


def test_a_clock_that_runs_reaches_the_last_minute_of_the_calendar_and_no_further() -> None:
    story = house(scene("kitchen", at="9999-12-31T23:00:00"))
    (passed,) = story.when(do("pass_time", minutes=59))
    assert passed.payload.clock == "9999-12-31T23:59:00"
    for command in (do("pass_time", minutes=1), do("skip_time", mode="jump", minutes=1)):
        story.refuses(command, rule="wrong_value")
