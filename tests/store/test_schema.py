"""The file's schema is schema.sql's, whoever made the file and whenever; and it is opened as it must be."""

import math
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from daemon.store import sqlite
from daemon.store.backups import Folder
from daemon.store.copying import make_ready
from daemon.store.database import APPLICATION_ID, MIGRATIONS, SCHEMA, VERSION, Database
from daemon.store.recall.vectors import whole_numbers
from protocol.commands import Bind
from tests.fixtures.first import STORE as FIRST
from tests.support.open_store import Reading, Store, opened, plain


def schema_of(connection: Any) -> set[tuple[str, str]]:
    return {tuple(row) for row in connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")}


def test_a_new_store_has_the_schema_of_the_schema_file(store: Store) -> None:
    with plain(store.database.path) as c, plain(Path(":memory:")) as fresh:
        fresh.executescript(SCHEMA.read_text())
        assert schema_of(c) == schema_of(fresh)
        assert c.execute("PRAGMA user_version").fetchone()[0] == VERSION
        assert c.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        assert c.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert c.execute("SELECT count(*) FROM store").fetchone()[0] == 1


async def test_what_is_acknowledged_is_synced(store: Store) -> None:
    def pragma(c: Any, name: str) -> int:
        return int(c.execute(f"PRAGMA {name}").fetchone()[0])

    full = 2
    assert await store.database.write.run(pragma, "synchronous") == full
    for name in ("foreign_keys", "fullfsync", "checkpoint_fullfsync"):
        assert await store.database.write.run(pragma, name) == 1, name


async def test_the_reading_connection_cannot_write(store: Store) -> None:
    with pytest.raises(Exception, match="read-only"):
        await store.database.read.run(lambda c: c.execute("DELETE FROM snapshot"))


async def test_a_store_keeps_its_name_and_another_has_another(folder: Path) -> None:
    async with opened(folder) as store:
        name = store.database.name
    async with opened(folder) as again:
        assert again.database.name == name
    (folder / "other").mkdir()
    async with opened(folder / "other") as other:
        assert other.database.name != name


@pytest.mark.parametrize("begun", ["nothing", "an empty file", "an empty database"])
async def test_a_store_whose_making_was_cut_short_is_made(folder: Path, begun: str) -> None:
    if begun == "an empty file":
        (folder / "fabula.db").touch()
    elif begun == "an empty database":
        with plain(folder / "fabula.db") as c:
            c.execute("PRAGMA journal_mode = WAL")
            c.executescript(f"BEGIN; {SCHEMA.read_text()} ROLLBACK")
    async with opened(folder) as store:
        story, _ = await store.create()
        assert await store.append(story, Bind(tone="easy")) == 3


async def test_the_first_store_is_brought_up_to_the_present_schema(folder: Path) -> None:
    shutil.copy(FIRST, folder / "fabula.db")
    with plain(FIRST) as c:
        assert c.execute("PRAGMA user_version").fetchone()[0] == 1
    async with opened(folder, accept=True) as store:
        with plain(store.database.path) as c, plain(Path(":memory:")) as fresh:
            fresh.executescript(SCHEMA.read_text())
            assert schema_of(c) == schema_of(fresh)
            assert c.execute("PRAGMA user_version").fetchone()[0] == VERSION
    [backup] = Folder(folder / "backups").all()
    assert (backup.why, backup.sound) == ("migration", True)


async def test_the_steps_alone_come_to_the_present_schema(folder: Path) -> None:
    """Nothing is left to what mends a store that was damaged."""
    shutil.copy(FIRST, folder / "steps.db")
    with closing(sqlite.connect(sqlite.library(), folder / "steps.db")) as c, plain(Path(":memory:")) as fresh:
        for step in range(1, VERSION):
            c.executescript(MIGRATIONS[step])
        fresh.executescript(SCHEMA.read_text())
        assert schema_of(c) == schema_of(fresh)


@pytest.mark.parametrize("dimensions", [16, 12])
async def test_vectors_of_an_older_file_get_their_sketches_or_are_made_again(folder: Path, dimensions: int) -> None:
    vectors = [whole_numbers([math.sin(n * x + 1) for x in range(dimensions)]) for n in range(3)]
    async with opened(folder) as store:
        path = store.database.path
    with plain(path) as c:
        c.executescript("DROP TABLE text_sketch; DROP TABLE asset; PRAGMA user_version = 5")
        c.executemany(
            "INSERT INTO text_vector VALUES (?, ?, ?)", ((n, v.square, v.data) for n, v in enumerate(vectors))
        )
        c.execute("UPDATE text_vector_upto SET model = 'some', dimensions = ?, seq = 7", (dimensions,))
    async with opened(folder):
        pass
    whole = dimensions % 8 == 0
    with plain(path) as c:
        assert c.execute("SELECT seq FROM text_vector_upto").fetchone()[0] == (7 if whole else 0)
        sketches = [tuple(row) for row in c.execute("SELECT * FROM text_sketch ORDER BY key")]
        assert sketches == ([(n, v.sketch) for n, v in enumerate(vectors)] if whole else [])
        assert c.execute("SELECT count(*) FROM text_vector").fetchone()[0] == len(sketches)


def test_a_backup_of_the_first_schema_is_put_back_as_a_store_of_the_present_one(folder: Path) -> None:
    make_ready(FIRST, folder / "ready.db")
    with plain(folder / "ready.db") as c, plain(Path(":memory:")) as fresh:
        fresh.executescript(SCHEMA.read_text())
        assert schema_of(c) == schema_of(fresh)
        assert c.execute("PRAGMA user_version").fetchone()[0] == VERSION


STEPS = {VERSION: "ALTER TABLE store ADD COLUMN motto TEXT", VERSION + 1: "UPDATE store SET motto = 'rain'"}
"""What two later versions of this program would do to a file of this one."""

LATER = {**MIGRATIONS, **STEPS}


async def test_an_older_file_is_moved_here_step_by_step_after_a_backup_of_it(folder: Path) -> None:
    async with opened(folder) as store:
        story, _ = await store.create()
    before = Reading(folder / "fabula.db").events
    async with opened(folder, migrations=LATER) as store:
        with plain(store.database.path) as c:
            assert c.execute("SELECT motto FROM store").fetchone()[0] == "rain"
            assert c.execute("PRAGMA user_version").fetchone()[0] == VERSION + 2
        await store.append(story, Bind(tone="easy"))
    assert Reading(folder / "fabula.db").events[:-1] == before
    [backup] = Folder(folder / "backups").all()
    assert (backup.why, backup.sound, backup.held.head) == ("migration", True, len(before))
    with plain(folder / "backups" / backup.name) as c:
        assert c.execute("PRAGMA user_version").fetchone()[0] == VERSION, "as it was before"
    async with opened(folder, migrations=LATER):
        pass
    assert len(Folder(folder / "backups").all()) == 1, "a file of the present schema needs none"


async def test_a_step_that_fails_leaves_the_older_file_as_it_was(folder: Path) -> None:
    async with opened(folder):
        pass
    wrong = {**MIGRATIONS, VERSION: "ALTER TABLE store ADD COLUMN motto TEXT; SELECT nonsense"}
    with pytest.raises(Exception, match="failed"):
        await Database.open(folder / "fabula.db", migrations=wrong)
    with plain(folder / "fabula.db") as c:
        assert "motto" not in c.execute("SELECT sql FROM sqlite_schema WHERE name = 'store'").fetchone()[0]
    async with opened(folder):
        pass


async def test_a_backup_that_cannot_be_made_leaves_the_older_file_as_it_was(folder: Path) -> None:
    async with opened(folder):
        pass
    (folder / "backups").write_text("in the way")
    with pytest.raises(OSError, match="backups"):
        async with opened(folder, migrations=LATER):
            pass
    with plain(folder / "fabula.db") as c:
        assert c.execute("PRAGMA user_version").fetchone()[0] == VERSION
