"""Scenes go with the player: which begin, go on and end as lines are told, and of which scene each line is."""

from itertools import count

import pytest

from daemon.story.decide import Part, Utter
from daemon.story.state import State
from protocol.commands import Move
from protocol.ids import EntityId
from tests.story.given import Happened, Story, do, house, masks, move, of, say

LINES = count(1)


def told(story: Story, who: EntityId | None, *parts: Part | str, **more: object) -> list[Happened]:
    """A line as a turn tells it."""
    manner = "narration" if who is None else "speech"
    made = [Part(manner, p) if isinstance(p, str) else p for p in parts]  # type: ignore[arg-type]
    return story.give([Utter(line=f"t{next(LINES)}", who=who, parts=made, **more)])  # type: ignore[arg-type]


def open_in(state: State) -> list[str]:
    """The containers of the scenes that began and are not over, the one that is on first."""
    return [x.container for x in (*([state.scene] if state.scene else []), *state.paused.values())]


def scenes(story: Story, *lens: EntityId) -> list[str | None]:
    """The container of the scene of each line."""
    where = {h.payload.scene: h.payload.container for h in story.log if h.kind == "scene.opened"}
    return [where.get(line.scene) for line in story.lines(*lens)]


def test_the_first_line_begins_a_scene_where_it_is_told() -> None:
    story = house(move("b", "garden"))
    assert masks(told(story, "you", "Evening.")) == [("scene.opened", "you+a"), ("line.said", "you+a")]
    assert (open_in(story.state()), story.state("b").scene) == (["kitchen"], None)
    assert masks(told(story, "a", "Evening.")) == [("line.said", "you+a")], "it goes on"


def test_a_line_elsewhere_begins_a_scene_there_and_pauses_the_one_that_others_are_left_in() -> None:
    story = house()
    told(story, "you", "Evening.")
    kitchen = story.state().scene
    story.when(move("you", "garden"))
    assert open_in(story.state()) == ["kitchen"], "nothing is said out there yet"
    assert masks(told(story, "you", "Ah, air.")) == [("scene.opened", "you"), ("line.said", "you")]
    assert (open_in(story.state()), open_in(story.state("a"))) == (["garden", "kitchen"], ["kitchen"])
    story.when(move("you", "kitchen"))
    assert open_in(story.state("you")) == ["kitchen", "garden"], "one finds it going on"
    back = told(story, "you", "Brr.")
    assert masks(back) == [("scene.closed", "you"), ("scene.opened", "you+a+b"), ("line.said", "you+a+b")]
    assert (story.state().scene, open_in(story.state("you"))) == (kitchen, ["kitchen"])
    assert scenes(story) == ["kitchen", "garden", "kitchen"]


def test_the_old_scene_is_over_where_nobody_is_left() -> None:
    story = house(move("b", "garden"))
    told(story, "you", "Come.")
    story.when(move("you", "cellar"), move("a", "cellar"))
    assert masks(told(story, "you", "Mind the step.")) == [
        ("scene.closed", "you+a"), ("scene.opened", "you+a"), ("line.said", "you+a"),
    ]  # fmt: skip
    assert open_in(story.state()) == ["cellar"]


def test_a_paused_scene_is_over_once_the_last_one_has_left_it() -> None:
    story = house(move("b", "garden"))
    told(story, "you", "I am off.")
    story.when(move("you", "cellar"))
    told(story, "you", "Dark.")
    story.when(move("a", "garden"))
    assert masks(told(story, "you", "Still dark.")) == [("scene.closed", "you+a"), ("line.said", "you")]


def test_those_who_stay_may_have_a_moment_of_their_own() -> None:
    story = house()
    told(story, "you", "I am off.")
    story.when(move("you", "garden"))
    told(story, "you", "Air.")
    assert masks(told(story, "a", "At last.")) == [("scene.opened", "a+b"), ("line.said", "a+b")]
    assert open_in(story.state()) == ["kitchen", "garden"]
    assert masks(told(story, None, "An owl calls.")) == [("scene.opened", "you"), ("line.said", "you")]
    assert scenes(story) == ["kitchen", "garden", "kitchen", "garden"]
    assert story.heard("you") == ["I am off.", "Air.", "An owl calls."]


def test_a_line_that_leads_elsewhere_is_of_both_scenes() -> None:
    story = house()
    out = told(story, "you", "Bye.", "Ah, air.", deeds=[(0, Move(who="you", container="garden"))])
    said = [h.payload for h in out if h.kind == "line.said"]
    where = {h.payload.scene: h.payload.container for h in out if h.kind == "scene.opened"}
    assert [(p.text, where[p.scene]) for p in said] == [("Bye.", "kitchen"), ("Ah, air.", "garden")]
    causes = [h.event.cause for h in out if h.kind in ("activity.left", "activity.arrived")]
    assert causes == [next(h.event.seq for h in out if h.kind == "line.said"), out[2].event.seq]


def test_what_is_appended_begins_no_scene_and_is_of_the_one_that_is_open_where_it_is_said() -> None:
    story = house()
    assert masks(story.when(say("you", "Hm."))) == [("line.said", "you+a+b")]
    told(story, "you", "I am off.")
    story.when(move("you", "garden"))
    assert of(story.when(say("you", "Hm.")), "line.said").scene is None
    told(story, "you", "Air.")
    story.when(say("a", "At last."), say(None, "An owl.", "narration"), say("b", "Psst.", "whisper", "a"))
    assert scenes(story) == [None, "kitchen", None, "garden", "kitchen", "garden", "kitchen"]
    assert open_in(story.state()) == ["garden", "kitchen"]


def test_what_is_out_of_character_begins_no_scene() -> None:
    assert masks(told(house(), "you", Part("ooc", "Wait."))) == [("line.said", "nobody")]


def test_who_is_nowhere_is_in_no_scene_and_alone_asleep_you_still_know_that_one_is_on() -> None:
    story = Story(do("add_entity", entity="you", name="Sam"))
    assert masks(told(story, "you", "Hm.")) == [("line.said", "you")]
    story = house(move("you", "garden"), do("act", who="you", awake=False))
    assert masks(told(story, None, "It rains.")) == [("scene.opened", "you"), ("line.said", "you")]


@pytest.mark.parametrize("mode", ["jump", "elision"])
def test_after_a_jump_the_next_line_begins_a_new_scene(mode: str) -> None:
    story = house()
    told(story, "you", "I am off.")
    story.when(move("you", "garden"))
    told(story, "you", "Air.")
    before = story.state().scene
    skipped = story.when(do("skip_time", mode=mode, minutes=600))
    assert [h.kind for h in skipped] == ["scene.closed"] * 2 * (mode == "jump") + ["time.skipped"]
    told(story, "you", "Morning.")
    assert (story.state().scene == before, open_in(story.state())) == (
        (False, ["garden"]) if mode == "jump" else (True, ["garden", "kitchen"])
    )


def test_opening_a_scene_by_hand_ends_the_one_that_is_on_and_one_that_was_paused_there() -> None:
    story = house()
    told(story, "you", "I am off.")
    story.when(move("you", "garden"))
    told(story, "you", "Air.")
    story.when(do("open_scene", container="kitchen", present=["you"], title="Again"))
    assert [x.title for x in (story.state().scene, story.state("b").scene) if x] == ["Again", "Again"]
    assert [open_in(story.state(*lens)) for lens in ((), ("you",), ("a",))] == [["kitchen"]] * 3


def test_closing_by_hand_ends_the_scene_that_is_on_and_leaves_the_others() -> None:
    story = house()
    told(story, "you", "I am off.")
    story.when(move("you", "garden"))
    told(story, "you", "Air.")
    story.when(do("close_scene"))
    assert (story.state().scene, open_in(story.state())) == (None, ["kitchen"])
    story.refuses(do("close_scene"), rule="no_scene")


def test_what_somebody_was_doing_is_over_after_a_jump() -> None:
    story = house(move("b", "garden"), do("act", who="a", doing="drying cups"), do("act", who="b", attention="a bee"))
    story.when(do("act", who="you", awake=False, doing="snoring"))
    story.when(do("skip_time", mode="elision", minutes=60))
    assert story.state().entities["a"].doing == "drying cups"
    jumped = story.when(do("skip_time", mode="jump", minutes=60))
    assert masks(jumped)[1:] == [
        ("activity.changed", "you+a"), ("activity.changed", "a"), ("activity.changed", "b"),
    ]  # fmt: skip
    assert not story.state("you").entities["you"].awake
    story.when(do("act", who="you", awake=True), move("b", "kitchen"))
    for lens in ((), ("a",), ("you",), ("b",)):
        people = story.state(*lens).entities.values()
        assert not any(x.doing or x.attention for x in people), lens
