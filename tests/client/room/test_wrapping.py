"""What is being typed breaks between words, and the cursor stands where it seems to."""

from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout.processors import TransformationInput

from client.room.terminal import OnOneRow
from client.room.wrapping import rows


def typed(text: str) -> StyleAndTextTuples:
    return [("", c) for c in text]


def laid_out(text: str, columns: int) -> list[str]:
    """The rows that a terminal of so many columns shows of what is sent for this text."""
    shown = "".join(f[1] for f in rows(typed(text), columns)[0])
    return [shown[i : i + columns] for i in range(0, len(shown), columns)]


def test_no_word_is_torn() -> None:
    assert laid_out("Is the boat truly not coming?", 12) == ["Is the boat ", "truly not   ", "coming?"]


def test_a_blank_for_which_there_is_no_room_begins_no_row() -> None:
    assert laid_out("Is the boat late", 11) == ["Is the boat", "late"]


def test_a_word_longer_than_a_row_is_torn() -> None:
    assert laid_out("a " + "x" * 12, 5) == ["a xxx", "xxxxx", "xxxx"]


@given(st.text(st.sampled_from("ab  "), max_size=80), st.integers(2, 20))
def test_every_letter_stands_where_the_cursor_is_said_to_be(text: str, columns: int) -> None:
    shown, at = rows(typed(text), columns)
    assert len(at) == len(text) and at == sorted(at)
    assert all(shown[place][1] == c for place, c in zip(at, text, strict=True) if not c.isspace())
    if all(len(word) <= columns for word in text.split()):
        assert " ".join(laid_out(text, columns)).split() == text.split()


def test_what_is_suggested_in_several_lines_stands_on_one_row() -> None:
    pieces: StyleAndTextTuples = [("", "a"), ("class:auto-suggestion", " b\nc")]
    asked = TransformationInput(None, Document("a"), 0, lambda i: i, pieces, 100, 1)  # type: ignore[arg-type]
    assert [text for _, text, *_ in OnOneRow().apply_transformation(asked).fragments] == ["a", " b⏎c"]
