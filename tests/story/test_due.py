"""Occasions that fall due: by the clock, somebody arriving, another's end, a thread's; each starts once, by itself."""

from typing import Any

from tests.story.given import Command, Story, do, house, masks, move, of, place, room

AT_TEN = "2024-05-01T10:00:00"


def plan(occasion: str, when: Any = None, **more: object) -> Command:
    return do("plan", occasion=occasion, title=occasion, where="garden", **({"when": when} if when else {}), **more)


def clock(at: str) -> Command:
    return do("set", what="clock", values={"clock": at})


def on(story: Story) -> set[str]:
    return {id for id, o in story.state().occasions.items() if o.status == "active"}


def test_an_occasion_starts_when_its_time_has_come_and_brings_its_things() -> None:
    story = house(clock("2024-05-01T09:30:00"), plan("tea", AT_TEN, props=[{"prop": "pot", "name": "a pot"}]))
    story.when(do("pass_time", minutes=29))
    assert on(story) == set()
    happened = story.when(do("pass_time", minutes=1))
    assert [h.kind for h in happened] == ["time.passed", "occasion.started", "prop.moved"]
    assert [h.event.cause for h in happened] == [None, happened[0].event.seq, happened[1].event.seq]
    assert (of(happened, "occasion.started").why, story.where("pot")) == ("it was due", place(room("garden")))
    assert masks(story.when(do("pass_time", minutes=60))) == [("time.passed", "you+a+b")]


def test_what_could_not_start_for_want_of_a_scene_starts_in_the_next() -> None:
    story = house(do("open_thread", thread="who", title="Who?"), plan("tea"))
    for occasion, when in (("nap", {"after": "tea"}), ("toast", {"resolved": "who"})):
        story.when(do("plan", occasion=occasion, title=occasion, when=when))
    story.when(do("start", occasion="tea"), do("complete", occasion="tea", gist="Hot."))
    story.when(do("resolve_thread", thread="who"))
    assert on(story) == set()
    story.when(do("open_scene", container="kitchen", present=["a"]))
    assert on(story) == {"nap", "toast"}


def test_a_skip_of_time_starts_what_fell_due_meanwhile_in_order() -> None:
    story = house(clock("2024-05-01T08:00:00"), plan("tea", AT_TEN), plan("lunch", {"after": "tea"}))
    story.when(do("skip_time", mode="jump", until="2024-05-02T08:00:00"))
    assert on(story) == {"tea"}
    story.when(do("complete", occasion="tea", gist="It was hot."))
    assert on(story) == {"lunch"}


def test_of_all_that_fell_due_in_a_jump_the_earlier_comes_first_however_it_was_planned() -> None:
    planned = [plan("supper", "2024-05-02T19:00:00"), plan("tea", AT_TEN), plan("ball", "2024-05-04T20:00:00")]
    story = house(clock("2024-05-01T08:00:00"), *planned)
    happened = story.when(do("skip_time", mode="jump", until="2024-05-03T08:00:00"))
    assert [h.payload.occasion for h in happened if h.kind == "occasion.started"] == ["tea", "supper"]
    assert story.state().occasions["ball"].status == "planned"


def test_an_elision_starts_what_fell_due_and_the_scene_goes_on() -> None:
    story = house(clock("2024-05-01T09:00:00"), plan("tea", AT_TEN, who=["a"]), do("open_scene", container="garden",
                  present=["you", "a"]))  # fmt: skip
    story.when(do("skip_time", mode="elision", minutes=90))
    assert (on(story), story.state("a").scene is not None) == ({"tea"}, True)
    told = {s.name: s.text for s in story.prompt("a").sections}
    assert told["occasions"] == "Going on now: tea (in the garden, with Mara)."
    assert "half past ten" in told["moment"]
    assert "occasions" not in {s.name for s in story.prompt("b").sections}, "who is elsewhere and was not told"


def test_an_occasion_starts_when_somebody_arrives() -> None:
    story = house(plan("ambush", {"arrives": "b", "container": "garden"}, who=["a"]))
    story.when(move("a", "garden"), move("b", "cellar"))
    assert on(story) == set()
    story.when(move("b", "garden"))
    assert on(story) == {"ambush"}
    assert "ambush" in story.state("b").occasions  # he perceives it active
    assert story.state("you").occasions == {}


def test_an_occasion_starts_when_another_ends_be_it_cancelled_or_a_thread_is_resolved() -> None:
    story = house(plan("tea"), plan("talk", {"after": "tea"}), plan("feast", {"resolved": "who"}))
    story.when(do("cancel", occasion="tea"))
    assert on(story) == {"talk"}
    story.when(do("open_thread", thread="who", title="Who?"), do("resolve_thread", thread="who"))
    assert on(story) == {"talk", "feast"}


def test_by_hand_nothing_falls_due_and_what_was_cancelled_does_not_either() -> None:
    story = house(clock("2024-05-01T09:00:00"), plan("tea"), plan("talk", AT_TEN), do("cancel", occasion="talk"))
    story.when(clock("2024-05-01T12:00:00"))
    assert on(story) == set()


def test_what_cannot_start_goes_on_waiting() -> None:
    story = house(clock(AT_TEN), do("plan", occasion="tea", title="tea", when=AT_TEN))
    assert on(story) == set()  # it has no place, and there is no scene
    story.when(do("open_scene", container="cellar", present=["a"]))
    assert on(story) == {"tea"}


def test_what_is_planned_for_a_time_gone_by_starts_at_once() -> None:
    story = house(clock("2024-05-01T12:00:00"), plan("tea", AT_TEN))
    assert on(story) == {"tea"}


def changed(**values: Any) -> Command:
    return do("change_occasion", occasion="tea", **values)


def test_an_occasion_that_was_moved_starts_when_it_was_moved_to() -> None:
    story = house(clock("2024-05-01T09:00:00"), plan("tea", AT_TEN), changed(when="2024-05-01T12:00:00"))
    story.when(clock("2024-05-01T11:00:00"))
    assert on(story) == set()
    story.when(clock("2024-05-01T12:00:00"))
    assert on(story) == {"tea"}


def test_what_is_moved_to_a_time_gone_by_or_to_an_end_that_came_starts_at_once() -> None:
    story = house(clock("2024-05-01T09:00:00"), plan("tea", AT_TEN))
    happened = story.when(changed(when="2024-05-01T08:00:00"))
    assert [h.kind for h in happened] == ["occasion.changed", "occasion.started"]
    story = house(plan("nap"), plan("tea", AT_TEN), do("cancel", occasion="nap"), changed(when={"after": "nap"}))
    assert on(story) == {"tea"}


def test_a_trigger_that_was_changed_is_the_only_one() -> None:
    story = house(plan("tea", {"arrives": "b", "container": "garden"}))
    story.when(changed(when={"arrives": "a", "container": "garden"}), move("b", "garden"))
    assert on(story) == set()
    story.when(move("a", "garden"))
    assert on(story) == {"tea"}
    story = house(clock("2024-05-01T09:00:00"), plan("tea", AT_TEN), changed(when=None), clock("2024-05-01T12:00:00"))
    assert on(story) == set(), "by hand"


def test_what_is_on_does_not_start_again_when_it_is_moved() -> None:
    story = house(clock("2024-05-01T12:00:00"), plan("tea", AT_TEN), changed(when="2024-05-01T11:00:00"))
    assert [h.kind for h in story.log].count("occasion.started") == 1
