"""What `set` is given, in the shape of what is set."""

from typing import TypeVar

import msgspec

from protocol.commands import Set
from protocol.errors import INVALID_PARAMS, Fault


class Values(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of what can be set, by what it is set of."""


V = TypeVar("V", bound=Values)


def values(c: Set, shape: type[V]) -> V:
    """The values of a command in a shape. Raises Fault: bad params."""
    try:
        return msgspec.convert(c.values, shape)
    except msgspec.ValidationError as wrong:
        raise Fault(INVALID_PARAMS, f"values of {c.what}: {wrong}") from wrong
