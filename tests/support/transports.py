"""The two transports as a test sees them: whole JSON texts both ways. What is in the texts is wire_client.py's."""

import asyncio
import contextlib
from typing import Protocol

import aiohttp

from tests.support.catalogue_shapes import Mismatch


class Link(Protocol):
    """A transport: whole JSON texts both ways; None is the end."""

    async def send(self, text: str) -> None: ...
    async def receive(self) -> str | bytes | None: ...
    async def close(self) -> None: ...
    @property
    def code(self) -> int | None: ...


class Lines:
    """The Unix socket: a JSON text a line."""

    code = None

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, text: str) -> None:
        self.writer.write(text.encode() + b"\n")
        await self.writer.drain()

    async def receive(self) -> bytes | None:
        line = await self.reader.readline()
        if line and not line.endswith(b"\n"):
            raise Mismatch(f"a line without an end: {line!r}"[:300])
        return line or None

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()


class Frames:
    """The WebSocket: a JSON text a frame."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    @property
    def code(self) -> int | None:
        return self.socket.close_code

    async def send(self, text: str) -> None:
        await self.socket.send_str(text)

    async def receive(self) -> str | None:
        message = await self.socket.receive()
        if message.type == aiohttp.WSMsgType.BINARY:
            raise Mismatch("a binary frame")
        return message.data if message.type == aiohttp.WSMsgType.TEXT else None

    async def close(self) -> None:
        await self.socket.close()
