"""Lines break between words as the text streams, and what is on the screen in the end is the text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.text.flow import Flow


def terminal(pieces: list[str], columns: int, indent: int = 0) -> list[str]:
    """The lines that a terminal shows for what was sent, a piece at a time."""
    lines, row, column = [""], 0, 0
    flow = Flow()
    for sent in (*(flow.put(piece, "", columns, indent) for piece in pieces), flow.end()):
        for text, _ in sent:
            for token in re.findall(r"\x1b\[K|.", text, re.DOTALL):
                if token == "\n":
                    lines.append("")
                    row, column = row + 1, 0
                elif token == "\b":
                    column -= 1
                elif token == "\x1b[K":
                    lines[row] = lines[row][:column]
                else:
                    lines[row] = lines[row][:column] + token + lines[row][column + 1 :]
                    column += 1
                assert column <= columns
    return lines


def test_a_word_that_grows_over_the_edge_is_set_below() -> None:
    assert terminal(list("the quick brown fox"), 12) == ["the quick ", "brown fox"]


def test_a_word_longer_than_a_line_is_broken() -> None:
    assert terminal(["ab " + "x" * 25], 10) == ["ab xxxxxxx", "x" * 10, "x" * 8]


def test_a_space_at_the_edge_begins_no_line() -> None:
    assert terminal(["0123456789 next"], 10) == ["0123456789", "next"]


def test_own_line_breaks_stay() -> None:
    assert terminal(["a\n\nb"], 10) == ["a", "", "b"]


def test_a_word_keeps_its_styles() -> None:
    flow = Flow()
    assert flow.put("12345 *n", "", 8) == [("12345 ", "")]
    assert flow.put("o", "action", 8) == [("\n*n", ""), ("o", "action")]


def test_near_the_edge_a_word_waits_until_it_is_whole_so_that_nothing_jumps() -> None:
    flow = Flow()
    shown = [t for c in "the quick brown fox jumps over the lazy dog again and again" for t in flow.put(c, "", 40)]
    assert not any("\b" in text for text, _ in shown)
    assert "".join(text for text, _ in shown).split("\n")[0] == "the quick brown fox jumps over the lazy "


def test_a_word_that_waits_comes_when_no_more_does() -> None:
    flow = Flow()
    assert flow.put("12345 no", "", 8) == [("12345 ", "")]
    assert flow.end() == [("no", "")]
    assert flow.end() == []


def test_prose_stands_in_and_begins_no_line_with_its_own_blanks() -> None:
    assert terminal(["  The fog\n  comes in."], 12, 2) == ["  The fog", "  comes in."]
    assert terminal(list("one two three four"), 10, 2) == ["  one two ", "  three ", "  four"]


def test_empty_lines_are_counted() -> None:
    flow = Flow()
    flow.put("a\n", "", 80)
    assert flow.blank == 0
    flow.put("\n\n", "", 80)
    assert flow.blank == 2


@pytest.mark.parametrize(
    ("text", "column"), [("日本", 4), ("e\u0301", 1), ("👩\u200d🚀", 4), ("\u0915\u0940", 1), ("\t", 1)]
)
def test_wide_and_combining_characters(text: str, column: int) -> None:
    flow = Flow()
    flow.put(text, "", 80)
    assert flow.column == column


@given(st.text(st.sampled_from("abc  \n"), max_size=200), st.integers(3, 20), st.integers(1, 7))
def test_no_letter_is_lost(text: str, columns: int, size: int) -> None:
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    shown = terminal(pieces, columns)
    assert "".join("".join(shown).split()) == "".join(text.split())
    assert shown == terminal([text], columns)
    if all(len(word) <= columns // 2 for word in text.split()):
        assert " ".join(shown).split() == text.split()
