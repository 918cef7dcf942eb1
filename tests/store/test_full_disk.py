"""When the disk is full, the store read-only or locked: -32008 with what to do; reads go on; then all goes on."""

import asyncio
import contextlib
import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from daemon.store.database import VERSION, Database
from protocol.commands import Bind, Say
from protocol.errors import STORAGE, Fault
from tests.live.test_read_only import closed
from tests.support.open_store import Reading, Store, opened, plain
from tests.support.small_cast import WAIT, until

LONG = Say(who=None, text="x" * 20_000, manner="narration")


@pytest.fixture
async def begun(store: Store) -> tuple[Store, str]:
    """A store with a story in it."""
    story, _ = await store.create([Bind(tone="easy")])
    return store, story


async def refused(store: Store, story: str, *commands: Any, key: str | None = None) -> str:
    """Appends until the store fails, within a few lines; what it says to do."""
    with pytest.raises(Fault) as failed:
        for _ in range(10):
            await store.append(story, *commands, key=key)
    assert failed.value.code == STORAGE
    assert str(store.database.path) not in failed.value.message
    return str(failed.value.data["why"])


class Broken(Exception):  # noqa: N818 - what it stands for
    """What SQLite says when a sync fails, in a build that does not tell it from other failures."""

    sqlite_errorname = "SQLITE_IOERR"


def fail(connection: Any) -> NoReturn:
    raise Broken


async def test_a_disk_that_fails_while_it_is_written_ends_the_process(
    begun: tuple[Store, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shown here up to the call; tests/torture makes a sync fail and sees the process end."""
    store, _ = begun
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    for connection, ends in ((store.database.read, []), (store.database.write, [70])):
        with pytest.raises(Fault) as failed:
            await connection.run(fail)
        assert failed.value.code == STORAGE
        assert ended == ends


async def still_whole(store: Store, story: str) -> None:
    """It reads as before, goes on, and holds together."""
    head = (await store.writer.list()).stories[0].head
    assert Reading(store.database.path).events[-1]["seq"] == head
    assert await store.append(story, Bind(tone="on we go")) == head + 1
    await store.log.start()
    assert store.log.lost == ""


async def test_a_full_disk(begun: tuple[Store, str]) -> None:
    store, story = begun
    pages = await store.database.write.run(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
    await store.database.write.run(lambda c: c.execute(f"PRAGMA max_page_count = {pages + 4}"))
    assert "disk is full" in await refused(store, story, LONG)
    before = Reading(store.database.path).events
    assert "disk is full" in await refused(store, story, LONG, Bind(tone="never"), key="k")
    assert Reading(store.database.path).events == before, "nothing of a commit that failed is there"
    assert (await store.writer.list()).stories[0].story == story
    await store.database.write.run(lambda c: c.execute("PRAGMA max_page_count = 1000000"))
    head = await store.append(story, LONG, Bind(tone="at last"), key="k")
    assert head == before[-1]["seq"] + 2, "a key of a commit that failed is free"
    await still_whole(store, story)


async def test_a_store_that_may_not_be_written(begun: tuple[Store, str]) -> None:
    store, story = begun
    await store.database.write.run(lambda c: c.execute("PRAGMA query_only = ON"))
    assert "read-only" in await refused(store, story, Bind(tone="never"))
    await store.database.write.run(lambda c: c.execute("PRAGMA query_only = OFF"))
    await still_whole(store, story)


async def test_another_program_that_has_it_locked(begun: tuple[Store, str]) -> None:
    store, story = begun
    await store.database.write.run(lambda c: c.execute("PRAGMA busy_timeout = 50"))
    with plain(store.database.path) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "another program" in await refused(store, story, Bind(tone="never"))
        assert (await store.writer.list()).stories[0].lines == 0
        other.execute("ROLLBACK")
    await still_whole(store, story)


async def test_one_that_has_it_locked_for_a_moment_is_waited_for(begun: tuple[Store, str]) -> None:
    store, story = begun
    with plain(store.database.path) as other:
        other.execute("BEGIN EXCLUSIVE")
        writing = asyncio.create_task(store.append(story, Bind(tone="soon")))
        await asyncio.sleep(0.05)
        assert not writing.done()
        other.execute("ROLLBACK")
        await writing
    await still_whole(store, story)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[Callable[[], object]]:
    """A store that another program has locked, until this is called."""
    with plain(folder / "fabula.db") as other:
        other.execute("BEGIN IMMEDIATE")
        yield lambda: other.execute("ROLLBACK")


def connections() -> int:
    """How many threads of connections there are."""
    return sum("_connection_worker_thread" in thread.name for thread in threading.enumerate())


def count(c: Any) -> int:
    return int(c.execute("SELECT count(*) FROM event").fetchone()[0])


async def read_on(database: Database, opening: "asyncio.Task[None]") -> None:
    """Reads again and again while it is being opened; what is asked is answered, be it that it cannot be read."""
    while not opening.done():
        try:
            assert await database.read.run(count) == 3
        except Fault as fault:
            assert fault.code == STORAGE
            await asyncio.sleep(0)


async def broken_off(database: Database, seconds: float) -> bool:
    """Whether it was still being opened again after so long, and was broken off."""
    opening = asyncio.create_task(database.reopen())
    reading = asyncio.create_task(read_on(database, opening))
    await asyncio.wait({opening}, timeout=seconds)
    opening.cancel()
    await asyncio.wait({opening})
    await asyncio.wait_for(reading, WAIT)
    return opening.cancelled()


@pytest.mark.parametrize("kept_by", [locked, closed])
async def test_to_open_it_again_may_be_broken_off_at_any_moment_and_works_the_next_time(
    folder: Path,
    kept_by: Callable[[Path], contextlib.AbstractContextManager[Callable[[], object]]],
    recwarn: pytest.WarningsRecorder,
) -> None:
    before, times = connections(), 0
    (folder / "run").mkdir()
    async with opened(folder) as store:
        await store.create([Bind(tone="easy")])
    with kept_by(folder) as let_go:
        database = await Database.open(folder / "fabula.db")
        try:
            assert (database.readable, database.writable) == (True, False)
            let_go()
            while await broken_off(database, times * 0.0005) and not database.writable:
                times += 1
                if database.readable:
                    assert await database.read.run(count) == 3
                else:
                    with pytest.raises(Fault):
                        await database.read.run(count)
            assert times > 2
            await database.reopen()
            assert await database.write.run(count) == await database.read.run(count) == 3
            await until(lambda: connections() == before + 3)
        finally:
            await database.close()
    await until(lambda: connections() == before)
    gc.collect()
    assert not [str(w.message) for w in recwarn if issubclass(w.category, ResourceWarning)], "each was closed"


async def test_a_recovery_goes_on_though_who_waited_for_it_is_gone(begun: tuple[Store, str]) -> None:
    store, story = begun
    await store.database.write.run(lambda c: c.execute("PRAGMA busy_timeout = 50"))
    with locked(store.database.path.parent) as let_go:
        await refused(store, story, Bind(tone="never"))
        assert store.log.read_only
        let_go()
        one, other = [asyncio.create_task(store.log.recover()) for _ in range(2)]
        await asyncio.sleep(0)
        one.cancel()
        await other
        assert one.cancelled()
        assert not store.log.read_only
    await still_whole(store, story)


async def test_what_is_refused_while_it_recovers_is_told_like_any_other_failure(folder: Path) -> None:
    """Another program may make of the file what this one may not open, while it has it locked."""
    async with opened(folder) as store:
        story, _ = await store.create([Bind(tone="easy")])
    with contextlib.ExitStack() as stack:
        other = stack.enter_context(plain(folder / "fabula.db"))
        other.execute("BEGIN IMMEDIATE")
        async with opened(folder) as store:
            other.execute(f"PRAGMA user_version = {VERSION + 1}")
            other.execute("COMMIT")
            assert "newer Fabula" in await refused(store, story, Bind(tone="never"))
            assert "newer Fabula" in store.log.read_only
            assert (await store.writer.list()).stories[0].head == 3
            other.execute(f"PRAGMA user_version = {VERSION}")
            await still_whole(store, story)
