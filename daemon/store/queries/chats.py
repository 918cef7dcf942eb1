"""Reads of the chats that came in along a path: where their lines are, and which of them were read.

Each function takes a connection, and runs in that connection's thread.
"""

from collections.abc import Sequence

import msgspec

from daemon.store.path_ranges import along
from daemon.store.queries.pages import LINES, decoded
from daemon.store.queries.reads import COLUMNS, event_of
from daemon.store.sqlite import SqliteConnection
from daemon.story.lineage import Stretch
from protocol.events import ChatImported, ChatRead, Event
from protocol.ids import Seq, TurnNumber

SPAN = 50_000
"""Events that are looked through in one go."""


class Spoken(msgspec.Struct, frozen=True):
    """The lines of a turn: the seqs of their first and last part, how many lines there are, and their bytes."""

    turn: TurnNumber
    first: Seq
    last: Seq
    lines: int
    size: int


def places(c: SqliteConnection, after: Seq) -> set[tuple[str, str]]:
    """The stories and branches into which a chat came or on which one was read, of the next SPAN events after a seq."""
    rows = c.execute(
        "SELECT DISTINCT story, branch FROM event WHERE seq > ? AND seq <= ? AND kind IN ('chat.imported', 'chat.read')"
        " AND data IS NOT NULL",
        (after, after + SPAN),
    )
    return set(rows)


def imported(c: SqliteConnection, path: Sequence[Stretch]) -> list[tuple[Seq, ChatImported]]:
    """The chats that came in along a path, each with the seq of its record, oldest first."""
    return [(seq, x) for seq, x in _records(c, path, "chat.imported") if isinstance(x, ChatImported)]


def read(c: SqliteConnection, path: Sequence[Stretch], *, by_model: bool) -> list[tuple[Seq, Seq]]:
    """The spans of seqs that were read, by the records along a path; with `by_model`, those that a model read."""
    found = [x for _, x in _records(c, path, "chat.read") if isinstance(x, ChatRead)]
    return [(x.from_[0], x.from_[-1]) for x in found if x.from_ and (x.model or not by_model)]


def spoken(c: SqliteConnection, path: Sequence[Stretch], last: TurnNumber) -> list[Spoken]:
    """The turns along a path, up to a last one, in which something was said that anybody perceived, oldest first."""
    found: dict[TurnNumber, Spoken] = {}
    subjects: dict[TurnNumber, set[str]] = {}
    for part, values in along(path):
        rows = c.execute(
            f"SELECT seq, turn, subject, length(data) {part} AND {LINES} AND kind = 'line.said' AND witnesses <> 0"
            " AND turn <= ? AND data IS NOT NULL ORDER BY seq",
            (*values, last),
        )
        for seq, turn, subject, size in rows:
            before = found.get(turn)
            lines = subjects.setdefault(turn, set())
            lines.add(subject)
            first = seq if before is None else before.first
            found[turn] = Spoken(turn, first, seq, len(lines), size + (before.size if before is not None else 0))
    return sorted(found.values(), key=lambda x: x.first)


def is_followed(c: SqliteConnection, path: Sequence[Stretch]) -> bool:
    """Whether anything is said along a path."""
    said = f"{LINES} AND kind = 'line.said' AND witnesses <> 0 AND data IS NOT NULL"
    return any(c.execute(f"SELECT 1 {part} AND {said} LIMIT 1", values).fetchone() for part, values in along(path))


def derived(c: SqliteConnection, path: Sequence[Stretch], first: Seq, last: Seq) -> list[Event]:
    """The events along a path that came, in the background, of events with these seqs or between them, oldest first."""
    found: list[Event] = []
    for part, values in along(path):
        rows = c.execute(
            f"SELECT {COLUMNS} {part} AND background = 1 AND cause BETWEEN ? AND ? AND data IS NOT NULL ORDER BY seq",
            (*values, first, last),
        )
        found += [event_of(row) for row in rows]
    return sorted(found, key=lambda e: e.seq)


def _records(c: SqliteConnection, path: Sequence[Stretch], kind: str) -> list[tuple[Seq, object]]:
    found: list[tuple[Seq, object]] = []
    for part, values in along(path):
        rows = c.execute(f"SELECT {COLUMNS} {part} AND kind = ? AND data IS NOT NULL ORDER BY seq", (*values, kind))
        found += [(e.seq, x) for e, x in decoded([event_of(row) for row in rows])]
    return found
