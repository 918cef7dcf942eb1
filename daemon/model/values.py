"""What an endpoint's JSON may hold: decoding that fails in one way only, counts, and the words of an error. Pure."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from daemon.model.failures import Failure

MOST = 2**53
"""No count of an endpoint's is larger; beyond it, clients that count in floats would no longer count."""

TOO_DEEP = "sends JSON that is nested so deep that it cannot be read"

T = TypeVar("T")


def decoded(data: bytes | str, decode: Callable[[Any], T], why: str) -> T:
    """What `decode`, one of msgspec's, makes of the data. Failure where it makes nothing of it: `why`, or the depth."""
    try:
        return decode(data)
    except RecursionError:
        raise Failure(TOO_DEEP) from None
    except (msgspec.DecodeError, UnicodeError):
        raise Failure(why) from None


def count(value: Any, most: int = MOST) -> int | None:
    """The value if it is a count, a whole number from 0 to `most`; else None. JSON's `true` is none, nor is 1.0."""
    return value if type(value) is int and 0 <= value <= most else None
