"""Recall by words and meaning finds just what a slow account of the shown events finds, with the same scores, whatever
was forked, revised, deleted, reinstated or purged; and the vectors are those that are made anew."""

import contextlib
from typing import Any

import pytest

from daemon.history.purge import Purger
from daemon.live.vectors import Vectors
from daemon.model.last_calls import LastCalls
from daemon.prompts.recall import PromptRecall
from daemon.store.recall import vectors as stored
from daemon.store.recall.texts import seq_of
from daemon.telling import recalling
from protocol.errors import Fault
from protocol.methods import PurgeParams, RecallParams
from tests.laws.acting import Acting
from tests.laws.looking import Looking
from tests.laws.test_histories import Step, law
from tests.support.embeddings import Embeddings
from tests.support.eyes import EYES
from tests.support.open_store import plain

QUERIES = ("who took the key in the rain?", "a red scarf", "Take 7")
PARTS = ("words", "meaning", "around", "speaker", "scene")


def contents(it: Acting) -> list[tuple[Any, ...]]:
    """All vectors, each with its sketch."""
    with plain(it.store.database.path) as c:
        vectors, sketches = (
            [tuple(row) for row in c.execute(f"SELECT * FROM {table} ORDER BY key")]  # noqa: S608 - constants
            for table in ("text_vector", "text_sketch")
        )
    assert [row[0] for row in vectors] == [row[0] for row in sketches]
    return [(*row, sketch) for row, (_, sketch) in zip(vectors, sketches, strict=True)]


def embedding(it: Acting) -> Vectors:
    model: Any = Embeddings()
    return Vectors(it.store.database, it.store.log, lambda: model, LastCalls())


def terms(it: Acting) -> list[tuple[Any, ...]]:
    """All entries of the index of words, and where each of its terms stands."""
    with plain(it.store.database.path) as c:
        c.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab (main, recalled_terms, instance)")
        return [
            tuple(row)
            for table in ("recalled ORDER BY key", "temp.terms ORDER BY term, doc")
            for row in c.execute(f"SELECT * FROM {table}")  # noqa: S608 - constants
        ]


async def as_new(it: Acting, vectors: Vectors) -> None:
    """The index of words and the vectors are those that are made from nothing."""
    await it.index.current()
    indexed = terms(it)
    await it.index.drop()
    await it.index.current()
    assert terms(it) == indexed
    assert await vectors.current()
    kept = contents(it)
    await it.store.database.write.run(stored.restart, "another", 0)
    again = embedding(it)
    await again.load()
    assert await again.current()
    assert contents(it) == kept
    await vectors.load()


async def finds_the_same(it: Acting, vectors: Vectors) -> None:
    recall = PromptRecall(it.store.views, it.index, vectors)
    for line in it.tale.tree:
        states = it.naive.states(line)
        for n, lens in enumerate(EYES):
            names = {e: known.name for e, known in states[n].entities.items()}
            looking = Looking(it.naive, line, lens, NAMES)
            for query in QUERIES:
                p = RecallParams(story=it.tale.id, branch=line, lens=list(lens), query=query, k=200)
                found = (await recall.recall(p)).memories
                question = recalling.question(query, names)
                expected = looking.matches(question.words, query)
                assert {(x.kind, x.memory) for x in found} == {*expected}, (line, lens, query)
                fused = recalling.fused([*expected.values()], question, [], relative=True)
                for of, parts in zip(expected, fused, strict=True):
                    [result] = [x for x in found if (x.kind, x.memory) == of]
                    told = {name: getattr(parts, name) for name in PARTS}
                    assert {name: result.parts[name] for name in PARTS} == pytest.approx(told, abs=2e-4), (of, query)


NAMES = {"you": "Sam", "a": "Mara", "b": "Oren"}


@law(12)
async def test_recall_finds_what_the_shown_events_say(it: Acting, steps: list[Step]) -> None:
    vectors = embedding(it)
    for n, step in enumerate(steps):
        await it.take(step)
        if n % 5 == 4:
            await vectors.current()
    await finds_the_same(it, vectors)
    await as_new(it, vectors)


@law(12)
async def test_a_purge_takes_vectors_along(it: Acting, steps: list[Step]) -> None:
    vectors = embedding(it)
    for step in steps:
        await it.take(step)
    await vectors.current()
    purger = Purger(it.store.writer, it.index, vectors, lambda story: False, nothing, nothing)
    for _, _, n in steps[:3]:
        rows = [
            r["seq"] for r in it.naive.rows if r["kind"] in ("line.said", "memory.formed", "line.revised", "lore.set")
        ]
        if not rows:
            return
        with contextlib.suppress(Fault):
            await purger.purge(PurgeParams(story=it.tale.id, targets=[rows[n % len(rows)]], confirm=True))
        with plain(it.store.database.path) as c:
            purged = {seq for (seq,) in c.execute("SELECT seq FROM event WHERE data IS NULL")}
            held = {seq_of(key) for (key,) in c.execute("SELECT key FROM text_vector")}
        assert not purged & held
        await as_new(it, vectors)


async def nothing() -> int:
    return 0
