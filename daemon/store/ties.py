"""Reads of what ties events together: what caused what, what derives from what, which lines answer the same.

Each takes a connection, and so runs in that one's thread.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from daemon.store.along import along
from daemon.store.reads import COLUMNS, event_of
from daemon.story.lineage import Stretch
from daemon.story.retraction import Tie
from protocol.events import Event


def ties(c: Any, path: Sequence[Stretch]) -> list[Tie]:
    """What ties the events of a path to those before them, in order."""
    columns = (
        "event.seq, event.kind, event.cause, event.subject,"
        " CASE WHEN event.kind LIKE 'line.%' THEN event.data ->> 'part' END,"
        " CASE WHEN event.kind = 'memory.formed' THEN event.data ->> 'from' END"
    )
    found: list[Tie] = []
    for part, values in along(path):
        for seq, kind, cause, subject, number, from_ in c.execute(f"SELECT {columns} {part} ORDER BY seq", values):
            seqs = msgspec.json.decode(from_, type=list[int]) if from_ else ()
            found.append(Tie(seq, kind, cause, subject, number or 0, seqs))
    return found


def retold(c: Any, seq: int) -> bool:
    """Whether an event tells a memory anew that was formed before."""
    row = c.execute(
        "SELECT EXISTS (SELECT 1 FROM event AS b WHERE b.story = e.story AND b.subject = e.subject AND b.seq < e.seq"
        " AND b.kind = 'memory.formed') FROM event AS e WHERE e.seq = ? AND e.kind = 'memory.formed'",
        (seq,),
    ).fetchone()
    return bool(row and row[0])


def events(c: Any, seqs: Sequence[int]) -> list[Event]:
    """These events, in order, as far as they exist."""
    listed = msgspec.json.encode(sorted(seqs)).decode()
    rows = c.execute(
        f"SELECT {COLUMNS} FROM json_each(?) AS s CROSS JOIN event WHERE seq = s.value ORDER BY seq",  # noqa: S608
        (listed,),
    )
    return [event_of(row) for row in rows]


def of_line(c: Any, story: str, line: str) -> list[Event]:
    """All events of a line, on any branch, in order."""
    rows = c.execute(
        f"SELECT {COLUMNS} FROM event WHERE story = ? AND subject = ? AND kind IN"  # noqa: S608 - constants
        " ('line.said', 'line.noticed', 'line.revised') ORDER BY seq",
        (story, line),
    )
    return [event_of(row) for row in rows]


def answering(c: Any, causes: Sequence[int]) -> list[tuple[int, int, str, str]]:
    """(cause, seq, branch, line) of each line that answers one of these seqs, by its first part, oldest first."""
    listed = msgspec.json.encode(sorted(set(causes))).decode()
    rows = c.execute(
        "SELECT event.cause, seq, branch, subject FROM json_each(?) AS s CROSS JOIN event"
        " WHERE cause = s.value AND kind = 'line.said' AND data IS NOT NULL"
        " AND data ->> 'part' IS NULL AND data ->> 'mode' IS NOT NULL ORDER BY seq",
        (listed,),
    )
    return [tuple(row) for row in rows]


def first_turns(c: Any, causes: Sequence[int]) -> list[tuple[int, int]]:
    """(cause, turn) of the first line that a model wrote in answer to each of these seqs."""
    first: dict[int, int] = {}
    for cause, seq, _, _ in answering(c, causes):
        first.setdefault(cause, seq)
    return [(cause, event.turn) for cause, seq in first.items() for event in events(c, [seq])]
