"""The shape of a method's entry in the catalogue, and the limits that bind all calls."""

from typing import Any

import msgspec

from protocol import errors as e

VERSION = "1.0"
"""The protocol's version, `major.minor`; another major is refused."""

LIMITS = {
    "message_bytes": 4 * 1024 * 1024,
    "depth": 64,
    "batch": 50,
    "in_flight": 32,
    "in_flight_total": 256,
    "id_bytes": 128,
    "hello_seconds": 5,
    "hello_bytes": 64 * 1024,
}

STORY = (e.NOT_FOUND, e.INVALID_PARAMS, e.STORAGE)
"""The errors that a call about a story may be answered with."""

WRITE = STORY
"""The errors that a call may be answered with that writes to a story."""


class Method(msgspec.Struct, frozen=True):
    """A method of the protocol: what it takes, answers and is for, and how its calls are treated."""

    name: str
    params: type[Any]
    result: type[Any]
    doc: str
    errors: tuple[int, ...] = ()
    example: dict[str, Any] = {}
    answer: dict[str, Any] = {}
    """With `example`, a call and what it answers; left out where calls are recorded (protocol/exchange.py)."""

    see: tuple[str, ...] = ()
    """The methods that a reader of this one's description should know of."""

    ordered: bool = False
    """Its calls that name one story are served one after the other, as they were received on a connection."""

    urgent: bool = False
    """Its calls are served however many others are in flight."""

    gated: bool = True
    """Its calls wait while the store is being replaced, and are refused where the store cannot be read. It is false for
    a method that holds nothing of a story while it works, or that sees to the waiting itself."""

    reads: bool = False
    """Its calls change nothing, neither in a story nor elsewhere."""

    large: bool = False
    """Its answers may be long, whatever was asked, so they are made when there is room for them."""
