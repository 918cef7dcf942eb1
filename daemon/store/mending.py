"""Making again what is derived from the log: missing tables, and rows that differ from the events.

Runs at every start, along indexes, so that a long log costs no more than a short one. Never changes the log itself;
store/check/verify.py checks whether the log is whole.
"""

import logging
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from daemon.store import sqlite
from daemon.store.connection import Refused
from daemon.store.queries import side_tables
from daemon.store.sqlite import SqliteConnection
from daemon.store.transaction import whole
from daemon.store.upcasters import readable
from daemon.story.lineage import Branch, branch_of
from protocol.errors import STORAGE, Fault
from protocol.events import PAYLOADS, BranchCreated, StoryCreated
from protocol.ids import BEGINNING, Seq, TurnNumber

log = logging.getLogger(__name__)

SCHEMA = files("daemon.store") / "schema.sql"
"""The whole present schema: in the checkout a link to the file at the top, in a wheel the file itself."""

Change = Callable[[Any], None]
"""A function that mends the store. Called with the writing connection, in a transaction."""

_INDEX = "recalled_terms"
_ID = re.compile(r'"[a-z]+(\d{1,9})"')

_BEGUN = """
WITH RECURSIVE owner(branch) AS (
  SELECT min(branch) FROM event UNION ALL
  SELECT (SELECT min(branch) FROM event WHERE branch > owner.branch) FROM owner WHERE owner.branch IS NOT NULL
), begun AS (
  SELECT branch,
    (SELECT seq FROM event e WHERE e.branch = o.branch AND kind = 'branch.created' ORDER BY seq LIMIT 1) AS made,
    (SELECT turn FROM event e WHERE e.branch = o.branch ORDER BY seq DESC LIMIT 1) AS turn
  FROM owner o WHERE branch IS NOT NULL
)
SELECT begun.branch, story, seq, version, data, begun.turn FROM begun JOIN event ON seq = made ORDER BY seq
"""
"""Finds the event that made each branch, and the turn of the branch's last event, in a few steps of an index each."""


def mend(c: SqliteConnection, *, may_write: bool) -> None:
    """Makes again what is derived and wrong, each part in a transaction.

    Raises Refused where the log itself is missing, Fault(STORAGE) where something is to be mended and `may_write` is
    False.
    """
    for what, look in (
        ("what is missing of its tables", _schema), ("its name", _name), ("its kinds of events", _kinds),
        ("its branches", _branches), ("its stories", _stories), ("its index of what can be recalled", _recall),
    ):  # fmt: skip
        change = look(c)
        if change is None:
            continue
        if not may_write:
            why = f"the store is damaged and will mend itself once it can be written ({what})"
            raise Fault(STORAGE, why, why=why, waits=True)
        with whole(c):
            change(c)
        log.warning("the store was damaged and has been mended from its log: %s", what)


def is_present(c: SqliteConnection) -> bool:
    """Whether a file has all tables of the present schema, with their columns."""
    return _columns(_fresh()) <= _columns(c)


def remake_recall(c: SqliteConnection) -> None:
    """Makes the index of what can be recalled again, empty, whatever is left of the old one. Needs a transaction."""
    fresh = _fresh()
    wanted = {name: sql for name, sql in _objects(fresh).items() if name.startswith(_INDEX)}
    here = _objects(c)
    if _INDEX in here:
        for name in wanted.keys() - here.keys():  # without all its tables, the index cannot even be dropped
            c.execute(wanted[name])
        settings = fresh.execute(f"SELECT k, v FROM {_INDEX}_config").fetchall()  # noqa: S608 - a constant
        c.executemany(f"INSERT OR REPLACE INTO {_INDEX}_config VALUES (?, ?)", settings)  # noqa: S608
        c.execute(f"DROP TABLE {_INDEX}")
    for name in wanted.keys() & _objects(c).keys():
        c.execute(f"DROP TABLE {name}")
    c.execute(wanted[_INDEX])
    c.execute(f"INSERT INTO {_INDEX} ({_INDEX}, rank) VALUES ('secure-delete', 1)")  # noqa: S608 - a constant
    c.execute("DELETE FROM recalled")
    c.execute("INSERT OR REPLACE INTO recalled_upto VALUES (1, 0, '')")


def _fresh() -> Any:
    """A connection to an empty store in memory, to compare with."""
    fresh = sqlite.library().connect(":memory:")
    fresh.executescript(SCHEMA.read_text(encoding="utf-8"))
    return fresh


def _objects(c: SqliteConnection) -> dict[str, str]:
    """The SQL of every table, index and trigger, by name, in the order in which they were made."""
    return dict(c.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid"))


def _columns(c: SqliteConnection) -> set[tuple[str, str]]:
    tables = [name for (name,) in c.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()]
    return {(t, row[0]) for t in tables for row in c.execute("SELECT name FROM pragma_table_info(?)", (t,))}


def _schema(c: SqliteConnection) -> Change | None:
    wanted, here = _objects(_fresh()), _objects(c)
    missing = [name for name in wanted if name not in here]
    if "event" in missing:
        raise Refused("the store holds no log; `rpc backups` lists the backups, `rpc restore NUMBER` puts one back")
    if not missing:
        return None

    def change(c: SqliteConnection) -> None:
        for name in missing:
            if not name.startswith(_INDEX):
                c.execute(wanted[name])
        if any(name.startswith("recalled") for name in missing):
            remake_recall(c)

    return change


def _name(c: SqliteConnection) -> Change | None:
    if c.execute("SELECT count(*) FROM store").fetchone()[0]:
        return None
    row = secrets.token_hex(8), datetime.now(UTC).isoformat()
    return lambda c: c.execute("INSERT INTO store (one, name, created) VALUES (1, ?, ?)", row)


def unknown_kinds(c: SqliteConnection) -> list[tuple[str, int]]:
    """The kinds of events, with their versions, that the store lists and this program does not know."""
    rows = c.execute("SELECT kind, version FROM kind").fetchall()
    return [(kind, version) for kind, version in rows if kind not in PAYLOADS or version > PAYLOADS[kind].version]


def _kinds(c: SqliteConnection) -> Change | None:
    events = c.execute("SELECT 1 FROM event LIMIT 1").fetchone()
    if not unknown_kinds(c) and (c.execute("SELECT 1 FROM kind LIMIT 1").fetchone() or not events):
        return None

    def change(c: SqliteConnection) -> None:
        c.execute("DELETE FROM kind")
        c.execute("INSERT INTO kind SELECT kind, max(version) FROM event GROUP BY kind")

    return change


def _branches(c: SqliteConnection) -> Change | None:
    there = {b.branch: b for b in side_tables.branches(c)}
    wanted: dict[str, Branch] = {}
    for branch, story, seq, version, data, _ in c.execute(_BEGUN):
        made = readable(BranchCreated.kind, version, data) if data is not None else None
        if isinstance(made, BranchCreated):
            wanted[branch] = branch_of(story, made, Seq(seq))
        else:  # a purged branch keeps its row, so that its id is not given out again
            wanted[branch] = there.get(branch) or Branch(branch, story, None, BEGINNING, "root", "", Seq(seq), None)
    if wanted == there:
        return None

    def change(c: SqliteConnection) -> None:
        c.execute("DELETE FROM branch")
        for b in wanted.values():
            side_tables.add_branch(c, b)

    return change


def _stories(c: SqliteConnection) -> Change | None:
    """Mends the rows of stories. An existing row keeps its title, and its current branch if the story has that branch:
    both are the user's choices."""
    rows = {row.story: row for row in side_tables.stories(c)}
    branches: dict[str, list[str]] = {}
    turns: dict[str, TurnNumber] = {}
    for branch, story, _, _, data, turn in c.execute(_BEGUN).fetchall():
        branches.setdefault(story, [])
        if data is not None:
            branches[story].append(branch)
            turns[story] = max(turns.get(story, TurnNumber(0)), TurnNumber(turn))
    lost = [s for s in branches if s not in rows]
    astray = [
        r for s, r in rows.items()
        if r.current and (r.current not in branches.get(s, ()) or r.next_turn <= turns.get(s, 0))
    ]  # fmt: skip
    if not lost and not astray:
        return None

    def change(c: SqliteConnection) -> None:
        for story in lost:
            _remake_story(c, story, branches[story])
        for row in astray:
            own = branches.get(row.story, [])
            current = row.current if row.current in own else _latest(c, own)
            next_turn = max(row.next_turn, _last_turn(c, own) + 1)
            c.execute(
                "UPDATE story SET current = ?, next_turn = ? WHERE story = ?", (current, next_turn, row.story)
            )  # fmt: skip

    return change


def _remake_story(c: SqliteConnection, story: str, own: list[str]) -> None:
    """Makes the row of a story from its events; a purged story gets a row so that its id stays taken."""
    first = f"SELECT seq, at, version, data FROM event WHERE story = ? AND kind = '{StoryCreated.kind}' LIMIT 1"  # noqa: S608
    created = c.execute(first, (story,)).fetchone()
    at = created[1] if created else datetime.now(UTC).isoformat()
    begun = readable(StoryCreated.kind, *created[2:]) if created and created[3] is not None else None
    title = begun.title if isinstance(begun, StoryCreated) else ""
    last = c.execute("SELECT max(at) FROM event WHERE story = ?", (story,)).fetchone()[0] or at
    texts = c.execute(
        "SELECT data FROM event WHERE story = ? AND data IS NOT NULL"
        " UNION ALL SELECT json_array(line) FROM draft WHERE story = ?",
        (story, story),
    )
    next_id = 1 + max((int(n) for (text,) in texts for n in _ID.findall(text)), default=0)
    row = side_tables.StoryRow(story, title, _latest(c, own), TurnNumber(_last_turn(c, own) + 1), next_id, last)
    side_tables.add_story(c, row, at)


def _latest(c: SqliteConnection, own: list[str]) -> str:
    """The branch with the latest event; empty where there is no branch."""
    last = {b: c.execute("SELECT max(seq) FROM event WHERE branch = ?", (b,)).fetchone()[0] or 0 for b in own}
    return max(last, key=lambda b: last[b], default="")


def _last_turn(c: SqliteConnection, own: list[str]) -> TurnNumber:
    last = (c.execute("SELECT max(turn) FROM event WHERE branch = ?", (b,)).fetchone()[0] or 0 for b in own)
    return TurnNumber(max(last, default=0))


def _recall(c: SqliteConnection) -> Change | None:
    return None if c.execute("SELECT count(*) FROM recalled_upto").fetchone()[0] else remake_recall
