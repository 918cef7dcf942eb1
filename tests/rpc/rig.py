"""Both doors, open, with handlers that do as they are told; and a peer that talks to them as raw as one likes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import aiohttp.web
import msgspec

from daemon.backups.gate import Gate
from daemon.files.transfers import Transfers
from daemon.rpc.access import Access
from daemon.rpc.dispatch import Dispatcher
from daemon.rpc.entrance import Entrance
from daemon.rpc.handler import Caller, Handlers, NeedsCaller
from daemon.rpc.transfer import add_routes
from daemon.rpc.unix import UnixDoor, serve_unix
from daemon.rpc.web import CONNECTIONS, Routes, WebDoor, serve_web
from protocol.errors import REFUSED, Fault
from tests.support.transports import Frames, Lines, Link

PATIENCE = 20.0
LONGEST = 64 * 1024 * 1024
LARGEST_UPLOAD = 1024 * 1024
SECRET = "the butler did it, says /etc/passwd"


class Toy:
    """Handlers, and what they saw. `append` and `probe` wait for the gate that `key` or `model` names, if any."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.ended: list[str] = []
        self.notified = 0
        self.closed = asyncio.Event()
        self._gates: dict[str, asyncio.Event] = {}

    def gate(self, name: str) -> asyncio.Event:
        return self._gates.setdefault(name, asyncio.Event())

    async def append(self, params: Any) -> dict[str, Any]:
        name = f"{params.story}/{params.expected}"
        self.began.append(name)
        if params.key:
            await self.gate(params.key).wait()
        self.ended.append(name)
        return {"head": params.expected, "turn": 1, "events": []}

    async def probe(self, params: Any) -> dict[str, Any]:
        self.began.append(str(params.base_url))
        if params.model:
            await self.gate(params.model).wait()
        self.ended.append(str(params.base_url))
        return {"endpoint": params.base_url}

    async def status(self, caller: Caller) -> dict[str, Any]:
        return {"client": caller.client}

    async def stop(self, params: Any) -> dict[str, Any]:
        return {"turn": None, "kept": ""}

    async def models(self) -> Any:
        return msgspec.Raw(b'{\n  "roles": []\n}')

    async def stories(self, params: Any) -> Any:
        raise ValueError(SECRET)

    async def takes(self, params: Any) -> Any:
        """An answer of so many bytes as the line says, when the gate is open that the branch names, if any."""
        self.began.append(params.line)
        if params.branch:
            await self.gate(params.branch).wait()
        return msgspec.Raw(b'{"takes":"%b"}' % (b"x" * int(params.line)))

    async def switch(self, params: Any) -> Any:
        raise Fault(REFUSED, "no", rule="slot_full", why="it is full", command=0)

    async def branches(self, params: Any) -> Any:
        return {"lone": "\ud800"}

    async def stream(self, caller: Caller, params: Any) -> dict[str, Any]:
        caller.on_close(self.closed.set)
        self._pouring = asyncio.create_task(self._pour(caller, params.after or 0, caller.answered()))
        return {"subscription": "u1"}

    async def _pour(self, caller: Caller, count: int, answered: Awaitable[object]) -> None:
        await answered
        text = msgspec.json.encode({"text": "x" * 1000})
        for _ in range(count):
            if self.closed.is_set():
                return
            caller.notify("token", text)
            self.notified += 1
            await asyncio.sleep(0)

    def handlers(self) -> Handlers:
        names = ("append", "probe", "stop", "models", "stories", "switch", "branches", "takes")
        return {
            **{name: getattr(self, name) for name in names},
            **{name: NeedsCaller(getattr(self, name)) for name in ("status", "stream")},
        }


class Peer:
    """One connection; what it says is not checked."""

    def __init__(self, link: Link) -> None:
        self.link = link

    async def say(self, message: Any) -> None:
        text = message if isinstance(message, str) else msgspec.json.encode(message).decode()
        await self.link.send(text)

    async def hear(self) -> Any:
        """The next message; None at the end of the connection."""
        text = await asyncio.wait_for(self.link.receive(), PATIENCE)
        return None if text is None else msgspec.json.decode(text)

    async def call(self, method: str, params: dict[str, Any] | None = None, id: Any = 1) -> Any:
        """Says a request and hears the next message."""
        await self.begin(method, params, id)
        return await self.hear()

    async def begin(self, method: str, params: dict[str, Any] | None = None, id: Any = 1) -> None:
        await self.say({"jsonrpc": "2.0", "id": id, "method": method, "params": params or {}})

    async def tell(self, method: str, params: dict[str, Any] | None = None) -> None:
        """Says a notification."""
        await self.say({"jsonrpc": "2.0", "method": method, "params": params or {}})


class Rig:
    """Both doors on one dispatcher."""

    def __init__(self, runtime: Path) -> None:
        self.runtime = runtime
        self.toy = Toy()
        self.access = Access(runtime / "token")
        self.transfers = Transfers(runtime, LARGEST_UPLOAD)
        entrance = Entrance("fabula test", lambda: "store-1", {"stream": True}, self.access)
        handlers: Handlers = {
            "hello": NeedsCaller(entrance.hello),
            "cancel": NeedsCaller(entrance.cancel),
            "rotate_token": NeedsCaller(entrance.rotate_token),
        }
        self.gate = Gate()
        self.dispatcher = Dispatcher({**self.toy.handlers(), **handlers}, gate=self.gate.among_others)
        self.unix_door: UnixDoor
        self.web_door: WebDoor

    @property
    def token(self) -> str:
        return (self.runtime / "token").read_text().strip()

    @contextlib.asynccontextmanager
    async def unix(self) -> AsyncIterator[Peer]:
        reader, writer = await asyncio.open_unix_connection(str(self.unix_door.path), limit=LONGEST)
        link = Lines(reader, writer)
        try:
            yield Peer(link)
        finally:
            await link.close()

    @contextlib.asynccontextmanager
    async def web(self, hello: bool = True, token: str | None = None, **options: Any) -> AsyncIterator[Peer]:
        async with aiohttp.ClientSession() as http:
            socket = await http.ws_connect(f"{self.web_door.url}/ws", max_msg_size=LONGEST, **options)
            peer = Peer(Frames(socket))
            if hello:
                answer = await peer.call("hello", {"client": "test", "protocol": "1.0", "token": token or self.token})
                assert answer["result"]["server"] == "fabula test"
            try:
                yield peer
            finally:
                await socket.close()

    def by(self, transport: str) -> contextlib.AbstractAsyncContextManager[Peer]:
        return self.web() if transport == "web" else self.unix()


@contextlib.asynccontextmanager
async def rig(
    runtime: Path,
    static: Path | None = None,
    origins: tuple[str, ...] = (),
    hello_seconds: float = PATIENCE,
    most: int = CONNECTIONS,
    routes: Routes = lambda app: None,
) -> AsyncIterator[Rig]:
    """The doors, open on a free port and on a socket in this directory; `routes` adds some before the others."""
    made = Rig(runtime)

    def all_routes(app: aiohttp.web.Application) -> None:
        routes(app)
        add_routes(app, made.transfers, made.access)

    made.unix_door = await serve_unix(runtime / "rpcd.sock", made.dispatcher, most)
    made.web_door = await serve_web(
        made.dispatcher, listen="127.0.0.1", port=0, origins=origins, static=static, hello_seconds=hello_seconds,
        routes=all_routes, most=most,
    )  # fmt: skip
    try:
        yield made
    finally:
        made.transfers.forget()
        await made.unix_door.close(0.2)
        await made.web_door.close(0.2)


async def until(what: Callable[[], object]) -> None:
    """Waits until this callable answers with something true."""
    async with asyncio.timeout(PATIENCE):
        while not what():
            await asyncio.sleep(0.001)
