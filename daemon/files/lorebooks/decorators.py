"""The decorators of version 3: lines at the beginning of a text, `@@name value`, that say when it comes up.

A line with three signs is the one to take where those before it are not understood. Pure.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

_LINE = re.compile(r"(@{2,3})([a-z_]{1,40})[ \t]*(.*)", re.IGNORECASE)
MOST = 100
"""Lines of decorators that are read."""


def _lines(value: str) -> Any:
    number = int(value)
    if not 0 <= number <= 1000:
        raise ValueError
    return number


def _words(value: str) -> Any:
    return [x.strip() for x in value.split(",") if x.strip()]


KNOWN: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "activate_only_after": ("after", _lines),
    "activate_only_every": ("every", _lines),
    "depth": ("depth", _lines),
    "scan_depth": ("scan_depth", _lines),
    "additional_keys": ("also", _words),
    "exclude_keys": ("never", _words),
    "activate": ("constant", lambda value: True),
    "constant": ("constant", lambda value: True),
    "dont_activate": ("enabled", lambda value: False),
}
"""By name: the rule that it states, and how its value is read. Raises ValueError for a wrong value."""

_WRITTEN = {
    rule: name for name, (rule, _) in KNOWN.items() if rule not in ("constant", "enabled", "depth", "scan_depth")
}
"""By rule that no field says: the name of the decorator that does."""


class Decorated(NamedTuple):
    """What decorators say: values of rules, the text without them, the lines themselves, and the names of those that
    are not understood."""

    rules: dict[str, Any]
    text: str
    lines: list[str]
    unknown: list[str]


def parted(content: str) -> Decorated:
    """A text parted from its decorators."""
    lines = content.replace("\r\n", "\n").split("\n")
    n = 0
    while n < min(len(lines), MOST) and (_LINE.fullmatch(lines[n].strip()) or (n and not lines[n].strip())):
        n += 1
    taken = [x.strip() for x in lines[:n] if x.strip()]
    rules: dict[str, Any] = {}
    unknown: list[str] = []
    waiting = False  # whether the last one was not understood, so that one in its place counts
    for found in (_LINE.fullmatch(line) for line in taken):
        if found is None or (found[1] == "@@@" and not waiting):
            continue
        read = _read(found[2].lower(), found[3].strip())
        waiting = read is None
        if read is None:
            unknown.append(found[2].lower())
        elif read[0] not in rules:
            rules[read[0]] = read[1]
    if rules.get("constant"):
        rules["enabled"] = True
    return Decorated(rules, "\n".join(lines[n:]) if taken else content, taken, unknown)


def written(lines: list[str], changed: Mapping[str, Any], text: str) -> str:
    """A text with these decorators, those of the changed rules said anew."""
    kept = [line for line in lines if _rule_of(line) not in changed]
    new = [f"@@{_WRITTEN[rule]} {_value(value)}" for rule, value in changed.items() if rule in _WRITTEN and value]
    return "\n".join([*kept, *new, text])


def _value(value: Any) -> str:
    return ",".join(value) if isinstance(value, list) else str(value)


def _read(name: str, value: str) -> tuple[str, Any] | None:
    known = KNOWN.get(name)
    if known is None:
        return None
    try:
        return known[0], known[1](value)
    except ValueError:
        return None


def _rule_of(line: str) -> str | None:
    found = _LINE.fullmatch(line)
    known = KNOWN.get(found[2].lower()) if found is not None else None
    return known[0] if known is not None else None
