"""What a jump does to feelings: tensions ease by the hour, moods are over by the next day, each in its own mind."""

import pytest

from daemon.story.decide import Form
from daemon.story.decide.skipping import COOLING, NIGHT
from tests.story.given import Command, Story, do, house, masks, of


def feel(edge: str, **changes: object) -> Command:
    from_, to = edge.split(">")
    return do("feel", from_=from_, to=to, **changes)


def jump(minutes: int, mode: str = "jump") -> Command:
    return do("skip_time", mode=mode, minutes=minutes)


def tense() -> Story:
    cross = do("change_entity", entity="a", mood="cross", goals="sleep")
    return house(feel("a>b", tension=5, trust=-3, note="he kept the change"), feel("b>you", tension=-2), cross)


@pytest.mark.parametrize(
    ("minutes", "left"),
    [(0, (5, -2)), (COOLING - 1, (5, -2)), (COOLING, (4, -1)), (3 * COOLING, (2, 0)), (100 * COOLING, (0, 0))],
)
def test_a_tension_eases_by_one_for_each_six_hours_and_stops_at_nothing(minutes: int, left: tuple[int, int]) -> None:
    story = tense()
    story.when(jump(minutes))
    edges = story.state().edges
    assert (edges["a>b"].tension, edges["b>you"].tension) == left
    assert (edges["a>b"].trust, edges["a>b"].note) == (-3, "he kept the change")


@pytest.mark.parametrize(("minutes", "mood"), [(NIGHT - 1, "cross"), (NIGHT, "")])
def test_a_mood_is_over_after_a_night_and_goals_are_not(minutes: int, mood: str) -> None:
    story = tense()
    story.when(jump(minutes))
    assert (story.state("a").entities["a"].mood, story.state("a").entities["a"].goals) == (mood, ["sleep"])


def test_what_settles_is_private_and_caused_by_the_skip() -> None:
    story = tense()
    happened = story.when(jump(2 * COOLING))
    assert masks(happened) == [
        ("time.skipped", "you+a+b"), ("edge.changed", "a"), ("edge.changed", "b"), ("entity.changed", "a"),
    ]  # fmt: skip
    skip = happened[0].event.seq
    assert [h.event.cause for h in happened] == [None, skip, skip, skip]
    assert of(happened, "entity.changed").goals is None, "only the mood is stated"


def test_a_scene_that_a_jump_closes_is_closed_before() -> None:
    story = tense()
    story.when(do("open_scene", container="kitchen", present=[]))
    kinds = [h.kind for h in story.when(jump(COOLING))]
    assert kinds == ["scene.closed", "time.skipped", "edge.changed", "edge.changed"]


def test_an_elision_settles_nothing() -> None:
    story = tense()
    assert masks(story.when(jump(2 * NIGHT, "elision"))) == [("time.skipped", "you+a+b")]
    assert story.state("a").entities["a"].mood == "cross"


def test_who_feels_nothing_strong_has_nothing_to_settle() -> None:
    story = house(feel("a>b", warmth=3))
    assert masks(story.when(jump(10 * NIGHT))) == [("time.skipped", "you+a+b")]


def test_a_memory_that_the_daemon_forms_says_why_and_is_no_wider_than_what_it_derives_from() -> None:
    story = house(do("say", who="you", text="Psst.", manner="whisper", to=["a"]))
    seq = story.log[-2].event.seq
    (formed,) = story.give([Form(by=["a"], gist="He whispered.", kind="summary", from_=[seq], because=("a test",))])
    assert (formed.payload.because, formed.payload.memory_kind, formed.mask) == (["a test"], "summary", 2)
    assert story.may(Form(by=["b"], gist="They whispered.", from_=[seq])) == []


def test_a_memory_of_which_the_author_changes_the_words_stays_what_it_was() -> None:
    story = house(do("remember", gist="It raned.", by=["a"], kind="fact", significance=8))
    kept = of(story.when(do("set", what="memory", id="m1", values={"gist": "It rained."})), "memory.formed")
    assert (kept.gist, kept.memory_kind, kept.significance) == ("It rained.", "fact", 8)
