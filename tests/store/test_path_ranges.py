"""Reads along a lineage of many forks: they find what a plain reading finds, by the same indexes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.store import path_ranges as alongs
from daemon.store.queries import pages, reads
from daemon.story.lenses import lens_of
from daemon.story.lineage import Stretch, stretches
from protocol.commands import AddEntity, Bind, Command, PassTime, Say
from protocol.ids import BEGINNING, EntityId, Seq
from protocol.world import Identity
from tests.support.eyes import may_see, people
from tests.support.open_store import Reading, Store, opened

SETUP: list[Command] = [
    AddEntity(entity="a", name="Mara", identity=Identity(description="Keeps the inn.")),
    AddEntity(entity="b", name="Oren", identity=Identity(description="A guest.")),
]


@pytest.fixture(params=[1, 5, 4096])
def span(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How much is asked for in one go: stretch by stretch, a few together, all that the growth allows."""
    monkeypatch.setattr(alongs, "SPAN", request.param)
    return int(request.param)


async def forked(store: Store) -> str:
    """A story whose every second turn lies on a fork of the branch before; its id."""
    story, _ = await store.create(SETUP)
    tale = store.writer.open_stories.get(story)
    for n in range(40):
        words = Say(who="a", text=f"So I said, {n}.", manner="thought" if n % 3 else "speech")
        kept = await store.append(story, words, Bind(tone=f"tone {n}"))
        await store.append(story, Say(who="b", text=f"dropped {n}"), PassTime(minutes=1))
        async with store.writer.change(tale) as change:
            await store.branches.branch_off(change, Seq(kept), "fork", "")
    return story


async def test_what_is_read_along_many_forks_is_what_a_plain_reading_finds(tmp_path: Path, span: int) -> None:
    async with opened(tmp_path) as store:
        tale = store.writer.open_stories.get(await forked(store))
        reading = Reading(store.database.path)
        last = reading.events[-1]["seq"]
        for at in (Seq(last), Seq(last // 2), Seq(7)):
            path = stretches(tale.tree, tale.current, BEGINNING, at)
            seen = reading.seen(tale.current, at)
            assert await store.database.read.run(reads.count, path) == len(seen)
            for lens in ((), ("a",), ("b",), ("a", "b")):
                said = [e["seq"] for e in seen if e["kind"] == "line.said" and may_see(lens, people(e["witnesses"]))]
                assert await _lines(store, path, lens, 1000) == said
                assert await _lines(store, path, lens, 9) == said[-9:]
                assert await _lines(store, path, lens, 9, oldest=True) == said[:9]
                state = await store.projector.state(tale.tree, tale.current, at, lens_of(lens))
                assert state == reading.states(tale.current, at)[lens]
            lines = sum(e["kind"] == "line.said" for e in seen)
            assert await store.database.read.run(reads.count_lines, path) == lines


async def test_the_list_of_stories_counts_on(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        story = await forked(store)
        for text in ("One more.", "And another."):
            told = (await store.writer.list()).stories[0].lines
            await store.append(story, Say(who="b", text=text))
            assert (await store.writer.list()).stories[0].lines == told + 1
    async with opened(tmp_path) as store:
        assert (await store.writer.list()).stories[0].lines == told + 1, "counted anew it is as many"


PATHS = st.lists(st.integers(1, 30), max_size=60).map(
    lambda lengths: [Stretch(f"b{n}", Seq(sum(lengths[:n])), Seq(sum(lengths[: n + 1]))) for n in range(len(lengths))]
)


@given(PATHS, st.integers(1, 100))
def test_the_parts_of_a_path_are_the_path_and_few(path: list[Stretch], span: int) -> None:
    before, alongs.SPAN = alongs.SPAN, span
    try:
        parts = list(alongs._parts(path))
    finally:
        alongs.SPAN = before
    assert [s for part in parts for s in part] == path
    assert all(len(part) <= 2**n for n, part in enumerate(parts))
    assert all(len(part) == 1 or sum(s.upto - s.after for s in part) <= span for part in parts)
    if sum(s.upto - s.after for s in path) <= span:
        assert len(parts) <= len(path).bit_length()


@pytest.mark.parametrize(
    ("select", "index"),
    [
        (f"seq, data {{}} AND {pages.LINES} AND witnesses & 2 = 2 ORDER BY seq DESC", "line_by_branch"),
        (f"seq, data {{}} AND {pages.MEMORIES} AND witnesses & 2 = 2 ORDER BY seq DESC", "memory_by_branch"),
        (f"seq, data {{}} AND {reads.STATING} AND witnesses & 2 = 2 ORDER BY seq", "event_by_branch"),
    ],
)
async def test_several_stretches_use_the_index_too(tmp_path: Path, select: str, index: str) -> None:
    path = [Stretch(f"b{n}", Seq(n), Seq(n + 1)) for n in range(8)]
    async with opened(tmp_path) as store:
        for part, values in alongs.along(path):
            plan = await store.database.read.run(_plan, select.format(part), values)
            assert index in plan, plan
            assert "branch=? AND seq>? AND seq<?" in plan, plan


def _plan(c: Any, select: str, values: Sequence[Any]) -> str:
    return " / ".join(row[3] for row in c.execute(f"EXPLAIN QUERY PLAN SELECT {select}", values))


async def _lines(
    store: Store, path: list[Stretch], lens: tuple[EntityId, ...], limit: int, *, oldest: bool = False
) -> list[int]:
    def page(c: Any) -> list[int]:
        found, _ = pages.page(c, path, lens_of(lens), pages.LINES, limit, oldest=oldest)
        return [event.seq for event, _ in found]

    return await store.database.read.run(page)
