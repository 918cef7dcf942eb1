"""The index of what can be recalled follows the log, and can be dropped and built again."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import pytest

from daemon.store.recall import index as recall
from daemon.store.recall.index import RecallIndex
from daemon.store.recall.search import Asked, search
from daemon.store.recall.texts import KINDS
from daemon.store.transaction import unsynced
from daemon.story.lenses import ALONE
from daemon.story.lineage import stretches
from daemon.story.words import terms
from protocol.commands import PassTime, Say
from protocol.ids import BEGINNING
from tests.store.remembered import SETUP, contents, found, indexed
from tests.support.open_store import Store, opened, plain


async def test_an_index_of_another_program_or_of_a_longer_log_is_built_anew(folder: Path) -> None:
    async with opened(folder) as store:
        await store.create(SETUP)
        await store.append("s1", Say(who="a", text="boat"))
        await indexed(store)
    kept = contents(folder / "fabula.db")
    for spoilt in ("code = 'older'", "seq = 99"):
        with plain(folder / "fabula.db") as c:
            c.execute("DELETE FROM recalled")
            c.execute(f"UPDATE recalled_upto SET {spoilt}")  # noqa: S608 - constants
        async with opened(folder) as store:
            await indexed(store)
        assert contents(folder / "fabula.db") == kept


async def test_it_goes_on_where_it_was_and_in_small_steps(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recall, "AT_ONCE", 2)
    monkeypatch.setattr(recall, "SPAN", 5)
    await store.create(SETUP)
    for n in range(12):
        await store.append("s1", Say(who="a", text=f"boat {n}"), PassTime(minutes=1))
        if n == 6:
            await indexed(store)
    index = await indexed(store)
    assert index.upto == store.log.seq
    assert len(await found(store, {"boat": 1.0})) == 12


async def test_it_follows_the_log_by_itself_and_ends_when_it_is_told(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recall, "QUIET_S", 0.01)
    monkeypatch.setattr(recall, "AT_ONCE", 2)
    await store.create(SETUP)
    index = RecallIndex(store.database, store.log)
    await index.start()
    index.follow()
    await store.append("s1", *(Say(who="a", text=f"boat {n}") for n in range(9)))
    async with asyncio.timeout(20):
        while index.upto < store.log.seq:
            await asyncio.sleep(0.005)
    await index.close()
    await index.close()
    upto = index.upto
    await store.append("s1", Say(who="a", text="boat"))
    await asyncio.sleep(0.05)
    assert index.upto == upto


async def test_indexing_leaves_commits_as_durable_as_they_were(store: Store) -> None:
    await store.create(SETUP)
    index = await indexed(store)

    def fails(c: Any) -> None:
        with contextlib.suppress(ZeroDivisionError), unsynced(c):
            raise ZeroDivisionError

    for step in (index.current(), index.drop(), store.database.write.run(fails)):
        await step
        assert await store.database.write.run(lambda c: c.execute("PRAGMA synchronous").fetchone()[0]) == 2


async def test_what_is_deleted_from_it_leaves_no_trace_in_the_file(store: Store) -> None:
    await store.create(SETUP)
    await store.append("s1", Say(who="a", text="xyzzyplugh is the word"))
    await indexed(store)
    [(key, terms_of)] = [(h.at, " ".join(terms("xyzzyplugh is the word"))) for h in await found(store, {"word": 1.0})]

    def delete(c: Any) -> None:
        [(rowid,)] = c.execute("SELECT key FROM recalled WHERE key >> 14 & 268435455 = ?", (key,))
        c.execute(
            "INSERT INTO recalled_terms (recalled_terms, rowid, terms) VALUES ('delete', ?, ?)", (rowid, terms_of)
        )

    def stored(c: Any) -> bool:
        return any(b"zyplugh" in block for (block,) in c.execute("SELECT block FROM recalled_terms_data"))

    assert await store.database.write.run(stored)
    await store.database.write.run(delete)
    assert not await store.database.write.run(stored)


async def test_a_search_reads_only_keys_within_its_bounds(store: Store) -> None:
    await store.create(SETUP)
    await store.append("s1", Say(who="a", text="boat"), Say(who="b", text="rain"))
    await indexed(store)
    tale, said = store.writer.open_stories.get("s1"), list[str]()
    asked = Asked(
        stretches(tale.tree, tale.current, BEGINNING, store.log.seq), ALONE["a"], frozenset(KINDS), {"boat": 1.0}, 9
    )

    def plans(c: Any) -> list[str]:
        c.set_trace_callback(said.append)
        search(c, asked)
        c.set_trace_callback(None)
        statements = {sql for sql in said if sql.startswith("SELECT") and " recalled" in sql}
        return [row[3] for sql in statements for row in c.execute(f"EXPLAIN QUERY PLAN {sql}")]

    told = {
        plan
        for plan in await store.database.write.run(plans)
        if not plan.startswith(("SCAN s ", "SCAN (", "CO-ROUTINE"))
    }
    by_key = {plan for plan in told if " USING INTEGER PRIMARY KEY (rowid" in plan}
    by_term = {plan for plan in told if "recalled_terms VIRTUAL TABLE INDEX" in plan and "M" in plan and "><" in plan}
    assert by_key and by_term and by_key | by_term == told, told


async def test_long_texts_are_taken_few_at_a_time(store: Store) -> None:
    """Whoever reads meanwhile waits for no more than one step."""
    await store.create(SETUP)
    for n in range(12):
        await store.append("s1", Say(who="a", text=f"boat {n} " + "and the river rose " * 6000))
    steps, upto = [], BEGINNING
    while upto < store.log.seq:
        texts, upto = await store.database.read.run(recall._read, upto, store.log.seq)
        steps.append(len(texts))
    assert sum(steps) == 12
    assert max(steps) <= 3, "some 110,000 characters each"
