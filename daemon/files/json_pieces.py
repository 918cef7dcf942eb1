"""A JSON object in a file, read piece by piece: its members one after another, long lists element by element.

Only where the pieces begin and end is found here; whoever decodes a piece sees whether it is valid in itself. Memory
and the length of each step are bounded, whatever the file holds and however long it is.
"""

import codecs
import re
from collections.abc import Callable, Collection, Iterator
from typing import IO, NamedTuple

import msgspec

from daemon.json_depth import holds_nul
from protocol.catalogue import LIMITS
from protocol.errors import bad_import

CHUNK = 128 * 1024
"""Bytes that are read and looked through in one step."""

LONGEST = 8 * LIMITS["message_bytes"]
"""Bytes of one piece: a message's worth of words, however it is written, and long lists of numbers."""

BRACKETS = 200_000
"""Arrays and objects in one piece: to build more of them takes long."""

DEEPEST = LIMITS["depth"] + 8
"""How deep a piece nests: a message, within the envelope of an event."""

_SPACE = re.compile(rb"[ \t\n\r]*+")
_SCALAR = re.compile(rb'[^\[\]{}",: \t\n\r]*+')
_FLAT = re.compile(rb'[^"\[\]{}]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"\[\]{}]*+)*+', re.DOTALL)
"""Whole strings, and what lies between them, up to a bracket or a string that does not end here."""

_WORDS = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
"""The rest of a string, up to its end or to where no more of it was read."""

_OPENS, _QUOTE = b"[{", ord('"')
_name = msgspec.json.Decoder(str)


class Piece(NamedTuple):
    """A member of the object, or (`number` from 0) an element of one of its lists: its JSON text and where that begins
    in the file, in bytes."""

    member: str
    number: int | None
    text: bytes
    start: int


class Pieces:
    """The pieces of the object in a file, from its first byte on. Those of `lists` come element by element.

    `members` are the names that have come so far. Raises Fault(BAD_IMPORT) for what is no JSON object, not UTF-8, holds
    the character NUL or a piece beyond all bounds; OSError.
    """

    def __init__(self, file: IO[bytes], lists: Collection[str] = ()) -> None:
        self._file, self._lists = file, lists
        self.members: set[str] = set()
        self._text, self._at, self._base = bytearray(), 0, 0
        self._characters = codecs.getincrementaldecoder("utf-8")()

    @property
    def done(self) -> int:
        """How many bytes have been looked through."""
        return self._base + self._at

    def __iter__(self) -> Iterator[Piece]:
        self._file.seek(0)
        self._either(b"{")
        if self._next() == b"}":
            self._at += 1
        else:
            yield from self._members()
        if self._next():
            raise self._wrong("more follows where the file should end")

    def _members(self) -> Iterator[Piece]:
        while True:
            if self._next() != b'"':
                raise self._wrong("a name in double quotes should be here")
            member = self._named()
            self._either(b":")
            if member in self._lists:
                yield from self._elements(member)
            else:
                start, text = self._value(member)
                yield Piece(member, None, text, start)
            if self._either(b",}") == b"}":
                return

    def _named(self) -> str:
        start, text = self._value("the file")
        try:
            member = _name.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise bad_import(f"byte {start}", "not JSON: the name of a member is malformed") from None
        if member in self.members:
            raise bad_import(member[:40], "is given twice")
        self.members.add(member)
        return member

    def _elements(self, member: str) -> Iterator[Piece]:
        if self._next() != b"[":
            raise bad_import(member, "Expected `array`")
        self._at += 1
        if self._next() == b"]":
            self._at += 1
            return
        index = 0
        while True:
            start, text = self._value(f"{member}[{index}]")
            yield Piece(member, index, text, start)
            index += 1
            if self._either(b",]") == b"]":
                return

    # where a value ends

    def _value(self, where: str) -> tuple[int, bytes]:
        """The next value, and where it begins."""
        first = self._next()
        if not first:
            raise self._cut_short()
        # What came before is let go of, so that the value begins at 0 however often more is read.
        self._let_go()
        if first in b"[{":
            self._bracketed(where)
        elif first == b'"':
            self._at = 1
            self._string(where)
        else:
            self._scalar(where)
        text = bytes(self._text[: self._at])
        if holds_nul(text):
            raise bad_import(where, r"text must not hold the character NUL (\u0000)")
        return self._base, text

    def _bracketed(self, where: str) -> None:
        depth = brackets = 0
        while True:
            self._go_beyond(_FLAT)
            if self._at == len(self._text):
                self._more(where)
                continue
            byte = self._text[self._at]
            self._at += 1
            if byte == _QUOTE:
                self._string(where)
            elif byte in _OPENS:
                depth, brackets = depth + 1, brackets + 1
                if depth > DEEPEST:
                    raise bad_import(where, "nests too deep")
                if brackets > BRACKETS:
                    raise bad_import(where, f"holds more than {BRACKETS} arrays and objects")
            else:
                depth -= 1
                if not depth:
                    return

    def _string(self, where: str) -> None:
        """Goes on to beyond the end of a string that has begun."""
        while True:
            self._go_beyond(_WORDS)
            if self._at < len(self._text) and self._text[self._at] == _QUOTE:
                self._at += 1
                return
            self._more(where)

    def _scalar(self, where: str) -> None:
        while True:
            self._go_beyond(_SCALAR)
            if self._at < len(self._text):
                break
            self._more(where)
        if not self._at:
            raise self._wrong("a value should be here")

    # reading on

    def _next(self) -> bytes:
        """The next byte that is no white space, which stays to be read; empty at the end of the file."""
        while True:
            self._go_beyond(_SPACE)
            if self._at < len(self._text):
                return bytes(self._text[self._at : self._at + 1])
            self._let_go()
            if not self._read():
                return b""

    def _go_beyond(self, pattern: re.Pattern[bytes]) -> None:
        """As far as what was read matches a pattern, be it nothing."""
        if (found := pattern.match(self._text, self._at)) is not None:
            self._at = found.end()

    def _either(self, wanted: bytes) -> bytes:
        """Goes beyond the next byte, which must be one of these."""
        found = self._next()
        if not found:
            raise self._cut_short()
        if found not in wanted:
            allowed = " or ".join(repr(chr(b)) for b in wanted)
            raise self._wrong(f"{allowed} should be here")
        self._at += 1
        return found

    def _let_go(self) -> None:
        """Forgets what has been gone beyond."""
        del self._text[: self._at]
        self._base, self._at = self._base + self._at, 0

    def _more(self, where: str) -> None:
        """Reads on within a value."""
        if len(self._text) > LONGEST:
            raise bad_import(where, f"is longer than {LONGEST} bytes")
        if not self._read():
            raise self._cut_short()

    def _read(self) -> bool:
        chunk = self._file.read(CHUNK)
        before = self._base + len(self._text) - len(self._characters.getstate()[0])
        try:
            self._characters.decode(chunk, final=not chunk)
        except UnicodeDecodeError as wrong:
            raise bad_import(f"byte {before + wrong.start}", "is not UTF-8") from None
        self._text += chunk
        return bool(chunk)

    def _wrong(self, why: str) -> Exception:
        return bad_import(f"byte {self.done}", f"not JSON: {why}")

    def _cut_short(self) -> Exception:
        return bad_import("the file", "not JSON: it ends too early")


def parted(
    file: IO[bytes], member: str, most: int, largest: int, step: Callable[[], None] = lambda: None
) -> tuple[bytes, list[bytes]]:
    """What an object says beside one list, as an object of its own, and the elements of the list: so many at the most,
    and so many bytes in all. `step` is called for each piece. Raises as Pieces does."""
    head: list[bytes] = []
    elements: list[bytes] = []
    pieces, size = Pieces(file, (member,)), 0
    for piece in pieces:
        step()
        size += len(piece.text)
        if size > largest:
            raise bad_import("the file", f"is longer than {largest} bytes")
        if piece.number is None:
            head.append(msgspec.json.encode(piece.member) + b":" + piece.text)
        elif piece.number == most:
            raise bad_import(member, f"there are more than {most}, which is the most that is taken")
        else:
            elements.append(piece.text)
    if member in pieces.members:
        head.append(msgspec.json.encode(member) + b":[]")
    return b"{" + b",".join(head) + b"}", elements
