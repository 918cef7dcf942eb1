"""A server that only pretends: it says over either transport what a script tells it, to test the test client itself."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer

from protocol.events import PAYLOADS

Script = Callable[[Any], list[Any]]
"""What to say to a message: JSON values, texts to be sent as they are, and None to hang up."""


@contextlib.asynccontextmanager
async def socket(script: Script) -> AsyncIterator[str]:
    """Serves a Unix socket; its path."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(text: str) -> None:
            writer.write(text.encode() + b"\n")

        while line := await reader.readline():
            if not await _answer(script, line, say):
                break
        writer.close()

    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "rpcd.sock")
        server = await asyncio.start_unix_server(serve, path)
        try:
            yield path
        finally:
            server.close()


@contextlib.asynccontextmanager
async def http(script: Script) -> AsyncIterator[str]:
    """Serves a WebSocket; the base URL. It hangs up with 4401, as for a wrong token."""

    async def serve(request: web.Request) -> web.WebSocketResponse:
        link = web.WebSocketResponse()
        await link.prepare(request)
        async for message in link:
            if not await _answer(script, message.data, link.send_str):
                await link.close(code=4401)
        return link

    app = web.Application()
    app.router.add_get("/ws", serve)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


async def _answer(script: Script, text: str | bytes, say: Callable[[str], Awaitable[None]]) -> bool:
    try:
        message = msgspec.json.decode(text)
    except msgspec.DecodeError:
        message = None
    for said in script(message):
        if said is None:
            return False
        await say(said if isinstance(said, str) else msgspec.json.encode(said).decode())
    return True


def note(method: str, **params: Any) -> dict[str, Any]:
    """A notification."""
    return {"jsonrpc": "2.0", "method": method, "params": params}


def event(seq: int, kind: str, **data: Any) -> dict[str, Any]:
    """An event as it travels, witnessed by all."""
    return {
        "seq": seq, "branch": "main", "turn": 1, "cause": None, "kind": kind,
        "version": PAYLOADS[kind].version if kind in PAYLOADS else 1,
        "at": "2026-01-31T20:15:00.000Z", "witnesses": ["you", "a", "b"], "data": data,
    }  # fmt: skip


class OpenStory:
    """A script that plays one short story: create, stream, append, play, rewind, with these ids and seqs."""

    def __init__(self, story: str = "s1", first: int = 10, reply: str = "Nobody is. Sleep.") -> None:
        self.story, self.first, self.reply = story, first, reply

    def __call__(self, message: Any) -> list[Any]:
        if not isinstance(message, dict):
            return [{"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "no JSON"}}]
        result = getattr(self, message["method"].replace(".", "_"), None)
        if result is None:
            error = {"code": -32601, "message": f"there is no method {message['method']}"}
            return [{"jsonrpc": "2.0", "id": message["id"], "error": error}]
        answer, *notes = result(message["params"])
        kind = "error" if "code" in answer else "result"
        return [{"jsonrpc": "2.0", "id": message["id"], kind: answer}, *notes]

    def hello(self, params: dict[str, Any]) -> list[Any]:
        return [{"server": "fake", "protocol": "1.0", "store": self.story, "capabilities": {}}]

    def create(self, params: dict[str, Any]) -> list[Any]:
        return [{"story": self.story, "branch": f"{self.story}-main", "head": self.first}]

    def stream(self, params: dict[str, Any]) -> list[Any]:
        return [
            {"subscription": f"{self.story}-u", "branch": f"{self.story}-main", "head": self.first, "drafts": []},
            self._events(event(self.first, "story.created", title="Rain")),
        ]

    def append(self, params: dict[str, Any]) -> list[Any]:
        if params.get("expected", self.first) != self.first:
            data = {"expected": params["expected"], "head": self.first}
            return [{"code": -32005, "message": "the story has moved on", "data": data}]
        made = event(self.first + 2, "thread.opened", thread="who", title="Who?")
        return [{"head": self.first + 2, "turn": 1, "events": [made]}, self._events(made)]

    def play(self, params: dict[str, Any]) -> list[Any]:
        lines = [f"{self.story}-{x}" for x in ("l1", "l2")]
        said = event(self.first + 5, "line.said", line=lines[0], who="you", text=params["text"])
        reply = event(self.first + 7, "line.said", line=lines[1], who="a", text=self.reply)
        cut = len(self.reply) // 2
        return [
            {"turn": 2, "head": self.first + 5},
            self._events(said),
            *(self._turn(phase) for phase in ("started", "rendering")),
            *(self._token(lines[1], at, text) for at, text in ((0, self.reply[:cut]), (cut, self.reply[cut:]))),
            self._events(reply),
            self._turn("replied", line=lines[1]),
            self._turn("done"),
        ]

    def rewind(self, params: dict[str, Any]) -> list[Any]:
        if params["to"] != self.first + 2:
            return [{"code": -32003, "message": f"no seq {params['to']}", "data": {"what": "seq", "id": params["to"]}}]
        impact = {"events": {"line.said": 2}, "lines": [], "states": {}}
        return [{"impact": impact, "to": params["to"]}]

    def _events(self, *events: dict[str, Any]) -> dict[str, Any]:
        return note(
            "event", subscription=f"{self.story}-u", story=self.story, branch=f"{self.story}-main",
            events=list(events), touches=["timeline"],
        )  # fmt: skip

    def _turn(self, phase: str, **more: Any) -> dict[str, Any]:
        return note("turn", subscription=f"{self.story}-u", turn=2, phase=phase, **more)

    def _token(self, line: str, offset: int, text: str) -> dict[str, Any]:
        return note(
            "token", subscription=f"{self.story}-u", branch=f"{self.story}-main", turn=2, line=line, speaker="a",
            kind="text", offset=offset, text=text,
        )  # fmt: skip
