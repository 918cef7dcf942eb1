"""A bare socket to the web port, for requests and frames that no client would send."""

import asyncio
import base64
import contextlib
import struct
from collections.abc import AsyncIterator
from typing import NamedTuple

import msgspec

PATIENCE = 20.0
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Answer(NamedTuple):
    """An HTTP answer: its status, its headers (names in lower case), its body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, data: bytes) -> None:
        """Sends what the other side still takes."""
        with contextlib.suppress(ConnectionError):
            self.writer.write(data)
            await self.writer.drain()

    async def answer(self, head_only: bool = False) -> Answer:
        """The next HTTP answer; `head_only` for one to HEAD, or to an upgrade."""
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), PATIENCE)
        status, *fields = head.decode("latin-1").strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        length = 0 if head_only else int(headers.get("content-length", "0"))
        return Answer(
            int(status.split()[1]), headers, await asyncio.wait_for(self.reader.readexactly(length), PATIENCE)
        )

    async def rest(self) -> bytes:
        """All that comes until the other side closes."""
        told = b""
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(PATIENCE):
                while more := await self.reader.read(65536):
                    told += more
        return told

    async def frame(self) -> tuple[int, bytes] | None:
        """The next frame from the server, by opcode and payload; None at the end of the connection."""
        try:
            async with asyncio.timeout(PATIENCE):
                first, length = await self.reader.readexactly(2)
                if length == 126:
                    [length] = struct.unpack("!H", await self.reader.readexactly(2))
                elif length == 127:
                    [length] = struct.unpack("!Q", await self.reader.readexactly(8))
                return first & 15, await self.reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    async def code(self) -> int | None:
        """The code that the server closes with, whatever it says before; None where it just ends."""
        while (got := await self.frame()) is not None:
            if got[0] == CLOSE:
                return int(struct.unpack("!H", got[1][:2])[0])
        return None


@contextlib.asynccontextmanager
async def wire(port: int) -> AsyncIterator[Wire]:
    """A connection that says nothing by itself."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**26)
    try:
        yield Wire(reader, writer)
    finally:
        writer.transport.abort()


def request(port: int, line: str = "GET / HTTP/1.1", *more: str, host: str | None = None) -> bytes:
    """A request with a Host, and further header lines; a lone surrogate stands for a byte that is not UTF-8."""
    lines = [line, f"Host: {host or f'127.0.0.1:{port}'}", *more, "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")


def upgrade(port: int, *more: str) -> bytes:
    """The request that opens the WebSocket."""
    key = base64.b64encode(b"0123456789abcdef").decode()
    wanted = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}")
    return request(port, "GET /ws HTTP/1.1", *wanted, *more)


@contextlib.asynccontextmanager
async def websocket(port: int, token: str | None = None) -> AsyncIterator[Wire]:
    """The WebSocket, and with a token its hello said and answered."""
    async with wire(port) as opened:
        await opened.send(upgrade(port))
        assert (await opened.answer(head_only=True)).status == 101
        if token is not None:
            await opened.send(frame(call("hello", client="raw", protocol="1.0", token=token)))
            got = await opened.frame()
            assert got is not None and b'"result"' in got[1]
        yield opened


def call(method: str, **params: object) -> bytes:
    """A request of the protocol."""
    return msgspec.json.encode({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})


def frame(
    payload: bytes = b"",
    opcode: int = TEXT,
    *,
    last: bool = True,
    masked: bool = True,
    reserved: int = 0,
    declared: int | None = None,
    wide: int = 0,
) -> bytes:
    """A client's frame. `declared` is the length that it names, `wide` in how many bytes (2 or 8) at least."""
    length = len(payload) if declared is None else declared
    first = (0x80 if last else 0) | reserved << 4 | opcode
    bit = 0x80 if masked else 0
    if wide == 8 or length > 0xFFFF:
        head = struct.pack("!BBQ", first, bit | 127, length)
    elif wide == 2 or length > 125:
        head = struct.pack("!BBH", first, bit | 126, length)
    else:
        head = struct.pack("!BB", first, bit | length)
    if not masked:
        return head + payload
    mask = b"\x5a\xa5\x33\xcc"
    return head + mask + bytes(byte ^ mask[n % 4] for n, byte in enumerate(payload))
