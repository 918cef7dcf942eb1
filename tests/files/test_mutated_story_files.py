"""Whatever is changed in a story file, an import refuses it in words, or takes what passes every check, answers every
view and travels on; and so it does after it was played, deleted from, gone back in and purged.

`FABULA_LONG=1000` tries so many files.
"""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from daemon.backups.keeper import make
from daemon.history.deletion import Deletion
from daemon.history.purge import Purger
from daemon.live.vectors import Vectors
from daemon.model.last_calls import LastCalls
from daemon.store import snapshots
from daemon.store.backups import Folder
from daemon.store.check.process import check
from daemon.store.recall.index import RecallIndex
from protocol import methods as m
from protocol.commands import Remember, Say
from protocol.errors import BAD_IMPORT, STORAGE, Fault
from tests.files.mutating import Story, mutated
from tests.files.test_round_trips import Desk, Told, carry_out, desk
from tests.files.visiting import visit
from tests.laws.acting import acting
from tests.laws.test_histories import ACTS
from tests.story.wandering import STEP
from tests.support.embeddings import Embeddings
from tests.support.open_store import Store, opened

MANY = int(os.environ.get("FABULA_LONG", "0"))
LEAST = 12
SEED = int(os.environ.get("FABULA_SEED", "0"))


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots every few events."""
    monkeypatch.setattr(snapshots, "EVERY", 16)


async def _lived(folder: Path, rng: Random) -> bytes:
    """A story with takes, revisions, deletes, summaries, records of the machinery and purged events, as a file."""
    async with desk(folder) as here:
        it = await acting(here.store)
        for _ in range(40):
            await it.take((rng.choice(ACTS), rng.randbytes(STEP + 1), rng.randrange(256)))
        await it.take(("sum_up", 3, 4))
        await it.take(("fork", 0, 5))
        story = it.tale.id
        other, _ = await here.store.create()
        for step in ("machinery", "remember", "purge", "purge", "machinery"):
            with contextlib.suppress(Fault):
                await carry_out(here.store, story, other, step, rng)
        await here.store.writer.close()
        return await here.export(story)


@pytest.fixture(scope="module")
def files() -> list[Story]:
    """A few real files."""
    made = []
    for seed in range(2):
        folder = Path(tempfile.mkdtemp(prefix="fab"))
        made.append(msgspec.json.decode(asyncio.run(_lived(folder, Random(seed)))))
        shutil.rmtree(folder)
    return made


@contextlib.asynccontextmanager
async def _nowhere() -> AsyncIterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="fab"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


async def sound(here: Desk, story: str) -> None:
    """It passes every check, is to be looked at from everywhere, and comes back the same from a file of its own."""
    store, path = here.store, here.store.database.path
    await visit(store, story)
    await store.writer.close()
    report = await asyncio.to_thread(check, path, True)
    assert report.findings == []
    again = await here.take(await here.export(story))
    await store.writer.close()
    Told(path, story).same(Told(path, again.story))
    assert (await asyncio.to_thread(check, path, True)).findings == []


async def _played(store: Store, story: str, rng: Random) -> None:
    """What one does with a story. It may be refused; the store may not fail."""
    tale = store.writer.open_stories.get(story)

    async def nothing() -> int:
        return 0

    index = RecallIndex(store.database, store.log)
    await index.start()
    model: Any = Embeddings()
    vectors = Vectors(store.database, store.log, lambda: model, LastCalls())
    purging = Purger(store.writer, index, vectors, lambda story: False, nothing, nothing)
    retracting, histories = Deletion(store.writer), store.branches
    for _ in range(6):
        shown = await store.views.project(m.ProjectParams(story=story, view="transcript"))
        lines = msgspec.json.decode(msgspec.json.encode(shown.data))["lines"]
        seq = rng.choice([x["seq"] for x in lines] or [await store.writer.open_stories.head(tale, tale.current)])
        branch, out = rng.choice(list(tale.tree)), sorted(tale.tree.deleted(tale.current).by_target)
        memory = Remember(gist="Rain.", by=["a"], from_=[seq])
        preview = rng.random() < 0.4
        acts: list[Callable[[], Awaitable[Any]]] = [
            partial(store.append, story, Say(who="you", text="And then it rained.")),
            partial(store.append, story, memory),
            partial(histories.rewind, m.RewindParams(story=story, to=seq, preview=preview)),
            partial(retracting.delete, m.DeleteParams(story=story, targets=[seq], preview=preview)),
            partial(retracting.reinstate, m.ReinstateParams(story=story, targets=out[:1])),
            partial(histories.switch, m.SwitchParams(story=story, branch=branch)),
            partial(purging.purge, m.PurgeParams(story=story, targets=[seq], confirm=True)),
        ]
        try:
            await rng.choice(acts)()
        except Fault as fault:
            assert fault.code != STORAGE, fault.message


async def _tried(text: bytes, rng: Random, backup: bool) -> bool:
    """Whether an import takes the file; all that must hold where it does."""
    async with _nowhere() as folder:
        async with desk(folder) as here:
            try:
                taken = await here.take(text)
            except Fault as refused:
                assert refused.code == BAD_IMPORT, refused
                assert refused.data["where"] and refused.data["why"]
                return False
            await sound(here, taken.story)
            await _played(here.store, taken.story, rng)
            await sound(here, taken.story)
            if backup:
                backups = Folder(folder / "backups")
                backups.open()
                assert (await make(backups, "asked", here.store.database.path)).sound
        async with opened(folder) as store:
            assert store.log.lost == ""
    return True


def test_whatever_an_import_takes_is_sound(files: list[Story]) -> None:
    many = MANY or LEAST
    taken = 0
    for n in range(SEED, SEED + many):
        rng = Random(n)
        text = mutated(rng.choice(files), rng.choice(files), rng)
        try:
            taken += asyncio.run(asyncio.wait_for(_tried(text, rng, backup=n % 8 == 0), 60))
        except BaseException as wrong:
            wrong.add_note(f"FABULA_SEED={n} FABULA_LONG=1")
            raise
    assert many < LEAST or many // 10 < taken < many, "files are changed too much, or too little"


def test_real_files_are_taken(files: list[Story]) -> None:
    for story in files:
        assert asyncio.run(_tried(msgspec.json.encode(story), Random(0), backup=True))
