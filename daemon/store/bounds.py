"""What a payload may hold: its kind's shape, and ids, numbers and times within bounds. Pure.

No event is committed that could not be read again, whoever made it: `check` stands before every write. Of a file from
elsewhere each event is asked the same (`wrong_with`) before any of it is written.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import repeat
from typing import Any

import msgspec

from daemon.json_depth import holds_nul
from daemon.store.upcasters import DECODERS
from daemon.story.decide.clock import CALENDAR
from daemon.story.references import SEQS
from protocol.catalogue import LIMITS
from protocol.errors import INTERNAL_ERROR, Fault

LONGEST = LIMITS["message_bytes"]
"""Bytes of a payload but for the seqs that it names: no command could have made a longer one."""

MOST_SEQS = 1_000_000
"""Seqs that a payload names. They are counted, not measured: in another store they are longer or shorter."""

LARGEST = 2**63
"""Beyond every number in a payload; SQLite, which reads in payloads, knows no larger ones either."""

_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_CLOCK = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
_AT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|\+00:00)")
_any = msgspec.json.Decoder(Any)

LOOSE = frozenset({"model.called", "proposal.refused"})
"""Kinds with fields that may hold anything."""

_SEQS = frozenset(name.rstrip("_") for names in SEQS.values() for name in names)


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
        message = f"nothing was written, since {kind} could not have been read again: {why}"
        raise Fault(INTERNAL_ERROR, message, kind=kind, why=why)


def wrong_with(kind: str, data: bytes, values: Any) -> str:
    """What is wrong with a payload, given its JSON text and the values in it; empty where nothing is."""
    named = _Named()
    if why := _wrong("", (values,), {} if kind in LOOSE else _RULES, 1 + LIMITS["depth"], named):
        return why
    if len(data) - named.digits > LONGEST:
        return f"is longer than {LONGEST} bytes"
    return f"names more than {MOST_SEQS} events" if named.seqs > MOST_SEQS else ""


class _Named:
    """How many seqs a payload names, and how many digits they have."""

    seqs = digits = 0


def _wrong(name: str, value: Any, rules: Mapping[str, Callable[[Any], bool]], room: int, named: _Named) -> str:
    """What is wrong within an object, or within a list of this name, that may nest so deep; empty where nothing is.

    Written to be quick, since every event is asked before it is committed.
    """
    if not room:
        return f"nests deeper than {LIMITS['depth']}"
    for inner, x in value.items() if type(value) is dict else zip(repeat(name), value):
        kind = type(x)
        if kind is dict or kind is list:
            if why := _wrong(inner, x, rules, room - 1, named):
                return why
            continue
        if x is None:
            continue
        if kind is not str:
            if not -LARGEST < x < LARGEST:
                return f"`{inner}` cannot be a number so large"
            if inner in _SEQS and kind is int:
                named.seqs, named.digits = named.seqs + 1, named.digits + len(str(x))
        if inner in rules and not rules[inner](x):
            return f"`{inner}` cannot be {str(x)[:40]!r}"
    return ""


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _clock(value: Any) -> bool:
    return isinstance(value, str) and _CLOCK.fullmatch(value) is not None and _is_time(value)


def _within(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


_RULES: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(
        ("container", "parent", "opens_to", "where", "prop", "props", "occasion", "thread", "scene", "line", "memory",
         "lore", "branch", "branch_kind"),
        is_id,
    ),
    **dict.fromkeys(("warmth", "trust", "tension"), _within(-5, 5)),
    **dict.fromkeys(("minutes", "elapsed"), _within(0, CALENDAR)),
    **dict.fromkeys(("significance", "talkativeness", "matters"), _within(0, 10)),
    "part": _within(0, 1_000_000),
    "clock": _clock,
}  # fmt: skip
"""What a field of this name holds, in whatever payload."""
