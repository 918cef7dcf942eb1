"""Copies of a store that is being written: each is whole and holds what was committed before it was asked for."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from daemon.store.check.verify import check_chain
from daemon.store.copying import copy
from protocol.commands import AnyCommand, Say
from protocol.errors import STORAGE, Fault
from tests.support.open_store import Store, opened, plain
from tests.support.small_cast import INN as TOLD

INN = msgspec.convert(TOLD, list[AnyCommand])


async def test_a_copy_of_a_store_that_is_written_meanwhile_is_whole(store: Store, folder: Path) -> None:
    story, _ = await store.create(INN)

    async def write() -> None:
        for n in range(40):
            await store.append(story, Say(who="you", text=f"Line {n}."))

    writing = asyncio.create_task(write())
    for n in range(5):
        before = store.log.seq
        await asyncio.to_thread(copy, folder / "fabula.db", folder / f"copy{n}.db")
        with plain(folder / f"copy{n}.db") as c:
            assert check_chain(c) == ""
            assert before <= c.execute("SELECT max(seq) FROM event").fetchone()[0] <= store.log.seq
    await writing
    assert not list(folder.glob(".*"))


async def test_a_closed_store_can_be_copied_and_the_copy_played_on(folder: Path) -> None:
    async with opened(folder) as store:
        story, _ = await store.create(INN)
        head = await store.append(story, Say(who="you", text="Hello."))
    (folder / "there").mkdir()
    copy(folder / "fabula.db", folder / "there" / "fabula.db")
    assert [p.name for p in (folder / "there").iterdir()] == ["fabula.db"], "and nothing beside it"
    async with opened(folder / "there") as store:
        assert store.log.seq == head
        assert await store.append(story, Say(who="you", text="Still here.")) == head + 1


async def test_what_cannot_be_copied_leaves_nothing_behind(folder: Path) -> None:
    (folder / "no.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(Fault) as wrong:
        copy(folder / "no.db", folder / "copy.db")
    assert wrong.value.code == STORAGE
    assert [p.name for p in folder.iterdir()] == ["no.db"]
