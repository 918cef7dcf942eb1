"""Handlers, which serve methods, and what a handler may ask of the connection that a call came over."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import msgspec

from daemon.rpc.load import Transport


class Caller(Protocol):
    """The connection that a call came over, as handlers see it."""

    transport: Transport

    client: str
    """What the program at the other end calls itself; empty until it has said so."""

    admitted: bool
    """Whether other calls than `hello` are served."""

    @property
    def open(self) -> bool:
        """Whether the connection has not ended."""

    def notify(self, method: str, params: bytes) -> None:
        """Queues a notification; `params` is a JSON object. A client that has stopped reading is closed with 1013."""

    async def writable(self) -> None:
        """Waits until little is queued or the connection is closed. One that sends much awaits it before each piece."""

    def making(self) -> AbstractAsyncContextManager[None]:
        """Is entered while an answer is made that may be large; waits until there is room for it."""

    def answered(self) -> Awaitable[object]:
        """An awaitable that is done when the answer to the message of the handler that asks has gone out."""

    def on_close(self, callback: Callable[[], None]) -> None:
        """Has `callback` called once when the connection ends, or at once if it has ended."""

    def cancel(self, id: int | str) -> bool:
        """Cancels the call of this connection with this id; False where none is in flight."""

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Closes the connection; what is in flight ends without being heard."""

    def leave(self, code: int = 1000, reason: str = "") -> None:
        """Reads no more, and closes the connection when all that is in flight is answered."""


Handler = Callable[..., Awaitable[Any]]
"""Serves one method: takes its params Struct, or nothing where that is NoParams; answers with the result Struct, or
with JSON as a msgspec.Raw.

Raises Fault for an error of the protocol. Anything else it raises is a fault of ours: clients get its code alone, and
the log its kind and place.
"""


class NeedsCaller(msgspec.Struct, frozen=True):
    """Marks a handler that is given the caller as well, before the params."""

    serve: Handler


Handlers = dict[str, Handler | NeedsCaller]
"""By the method's name."""
