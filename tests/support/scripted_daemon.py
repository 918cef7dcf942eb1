"""A scripted daemon on a Unix socket, for what the real one does not do on demand: vanish, or be of another version."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from protocol import places

Answer = Callable[[dict[str, Any]], Any]


class Peer:
    """Answers each method as `answers` says; what is raised there is an error. `calls` holds what was asked."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, Answer] = {"hello": lambda _: {"server": "fabula 0.0.0", "capabilities": {}}}
        self.after: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        run = places.runtime_dir(self.home)
        run.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, run / places.SOCKET)

    async def vanish(self) -> None:
        """Ends as a killed daemon does: connections are cut, the socket's file stays."""
        assert self._server
        self._server.close()
        for writer in self._writers:
            writer.close()
        self._writers.clear()
        await asyncio.sleep(0)

    async def notify(self, method: str, **params: Any) -> None:
        await self.say({"jsonrpc": "2.0", "method": method, "params": params})

    async def say(self, message: Any) -> None:
        for writer in self._writers:
            writer.write((message if isinstance(message, str) else json.dumps(message)).encode() + b"\n")
            await writer.drain()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                request = json.loads(line)
                method, params = request["method"], request.get("params", {})
                self.calls.append((method, params))
                if method not in self.answers:
                    continue
                answer = self.answers[method](params)
                kind = "error" if isinstance(answer, dict) and "code" in answer else "result"
                writer.write(json.dumps({"jsonrpc": "2.0", "id": request.get("id"), kind: answer}).encode() + b"\n")
                for note, given in self.after.get(method, []):
                    writer.write(json.dumps({"jsonrpc": "2.0", "method": note, "params": given}).encode() + b"\n")
        writer.close()
