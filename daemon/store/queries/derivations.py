"""Reads of how events came about: what caused what, what derives from what, which lines answer the same.

Each function takes a connection, and runs in that connection's thread.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from daemon.store.path_ranges import along
from daemon.store.queries.reads import COLUMNS, branch_of, event_of, last_commit
from daemon.store.sqlite import SqliteConnection
from daemon.story.lineage import END, Stretch
from daemon.story.retraction import Consequences, Derivation
from protocol.events import Event
from protocol.ids import Seq

_seqs = msgspec.json.Decoder(list[Seq])


def derivations(c: SqliteConnection, path: Sequence[Stretch]) -> Iterator[Derivation]:
    """How each event of a path came about, stretch by stretch, in order."""
    columns = (
        "event.seq, event.kind, event.cause, event.subject,"
        " CASE WHEN event.kind LIKE 'line.%' THEN event.data ->> 'part' END,"
        " CASE WHEN event.kind = 'memory.formed' THEN event.data ->> 'from' END"
    )
    seq: Seq
    cause: Seq | None
    for part, values in along(path):
        for seq, kind, cause, subject, number, from_ in c.execute(f"SELECT {columns} {part} ORDER BY seq", values):
            yield Derivation(seq, kind, cause, subject, number or 0, _seqs.decode(from_) if from_ else ())


def follow(c: SqliteConnection, path: Sequence[Stretch], consequences: Consequences) -> None:
    """Gives `consequences` the next derivations in order of seq: of a path, or of stretches of any branches."""
    consequences.take(sorted(derivations(c, path), key=lambda d: d.seq))


def last(c: SqliteConnection) -> Seq:
    """The last seq of the log (0 if there is none)."""
    return Seq(c.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0])


def rewritten(c: SqliteConnection, seqs: Iterable[Seq]) -> set[Seq]:
    """The seqs of those among these events that give new words to a memory formed by an earlier event."""
    rows = c.execute(
        "SELECT e.seq FROM json_each(?) AS s CROSS JOIN event AS e WHERE e.seq = s.value AND e.kind = 'memory.formed'"
        " AND EXISTS (SELECT 1 FROM event AS b WHERE b.story = e.story AND b.subject = e.subject AND b.seq < e.seq"
        " AND b.kind = 'memory.formed')",
        (msgspec.json.encode(list(seqs)).decode(),),
    )
    return {Seq(seq) for (seq,) in rows}


def events(c: SqliteConnection, seqs: Sequence[Seq]) -> list[Event]:
    """The events with these seqs, in order; seqs without an event are passed over."""
    listed = msgspec.json.encode(sorted(seqs)).decode()
    rows = c.execute(
        f"SELECT {COLUMNS} FROM json_each(?) AS s CROSS JOIN event WHERE seq = s.value ORDER BY seq",  # noqa: S608
        (listed,),
    )
    return [event_of(row) for row in rows]


def of_line(c: SqliteConnection, story: str, line: str) -> list[Event]:
    """All events of a line, on any branch, in order."""
    return of_lines(c, story, [line])


def of_lines(c: SqliteConnection, story: str, lines: Sequence[str]) -> list[Event]:
    """All events of some lines, on any branch: line by line, in order."""
    rows = c.execute(
        f"SELECT {COLUMNS} FROM json_each(?) AS s CROSS JOIN event WHERE story = ? AND subject = s.value"  # noqa: S608
        " AND kind IN ('line.said', 'line.noticed', 'line.revised') ORDER BY s.key, seq",
        (msgspec.json.encode(list(lines)).decode(), story),
    )
    return [event_of(row) for row in rows]


def answering(c: SqliteConnection, causes: Sequence[Seq]) -> list[tuple[Seq, Seq, str, str]]:
    """(cause, seq, branch, line) of each line by a model that answers one of these seqs, oldest first. `seq` is that of
    the line's first part."""
    listed = msgspec.json.encode(sorted(set(causes))).decode()
    rows = c.execute(
        "SELECT event.cause, seq, branch, subject FROM json_each(?) AS s CROSS JOIN event"
        " WHERE cause = s.value AND kind = 'line.said' AND data IS NOT NULL"
        " AND data ->> 'part' IS NULL AND data ->> 'mode' IS NOT NULL ORDER BY seq",
        (listed,),
    )
    return [(Seq(cause), Seq(seq), branch, line) for cause, seq, branch, line in rows]


def authored(
    c: SqliteConnection, forks: Sequence[tuple[Seq, str, str]], causes: Sequence[Seq]
) -> list[tuple[Seq, Seq, str, str]]:
    """(cause, seq, branch, line) of each line that the author wrote for a bot in answer to one of the seqs `causes`;
    `seq` is that of the line's first part.

    The line is the last such line in the next commit that moves the head of the branch that owns the cause, or of a
    branch that forks from that one before its next commit. `forks` are all forks of a tree as (fork_seq, branch,
    parent), sorted.
    """
    found: list[tuple[Seq, Seq, str, str]] = []
    for cause in sorted(set(causes)) if forks else ():
        waiting = [(owner, cause) for owner in [branch_of(c, cause)] if owner is not None]
        while waiting:
            branch, after = waiting.pop()
            first, last = _next(c, branch, after)
            near = forks[bisect_left(forks, (cause, "")) : bisect_left(forks, (first, ""))]
            waiting += [(fork, seq) for seq, fork, parent in near if parent == branch]
            rows = c.execute(
                "SELECT seq, branch, subject FROM event WHERE branch = ? AND seq BETWEEN ? AND ? AND kind = 'line.said'"
                " AND cause IS NULL AND data IS NOT NULL AND data ->> 'part' IS NULL AND data ->> 'mode' IS NULL"
                " AND data ->> 'who' IN ('a', 'b') ORDER BY seq DESC LIMIT 1",
                (branch, first, last),
            )
            found += [(cause, Seq(seq), on, line) for seq, on, line in rows]
    return sorted(found)


def last_commits(c: SqliteConnection, paths: Mapping[Seq, Sequence[Stretch]]) -> dict[Seq, Seq]:
    """The last seq of each path that ends a commit which moves a head (0 if none), by the keys of `paths`."""
    return {key: last_commit(c, path) for key, path in paths.items()}


def _next(c: SqliteConnection, branch: str, after: Seq) -> tuple[Seq, Seq]:
    """The first and last seq of the next commit on a branch that moves its head; END twice if there is none."""
    row = c.execute(
        "SELECT seq, (SELECT e.seq FROM event AS e WHERE e.seq >= event.seq AND e.ends = 1 ORDER BY e.seq LIMIT 1)"
        " FROM event WHERE branch = ? AND seq > ? AND background = 0 ORDER BY seq LIMIT 1",
        (branch, after),
    ).fetchone()
    return (Seq(row[0]), Seq(row[1])) if row else (END, END)
