"""Cards that mean harm: each is refused with the place, or harmless; what is read of them is bounded."""

import base64
import io
import json
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.files.cards import png
from daemon.files.cards.opening import PARTS, opening
from daemon.files.cards.proposal import proposal
from daemon.files.cards.reading import read
from daemon.files.decoding import sort_of
from daemon.files.lorebooks.book import lorebook
from protocol.errors import BAD_IMPORT, Fault
from protocol.events import LineSaid
from tests.support.cards import around, charx, chunk, picture, v2, v3

MIB = 1024 * 1024
LITTLE = 64 * MIB
"""Bytes of memory that a hostile file may cost beside itself."""


def _json(**more: Any) -> bytes:
    return json.dumps(v2() | {"data": v2()["data"] | more}).encode()


def _inflating(sort: bytes, head: bytes) -> bytes:
    return around(chunk(sort, b"chara\0" + head + zlib.compress(b"A" * (200 * MIB), 9)))


def _zip(write: Callable[[zipfile.ZipFile], None]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        write(archive)
    return file.getvalue()


def _lying_size() -> bytes:
    """A zip that says of a bomb that it is small."""
    whole = _zip(lambda z: z.writestr("card.json", b" " * (100 * MIB)))
    return whole.replace(struct.pack("<I", 100 * MIB), struct.pack("<I", 1000))


def _many_files() -> bytes:
    whole = charx(v3())
    end = whole.rindex(b"PK\x05\x06")
    return whole[:end] + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 60000, 60000, 2**31, 0, 0)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a picture without a card": (around, "the file"),
    "a picture cut short": (lambda: picture(chara=v2())[:200], "byte 55"),
    "a chunk beyond the file": (lambda: around()[:-12] + struct.pack(">I4s", 2**32 - 1, b"tEXt"), "byte 55"),
    "chunks without an end": (lambda: around(*[chunk(b"aaAa", b"")] * 20_000), "byte"),
    "an inflating zTXt": (lambda: _inflating(b"zTXt", b"\0"), "chara"),
    "an inflating iTXt": (lambda: _inflating(b"iTXt", b"\1\0\0\0"), "chara"),
    "a zTXt that is none": (lambda: around(chunk(b"zTXt", b"chara\0\0nonsense")), "chara"),
    "an unknown compression": (lambda: around(chunk(b"iTXt", b"chara\0\1\7\0\0x")), "chara"),
    "a huge text": (lambda: around(chunk(b"tEXt", b"chara\0" + b"A" * (9 * MIB))), "chara"),
    "no base64": (lambda: around(chunk(b"tEXt", b"ccv3\0abcde")), "ccv3"),
    "base64 of no JSON": (lambda: around(chunk(b"tEXt", b"ccv3\0" + base64.b64encode(b"{nothing"))), "the card"),
    "50 MiB of JSON": (lambda: _json(description="x" * (50 * MIB)), "the card"),
    "50 MiB of blanks": (lambda: b"{" + b" " * (50 * MIB) + _json()[1:], "the card"),
    "a text too long": (lambda: _json(description="x" * 300_000), "description"),
    "a text that names make too long": (lambda: _json(name="n" * 200, first_mes="{{char}}" * 20_000), "first_mes"),
    "arrays without end": (lambda: b'{"name": "x", "description": ' + b"[" * 1_000_000, "the card"),
    "arrays in great number": (lambda: _json(extensions={"x": [[]] * 300_000}), "the card"),
    "deep arrays": (lambda: b'{"name":"x","description":"","y":' + b"[" * 90 + b"]" * 90 + b"}", "the card"),
    "NUL": (lambda: _json(description="a\0b"), "the card"),
    "a lone surrogate": (lambda: b'{"name": "x", "description": "\\ud800"}', "the card"),
    "no UTF-8": (lambda: b'{"name": "x", "description": "\xff"}', "the card"),
    "NaN": (lambda: b'{"name": "x", "description": "", "y": NaN}', "the card"),
    "a number without end": (lambda: b'{"name": "x", "description": "", "y": 1' + b"0" * 10_000 + b"}", "the card"),
    "no name": (lambda: _json(name=" \u200b "), "name"),
    "a name that is none": (lambda: _json(name={"x": 1}), "the card.data.name"),
    "data that is none": (lambda: json.dumps(v2() | {"data": [1]}).encode(), "the card.data"),
    "a list": (lambda: b"[1, 2]", "the file"),
    "another program's JSON": (lambda: b'{"dependencies": {}}', "the file"),
    "nothing": (lambda: b"", "the file"),
    "a zip without a card": (lambda: _zip(lambda z: z.writestr("other.json", "{}")), "the file"),
    "a zip bomb": (lambda: _zip(lambda z: z.writestr("card.json", b" " * (100 * MIB))), "card.json"),
    "a zip bomb that lies": (_lying_size, "the zip"),
    "a zip of too many files": (_many_files, "the zip"),
    "a zip cut short": (lambda: charx(v3())[:-30], "the zip"),
}


@pytest.fixture(params=HOSTILE, scope="module")
def hostile(request: pytest.FixtureRequest) -> Iterator[tuple[bytes, str]]:
    make, where = HOSTILE[request.param]
    yield make(), where


def test_a_hostile_file_is_refused_with_the_place(hostile: tuple[bytes, str]) -> None:
    file, where = hostile
    tracemalloc.start()
    try:
        with pytest.raises(Fault) as refused:
            proposal(read(io.BytesIO(file)).card, "Robin")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refused.value.code == BAD_IMPORT
    assert refused.value.data["where"].startswith(where)
    assert refused.value.data["why"]
    assert peak < LITTLE


@pytest.mark.parametrize(
    "text",
    [
        "{{" * 60_000, "{{//" * 40_000, "{{ " + " " * 150_000, "{{" + "a" * 150_000, "<START>" * 20_000,
        "{{random" * 20_000, "- " * 80_000, "Hair " * 30_000, "a. " * 50_000, "*" * 150_000, "(" * 150_000,
        "She is tall " * 10_000, "Hair:" * 30_000, "\n" * 150_000, ": (" * 50_000,
    ],
    ids=lambda text: text[:12].strip(),
)  # fmt: skip
def test_what_is_slow_to_match_is_read_in_few_steps(text: str) -> None:
    """A pattern that goes back and forth would not come to an end here."""
    data = dict.fromkeys(("description", "first_mes", "mes_example", "scenario", "personality"), text)
    assert proposal(read(io.BytesIO(_json(**data))).card, "Robin").name == "Seraphine Vale"


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"extensions": []}, ""), ({"extensions": "x"}, "extensions"), ({"alternate_greetings": ""}, ""),
        ({"alternate_greetings": ["a", None]}, ""), ({"alternate_greetings": ["a", 5]}, "alternate greetings"),
        ({"description": ["Tall.", "Kind."]}, ""), ({"description": {"x": 1}}, "description"), ({"name": 12}, ""),
        ({"creator_notes": True}, "creator notes"), ({"character_book": [1]}, "lorebook"),
        ({"character_book": {"entries": {"0": {"keys": ["a"], "content": "x"}}}}, ""),
        ({"character_book": {"entries": "x"}}, "lorebook"),
    ],
)  # fmt: skip
def test_of_a_card_with_an_odd_field_is_taken_what_can_be(odd: dict[str, Any], field: str) -> None:
    found = proposal(read(io.BytesIO(_json(**odd))).card, "Robin")
    assert found.greetings[0] == "*She looks up.* No boat tonight, Robin."
    told = [x for x in found.odd if "can't be" in x]
    assert [field in x for x in told] == [True] * bool(field)
    if found.book is not None:
        assert found.book.entries[0].keys == ["a"]


def test_escapes_in_a_name_do_no_harm() -> None:
    found = proposal(read(io.BytesIO(_json(name="Sera\x1b[31m\nVale\u202e"))).card, "Robin")
    assert "\x1b" not in found.name and "\n" not in found.name and "\u202e" not in found.name
    assert any("name" in x for x in found.odd)


def test_names_that_are_kept_do_no_harm_either() -> None:
    found = proposal(read(io.BytesIO(_json(**{"x\x1b[2J": 1, "y" * 5000: 2}))).card, "Robin")
    assert all(len(x) <= 80 and "\x1b" not in x for x in found.kept)


@given(st.binary(max_size=300), st.sampled_from([b"", png.SIGNATURE, b"PK\x03\x04", b'{"name":"x","description":']))
def test_any_bytes_are_a_card_or_refused(more: bytes, begins: bytes) -> None:
    try:
        proposal(read(io.BytesIO(begins + more)).card, "Robin")
    except Fault as fault:
        assert fault.code == BAD_IMPORT


@given(st.data())
def test_a_changed_file_is_a_card_or_refused(data: st.DataObject) -> None:
    file = bytearray(data.draw(st.sampled_from([picture(chara=v2()), charx(v3()), _json()])))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(file) - 1))
        file[at] = data.draw(st.integers(0, 255))
    try:
        proposal(read(io.BytesIO(bytes(file))).card, "Robin")
    except Fault as fault:
        assert fault.code == BAD_IMPORT


@pytest.mark.parametrize(
    "text", ['*a* "b" ' * 3_000, '*a* "b" ' * 2_000, "*a*\n\n" * 3_900, "She walks to the door. " * 800]
)
def test_a_greeting_of_very_many_parts_begins_a_story_all_the_same(text: str) -> None:
    """To decide so many parts would take minutes."""
    data = {"first_mes": text, "alternate_greetings": [f"{text} {n}" for n in range(60)]}
    card = read(io.BytesIO(_json(**data))).card
    comes = proposal(card, "Robin")
    begun = opening(comes.commands("a"), "a", comes.greetings)
    assert len(begun.takes) == len(comes.greetings) > 0
    assert "alternate_greetings" in comes.kept
    said = [[d.payload.text for d in take if isinstance(d.payload, LineSaid)] for take in begun.takes]
    assert all(0 < len(parts) <= PARTS for parts in said)


def test_what_is_too_large_is_told_in_words() -> None:
    with pytest.raises(Fault) as refused:
        read(io.BytesIO(_inflating(b"zTXt", b"\0")))
    assert refused.value.message == "the card in the picture is larger than 8 MiB, which is the most"
    world = b'{"entries": {"0": {"key": ["a"], "content": "' + b"x" * 3_000_000 + b'"}}}'
    assert sort_of(io.BytesIO(world)) == "lorebook"
    with pytest.raises(Fault) as refused:
        lorebook(world)
    assert refused.value.message == "the lorebook is larger than 2 MB, which is the most"
