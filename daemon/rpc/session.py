"""One connection, of whatever transport: who is on it, and what it may still send.

Knows no sockets (outbox.py tells what it needs of them) and no methods but `hello`, which comes first on the web. What
all connections may ask for together is load.py's.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from functools import partial

from daemon.rpc import messages
from daemon.rpc.dispatch import Dispatcher, Ready, refuse
from daemon.rpc.flight import Flight
from daemon.rpc.load import MAKING_OF_ONE, Transport
from daemon.rpc.messages import Call, Message, Refusal
from daemon.rpc.outbox import PAUSE_BYTES, Outbox, Pipe
from protocol.catalogue import LIMITS
from protocol.errors import BUSY, UNAUTHORISED, Error

GOING_AWAY = 1001
TRY_AGAIN_LATER = 1013
UNAUTHORISED_CLOSE = 4401

HELD_BYTES = 8 * 1024 * 1024
"""With messages of more than this in flight, nothing is read."""

SPARE = 8
"""How many calls beyond a limit may begin, since they are not refused: notifications, `stop`, `cancel`."""

LONG_BYTES = 64 * 1024
"""A longer message is read in a thread, so that it does not hold up all others."""

SHARE_S = 0.002
"""After so much work on what one connection sends, the others have their turn."""

RETRY_S = 0.1


class Session:
    """A connection. It is in the registry from its beginning until it is closed and nothing of it is in flight.

    A connection that is lost cancels nothing: what is in flight ends, and its answers are dropped.
    """

    def __init__(self, dispatcher: Dispatcher, pipe: Pipe, transport: Transport, registry: "set[Session]") -> None:
        self.id = secrets.token_hex(8)
        self.transport = transport
        self.client = ""
        self.admitted = transport == "unix"
        self.open = True
        self._dispatcher, self._pipe, self._registry = dispatcher, pipe, registry
        self._load = dispatcher.load
        self._out = Outbox(pipe, self._load, self.give_up)
        self._flight = Flight(partial(dispatcher.answer, self), self._deliver, self._settle, lambda: self._load.much)
        self._making = asyncio.Semaphore(MAKING_OF_ONE)
        self._long: asyncio.Task[None] | None = None
        self._spent = 0.0
        self._farewells: list[Callable[[], None]] = []
        self._leaving: tuple[int, str] | None = None
        self._changed = asyncio.Event()
        registry.add(self)
        self._load.clients.add(self)

    # What handlers use; Caller says what each of these does.

    def notify(self, method: str, params: bytes) -> None:
        if self.open:
            self._out.tell(b'{"jsonrpc":"2.0","method":"%b","params":%b}' % (method.encode(), params))

    async def writable(self) -> None:
        while self.open and self._out.queued > PAUSE_BYTES:
            await self._change()

    def making(self) -> AbstractAsyncContextManager[None]:
        return self._load.making(self._making, self.writable)

    def answered(self) -> Awaitable[object]:
        return self._flight.answered()

    def on_close(self, callback: Callable[[], None]) -> None:
        if self.open:
            self._farewells.append(callback)
        else:
            callback()

    def cancel(self, id: int | str) -> bool:
        return self._flight.cancel(id)

    def close(self, code: int = 1000, reason: str = "") -> None:
        if self.open:
            self._pipe.close(code, reason)
            self.disconnected()

    def leave(self, code: int = 1000, reason: str = "") -> None:
        if self._leaving is None:
            self._leaving = code, reason
        self._settle()

    # What the doors use.

    def give_up(self) -> None:
        """Closes the connection with 1013, since it reads too slowly; what is queued is let go."""
        self.close(TRY_AGAIN_LATER, "reads too slowly")

    async def ended(self) -> None:
        """Waits until the connection is closed and nothing of it is in flight."""
        while self in self._registry:
            await self._change()

    # What is counted over all connections.

    @property
    def in_flight(self) -> int:
        """The number of the connection's calls that are not answered yet."""
        return self._flight.count

    @property
    def held(self) -> int:
        """The bytes of the messages that the calls in flight came in."""
        return self._flight.held

    @property
    def queued(self) -> int:
        """The number of bytes that wait for the client to take them; 0 where the connection is closed."""
        return self._out.queued if self.open else 0

    @property
    def waiting(self) -> int:
        """`queued`, and the bytes of answers that wait for the rest of their batch."""
        return self._flight.made + self.queued

    @property
    def moved(self) -> float:
        """When the client last took something of what waits for it, by the loop's clock."""
        return self._out.moved

    # What transports use.

    @property
    def reading(self) -> bool:
        """Whether messages are still taken."""
        return self.open and self._leaving is None

    @property
    def crowded(self) -> bool:
        """Whether nothing should be read for now; `room` waits for the end of that."""
        flight, most = self._flight, LIMITS["in_flight"] + SPARE if self.admitted else 1
        return (
            self._long is not None or self._spent > SHARE_S or flight.count >= most
            or flight.held > HELD_BYTES or (flight.held > 0 and self._load.holds_much)
            or (flight.unasked >= SPARE and self._load.full(self.transport)) or self._out.queued > PAUSE_BYTES
        )  # fmt: skip

    async def room(self) -> None:
        """Waits until a message may be read or the session is closed."""
        while self.open and self.crowded:
            if self._spent > SHARE_S:
                self._spent = 0.0
                await asyncio.sleep(0)
                continue
            with contextlib.suppress(TimeoutError):  # of what all have in flight it is not told
                async with asyncio.timeout(RETRY_S):
                    await self._change()

    def receive(self, text: bytes) -> None:
        """Takes a message, while `reading`, and starts what it asks for. The answers go out by themselves."""
        if len(text) > LONG_BYTES:
            self._long = asyncio.create_task(self._receive_long(text))
            return
        began = time.perf_counter()
        self._take(messages.read(text), len(text))
        self._spent += time.perf_counter() - began

    def receive_too_long(self) -> None:
        """Takes note of a message that was too long to be kept."""
        self._take(messages.too_long(), 0)

    def relieved(self) -> None:
        """Looks again whether messages may be read; the pipe calls this when its queue has become short."""
        self._changed.set()

    def disconnected(self) -> None:
        """Closes the session and calls what was registered by `on_close`; the transport calls this at its end."""
        if not self.open:
            return
        self.open = False
        self._out.end()
        for callback in self._farewells:
            callback()
        self._farewells.clear()
        self._settle()

    # One message.

    def _take(self, message: Message, size: int) -> None:
        if not self.admitted and not _greets(message):
            self._turn_away(message)
            return
        full = self._flight.count >= LIMITS["in_flight"]
        entries: list[Ready | Refusal] = []
        for entry in message.entries:
            found = entry if isinstance(entry, Refusal) else self._dispatcher.prepare(entry)
            if isinstance(found, Ready):
                found = self._unless_busy(found, full, len(entries))
            if found is not None:
                entries.append(found)
        if message.batch:
            self._flight.start_batch(entries, size)
            return
        for found in entries:
            if isinstance(found, Ready):
                self._flight.start(found, size)
            else:
                self._deliver(refuse(found))

    async def _receive_long(self, text: bytes) -> None:
        try:
            self._take(await asyncio.to_thread(messages.read, text), len(text))
        finally:
            self._long = None
            self._settle()

    def _unless_busy(self, call: Ready, full: bool, before: int) -> Ready | Refusal:
        """The call, or BUSY where too many are in flight; `before` is how many come before it in its batch."""
        if call.urgent or call.id is None:
            return call
        if full:
            return _busy(call.id, "too many requests of this connection are in flight", LIMITS["in_flight"])
        if self._load.full(self.transport, before):
            return _busy(call.id, "too many requests of all connections are in flight", LIMITS["in_flight_total"])
        return call

    def _turn_away(self, message: Message) -> None:
        first = message.entries[0]
        if message.batch or isinstance(first, Call):
            id = None if message.batch else first.id
            why = {"why": "hello"}
            first = Refusal(id, Error(UNAUTHORISED, "the first message is `hello`, with the token", why))
        self._deliver(refuse(first))
        self.leave(UNAUTHORISED_CLOSE, "the first message is hello")

    def _deliver(self, answer: bytes) -> None:
        if self.open:
            self._out.answer(answer)

    def _settle(self) -> None:
        self._changed.set()
        if self._flight.count or self._long is not None:
            return
        if not self.open:
            self._registry.discard(self)
            self._load.clients.discard(self)
        elif self._leaving is not None:
            self.close(*self._leaving)

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()


def _busy(id: int | str, why: str, limit: int) -> Refusal:
    return Refusal(id, Error(BUSY, f"{why}; try again in a moment", {"limit": limit, "retry": RETRY_S}))


def _greets(message: Message) -> bool:
    first = message.entries[0]
    return not message.batch and isinstance(first, Call) and first.method == "hello" and first.id is not None


async def dismiss(sessions: Iterable[Session], seconds: float) -> None:
    """Lets what is in flight end and closes the sessions; those that take longer than this are cut off."""
    remaining = list(sessions)
    for session in remaining:
        session.leave(GOING_AWAY, "the daemon stops")
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            for session in remaining:
                await session.ended()
    for session in remaining:
        session.close(GOING_AWAY, "the daemon stops")
