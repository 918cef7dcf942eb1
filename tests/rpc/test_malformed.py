"""Requests that are none: an answer without an echo, and not a word of them in the log."""

import asyncio
import logging
import logging.handlers
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from daemon import logs
from tests.rpc.raw import frame, request, upgrade, wire
from tests.rpc.rig import Rig, rig

WORD = "Xyzzy17"


@pytest.fixture
async def doors(runtime: Path, tmp_path: Path) -> AsyncIterator[Rig]:
    async with rig(runtime, static=tmp_path, hello_seconds=1.0) as made:
        yield made


def hostile(port: int, token: str) -> dict[str, bytes]:
    """Requests with the word in them, by what is wrong with them."""
    bearer = f"Authorization: Bearer {token}"
    chunked = request(port, "POST /upload HTTP/1.1", bearer, "Transfer-Encoding: chunked")
    squeezed = request(port, "POST /upload HTTP/1.1", bearer, "Content-Encoding: gzip", f"Content-Length: {len(WORD)}")
    return {
        "no request": f"{WORD}\r\n\r\n".encode(),
        "a method of another kind": request(port, f"{WORD}? / HTTP/1.1"),
        "a version": request(port, f"GET /{WORD} HTTP/9.{WORD}"),
        "a path": request(port, f"GET {WORD} HTTP/1.1"),
        "a path with a byte of its own": request(port, f"GET /{WORD}\udce9\x01 HTTP/1.1"),
        "a port": request(port, f"GET http://a:{WORD}/ HTTP/1.1"),
        "a header without a name": request(port, "GET / HTTP/1.1", f": {WORD}"),
        "a header without a colon": request(port, "GET / HTTP/1.1", WORD),
        "a header with a space in its name": request(port, "GET / HTTP/1.1", f"a {WORD}: x"),
        "a NUL in a header": request(port, "GET / HTTP/1.1", f"a: {WORD}\0"),
        "a header that is too long": request(port, "GET / HTTP/1.1", f"a: {WORD * 3000}"),
        "a line that is too long": request(port, f"GET /{WORD * 3000} HTTP/1.1"),
        "a length that is none": request(port, "POST /upload HTTP/1.1", f"Content-Length: {WORD}"),
        "two kinds of length": request(
            port, "POST /upload HTTP/1.1", "Content-Length: 5", "Transfer-Encoding: chunked", f"a: {WORD}"
        ),
        "an encoding that is none": request(port, "POST /upload HTTP/1.1", f"Transfer-Encoding: {WORD}"),
        "a chunk's length": chunked + f"{WORD}\r\n".encode(),
        "a chunk's end": chunked + f"1\r\nx{WORD}\r\n".encode(),
        "a chunk's extension": chunked + f"1;{WORD}\n\r\nx\r\n0\r\n\r\n".encode(),
        "a trailer": chunked + f"0\r\n{WORD}\r\n\r\n".encode(),
        "a body that is not what it says": squeezed + WORD.encode(),
        "an expectation": request(port, "GET / HTTP/1.1", f"Expect: {WORD}"),
        "an expectation of a path that is not there": request(port, "GET /no HTTP/1.1", f"Expect: {WORD}"),
        "an upgrade": request(port, "GET /ws HTTP/1.1", "Connection: Upgrade", f"Upgrade: {WORD}"),
        "a WebSocket's version": upgrade(port).replace(b"Version: 13", f"Version: {WORD}".encode()),
        "a WebSocket's key": upgrade(port).replace(b"Key: ", f"Key: {WORD}".encode()),
        "a bearer": request(port, "POST /upload HTTP/1.1", f"Authorization: Bearer {WORD}\udce9"),
        "a subprotocol": upgrade(port, f"Sec-WebSocket-Protocol: {WORD}"),
        "a frame without a mask": upgrade(port) + frame(WORD.encode(), masked=False),
        "a close that is none": upgrade(port) + frame(f"a{WORD}".encode(), 8),
        "a first message that is no hello": upgrade(port) + frame(WORD.encode()),
        "a request behind an upgrade that was refused": request(
            port, "GET /no HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket"
        ) + f"{WORD}\r\n\r\n".encode(),
    }  # fmt: skip


async def test_what_is_malformed_is_neither_logged_nor_told_again(doors: Rig, caplog: pytest.LogCaptureFixture) -> None:
    async def answered(data: bytes) -> bytes:
        async with wire(doors.web_door.port) as opened:
            await opened.send(data)
            return await opened.rest()

    caplog.set_level(logging.INFO)
    logs.hush()
    requests = hostile(doors.web_door.port, doors.token)
    told = dict(zip(requests, await asyncio.gather(*map(answered, requests.values())), strict=True))
    assert [what for what, answer in told.items() if not answer.startswith(b"HTTP/1.")] == []
    assert [what for what, answer in told.items() if WORD.encode() in answer] == []
    assert [what for what, answer in told.items() if answer[8:10] == b" 5"] == []
    assert WORD not in caplog.text
    assert doors.token not in caplog.text


async def test_a_fault_of_ours_is_told_without_its_text(runtime: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def broken(request: web.Request) -> web.StreamResponse:
        raise ValueError(WORD)

    def routes(app: web.Application) -> None:
        app.router.add_get("/broken", broken)

    async with rig(runtime, routes=routes) as doors, wire(doors.web_door.port) as opened:
        await opened.send(request(doors.web_door.port, "GET /broken HTTP/1.1"))
        answer = await opened.answer()
    assert (answer.status, answer.body) == (500, b"500: Internal Server Error")
    assert "ValueError" in caplog.text and "test_malformed" in caplog.text
    assert WORD not in caplog.text


async def test_of_what_asyncio_reports_only_kind_and_place_are_logged(tmp_path: Path) -> None:
    recent = logs.set_up(tmp_path)
    root = logging.getLogger()
    ours = [h for h in root.handlers if h is recent or isinstance(h, logging.handlers.RotatingFileHandler)]
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.log_stray)
    try:
        loop.call_soon(int, WORD)
        await asyncio.sleep(0.01)
        try:
            int(WORD)
        except ValueError:
            logging.getLogger("somebody").exception("it broke")
        logging.getLogger("aiohttp.websocket").warning("the protocol %s", WORD)
    finally:
        for handler in ours:
            root.removeHandler(handler)
            handler.close()
        root.setLevel(logging.WARNING)
        logging.getLogger("aiohttp").setLevel(logging.NOTSET)
    text = (tmp_path / "logs" / "rpcd.log").read_text() + "\n".join(recent.lines)
    assert "ValueError" in text and "it broke" in text
    assert WORD not in text
