"""What a payload may hold: its kind's shape, and ids, numbers and times within bounds. Pure.

No event is committed that could not be read again, whoever made it: `check` stands before every write. Of a file from
elsewhere each event is asked the same (`wrong_with`) before any of it is written.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from daemon.nesting import depth, holds_nul
from daemon.store.upcasters import DECODERS
from daemon.story.decide.play import CALENDAR
from daemon.story.retraction import ACTS
from protocol.catalogue import LIMITS
from protocol.errors import INTERNAL_ERROR, Fault

LONGEST = LIMITS["message_bytes"]
"""Bytes of a payload: no command could have made a longer one."""

LONGEST_ACT = 16 * LONGEST
"""Bytes of a retraction's payload: it lists all that goes with its targets, which may be most of a long story."""

_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_CLOCK = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
_AT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|\+00:00)")
_any = msgspec.json.Decoder(Any)

LOOSE = frozenset({"model.called", "proposal.refused"})
"""Kinds with fields that may hold anything."""


def moment(at: str) -> bool:
    """Whether this is a wall clock's time as the log writes it."""
    return _AT.fullmatch(at) is not None and _is_time(at[:19])


def is_id(value: object) -> bool:
    """Whether this is a short word such as every id is."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def check(kind: str, data: bytes) -> None:
    """Raises Fault(INTERNAL_ERROR) for a payload, as JSON in its present shape, that could not be read again."""
    try:
        DECODERS[kind].decode(data)
        why = wrong_with(kind, data, _any.decode(data)) or "holds the character NUL" * holds_nul(data)
    except (msgspec.DecodeError, RecursionError) as wrong:
        why = str(wrong)[:200]
    if why:
        told = f"nothing was written, since {kind} could not have been read again: {why}"
        raise Fault(INTERNAL_ERROR, told, kind=kind, why=why)


def wrong_with(kind: str, data: bytes, values: Any) -> str:
    """What is wrong with a payload, given its JSON text and the values in it; empty where nothing is."""
    longest = LONGEST_ACT if kind in ACTS else LONGEST
    if len(data) > longest:
        return f"is longer than {longest} bytes"
    if kind in ACTS:
        return ""
    if kind in LOOSE:
        return f"nests deeper than {LIMITS['depth']}" if depth(data) > LIMITS["depth"] else ""
    for name, value in _fields(values):
        fits = _RULES.get(name)
        if fits is not None and value is not None and not fits(value):
            return f"`{name}` cannot be {str(value)[:40]!r}"
    return ""


def _fields(value: Any) -> Iterator[tuple[str, Any]]:
    """Every named value in a payload, at any depth; those of a list under the list's name."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _named(name, inner)


def _named(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from _fields(value)
    elif isinstance(value, list):
        for item in value:
            yield from _named(name, item)
    else:
        yield name, value


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _clock(value: Any) -> bool:
    return isinstance(value, str) and _CLOCK.fullmatch(value) is not None and _is_time(value)


def _within(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int | float) and low <= value <= high


_RULES: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(
        ("container", "parent", "opens_to", "where", "prop", "props", "occasion", "thread", "scene", "line", "memory",
         "lore", "branch"),
        is_id,
    ),
    **dict.fromkeys(("warmth", "trust", "tension"), _within(-5, 5)),
    **dict.fromkeys(("minutes", "elapsed"), _within(0, CALENDAR)),
    "significance": _within(0, 10),
    "part": _within(0, 1_000_000),
    "clock": _clock,
}  # fmt: skip
"""What a field of this name holds, in whatever payload."""
