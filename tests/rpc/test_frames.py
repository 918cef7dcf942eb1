"""Frames that RFC 6455 forbids, and how much may be said before the token is known."""

import struct

import pytest

from daemon.rpc.frames import GREETING_BYTES
from tests.rpc.raw import BINARY, CLOSE, PING, PONG, TEXT, call, frame, websocket
from tests.rpc.rig import Rig

STATUS = call("status")


def closing(code: int, reason: bytes = b"") -> bytes:
    return frame(struct.pack("!H", code) + reason, CLOSE)


WRONG = {
    "unmasked": frame(STATUS, masked=False),
    "unmasked and empty": frame(b"", masked=False),
    "an unmasked ping": frame(b"", PING, masked=False),
    "an unmasked close": frame(b"", CLOSE, masked=False),
    "unmasked after a good one": frame(STATUS) + frame(STATUS, masked=False),
    "unmasked in the middle of a message": frame(STATUS, last=False) + frame(b"", 0, masked=False),
    "a reserved bit": frame(STATUS, reserved=1),
    "another reserved bit": frame(STATUS, reserved=4),
    "a reserved bit on a ping": frame(b"", PING, reserved=4),
    "an opcode that nobody knows": frame(STATUS, 3),
    "a control frame that nobody knows": frame(b"", 11),
    "a long ping": frame(b"x" * 126, PING),
    "a ping in pieces": frame(b"x", PING, last=False),
    "a continuation of nothing": frame(STATUS, 0),
    "a new message within one": frame(STATUS, last=False) + frame(STATUS),
    "a new message within one that began empty": frame(b"", last=False) + frame(STATUS),
    "a close of one byte": frame(b"x", CLOSE),
    "a length in more bytes than it needs": frame(b"x", wide=2),
    "a length in many more bytes than it needs": frame(STATUS, wide=8),
    **{f"the close code {code}": closing(code) for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535)},
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_what_the_rfc_forbids_closes_with_1002(doors: Rig, wrong: str) -> None:
    async with websocket(doors.web_door.port, doors.token) as opened:
        await opened.send(WRONG[wrong])
        assert await opened.code() == 1002
        assert await opened.rest() == b""


@pytest.mark.parametrize("wrong", WRONG)
async def test_the_same_byte_by_byte(doors: Rig, wrong: str) -> None:
    async with websocket(doors.web_door.port, doors.token) as opened:
        for byte in WRONG[wrong]:
            await opened.send(bytes([byte]))
        assert await opened.code() == 1002


@pytest.mark.parametrize(
    "text",
    [b"\xff", b'{"a":"\xc3"}', b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf", STATUS + b"\xe2\x82"],
)
@pytest.mark.parametrize("pieces", [1, 2])
async def test_a_text_that_is_not_utf8_closes_with_1007(doors: Rig, text: bytes, pieces: int) -> None:
    async with websocket(doors.web_door.port, doors.token) as opened:
        half = len(text) if pieces == 1 else len(text) // 2
        await opened.send(frame(text[:half], last=pieces == 1))
        if pieces == 2:
            await opened.send(frame(text[half:], 0))
        assert await opened.code() == 1007


async def test_a_close_whose_reason_is_not_utf8_closes_with_1007(doors: Rig) -> None:
    async with websocket(doors.web_door.port, doors.token) as opened:
        await opened.send(closing(1000, b"\xff"))
        assert await opened.code() == 1007


async def test_a_text_that_is_not_utf8_before_hello_closes_too(doors: Rig) -> None:
    async with websocket(doors.web_door.port) as opened:
        await opened.send(frame(b"\xff"))
        assert await opened.code() == 1007


async def test_what_the_rfc_allows_is_served(doors: Rig) -> None:
    async with websocket(doors.web_door.port, doors.token) as opened:
        text = call("status").decode().replace("raw", "räw").encode()
        await opened.send(frame(b"", last=False) + frame(text[:9], 0, last=False) + frame(b"hello", PING))
        assert await opened.frame() == (PONG, b"hello")
        await opened.send(frame(b"", 0, last=False) + frame(text[9:], 0) + frame(b"nobody asked", PONG))
        got = await opened.frame()
        assert got is not None and got[0] == TEXT and b'"result"' in got[1]
        long = frame(STATUS + b" " * 3_000_000)
        for start in range(0, len(long), 100_001):
            await opened.send(long[start : start + 100_001])
        got = await opened.frame()
        assert got is not None and b'"result"' in got[1]


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1007, 1011, 1014, 3000, 4999])
async def test_a_close_is_answered(doors: Rig, code: int) -> None:
    async with websocket(doors.web_door.port, doors.token) as opened:
        await opened.send(closing(code, "schön".encode()))
        assert await opened.code() in (1000, code)
        assert await opened.rest() == b""


async def test_a_close_without_a_code_is_answered(doors: Rig) -> None:
    async with websocket(doors.web_door.port, doors.token) as opened:
        await opened.send(frame(b"", CLOSE))
        assert await opened.code() == 1000


MANY = {
    "a frame": [frame(b"x" * (GREETING_BYTES + 1))],
    "the beginning of one": [frame(b"x", declared=GREETING_BYTES + 1)],
    "a binary one": [frame(b"x", BINARY, declared=GREETING_BYTES + 1)],
    "one of 2⁶³ bytes": [frame(b"x", declared=2**63 - 1)],
    "a message in pieces": [frame(b"x", last=False), *[frame(b"x" * 8000, 0, last=False)] * 9],
    "pings": [frame(b"x" * 125, PING)] * (GREETING_BYTES // 125 + 1),  # more would come after it has closed
}


@pytest.mark.parametrize("many", MANY)
async def test_little_may_be_said_before_hello(doors: Rig, many: str) -> None:
    async with websocket(doors.web_door.port) as opened:
        for piece in MANY[many]:
            await opened.send(piece)
        assert await opened.code() == 1009


async def test_a_hello_may_be_as_long_as_that_and_after_it_all_may_be_said(doors: Rig) -> None:
    async with websocket(doors.web_door.port) as opened:
        hello = call("hello", client="raw", protocol="1.0", token=doors.token)
        padding = GREETING_BYTES - len(hello) - 20
        await opened.send(frame(hello + b" " * padding))
        got = await opened.frame()
        assert got is not None and b'"result"' in got[1]
        await opened.send(frame(STATUS + b" " * 4_000_000))
        got = await opened.frame()
        assert got is not None and b'"result"' in got[1]


async def test_a_hello_without_the_token_allows_no_more(doors: Rig) -> None:
    async with websocket(doors.web_door.port) as opened:
        await opened.send(frame(call("hello", client="raw", protocol="2.0", token=doors.token)))
        assert await opened.frame() is not None
        await opened.send(frame(b"x", declared=GREETING_BYTES))
        assert await opened.code() == 1009
