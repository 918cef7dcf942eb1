"""Reads of the summaries along a path, and of the scenes and skips of time that need summaries.

Each function takes a connection, and runs in that connection's thread.
"""

from collections.abc import Sequence

from daemon.store.path_ranges import along
from daemon.store.queries.reads import SHOWN
from daemon.store.sqlite import SqliteConnection
from daemon.store.upcasters import readable
from daemon.story.lenses import Lens
from daemon.story.lineage import Stretch
from daemon.story.summaries import Chapter, Summary, Turning
from protocol.events import MemoryFormed, SceneClosed, SceneOpened, TimeSkipped
from protocol.ids import NOBODY, Mask, Seq, TurnNumber, union

SUMMARIES = "kind = 'memory.formed' AND data ->> 'memory_kind' = 'summary'"
TURNINGS = "kind IN ('scene.opened', 'scene.closed', 'time.skipped')"
LINES = "kind IN ('line.said', 'line.noticed', 'line.revised') AND kind <> 'line.revised'"


def latest(c: SqliteConnection, path: Sequence[Stretch], lens: Lens, limit: int = 2**31) -> list[Summary]:
    """The latest `limit` summaries along a path that a lens shows and that have a cause, oldest first.

    Each has its latest wording, which may be the author's.
    """
    found: list[Summary] = []
    put: dict[str, str] = {}
    for part, values in along(reversed(path)):
        rows = c.execute(
            "SELECT memory.*, cause.kind, cause.data ->> 'scene' FROM ("  # noqa: S608 - constants
            f"SELECT seq, cause, version, witnesses, data {part} AND {SUMMARIES} AND {SHOWN}"
            " ORDER BY seq DESC) AS memory LEFT JOIN event AS cause ON cause.seq = memory.cause"
            " ORDER BY memory.seq DESC",
            (*values, lens, lens),
        )
        for seq, cause, version, witnesses, data, of, scene in rows:
            kept = readable("memory.formed", version, data)
            if not isinstance(kept, MemoryFormed):
                continue
            gist = put.setdefault(kept.memory, kept.gist)
            if cause is None:
                continue
            found.append(Summary(kept.memory, Seq(seq), Seq(cause), of, scene, Mask(witnesses), gist, kept.from_))
            if len(found) == limit:
                return found[::-1]
    return found[::-1]


def turnings(c: SqliteConnection, path: Sequence[Stretch]) -> list[Turning]:
    """The events along a path that open or close a scene or skip time, oldest first."""
    found: list[Turning] = []
    for part, values in along(path):
        rows = c.execute(
            f"SELECT seq, turn, kind, version, data {part} AND {TURNINGS} AND data IS NOT NULL ORDER BY seq",
            values,
        )
        for seq, turn, kind, version, data in rows:
            payload = readable(kind, version, data)
            if isinstance(payload, SceneOpened | SceneClosed | TimeSkipped):
                found.append(Turning(Seq(seq), TurnNumber(turn), payload))
    return found


def witnesses(c: SqliteConnection, path: Sequence[Stretch], chapter: Chapter) -> Mask:
    """The mask of all who perceived any line of a scene that is over, on a path."""
    mask = NOBODY
    of = "iif(data ->> 'scene' IS NULL, seq > ?, seq > ? AND data ->> 'scene' = ?)"
    for part, values in along(path):
        rows = c.execute(
            f"SELECT DISTINCT witnesses {part} AND {LINES} AND {of}",
            (*values, chapter.since, chapter.after, chapter.scene),
        )
        for (seen,) in rows:
            mask = union(mask, Mask(seen))
    return mask


def letters(c: SqliteConnection, path: Sequence[Stretch]) -> int:
    """The number of characters of the lines' stored payloads along a path."""
    return sum(
        c.execute(f"SELECT coalesce(sum(length(data)), 0) {part} AND {LINES}", values).fetchone()[0]
        for part, values in along(path)
    )


def commit_end(c: SqliteConnection, seq: Seq) -> Seq:
    """The last seq of the commit that holds a seq."""
    row = c.execute("SELECT seq FROM event WHERE seq >= ? AND ends = 1 ORDER BY seq LIMIT 1", (seq,)).fetchone()
    return Seq(row[0])
