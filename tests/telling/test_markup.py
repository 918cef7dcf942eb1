"""How manners are written: texts split into parts, parts written so that they split the same again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.story.decide import Part
from daemon.telling.markup import split, written
from protocol.ids import EntityId
from tests.telling.said import CALLED, NAMES, line


def parts(text: str) -> list[tuple[str, str]]:
    return [(p.manner, p.text) for p in split(text, CALLED)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello there.", [("speech", "Hello there.")]),
        ("*She nods.* Hello.", [("action", "She nods."), ("speech", "Hello.")]),
        ("Hello *waves* you.", [("speech", "Hello"), ("action", "waves"), ("speech", "you.")]),
        ("`He lies.` Really?", [("thought", "He lies."), ("speech", "Really?")]),
        ('She nods. "Hello."', [("action", "She nods."), ("speech", '"Hello."')]),
        ('"Hello," she says, "you."', [("speech", '"Hello,"'), ("action", "she says,"), ("speech", '"you."')]),
        ("“Hello,” she says.", [("speech", "“Hello,”"), ("action", "she says.")]),
        ("«Bonjour.» Elle sourit.", [("speech", "«Bonjour.»"), ("action", "Elle sourit.")]),
        # Emphasis within what is spoken is spoken.
        ('"I *really* mean it," she says.', [("speech", '"I *really* mean it,"'), ("action", "she says.")]),
        # A sign that is read in passing does not make all the rest an action.
        ('*A sign: "Shut".* We are shut.', [("action", 'A sign: "Shut".'), ("speech", "We are shut.")]),
        ('`So "honest".` Well.', [("thought", 'So "honest".'), ("speech", "Well.")]),
        ("**Loud**", [("action", "Loud")]),
        ("*One.*\n\n*Two.*", [("action", "One.\nTwo.")]),
        ("One.\nTwo.", [("speech", "One.\nTwo.")]),
        ("雨だ。*窓を見る*", [("speech", "雨だ。"), ("action", "窓を見る")]),
        ("2 * 3 is six", [("speech", "2 * 3 is six")]),
    ],
)  # fmt: skip
def test_a_text_is_split_by_its_marks(text: str, expected: list[tuple[str, str]]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*She nods. Hello.", [("speech", "She nods. Hello.")]),
        ("She nods.* Hello.", [("speech", "She nods.* Hello.")]),
        ('*She nods. "Hello."', [("action", "She nods."), ("speech", '"Hello."')]),
        ('"Hello, she says.', [("speech", '"Hello, she says.')]),
        ("***", [("speech", "***")]),
        ("```", [("speech", "```")]),
        ("* * *\nHello.", [("speech", "Hello.")]),
        ("*\n*", [("speech", "*\n*")]),
    ],
)
def test_what_is_not_closed_is_unclear_and_so_for_all(text: str, expected: list[tuple[str, str]]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    "text",
    ["Yes. `Not zanzibar", "`zanzibar *he knows*", '`zanzibar "he" said', "``zanzibar", "*nods* `zanzibar\n\nYes."],
)
def test_a_thought_that_is_not_closed_is_still_one(text: str) -> None:
    told = [text for manner, text in parts(text) if manner != "thought"]
    assert not any("zanzibar" in text for text in told)


@pytest.mark.parametrize("text", ["", " ", "\n \t\n"])
def test_nothing_is_no_part(text: str) -> None:
    assert parts(text) == []


# whispers


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("(whispers to Sam) Psst.", ["you"]),
        ("(Whispering to sam): Psst.", ["you"]),
        ("*(whispers to Sam)* Psst.", ["you"]),
        ("(whisper to Oren and Sam) Psst.", ["b", "you"]),
        ("(whispers to you) Psst.", ["you"]),
    ],
)
def test_a_whisper_is_the_rest_of_its_paragraph(text: str, to: list[str]) -> None:
    first, *rest = split(f"{text}\nHello all.", CALLED)
    assert (first.manner, first.text, first.to) == ("whisper", "Psst.", to)
    assert [(p.manner, p.text) for p in rest] == [("speech", "Hello all.")]


def test_a_whisper_reaches_whom_it_names_by_the_first_name() -> None:
    assert split("(whispers to Sam) Psst.", {"sam reed": "you"})[0].to == ["you"]
    assert split("(whispers to the captain) Psst.", {"the captain": "b"})[0].to == ["b"]
    assert split("(whispers to you) Psst.", {"mara": "a"})[0].manner == "speech"  # you are the one who whispers


@pytest.mark.parametrize("text", ["(whispers to Nobody) Psst.", "(whispers) Psst.", "Well. (whispers to Sam) Psst."])
def test_a_whisper_to_nobody_that_is_named_is_unclear_and_so_for_all(text: str) -> None:
    assert {p.manner for p in split(text, CALLED)} == {"speech"}


def test_a_whisper_without_words_is_said_as_it_stands() -> None:
    assert parts("(whispers to Sam)") == [("speech", "(whispers to Sam)")]


# there and back


WORDS = st.sampled_from(["rain", "Well.", "the red scarf", "naïve — 雨", "what?!"])
TEXTS = st.lists(WORDS, min_size=1, max_size=3).map("\n".join)
SPEECH = st.one_of(TEXTS, WORDS.map('"{}"'.format), WORDS.map("“{}”".format)).map(lambda text: Part("speech", text))
WHISPER = st.builds(Part, st.just("whisper"), TEXTS, st.sampled_from([["you"], ["a", "b"]]))
PARTS = st.one_of(
    SPEECH, TEXTS.map(lambda t: Part("action", t)), TEXTS.map(lambda t: Part("thought", t)), WHISPER
)  # fmt: skip


def _whole(told: list[Part]) -> list[Part]:
    """Parts as a split makes them: no two neighbours alike."""
    return [p for n, p in enumerate(told) if n == 0 or (told[n - 1].manner, told[n - 1].to) != (p.manner, p.to)]


@settings(max_examples=200)
@given(st.lists(PARTS, min_size=1, max_size=6).map(_whole))
def test_what_is_written_splits_the_same_again(told: list[Part]) -> None:
    assert split(written(line(1, "a", *told), NAMES), CALLED) == told


@settings(max_examples=200)
@given(st.text(alphabet="ab *`\"“”«»()\n_:'", max_size=40))
def test_any_text_is_split_without_loss_of_words(text: str) -> None:
    made = split(text, CALLED)
    assert bool(made) is bool(text.strip())
    assert all(p.text.strip() for p in made)
    letters = [c for c in text if c.isalpha()]
    assert [c for p in made for c in p.text if c.isalpha()] == letters


def test_what_was_only_noticed_is_told_as_such() -> None:
    to: list[EntityId] = ["a"]
    assert written(line(1, "you", Part("whisper", "", to)), NAMES) == "*whispers something to Mara*"
    assert written(line(1, "you", Part("whisper", "")), NAMES) == "*whispers something*"


def test_a_message_and_a_name_with_braces_are_written_as_they_are() -> None:
    assert written(line(1, "you", Part("message", "Come.", ["a"])), {"a": "{Mara}"}) == "(message to {Mara}) Come."
    assert written(line(1, None, Part("narration", "Night falls.")), NAMES) == "Night falls."


# odd input


LONG = 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        "“" * LONG, "«" * LONG, '"' * LONG, "*" * LONG, "`" * LONG, "(" * LONG, " " * LONG + "x", "\n" * LONG + "x",
        "\n " * LONG + "x", "(whispers to " + "x" * LONG, "(whispers " + " " * LONG, "*_" * LONG + "(whispers to Sam)",
        "a" * LONG, "雨" * LONG, "“*" * 20_000, "“`" * 20_000, "*a" * 20_000, '"a' * 20_000, '*"`' * 20_000,
        "x\n" * 20_000,
    ],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_a_long_and_hostile_text_is_split_in_a_time_that_grows_with_its_length(text: str) -> None:
    """What took longer than that would not come to an end here."""
    assert split(text, CALLED)
