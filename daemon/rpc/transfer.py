"""What goes over HTTP since it is too large for a message: POST /upload and GET /download/…, the token as a bearer.

Host, Origin and the site that asks are checked before, as on every route. What is transferred is not known here.
"""

import asyncio
import zlib
from collections.abc import AsyncIterable, AsyncIterator
from urllib.parse import quote

import msgspec
from aiohttp import web

from daemon.files.transfers import CHUNK, Transfers
from daemon.rpc import bearer
from daemon.rpc.access import Access
from daemon.rpc.connection import STALLED_S
from protocol.errors import BUSY, STORAGE, Fault

COMPRESSED = ("gzip", "x-gzip", "deflate")
"""The content codings of an upload that are undone."""


class Broken(Exception):  # noqa: N818 - the word for the upload
    """A body that is not what its headers say."""


def add_routes(app: web.Application, transfers: Transfers, access: Access) -> None:
    """The routes. Pages of admitted origins may use them too, for which a browser asks first (OPTIONS)."""
    served = _Served(transfers, access)
    app.router.add_post("/upload", served.upload, expect_handler=bearer.wait)
    app.router.add_get("/download/{word}", served.download)
    for path in ("/upload", "/download/{word}"):
        app.router.add_options(path, bearer.options())


class _Served:
    """What serves the routes."""

    def __init__(self, transfers: Transfers, access: Access) -> None:
        self._transfers, self._access = transfers, access

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Takes a file in; answers with the word by which it is named from then on."""
        if not await bearer.has_token(request, self._access):
            return bearer.unauthorised()
        coding = request.headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in ("identity", *COMPRESSED):
            return _answer(415, {"why": "the upload's Content-Encoding is not known; gzip and deflate are"})
        if (request.content_length or 0) > self._transfers.most:
            return _refused(413, self._transfers.too_large())
        await bearer.invite(request)
        chunks = bearer.in_time(request)
        try:
            word, size = await self._transfers.receive(chunks if coding == "identity" else _expanded(chunks))
        except (Broken, web.RequestPayloadError):
            return _answer(400, {"why": "the upload broke off, or is not encoded as its headers say"})
        except TimeoutError:
            return _answer(408, {"why": "the upload came too slowly"})
        except ConnectionError:
            raise
        except Fault as fault:
            return _refused(429 if fault.code == BUSY else 413, fault)
        except OSError as wrong:
            why = f"the upload cannot be kept: {wrong.strerror}; make room, then try again"
            return _refused(507, Fault(STORAGE, why, why=why))
        return _answer(200, {"upload": word, "bytes": size})

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Sends what is offered under a word; to HEAD, only what is said of it."""
        if not await bearer.has_token(request, self._access):
            return bearer.unauthorised()
        look = request.method == "HEAD"
        try:
            found = (self._transfers.offered if look else self._transfers.download)(request.match_info["word"])
        except Fault as fault:
            return _refused(404, fault)
        response = web.StreamResponse()
        response.content_type, response.content_length = found.type, found.size
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
        if look:
            return response
        with found.file:
            await response.prepare(request)
            try:
                while chunk := await asyncio.to_thread(found.file.read, CHUNK):
                    async with asyncio.timeout(STALLED_S):
                        await response.write(chunk)
            except TimeoutError:
                bearer.connection(request).turn_out()
        return response


async def _expanded(chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """What was compressed by gzip or deflate, in pieces of at most CHUNK. Raises Broken."""
    inflate = zlib.decompressobj(wbits=47)  # either's head
    try:
        async for chunk in chunks:
            rest = chunk
            while rest:
                if inflate.eof:  # gzip may have several members
                    inflate = zlib.decompressobj(wbits=47)
                piece = inflate.decompress(rest, CHUNK)
                rest = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
                if piece:
                    yield piece
    except zlib.error as wrong:
        raise Broken from wrong
    if not inflate.eof:
        raise Broken


def _refused(status: int, fault: Fault) -> web.Response:
    return _answer(status, {"code": fault.code, "message": fault.message, "data": fault.data})


def _answer(status: int, body: dict[str, object]) -> web.Response:
    return web.Response(status=status, body=msgspec.json.encode(body), content_type="application/json")
