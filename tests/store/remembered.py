"""What tests of recall share: a small story, and what a search of it finds."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from daemon.store.recall import results
from daemon.store.recall.index import RecallIndex
from daemon.store.recall.results import Found
from daemon.store.recall.search import Asked, Hit, search
from daemon.store.recall.texts import KINDS
from daemon.story.lineage import stretches
from protocol.commands import AddEntity, Command
from protocol.ids import BEGINNING, EntityId, Seq, mask_of
from protocol.world import Identity
from tests.support.open_store import Store, plain

SETUP: list[Command] = [
    AddEntity(entity="you", name="Sam"),
    AddEntity(entity="a", name="Mara", identity=Identity(description="Keeps the inn.")),
    AddEntity(entity="b", name="Oren", identity=Identity(description="A guest.")),
]


async def indexed(store: Store) -> RecallIndex:
    """An index of the store, brought up to date."""
    index = RecallIndex(store.database, store.log)
    await index.start()
    await index.current()
    return index


async def found(
    store: Store, words: dict[str, float], lens: Sequence[EntityId] = (), branch: str = "", at: int = 0, **more: Any
) -> list[Hit]:
    """What is found in the first story along a branch (the current one) as of a seq (the head)."""
    tale = store.writer.open_stories.get("s1")
    path = stretches(tale.tree, branch or tale.current, BEGINNING, Seq(at or store.log.seq))
    asked = Asked(path, mask_of(lens), more.pop("kinds", frozenset(KINDS)), words, more.pop("most", 1000), **more)
    return await store.database.read.run(search, asked)


async def read(store: Store, hits: list[Hit], lens: Sequence[EntityId] = ()) -> list[Found]:
    tale = store.writer.open_stories.get("s1")
    path = stretches(tale.tree, tale.current, BEGINNING, store.log.seq)
    return await store.database.read.run(results.found, "s1", path, mask_of(lens), frozenset(), hits)


def contents(path: Path) -> tuple[list[Any], list[Any]]:
    """All that is in the index."""
    with plain(path) as c:
        c.execute("CREATE VIRTUAL TABLE temp.word USING fts5vocab (main, recalled_terms, instance)")
        indexed = [tuple(row) for row in c.execute("SELECT term, doc FROM temp.word ORDER BY term, doc")]
        return indexed, [tuple(row) for row in c.execute("SELECT key, subject FROM recalled ORDER BY key")]
