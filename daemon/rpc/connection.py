"""A connection to the HTTP port: aiohttp's, bounded in time and memory until it has shown the token, and discreet.

Knows no routes and no sessions: whoever sees the token vouches for the connection.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, cast

from aiohttp import web

from daemon.logs import log_fault
from daemon.rpc.frames import CheckedFrames

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Vary": "Origin",
    "Server": "",
}
"""On every answer. An empty Server, since aiohttp would else name itself and Python with their versions."""

STRANGER_S = 30.0
"""A connection that has not shown the token is ended after so long, whatever it does."""

STALLED_S = 30.0
"""How long an answer may take to be taken."""

UNANSWERED_BYTES = 512 * 1024
"""A stranger that sends more than this ahead of its answers is cut off. Its largest request is smaller."""

READ_BYTES = 64 * 1024
"""How much of a body is read ahead."""

LINGER_S = 1.0
"""How long a body that nobody wants is thrown away, so that its sender comes to read the answer."""

_log = logging.getLogger(__name__)


class Guests:
    """The connections of the port, at most so many; a quarter may be strangers, who have not shown the token."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._all: dict[Connection, None] = {}

    def room(self) -> bool:
        """Whether there is room for one more. The strangers that have been there longest make room, nobody else."""
        strangers = [guest for guest in self._all if guest.stranger]
        while strangers and (len(strangers) >= max(self._most // 4, 1) or len(self._all) >= self._most):
            strangers.pop(0).turn_out()
        return len(self._all) < self._most

    def enter(self, guest: "Connection") -> None:
        """Begins to count a connection."""
        self._all[guest] = None

    def leave(self, guest: "Connection") -> None:
        """Counts a connection no longer; does nothing where it was not counted."""
        self._all.pop(guest, None)


class Connection(web.RequestHandler):
    """One connection. It is a `stranger` until it has shown the token."""

    def __init__(self, server: web.Server, guests: Guests, header_s: float) -> None:
        """`header_s` is how long the head of a request may take to come, the wait for it included."""
        loop = asyncio.get_running_loop()
        super().__init__(
            server,
            loop=loop,
            keepalive_timeout=header_s,
            lingering_time=LINGER_S,
            read_bufsize=READ_BYTES,
            access_log=None,  # type: ignore[arg-type]  # turns it off
            auto_decompress=False,
        )
        self._guests = guests
        self._known: Callable[[], bool] = lambda: False
        self._wire: asyncio.Transport | None = None
        self._out = False
        self._unanswered = 0
        self._discards = False
        self._on_loss: list[Callable[[], None]] = []
        guests.enter(self)
        self._lapse = loop.call_later(STRANGER_S, self._turn_out_a_stranger)

    @property
    def stranger(self) -> bool:
        """Whether the connection has not shown the token yet."""
        return not self._known()

    def vouch(self, known: Callable[[], bool]) -> None:
        """Sets how to find out from now on whether the connection has shown the token."""
        self._known = known

    @contextlib.contextmanager
    def when_lost(self, callback: Callable[[], None]) -> Iterator[None]:
        """While this lasts, has `callback` called when the other side is gone; at once if it is."""
        self.on_close(callback)
        try:
            yield
        finally:
            self._on_loss.remove(callback)

    def on_close(self, callback: Callable[[], None]) -> None:
        """Has `callback` called once when the connection ends, or at once if it has ended."""
        self._on_loss.append(callback)
        if self._wire is None or self._wire.is_closing():
            callback()

    def turn_out(self) -> None:
        """Ends the connection at once; what waits to go out is dropped."""
        self._out = True
        self._guests.leave(self)
        if self._wire is not None:
            self._wire.abort()

    def _turn_out_a_stranger(self) -> None:
        if self.stranger:
            self.turn_out()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._wire = cast(asyncio.Transport, transport)
        if self._out:
            self._wire.abort()
            return
        # An answer counts as given when the system has all of it: what is closed then needs nobody to wait for it.
        self._wire.set_write_buffer_limits(0)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._guests.leave(self)
        self._lapse.cancel()
        for callback in tuple(self._on_loss):
            callback()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unanswered += len(data)
        if self._unanswered > UNANSWERED_BYTES and self.stranger and not self._discards:
            self.turn_out()
        elif not self._out:
            super().data_received(data)

    def set_parser(self, parser: Any, data_received_cb: Callable[[], None] | None = None) -> None:
        frames = CheckedFrames(parser, lambda: self.stranger)
        super().set_parser(cast(Any, frames), data_received_cb)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        if isinstance(resp, web.HTTPException):
            # aiohttp's own may quote the request; ours say no more than this.
            resp.text = f"{resp.status}: {resp.reason}"
        if not request.content.is_eof():
            resp.force_close()  # the rest of a body that nobody wants is no request
        try:
            async with asyncio.timeout(STALLED_S):
                return await super().finish_response(request, resp, start_time)
        except TimeoutError:
            self.turn_out()
            return resp, True
        finally:
            self._unanswered = 0
            self._discards = not resp.keep_alive

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Says no more than the status, and logs only faults of ours: aiohttp would quote the request in both. That
        whoever asked has gone away is none."""
        gone = isinstance(exc, ConnectionError) and (self.transport is None or self.transport.is_closing())
        if status >= 500 and exc is not None and not gone:
            log_fault(_log, "answering a request", exc)
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun already")
        answer = web.Response(status=status, text=f"{status}: {HTTPStatus(status).phrase}", headers=HEADERS)
        answer.force_close()
        return answer

    def log_exception(self, *args: Any, **named: Any) -> None:
        """Logs the kind of an exception and where it was raised, not its message."""
        if isinstance(wrong := named.get("exc_info"), BaseException):
            log_fault(_log, "serving a connection", wrong)


class Full(asyncio.Protocol):
    """Answers a connection that is one too many with 503, and closes it."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        out = cast(asyncio.Transport, transport)
        lines = [
            f"{name}: {value}" for name, value in (HEADERS | {"Connection": "close", "Content-Length": "0"}).items()
        ]
        out.write("\r\n".join(["HTTP/1.1 503 Service Unavailable", *lines, "", ""]).encode())
        out.close()
