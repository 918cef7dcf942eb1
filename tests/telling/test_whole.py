"""A small model's line comes in whole sentences of its own, however its text is cut into pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.telling.whole import Whole

SCRIPT = "Mara and Sam are at the inn.\n\nMara: The fog leaves when it has heard enough.\nSam: Who are you?\nMara:"


def passed(*pieces: str, whole: bool = True) -> tuple[str, bool]:
    """What comes out, and whether the reply was ended."""
    sieve = Whole(SCRIPT, ["Sam", "Oren"])
    out = "".join(sieve.feed(p) for p in pieces)
    return (out + sieve.end(whole=whole)).strip(), sieve.cut


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Hello. It is late. Sit here. And more. ", "Hello. It is late. Sit here."),
        ("Hello. It is", "Hello."),
        ("Hello. It is late!", "Hello. It is late!"),
        ('"It is late. Go." She nods. And', '"It is late. Go." She nods.'),
        ("*turns. stays* Yes. *goes", "*turns. stays* Yes."),
        ("Nothing ends here", ""),
        ("The fog leaves when it has heard enough. So it does.", "So it does."),
        ("Who are you? Sit with me.", "Sit with me."),
        ("It is late here. It is late here. Go now.", "It is late here. Go now."),
        ("I am Sam. What do you want?", "What do you want?"),
        ("I’m Oren, and my name is Sam. Yes.", "Yes."),
        ("I am Samuel. Yes.", "I am Samuel. Yes."),
        ("Well... it is late. And...", "it is late."),
        ("... ", ""),
    ],
)
def test_what_is_kept_of_a_reply_that_broke_off(text: str, kept: str) -> None:
    assert passed(text, whole=False)[0] == kept


def test_a_reply_that_ended_by_itself_is_kept_to_its_end() -> None:
    assert passed("Hello. It is late")[0] == "Hello. It is late"
    assert passed("Hello. *goes")[0] == "Hello."


def test_it_ends_after_three_sentences_and_after_three_that_are_left_out() -> None:
    assert passed("One now. Two now. Three now. Four now. ") == ("One now. Two now. Three now.", True)
    assert passed("I am Sam. I am Oren. I'm Sam. Yes, well. ") == ("", True)
    assert not passed("One now. Two now. ")[1]


def test_it_ends_with_the_sentence_that_has_said_enough() -> None:
    assert passed("It is a very long night. The boats are all tied up in the dark. Go. ") == (
        "It is a very long night. The boats are all tied up in the dark.", True,
    )  # fmt: skip
    assert passed("The boats are all tied up in the dark, and nobody comes. Go. ")[1]


def test_it_does_not_open_as_a_line_of_the_script_and_has_no_notes_in_brackets() -> None:
    assert passed("The fog leaves a mark. It is late.")[0] == "It is late."
    assert passed("It is late. The fog leaves a mark.")[0] == "It is late. The fog leaves a mark."
    assert passed("(to Sam) It is late. Sit here. And you (yes, you). [Just now] Go.")[0] == "Sit here."


@given(st.lists(st.sampled_from(["I am Sam", "Yes", ".", "!", "...", " ", "*", '"', "It is late", "\n", "(", ")"])))
def test_pieces_do_not_matter(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert passed(*pieces) == passed(text) == passed(*text)
    assert passed(*pieces, whole=False) == passed(text, whole=False)
