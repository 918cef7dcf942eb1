"""How what a delete, a rewind or a purge does reads: the lines that go, and what else changes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from client.show.format_view import FEELINGS, STATUS, Names, name_of, where
from client.text.plain import one_line
from protocol.views import LineView, PartView
from protocol.world import Place

Result = Mapping[str, Any]

SHOWN = 6
"""Of each kind; the rest are counted."""

SHOWN_OF_PURGE = 10
"""Lines that a purge would erase; the rest are counted."""

MARKS = {"action": "*{}*", "thought": "`{}`", "whisper": "(whispers) {}", "message": "(writes) {}", "ooc": "[{}]"}
"""How the parts of a line that are not simply spoken stand on one line of text."""

MANY = {"memory": "memories", "story": "stories", "lore entry": "lore entries"}


def told(parts: Iterable[PartView]) -> str:
    """A line on one line of text, with what is done and what is thought in their marks."""
    return one_line(" ".join(MARKS.get(p.manner, "{}").format(p.text.strip()) for p in parts if p.text.strip()))


def said(lines: Sequence[tuple[str | None, str]], names: Names, most: int = SHOWN) -> list[str]:
    """The lines that go, each with who says it; more than `most` are counted."""
    return _few([f"  {name_of(who, names)}: {one_line(text, 70)}" for who, text in lines], "line", most)


def standing(impact: Result, now: Iterable[LineView]) -> list[tuple[str | None, str]]:
    """Who says what in the lines of an impact, in the words of the transcript `now` where they stand in it."""
    there = {line.line: line for line in now}
    found = [(x, there.get(x["line"])) for x in impact["lines"]]
    return [(x["who"], told(line.parts) if line else x["text"]) for x, line in found]


def besides(impact: Result, names: Names) -> list[str]:
    """What else goes or changes: memories, plans, things, feelings."""
    memories = [
        f"  Memory: {one_line(x['text'], 60)}{' (will be written again)' * bool(x['pending'])}"
        for x in impact["memories"]
    ]
    plans = [
        f"  {names.get(x['occasion'], x['occasion'])}: {_turned(*(_far(x[k]) for k in TWICE))}"
        for x in impact["occasions"]
    ]
    things = [
        f"  {names.get(x['prop'], x['prop'])}: {_turned(*(_place(x[k], names) for k in TWICE))}"
        for x in impact["props"]
    ]
    feelings = [f"  {_edge(x['edge'], names)}: {_felt(x['before'] or {}, x['after'] or {})}" for x in impact["edges"]]
    kinds = ((memories, "memory"), (plans, "plan"), (things, "thing"), (feelings, "feeling"))
    return [line for shown, what in kinds for line in _few(shown, what)]


def delete_question(count: int) -> str:
    """What is asked before so many lines are deleted."""
    which, caused = ("this line", "it") if count == 1 else ("these lines", "they")
    return f"Delete {which} and what {caused} caused? You can undo it."


TWICE = ("before", "after")


def _few(shown: list[str], what: str, most: int = SHOWN) -> list[str]:
    more = len(shown) - most
    return shown if more <= 0 else [*shown[:most], f"  and {counted(more, what, 'more ')}"]


def counted(n: int, what: str, which: str = "") -> str:
    """So many of something: `2,000 more lines`."""
    return f"{n:,} {which}{what if n == 1 else MANY.get(what, what + 's')}"


def _far(status: str | None) -> str:
    """How far a plan is, in words."""
    return STATUS.get(status, status) if status else "not planned"


def _turned(before: str | None, after: str | None) -> str:
    return f"{before or 'nowhere yet'} → {after or 'nowhere yet'}"


def _place(place: Any, names: Names) -> str | None:
    return where(msgspec.convert(place, Place), names) if place else None


def _edge(edge: str, names: Names) -> str:
    who, whom = (names.get(e, e) for e in edge.split(">"))
    return f"{who} → {whom}"


def _felt(before: Result, after: Result) -> str:
    changes = [
        f"{f} {before.get(f, 0):+d} → {after.get(f, 0):+d}" for f in FEELINGS if before.get(f, 0) != after.get(f, 0)
    ]
    return ", ".join(changes) or "something noted changes"
