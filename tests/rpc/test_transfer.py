"""Uploads and downloads over a bare socket: the token first, compressed bodies, HEAD, and pages of other origins."""

import asyncio
import gzip
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.rpc.raw import Answer, request, wire
from tests.rpc.rig import LARGEST_UPLOAD, Rig, rig
from tests.rpc.sites import LOWER

FRIEND = "https://my.frontend.example"
TEXT = b"It was a dark and stormy night; " * 1000


@pytest.fixture
async def doors(runtime: Path) -> AsyncIterator[Rig]:
    async with rig(runtime, origins=(FRIEND,)) as made:
        yield made


def bearer(doors: Rig) -> str:
    return f"Authorization: Bearer {doors.token}"


async def ask(doors: Rig, line: str, *more: str, body: bytes = b"") -> Answer:
    async with wire(doors.web_door.port) as opened:
        await opened.send(
            request(doors.web_door.port, f"{line} HTTP/1.1", *more, f"Content-Length: {len(body)}") + body
        )
        return await opened.answer(head_only=line.startswith("HEAD "))


async def upload(doors: Rig, body: bytes, *more: str) -> Answer:
    return await ask(doors, "POST /upload", bearer(doors), *more, body=body)


def offer(doors: Rig, content: bytes, name: str = "night.txt", type: str = "text/plain") -> str:
    file = doors.transfers.spool()
    file.write(content)
    file.seek(0)
    return doors.transfers.offer(name, type, len(content), file)


@pytest.mark.parametrize(
    "told", ["Bearer \udce9", "Bearer \u00e9", "Bearer \udcff\udcfe", "Bearer", "Bearer x", "Basic x", "\udce9", ""]
)
async def test_another_bearer_is_not_the_token(doors: Rig, told: str) -> None:
    for line in ("POST /upload", "GET /download/x", "HEAD /download/x"):
        answer = await ask(doors, line, f"Authorization: {told}")
        assert answer.status == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["connection"] == "close", "what follows may be the body, which nobody reads"


async def test_without_the_token_a_body_is_not_asked_for(doors: Rig) -> None:
    async with wire(doors.web_door.port) as opened:
        await opened.send(
            request(doors.web_door.port, "POST /upload HTTP/1.1", "Content-Length: 9", "Expect: 100-continue")
        )
        assert (await opened.answer()).status == 401
        assert await opened.rest() == b""


async def test_with_the_token_it_is(doors: Rig) -> None:
    async with wire(doors.web_door.port) as opened:
        await opened.send(
            request(
                doors.web_door.port, "POST /upload HTTP/1.1", bearer(doors), "Content-Length: 9", "Expect: 100-continue"
            )
        )
        assert (await opened.answer()).status == 100
        await opened.send(b"x" * 9)
        assert (await opened.answer()).status == 200


async def test_a_large_body_without_the_token_is_not_kept_and_its_sender_is_told(doors: Rig) -> None:
    piece, count = b"x" * 65536, 800
    async with wire(doors.web_door.port) as opened:

        async def body() -> None:
            for _ in range(count):
                await opened.send(piece)

        tracemalloc.start()
        await opened.send(
            request(doors.web_door.port, "POST /upload HTTP/1.1", f"Content-Length: {count * len(piece)}")
        )
        sending = asyncio.create_task(body())
        assert (await opened.answer()).status == 401
        await asyncio.gather(sending, opened.rest())
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
        tracemalloc.stop()


SQUEEZED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    "GZIP": gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:]),
    "deflate": zlib.compress(TEXT),
}


@pytest.mark.parametrize("coding", SQUEEZED)
async def test_a_compressed_upload_is_expanded(doors: Rig, coding: str) -> None:
    answer = await upload(doors, SQUEEZED[coding], f"Content-Encoding: {coding}")
    assert answer.status == 200
    assert f'"bytes":{len(TEXT)}'.encode() in answer.body


BROKEN = {
    "no gzip": b"no gzip at all",
    "cut short": gzip.compress(TEXT)[:-10],
    "a wrong sum": gzip.compress(TEXT)[:-8] + b"12345678",
    "something after it": gzip.compress(TEXT) + b"something",
    "nothing": b"",
}


@pytest.mark.parametrize("broken", BROKEN)
async def test_a_broken_one_is_a_bad_request(doors: Rig, broken: str) -> None:
    answer = await upload(doors, BROKEN[broken], "Content-Encoding: gzip")
    assert answer.status == 400
    assert b"why" in answer.body


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip", "é"])
async def test_a_coding_that_is_not_known_is_refused_as_such(doors: Rig, coding: str) -> None:
    assert (await upload(doors, TEXT, f"Content-Encoding: {coding}")).status == 415


async def test_a_bomb_is_bounded_by_what_it_expands_to(doors: Rig) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b"\0" * 2**20) for _ in range(500)) + packer.flush()
    assert len(bomb) < LARGEST_UPLOAD
    tracemalloc.start()
    assert (await upload(doors, bomb, "Content-Encoding: gzip")).status == 413
    assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    tracemalloc.stop()


@pytest.mark.parametrize("chunks", [b"zz\r\nx\r\n", b"1\r\nxy\r\n", b"1\r\nx\r\n0\r\nno header\r\n\r\n"])
async def test_broken_chunks_are_a_bad_request(doors: Rig, chunks: bytes) -> None:
    async with wire(doors.web_door.port) as opened:
        head = request(doors.web_door.port, "POST /upload HTTP/1.1", bearer(doors), "Transfer-Encoding: chunked")
        await opened.send(head + chunks)
        assert (await opened.answer()).status == 400


async def test_head_uses_up_no_download(doors: Rig) -> None:
    word = offer(doors, TEXT)
    for _ in range(2):
        looked = await ask(doors, f"HEAD /download/{word}", bearer(doors))
        assert (looked.status, looked.headers["content-length"]) == (200, str(len(TEXT)))
        assert "night.txt" in looked.headers["content-disposition"]
    assert (await ask(doors, f"GET /download/{word}", bearer(doors))).body == TEXT
    for line in (f"GET /download/{word}", f"HEAD /download/{word}"):
        assert (await ask(doors, line, bearer(doors))).status == 404


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_download_is_a_file_to_keep_and_nothing_that_a_browser_shows_or_runs(doors: Rig, method: str) -> None:
    word = offer(doors, TEXT, 'a "dark"; nïght\r\nX-Evil: 1.txt', "application/x-night")
    told = (await ask(doors, f"{method} /download/{word}", bearer(doors))).headers
    kept = "attachment; filename*=UTF-8''a%20%22dark%22%3B%20n%C3%AFght%0D%0AX-Evil%3A%201.txt"
    assert told["content-disposition"] == kept
    assert (told["content-type"], told["content-length"]) == ("application/x-night", str(len(TEXT)))
    assert LOWER.items() <= told.items()


async def test_what_is_said_of_an_upload_is_json(doors: Rig) -> None:
    for answer in (await upload(doors, TEXT), await upload(doors, b"no gzip", "Content-Encoding: gzip")):
        assert answer.headers["content-type"].partition(";")[0] == "application/json"
        assert LOWER.items() <= answer.headers.items()


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_page_of_an_admitted_origin_may_use_them(doors: Rig, site: str) -> None:
    theirs = (f"Origin: {FRIEND}", f"Sec-Fetch-Site: {site}", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty")
    word = offer(doors, TEXT)
    asked = await ask(doors, "OPTIONS /upload", *theirs, "Access-Control-Request-Method: POST")
    assert asked.headers["access-control-allow-headers"] == "authorization, content-type"
    assert asked.headers["access-control-allow-methods"] == "GET, POST, OPTIONS"
    answers = [
        asked,
        await upload(doors, TEXT, *theirs),
        await ask(doors, f"GET /download/{word}", bearer(doors), *theirs),
        await ask(doors, "GET /openrpc.json", *theirs),
    ]
    refused = [
        await ask(doors, "POST /upload", *theirs),
        await ask(doors, "GET /download/none", bearer(doors), *theirs),
    ]
    assert [answer.status for answer in answers + refused] == [204, 200, 200, 200, 401, 404]
    for answer in answers + refused:
        assert answer.headers["access-control-allow-origin"] == FRIEND
        assert answer.headers["vary"] == "Origin"


async def test_wrong_tokens_slow_down_and_right_ones_do_not(doors: Rig) -> None:
    async def wrong() -> float:
        began = time.monotonic()
        assert (await ask(doors, "POST /upload", "Authorization: Bearer wrong")).status == 401
        return time.monotonic() - began

    first = [await wrong() for _ in range(4)]
    assert first[3] > 4 * 0.05
    waiting = asyncio.gather(*(wrong() for _ in range(20)))
    await asyncio.sleep(0.1)
    assert (await upload(doors, b"x")).status == 200
    async with doors.web() as peer:
        assert "result" in await peer.call("status")
    assert not waiting.done()
    assert max(await waiting) < 10
    async with doors.web(hello=False) as peer:
        began = time.monotonic()
        await peer.begin("hello", {"client": "t", "protocol": "1.0", "token": "wrong"})
        assert "error" in await peer.hear()
        assert time.monotonic() - began > 1.0
        assert await peer.hear() is None
        assert peer.link.code == 4401
