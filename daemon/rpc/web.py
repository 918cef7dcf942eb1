"""The door for browsers: one port with the WebSocket, the web client's files and the protocol's documents.

Every route checks Host, Origin and the site that asks before anything else. What is said over the WebSocket is not
known here.
"""

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import cast

from aiohttp import web

from daemon.rpc.access import Addresses
from daemon.rpc.connection import HEADERS, Connection, Full, Guests
from daemon.rpc.dispatch import Dispatcher
from daemon.rpc.page import TYPES, page_files
from daemon.rpc.private import CannotOpen
from daemon.rpc.session import Session, dismiss
from daemon.rpc.websocket import serve_websocket
from protocol import documents
from protocol.catalogue import LIMITS

CONNECTIONS = 256
"""How many there may be at once; a quarter of them before the token is shown."""

Route = Callable[[web.Request], Awaitable[web.StreamResponse]]

Routes = Callable[[web.Application], None]
"""Adds routes of its own to an application."""


class WebDoor:
    """The open port (`port` is the one taken, `url` its base without a slash) and the sessions on it."""

    def __init__(
        self, runner: web.AppRunner, listening: asyncio.Server, url: str, port: int, sessions: set[Session]
    ) -> None:
        self.url, self.port, self.sessions = url, port, sessions
        self._runner, self._listening = runner, listening

    async def close(self, seconds: float = 2.0) -> None:
        """Takes no new connections, and answers what is in flight for at most this long."""
        self._listening.close()
        await dismiss(self.sessions, seconds)
        await self._runner.cleanup()


async def serve_web(
    dispatcher: Dispatcher,
    *,
    listen: str,
    port: int,
    origins: Iterable[str],
    static: Path | None,
    any_port: bool = False,
    routes: Routes = lambda _: None,
    hello_seconds: float = LIMITS["hello_seconds"],
    most: int = CONNECTIONS,
) -> WebDoor:
    """Opens the port (0 takes a free one, and so does `any_port` where another program has it) on this address.

    `static` holds the web client, `routes` adds more.

    `hello_seconds` is also how long the head of a request may take; `most` bounds the connections. Raises CannotOpen.
    """
    listener = _bind(listen, port, any_port=any_port)
    taken = int(listener.getsockname()[1])
    sessions: set[Session] = set()
    app = web_app(dispatcher, Addresses(listen, taken, origins), sessions, static, hello_seconds, routes)
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    server, guests = cast(web.Server, runner.server), Guests(most)
    listening = await asyncio.get_running_loop().create_server(
        lambda: Connection(server, guests, hello_seconds) if guests.room() else Full(), sock=listener
    )
    host = f"[{listen}]" if ":" in listen else listen
    return WebDoor(runner, listening, f"http://{host}:{taken}", taken, sessions)


def web_app(
    dispatcher: Dispatcher,
    addresses: Addresses,
    sessions: set[Session],
    static: Path | None,
    hello_seconds: float,
    routes: Routes = lambda _: None,
) -> web.Application:
    """The routes."""
    files = page_files(static)

    @web.middleware
    async def gate(request: web.Request, handler: Route) -> web.StreamResponse:
        why = _refused(addresses, request)
        return web.Response(status=403, text=why) if why else await handler(request)

    async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(HEADERS)
        origin = request.headers.get("Origin")
        if origin in addresses.origins:
            # Lets the page that asks read the answer.
            response.headers["Access-Control-Allow-Origin"] = origin

    async def socket_route(request: web.Request) -> web.StreamResponse:
        return await serve_websocket(request, dispatcher, sessions, hello_seconds)

    async def file_route(request: web.Request) -> web.StreamResponse:
        return _file(files, request.match_info["path"])

    app = web.Application(middlewares=[gate])
    app.on_response_prepare.append(add_headers)
    app.router.add_get("/ws", socket_route)
    app.router.add_get(f"/{documents.OPENRPC}", _document(documents.OPENRPC, "application/json"))
    app.router.add_get(f"/{documents.TYPESCRIPT}", _document(documents.TYPESCRIPT, "text/plain; charset=utf-8"))
    routes(app)
    app.router.add_get("/{path:.*}", file_route)
    return app


def _refused(addresses: Addresses, request: web.Request) -> str | None:
    headers = request.headers
    origins = headers.getall("Origin", [])
    why = addresses.refuse(headers.getall("Host", []), origins, request.raw_path)
    if why or (request.method == "GET" and request.path == "/" and _navigates(request)):
        return why
    return addresses.refuse_site(headers.getall("Sec-Fetch-Site", []), origins)


def _navigates(request: web.Request) -> bool:
    """Whether somebody follows a link to here, in a window of its own."""
    return (request.headers.get("Sec-Fetch-Mode"), request.headers.get("Sec-Fetch-Dest")) == ("navigate", "document")


def _document(name: str, type: str) -> Route:
    async def route(request: web.Request) -> web.StreamResponse:
        try:
            text = documents.read(name)
        except FileNotFoundError:
            raise web.HTTPNotFound from None
        return web.Response(body=text, headers={"Content-Type": type})

    return route


def _file(files: Mapping[str, Path], name: str) -> web.StreamResponse:
    path = files.get(name)
    try:
        body = path.read_bytes() if path else None
    except OSError:  # it was there once
        body = None
    if path is None or body is None:
        raise web.HTTPNotFound
    return web.Response(body=body, headers={"Content-Type": TYPES[path.suffix]})


def _bind(listen: str, port: int, *, any_port: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen else socket.AF_INET
    try:
        listener = socket.create_server((listen, port), family=family, backlog=128)
    except OSError as wrong:
        if any_port and wrong.errno == errno.EADDRINUSE:
            return _bind(listen, 0, any_port=False)
        hint = ": another program has it; choose another with --port" if wrong.errno == errno.EADDRINUSE else ""
        raise CannotOpen(f"cannot open port {port} on {listen}: {wrong.strerror}{hint}") from wrong
    listener.setblocking(False)
    return listener
