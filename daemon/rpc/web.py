"""The door for browsers: one port with the WebSocket, the web client's files and the protocol's documents.

Every route checks Host and Origin before anything else. What is said over the WebSocket is not known here.
"""

import errno
import socket
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from aiohttp import web

from daemon.rpc.access import Addresses
from daemon.rpc.dispatch import Dispatcher
from daemon.rpc.private import CannotOpen
from daemon.rpc.session import Session, dismiss
from daemon.rpc.websocket import serve_websocket
from protocol import documents
from protocol.catalogue import LIMITS

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
"""On every answer."""

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ts": "text/plain; charset=utf-8",
}
"""The files that are served, by the end of their name; the machine's own table of types may be any."""

Route = Callable[[web.Request], Awaitable[web.StreamResponse]]


Routes = Callable[[web.Application], None]
"""Adds routes of its own to an application."""


class WebDoor:
    """The open port (`port` is the one taken, `url` its base without a slash) and the sessions on it."""

    def __init__(self, runner: web.AppRunner, url: str, port: int, sessions: set[Session]) -> None:
        self.url, self.port, self.sessions = url, port, sessions
        self._runner = runner

    async def close(self, seconds: float = 2.0) -> None:
        """Takes no new connections, and answers what is in flight for at most this long."""
        for site in tuple(self._runner.sites):
            await site.stop()
        await dismiss(self.sessions, seconds)
        await self._runner.cleanup()


async def serve_web(
    dispatcher: Dispatcher,
    *,
    listen: str,
    port: int,
    origins: Iterable[str],
    static: Path | None,
    routes: Routes = lambda _: None,
    hello_seconds: float = LIMITS["hello_seconds"],
) -> WebDoor:
    """Opens the port (0 takes a free one) on this address. `static` holds the web client, `routes` adds more.

    Raises CannotOpen.
    """
    listener = _bind(listen, port)
    taken = int(listener.getsockname()[1])
    sessions: set[Session] = set()
    app = web_app(dispatcher, Addresses(listen, taken, origins), sessions, static, hello_seconds, routes)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    host = f"[{listen}]" if ":" in listen else listen
    return WebDoor(runner, f"http://{host}:{taken}", taken, sessions)


def web_app(
    dispatcher: Dispatcher,
    addresses: Addresses,
    sessions: set[Session],
    static: Path | None,
    hello_seconds: float,
    routes: Routes = lambda _: None,
) -> web.Application:
    """The routes."""

    @web.middleware
    async def gate(request: web.Request, handler: Route) -> web.StreamResponse:
        why = addresses.refuse(request.headers.getall("Host", []), request.headers.getall("Origin", []))
        return web.Response(status=403, text=why) if why else await handler(request)

    async def socket_route(request: web.Request) -> web.StreamResponse:
        return await serve_websocket(request, dispatcher, sessions, hello_seconds)

    async def file_route(request: web.Request) -> web.StreamResponse:
        return _file(static, request.match_info["path"])

    app = web.Application(middlewares=[gate])
    app.on_response_prepare.append(_add_headers)
    app.router.add_get("/ws", socket_route)
    app.router.add_get(f"/{documents.OPENRPC}", _document(documents.OPENRPC))
    app.router.add_get(f"/{documents.TYPESCRIPT}", _document(documents.TYPESCRIPT))
    routes(app)
    app.router.add_get("/{path:.*}", file_route)
    return app


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


def _document(name: str) -> Route:
    async def route(request: web.Request) -> web.StreamResponse:
        try:
            text = documents.read(name)
        except FileNotFoundError:
            raise web.HTTPNotFound from None
        return web.Response(body=text, headers={"Content-Type": TYPES[Path(name).suffix]})

    return route


def _file(static: Path | None, name: str) -> web.StreamResponse:
    if static is None:
        raise web.HTTPNotFound
    root = static.resolve()
    try:
        path = (root / (name or "index.html")).resolve()
        found = path.is_relative_to(root) and path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        found = False
    if not found or path.suffix not in TYPES:
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Content-Type": TYPES[path.suffix]})


def _bind(listen: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen else socket.AF_INET
    try:
        listener = socket.create_server((listen, port), family=family, backlog=128)
    except OSError as wrong:
        hint = ": another program has it; choose another with --port" if wrong.errno == errno.EADDRINUSE else ""
        raise CannotOpen(f"cannot open port {port} on {listen}: {wrong.strerror}{hint}") from wrong
    listener.setblocking(False)
    return listener
