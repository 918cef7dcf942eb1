"""A prompt as a script: what anybody there sees and hears, and nothing of what the speaker keeps to themselves."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from daemon.story.decide import Part
from daemon.story.summaries import Summary
from daemon.telling.prompt import Prompt, Telling
from daemon.telling.recalling import Memory
from daemon.telling.script import BLOCK, LINES, LONGEST, build
from daemon.telling.tokens import estimate
from protocol.ids import EVERYBODY, EntityId, Seq
from protocol.views import LineView
from tests.story.given import Story, do, house, move, say
from tests.telling.said import line

WHO = {
    "appearance": "The keeper, grey-eyed. Lame in one foot.", "description": "She buried him under the third stair.",
    "personality": "sly", "voice": "hoarse", "examples": ["Sit.\nThe stew is hot.", "*spits*"],
}  # fmt: skip
PLACE = house(
    do("change_entity", entity="a", identity=WHO, mood="afraid", goals=["hide the spade"], status="hurt"),
    do("change_entity", entity="you", identity={"appearance": "a courier"}),
    do("change_container", container="kitchen", description="Low and warm. A draught comes from below."),
    do("feel", **{"from": "a"}, to="you", trust=-3, note="he suspects"), do("note", text="Let it rain."),
    do("add_lore", text="The stair creaks."), move("b", "garden"),
)  # fmt: skip


def script(lines: list[LineView], speaker: EntityId | None = "a", story: Story = PLACE, **more: Any) -> Prompt:
    lens: tuple[EntityId, ...] = (speaker,) if speaker is not None else ("you", "a")
    asked: dict[str, Any] = {"budget": 4000, "count": estimate, **more}
    return build(Telling(speaker=speaker, mind=story.state(*lens), lines=lines, **asked))


def test_it_tells_who_is_where_an_example_and_the_last_lines_and_stops_at_the_name() -> None:
    made = script([line(3, None, "It rains."), line(4, "you", "Is it late?"), line(5, "a", "*nods*")])
    assert [(m.role, m.content) for m in made.messages] == [
        (
            "script",
            "Mara (the keeper, grey-eyed) and Sam (a courier) are at the kitchen. Low and warm.\n\n"
            "Mara: Sit. The stew is hot.\nNarrator: It rains.\nSam: Is it late?\nMara: *nods*\nMara:",
        )
    ]
    assert made.script == made.messages[0].content == "\n".join(s.text for s in made.sections)
    assert [s.name for s in made.sections] == ["setting", "example", "transcript", "cue"]
    assert made.tokens == estimate(made.script)


def test_nothing_private_stands_in_it() -> None:
    thought = line(4, "a", "Come in.", Part("thought", "He must not look down."))
    only_thought = line(5, "a", Part("thought", "The spade is wet."))
    made = script(
        [thought, only_thought],
        note="Let it rain.",
        steer="sadder",
        memories=[Memory("m", Seq(1), "Mara dug all night.", [], 1.0)],
        past=[Summary("m", Seq(1), Seq(1), "scene.closed", None, EVERYBODY, "They dug.", [])],
    )
    words = ("stair", "sly", "hoarse", "afraid", "spade", "hurt", "suspect", "rain", "creak", "look down",
             "sadder", "dug", "Oren", "spits", "Lame")  # fmt: skip
    assert [w for w in words if w.lower() in made.script.lower()] == []
    assert "Mara: Come in.\n" in made.script


def test_each_section_names_what_it_comes_from() -> None:
    made = {s.name: s for s in script([line(901, "you", "Well?", "Is it late?")]).sections}
    sources = PLACE.state("a").sources
    assert {sources[k] for k in ("identity.a", "identity.you", "activity.a", "container.kitchen")} <= set(
        made["setting"].from_
    )
    assert made["example"].from_ == [sources["identity.a"]]
    assert made["transcript"].from_ == [901, 902]
    assert all(s.why for s in made.values())


def test_it_is_made_of_the_speakers_lens_alone() -> None:
    story = house(move("b", "garden"), do("change_entity", entity="b", identity={"appearance": "wet"}, witnesses=["b"]))
    story.when(move("you", "cellar", witnesses=["you"]))
    assert "Mara (tall) and Sam are at the kitchen." in script([], story=story).script
    assert "Sam is at the cellar." in script([], "you", story).script
    story.when(say("you", "Nobody hears this."))
    assert "Nobody" not in script(story.lines("a"), story=story).script


def test_a_line_that_is_continued_is_the_last_and_goes_on() -> None:
    made = script([line(4, "a", "I was about to"), line(5, "you", "What?")], mode="continue")
    assert made.script.endswith("\nMara: I was about to")


def test_a_narrator_has_a_label_and_no_example() -> None:
    made = script([line(4, "you", "*knocks*")], None)
    assert made.script.endswith("\n\nSam: *knocks*\nNarrator:")
    assert "stew" not in made.script


def test_of_a_long_line_its_end_is_told() -> None:
    long = "It was long ago. " * 60 + "\n\nWhat is your name?"
    made = script([line(4, "you", long)])
    told = made.script.splitlines()[-2]
    assert told.startswith("Sam: It was long ago.") and told.endswith("What is your name?")
    assert len(told) < LONGEST + 10
    assert len(script([line(4, "you", "x" * 3000)]).script) < 2 * LONGEST


def test_without_places_looks_and_lines_there_is_still_a_script() -> None:
    story = Story(do("add_entity", entity="a", name="Mara"), do("add_entity", entity="you", name="Sam"))
    assert script([], story=story).script.endswith("Mara:")


@given(st.integers(0, 60), st.sampled_from(["you", "a", None]))
def test_the_last_lines_stand_in_it_and_its_beginning_stays_for_some_turns(
    count: int, speaker: EntityId | None
) -> None:
    lines = [line(10 + n, "you" if n % 2 else "a", f"Number {n:03}.", turn=n // 2) for n in range(count)]
    told = [x for x in script(lines, speaker).script.splitlines() if "Number" in x]
    assert min(count, LINES) <= len(told) <= LINES + 2 * BLOCK
    assert [x.rpartition(": ")[2] for x in told] == [x.text for x in lines[count - len(told) :]]


def test_few_turns_in_a_row_lose_what_stood_first() -> None:
    lines = [line(10 + n, "you" if n % 2 else "a", f"Number {n:03}.", turn=n // 2) for n in range(100)]
    firsts = [script(lines[:n]).script.split("Number", 1)[1][:4] for n in range(40, 100, 2)]
    assert len(set(firsts)) <= len(firsts) // BLOCK + 1
