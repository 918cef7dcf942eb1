"""A WebSocket as a session's pipe: one JSON text a frame. Routes, Host and Origin are web.py's, frames frames.py's."""

import asyncio
from collections import deque
from typing import Any, Literal, cast

from aiohttp import WSMsgType, web

from daemon.rpc.connection import Connection
from daemon.rpc.dispatch import Dispatcher
from daemon.rpc.outbox import PAUSE_BYTES
from daemon.rpc.session import TRY_AGAIN_LATER, UNAUTHORISED_CLOSE, Session
from protocol.catalogue import LIMITS

TEXT_ONLY, INVALID_TEXT = 1003, 1007

CUT_OFF_BYTES = 2 * LIMITS["message_bytes"]
"""A frame that is too long is answered as such; one longer than this is not read to its end, but closed with 1009."""

HEARTBEAT_S = 16.0
"""How often the other side is asked whether it is there; it has half of that to answer. So a frozen client is gone in
30 s at the most, with the farewell, and seconds that aiohttp rounds up."""

FAREWELL_S = 3.0
"""How long closing may take, with sending what is queued."""

Socket = web.WebSocketResponse[Literal[False]]


async def serve_websocket(
    request: web.Request, dispatcher: Dispatcher, sessions: set[Session], hello_seconds: float
) -> Socket:
    """Serves a connection until it ends. Without a good `hello` in time it is closed with 4401."""
    # Texts stay bytes: they are decoded once, as JSON. Compressing would cost more than it saves on loopback.
    socket: Socket = web.WebSocketResponse(
        heartbeat=HEARTBEAT_S,
        timeout=FAREWELL_S,
        max_msg_size=CUT_OFF_BYTES,
        compress=False,
        decode_text=False,
    )
    await socket.prepare(request)
    frames = _Frames(socket, request.transport, dispatcher, sessions)
    session = frames.session
    cast(Connection, request.protocol).vouch(lambda: session.admitted)

    def lapse() -> None:
        if not session.admitted:
            session.close(UNAUTHORISED_CLOSE, "no hello came")

    deadline = asyncio.get_running_loop().call_later(hello_seconds, lapse)
    reading = asyncio.create_task(_read(socket, session))
    ends: set[asyncio.Future[Any]] = {reading, frames.farewell}
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        deadline.cancel()
        # aiohttp waits for the other side's close only where nobody else reads.
        reading.cancel()
        await asyncio.wait([reading])
        session.disconnected()
        await frames.finish()
    return socket


async def _read(socket: Socket, session: Session) -> None:
    while session.open:
        frame = await socket.receive()
        if frame.type is WSMsgType.BINARY:
            session.close(TEXT_ONLY, "one JSON text a frame, no binary")
        elif frame.type is not WSMsgType.TEXT:
            return
        elif not _is_utf8(frame.data):
            session.close(INVALID_TEXT, "a text is UTF-8")
        elif session.reading:
            session.receive(frame.data)
            await session.room()


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


class _Frames:
    """The pipe: a queue, and a task that empties it."""

    def __init__(
        self, socket: Socket, transport: asyncio.Transport | None, dispatcher: Dispatcher, sessions: set[Session]
    ) -> None:
        self._socket, self._transport = socket, transport
        self._queue: deque[bytes] = deque()
        self._queued = 0
        self._filled = asyncio.Event()
        self._last = False
        self._writing = asyncio.create_task(self._write())
        self.farewell: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()
        self.session = Session(dispatcher, self, "web", sessions)

    def send(self, text: bytes) -> None:
        self._queue.append(text)
        self._queued += len(text)
        self._filled.set()

    def backlog(self) -> int:
        return self._queued + (self._transport.get_write_buffer_size() if self._transport is not None else 0)

    def unread(self) -> int:
        return self.backlog()

    def close(self, code: int, reason: str) -> None:
        if not self.farewell.done():
            self.farewell.set_result((code, reason))

    async def finish(self) -> None:
        """Sends what is queued and the close that was asked for, and waits for the other side's."""
        self.close(1000, "")
        code, reason = self.farewell.result()
        self._last = True
        self._filled.set()
        if code == TRY_AGAIN_LATER:
            self._writing.cancel()
        try:
            async with asyncio.timeout(FAREWELL_S):
                await asyncio.wait([self._writing])
                await self._socket.close(code=code, message=reason.encode(), drain=False)
        except (TimeoutError, ConnectionError):
            pass  # it was not there to hear it
        finally:
            self._writing.cancel()
            self._abort()

    async def _write(self) -> None:
        try:
            while self._queue or not self._last:
                if not self._queue:
                    self._filled.clear()
                    await self._filled.wait()
                    continue
                await self._socket.send_frame(self._queue[0], WSMsgType.TEXT)
                self._queued -= len(self._queue.popleft())
                if self._queued <= PAUSE_BYTES:
                    self.session.relieved()
        except ConnectionError:
            self.session.disconnected()
            self._abort()

    def _abort(self) -> None:
        # A mere close would wait for ever for a reader that has stalled.
        if self._transport is not None:
            self._transport.abort()
