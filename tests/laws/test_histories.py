"""Whatever is forked, taken again, revised, deleted, reinstated and gone back to: every branch
shows what a simple account of it says, through every lens, and what is derived equals what is derived anew.

`FABULA_LONG=1000` runs so many examples of each law.
"""

import asyncio
import contextlib
import itertools
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.history import deletion
from daemon.live import catching_up
from daemon.store import snapshots
from daemon.store.check.replay import check_replay
from daemon.store.queries import steps
from protocol.commands import Remember, Say
from tests.laws.acting import Acting, acting
from tests.laws.holding import Holding
from tests.story.wandering import STEP
from tests.support.eyes import EYES
from tests.support.open_store import opened, plain
from tests.support.strategies import commands

MANY = int(os.environ.get("FABULA_LONG", "0"))
ACTS = (
    *("wander",) * 12, *("delete",) * 4, *("reinstate",) * 4, *("remember", "retell", "retake", "rewind", "forget") * 2,
    *("revise", "unrevise") * 2, "sweep", "revise_as_fork", "fork", "switch", "sum_up",
)  # fmt: skip
_acts = st.binary(min_size=STEP + 3, max_size=STEP + 3).map(lambda x: (ACTS[x[0] % len(ACTS)], x[1:-1], x[-1]))
_any = st.tuples(st.just("append"), st.lists(commands(), min_size=1, max_size=3), st.integers(0, 9))
STEPS = st.lists(st.one_of([_acts] * 6 + [_any]), min_size=15, max_size=40)
Step = tuple[str, Any, int]


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots, pages and steps every few events, so that they meet with what is taken out."""
    monkeypatch.setattr(snapshots, "EVERY", 8)
    monkeypatch.setattr(catching_up, "PAGE", 3)
    monkeypatch.setattr(steps, "SPAN", 5)
    monkeypatch.setattr(steps, "AT_ONCE", 2)
    monkeypatch.setattr(deletion, "IDS_AT_ONCE", 6)


def law(least: int = 10) -> Callable[[Any], Any]:
    """Random stories with random histories."""

    def wrapped(test: Callable[[Acting, list[Step]], Awaitable[None]]) -> Any:
        @settings(max_examples=MANY or least, suppress_health_check=list(HealthCheck))
        @given(STEPS)
        def run(steps: list[Step]) -> None:
            async def one(folder: Path) -> None:
                async with opened(folder) as store:
                    await test(await acting(store), steps)

            with folder() as made:
                asyncio.run(one(made))

        run.__name__, run.__doc__ = test.__name__, test.__doc__
        return run

    return wrapped


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="fab"))
    yield made
    shutil.rmtree(made)


@law()
async def test_every_line_shows_what_a_simple_account_of_it_says(it: Acting, steps: list[Step]) -> None:
    for step in steps:
        await it.take(step)
        await it.agrees(it.tale.current)
    for line in it.tale.tree:
        await it.agrees(line)
        await it.agrees_at_every_commit(line)
    await it.store.writer.close()
    with plain(it.store.database.path) as c:
        assert list(check_replay(c)) == []


@law()
async def test_what_is_recalled_is_what_a_new_index_finds_and_nothing_that_is_gone(
    it: Acting, steps: list[Step]
) -> None:
    for n, step in enumerate(steps):
        await it.take(step)
        if n % 3 == 2:
            await it.index.current()
    found = {line: await it.recalled(line) for line in it.tale.tree}
    await it.index.drop()
    for line in it.tale.tree:
        assert await it.recalled(line) == found[line]
        for lens, hits in zip(EYES, found[line], strict=True):
            assert {_unmarked(x.text) for x in hits} <= set(map(_unmarked, it.naive.texts(line, lens)))


@law()
async def test_who_obeys_common_holds_what_is_shown(it: Acting, steps: list[Step]) -> None:
    """Whenever it comes and goes, and be it told of three events at a time."""
    holders = [Holding(it.store.writer.streams, it.tale.id, b) for b in (None, None, it.tale.current)]
    for n, step in enumerate(steps):
        for k, holder in enumerate(holders):
            if holder.subscription is None:
                await holder.connect()
            await holder.told((step[2] + n) % 5)
            if (step[2] + n) % (2 + k) == 0:
                holder.leave()
        await it.take(step)
    for holder in holders:
        if holder.subscription is None:
            await holder.connect()
        await holder.settle()
        assert holder.seqs == [r["seq"] for r in it.naive.shown(holder.asked or it.tale.current)]
        holder.leave()


@law()
async def test_a_preview_is_what_the_act_does(it: Acting, steps: list[Step]) -> None:
    for step in steps:
        if step[0] in ("delete", "sweep", "forget", "unrevise", "rewind"):
            await it.foretold(step)
        else:
            await it.take(step)


@law()
async def test_what_is_brought_back_is_as_it_was(it: Acting, steps: list[Step]) -> None:
    for step in steps:
        await it.take(step)
    line = it.tale.current
    before = it.naive.states(line), it.naive.transcript(line, ()), it.naive.memories(line, ())
    targets = [t for n in (3, 11, 17) if (t := await it.delete(n, 0)) is not None]
    await it.agrees(line)
    for t in targets:
        await it.bring_back(t)
    await it.agrees(line)
    assert (it.naive.states(line), it.naive.transcript(line, ()), it.naive.memories(line, ())) == before


@law()
async def test_revisions_that_are_taken_back_leave_no_trace(it: Acting, steps: list[Step]) -> None:
    """In whichever order; and brought back again, they are as they were."""
    line, _ = await remembering(it, steps)
    before, was = all_of(it, line), set(it.naive.revisions(line))
    for n in (1, 6, 6, 11):
        await it.take(("revise", bytes([0, n]), n))
    after, made = all_of(it, line), [s for s in it.naive.revisions(line) if s not in was]
    made = made[len(made) // 2 :] + made[: len(made) // 2]
    for seq in made:
        if seq in it.naive.revisions(line):
            await it.delete_these([seq])
    await it.agrees(line)
    assert all_of(it, line) == before
    for seq in sorted(set(made) & set(it.naive.lines[line].out(10**9)), key=made.index):
        await it.bring_back(seq)
    await it.agrees(line)
    assert all_of(it, line) == after


@law()
async def test_what_was_deleted_comes_back_with_the_words_that_it_was_made_of(it: Acting, steps: list[Step]) -> None:
    line, kept = await remembering(it, steps)
    before, was = all_of(it, line), set(it.naive.revisions(line))
    for seq in kept:
        await it.delete_these([seq])
    lines = len(it.naive.transcript(line, ()))
    for n in (1, 2, 3):  # all three that they are of
        await it.take(("revise", lines - n, n))
    for seq in kept:
        await it.bring_back(seq)
        await it.agrees(line)
    for seq in it.naive.revisions(line):
        if seq not in was and seq in it.naive.revisions(line):
            await it.delete_these([seq])
    await it.agrees(line)
    assert all_of(it, line) == before


async def remembering(it: Acting, steps: list[Step]) -> tuple[str, list[int]]:
    """A line of history after these steps, with three lines said last and memories of two of them each; their seqs."""
    for step in steps:
        await it.take(step)
    line = it.tale.current
    await it.take(("append", [Say(who="you", text=f"The rain, {n}.") for n in range(3)], 0))
    said = [r["seq"] for r in it.naive.shown(line, lens=("you",)) if r["kind"] == "line.said"]
    for pair in itertools.pairwise(said):
        memory = Remember(gist=f"It was said at {pair[0]}.", by=["you"], from_=list(pair))
        await it.take(("append", [memory], 0))
    formed = [r for r in it.naive.shown(line) if r["kind"] == "memory.formed"]
    return line, [r["seq"] for r in formed if it.naive.payload(r).gist.startswith("It was said at ")][-2:]


def _unmarked(text: str) -> str:
    """A text without the marks that say how it is brought out."""
    return text.replace("*", "").replace("`", "")


def all_of(it: Acting, line: str) -> tuple[Any, ...]:
    return it.naive.states(line), it.naive.transcript(line, ()), it.naive.memories(line, ())
