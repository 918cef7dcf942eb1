"""The client's end of the wire: calls, notifications, and subscriptions that outlive a lost connection.

Knows nothing of what the methods mean, and starts no daemon (see process.py).
"""

import asyncio
import contextlib
import itertools
import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from client.wire.patience import Tell, patiently
from protocol import places
from protocol.catalogue import VERSION
from protocol.errors import NOT_FOUND, Error, Fault
from protocol.ids import EntityId
from protocol.version import FABULA

T = TypeVar("T")

Note = Callable[[str, dict[str, Any]], None]
"""Takes a notification: its method and params.

Seven are our own: `drafts` (those that run as a subscription begins or is taken up again), `turns` (how far the latest
turn was by then, told after the events up to there), `lost`, `back`, `refused` (a daemon answers, but not to us). Two
tell of subscriptions that ended as the connection came back: `gone` (there is no such story any more) and `another`
(the store is not the one it was, so that no seq and no id means what it did).
"""

LONGEST_MESSAGE = 256 * 1024 * 1024
PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between attempts to come back; the last one is repeated."""


class Lost(ConnectionError):  # noqa: N818 - what is told to the user
    """The daemon went away before it answered."""


class Subscription(msgspec.Struct):
    """A story that is followed through a lens, and how far: events up to `seq` were seen on `branch`; `turns` wait for
    `head`."""

    story: str
    asked: str | None
    tokens: bool
    id: str
    branch: str
    seq: int
    head: int = 0
    turns: list[dict[str, Any]] = []
    lens: Sequence[EntityId] = ()


class Incoming(msgspec.Struct):
    """A response or a notification."""

    id: int | str | None = None
    method: str | None = None
    params: dict[str, Any] = {}
    result: Any = None
    error: Error | None = None


class _Pending(msgspec.Struct):
    """A call under way; `then` sees the result before any later message is read."""

    future: asyncio.Future[Any]
    then: Callable[[Any], None]


class Connection:
    """One connection to the daemon of a home. It comes back by itself, and its subscriptions with it.

    `hello` is what the daemon said at first, `times` how often it was connected to. Where `waiting` is set, what is
    refused as busy is asked again, and it is told so.
    """

    def __init__(self, home: Path, note: Note) -> None:
        self.home = home
        self.socket = places.runtime_dir(home) / places.SOCKET
        self.hello: dict[str, Any] = {}
        self.times = 0
        self.waiting: Tell | None = None
        self._note = note
        self._ids = itertools.count(1)
        self._pending: dict[int | str | None, _Pending] = {}
        self._subscriptions: list[Subscription] = []
        self._decoder = msgspec.json.Decoder(Incoming)
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._up = asyncio.Event()
        self._hurry = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether calls would go out now."""
        return self._up.is_set()

    @property
    def store(self) -> str:
        """The name of the store at the other end."""
        return str(self.hello.get("store", ""))

    async def open(self) -> None:
        """Connects and says hello. Raises OSError where nothing answers, Fault where it refuses."""
        await self._patiently(self._greeted)
        self._up.set()
        self._keeping = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Ends the connection for good."""
        for task in (self._keeping, self._reading):
            if task:
                task.cancel()
        if self._writer:
            self._writer.close()
        await asyncio.gather(*(t for t in (self._keeping, self._reading) if t), return_exceptions=True)

    async def back(self) -> None:
        """Waits until the connection stands again, trying at once."""
        self._hurry.set()
        await self._up.wait()

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a call. Raises Fault as the daemon says, Lost where it went away meanwhile.

        Who no longer waits for it cancels it at the daemon, too.
        """

        async def ask() -> dict[str, Any]:
            if not self._up.is_set():
                raise Lost("the daemon isn't answering")
            result: dict[str, Any] = await self._send(method, params)
            return result

        return await self._patiently(ask)

    async def follow(
        self, story: str, branch: str | None = None, after: int | None = None, of_branch: str | None = None,
        tokens: bool = True, lens: Sequence[EntityId] = (),
    ) -> Subscription:  # fmt: skip
        """Subscribes to a story; from then on its notifications come, across lost connections too. With a lens, they
        hold only what that perceives."""
        seq = -1 if after is None else after
        subscription = Subscription(story, branch, tokens, "", of_branch or "", seq, lens=lens)
        self._subscriptions.append(subscription)
        try:
            await self._subscribe(subscription)
        except BaseException:
            self._subscriptions.remove(subscription)
            raise
        return subscription

    async def leave(self, subscription: Subscription) -> None:
        """Ends a subscription, unless it has ended."""
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)
            with contextlib.suppress(Lost, Fault):
                await self.call("unstream", subscription=subscription.id)

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        return await (ask() if self.waiting is None else patiently(ask, self.waiting))

    async def _greeted(self) -> None:
        try:
            await self._connect()
        except Fault:
            if self._writer:
                self._writer.close()
            raise

    async def _connect(self) -> None:
        self.socket = places.runtime_dir(self.home) / places.SOCKET  # it may have moved where the home became read-only
        if os.stat(self.socket.parent).st_uid != os.getuid():  # noqa: PTH116 - no traversal of a foreign link
            raise PermissionError(f"{self.socket.parent} is not yours")
        reader, self._writer = await asyncio.open_unix_connection(self.socket, limit=LONGEST_MESSAGE)
        self._reading = asyncio.create_task(self._read(reader))
        self.times += 1
        self.hello = await self._send("hello", {"client": f"rpc {FABULA}", "protocol": VERSION})

    async def _subscribe(self, s: Subscription) -> None:
        def then(result: dict[str, Any]) -> None:
            s.id = result["subscription"]
            if s.seq < 0:
                s.branch, s.seq = result["branch"], result["head"]
            self._note("drafts", {"story": s.story, "drafts": result["drafts"]})
            s.head, s.turns = result["head"], result.get("turns", [])
            self._tell_turns(s)

        params: dict[str, Any] = {"story": s.story, "tokens": s.tokens}
        params |= {"lens": list(s.lens)} if s.lens else {}
        params |= {"branch": s.asked} if s.asked else {}
        params |= {"after": s.seq} if s.seq >= 0 else {}
        params |= {"of_branch": s.branch} if s.seq >= 0 and s.branch else {}
        await self._send("stream", params, then)

    async def _send(self, method: str, params: dict[str, Any], then: Callable[[Any], None] = lambda _: None) -> Any:
        if self._writer is None or self._reading is None or self._reading.done():
            raise Lost("the daemon isn't answering")
        id, future = next(self._ids), asyncio.get_running_loop().create_future()
        self._pending[id] = _Pending(future, then)
        try:
            message = {"jsonrpc": "2.0", "id": id, "method": method, "params": params}
            self._tell(message)
            await self._writer.drain()
            return await future
        except ConnectionError as wrong:
            raise Lost("the daemon went away") from wrong
        except asyncio.CancelledError:
            self._tell({"jsonrpc": "2.0", "method": "cancel", "params": {"id": id}})
            raise
        finally:
            self._pending.pop(id, None)

    def _tell(self, message: dict[str, Any]) -> None:
        if self._writer:
            self._writer.write(msgspec.json.encode(message) + b"\n")

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                self._take(self._decoder.decode(line))
        except (
            OSError,
            ValueError,
            msgspec.MsgspecError,
        ):  # a line beyond the limit or one that is no message: not our daemon
            pass
        finally:
            if self._writer:
                self._writer.close()
            for pending in self._pending.values():
                if not pending.future.done():
                    pending.future.set_exception(Lost("the daemon went away"))

    def _take(self, message: Incoming) -> None:
        if message.method is not None:
            self._see(message.method, message.params)
            self._note(message.method, message.params)
            for s in self._subscriptions:
                self._tell_turns(s)
            return
        pending = self._pending.get(message.id)
        if pending is None or pending.future.done():
            return
        if message.error:
            error = message.error
            pending.future.set_exception(Fault(error.code, error.message, **(error.data or {})))
        else:
            pending.then(message.result)
            pending.future.set_result(message.result)

    def _see(self, method: str, params: dict[str, Any]) -> None:
        for s in self._subscriptions:
            if s.id != params.get("subscription"):
                continue
            if method == "event" and params["events"]:
                s.branch, s.seq = params["branch"], params["events"][-1]["seq"]
            elif method == "branch":
                s.branch, s.seq = params["branch"], params["common"]

    def _tell_turns(self, s: Subscription) -> None:
        if s.turns and s.seq >= s.head:
            turns, s.turns = s.turns, []
            self._note("turns", {"story": s.story, "turns": turns})

    async def _keep(self) -> None:
        while self._reading is not None:
            await asyncio.wait([self._reading])
            self._up.clear()
            self._note("lost", {})
            await self._come_back()
            self._up.set()
            self._note("back", {})

    async def _take_up(self) -> None:
        """Subscribes to each story once more; those that are not there any more have ended."""
        for subscription in list(self._subscriptions):
            try:
                await self._subscribe(subscription)
            except Fault as fault:
                if fault.code != NOT_FOUND:
                    raise
                self._subscriptions.remove(subscription)
                self._note("gone", {"story": subscription.story})

    async def _come_back(self) -> None:
        for pause in itertools.chain(PAUSES, itertools.repeat(PAUSES[-1])):
            try:
                store = self.store
                await self._connect()
                if store and store != self.store:
                    self._subscriptions.clear()
                    self._note("another", {"store": self.store})
                await self._take_up()
                return
            except (OSError, Fault) as failed:
                if isinstance(failed, Fault):
                    self._note("refused", {"message": failed.message})
            if self._writer:
                self._writer.close()
            self._hurry.clear()
            try:
                await asyncio.wait_for(self._hurry.wait(), pause)
            except TimeoutError:
                continue
