"""How the impact of a delete or a rewind reads, beside the lines that go: memories, and what else is otherwise."""

from collections.abc import Mapping
from typing import Any

import msgspec

from client.show.format_view import FEELINGS, Names, name_of, where
from client.text.plain import one_line
from protocol.world import Place

Result = Mapping[str, Any]

SHOWN = 6
"""Of each kind; the rest are counted."""


def said(lines: list[tuple[str | None, str]], names: Names, most: int = SHOWN) -> list[str]:
    """The lines that go, each with who says it; more than `most` are counted."""
    return _few([f"  {name_of(who, names)}: {one_line(text, 70)}" for who, text in lines], "line", most)


def besides(impact: Result, names: Names) -> list[str]:
    """What goes or is otherwise then: memories, occasions, things, feelings."""
    memories = [
        f"  memory: {one_line(x['text'], 60)}{' (is written anew)' * bool(x['pending'])}" for x in impact["memories"]
    ]
    occasions = [f"  {x['occasion']}: {_turned(x['before'], x['after'])}" for x in impact["occasions"]]
    things = [
        f"  {names.get(x['prop'], x['prop'])}: {_turned(_place(x['before'], names), _place(x['after'], names))}"
        for x in impact["props"]
    ]
    feelings = [f"  {_edge(x['edge'], names)}: {_felt(x['before'] or {}, x['after'] or {})}" for x in impact["edges"]]
    counted = ((memories, "memory"), (occasions, "occasion"), (things, "thing"), (feelings, "feeling"))
    return [line for lines, what in counted for line in _few(lines, what)]


def _few(lines: list[str], what: str, most: int = SHOWN) -> list[str]:
    more = len(lines) - most
    return lines if more <= 0 else [*lines[:most], f"  and {counted(more, what, 'more ')}"]


def counted(n: int, what: str, which: str = "") -> str:
    """So many of something: `2,000 more lines`."""
    many = "memories" if what == "memory" else f"{what}s"
    return f"{n:,} {which}{what if n == 1 else many}"


def _turned(before: str | None, after: str | None) -> str:
    return f"{before or 'not there'} → {after or 'not there'}"


def _place(place: Any, names: Names) -> str | None:
    return where(msgspec.convert(place, Place), names) if place else None


def _edge(edge: str, names: Names) -> str:
    return " > ".join(names.get(e, e) for e in edge.split(">"))


def _felt(before: Result, after: Result) -> str:
    changes = [
        f"{f} {before.get(f, 0):+d} → {after.get(f, 0):+d}" for f in FEELINGS if before.get(f, 0) != after.get(f, 0)
    ]
    return ", ".join(changes) or "another note"
