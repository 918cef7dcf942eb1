"""Pages of lines, memories and changes of time along a path, through a lens. Most functions take a connection."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from daemon.store.path_ranges import along
from daemon.store.queries.reads import COLUMNS, SHOWN, event_of, payload_of
from daemon.store.sqlite import SqliteConnection
from daemon.story.lenses import Lens
from daemon.story.lineage import END, Stretch, lies_on
from protocol.events import Event, LineSaid, Payload
from protocol.ids import Seq

LINES = "kind IN ('line.said', 'line.noticed', 'line.revised') AND kind <> 'line.revised'"
TIMES = "kind IN ('scene.opened', 'scene.closed', 'time.passed', 'time.skipped')"
MOVES = "kind IN ('activity.left', 'activity.arrived', 'time.skipped')"
OCCASIONS = (
    "kind IN ('occasion.planned', 'occasion.changed', 'occasion.started', 'occasion.completed', 'occasion.cancelled')"
)
CALLS = "kind = 'model.called'"
MEMORIES = "kind = 'memory.formed'"
"""Conditions for the parts of lines without revisions, for changes of time, for comings and goings with
the time that is left out, for occasions, for calls of models, and for memories. The
doubled condition in LINES makes SQLite use the index of lines."""


def page(
    c: SqliteConnection,
    stretches: Sequence[Stretch],
    lens: Lens,
    which: str,
    limit: int,
    *,
    oldest: bool = False,
    by: str = "subject",
    most: int = END,
) -> tuple[list[tuple[Event, Payload]], bool]:
    """The latest (or oldest) events of one sort, oldest first, and whether there are more.

    Stops after `limit` subjects, or when the payloads exceed `most` bytes. `which` is one of the conditions above. A
    subject is a line or memory, and never split between pages; an event without one counts by itself. `by` may name
    another column to count by.
    """
    found: list[tuple[Event, Payload]] = []
    subjects: set[str] = set()
    size = 0
    order, path = ("ASC", stretches) if oldest else ("DESC", list(reversed(stretches)))
    for part, values in along(path):
        rows = c.execute(
            f"SELECT {COLUMNS}, {by} {part} AND {which} AND {SHOWN} AND data IS NOT NULL ORDER BY seq {order}",
            (*values, lens, lens),
        )
        for *row, subject in rows:
            event = event_of(row)
            payload = payload_of(event)
            if payload is None:
                continue
            id = subject if subject is not None else str(event.seq)
            if id not in subjects and (len(subjects) == limit or size > most):
                return (found if oldest else found[::-1]), True
            subjects.add(id)
            size += len(event.data)
            found.append((event, payload))
    return (found if oldest else found[::-1]), False


def latest_lines(
    c: SqliteConnection,
    stretches: Sequence[Stretch],
    lens: Lens,
    limit: int,
    passed: Callable[[Seq], bool],
    room: Callable[[Event, Payload], bool],
) -> list[tuple[Event, Payload]]:
    """The parts of the latest lines, oldest first: of `limit` lines at most, and of none before the line after which
    there was no `room` for more. Of these, lines all of whose parts are to be `passed` over are left out."""
    taken: dict[str, list[tuple[Event, Payload]]] = {}
    left: dict[str, list[Sequence[Any]]] = {}
    full = False
    for part, values in along(reversed(stretches)):
        rows = c.execute(
            f"SELECT subject, {COLUMNS} {part} AND {LINES} AND {SHOWN} AND data IS NOT NULL ORDER BY seq DESC",
            (*values, lens, lens),
        )
        for subject, *row in rows:
            if subject not in taken and subject not in left and (full or len(taken) + len(left) == limit):
                return _in_order(taken)
            if subject not in taken and passed(row[0]):
                left.setdefault(subject, []).append(row)
                continue
            read = decoded([event_of(x) for x in (*left.pop(subject, ()), row)])
            if read:
                taken.setdefault(subject, []).extend(read)
            for event, payload in read:
                full = not room(event, payload) or full
    return _in_order(taken)


def lines_of_bots(c: SqliteConnection, stretches: Sequence[Stretch], lens: Lens) -> int:
    """How many lines of bots a lens has perceived along a path."""
    found: set[str] = set()
    for part, values in along(stretches):
        which = f"{part} AND {LINES} AND {SHOWN} AND data ->> 'who' IN ('a', 'b')"
        found.update(id for (id,) in c.execute(f"SELECT DISTINCT subject {which}", (*values, lens, lens)))
    return len(found)


def _in_order(taken: Mapping[str, Sequence[tuple[Event, Payload]]]) -> list[tuple[Event, Payload]]:
    return sorted((x for some in taken.values() for x in some), key=lambda x: x[0].seq)


def memories(
    c: SqliteConnection,
    path: Sequence[Stretch],
    everything: Sequence[Stretch],
    lens: Lens,
    limit: int,
    *,
    oldest: bool = False,
    most: int = END,
) -> tuple[list[tuple[Event, Payload]], bool]:
    """The latest (or oldest) memories of a path, oldest first, up to `limit` and about `most` bytes, and whether there
    are more. Each memory is there once, at its latest wording on the whole path (`everything`)."""
    found: list[tuple[Event, Payload]] = []
    size = 0
    order, stretches = ("ASC", path) if oldest else ("DESC", list(reversed(path)))
    more = False
    for part, values in along(stretches):
        rows = c.execute(
            f"SELECT {COLUMNS}, story, subject {part} AND {MEMORIES} AND {SHOWN} AND data IS NOT NULL"
            f" ORDER BY seq {order}",
            (*values, lens, lens),
        )
        for *row, story, subject in rows:
            event = event_of(row)
            payload = payload_of(event)
            if payload is None or _reworded_later(c, story, subject, event.seq, everything, lens):
                continue
            more = len(found) == limit or size > most
            if more:
                break
            size += len(event.data)
            found.append((event, payload))
        if more:
            break
    return (found if oldest else found[::-1]), more


def _reworded_later(
    c: SqliteConnection, story: str, memory: str, seq: Seq, path: Sequence[Stretch], lens: Lens
) -> bool:
    rows = c.execute(
        f"SELECT branch, seq FROM event WHERE story = ? AND subject = ? AND seq > ? AND {MEMORIES}"  # noqa: S608
        f" AND {SHOWN} AND data IS NOT NULL",
        (story, memory, seq, lens, lens),
    )
    return any(lies_on(path, branch, later) for branch, later in rows)


def with_revisions(
    c: SqliteConnection, story: str, path: Sequence[Stretch], lens: Lens, found: list[tuple[Event, Payload]]
) -> list[tuple[Event, Payload]]:
    """`found`, followed by all revisions of its lines that lie on the path and that the lens shows, oldest first."""
    ids = sorted({p.line for _, p in found if isinstance(p, LineSaid)})
    rows = c.execute(
        f"SELECT {COLUMNS} FROM json_each(?) AS s CROSS JOIN event WHERE story = ? AND subject = s.value"  # noqa: S608
        f" AND kind = 'line.revised' AND {SHOWN} AND data IS NOT NULL ORDER BY seq",
        (msgspec.json.encode(ids).decode(), story, lens, lens),
    )
    revised = [event_of(row) for row in rows]
    return found + decoded([e for e in revised if lies_on(path, e.branch, e.seq)])


def decoded(events: Sequence[Event]) -> list[tuple[Event, Payload]]:
    """Events with their payloads; those that are purged or unreadable are passed over."""
    return [(e, payload) for e in events if (payload := payload_of(e)) is not None]
