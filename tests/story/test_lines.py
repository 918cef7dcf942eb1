"""Who gets the words of a line, who notices that it happened, and who knows that others did: all manners, all masks."""

import pytest

from daemon.story.decide import Ids, Part, Utter
from daemon.story.world import decide_all
from tests.story.given import CAST, LENSES, Story, do, house, masks, move, of, say


@pytest.mark.parametrize(
    ("manner", "to", "witnesses"),
    [
        ("speech", (), "you+a+b"),
        ("speech", ("b",), "you+a+b"),
        ("action", (), "you+a+b"),
        ("narration", (), "you+a+b"),
        ("thought", (), "a"),
        ("message", ("b",), "a+b"),
        ("ooc", (), "nobody"),
    ],
)
def test_a_line_among_those_present(manner: str, to: tuple[str, ...], witnesses: str) -> None:
    assert masks(house().when(say("a", "Rain.", manner, *to))) == [("line.said", witnesses)]


@pytest.mark.parametrize(
    ("manner", "to", "witnesses"),
    [
        ("speech", (), "you+a"),
        ("action", (), "you+a"),
        ("narration", (), "you+a"),
        ("thought", (), "a"),
        ("message", ("b",), "a+b"),
        ("message", ("you", "b"), "you+a+b"),
    ],
)
def test_a_line_with_one_elsewhere(manner: str, to: tuple[str, ...], witnesses: str) -> None:
    story = house(move("b", "garden"))
    assert masks(story.when(say("a", "Rain.", manner, *to))) == [("line.said", witnesses)]


@pytest.mark.parametrize(
    ("manner", "to", "witnesses"),
    [("speech", (), "you+a"), ("action", (), "you+a"), ("narration", (), "you+a"), ("message", ("b",), "a")],
)
def test_who_sleeps_perceives_nothing(manner: str, to: tuple[str, ...], witnesses: str) -> None:
    story = house(do("act", who="b", awake=False))
    assert masks(story.when(say("a", "Rain.", manner, *to))) == [("line.said", witnesses)]


def test_one_line_is_one_event_in_the_scene_that_is_on() -> None:
    story = house(do("open_scene", scene="rain", container="kitchen", present=[]))
    (said,) = story.when(say("a", "Rain.", "speech", "you"))
    assert (said.payload.text, said.payload.scene, said.payload.to, said.payload.part) == ("Rain.", "rain", ["you"], 0)
    (line,) = story.lines("b")
    assert (line.who, line.manner, line.text, line.witnesses, line.seq) == (
        "a", "speech", "Rain.", ("you", "a", "b"), said.event.seq,
    )  # fmt: skip


def test_a_whisper_reaches_its_ear_and_the_rest_see_that_it_happened() -> None:
    story = house()
    happened = story.when(say("you", "The signal is zanzibar.", "whisper", "a"))
    assert masks(happened) == [("line.said", "you+a"), ("line.noticed", "you+a+b")]
    assert happened[1].event.cause == happened[0].event.seq
    assert happened[0].payload.line == happened[1].payload.line
    assert "zanzibar" not in str(happened[1].payload)
    for lens in LENSES:
        (line,) = story.lines(*lens)
        in_on_it = set(lens) <= {"you", "a"}
        assert (line.text, line.noticed) == (("The signal is zanzibar.", False) if in_on_it else ("", True)), lens
        assert (line.who, line.manner, line.to) == ("you", "whisper", ["a"])


def test_whispering_needs_somebody_to_whisper_to_within_reach() -> None:
    story = house(move("b", "garden"))
    story.refuses(say("you", "Psst.", "whisper"), rule="no_addressee")
    story.refuses(say(None, "Psst.", "whisper", "a"), rule="no_addressee")
    story.refuses(say("you", "Psst.", "whisper", "b"), rule="whisper_out_of_reach")
    story.refuses(say("you", "Psst.", "whisper", "a", "b"), rule="whisper_out_of_reach")
    story.refuses(say("you", "Dear all", "message"), rule="no_addressee")


def test_a_whisper_into_a_sleeping_ear_is_heard_by_the_whisperer_alone() -> None:
    story = house(do("act", who="a", awake=False))
    assert masks(story.when(say("you", "Psst.", "whisper", "a"))) == [("line.said", "you"), ("line.noticed", "you+b")]


def test_a_whisper_does_not_carry_through_walls() -> None:
    story = house(
        do("change_container", container="kitchen", opens_to=["garden"], walls={"sound": True, "sight": True}),
        do("change_container", container="garden", walls={"sound": True, "sight": True}), move("b", "garden"),
    )  # fmt: skip
    assert masks(story.when(say("you", "Psst.", "whisper", "a"))) == [("line.said", "you+a"), ("line.noticed", "you+a")]


def narrated(story: Story) -> str:
    """Who gets the words of a narrator."""
    [(_, mask)] = masks(story.when(say(None, "Night falls.", "narration")))
    return mask


def test_narration_without_a_teller_is_for_those_who_are_with_you() -> None:
    story = house(move("b", "garden"))
    assert narrated(story) == "you+a"
    story.when(do("open_scene", container="garden", present=["b"]))
    assert narrated(story) == "you+a", "wherever a scene is on"
    story.when(do("act", who="a", awake=False))
    assert narrated(story) == "you"
    story.when(do("act", who="you", awake=False), do("act", who="a", awake=True))
    assert narrated(story) == "you+a", "even asleep one is told what goes on"


def test_narration_where_you_are_nowhere_is_for_those_in_the_scene_or_for_all() -> None:
    story = Story(do("add_container", container="hall", name="hall"), *CAST)
    assert narrated(story) == "you+a+b"
    story.when(do("open_scene", container="hall", present=["b"]))
    assert narrated(story) == "b"


@pytest.mark.parametrize("manner", ["speech", "action", "thought", "narration"])
def test_whoever_brings_out_a_line_that_nobody_else_gets_perceives_it_even_asleep(manner: str) -> None:
    story = house(move("you", "garden"), do("act", who="you", awake=False))
    assert masks(story.when(say("you", "Hm.", manner))) == [("line.said", "you")]


def test_a_thought_is_somebodys() -> None:
    house().refuses(say(None, "Hm.", "thought"), rule="wrong_value")


@pytest.mark.parametrize("text", ["", "  \n "])
def test_a_line_has_words(text: str) -> None:
    house().refuses(say("you", text), rule="wrong_value")


def test_speaker_and_addressee_are_of_the_cast() -> None:
    story = Story(do("add_entity", entity="you", name="Sam"))
    story.misses(say("a", "Hello."), what="entity")
    story.misses(say("you", "Hello.", "speech", "a"), what="entity")


def utter(story: Story, *parts: Part, line: str = "l9", **more: object) -> list[tuple[int, str, str]]:
    """A line of several parts, said by Mara: each with its number, its kind and its mask."""
    said = Utter(line=line, who="a", parts=list(parts), **more)  # type: ignore[arg-type]
    (began, *drafts), _ = decide_all(story.world, [said], Ids(50))
    assert began.payload.kind == "scene.opened"
    return [(d.payload.part, d.payload.kind, str(d.witnesses)) for d in drafts]  # type: ignore[attr-defined]


def test_a_line_that_mixes_manners_is_one_line_each_part_with_its_own_mask() -> None:
    parts = [Part("speech", "Hello."), Part("thought", "Liar."), Part("whisper", "Go.", ["b"]), Part("action", "nods")]
    assert utter(house(), *parts) == [
        (0, "line.said", "7"), (1, "line.said", "2"), (2, "line.said", "6"), (2, "line.noticed", "7"),
        (3, "line.said", "7"),
    ]  # fmt: skip


def test_a_line_that_goes_on_counts_its_parts_on() -> None:
    assert utter(house(), Part("speech", "And so."), first=3) == [(3, "line.said", "7")]


def test_what_a_line_is_noticed_by_is_not_said_where_witnesses_are_given() -> None:
    story = house()
    assert masks(story.when(say("you", "Psst.", "whisper", "a", witnesses=["you", "a"]))) == [("line.said", "you+a")]
    assert of(story.when(say("you", "Psst.", "whisper", "a", witnesses=["b"])), "line.said").text == "Psst."
    assert [line.text for line in story.lines("b")] == ["Psst."]
