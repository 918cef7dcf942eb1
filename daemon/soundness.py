"""Whether an event from elsewhere says what an event of ours could say: ids, numbers and times within bounds. Pure.

The decoded shape has been checked before; here is what the shapes of payloads leave open, since `decide` sees to it.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from daemon.story.references import SEQS
from protocol.catalogue import LIMITS

LONGEST = LIMITS["message_bytes"]
"""Bytes of a payload but for the seqs that it names: no command could have made a longer one."""

MOST_SEQS = 1_000_000
"""Seqs that a payload names. They are counted, not measured: in another store they are longer or shorter."""

LARGEST = 2**63
"""Beyond every number in a payload; SQLite, which reads in payloads, knows no larger ones either."""

_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_CLOCK = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
_AT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|\+00:00)")
_CALENDAR = 10_000 * 366 * 24 * 60
"""Minutes: no calendar reaches further."""

LOOSE = frozenset({"model.called", "proposal.refused"})
"""Kinds with fields that may hold anything."""

_SEQS = frozenset(name.rstrip("_") for names in SEQS.values() for name in names)


def moment(at: str) -> bool:
    """Whether this is a wall clock's time as the log writes it."""
    return _AT.fullmatch(at) is not None and _is_time(at[:19])


def is_id(value: object) -> bool:
    """Whether this is a short word such as every id is."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


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
    **dict.fromkeys(("minutes", "elapsed"), _within(0, _CALENDAR)),
    **dict.fromkeys(("significance", "talkativeness", "matters"), _within(0, 10)),
    "part": _within(0, 1_000_000),
    "clock": _clock,
}  # fmt: skip
"""What a field of this name holds, in whatever payload."""
