"""A reply that goes round in circles ends there; one that only says a thing twice does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.telling.circling import Circling, uncircled

FRESH = "The river rose in the night. Oren says that the bridge is gone, and with it the road to the mill. "


def circles(text: str) -> bool:
    """Whether it is noticed while the text streams in small pieces."""
    seen = Circling()
    for n in range(0, len(text), 5):
        seen.feed(text[n : n + 5])
    return seen.cut


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (FRESH + "I am here, you know. " * 9, FRESH + "I am here, you know. "),
        (FRESH + "He says no. She says that it was long ago now. " * 8, FRESH),
        (FRESH + "".join(f"I will tell you now. {n}! " for n in "abcdefgh"), FRESH),
        (FRESH + "son's " * 40, FRESH),
        (FRESH + "gone" + "religion_" * 30, FRESH),
        (FRESH + "\n" * 200, FRESH),
    ],
)
def test_a_reply_that_goes_in_circles_ends_there(text: str, left: str) -> None:
    kept = uncircled(text)
    assert kept.startswith(left.rstrip())
    assert len(kept) < len(left) + 120
    assert circles(text)


@pytest.mark.parametrize(
    "text",
    [
        FRESH * 2,
        "No, no, no, no! Ha ha ha ha ha! " + FRESH,
        "I do not want it. I do not want it. I do not want it! " + FRESH,
        "Nooooooooooooooooooo... " + FRESH + "----------------",
        "雨が降っています。" * 3,
    ],
)
def test_what_people_say_is_let_be(text: str) -> None:
    assert uncircled(text) == text
    assert not circles(text)


ROUNDS = st.lists(st.sampled_from(["ab. ", "ba", "a b a b! ", "\n"]), max_size=80).map("".join)


@given(st.text("ab .!\n", max_size=400) | ROUNDS)
def test_what_is_left_is_how_the_reply_began_and_goes_in_no_circle(text: str) -> None:
    left = uncircled(text)
    assert text.startswith(left)
    assert uncircled(left) == left


def test_a_circle_is_noticed_far_into_a_long_reply() -> None:
    long = " ".join(f"word{n}" for n in range(3000)) + ". "
    assert uncircled(long) == long
    assert len(uncircled(long + "Round and round it goes. " * 9)) < len(long) + 60
