"""S6: `recall`, the first 20 of 100,000 memories through one lens, by words and vectors, against sqlite-vec's own scan
of the same vectors; and the same with 50 dead branches of 1,000 memories each beside it.

A gist has a dozen words of a vocabulary as large as a story's, by Zipf's law, and a question has words of that too:
most words are rare, and a few are everywhere. The vectors are random: they are compared in the same time whatever
they mean. The question's own vector is given, since how long a model takes for it is the model's; see the details for
the embedded one."""

import asyncio
import statistics
from array import array
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from daemon.live.vectors import Vectors
from daemon.model import minilm
from daemon.model.last_calls import LastCalls
from daemon.model.models import Models
from daemon.prompts.recall import PromptRecall
from daemon.store import sqlite
from daemon.store.recall.index import RecallIndex
from protocol.commands import Command, Remember
from protocol.ids import Seq
from protocol.methods import RecallParams
from protocol.model import Endpoint, Roles
from tests.bench.figures import Figure, Watch, spread
from tests.bench.stores import Stores
from tests.bench.tale import SETUP
from tests.support.open_store import Store, opened

DIMENSIONS, FIRST, RUNS = 384, 20, 15
SYLLABLES = (
    "ba",
    "co",
    "du",
    "fel",
    "gri",
    "hom",
    "ja",
    "kes",
    "lor",
    "mun",
    "ne",
    "pol",
    "qui",
    "ras",
    "sto",
    "tam",
    "ul",
    "vi",
    "wen",
    "zor",
)
DEAD, OF_EACH = 50, 1_000
OF_GIST, OF_QUESTION = 12, 8
VOCABULARY = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES]
FREQUENCIES = [1 / n for n in range(3, 3 + len(VOCABULARY))]


def drawn(rng: Random, count: int) -> list[str]:
    """So many words of the vocabulary, the frequent ones often."""
    return rng.choices(VOCABULARY, FREQUENCIES, k=count)


class Random384:
    """A model whose vectors are random, the same for the same text."""

    endpoint = Endpoint(base_url="http://127.0.0.1:9/v1", model="random")

    async def model(self) -> str:
        return "random"

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [vector(Random(text)) for text in texts]


def vector(rng: Random) -> list[float]:
    return [rng.gauss(0, 1) for _ in range(DIMENSIONS)]


def figures(stores: Stores, quick: bool) -> list[Figure]:
    """Medians in milliseconds."""
    count = 5_000 if quick else 100_000
    return asyncio.run(_measured(stores.folder / "remembering", count))


async def _measured(folder: Path, count: int) -> list[Figure]:
    folder.mkdir()
    model: Any = Random384()
    async with opened(folder) as store:
        await store.database.write.run(lambda c: c.execute("PRAGMA synchronous = OFF"))
        await store.create(SETUP)
        began = store.log.seq
        await _remember(store, count)
        index, vectors = RecallIndex(store.database, store.log), None
        await index.start()
        vectors = Vectors(store.database, store.log, lambda: model, LastCalls())
        await _current(index, vectors)
        recall = PromptRecall(store.views, index, vectors)
        alone, bare = await _recalled(store, recall), await _bare(store, folder / "bare.db")
        await _beside(store, Seq(began))
        await _current(index, vectors)
        beside = await _recalled(store, recall)
    of_model = await _of_model()
    details = {
        "ms": spread(alone),
        "beside": spread(beside),
        "bare": spread(bare),
        "question by the embedded model": of_model,
    }
    return [
        Figure(
            promise="S6", what=f"recall of {FIRST} among {count:,} memories, words and vectors",
            ours=statistics.median(alone), unit="ms", reference=statistics.median(bare), than="scan of vec0",
            promised=2, details=details,
        ),
        Figure(
            promise="S6", what=f"the same with {DEAD} dead branches of {OF_EACH:,} memories beside",
            ours=statistics.median(beside), unit="ms", reference=statistics.median(alone), than="without them",
            promised=1.5, details=details,
        ),
    ]  # fmt: skip


async def _remember(store: Store, count: int, branch: str | None = None) -> None:
    rng = Random(count)
    for at in range(0, count, 500):
        some: list[Command] = [
            Remember(gist=" ".join(drawn(rng, OF_GIST)), by=["a"]) for _ in range(min(500, count - at))
        ]
        await store.append("s1", *some, **({"branch": branch} if branch else {}))


async def _beside(store: Store, at: Seq) -> None:
    tale = store.writer.open_stories.get("s1")
    for _ in range(DEAD):
        async with store.writer.change(tale, tale.current) as change:
            branch, _ = await store.branches.branch_off(change, at, "fork", "", current=False)
        await _remember(store, OF_EACH, branch)


async def _current(index: RecallIndex, vectors: Vectors) -> None:
    await index.current()
    await vectors.load()
    if not await vectors.current():
        raise RuntimeError("the memories cannot be embedded")


async def _recalled(store: Store, recall: PromptRecall) -> list[float]:
    taken, rng = [], Random(RUNS)
    for _ in range(RUNS + 3):
        query = f"what was said of {' '.join(drawn(rng, OF_QUESTION))}"  # of fewer words, words alone may decide
        with Watch() as watch:
            found = await recall.recall(RecallParams(story="s1", lens=["a"], query=query, k=FIRST))
        assert len(found.memories) == FIRST
        assert any(x.parts["meaning"] for x in found.memories)
        taken.append(1000 * watch.seconds)
    return taken[3:]


async def _bare(store: Store, path: Path) -> list[float]:
    """Milliseconds of sqlite-vec's own search of the same vectors, as floats, in a table of its own."""
    rows = await store.database.read.run(lambda c: c.execute("SELECT key, vector FROM text_vector").fetchall())
    c = sqlite.connect(sqlite.library(), path)
    c.execute(f"CREATE VIRTUAL TABLE bare USING vec0 (key INTEGER PRIMARY KEY, vector float[{DIMENSIONS}])")
    c.execute("BEGIN")
    c.executemany(
        "INSERT INTO bare VALUES (?, ?)", ((key, array("f", array("b", data)).tobytes()) for key, data in rows)
    )
    c.execute("COMMIT")
    taken = []
    for n in range(RUNS + 3):
        asked = array("f", vector(Random(n))).tobytes()
        with Watch() as watch:
            c.execute("SELECT key, distance FROM bare WHERE vector MATCH ? AND k = ?", (asked, FIRST)).fetchall()
        taken.append(1000 * watch.seconds)
    c.close()
    return taken[3:]


async def _of_model() -> dict[str, float] | str:
    """Milliseconds that the embedded model takes for a question, once it is loaded."""
    if lacks := minilm.missing():
        return lacks
    models, taken = Models(Roles(), lambda _: ""), []
    for n in range(RUNS + 1):
        with Watch() as watch:
            await models.role("embed").embed([f"Where did Mara put the brass key number {n}?"])
        taken.append(1000 * watch.seconds)
    await models.aclose()
    return spread(taken[1:])
