"""Loads what story/revisions.py decides about: rows of lines and of their dependents on a branch's path.

Reads that may be long are done in steps.
"""

import asyncio
from collections.abc import Collection, Iterable, Set

from daemon.store.database import Database
from daemon.store.queries import derivations, pages
from daemon.store.queries.steps import decoded, follow, portions
from daemon.store.sqlite import SqliteConnection
from daemon.story.lineage import Tree, whole
from daemon.story.retraction import Consequences, made_of
from daemon.story.revisions import Dependents, LineRow, RetiredRow, Texts, Written
from protocol.events import Event, LineNoticed, LineRevised, LineSaid, MemoryFormed, Payload
from protocol.ids import Seq, mask_of


async def load(
    database: Database, tree: Tree, story: str, branch: str, seqs: Iterable[Seq], coming: Collection[Seq] = ()
) -> Dependents:
    """The dependents of the lines that these events revise, and of the lines from which events that are reinstated
    (`coming`) derive.

    The result holds a copy of the tree, so that long work on it can run in a thread.
    """
    tree = tree.supposing(branch, ())
    line_of = {e.seq: p.line for e, p in await decoded(database, seqs) if isinstance(p, LineRevised)}
    behind = await _lines_behind(database, coming)
    rows = await line_rows(database, story, {*line_of.values(), *behind})
    texts = await asyncio.to_thread(Texts, tree, branch, rows)
    said = [texts.said[part] for part in texts.revisions]
    path = whole(tree, branch, Seq(min(said) - 1)) if said else []
    consequences = await follow(database, path, said)
    retired, lines = await _retired(database, consequences, texts.deleted.retired)
    if lines:
        rows += await line_rows(database, story, lines - {*line_of.values(), *behind})
        texts = await asyncio.to_thread(Texts, tree, branch, rows)
    return Dependents(texts, consequences, line_of, retired, frozenset(behind))


async def line_rows(database: Database, story: str, lines: Iterable[str]) -> list[LineRow]:
    """The events of these lines on all branches; purged ones are passed over."""
    found: list[LineRow] = []
    for some in portions(sorted(set(lines))):
        found += await database.read.run(_line_rows, story, some)
    return found


async def written(database: Database, seqs: Iterable[Seq]) -> list[Written]:
    """The memories among these events that have a cause, in order, purged or not."""
    found: list[Written] = []
    for some in portions(sorted(seqs)):
        events = await database.read.run(derivations.events, some)
        memories = (e for e in events if e.kind == MemoryFormed.kind)
        found += [Written(e.seq, e.cause, mask_of(e.witnesses)) for e in memories if e.cause is not None]
    return found


def _line_rows(c: SqliteConnection, story: str, lines: Collection[str]) -> list[LineRow]:
    return [
        LineRow(e.seq, e.branch, e.kind, p.line, p.part, "" if isinstance(p, LineNoticed) else p.text)
        for e, p in pages.decoded(derivations.of_lines(c, story, [*lines]))
        if isinstance(p, LineSaid | LineRevised | LineNoticed)
    ]


async def _retired(
    database: Database, consequences: Consequences, retired: Set[Seq]
) -> tuple[list[RetiredRow], set[str]]:
    """The retired events among these consequences, and the lines that they were made of."""
    rows = [_retired_row(e, p) for e, p in await decoded(database, retired & consequences.all)]
    sources = await decoded(database, {s for row in rows for s in row.made_of})
    return rows, {p.line for _, p in sources if isinstance(p, LineSaid | LineRevised | LineNoticed)}


def _retired_row(e: Event, p: Payload) -> RetiredRow:
    if not isinstance(p, MemoryFormed):
        return RetiredRow(e.seq, made_of(e.cause))
    is_summary = p.memory_kind == "summary"
    summary_of = (e.cause, mask_of(e.witnesses)) if is_summary and e.cause is not None else None
    return RetiredRow(e.seq, made_of(e.cause, p.from_), len(p.from_), summary_of)


async def _lines_behind(database: Database, seqs: Collection[Seq]) -> set[str]:
    """The lines from which these events derive, directly or not; an event of a line counts for that line."""
    lines, known, todo = set[str](), set(seqs), sorted(seqs)
    while todo:
        sources = set[Seq]()
        for e, p in await decoded(database, todo):
            if isinstance(p, LineSaid | LineRevised | LineNoticed):
                lines.add(p.line)
            else:
                sources |= made_of(e.cause, p.from_ if isinstance(p, MemoryFormed) else ())
        todo = sorted(sources - known)
        known |= sources
    return lines
