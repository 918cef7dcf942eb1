"""The write-ahead log is emptied where it has grown, and who keeps it from that is named."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from daemon.live import upkeep
from daemon.live.upkeep import Upkeep
from daemon.store import wal
from protocol.commands import Say
from tests.support.open_store import Store

LONG = Say(who=None, text="x" * 20_000, manner="narration")

READER = """
import sys
from pathlib import Path
from daemon.store import sqlite
c = sqlite.connect(sqlite.library(), Path(sys.argv[1]), "ro")
c.execute("BEGIN")
c.execute("SELECT count(*) FROM event").fetchall()
print("reads", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a few lines reach."""
    monkeypatch.setattr(wal, "MOST", 500_000)
    monkeypatch.setattr(upkeep, "EVERY_S", 0.05)


@pytest.fixture
async def reader(store: Store) -> AsyncIterator[subprocess.Popen[bytes]]:
    """Another program that goes on reading what was there when it began."""
    story, _ = await store.create()
    await store.append(story, LONG)
    command = [sys.executable, "-c", READER, str(store.database.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"reads\n"
        yield process
        process.kill()


async def until(what: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not what():
            await asyncio.sleep(0.01)


@pytest.mark.usefixtures("quick")
async def test_it_is_emptied_as_soon_as_nobody_reads_all_the_time(
    store: Store, reader: subprocess.Popen[bytes]
) -> None:
    keeper = Upkeep(store.log, [], [], lambda: ["the check of the whole store"])
    await keeper.start()
    for _ in range(30):
        await store.append("s1", LONG)
    await until(keeper.warnings)
    [warning] = keeper.warnings()
    assert "has grown to" in warning and "the check of the whole store" in warning
    assert store.database.sizes()[1] > wal.MOST
    reader.kill()
    await until(lambda: not keeper.warnings())
    assert store.database.sizes()[1] < wal.MOST
    await keeper.close()


@pytest.mark.usefixtures("quick")
async def test_a_long_transaction_leaves_no_long_log(store: Store) -> None:
    story, _ = await store.create()
    keeper = Upkeep(store.log, [], [], list)
    await keeper.start()
    await store.append(story, *[LONG] * 60)
    await until(lambda: store.database.sizes()[1] < wal.MOST)
    assert keeper.warnings() == []
    await keeper.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who has a file locked")
async def test_the_program_that_reads_is_named(store: Store, reader: subprocess.Popen[bytes]) -> None:
    assert reader.pid in wal.readers(store.database.path)
    assert wal.others([reader.pid, os.getpid()]) == [], "what this program does itself its jobs tell"
    [init] = wal.others([1])
    assert init.endswith("(pid 1)")


def test_only_the_locks_of_readers_on_this_file_count(tmp_path: Path) -> None:
    store, locks = tmp_path / "fabula.db", tmp_path / "locks"
    shm = tmp_path / "fabula.db-shm"
    shm.touch()
    inode = shm.stat().st_ino
    locks.write_text(
        f"1: POSIX  ADVISORY  READ 11 fe:00:{inode} 124 124\n2: POSIX  ADVISORY  READ 12 fe:00:{inode} 128 128\n"
        f"3: POSIX  ADVISORY  WRITE 13 fe:00:{inode} 120 120\n4: POSIX  ADVISORY  READ 14 fe:00:{inode + 1} 124 124\n"
        f"5: FLOCK  ADVISORY  WRITE 15 fe:00:{inode} 0 EOF\n6: -> POSIX  ADVISORY  READ 16 fe:00:{inode} 124 124\n"
        f"7: POSIX  ADVISORY  READ 17 fe:00:{inode} 0 EOF\n"
    )
    assert wal.readers(store, locks) == [11, 17]
    assert wal.readers(store, tmp_path / "elsewhere") == []
