"""What is said of each method, and what every method's calls are bound by."""

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
"""What may be wrong with any call about a story, and with the store that it is in."""

WRITE = STORY
"""And with one that writes."""


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
    """Its calls wait while the store is replaced, and are refused where the store cannot be read. Not so those of a
    method that keeps nothing of a story in hand, or that sees to this itself."""

    large: bool = False
    """Its answers may be long, whatever was asked, so they are made when there is room for them."""
