"""Many connections that want nothing, or never come to an end; and everybody else, who goes on."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from daemon.rpc import bearer as bodies
from daemon.rpc import connection, transfer, unix
from tests.rpc.raw import CLOSE, frame, request, websocket, wire
from tests.rpc.rig import Rig, rig, until
from tests.rpc.sites import LOWER

SHORT = 0.3


@pytest.fixture
async def doors(runtime: Path, tmp_path: Path) -> AsyncIterator[Rig]:
    (tmp_path / "index.html").write_text("x" * 1000)
    (tmp_path / "large.js").write_text("x" * 20_000_000)
    async with rig(runtime, static=tmp_path, hello_seconds=SHORT, most=16) as made:
        yield made


def bearer(doors: Rig) -> str:
    return f"Authorization: Bearer {doors.token}"


HALVES = {
    "nothing": b"",
    "half a line": b"GET / HT",
    "half a header": b"GET / HTTP/1.1\r\nHost: 127.0.0.1",
    "all but the end": b"GET / HTTP/1.1\r\nHost: a\r\n",
}


@pytest.mark.parametrize("half", HALVES)
async def test_what_says_half_a_request_is_closed(doors: Rig, half: str) -> None:
    async with wire(doors.web_door.port) as opened:
        await opened.send(HALVES[half])
        assert await opened.rest() == b""


async def test_a_header_that_drips_is_closed(doors: Rig) -> None:
    async with wire(doors.web_door.port) as opened:
        ended = asyncio.create_task(opened.rest())
        for byte in request(doors.web_door.port, "GET / HTTP/1.1", "a: " + "x" * 2000):
            if ended.done():
                break
            await opened.send(bytes([byte]))
            await asyncio.sleep(0.01)
        assert await ended == b""


async def test_an_idle_connection_is_closed_after_its_answer(doors: Rig) -> None:
    async with wire(doors.web_door.port) as opened:
        for _ in range(2):
            await opened.send(request(doors.web_door.port))
            assert (await opened.answer()).status == 200
        assert await opened.rest() == b""


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("pieces", ["half", "drip"])
async def test_half_an_upload_is_closed(doors: Rig, monkeypatch: pytest.MonkeyPatch, known: bool, pieces: str) -> None:
    monkeypatch.setattr(bodies, "IDLE_S", SHORT)
    async with wire(doors.web_door.port) as opened:
        ended = asyncio.create_task(opened.rest())
        told = bearer(doors) if known else "a: b"
        await opened.send(request(doors.web_door.port, "POST /upload HTTP/1.1", told, "Content-Length: 500000"))
        while not ended.done():
            await opened.send(b"x" if pieces == "drip" else b"")
            await asyncio.sleep(0.02)
        assert (await ended).startswith(b"HTTP/1.1 408 " if known else b"HTTP/1.1 401 ")


async def test_a_download_that_nobody_reads_is_ended(doors: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "STALLED_S", SHORT)
    file = doors.transfers.spool()
    file.write(b"x" * 40_000_000)
    file.seek(0)
    word = doors.transfers.offer("a", "text/plain", 40_000_000, file)
    async with wire(doors.web_door.port) as opened:
        opened.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await opened.send(request(doors.web_door.port, f"GET /download/{word} HTTP/1.1", bearer(doors)))
        await until(lambda: file.closed)


async def test_an_answer_that_nobody_reads_is_ended(doors: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "STALLED_S", SHORT)
    async with wire(doors.web_door.port) as opened:
        opened.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await opened.send(request(doors.web_door.port, "GET /large.js HTTP/1.1"))
        await asyncio.sleep(2 * SHORT)
        opened.writer.transport.resume_reading()  # type: ignore[attr-defined]
        assert len(await opened.rest()) < 20_000_000


async def test_a_stranger_is_ended_whatever_it_does(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "STRANGER_S", SHORT)
    async with rig(runtime) as doors, wire(doors.web_door.port) as opened, websocket(doors.web_door.port, doors.token):
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            for _ in range(2000):
                await opened.send(request(doors.web_door.port, "GET /openrpc.json HTTP/1.1"))
                assert (await opened.answer()).status == 200
                await asyncio.sleep(0.005)
        [session] = doors.web_door.sessions
        assert session.open


async def test_what_is_sent_ahead_of_its_answers_is_bounded(doors: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    async with wire(doors.web_door.port) as opened:
        opened.writer.transport.pause_reading()  # type: ignore[attr-defined]
        large = request(doors.web_door.port, "GET /large.js HTTP/1.1", *[f"a{n}: {'x' * 8000}" for n in range(30)])
        for _ in range(4):
            await opened.send(large)
        opened.writer.transport.resume_reading()  # type: ignore[attr-defined]
        assert len(await opened.rest()) < 20_000_000


async def test_strangers_make_room_for_each_other_and_nobody_else_for_them(runtime: Path) -> None:
    async with rig(runtime, most=16, hello_seconds=600) as doors, contextlib.AsyncExitStack() as stack:
        port = doors.web_door.port
        friend = await stack.enter_async_context(websocket(port, doors.token))
        near = await stack.enter_async_context(doors.unix())
        silent = [await stack.enter_async_context(wire(port)) for _ in range(60)]
        await asyncio.gather(*(stranger.rest() for stranger in silent[:50]))
        async with websocket(port, doors.token):
            assert "result" in await near.call("status")
        await friend.send(frame(b"", CLOSE))
        assert await friend.code() == 1000


async def test_one_too_many_with_the_token_is_told_so(doors: Rig) -> None:
    port = doors.web_door.port
    async with contextlib.AsyncExitStack() as stack:
        friends = [await stack.enter_async_context(websocket(port, doors.token)) for _ in range(16)]
        late = await stack.enter_async_context(wire(port))
        told = await late.answer()
        assert (told.status, told.headers["connection"]) == (503, "close")
        assert LOWER.items() <= told.headers.items()
        assert await late.rest() == b""
        near = await stack.enter_async_context(doors.unix())
        assert "result" in await near.call("status")
        await friends[0].send(frame(b"", CLOSE))
        assert await friends[0].code() == 1000
        await until(lambda: len(doors.web_door.sessions) == 15)
        await stack.enter_async_context(websocket(port, doors.token))


async def test_the_unix_socket_has_a_share_of_its_own(doors: Rig) -> None:
    async with contextlib.AsyncExitStack() as stack:
        peers = [await stack.enter_async_context(doors.unix()) for _ in range(16)]
        for peer in peers:
            assert "result" in await peer.call("status")
        late = await stack.enter_async_context(doors.unix())
        answer = await late.hear()
        assert answer["error"]["data"]["limit"] == 16
        assert await late.hear() is None
        async with doors.web():
            assert "result" in await peers[0].call("status")
    assert unix.CONNECTIONS > 16
