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
    """A method of the protocol. `ordered`: calls of one story on one connection are applied as received."""

    name: str
    params: type[Any]
    result: type[Any]
    doc: str
    errors: tuple[int, ...] = ()
    example: dict[str, Any] = {}
    answer: dict[str, Any] = {}
    ordered: bool = False
