"""The key does not come back: whole or in pieces, in any case and encoding, and wherever a stream breaks."""

import base64
import json
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.model.redacting import LEAST, LEAST_OF_LETTERS, Redactor
from tests.model.conftest import KEY

PROJECT = "sk-proj-8Hc_2vTqLr9yWzA-fE4bN7mXo1pJd5sKgUuRtYiQ3nVwPaSxZl0"
MARKS = "k9~x?Q2>~Lw?7Rb~>t4?Yc~p8?Zd>~m3?"
"""A key that is written with all characters of either alphabet of base64."""

WRITTEN = {
    "plain": lambda key: key,
    "upper": str.upper,
    "address": lambda key: "".join(f"%{ord(c):02x}" for c in key),
    "address twice": lambda key: "".join(f"%25{ord(c):02X}" for c in key),
    "address three times": lambda key: "".join(f"%2525{ord(c):02x}" for c in key),
    "partly": lambda key: quote(key, safe="").replace("e", "%65"),
    "json": lambda key: "".join(f"\\u{ord(c):04x}" for c in key),
    "json in json": lambda key: json.dumps("".join(f"\\u{ord(c):04x}" for c in key)),
    "javascript": lambda key: "".join(f"\\u{{{ord(c):04x}}}" for c in key),
    "python": lambda key: "".join(f"\\x{ord(c):02x}" for c in key),
    "html": lambda key: "".join(f"&#{ord(c)};" for c in key),
    "html in hexadecimal": lambda key: "".join(f"&#x{ord(c):X};" for c in key),
    "html without an end": lambda key: "".join(f"&#{ord(c)}" for c in key),
    "html in hexadecimal without an end": lambda key: "".join(f"&#x{ord(c):x}" for c in key),
    "html by name": lambda key: key.replace("_", "&lowbar;").replace("-", "&#x2d;"),
    "blanks": " ".join,
    "lines": "\r\n".join,
    "nothing": "\u200b".join,
    "nul": "\0".join,
    "accents": "\u0301".join,
    "nul and accents": "\0\u0301".join,
    "soft hyphens": "\xad".join,
    "wide": lambda key: "".join(chr(ord(c) + 0xFEE0) for c in key),
    "base64": lambda key: base64.b64encode(key.encode()).decode(),
    "base64 of more": lambda key: base64.urlsafe_b64encode(f"user:{key} and on".encode()).decode(),
    "hexadecimal": lambda key: key.encode().hex(),
}
"""How a key may be written."""


def pieces_of(key: str, text: str) -> list[str]:
    """The pieces of the key that are in a text, in whatever case, of as many characters as would be too many."""
    folded = text.casefold()
    return [p for i in range(len(key) - LEAST + 1) if (p := key[i : i + LEAST].casefold()) in folded]


def streamed(key: str, text: str, cuts: list[int]) -> str:
    """What a stream shows that is cut at these places."""
    stream = Redactor(key).stream()
    edges = [0, *sorted(min(c, len(text)) for c in cuts), len(text)]
    return "".join(stream.feed(text[a:b]) for a, b in pairwise(edges)) + stream.end()


@pytest.mark.parametrize("key", [KEY, PROJECT, MARKS])
@pytest.mark.parametrize("how", WRITTEN)
def test_the_key_is_found_however_it_is_written(how: str, key: str) -> None:
    written = WRITTEN[how](key)
    shown = Redactor(key).text(f"The key <{written}> is wrong.")
    assert shown.startswith("The key <")
    assert shown.endswith("> is wrong.")
    assert "[key]" in shown
    assert len(shown) < len("The key <> is wrong.") + len("[key]") + 24


@pytest.mark.parametrize("how", WRITTEN)
@given(cuts=st.lists(st.integers(0, 300), max_size=30))
def test_a_stream_hides_it_wherever_it_breaks(how: str, cuts: list[int]) -> None:
    written = WRITTEN[how](PROJECT)
    shown = streamed(PROJECT, f"So be it: {written}, she says.", cuts)
    assert shown.startswith("So be it: ")
    assert shown.endswith(", she says.")
    left = (
        shown.removeprefix("So be it: ")
        .removesuffix(", she says.")
        .replace("[key]", "")
        .strip(" \r\n\0\xad\u200b\u0301")
    )
    assert len(left) <= 16 + 7 * len(written) // len(PROJECT)
    assert not pieces_of(PROJECT, shown)


@given(st.lists(st.integers(0, 400), max_size=40), st.integers(0, 40), st.integers(8, 60))
def test_any_piece_of_eight_characters_is_taken_out(cuts: list[int], start: int, length: int) -> None:
    piece = PROJECT[start : start + length]
    text = f"It is {piece}; and again {piece}{piece}"
    for shown in (streamed(PROJECT, text, cuts), Redactor(PROJECT).text(text)):
        assert not pieces_of(PROJECT, shown)
        assert ("[key]" in shown) == (len(piece) >= LEAST)


@pytest.mark.parametrize(("key", "least"), [(PROJECT, LEAST), (KEY, LEAST_OF_LETTERS)])
def test_a_short_piece_is_taken_out_wherever_it_stands_and_is_cut(key: str, least: int) -> None:
    for start in range(3, len(key) - least, 3):
        piece = key[start : start + least]
        for text in (f"{'=' * n}{piece}=" for n in range(5)):
            for cut in range(len(text)):
                for cuts in ([cut], [cut, cut + 1], [*range(cut, len(text))]):
                    shown = streamed(key, text, cuts)
                    assert "[key]" in shown and len(shown.replace("[key]", "").strip("=")) < LEAST, (text, cuts)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 20, 100])
def test_each_key_is_one_place(size: int) -> None:
    stream = Redactor(PROJECT).stream()
    for said in ("", "; it is "):
        shown = stream.feed(said)
        shown += "".join(stream.feed(PROJECT[i : i + size]) for i in range(0, len(PROJECT), size))
        assert shown.count("[key]") == 1


@pytest.mark.parametrize("coded", [base64.b64encode, base64.urlsafe_b64encode])
def test_either_alphabet_of_base64_is_known(coded: Callable[[bytes], bytes]) -> None:
    for before in (b"", b"a", b"ab"):
        shown = Redactor(MARKS).text(f"={coded(before + MARKS.encode()).decode()}=")
        assert len(shown) <= len("=[key]=") + 6


def test_the_end_of_a_stream_may_be_that_of_a_piece() -> None:
    assert streamed(PROJECT, "".join(f"&#{ord(c)}" for c in PROJECT[8:16]), []) == "[key]"


def test_a_character_by_its_name_is_one_of_the_key() -> None:
    assert Redactor(PROJECT).text(PROJECT[9:17].replace("_", "&lowbar;")) == "[key]"


@pytest.mark.parametrize("text", ["&#9999999;", "&#x110000;", r"\u{ffffff}", "&nosuch;"])
def test_an_escape_of_no_character_passes(text: str) -> None:
    assert Redactor(PROJECT).text(text) == streamed(PROJECT, text, [3]) == text


@pytest.mark.parametrize("before", [2000, 2040, 2047, 2048, 4090])
def test_a_key_is_found_wherever_in_a_long_text(before: int) -> None:
    assert not pieces_of(PROJECT, Redactor(PROJECT).text(" " * before + "=" + PROJECT + "=" * 3000))
    assert "[key]" in Redactor(PROJECT).text("=" * before + PROJECT[:LEAST])


@given(st.text(st.sampled_from("sk-projabcdefg 1%&\\…é\n"), max_size=60), st.lists(st.integers(0, 60), max_size=12))
def test_what_is_no_key_passes_as_it_is(text: str, cuts: list[int]) -> None:
    secret = "9Zx" + "QwErTyUiOpLkJhGf"
    assert Redactor(secret).text(text) == streamed(secret, text, cuts) == text


@pytest.mark.parametrize("mask", ["…", "...", "*****", "••••", "xxxx"])
def test_the_ends_of_a_masked_key_are_taken_out(mask: str) -> None:
    said = Redactor(KEY).text(f"Incorrect API key: sk-abcd{mask}6789. See the list of keys.")
    assert said == "Incorrect API key: [key]. See the list of keys."


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("sk-…56789", "[key]"),
        ("sk-abc…89", "[key]"),
        ("sk-…89", "sk-…89"),
        ("sk-abcdefg… and", "[key]… and"),
        ("sk%2dabcd…6789", "[key]"),
        ("sk-abcd…6789 or SK-ABCD***6789, sk-abcd...6789", "[key] or [key], [key]"),
    ],
)
def test_of_a_masked_key_both_ends_are_looked_for(said: str, masked: str) -> None:
    assert Redactor(KEY).text(f"Not {said}.") == f"Not {masked}."
    assert Redactor(PROJECT).text("Not SK-proj…SXZL0.") == "Not [key]."


@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_a_word_is_no_piece(case: Callable[[str], str]) -> None:
    redactor = Redactor(case("sk-thequickbrownfoxjumps-0123456789abcdef"))
    for told in (str.lower, str.upper):
        assert redactor.text(told("The quick fox; quickbrownf.")) == told("The quick fox; quickbrownf.")
        assert redactor.text(told("It is quickbrownfo.")) == told("It is ") + "[key]."


def test_letters_of_both_cases_are_no_word() -> None:
    assert Redactor("sk-0QwErTyUi1-0123456789abcdef").text("It is qwertyui.") == "It is [key]."


@pytest.mark.parametrize(
    "key", ["", "s3cret7", "ollama", "EMPTY", "NO-KEY-NEEDED", "lm-studio", "not-needed", "sk-no-key-required"]
)
def test_what_is_no_secret_stays_in_stories_and_names(key: str) -> None:
    text = "lm-studio and ollama, EMPTY: no key required, none not-needed."
    redactor = Redactor(key)
    assert not redactor
    assert redactor.text(text) == streamed(key, text, [3, 5, 8]) == text
    if key:
        assert redactor.failure(f"The key {key} is wrong.") == "The key [key] is wrong."


@pytest.mark.parametrize("key", ["qwertyuiopasdfghjklz", "QWERTYUIOPASDFGHJKLZ", "Passwords", "passw0rd"])
def test_what_may_be_a_secret_is_one(key: str) -> None:
    assert Redactor(key).text(f"It is {key}.") == "It is [key]."


def test_of_a_failure_a_word_goes_only_as_a_word() -> None:
    assert Redactor("lm.studio").failure("LM.Studio, lm-studio, lm.studios") == "[key], lm-studio, lm.studios"
    assert Redactor("").failure("No key.") == "No key."


def test_a_long_key_is_known_by_its_ends() -> None:
    key = "".join(f"{i:04x}Z" for i in range(1000))
    redactor = Redactor(key)
    assert redactor.text(f"<{key[:200]}> <{key[-200:]}>") == "<[key]> <[key]>"


def test_what_is_held_back_is_little() -> None:
    stream = Redactor(KEY).stream()
    shown = stream.feed("sk-abc")
    for _ in range(1000):
        shown += stream.feed(" ")
    assert len(shown) > 700
    assert len(shown + stream.end()) == 1006
