"""What the frames of a client must be like, where aiohttp's reader does not see to it: RFC 6455's masks, order, codes.

Stands before that reader, looks at each frame's head, and hands on what is right. Also bounds what may come before the
token is known. What is in a message is not known here.
"""

from collections.abc import Callable
from typing import Protocol

from protocol.catalogue import LIMITS

GREETING_BYTES = LIMITS["hello_bytes"]
"""How much may come, in all frames together, before the token is known."""

_TEXT, _BINARY, _CLOSE = 1, 2, 8
_LONGEST_HEAD = 16
"""Two bytes, eight of length, four of mask, two of a close code."""

# Heads that aiohttp's reader refuses: so a connection ends with the right code after what was said before.
_PROTOCOL_ERROR = b"\xf0\x80"  # reserved bits: 1002
_TOO_LONG = b"\x82\xff" + b"\xff" * 8  # 2⁶⁴-1 bytes: 1009


class Reader(Protocol):
    """What aiohttp feeds the bytes of a WebSocket to."""

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Takes bytes from the wire; returns whether reading has ended, and the bytes that were not used."""

    def feed_eof(self) -> None:
        """Takes note that no more bytes will come."""


class CheckedFrames:
    """A reader that hands the good frames on to another one. `greeting` tells whether the token is not known yet."""

    def __init__(self, reader: Reader, greeting: Callable[[], bool]) -> None:
        self._greeting = greeting
        self._reader = reader
        self._head = b""
        self._to_come = 0
        self._came = 0
        self._in_pieces = False
        self._refused = False

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Hands on all frames up to the first that is wrong, and in its place one that the reader refuses."""
        if self._refused:
            return False, b""
        data = self._head + data if self._head else data
        end = self._payload(data, 0)
        wrong = b""
        while end < len(data) and not wrong:
            head = data[end : end + _LONGEST_HEAD]
            size = _size(head)
            if size is None:
                break
            wrong = self._wrong(head)
            if not wrong:
                end = self._payload(data, end + size)
        self._head, self._refused = data[end:], bool(wrong)
        return self._reader.feed_data(data[:end] + wrong if wrong else data[:end])

    def feed_eof(self) -> None:
        """Hands it on."""
        self._reader.feed_eof()

    def _payload(self, data: bytes, start: int) -> int:
        """Where the present frame's payload ends, or the data."""
        here = min(self._to_come, len(data) - start)
        self._to_come -= here
        return start + here

    def _wrong(self, head: bytes) -> bytes:
        """Takes a frame's head into account; the bytes to put in its place, empty where it may stand."""
        opcode, last, length = head[0] & 15, head[0] >> 7, head[1] & 127
        if not head[1] & 128:
            return _PROTOCOL_ERROR
        if length > 125:
            length, shortest = _long(head), 126 if length == 126 else 65536
            if length < shortest:
                return _PROTOCOL_ERROR
        elif opcode == _CLOSE and length >= 2 and not _may_close_with((head[2] ^ head[6]) << 8 | head[3] ^ head[7]):
            return _PROTOCOL_ERROR
        if opcode in (_TEXT, _BINARY) and self._in_pieces:
            return _PROTOCOL_ERROR
        if opcode < _CLOSE:
            self._in_pieces = not last
        self._to_come = length
        self._came += length
        return _TOO_LONG if self._came > GREETING_BYTES and self._greeting() else b""


def _size(head: bytes) -> int | None:
    """How many bytes the head has that these begin with; None where too few are there to judge it."""
    if len(head) < 2:
        return None
    if not head[1] & 128:
        return 2  # wrong whatever follows
    size = 6 + {126: 2, 127: 8}.get(head[1] & 127, 0)
    code = 2 if head[0] & 15 == _CLOSE and 2 <= head[1] & 127 <= 125 else 0
    return size if len(head) >= size + code else None


def _long(head: bytes) -> int:
    return int.from_bytes(head[2:4] if head[1] & 127 == 126 else head[2:10], "big")


def _may_close_with(code: int) -> bool:
    return 1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999
