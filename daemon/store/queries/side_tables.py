"""The tables beside the log: stories with their counters, branches, kept answers, drafts. Each function takes a
connection, and runs in that connection's thread."""

import msgspec

from daemon.store.sqlite import SqliteConnection
from daemon.store.transaction import whole
from daemon.store.upcasters import readable
from daemon.story.lineage import Branch
from daemon.story.retraction import Act
from protocol.events import EventReinstated, EventRetracted
from protocol.ids import EntityId, Seq, TurnNumber
from protocol.methods.stories import Shelf

UNKNOWN = b""
"""Stands for the digest of a request that was purged: from a digest, words could be guessed."""


class Answer(msgspec.Struct, frozen=True):
    """The answer to a request with a key: JSON without events, and the first and last seq of its events."""

    payload: bytes
    result: bytes
    first_seq: Seq | None = None
    last_seq: Seq | None = None


class StoryRow(msgspec.Struct, frozen=True):
    """A story: its current branch (empty if purged), the next free numbers of a turn and an id, its last change."""

    story: str
    title: str
    current: str
    next_turn: TurnNumber
    next_id: int
    updated: str


class DraftRow(msgspec.Struct, frozen=True):
    """A reply that is being written, as far as it is stored."""

    story: str
    turn: TurnNumber
    branch: str
    line: str
    speaker: str | None
    mode: str
    answers: Seq | None
    first: int
    text: str


class Kept(msgspec.Struct, frozen=True):
    """What its players chose for a story: where it is kept, whether before others, and through whose eyes it is shown
    (None: nobody chose)."""

    shelf: Shelf = "open"
    pinned: bool = False
    lens: tuple[EntityId, ...] | None = None


def stories(c: SqliteConnection) -> list[StoryRow]:
    """All stories, the one last played first."""
    rows = c.execute("SELECT story, title, current, next_turn, next_id, updated FROM story ORDER BY updated DESC")
    return [StoryRow(*row) for row in rows]


def kept(c: SqliteConnection) -> dict[str, Kept]:
    """What was chosen for stories, by story; of those left out, nothing was."""
    rows = c.execute("SELECT story, shelf, pinned, lens FROM shelved")
    return {
        story: Kept(shelf, bool(pinned), None if lens is None else msgspec.json.decode(lens, type=tuple[EntityId, ...]))
        for story, shelf, pinned, lens in rows
    }


def keep(c: SqliteConnection, story: str, title: str, chosen: Kept) -> None:
    """Keeps what a story is called and what was chosen for it."""
    lens = None if chosen.lens is None else msgspec.json.encode(chosen.lens).decode()
    with whole(c):
        c.execute("UPDATE story SET title = ? WHERE story = ?", (title, story))
        c.execute("INSERT OR REPLACE INTO shelved VALUES (?, ?, ?, ?)", (story, chosen.shelf, chosen.pinned, lens))


def branches(c: SqliteConnection) -> list[Branch]:
    """All branches of all stories, in the order in which they were made."""
    columns = "branch, story, parent, fork_seq, kind, name, created, came_from"
    return [Branch(*row) for row in c.execute(f"SELECT {columns} FROM branch ORDER BY created")]  # noqa: S608


def acts(c: SqliteConnection) -> list[tuple[str, str, Act]]:
    """(story, branch, act) of all deletions and reinstatings, in the order of the log, without malformed ones."""
    rows = c.execute(
        "SELECT story, branch, seq, kind, version, data FROM event"
        " WHERE kind IN ('event.retracted', 'event.reinstated') AND data IS NOT NULL ORDER BY seq"
    )
    found = [(story, branch, seq, readable(kind, version, data)) for story, branch, seq, kind, version, data in rows]
    return [
        (story, branch, Act.of(seq, x))
        for story, branch, seq, x in found
        if isinstance(x, EventReinstated) or (isinstance(x, EventRetracted) and len(x.also) in (0, len(x.targets)))
    ]


def add_story(c: SqliteConnection, row: StoryRow, at: str) -> None:
    """Adds the row of a story that was made or imported at this time."""
    c.execute(
        "INSERT INTO story VALUES (?, ?, ?, ?, ?, ?, ?)",
        (row.story, row.title, row.current, row.next_turn, row.next_id, at, row.updated),
    )


def use_numbers(c: SqliteConnection, row: StoryRow) -> None:
    """Uses up the turns and ids before those of a story's row, and notes when it was changed."""
    c.execute(
        "UPDATE story SET updated = ?, next_id = max(next_id, ?), next_turn = max(next_turn, ?) WHERE story = ?",
        (row.updated, row.next_id, row.next_turn, row.story),
    )


def add_branch(c: SqliteConnection, b: Branch) -> None:
    c.execute(
        "INSERT INTO branch VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (b.branch, b.story, b.parent, b.fork_seq, b.kind, b.name, b.created, b.came_from),
    )


def answer(c: SqliteConnection, story: str, key: str) -> Answer | None:
    """The answer kept for a request's key in a story; None if the key was not used."""
    row = c.execute(
        "SELECT payload, result, first_seq, last_seq FROM answer WHERE story = ? AND key = ?", (story, key)
    ).fetchone()
    return Answer(row[0], row[1].encode(), row[2], row[3]) if row else None


def keep_answer(c: SqliteConnection, story: str, key: str, kept: Answer) -> None:
    c.execute(
        "INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?)",
        (story, key, kept.payload, kept.result.decode(), kept.first_seq, kept.last_seq),
    )


def set_current(c: SqliteConnection, story: str, branch: str) -> None:
    c.execute("UPDATE story SET current = ? WHERE story = ?", (branch, story))


def use_turn(c: SqliteConnection, story: str, turn: TurnNumber) -> None:
    """Uses up the number of a turn, even if the turn has no events."""
    c.execute("UPDATE story SET next_turn = max(next_turn, ?) WHERE story = ?", (turn + 1, story))


def keep_draft(c: SqliteConnection, draft: DraftRow, next_id: int) -> None:
    """Makes or replaces a draft, and uses up its turn and ids even if the draft never becomes a line."""
    with whole(c):
        c.execute("INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", msgspec.structs.astuple(draft))
        c.execute(
            "UPDATE story SET next_turn = max(next_turn, ?), next_id = max(next_id, ?) WHERE story = ?",
            (draft.turn + 1, next_id, draft.story),
        )


def drop_draft(c: SqliteConnection, story: str, line: str) -> None:
    c.execute("DELETE FROM draft WHERE story = ? AND line = ?", (story, line))


def drafts(c: SqliteConnection) -> list[DraftRow]:
    """The drafts that a crash left behind."""
    rows = c.execute(
        "SELECT story, turn, branch, line, speaker, mode, answers, first, text FROM draft ORDER BY story, turn"
    )
    return [DraftRow(*row) for row in rows]
