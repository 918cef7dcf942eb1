"""Requests over HTTP that show the token as a bearer: who may, also from another page, and bodies that come in time."""

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import cast

from aiohttp import web

from daemon.rpc.access import Access
from daemon.rpc.connection import READ_BYTES, Connection

OPEN_TO = "GET, POST, OPTIONS"

IDLE_S = 15.0
"""How long a body may pause between two bytes."""

SLOWEST = 8 * 1024
"""Bytes a second that a body must make on the whole, after the first IDLE_S."""


def options(*headers: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """What answers a browser that asks first whether a page of an admitted origin may send a request; `headers` may be
    sent beside those that every request needs."""
    allowed = {
        "Access-Control-Allow-Methods": OPEN_TO,
        "Access-Control-Allow-Headers": ", ".join(("authorization", "content-type", *headers)),
    }

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=204, headers=allowed)

    return answer


@dataclasses.dataclass(frozen=True)
class _Bearer:
    """A connection that showed the token in a header, as what ends with the token."""

    connection: Connection

    def on_close(self, callback: Callable[[], None]) -> None:
        self.connection.on_close(callback)

    def close(self, code: int = 1000, reason: str = "") -> None:
        self.connection.turn_out()  # over HTTP there is no way to say why


async def has_token(request: web.Request, access: Access) -> bool:
    """Whether the request shows the token; a wrong one is answered later. The connection ends with the token."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    given = token.strip() if kind.lower() == "bearer" else ""
    if access.admits(given):
        connection(request).vouch(lambda: True)
        access.hold(_Bearer(connection(request)))
        return True
    if given:
        await access.discourage()
    return False


def connection(request: web.Request) -> Connection:
    """The connection that a request came over."""
    return cast(Connection, request.protocol)


async def wait(request: web.Request) -> None:
    """Sends no 100: whether the body is wanted is only known once the token is."""


async def invite(request: web.Request) -> None:
    """Asks for the body where its sender waits for that."""
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # of the answer, nothing has been sent


async def in_time(request: web.Request) -> AsyncIterator[bytes]:
    """The body as it comes. Raises TimeoutError where it pauses for long or is slow on the whole."""
    began, size = time.monotonic(), 0
    while True:
        spare = IDLE_S + size / SLOWEST - (time.monotonic() - began)
        async with asyncio.timeout(min(IDLE_S, spare)):
            chunk = await request.content.read(READ_BYTES)
        if not chunk:
            return
        size += len(chunk)
        yield chunk


def unauthorised() -> web.Response:
    """The answer to a request that does not show the token."""
    text = "the token goes into the header Authorization: Bearer …"
    return web.Response(status=401, text=text, headers={"WWW-Authenticate": "Bearer", "Connection": "close"})
