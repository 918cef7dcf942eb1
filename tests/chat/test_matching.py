"""Where a history is in a transcript: laws over random transcripts, and what frontends do to texts."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.chat import matching
from daemon.chat.asked import Given, Message, asked
from daemon.chat.matching import Said
from protocol.errors import Fault
from protocol.ids import EntityId, Seq, TurnNumber
from protocol.views import LineView, PartView

NAMES: dict[EntityId, str] = {"you": "Sam", "a": "Mara", "b": "Oren"}

WORDS = st.sampled_from(
    ["rain", "lamp", "stairs", "the key", "*nods*", "“Yes?”", "No…", "a — b", "He `thinks`", "\n\n"]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join).filter(lambda x: bool(x.strip()))
SPEAKERS: st.SearchStrategy[EntityId | None] = st.sampled_from(["you", "you", "a", "a", "b", None])
TRANSCRIPTS = st.lists(st.tuples(SPEAKERS, TEXTS), min_size=1, max_size=12)


def transcript(told: Sequence[tuple[EntityId | None, str]], numbered: bool = True) -> list[Said]:
    """Lines; `numbered` so that no two are alike."""
    lines = []
    for n, (who, text) in enumerate(told):
        words = f"{n}. {text}" if numbered else text
        part = PartView(Seq(n + 1), "speech", [], words, ("you",), words)
        view = LineView(
            line=f"l{n}", seq=Seq(n + 1), who=who, manner="speech", to=[], text=words, parts=[part], scene=None,
            witnesses=("you",), turn=TurnNumber(n), take=1, takes=1, raw=words,
        )  # fmt: skip
        lines.append(matching.said(view, None, NAMES))
    return lines


def history(lines: Sequence[Said], *, named: bool = False, merged: bool = False) -> list[Message]:
    """The lines as a frontend keeps them: replies in a row as one message, names before the words."""
    messages: list[Message] = []
    for x in lines:
        text = f"{NAMES[x.who]}: {x.text}" if named and x.who else x.text
        if messages and messages[-1].mine == x.mine and (merged or not x.mine):
            messages[-1] = Message.of(x.mine, f"{messages[-1].text}\n\n{text}")
        else:
            messages.append(Message.of(x.mine, text))
    return messages


@given(TRANSCRIPTS, st.integers(0, 11), st.booleans(), st.booleans())
def test_a_window_of_the_history_is_found_where_it_is(
    told: list[tuple[EntityId | None, str]], at: int, named: bool, merged: bool
) -> None:
    lines = transcript(told)
    at = min(at, len(lines) - 1)
    messages = history(lines[at:], named=named, merged=merged)
    start = matching.begin(lines, messages, whole=True)
    match = matching.follow(lines, messages, start)
    assert (start, match.messages, match.lines, match.latest) == (at, len(messages), len(lines), len(messages) - 1)


@given(TRANSCRIPTS, st.integers(0, 11), st.booleans())
def test_an_edited_message_parts_them_just_there(told: list[tuple[EntityId | None, str]], at: int, named: bool) -> None:
    lines = transcript(told)
    messages = history(lines, named=named)
    at = min(at, len(messages) - 1)
    edited = [*messages[:at], Message.of(messages[at].mine, "Something else."), *messages[at + 1 :]]
    start = matching.begin(lines, edited, whole=True)
    match = matching.follow(lines, edited, start)
    if at:
        assert match.messages == at and match.latest == at - 1
        assert match.lines == len([x for x in lines if x.text and any(x.text in m.text for m in messages[:at])])
    else:
        assert match.latest < 0 or start > 0, "nothing before it is taken for it"


@given(TRANSCRIPTS, TEXTS)
def test_what_only_the_frontend_has_is_passed_over(told: list[tuple[EntityId | None, str]], extra: str) -> None:
    lines = transcript([("you", "begins"), ("a", "answers"), *told, ("you", "goes on"), ("a", "ends")])
    messages = history(lines)
    unknown = [Message.of(False, f"Nobody said this: {extra}"), Message.of(True, f"Nor this: {extra}")]
    wider = [*messages[:1], *unknown, *messages[1:]]
    match = matching.follow(lines, wider, matching.begin(lines, wider, whole=True))
    assert (match.messages, match.lines) == (len(wider), len(lines))


@given(TEXTS, st.integers(0, 60), st.sampled_from(["", " ", "\n\n"]))
def test_what_was_sent_and_what_is_left_are_the_whole(text: str, at: int, blanks: str) -> None:
    whole = f"*She waits.*\n\n{text}"
    assert matching.left_of(whole, whole[:at]) == whole[at:]
    # Other blanks before do not matter, nor do marks that were sent already come again.
    left = matching.left_of(whole, f"*She{blanks or ' '}waits.*")
    assert left == f"\n\n{text}"


def test_of_lines_that_are_alike_the_latest_are_meant() -> None:
    lines = transcript([("you", "Go on."), ("a", "Ok, sir.")] * 5, numbered=False)
    messages = history(lines)

    def at_the_end(window: list[Message]) -> tuple[int, int]:
        match = matching.follow(lines, window, matching.begin(lines, window, whole=True))
        return match.latest, match.lines

    assert at_the_end([*messages[-3:], messages[0]]) == (2, 10), "a turn that is new"
    assert at_the_end([*messages[-4:], messages[0]]) == (3, 10)
    assert at_the_end(messages[:-1]) == (8, 9), "the last reply, once more"
    replies = ("Ok.", "Fine.", "Ok.", "Well.")
    told: list[tuple[EntityId | None, str]] = [x for text in replies for x in (("you", "Go on."), ("a", text))]
    other = transcript(told, numbered=False)
    window = history(other[4:7])
    match = matching.follow(other, window, matching.begin(other, window, whole=True))
    assert (match.latest, match.lines) == (2, 7)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('*She nods.* "Come in."', 'She nods. "Come in."'),
        ('*She nods.* "Come in."', "*She nods.*\n\n“Come in.”"),
        ('*She nods.* "Come in."', 'Mara: *She nods.*  "Come in." '),
        ("It is late… go on.", "It is late... go on."),
        ("She nods. She smiles. She says nothing more to him", "She nods. She smiles. She says nothing"),
    ],
)
def test_what_frontends_do_to_replies_is_looked_past(written: str, kept: str) -> None:
    [line] = transcript([("a", written)], numbered=False)
    assert matching.is_like([line], 0, Message.of(False, kept)) == 1
    assert not matching.is_like([line], 0, Message.of(False, "She shakes her head."))
    assert not matching.is_like([line], 0, Message.of(True, kept)), "who says it matters"


def test_what_whoever_plays_typed_is_compared_to_the_mark() -> None:
    [line] = transcript([("you", "I go.")], numbered=False)
    assert matching.is_like([line], 0, Message.of(True, " I  go. "))
    assert not matching.is_like([line], 0, Message.of(True, "*I go.*"))
    assert not matching.is_like([line], 0, Message.of(True, "I go?"))


@pytest.mark.parametrize(
    ("nudge", "kind"),
    [
        ("[Continue your last message without repeating its original content.]", "continue"),
        ("[Write your next reply from the point of view of Robin. Don't write as Mara.]", "impersonate"),
        ("Write the next message as Sam.", "impersonate"),
        ("[Write the next reply only as Oren.]", "continue"),
        ("Always stay in character. Write vividly.", "continue"),
        ("[Write your next reply from the point of view of Mara.]", "continue"),
    ],
)
def test_what_is_wanted_is_read_from_what_is_said_last(nudge: str, kind: str) -> None:
    told = [Given("user", "Hello."), Given("assistant", "Yes?"), Given("system", nudge)]
    found = asked(told, NAMES)
    assert found.kind == kind and (found.speaker == "b") == ("Oren" in nudge)


def test_examples_and_headings_are_no_premise_and_names_no_words() -> None:
    told = [
        Given("system", "An inn in the rain."), Given("system", "Hi!", "example_user"), Given("system", "[Start]"),
        Given("user", "Sam: Hello."), Given("assistant", "Mara: Yes?"), Given("user", "Sam: Mara: come here."),
    ]  # fmt: skip
    found = asked(told, NAMES)
    assert found.system == "An inn in the rain."
    assert [x.text for x in found.messages if x.mine] == ["Hello.", "Mara: come here."]
    addressed = asked([Given("user", "Mara: Come."), Given("user", "Mara: Sit.")], NAMES)
    assert [x.text for x in addressed.messages] == ["Mara: Come.", "Mara: Sit."]
    with pytest.raises(Fault):
        asked([Given("system", "Hello.")], NAMES)


@pytest.mark.parametrize(
    ("whole", "sent", "left"),
    [
        ('"Come." She nods.', '"Come."', " She nods."),
        ('"Come" she nods.', '"Come". ', "she nods."),  # the full stop went with a thought
        ("*Come* now.", "Come", "* now."),
        ("Come", "Come.", ""),
        ("Come.", "Come. Now.", None),
        ("Come.", "Go.", None),
    ],
)
def test_what_is_left_of_a_line_whose_beginning_was_sent(whole: str, sent: str, left: str | None) -> None:
    assert matching.left_of(whole, sent) == left
