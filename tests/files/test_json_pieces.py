"""Long files taken apart: the same pieces wherever a chunk ends, and nothing beyond all bounds is held."""

import re
import tracemalloc
from io import BytesIO
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.files import json_pieces
from daemon.files.json_pieces import BRACKETS, CHUNK, DEEPEST, LONGEST, Pieces, parted
from protocol.errors import BAD_IMPORT, Fault

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=3)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**6) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.sampled_from(['"', "\\", "[", "}", ":", ",", "é", "雨", "\n", "a", "/"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=4)


def spread(value: Any, space: bytes) -> bytes:
    """An object as JSON with white space between all that its members are made of."""
    members = (space.join([msgspec.json.encode(k), b":", msgspec.json.encode(v)]) for k, v in value.items())
    return space + b"{" + space + (space + b"," + space).join(members) + space + b"}" + space


class File(BytesIO):
    """A file of which nobody goes on reading beyond its end."""

    ends = 0

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        self.ends += not found
        assert self.ends < 5, "read on though the file has ended"
        return found


def refused(text: bytes, *lists: str) -> dict[str, Any]:
    """What is said of a file that is none."""
    with pytest.raises(Fault) as fault:
        for _ in Pieces(File(text), lists):
            pass
    assert fault.value.code == BAD_IMPORT
    return fault.value.data


@given(OBJECTS, st.lists(VALUES, max_size=4), st.sampled_from([b"", b" ", b"\r\n\t "]), st.integers(1, 9))
def test_an_object_comes_in_pieces_wherever_chunks_end(
    value: dict[str, Any], elements: list[Any], space: bytes, chunk: int
) -> None:
    value = value | {"many": elements}
    text = spread(value, space)
    file = BytesIO(text)
    file.seek(len(text) // 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_pieces, "CHUNK", chunk)
        found = list(Pieces(file, ("many",)))
    assert [msgspec.json.decode(p.text) for p in found if p.number is not None] == elements
    whole = {p.member: msgspec.json.decode(p.text) for p in found if p.number is None}
    assert whole | {"many": elements} == value
    for p in found:
        assert text[p.start : p.start + len(p.text)] == p.text


@given(st.binary(max_size=30), OBJECTS, st.integers(0, 200))
def test_whatever_the_bytes_are_there_are_pieces_or_a_reason(junk: bytes, value: dict[str, Any], at: int) -> None:
    text = msgspec.json.encode(value)
    for made in (junk, text[:at], text[:at] + junk + text[at:]):
        try:
            list(Pieces(File(made), ("a",)))
        except Fault as fault:
            assert fault.code == BAD_IMPORT
            assert fault.data["where"] and fault.data["why"]


@pytest.mark.parametrize(
    ("text", "where", "why"),
    [
        (b"", "the file", "ends too early"),
        (b"[]", "byte 0", "'{' should be here"),
        (b"{} {}", "byte 3", "more follows"),
        (b'{"a": 1, "a": 2}', "a", "twice"),
        (b'{"\\u0061": 1, "a": 2}', "a", "twice"),
        (b'{"a": }', "byte 6", "a value"),
        (b'{"a": "\\u0000"}', "a", "NUL"),
        (b'{"many": [1, "\\\\\\u0000"]}', "many[1]", "NUL"),
        (b"{a: 1}", "byte 1", "a name"),
        (b'{"\\x": 1}', "byte 1", "name of a member is malformed"),
        (b'{"\\ud800": 1}', "byte 1", "name of a member is malformed"),
        (b'{"a": "\xff"}', "byte 7", "UTF-8"),
        (b'{"a": "\xe9\x9b', "byte 7", "UTF-8"),
        (b'{"many": {}}', "many", "array"),
        (b'{"a": ' + b"[" * 100_000, "a", "nests too deep"),
        (b'{"a": "x', "the file", "ends too early"),
        (b'{"a": [1}', "a", ""),
        (b'{"many": [1 2]}', "byte 12", "',' or ']'"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: bytes, where: str, why: str) -> None:
    if why:
        said = refused(text, "many")
        assert (said["where"], why in said["why"]) == (where, True), said
    else:  # brackets that do not match are seen by who decodes the piece
        with pytest.raises(msgspec.DecodeError):
            [msgspec.json.decode(p.text) for p in Pieces(BytesIO(text))]


def test_what_only_looks_like_nul_is_text() -> None:
    (piece,) = Pieces(BytesIO(rb'{"a": "\\u0000"}'))
    assert msgspec.json.decode(piece.text) == "\\u0000"


class Endless:
    """A file that goes on and on, of which no more may be read than one piece and what was read along with it."""

    def __init__(self, start: bytes, more: bytes) -> None:
        self.start, self.more, self.count = BytesIO(start), more, 0

    def seek(self, at: int) -> int:
        return self.start.seek(at)

    def read(self, size: int) -> bytes:
        self.count += size
        assert self.count <= LONGEST + 3 * CHUNK
        return self.start.read(size) or (self.more * size)[:size]


@pytest.mark.parametrize(
    ("start", "more", "why"),
    [
        (b'{"a": "', b'\\"', "is longer"),
        (b'{"a": [', b"1,", "is longer"),
        (b'{"a": [', b"[],", "arrays and objects"),
        (b'{"', b"a", "is longer"),
        (b'{"a": 1', b"1", "is longer"),
        (b'{"a":', b"[", "nests too deep"),
        (b"\0", b"\0", "not JSON"),
    ],
)
def test_an_endless_file_is_left_early(start: bytes, more: bytes, why: str) -> None:
    file: Any = Endless(start, more)
    with pytest.raises(Fault, match=why):
        list(Pieces(file))


def test_white_space_is_not_held() -> None:
    file = BytesIO(b'{"a":' + b" " * (100 * CHUNK) + b"1}")
    tracemalloc.start()
    try:
        (piece,) = Pieces(file)
        assert tracemalloc.get_traced_memory()[1] < 10 * CHUNK
    finally:
        tracemalloc.stop()
    assert piece.text == b"1"


def test_the_bounds_are_those_that_are_said() -> None:
    deep = b"[" * DEEPEST + b"]" * DEEPEST
    assert len(list(Pieces(BytesIO(b'{"a": ' + deep + b"}")))) == 1
    assert "too deep" in refused(b'{"a": [' + deep + b"]}")["why"]
    long = b'"' + b"x" * (LONGEST - 2) + b'"'
    assert len(list(Pieces(BytesIO(b'{"a": ' + long + b"}")))) == 1
    many = b"[" + b",".join([b"[]"] * (BRACKETS - 1)) + b"]"
    assert len(list(Pieces(BytesIO(b'{"a": ' + many + b"}")))) == 1
    assert "arrays and objects" in refused(b'{"a": [' + many + b"]}")["why"]


def test_what_has_a_list_is_parted_from_it() -> None:
    text = b'{"many": [1, [2]], "a": {"b": 3}}'
    steps = list[int]()
    parts = b'{"a":{"b": 3},"many":[]}', [b"1", b"[2]"]
    assert parted(BytesIO(text), "many", 2, 12, lambda: steps.append(1)) == parts
    assert len(steps) == 3, "one for each piece"
    assert parted(BytesIO(b'{"a": 1}'), "many", 2, 100) == (b'{"a":1}', [])
    for most, largest in ((1, 100), (2, 11)):
        with pytest.raises(Fault, match=re.compile("more than 1,|longer than 11 ")):
            parted(BytesIO(text), "many", most, largest)
