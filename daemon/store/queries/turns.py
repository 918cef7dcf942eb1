"""Reads of turns by their numbers: the events of a turn, and the turns that are one action. A turn's events may lie far
apart: seqs are shared by all stories, and other stories may have written much in between.

Each function takes a connection, and runs in that connection's thread. A `path` is what a branch sees; events that are
not on the path are left out.
"""

from collections.abc import Collection, Iterator, Sequence

import msgspec

from daemon.store.path_ranges import along
from daemon.store.queries.pages import LINES, decoded
from daemon.store.queries.reads import COLUMNS, event_of
from daemon.store.sqlite import SqliteConnection
from daemon.story.lineage import Stretch, lies_on
from protocol.events import Event, Payload
from protocol.ids import Seq, TurnNumber

MOST = 50_000
"""The most events of a turn that are read. A request makes fewer; an imported story may have larger turns."""

_REPLY = "kind = 'line.said' AND data IS NOT NULL AND data ->> 'part' IS NULL AND data ->> 'mode' IS NOT NULL"
"""The first part of a line that a model wrote."""


def one_action(c: SqliteConnection, story: str, turn: TurnNumber, path: Sequence[Stretch]) -> frozenset[TurnNumber]:
    """The turns that are one action with this turn on a path, this turn included.

    A retake or a revision on a branch of its own has a turn of its own; that turn is one action with the turn of the
    first reply to the same seq. For where such a branch begins, nothing of the first turn had been read or remembered.
    """
    turns, new = {turn}, {turn}
    while new:
        causes = {cause for t in new for cause in _answered(c, story, t)}
        pairs = [pair for cause in causes for pair in _took_up(c, cause, path)]
        before = set(turns)
        while more := [p for p in pairs if p & turns and not p <= turns]:
            turns.update(*more)
        new = turns - before
    return frozenset(turns)


def events(c: SqliteConnection, story: str, turns: Collection[TurnNumber], path: Sequence[Stretch]) -> list[Event]:
    """The events of these turns on a path, oldest first; purged ones are passed over."""
    return _of(c, story, turns, path, "data IS NOT NULL")


def lines(
    c: SqliteConnection, story: str, turns: Collection[TurnNumber], path: Sequence[Stretch]
) -> list[tuple[Event, Payload]]:
    """The parts said and noticed in these turns on a path, oldest first; purged and unreadable ones are passed over."""
    return decoded(_of(c, story, turns, path, f"data IS NOT NULL AND {LINES}"))


def pressed(c: SqliteConnection, story: str, turns: Collection[TurnNumber], path: Sequence[Stretch]) -> list[Event]:
    """The records of what was pressed in these turns on a path, oldest first."""
    return _of(c, story, turns, path, "data IS NOT NULL AND kind = 'story.pressed'")


def is_followed(c: SqliteConnection, turns: Collection[TurnNumber], path: Sequence[Stretch]) -> bool:
    """Whether a line of any other turn than these is said on a path."""
    ours = msgspec.json.encode(sorted(turns)).decode()
    other = f"{LINES} AND kind = 'line.said' AND data IS NOT NULL AND turn NOT IN (SELECT value FROM json_each(?))"  # noqa: S608
    return any(
        c.execute(f"SELECT 1 {part} AND {other} LIMIT 1", (*values, ours)).fetchone() for part, values in along(path)
    )


def _of(
    c: SqliteConnection, story: str, turns: Collection[TurnNumber], path: Sequence[Stretch], which: str
) -> list[Event]:
    found: list[Event] = []
    for turn in sorted(turns):
        rows = c.execute(
            f"SELECT {COLUMNS} FROM event WHERE story = ? AND turn = ? AND {which} ORDER BY seq",  # noqa: S608
            (story, turn),
        )
        for row in rows:
            if len(found) == MOST:
                break
            if lies_on(path, branch=row[1], seq=row[0]):
                found.append(event_of(row))
    return sorted(found, key=lambda e: e.seq)


def _answered(c: SqliteConnection, story: str, turn: TurnNumber) -> Iterator[Seq]:
    """The seqs that the replies of a turn answer, on whichever branch they are."""
    rows = c.execute(
        f"SELECT cause FROM event WHERE story = ? AND turn = ? AND {_REPLY} AND cause IS NOT NULL",  # noqa: S608
        (story, turn),
    )
    return (Seq(cause) for (cause,) in rows)


def _took_up(c: SqliteConnection, cause: Seq, path: Sequence[Stretch]) -> list[set[TurnNumber]]:
    """The turns of the replies on a path to a seq, each with the turn of the first reply to it on any branch."""
    rows = c.execute(
        f"SELECT turn, branch, seq FROM event WHERE cause = ? AND {_REPLY} ORDER BY seq",  # noqa: S608 - constants
        (cause,),
    ).fetchall()
    return [{TurnNumber(turn), TurnNumber(rows[0][0])} for turn, branch, seq in rows if lies_on(path, branch, seq)]
