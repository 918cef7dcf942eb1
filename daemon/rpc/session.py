"""One connection, of whatever transport: who is on it, what it may still send, and what waits to go out to it.

Knows no sockets (a Pipe is what it needs of them) and no methods but `hello`, which comes first on the web.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Iterable
from typing import Literal, Protocol

from daemon.rpc import messages
from daemon.rpc.dispatch import Dispatcher, Ready, refuse
from daemon.rpc.flight import Flight
from daemon.rpc.messages import Call, Message, Refusal
from protocol.catalogue import LIMITS
from protocol.errors import BUSY, UNAUTHORISED, Error

Transport = Literal["unix", "web"]

GOING_AWAY = 1001
TRY_AGAIN_LATER = 1013
UNAUTHORISED_CLOSE = 4401

QUEUED_BYTES = 8 * 1024 * 1024
"""With more than this waiting to go out, the next notification closes the connection: its reader has stalled."""

PAUSE_BYTES = 1024 * 1024
"""With more than this waiting to go out, nothing is read."""

HELD_BYTES = 8 * 1024 * 1024
"""With messages of more than this in flight, nothing is read."""

SPARE = 8
"""How many calls beyond the limit may begin, since they are not refused: notifications, `stop`, `cancel`."""

RETRY_S = 0.1


class Pipe(Protocol):
    """What a session needs of its transport. None of it waits."""

    def send(self, text: bytes) -> None:
        """Queues a message. The session's `relieved` is called when the queue has become short again."""

    def backlog(self) -> int:
        """How many bytes wait to go out."""

    def close(self, code: int, reason: str) -> None:
        """Closes, after what is queued has gone out (but for TRY_AGAIN_LATER). Codes are those of WebSockets."""


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
        self._flight = Flight(lambda call: dispatcher.answer(self, call), self._deliver, self._settle)
        self._farewells: list[Callable[[], None]] = []
        self._leaving: tuple[int, str] | None = None
        self._changed = asyncio.Event()
        registry.add(self)

    # What handlers use.

    def notify(self, method: str, params: bytes) -> None:
        """Queues a notification; `params` is a JSON object. A client that has stopped reading is closed with 1013."""
        if not self.open:
            return
        if self._pipe.backlog() > QUEUED_BYTES:
            self.close(TRY_AGAIN_LATER, "reads too slowly")
            return
        self._pipe.send(b'{"jsonrpc":"2.0","method":"%b","params":%b}' % (method.encode(), params))

    async def writable(self) -> None:
        """Waits until little is queued or the session is closed. What has much to tell waits before each piece."""
        while self.open and self._pipe.backlog() > PAUSE_BYTES:
            await self._change()

    def answered(self) -> Awaitable[object]:
        """For a handler to give to others: is done when the answer to the message that it serves has gone out."""
        return self._flight.answered()

    def on_close(self, callback: Callable[[], None]) -> None:
        """Has this called once when the connection ends, for whatever reason; at once if it has ended."""
        if self.open:
            self._farewells.append(callback)
        else:
            callback()

    def cancel(self, id: int | str) -> bool:
        """Cancels the call of this connection with this id; False where none is in flight."""
        return self._flight.cancel(id)

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Closes the connection; what is in flight ends without being heard."""
        if self.open:
            self._pipe.close(code, reason)
            self.gone()

    def leave(self, code: int = 1000, reason: str = "") -> None:
        """Reads no more, and closes the connection when all that is in flight is answered."""
        if self._leaving is None:
            self._leaving = code, reason
        self._settle()

    async def ended(self) -> None:
        """Waits until the connection is closed and nothing of it is in flight."""
        while self in self._registry:
            await self._change()

    # What transports use.

    @property
    def reading(self) -> bool:
        """Whether messages are still taken."""
        return self.open and self._leaving is None

    @property
    def crowded(self) -> bool:
        """Whether nothing should be read for now; `room` waits for the end of that."""
        most = LIMITS["in_flight"] + SPARE if self.admitted else 1
        return (
            self._flight.count >= most or self._flight.held > HELD_BYTES or self._pipe.backlog() > PAUSE_BYTES
        )  # fmt: skip

    async def room(self) -> None:
        """Waits until a message may be read or the session is closed."""
        while self.open and self.crowded:
            await self._change()

    def receive(self, text: bytes) -> None:
        """Takes a message, while `reading`, and starts what it asks for. The answers go out by themselves."""
        self._take(messages.read(text), len(text))

    def receive_too_long(self) -> None:
        """Takes note of a message that was too long to be kept."""
        self._take(messages.too_long(), 0)

    def relieved(self) -> None:
        """Is told by the pipe that its queue has become short."""
        self._changed.set()

    def gone(self) -> None:
        """Is told by the transport that the connection has ended."""
        if not self.open:
            return
        self.open = False
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
        entries = [entry for entry in (self._prepare(e, full) for e in message.entries) if entry is not None]
        if message.batch:
            self._flight.start_batch(entries, size)
            return
        for entry in entries:
            if isinstance(entry, Ready):
                self._flight.start(entry, size)
            else:
                self._pipe.send(refuse(entry))

    def _prepare(self, entry: Call | Refusal, full: bool) -> Ready | Refusal | None:
        if isinstance(entry, Refusal):
            return entry
        found = self._dispatcher.prepare(entry)
        if full and isinstance(found, Ready) and not found.urgent and found.id is not None:
            data = {"limit": LIMITS["in_flight"], "retry": RETRY_S}
            return Refusal(found.id, Error(BUSY, "too many requests of this connection are in flight", data))
        return found

    def _turn_away(self, message: Message) -> None:
        first = message.entries[0]
        if message.batch or isinstance(first, Call):
            id = None if message.batch else first.id
            why = {"why": "hello"}
            first = Refusal(id, Error(UNAUTHORISED, "the first message is `hello`, with the token", why))
        self._pipe.send(refuse(first))
        self.leave(UNAUTHORISED_CLOSE, "the first message is hello")

    def _deliver(self, answer: bytes) -> None:
        if self.open:
            self._pipe.send(answer)

    def _settle(self) -> None:
        self._changed.set()
        if self._flight.count:
            return
        if not self.open:
            self._registry.discard(self)
        elif self._leaving is not None:
            self.close(*self._leaving)

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()


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
