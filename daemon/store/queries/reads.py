"""Plain reads of the log along a path. Each takes a connection, and runs in that connection's thread."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from daemon.store.path_ranges import along
from daemon.store.sqlite import SqliteConnection
from daemon.store.upcasters import LIFTING, Lifting, readable
from daemon.story.evolve import EVOLVERS
from daemon.story.lenses import SEEMS, TRUTH, Lens
from daemon.story.lineage import Stretch
from protocol.events import Event, MemoryFormed, Payload
from protocol.ids import BEGINNING, Mask, Seq, TurnNumber, entities_of

COLUMNS = "seq, branch, turn, cause, kind, version, at, witnesses, seems, data"

SHOWN = f"(witnesses | (ifnull(seems, witnesses) << {SEEMS})) & ? = ?"
"""The condition for events that a lens shows, which is given twice: the rule of story/lenses.py in SQL."""

STATING = f"kind IN ({', '.join(repr(kind) for kind in EVOLVERS)})"
"""The condition for events of the kinds that may change a state."""


def event_of(row: Sequence[Any], lifting: Lifting = LIFTING) -> Event:
    """The event of a row of COLUMNS, with its payload in its present shape. The data of a purged event is null."""
    seq: Seq
    turn: TurnNumber
    cause: Seq | None
    witnesses: Mask
    seems: Mask | None
    seq, branch, turn, cause, kind, version, at, witnesses, seems, data = row
    version, raw = (version, b"null") if data is None else lifting.shown(kind, version, data.encode())
    seeming = UNSET if seems is None else entities_of(seems)
    return Event(seq, branch, turn, cause, kind, version, at, entities_of(witnesses), msgspec.Raw(raw), seeming)


def payload_of(event: Event) -> Payload | None:
    """An event's payload; None where it is purged or unreadable."""
    data = bytes(event.data)
    return readable(event.kind, event.version, data) if data != b"null" else None


def read(
    c: SqliteConnection, stretches: Sequence[Stretch], lens: Lens = TRUTH, limit: int = 2**31,
    lifting: Lifting = LIFTING,
) -> list[Event]:  # fmt: skip
    """The events of these stretches that a lens shows, oldest first, at most `limit`; purged ones are passed over."""
    found: list[Event] = []
    for s in stretches:
        rows = c.execute(
            f"SELECT {COLUMNS} FROM event WHERE branch = ? AND seq > ? AND seq <= ?"  # noqa: S608 - constants
            f" AND {SHOWN} AND data IS NOT NULL ORDER BY seq LIMIT ?",
            (s.branch, s.after, s.upto, lens, lens, limit - len(found)),
        )
        found += [event_of(row, lifting) for row in rows]
        if len(found) >= limit:
            break
    return found


def payloads(
    c: SqliteConnection, stretches: Sequence[Stretch], lens: Lens, lifting: Lifting = LIFTING
) -> Iterator[tuple[Seq, Payload]]:
    """The seqs and payloads of these stretches that a lens shows and that may change a state, in order.

    Lines and memories, most of a story, are not even read; purged and unreadable events are passed over.
    """
    shown = f"{STATING} AND {SHOWN} AND data IS NOT NULL"
    seq: Seq
    for part, values in along(stretches):
        rows = c.execute(f"SELECT seq, kind, version, data {part} AND {shown} ORDER BY seq", (*values, lens, lens))
        for seq, kind, version, data in rows:
            if (payload := lifting.readable(kind, version, data)) is not None:
                yield seq, payload


def stating(c: SqliteConnection, stretches: Sequence[Stretch]) -> Iterator[tuple[Seq, Mask, Mask | None, Payload]]:
    """(seq, witnesses, seems, payload) of the events on these stretches that may change a state, in order; purged and
    unreadable ones are passed over."""
    seq: Seq
    witnesses: Mask
    seems: Mask | None
    for part, values in along(stretches):
        rows = c.execute(
            f"SELECT seq, witnesses, seems, kind, version, data {part} AND {STATING} AND data IS NOT NULL ORDER BY seq",
            values,
        )
        for seq, witnesses, seems, kind, version, data in rows:
            if (payload := readable(kind, version, data)) is not None:
                yield seq, witnesses, seems, payload


def branch_of(c: SqliteConnection, seq: Seq) -> str | None:
    """The branch that owns a seq; None where there is no such event."""
    row = c.execute("SELECT branch FROM event WHERE seq = ?", (seq,)).fetchone()
    return row[0] if row else None


def count(c: SqliteConnection, stretches: Sequence[Stretch]) -> int:
    """The number of events on these stretches."""
    return sum(c.execute(f"SELECT count(*) {part}", values).fetchone()[0] for part, values in along(stretches))


def read_seqs(c: SqliteConnection, first: Seq, last: Seq) -> list[Event]:
    """The events of a commit, by their seqs; purged ones are passed over."""
    which = "seq BETWEEN ? AND ? AND data IS NOT NULL"
    rows = c.execute(f"SELECT {COLUMNS} FROM event WHERE {which} ORDER BY seq", (first, last))  # noqa: S608
    return [event_of(row) for row in rows]


def of_story(c: SqliteConnection, story: str, after: Seq, upto: Seq) -> list[tuple[Event, bool, bool, str | None]]:
    """All events of a story with `after < seq <= upto`, on any branch, in order: each as (event, whether it ends a
    commit, whether it is background, its subject: the line or memory that it is about)."""
    rows = c.execute(
        f"SELECT {COLUMNS}, ends, background, subject FROM event"  # noqa: S608 - constants
        " WHERE seq > ? AND seq <= ? AND story = ? ORDER BY seq",
        (after, upto, story),
    )
    return [(event_of(columns), bool(ends), bool(background), subject) for *columns, ends, background, subject in rows]


def latest(c: SqliteConnection, stretches: Sequence[Stretch], most: int) -> list[Stretch]:
    """The end of a path that holds its last `most` events; all of it, where it has fewer."""
    found: list[Stretch] = []
    for s in reversed(stretches):
        rows = c.execute(
            "SELECT seq FROM event WHERE branch = ? AND seq > ? AND seq <= ? ORDER BY seq DESC LIMIT ?",
            (s.branch, s.after, s.upto, most),
        ).fetchall()
        most -= len(rows)
        found.append(s if most else Stretch(s.branch, Seq(rows[-1][0] - 1), s.upto))
        if not most:
            break
    return found[::-1]


def last_of(
    c: SqliteConnection,
    stretches: Sequence[Stretch],
    *,
    ends: bool = False,
    moving: bool = False,
    unpurged: bool = False,
) -> Seq:
    """The last seq of these stretches (0 if none) whose event ends a commit, if `ends`; moves the head, if `moving`;
    and is not purged, if `unpurged`."""
    condition = " AND ends = 1" * ends + " AND background = 0" * moving + " AND data IS NOT NULL" * unpurged
    for s in reversed(stretches):
        row = c.execute(
            f"SELECT seq FROM event WHERE branch = ? AND seq > ? AND seq <= ?{condition} ORDER BY seq DESC LIMIT 1",  # noqa: S608
            (s.branch, s.after, s.upto),
        ).fetchone()
        if row:
            return Seq(row[0])
    return BEGINNING


def last_unpurged(c: SqliteConnection, stretches: Sequence[Stretch]) -> Seq:
    """The last seq of these stretches that was not purged (0 if none)."""
    return last_of(c, stretches, unpurged=True)


def last_commit_end(c: SqliteConnection, stretches: Sequence[Stretch]) -> Seq:
    """The last seq of these stretches that ends a commit (0 if none)."""
    return last_of(c, stretches, ends=True)


def round_down(c: SqliteConnection, stretches: Sequence[Stretch]) -> Seq:
    """The last seq of these stretches that ends a commit (0 if none). If the stretches end inside a commit whose rest,
    beyond them, was purged, it is the last seq of that commit."""
    found = last_commit_end(c, stretches)
    last, branch = next(((seq, s.branch) for s in reversed(stretches) if (seq := last_of(c, [s]))), (BEGINNING, ""))
    if last == found:
        return found
    beyond = c.execute(
        "SELECT seq, data IS NULL FROM event WHERE branch = ? AND seq > ? AND (ends = 1 OR data IS NOT NULL)"
        " ORDER BY seq LIMIT 1",
        (branch, last),
    ).fetchone()
    return Seq(beyond[0]) if beyond and beyond[1] else found


def last_moving(c: SqliteConnection, stretches: Sequence[Stretch]) -> Seq:
    """The last seq of these stretches that counts as moving the head and was not purged (0 if none)."""
    return last_of(c, stretches, moving=True, unpurged=True)


def last_commit(c: SqliteConnection, stretches: Sequence[Stretch]) -> Seq:
    """The last seq of these stretches that ends a commit which counts as moving the head (0 if none)."""
    return last_of(c, stretches, ends=True, moving=True)


def memories(c: SqliteConnection, story: str, ids: Sequence[str]) -> list[tuple[str, MemoryFormed, Mask, Seq, str]]:
    """The events of these memories, memory by memory, oldest first: (id, payload, witnesses, seq, branch)."""
    found: list[tuple[str, MemoryFormed, Mask, Seq, str]] = []
    for id in ids:
        rows = c.execute(
            "SELECT subject, version, data, witnesses, seq, branch FROM event"
            " WHERE story = ? AND subject = ? AND kind = 'memory.formed' AND data IS NOT NULL ORDER BY seq",
            (story, id),
        )
        for subject, version, data, witnesses, seq, branch in rows:
            kept = readable("memory.formed", version, data)
            if isinstance(kept, MemoryFormed):
                found.append((subject, kept, Mask(witnesses), Seq(seq), branch))
    return found


def masks(c: SqliteConnection, seqs: Sequence[Seq]) -> list[tuple[Seq, str, Mask]]:
    """(seq, branch, witnesses) of these events."""
    found = (c.execute("SELECT seq, branch, witnesses FROM event WHERE seq = ?", (s,)).fetchone() for s in seqs)
    return [(Seq(row[0]), row[1], Mask(row[2])) for row in found if row]


def shown(c: SqliteConnection, seqs: Sequence[Seq], lens: Lens) -> list[Seq]:
    """Those of these events that a lens shows."""
    rows = c.execute(
        f"SELECT seq FROM json_each(?) AS s CROSS JOIN event WHERE seq = s.value AND {SHOWN}",  # noqa: S608 - constants
        (msgspec.json.encode(seqs).decode(), lens, lens),
    )
    return [Seq(seq) for (seq,) in rows]


def count_lines(c: SqliteConnection, stretches: Sequence[Stretch]) -> int:
    """The number of lines that begin on these stretches: of first parts, whose payload leaves out `part`."""
    first = "kind IN ('line.said', 'line.noticed', 'line.revised') AND kind = 'line.said' AND data ->> 'part' IS NULL"
    return sum(
        c.execute(f"SELECT count(*) {part} AND data IS NOT NULL AND {first}", values).fetchone()[0]
        for part, values in along(stretches)
    )


def said(c: SqliteConnection, story: str, line: str) -> list[tuple[Seq, str, TurnNumber]]:
    """(seq, branch, turn) of each part of a line, on any branch."""
    return [
        (Seq(seq), branch, TurnNumber(turn))
        for seq, branch, turn in c.execute(
            "SELECT seq, branch, turn FROM event WHERE story = ? AND subject = ? AND kind = 'line.said' ORDER BY seq",
            (story, line),
        )
    ]


def call_of(c: SqliteConnection, branch: str, line: str, after: Seq) -> Event | None:
    """The record of the first call for a line on a branch after a seq."""
    row = c.execute(
        f"SELECT {COLUMNS} FROM event WHERE branch = ? AND seq > ? AND kind = 'model.called'"  # noqa: S608 - constants
        " AND data ->> 'line' = ? ORDER BY seq LIMIT 1",
        (branch, after, line),
    ).fetchone()
    return event_of(row) if row else None


def revisions(c: SqliteConnection, stretches: Sequence[Stretch]) -> list[Event]:
    """The revisions on these stretches, oldest first; purged ones are passed over."""
    # Both conditions on the kind, so that the index of lines is used.
    revised = "kind IN ('line.said', 'line.noticed', 'line.revised') AND kind = 'line.revised' AND data IS NOT NULL"
    found: list[Event] = []
    for part, values in along(stretches):
        found += [event_of(row) for row in c.execute(f"SELECT {COLUMNS} {part} AND {revised} ORDER BY seq", values)]
    return found


def of_kind(c: SqliteConnection, stretches: Sequence[Stretch], kind: str) -> list[Event]:
    """The events of one kind on these stretches, oldest first; purged ones are passed over."""
    found: list[Event] = []
    for s in stretches:
        rows = c.execute(
            f"SELECT {COLUMNS} FROM event WHERE branch = ? AND seq > ? AND seq <= ?"  # noqa: S608 - constants
            " AND kind = ? AND data IS NOT NULL ORDER BY seq",
            (s.branch, s.after, s.upto, kind),
        )
        found += [event_of(row) for row in rows]
    return found
