"""What waits to go out over one connection, and whether it moves: a reader that has stalled is given up.

Knows no sockets (a Pipe is what it needs of them) and nothing of what is said.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from daemon.rpc.load import Load

QUEUED_BYTES = 8 * 1024 * 1024
"""With more than this waiting to go out, the next notification closes the connection: its reader has stalled."""

PAUSE_BYTES = 1024 * 1024
"""With more than this waiting to go out, nothing is read, and no answer that may be large is made."""

STALLED_S = 28.0
"""A connection that takes nothing of what waits for it for so long is given up: nobody may be left to read it."""

LOOK_S = 1.0
"""How often a connection for which something waits is looked at."""


class Pipe(Protocol):
    """What an outbox needs of a transport. No method waits."""

    def send(self, text: bytes) -> None:
        """Queues a message. The session's `relieved` is called when the queue has become short again."""

    def backlog(self) -> int:
        """How many bytes wait to go out."""

    def unread(self) -> int:
        """How many bytes the other side has yet to take, with those that the system holds for it where that tells."""

    def close(self, code: int, reason: str) -> None:
        """Closes, after what is queued has gone out (but for TRY_AGAIN_LATER). Codes are those of WebSockets."""


class Outbox:
    """The way out of one connection. `moved` is when the other side last took something, or had nothing to take, by the
    loop's clock; `give_up` is called once it has taken too little for too long."""

    def __init__(self, pipe: Pipe, load: Load, give_up: Callable[[], None]) -> None:
        self.moved = 0.0
        self._pipe, self._load, self._give_up = pipe, load, give_up
        self._sent = self._taken = self._answer = 0
        self._looking: asyncio.TimerHandle | None = None

    @property
    def queued(self) -> int:
        """How many bytes wait to go out."""
        return self._pipe.backlog()

    def answer(self, text: bytes) -> None:
        """Queues an answer; one that is large is no reason to close for the notification that comes next."""
        self._answer = len(text)
        self._send(text)

    def tell(self, text: bytes) -> None:
        """Queues a notification, or gives up where too much waits already."""
        if self._pipe.backlog() > QUEUED_BYTES + self._answer:
            self._give_up()
        else:
            self._send(text)

    def end(self) -> None:
        """Stops looking whether the other side takes what waits."""
        if self._looking is not None:
            self._looking.cancel()

    def _send(self, text: bytes) -> None:
        if self._looking is None:
            loop = asyncio.get_running_loop()
            self.moved, self._taken = loop.time(), self._sent
            self._looking = loop.call_later(LOOK_S, self._look)
        self._sent += len(text)
        self._pipe.send(text)
        self._load.relieve(self._pipe.backlog())

    def _look(self) -> None:
        self._looking = None
        left = self._pipe.unread()
        if not left:
            return
        loop = asyncio.get_running_loop()
        taken = self._sent - left
        if taken > self._taken:
            self.moved = loop.time()
        self._taken = taken
        if loop.time() - self.moved > STALLED_S:
            self._give_up()
        else:
            self._looking = loop.call_later(LOOK_S, self._look)
