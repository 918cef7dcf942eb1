"""Files that are not ours to open are refused with a reason, and not a byte of them changes."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from daemon.store import sqlite
from daemon.store.database import VERSION, Database, Refused
from protocol.commands import Bind
from protocol.errors import STORAGE, Fault
from tests.support.open_store import opened, plain


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of every file but the shared memory, which belongs to whoever has it open."""
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file() and not p.name.endswith("-shm")}


async def left_behind(folder: Path, *changes: str) -> Path:
    """A store as a crash leaves it: with events that are in the write-ahead log only, and these changes."""
    (folder / "live").mkdir()
    (folder / "crashed").mkdir()
    async with opened(folder / "live") as store:
        story, _ = await store.create()
        await store.append(story, Bind(tone="easy"))
        with plain(store.database.path) as c:
            for change in changes:
                c.execute(change)
            for name in ("fabula.db", "fabula.db-wal", "fabula.head"):
                shutil.copy(folder / "live" / name, folder / "crashed" / name)
    return folder / "crashed"


DREAMT = (
    "INSERT INTO event SELECT seq + 1, story, branch, turn, NULL, {kind}, {version}, 0, at, 1, 0, NULL, '{{}}', salt,"
    " digest, chain, seems FROM event ORDER BY seq DESC LIMIT 1"
)
"""An event of a kind or version that this program does not know, and the row that tells of it."""

REFUSED = {
    "a newer schema": ([f"PRAGMA user_version = {VERSION + 1}"], "newer Fabula"),
    "an unknown kind": (
        [DREAMT.format(kind="'dream.dreamt'", version=1), "INSERT INTO kind VALUES ('dream.dreamt', 1)"],
        r"does not know \(dream.dreamt, version 1\)",
    ),
    "a newer version of a kind": (
        [DREAMT.format(kind="'story.created'", version=9), "UPDATE kind SET version = 9 WHERE kind = 'story.created'"],
        "version 9",
    ),
    "another program's": (["PRAGMA application_id = 7"], "another program"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_a_store_that_is_refused_is_left_untouched(folder: Path, what: str) -> None:
    changes, why = REFUSED[what]
    crashed = await left_behind(folder, *changes)
    before = contents(crashed)
    with pytest.raises(Refused, match=why):
        await Database.open(crashed / "fabula.db")
    assert contents(crashed) == before


async def test_one_that_is_not_refused_is_mended(folder: Path) -> None:
    """So the files above were refused for what is told there, and not because they had been left behind."""
    crashed = await left_behind(folder, "PRAGMA cache_size = 100")
    async with opened(crashed) as store:
        assert (await store.writer.list()).stories[0].head == 3


async def test_a_file_that_is_no_database(folder: Path) -> None:
    (folder / "fabula.db").write_bytes(b"Dear diary, " * 1000)
    before = contents(folder)
    with pytest.raises(Fault, match="no SQLite file") as refused:
        await Database.open(folder / "fabula.db")
    assert refused.value.code == STORAGE
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("version", "has_extensions", "why"),
    [
        ((3, 51, 2), True, "can corrupt a write-ahead log"),
        ((3, 40, 1), False, "can corrupt a write-ahead log"),
        ((3, 53, 0), False, "cannot load extensions"),
    ],
)
def test_an_unfit_sqlite_is_refused_with_advice(version: tuple[int, ...], has_extensions: bool, why: str) -> None:
    connection = SimpleNamespace(enable_load_extension=None) if has_extensions else SimpleNamespace()
    module = SimpleNamespace(
        sqlite_version=".".join(map(str, version)), sqlite_version_info=version, Connection=connection
    )
    with pytest.raises(sqlite.Unfit, match=why) as unfit:
        sqlite.check(module)
    assert "pysqlite3" in str(unfit.value)


def test_the_sqlite_at_hand_will_do() -> None:
    sqlite.check(sqlite.library())
