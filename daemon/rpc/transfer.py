"""What goes over HTTP since it is too large for a message: POST /upload and GET /download/…, the token as a bearer.

Host and Origin are checked before, as on every route. What is transferred is not known here.
"""

import asyncio
from urllib.parse import quote

import msgspec
from aiohttp import web

from daemon.rpc.access import Access
from daemon.transfers import CHUNK, Transfers
from protocol.errors import BUSY, STORAGE, Fault

OPEN_TO = "GET, POST, OPTIONS"


def add_routes(app: web.Application, transfers: Transfers, access: Access) -> None:
    """The routes. Pages of admitted origins may use them too, for which a browser asks first (OPTIONS)."""

    async def upload(request: web.Request) -> web.StreamResponse:
        _check_token(request, access)
        if (request.content_length or 0) > transfers.most:
            return _refused(request, 413, transfers.too_large())
        try:
            word, size = await transfers.receive(request.content.iter_chunked(CHUNK))
        except Fault as fault:
            return _refused(request, 429 if fault.code == BUSY else 413, fault)
        except OSError as wrong:
            why = f"the upload cannot be kept: {wrong.strerror}; make room, then try again"
            return _refused(request, 507, Fault(STORAGE, why, why=why))
        return _answer(request, 200, {"upload": word, "bytes": size})

    async def download(request: web.Request) -> web.StreamResponse:
        _check_token(request, access)
        try:
            found = transfers.download(request.match_info["word"])
        except Fault as fault:
            return _refused(request, 404, fault)
        with found.file:
            response = web.StreamResponse(headers=_open_to(request))
            response.content_type, response.content_length = found.type, found.size
            response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
            await response.prepare(request)
            while chunk := await asyncio.to_thread(found.file.read, CHUNK):
                await response.write(chunk)
            await response.write_eof()
        return response

    async def options(request: web.Request) -> web.StreamResponse:
        allowed = {
            "Access-Control-Allow-Methods": OPEN_TO,
            "Access-Control-Allow-Headers": "authorization, content-type",
        }
        return web.Response(status=204, headers=_open_to(request) | allowed)

    app.router.add_post("/upload", upload)
    app.router.add_get("/download/{word}", download)
    for path in ("/upload", "/download/{word}"):
        app.router.add_options(path, options)


def _check_token(request: web.Request, access: Access) -> None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not access.admits(token.strip()):
        raise web.HTTPUnauthorized(
            text="the token goes into the header Authorization: Bearer …", headers=_challenge(request)
        )


def _challenge(request: web.Request) -> dict[str, str]:
    return _open_to(request) | {"WWW-Authenticate": "Bearer"}


def _open_to(request: web.Request) -> dict[str, str]:
    """Lets the page that asks, whose Origin was admitted, read the answer."""
    origin = request.headers.get("Origin")
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin else {}


def _refused(request: web.Request, status: int, fault: Fault) -> web.Response:
    return _answer(request, status, {"code": fault.code, "message": fault.message, "data": fault.data})


def _answer(request: web.Request, status: int, body: dict[str, object]) -> web.Response:
    headers = _open_to(request) | {"Content-Type": "application/json"}
    # What was not read of a refused upload must not be taken for the next request.
    headers |= {"Connection": "close"} if status >= 400 else {}
    return web.Response(status=status, body=msgspec.json.encode(body), headers=headers)
