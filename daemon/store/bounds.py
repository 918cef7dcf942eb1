"""What a payload may hold: its kind's shape, and ids, numbers and times within bounds. Pure.

No event is committed that could not be read again, whoever made it: `check` stands before every write. Of a file from
elsewhere each event is asked the same (`wrong_with`) before any of it is written.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from daemon.nesting import holds_nul
from daemon.store.upcasters import DECODERS
from daemon.story.decide.play import CALENDAR
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
        told = f"nothing was written, since {kind} could not have been read again: {why}"
        raise Fault(INTERNAL_ERROR, told, kind=kind, why=why)


def wrong_with(kind: str, data: bytes, values: Any) -> str:
    """What is wrong with a payload, given its JSON text and the values in it; empty where nothing is."""
    rules = {} if kind in LOOSE else _RULES
    seqs = digits = 0
    level: list[tuple[str, Any]] = [("", values)]
    for _ in range(LIMITS["depth"] + 1):
        inner: list[tuple[str, Any]] = []
        nests = False
        for name, value in level:
            match value:
                case dict():
                    inner += value.items()
                    nests = True
                case list():  # what is in it has the name of the list
                    inner += [(name, x) for x in value]
                    nests = True
                case None:
                    pass
                case _:
                    if isinstance(value, int | float) and not -LARGEST < value < LARGEST:
                        return f"`{name}` cannot be a number so large"
                    if name in rules and not rules[name](value):
                        return f"`{name}` cannot be {str(value)[:40]!r}"
                    if name in _SEQS and isinstance(value, int):
                        seqs, digits = seqs + 1, digits + len(str(value))
        if not nests:
            break
        level = inner
    else:
        return f"nests deeper than {LIMITS['depth']}"
    if len(data) - digits > LONGEST:
        return f"is longer than {LONGEST} bytes"
    return f"names more than {MOST_SEQS} events" if seqs > MOST_SEQS else ""


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
