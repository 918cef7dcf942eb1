"""Lists of what is overused: the kinds of files in which people publish them, and what cannot be used of them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.telling.overused import LONGEST, found, parse


@pytest.mark.parametrize(
    "text",
    [
        "tapestry\nbarely above a whisper\n",
        "\ufeff# a remark\ntapestry\r\nbarely above a whisper\r\n",
        json.dumps(["tapestry", "barely above a whisper"]),
        json.dumps([["tapestry", 0.02], ["barely above a whisper", 317]]),
        json.dumps([["tapestry"], ["barely above a whisper"]]),
        json.dumps({"words": ["tapestry"], "phrases": [["barely above a whisper", 3]]}),
        json.dumps({"tapestry": 0.02, "barely above a whisper": 0.1}),
    ],
)
def test_a_list_is_read_in_each_form(text: str) -> None:
    listed = parse(text)
    assert (listed.count, listed.left_out) == (2, 0)
    assert found(listed, "A rich Tapestry. She spoke barely above a whisper.") == 2
    assert found(listed, "Barely. Above a whisper, a tapestries.") == 0


def test_a_turn_has_room_for_a_few_words_in_one_sentence() -> None:
    listed = parse(json.dumps({"patterns": ["not|isn't ... but"]}))
    assert found(listed, "It is not the rain but the roof.") == 1
    assert found(listed, "It isn’t the rain, but the roof.") == 1
    assert found(listed, "It is not the rain. But the roof leaks.") == 0
    assert found(listed, "It is not the rain and the wind and the snow and hail but the roof.") == 0


def test_regular_expressions_are_left_out_and_counted() -> None:
    listed = parse("(a+)+b\n\\bnot\\b.*but\nplain\n" + " ".join(["long"] * (LONGEST + 1)))
    assert (listed.count, listed.left_out) == (1, 3)


@pytest.mark.parametrize("text", ["[1, 2]", '{"words": "tapestry"}', "[[]]", "[", '{"phrases": [{}]}'])
def test_json_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


@given(st.text("ab|. \n", max_size=60), st.text("ab |.", max_size=200))
def test_any_list_and_any_text_will_do(entries: str, text: str) -> None:
    listed = parse(entries)
    assert 0 <= found(listed, text) <= listed.count


def test_many_gaps_cost_little() -> None:
    listed = parse(" ... ".join(["a"] * 6))
    assert found(listed, "a b " * 20_000) == 1
    assert found(listed, "a b b b b b b b " * 5_000) == 0
