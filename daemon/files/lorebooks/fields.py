"""Where each part of an entry stands in the forms of lorebooks, read and written by one table. Pure.

SillyTavern's fields are those of its world files; a card's book has some of them by other names, and the rest among its
extensions, as SillyTavern itself writes them there.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from protocol.world import LoreLogic

LOGIC: tuple[LoreLogic, ...] = ("any", "not_all", "not_any", "all")
"""What secondary keys ask for, by SillyTavern's number."""

AT_DEPTH = 4
"""SillyTavern's position of what stands among the lines."""

Json = dict[str, Any]
WRONG = object()
"""What is read where a value is of another shape than it should be."""


class Field(NamedTuple):
    """A part of an entry: its path in world files and in books of cards (none where a form has no place for it), and
    how its value is read (WRONG for one that cannot be) and written."""

    part: str
    world: tuple[str, ...]
    card: tuple[str, ...]
    read: Callable[[Any], Any]
    write: Callable[[Any], Any] = lambda value: value


def _text(value: Any) -> Any:
    return value if isinstance(value, str) else WRONG


def _words(value: Any) -> Any:
    if isinstance(value, str):  # some programs write them with commas between
        return [x.strip() for x in value.split(",") if x.strip()]
    if not isinstance(value, list):
        return WRONG
    return [x for x in value if isinstance(x, str) and x.strip()]


def _flag(value: Any) -> Any:
    return bool(value) if isinstance(value, bool | int) else WRONG


def _number(low: int, high: int) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 10**15:
            return WRONG
        return min(max(int(value), low), high)

    return read


def _logic(value: Any) -> Any:
    return LOGIC[value] if type(value) is int and 0 <= value < len(LOGIC) else WRONG


_lines, _rank = _number(0, 1000), _number(-(10**9), 10**9)

FIELDS = (
    Field("name", ("comment",), ("name",), _text),
    Field("comment", (), ("comment",), _text),
    Field("keys", ("key",), ("keys",), _words),
    Field("secondary", ("keysecondary",), ("secondary_keys",), _words),
    Field("selective", ("selective",), ("selective",), _flag),
    Field("logic", ("selectiveLogic",), ("extensions", "selectiveLogic"), _logic, LOGIC.index),
    Field("content", ("content",), ("content",), _text),
    Field("constant", ("constant",), ("constant",), _flag),
    Field("disabled", ("disable",), (), _flag),
    Field("enabled", (), ("enabled",), _flag),
    Field("order", ("order",), ("insertion_order",), _rank),
    Field("priority", ("priority",), ("priority",), _rank),
    Field("case", ("caseSensitive",), ("case_sensitive",), _flag),
    Field("whole_words", ("matchWholeWords",), ("extensions", "match_whole_words"), _flag),
    Field("regex", ("use_regex",), ("use_regex",), _flag),
    Field("scan_depth", ("scanDepth",), ("extensions", "scan_depth"), _lines),
    Field("probability", ("probability",), ("extensions", "probability"), _number(0, 100)),
    Field("chance", ("useProbability",), ("extensions", "useProbability"), _flag),
    Field("group", ("group",), ("extensions", "group"), _text),
    Field("weight", ("groupWeight",), ("extensions", "group_weight"), _number(0, 10_000)),
    Field("preferred", ("groupOverride",), ("extensions", "group_override"), _flag),
    Field("unstirred", ("excludeRecursion",), ("extensions", "exclude_recursion"), _flag),
    Field("stirs_none", ("preventRecursion",), ("extensions", "prevent_recursion"), _flag),
    Field("stirred_only", ("delayUntilRecursion",), ("extensions", "delay_until_recursion"), _flag),
    Field("position", ("position",), ("extensions", "position"), _number(0, 100)),
    Field("depth", ("depth",), ("extensions", "depth"), _lines),
)  # fmt: skip


NAMES = frozenset(at[-1] for field in FIELDS for at in (field.world, field.card) if at)
"""The names of all of them, in any form."""


def path(field: Field, world: bool) -> tuple[str, ...]:
    """Where a part stands in world files, or in books of cards."""
    return field.world if world else field.card


def read(entry: Json, world: bool) -> tuple[Json, list[str]]:
    """(The parts of an entry that are given, the paths of those that are of a wrong shape.)"""
    found: Json = {}
    wrong: list[str] = []
    for field in FIELDS:
        at = path(field, world)
        value = _get(entry, at) if at else None
        if value is None:
            continue
        known = field.read(value)
        if known is WRONG:
            wrong.append(".".join(at))
        else:
            found[field.part] = known
    return found, wrong


def write(entry: Json, world: bool, parts: Mapping[str, Any]) -> Json:
    """An entry with other values of these parts."""
    now = {**entry, **({"extensions": {**_extensions(entry)}} if not world else {})}
    for field in FIELDS:
        at = path(field, world)
        if not at or field.part not in parts:
            continue
        value = parts[field.part]
        inner = now if len(at) == 1 else now["extensions"]
        inner[at[-1]] = None if value is None else field.write(value)
    return now


def unused(entry: Json, world: bool) -> list[str]:
    """The names of what an entry holds and nothing is made of."""
    known = {path(field, world) for field in FIELDS}
    named: list[tuple[tuple[str, ...], Any]] = [((x,), y) for x, y in entry.items() if x != "extensions"]
    named += [(("extensions", x), y) for x, y in _extensions(entry).items()]
    return [at[-1] for at, value in named if value and at not in known and at[-1] not in QUIET]


QUIET = frozenset({
    "uid", "id", "displayIndex", "display_index", "addMemo", "role", "automationId", "automation_id", "case_sensitive",
    "position", "extensions", "outletName", "outlet_name",
})  # fmt: skip
"""What nobody misses: numbers for a program's own use, and places in a prompt of another make."""


def _extensions(entry: Json) -> Json:
    said = entry.get("extensions")
    return said if isinstance(said, dict) else {}


def _get(entry: Json, at: tuple[str, ...]) -> Any:
    return entry.get(at[0]) if len(at) == 1 else _extensions(entry).get(at[1])
