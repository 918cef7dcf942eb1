"""What all connections together have going: calls in flight, answers being made, bytes that wait to be read.

Knows of a connection only what is counted here; what one may ask for by itself is session.py's.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Literal, Protocol

from protocol.catalogue import LIMITS

Transport = Literal["unix", "web"]

KEPT_FOR_UNIX = 32
"""How many calls over the Unix socket may be in flight whatever comes over the web: this user's own tools get in."""

MAKING = 4
"""How many answers that may be large are made at once, over all connections."""

MAKING_OF_ONE = 2
"""How many of them for one connection."""

LEASE_S = 1.0
"""Whoever has been at an answer for so long makes room for the next, and goes on: it waits for something else."""

LOW_BYTES = 16 * 1024 * 1024
"""With more than this waiting over all connections, no answer that may be large is begun."""

MOST_BYTES = 48 * 1024 * 1024
"""With more than this waiting over all connections, the one that has taken nothing for longest is closed."""

SMALL_BYTES = 256 * 1024
"""With no more than this waiting, a connection is not to blame for what all of them hold."""

PATIENCE_S = 2.0
"""How long others wait for a connection that takes nothing, before it is closed for them."""

HELD_BYTES = 32 * 1024 * 1024
"""With messages of more than this in flight over all connections, nothing is read from those that have any there."""

LOOK_S = 0.25


class Client(Protocol):
    """What is counted of a connection. `moved` is when it last took something, by the loop's clock."""

    transport: Transport

    @property
    def moved(self) -> float: ...

    @property
    def in_flight(self) -> int:
        """The number of the connection's calls that are not answered yet."""

    @property
    def held(self) -> int:
        """The bytes of the messages that the calls in flight came in."""

    @property
    def queued(self) -> int:
        """The number of bytes that wait for the client to take them; 0 where the connection is closed."""

    @property
    def waiting(self) -> int:
        """`queued`, and the bytes of answers that wait for the rest of their batch."""

    def give_up(self) -> None:
        """Closes the connection, since it reads too slowly."""


class Load:
    """The connections, and what is counted over them; `ignored` are the notifications that could not be served."""

    def __init__(self) -> None:
        self.ignored = 0
        self.clients: set[Client] = set()
        self._making = asyncio.Semaphore(MAKING)

    def in_flight(self, transport: Transport | None = None) -> int:
        """How many calls are in flight: over one transport, or in all."""
        return sum(c.in_flight for c in self.clients if transport in (None, c.transport))

    def full(self, transport: Transport, more: int = 0) -> bool:
        """Whether no further call over this transport may begin, when `more` are about to."""
        if self.in_flight() + more < LIMITS["in_flight_total"]:
            return False
        return transport == "web" or self.in_flight("unix") + more >= KEPT_FOR_UNIX

    @property
    def holds_much(self) -> bool:
        """Whether the messages whose calls are in flight are many bytes."""
        return sum(c.held for c in self.clients) > HELD_BYTES

    def waiting(self) -> int:
        """How many bytes wait for all connections to take them."""
        return sum(c.waiting for c in self.clients)

    def relieve(self, queued: int) -> None:
        """Keeps what waits within MOST_BYTES, now that `queued` bytes wait for one connection: closes those that have
        taken nothing for longest."""
        while queued > SMALL_BYTES and self.waiting() > MOST_BYTES and self._drop(0.0):
            pass

    @contextlib.asynccontextmanager
    async def making(self, own: asyncio.Semaphore, ready: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
        """A context in which an answer that may be large is made. Waits for its turn among those of its connection
        (`own`), until that connection has taken most of what it was sent (`ready`), and until all connections have."""
        lent: list[asyncio.Semaphore] = []
        lease: asyncio.TimerHandle | None = None

        def give_back() -> None:
            while lent:
                lent.pop().release()

        try:
            await own.acquire()
            lent.append(own)
            await ready()
            await self._making.acquire()
            lent.append(self._making)
            await self._low()
            lease = asyncio.get_running_loop().call_later(LEASE_S, give_back)
            yield
        finally:
            if lease is not None:
                lease.cancel()
            give_back()

    @property
    def much(self) -> bool:
        """Whether so much waits that no answer that may be large should be begun."""
        return self.waiting() > LOW_BYTES

    async def _low(self) -> None:
        """Waits until little waits to be taken, but for no longer than it takes to see who takes nothing: what waits
        may be of batches that wait here."""
        until = asyncio.get_running_loop().time() + PATIENCE_S + 2 * LOOK_S
        while self.much and asyncio.get_running_loop().time() < until:
            if not self._drop(PATIENCE_S):
                await asyncio.sleep(LOOK_S)

    def _drop(self, patience: float) -> bool:
        """Closes the connection that has taken nothing for longest, if for `patience` seconds. Returns whether there
        was one."""
        since = asyncio.get_running_loop().time() - patience
        slow = [c for c in self.clients if c.moved <= since and c.queued > SMALL_BYTES]
        if slow:
            min(slow, key=lambda c: c.moved).give_up()
        return bool(slow)
