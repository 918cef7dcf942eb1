"""The vectors of what can be recalled follow the log behind play; where a model fails, recall goes by words alone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from daemon.live import vectors as live
from daemon.live.vectors import Vectors
from daemon.model.last_calls import LastCalls
from daemon.prompts.recall import PromptRecall
from daemon.store.purge import purge_events
from daemon.store.recall import search
from daemon.store.recall.texts import seq_of
from daemon.store.recall.vectors import made
from protocol.commands import AddEntity, AddLore, Remember, Say
from protocol.ids import Seq
from protocol.methods import RecallParams
from tests.store.remembered import SETUP, indexed
from tests.support.embeddings import Embeddings
from tests.support.open_store import Store, opened, plain


def keeper(store: Store, model: Any) -> Vectors:
    return Vectors(store.database, store.log, lambda: model, LastCalls())


def rows(store: Store) -> list[tuple[int, bytes]]:
    """The vectors by seq."""
    with plain(store.database.path) as c:
        return [(seq_of(key), data) for key, data in c.execute("SELECT key, vector FROM text_vector")]


async def until(done: Any) -> None:
    async with asyncio.timeout(20):
        while not done():
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def following(vectors: Vectors) -> AsyncIterator[None]:
    await vectors.start()
    yield
    await vectors.close()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "START_S", 0.0)
    monkeypatch.setattr(live, "FIRST_S", 0.01)


async def test_what_is_said_is_embedded_behind_play_with_its_speaker_by_the_name_that_all_were_told(
    store: Store,
) -> None:
    model = Embeddings()
    await store.create(SETUP)
    async with following(keeper(store, model)):
        await store.append("s1", Say(who="a", text="The boat."), Say(who=None, text="It rains."))
        await store.append("s1", Remember(gist="a red scarf", by=["b"]), AddLore(keys=["mill"], text="It burnt."))
        await until(lambda: len(rows(store)) == 4)
    assert model.texts == ["Mara: The boat.", "It rains.", "a red scarf", "mill It burnt."]


async def test_it_goes_on_where_it_was_and_embeds_nothing_twice(folder: Path) -> None:
    first, second = Embeddings(), Embeddings()
    async with opened(folder) as store:
        await store.create(SETUP)
        await store.append("s1", *[Say(who="a", text=f"boat {n}") for n in range(40)])
        vectors = keeper(store, first)
        await vectors.load()
        assert await vectors._step(store.log.seq)
        assert 0 < len(first.texts) < 40
    async with opened(folder) as store:
        vectors = keeper(store, second)
        await vectors.load()
        assert await vectors.current()
    assert len(first.texts) + len(second.texts) == 40


async def test_another_model_embeds_all_again_and_recall_goes_by_words_meanwhile(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BEHIND", 10)
    model: Any = Embeddings()
    vectors = Vectors(store.database, store.log, lambda: model, LastCalls())
    await store.create(SETUP)
    await store.append("s1", *[Say(who="a", text=f"boat {n}") for n in range(40)])
    await vectors.load()
    assert vectors.behind == (0, store.log.seq)
    assert await vectors.of_question("boat") is None, "there are no vectors yet"
    assert await vectors.current()
    assert vectors.behind is None and await vectors.of_question("boat") is not None
    before = rows(store)
    model = Embeddings("other", 128)
    vectors.chosen()
    assert await vectors._step(store.log.seq)
    assert (rows(store), vectors.behind) == ([], (0, store.log.seq))
    assert await vectors.of_question("boat") is None
    assert await vectors.current()
    assert len(rows(store)) == len(before) and {len(data) for _, data in rows(store)} == {128}
    with plain(store.database.path) as c:
        assert tuple(c.execute("SELECT model, dimensions FROM text_vector_upto").fetchone()) == (
            "127.0.0.1:9 other",
            128,
        )


async def test_an_endpoint_that_changes_its_dimensions_is_embedded_by_again(store: Store) -> None:
    model = Embeddings()
    vectors = keeper(store, model)
    await store.create(SETUP)
    await store.append("s1", *[Say(who="a", text=f"boat {n}") for n in range(20)])
    await vectors.load()
    await vectors.current()
    model.dimensions = 32
    await store.append("s1", Say(who="a", text="a lantern"))
    async with following(vectors):
        await until(lambda: len(rows(store)) == 21 and {len(data) for _, data in rows(store)} == {32})
    assert await vectors.of_question("a ferry") is not None


async def test_a_text_that_is_not_taken_is_passed_over_and_the_others_are_not(store: Store) -> None:
    model = Embeddings()
    model.refused = {"Mara: boat 3"}
    vectors = keeper(store, model)
    await store.create(SETUP)
    await store.append("s1", *[Say(who="a", text=f"boat {n}") for n in range(6)])
    await vectors.load()
    assert await vectors.current()
    assert len(rows(store)) == 5


async def test_a_model_that_is_down_is_asked_again_later_and_keeps_nobody_waiting(store: Store) -> None:
    model, calls = Embeddings(), LastCalls()
    model.down = "nothing listens there"
    asked: Any = model
    vectors = Vectors(store.database, store.log, lambda: asked, calls)
    await store.create(SETUP)
    await store.append("s1", Say(who="a", text="The boat lies at the mill."))
    recall = PromptRecall(store.views, await indexed(store), vectors)
    async with following(vectors):
        await until(lambda: calls.why("embed", "127.0.0.1:9"))
        assert calls.why("embed", "127.0.0.1:9") == "nothing listens there"
        [found] = (await recall.recall(RecallParams(story="s1", lens=["a"], query="the boat"))).memories
        assert found.parts["words"] > 0 and found.parts["meaning"] == 0
        model.down = ""
        await until(lambda: rows(store))
    assert calls.why("embed", "127.0.0.1:9") == ""


async def test_what_was_purged_while_it_was_embedded_is_not_written(store: Store) -> None:
    gate, reached = asyncio.Event(), asyncio.Event()

    class Slow(Embeddings):
        async def embed(self, texts: Sequence[str]) -> list[list[float]]:
            reached.set()
            await gate.wait()
            return await super().embed(texts)

    vectors = keeper(store, Slow())
    await store.create(SETUP)
    at = await store.append("s1", Say(who="a", text="The secret is in the mill."))
    await store.append("s1", Say(who="a", text="It rains."))
    await vectors.load()
    stepping = asyncio.create_task(vectors.current())
    await reached.wait()
    await store.log.change(purge_events, "s1", [Seq(at)], [])
    gate.set()
    assert await stepping
    assert [seq for seq, _ in rows(store)] == [at + 1]


async def test_a_name_that_is_purged_leaves_no_vector_that_was_made_with_it(store: Store) -> None:
    model = Embeddings()
    vectors = keeper(store, model)
    await store.create(SETUP)
    await store.append("s1", Say(who="a", text="The boat."))
    await store.create([AddEntity(entity="you", name="Nobody"), Say(who="you", text="Elsewhere.")])
    await vectors.load()
    await vectors.current()
    before = rows(store)
    with plain(store.database.path) as c:
        [(named,)] = c.execute("SELECT seq FROM event WHERE kind = 'entity.added' AND data ->> 'name' = 'Mara'")
    await store.log.change(purge_events, "s1", [Seq(named)], [])
    assert len(rows(store)) == 1, "the other story's stays"
    await vectors.purged()
    await vectors.current()
    assert len(rows(store)) == len(before) and rows(store) != before
    assert model.texts[-1] == "The boat.", "without a name, and nothing of the other story again"


async def test_vectors_that_reach_beyond_the_log_are_dropped(store: Store) -> None:
    vectors = keeper(store, Embeddings())
    await store.create(SETUP)
    await store.append("s1", Say(who="a", text="The boat."))
    await vectors.load()
    await vectors.current()
    await store.database.write.run(lambda c: c.execute("UPDATE text_vector_upto SET seq = 999"))
    again = keeper(store, Embeddings())
    await again.load()
    assert (again.upto, rows(store)) == (0, [])
    await store.database.write.run(lambda c: c.execute("DELETE FROM text_vector_upto"))
    assert (await store.database.read.run(made)).model == ""
    assert await again.current() and len(rows(store)) == 1


async def test_where_all_words_are_common_their_texts_are_found_by_meaning_or_else_by_these_words(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "COMMON", 5)
    model = Embeddings()
    vectors = keeper(store, model)
    await store.create(SETUP)
    everywhere = "the boat and the mill and the brook"
    await store.append("s1", *[Remember(by=["a"], gist=f"{everywhere} {n}") for n in range(9)])
    recall = PromptRecall(store.views, await indexed(store), vectors)
    await vectors.load()
    assert await vectors.current()
    asked = RecallParams(story="s1", lens=["a"], query="boat, mill, brook", k=3)
    found = (await recall.recall(asked)).memories
    assert len(found) == 3 and all((m.parts["words"], m.parts["meaning"] > 0) == (0, True) for m in found)
    vectors._recent.clear()
    model.down = "nothing listens there"
    found = (await recall.recall(asked)).memories
    assert len(found) == 3 and all(m.parts["words"] > 0 and m.parts["meaning"] == 0 for m in found)
