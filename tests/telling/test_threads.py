"""Open questions in a prompt: those that matter now, as one mind knows and rates them; the others fade."""

from daemon.telling.prompt import Prompt
from protocol.ids import EntityId
from tests.story.given import Story, do, held, house, move, say, thing


def carried(story: Story, speaker: EntityId = "a") -> list[str]:
    """The open questions that a speaker's prompt carries, the weightiest first."""
    return [x.removeprefix("- ") for x in text(story.prompt(speaker), "threads").split("\n")[1:]]


def text(prompt: Prompt, name: str) -> str:
    return next((s.text for s in prompt.sections if s.name == name), "")


def asked(thread: str, title: str, **more: object) -> dict[str, object]:
    return do("open_thread", thread=thread, title=title, **more)


def talk(story: Story, count: int) -> Story:
    """Lines that have nothing to do with anything."""
    for n in range(count):
        story.when(say(("you", "a")[n % 2], f"It rained on day {n}."))
    return story


def test_a_question_is_carried_with_its_note_and_its_source() -> None:
    story = house(asked("fire", "Who lit the fire?", note="Ash on a sleeve."))
    (opened,) = [h.event.seq for h in story.log if h.kind == "thread.opened"]
    section = next(s for s in story.prompt("a").sections if s.name == "threads")
    assert section.text == "Still open:\n- Who lit the fire? (Ash on a sleeve)"
    assert (section.from_, "fire 5" in section.why) == ([opened], True)


def test_the_latest_three_are_carried_and_a_resolved_one_is_not() -> None:
    story = house(*(asked(f"t{n}", f"Question {'abcde'[n]}{n}") for n in range(2)))
    talk(story, 8)
    story.when(*(asked(f"t{n}", f"Question {'abcde'[n]}{n}") for n in range(2, 5)))
    story.when(do("resolve_thread", thread="t4"))
    assert carried(story)[:2] == ["Question c2", "Question d3"]
    assert len(carried(story)) == 3
    assert not any("e4" in x for x in carried(story))


def test_a_question_that_does_not_come_up_fades_and_comes_back_when_it_does() -> None:
    story = talk(house(asked("fire", "Who lit the barn?")), 80)
    assert carried(story) == []
    story.when(say("you", "I still wonder who lit it, the barn."))
    assert carried(story) == ["Who lit the barn?"]
    talk(story, 80)
    story.when(do("advance_thread", thread="fire", note="A lamp was missing."))
    assert carried(story) == ["Who lit the barn? (A lamp was missing)"]


def test_what_it_is_about_being_there_keeps_it_longer() -> None:
    about = asked("ring", "Whose ring is it?")
    kept = talk(house(thing("ring", held("b"), name="a ring"), about), 60)
    assert carried(kept) == ["Whose ring is it?"]
    gone = talk(house(thing("ring", held("b"), name="a ring"), about, move("b", "garden")), 60)
    assert carried(gone) == []


def test_who_does_not_know_of_a_question_is_not_told_it() -> None:
    story = house(asked("zq1z", "zq1z?", note="zq2z", witnesses=["a"]))
    assert "zq" in str(story.prompt("a"))
    assert "zq" not in str(story.prompt("b"))


def test_occasions_that_are_on_or_planned_are_told_to_those_who_know_of_them() -> None:
    plan = do("plan", occasion="picnic", title="The picnic", purpose="to make peace", who=["you", "a"], where="kitchen")
    story = house(do("set", what="clock", values={"clock": "2024-05-01T10:00:00"}), plan)
    story.when(do("plan", occasion="ball", title="The ball", when="2024-05-02T20:00:00", who=["a"]))
    told = text(story.prompt("a"), "occasions")
    assert told == "Planned: The ball (tomorrow evening at eight, with Mara)."
    story.when(say("you", "And the picnic?"))
    told = text(story.prompt("a"), "occasions")
    assert told.endswith("; The picnic (to make peace, in the kitchen, with Sam, Mara).")
    assert text(story.prompt("b"), "occasions") == ""
    story.when(do("start", occasion="picnic"))
    assert "Going on now: The picnic" in text(story.prompt("a"), "occasions")
    story.when(do("complete", occasion="picnic", gist="They made peace."))
    assert "picnic" not in text(story.prompt("a"), "occasions")


def test_what_they_are_together_is_told() -> None:
    story = house(do("bind", tone="wary", habits=["tea at five"]))
    assert "The tone among you: wary." in text(story.prompt("b"), "moment")
    assert text(story.prompt("b"), "among") == "# Among you\nWhat all of you share: tea at five."
