"""Reads of turns by their numbers: what is of a turn, and which turns are one action. How far apart its events lie does
not matter: seqs are shared by all stories, and others may have written much in between.

Each takes a connection, and so runs in that one's thread. A `path` is what a branch sees; what lies beside it is left
out.
"""

from collections.abc import Collection, Iterator, Sequence

import msgspec

from daemon.store.path_ranges import along
from daemon.store.queries.pages import LINES, decoded
from daemon.store.queries.reads import COLUMNS, event_of
from daemon.store.sqlite import SqliteConnection
from daemon.story.lineage import Stretch, lies_on
from protocol.events import Event, Payload

MOST = 50_000
"""Events of a turn that are read at most. A request makes fewer; a story from a file may have larger turns."""

_REPLY = "kind = 'line.said' AND data IS NOT NULL AND data ->> 'part' IS NULL AND data ->> 'mode' IS NOT NULL"
"""The first part of a line that a model wrote."""


def one_action(c: SqliteConnection, story: str, turn: int, path: Sequence[Stretch]) -> frozenset[int]:
    """The turns that are one action with this turn on a path, itself included.

    Where a reply was taken again or revised on a branch of its own, its turn is one with the turn that it took
    up: of that, nothing had been read or remembered yet where the branch begins. What a reply took up is the turn of
    the first reply to the same seq.
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


def events(c: SqliteConnection, story: str, turns: Collection[int], path: Sequence[Stretch]) -> list[Event]:
    """The events of these turns on a path, oldest first; purged ones are passed over."""
    return _of(c, story, turns, path, "data IS NOT NULL")


def lines(
    c: SqliteConnection, story: str, turns: Collection[int], path: Sequence[Stretch]
) -> list[tuple[Event, Payload]]:
    """What was said and noticed in these turns on a path, part by part, oldest first; what is purged or unreadable is
    passed over."""
    return decoded(_of(c, story, turns, path, f"data IS NOT NULL AND {LINES}"))


def is_followed(c: SqliteConnection, turns: Collection[int], path: Sequence[Stretch]) -> bool:
    """Whether a line of any other turn than these is said on a path."""
    ours = msgspec.json.encode(sorted(turns)).decode()
    other = f"{LINES} AND kind = 'line.said' AND data IS NOT NULL AND turn NOT IN (SELECT value FROM json_each(?))"  # noqa: S608
    return any(
        c.execute(f"SELECT 1 {part} AND {other} LIMIT 1", (*values, ours)).fetchone() for part, values in along(path)
    )


def _of(c: SqliteConnection, story: str, turns: Collection[int], path: Sequence[Stretch], which: str) -> list[Event]:
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


def _answered(c: SqliteConnection, story: str, turn: int) -> Iterator[int]:
    """The seqs that the replies of a turn answer, on whichever branch they are."""
    rows = c.execute(
        f"SELECT cause FROM event WHERE story = ? AND turn = ? AND {_REPLY} AND cause IS NOT NULL",  # noqa: S608
        (story, turn),
    )
    return (cause for (cause,) in rows)


def _took_up(c: SqliteConnection, cause: int, path: Sequence[Stretch]) -> list[set[int]]:
    """For each reply on a path that answers a seq: its turn, and that of the first reply to the same, on any branch."""
    rows = c.execute(
        f"SELECT turn, branch, seq FROM event WHERE cause = ? AND {_REPLY} ORDER BY seq",  # noqa: S608 - constants
        (cause,),
    ).fetchall()
    return [{turn, rows[0][0]} for turn, branch, seq in rows if lies_on(path, branch, seq)]
