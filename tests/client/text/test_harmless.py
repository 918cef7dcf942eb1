"""Text from outside cannot steer a terminal, whole or in pieces, as text or as JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.text.plain import harmless_json, one_line
from protocol.harmless import harmless

WILD = st.text(st.characters(codec=None, exclude_categories=()) | st.sampled_from("\x1b\x9b\x07\r\b\u202e\u2066\x7f"))


def steers(text: str) -> bool:
    return any((ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160 or c in "\u202e\u2066" for c in text)


@given(WILD)
def test_nothing_that_steers_is_left(text: str) -> None:
    assert not steers(harmless(text))
    assert not steers(one_line(text))
    harmless(text).encode()


@given(WILD, WILD)
def test_a_stream_is_as_safe_as_a_whole(first: str, second: str) -> None:
    assert harmless(first) + harmless(second) == harmless(first + second)


@given(WILD)
def test_json_means_the_same_and_is_safe(text: str) -> None:
    written = harmless_json({"text": text})
    assert not steers(written)
    assert json.loads(written) == {"text": text}


@pytest.mark.parametrize("text", ["plain", "naïve “quotes” — dashes", "a\tb\nc", "日本語 👩‍🚀"])
def test_what_only_shows_is_left_alone(text: str) -> None:
    assert harmless(text) == text


def test_an_escape_sequence_is_seen_as_it_was_sent() -> None:
    assert harmless("\x1b]0;owned\x07\x1b[2J") == "␛]0;owned␇␛[2J"


def test_one_line_is_one_line_and_not_too_long() -> None:
    assert one_line("a\n b\r\n  c") == "a b c"
    assert one_line("abcdef", 4) == "abc…"
    assert one_line("abcd", 4) == "abcd"
