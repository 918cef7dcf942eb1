"""Snapshots are a cache: whatever was written, taken and dropped, a state is what a fold from the first event says."""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.store import snapshots
from daemon.story.lenses import LENSES, TRUTH, lens_of
from protocol.commands import AddContainer, AddEntity, Bind, Command, PassTime, Say
from protocol.errors import Fault
from protocol.ids import NOBODY, Seq
from protocol.world import Identity
from tests.support.eyes import EYES
from tests.support.open_store import Reading, Store, opened, plain
from tests.support.strategies import commands, small_worlds

Step = tuple[int, str | Command | list[Command]]
"""Which story, and what is done in it: `rewind`, or commands."""


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots every few events, so that small stories have some."""
    monkeypatch.setattr(snapshots, "EVERY", 8)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path


async def agree(store: Store, rng: Random, samples: int = 12) -> None:
    """Random states of random lines of history through every lens are those of a fold from scratch."""
    await store.writer.close()
    reading = Reading(store.database.path)
    last = reading.events[-1]["seq"]
    for _ in range(samples):
        tale = rng.choice(list(store.writer.open_stories.by_id.values()))
        branch, at = rng.choice(list(tale.tree)), rng.randint(0, last)
        expected = reading.states(branch, at)
        for lens in EYES:
            assert await store.projector.state(tale.tree, branch, Seq(at), lens_of(lens)) == expected[lens]


async def carry_out(store: Store, stories: list[str], step: Step, rng: Random) -> None:
    number, what = step
    story = stories[number % len(stories)]
    with contextlib.suppress(Fault):  # a rule refuses it, or it is before the story's beginning
        if what == "rewind":
            tale = store.writer.open_stories.get(story)
            await store.rewind(story, rng.randint(1, await store.writer.open_stories.head(tale, tale.current)))
        else:
            await store.append(story, *(what if isinstance(what, list) else [what]))


STEPS = st.lists(
    st.tuples(st.integers(0, 1), st.one_of(st.just("rewind"), commands(), st.lists(commands(), max_size=9)))
)


@given(st.lists(small_worlds(), min_size=2, max_size=2), STEPS, st.randoms(use_true_random=False))
def test_dropping_all_snapshots_changes_nothing(worlds: list[list[Command]], steps: list[Step], rng: Random) -> None:
    async def run(folder: Path) -> None:
        async with opened(folder) as store:
            stories = [(await store.create(world))[0] for world in worlds]
            for step in steps:
                await carry_out(store, stories, step, rng)
            await agree(store, rng)
            await store.projector.drop_snapshots()
            await agree(store, rng)

    folder = Path(tempfile.mkdtemp())
    try:
        asyncio.run(run(folder))
    finally:
        shutil.rmtree(folder)


SETUP = [AddEntity(entity="a", name="Mara", identity=Identity(description="Keeps the inn."))]


async def test_a_story_that_rested_while_another_grew_has_right_snapshots(folder: Path) -> None:
    async with opened(folder) as store:
        resting, _ = await store.create(SETUP)
        growing, _ = await store.create(SETUP)
        for n in range(40):
            await store.append(growing, Bind(tone=f"tone {n}"))
        for n in range(40):
            await store.append(resting, PassTime(minutes=n))
        await agree(store, Random(1), 40)
        with plain(store.database.path) as c:
            taken = dict(c.execute("SELECT branch, count(*) FROM snapshot GROUP BY branch").fetchall())
    assert min(taken.values()) >= 4 * len(LENSES), "both stories have come far enough for four in each lens"


async def test_states_are_read_from_snapshots_where_there_are_some(folder: Path) -> None:
    """Shown by spoiling them: what is read then is the spoilt one, so the laws above do test snapshots."""
    async with opened(folder) as store:
        story, branch = await store.create(SETUP)
        for n in range(20):
            await store.append(story, Bind(tone=f"tone {n}"))
        await store.writer.close()
    with plain(folder / "fabula.db") as c:
        assert c.execute("UPDATE snapshot SET state = (SELECT state FROM snapshot ORDER BY seq LIMIT 1)").rowcount
        at = c.execute("SELECT max(seq) FROM snapshot").fetchone()[0]
    async with opened(folder) as store:
        tale = store.writer.open_stories.get(story)
        spoilt = await store.projector.state(tale.tree, branch, at, NOBODY)
        await store.projector.drop_snapshots()
        assert await store.projector.state(tale.tree, branch, at, NOBODY) != spoilt


async def test_snapshots_of_another_fold_are_not_read(folder: Path) -> None:
    async with opened(folder) as store:
        story, _ = await store.create(SETUP)
        for n in range(20):
            await store.append(story, Say(who=None, text=f"It rains, {n}.", manner="narration"), Bind(tone=f"{n}"))
        await store.writer.close()
    with plain(folder / "fabula.db") as c:
        assert c.execute("UPDATE snapshot SET code = 'older', state = x'00'").rowcount
    async with opened(folder) as store:
        await agree(store, Random(2))


async def test_snapshots_of_another_fold_are_taken_anew_before_anybody_writes(folder: Path) -> None:
    async with opened(folder) as store:
        story, _ = await store.create(SETUP)
        for n in range(30):
            await store.append(story, Bind(tone=f"{n}"))
        await store.writer.close()
    with plain(folder / "fabula.db") as c:
        taken = c.execute("SELECT branch, lens, seq, state FROM snapshot ORDER BY 1, 2, 3").fetchall()
        assert c.execute("UPDATE snapshot SET code = 'older', state = x'00'").rowcount == len(taken) > 0
    async with opened(folder) as store:
        await store.writer.refresh()
    with plain(folder / "fabula.db") as c:
        anew = c.execute("SELECT branch, lens, seq, state FROM snapshot WHERE code <> 'older' ORDER BY 1, 2, 3")
        assert [tuple(row) for row in anew] == [tuple(row) for row in taken]


async def test_one_that_only_some_lenses_have_is_not_folded_on_from(folder: Path) -> None:
    """So it is between two questions while it is being saved, and where one lens's cannot be read."""
    async with opened(folder) as store:
        story, _ = await store.create(SETUP)
        for n in range(20):
            await store.append(story, AddContainer(container=f"c{n}", name=f"Cell {n}"))
        await store.writer.close()
    for missing in (TRUTH, lens_of(("a",))):
        with plain(folder / "fabula.db") as c:
            last = c.execute("SELECT max(seq) FROM snapshot").fetchone()[0]
            assert c.execute("DELETE FROM snapshot WHERE seq = ? AND lens = ?", (last, missing)).rowcount == 1
        async with opened(folder) as store:
            for n in range(20):
                await store.append(story, AddContainer(container=f"c{missing}-{n}", name=f"Cell {missing}, {n}"))
            await agree(store, Random(missing), 40)
