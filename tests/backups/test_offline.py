"""A store that no daemon can serve is mended by `rpc backups` and `rpc restore`, and what was there is kept."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from protocol import places
from tests.conftest import config
from tests.support.open_store import plain
from tests.support.real_daemon import Daemon
from tests.support.rpc_command import rpc
from tests.support.rpcd_command import rpcd
from tests.support.scripted_model import unused_url
from tests.support.small_cast import say, story, texts
from tests.torture.checks import check_whole

Damage = Callable[[Path], None]


def first_pages(store: Path) -> None:
    with store.open("r+b") as file:
        file.write(os.urandom(8192))


def cut_off(store: Path) -> None:
    os.truncate(store, 5000)


def a_text(store: Path) -> None:
    store.write_text("Dear diary,\n" * 500)


def a_pipe(store: Path) -> None:
    store.unlink()
    os.mkfifo(store)


def a_folder(store: Path) -> None:
    store.unlink()
    store.mkdir()
    (store / "mine.txt").write_text("mine")


def of_another_program(store: Path) -> None:
    store.unlink()
    with closing(sqlite3.connect(store)) as c:
        c.execute("CREATE TABLE mine (x)")


def from_the_future(store: Path) -> None:
    with closing(sqlite3.connect(store)) as c:
        c.execute("PRAGMA user_version = 99")


def no_store(store: Path) -> None:
    shutil.rmtree(store.parent)
    store.parent.write_text("where the folder belongs")


DAMAGES = (first_pages, cut_off, a_text, a_folder, of_another_program, from_the_future, no_store)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pattern() -> AsyncIterator[tuple[Path, str, str]]:
    """What `played` is copied from."""
    folder = Path(tempfile.mkdtemp(prefix="fab"))
    async with Daemon(folder / "h", config(unused_url())) as daemon, daemon.unix() as c:
        s = await story(c)
        await say(c, s, "One.")
        backup = (await c.call("backup"))["backup"]
        await say(c, s, "Two.")
    yield folder / "h", s, backup
    shutil.rmtree(folder)


@pytest.fixture
def played(home: Path, pattern: tuple[Path, str, str]) -> tuple[str, str]:
    """A home whose daemon has ended: a story with a line that is in a backup, and one that is not; story and backup."""
    made, s, backup = pattern
    shutil.copytree(made, home)
    return s, backup


async def test_a_person_mends_a_damaged_store(home: Path, played: tuple[str, str]) -> None:
    s, _ = played
    store = home / "store" / "fabula.db"
    first_pages(store)
    was = store.read_bytes()
    try:
        listed = await rpc(home, "backups")
        assert listed.code == 0 and "1 story, 1 line ·" in listed.out and "1 story, 1 line · verified" in listed.out
        assert listed.err.startswith("The daemon didn't start: the store is ") and listed.err.count("\n") == 1
        unasked = await rpc(home, "restore", "1")
        assert unasked.code == 1 and "can't be read" in unasked.out and "--yes" in unasked.err
        assert "You would get back 1 line:" in unasked.out and store.read_bytes() == was, "nothing has changed yet"
        done = await rpc(home, "restore", "1", "--yes", "--json")
        assert done.code == 0, done
        shown = await rpc(home, "view", "transcript", "-s", s)
        assert "One." in shown.out and "Two." not in shown.out
        after = await rpc(home, "backups")
        assert "before a restore · 0 stories, 0 lines · DAMAGED" in after.out and after.err == ""
        kept = msgspec.json.decode(done.out)["kept"]
        assert (home / "backups" / kept).read_bytes() == was
        again = await rpc(home, "restore", kept, "--yes")
        assert again.code == 1 and "damaged" in again.err
    finally:
        await rpc(home, "shutdown")
    check_whole(store)


@pytest.mark.parametrize("damage", DAMAGES)
async def test_whatever_has_become_of_the_store_a_backup_is_put_back(
    home: Path, played: tuple[str, str], damage: Damage
) -> None:
    s, backup = played
    store = home / "store" / "fabula.db"
    damage(store)
    was = store.read_bytes() if store.is_file() else b""
    seen = rpcd("restore", "1", "--home", str(home))
    assert seen.code == 0 and "Nothing was restored" in seen.out, seen
    assert store.read_bytes() == was if was else not store.is_file(), "a preview changes nothing"
    done = rpcd("restore", backup, "--yes", "--home", str(home))
    assert done.code == 0 and "Restored" in done.out and done.err == "", done
    kept = [p for p in home.rglob("*") if p.is_file() and was and p.read_bytes() == was]
    assert kept or not was, "what was there is kept"
    if damage is a_folder:
        assert list(home.rglob("mine.txt"))
    async with Daemon(home) as daemon, daemon.unix() as c:
        assert (await c.call("status"))["warnings"] == []
        assert await texts(c, s) == ["One."]
        await say(c, s, "On we go.")
    check_whole(store)


async def test_a_pipe_in_its_place_is_not_waited_for(home: Path, played: tuple[str, str]) -> None:
    s, _ = played
    store = home / "store" / "fabula.db"
    a_pipe(store)
    assert "no file" in rpcd("restore", "1", "--home", str(home)).out
    done = rpcd("restore", "1", "--yes", "--home", str(home))
    assert done.code == 0, done
    assert [p for p in store.parent.iterdir() if p.is_fifo()], "it is kept, whatever it is for"
    async with Daemon(home) as daemon, daemon.unix() as c:
        assert await texts(c, s) == ["One."]


async def test_the_store_has_another_name_and_its_own_head(home: Path, played: tuple[str, str]) -> None:
    _, backup = played
    with plain(home / "store" / "fabula.db") as db:
        before = db.execute("SELECT name FROM store").fetchone()
    head = (home / "store" / "fabula.head").read_text()
    done = rpcd("restore", backup, "--yes", "--home", str(home))
    assert done.code == 0, done.err
    with plain(home / "store" / "fabula.db") as db:
        assert db.execute("SELECT name FROM store").fetchone() != before
        [(seq, chain)] = db.execute("SELECT seq, chain FROM event ORDER BY seq DESC LIMIT 1").fetchall()
    now = (home / "store" / "fabula.head").read_text()
    assert now != head and now.split() == [f"{seq:020d}", chain.hex()]


async def test_where_a_daemon_serves_it_is_left_to_that(home: Path) -> None:
    async with Daemon(home, config(unused_url())) as daemon, daemon.unix() as c:
        await story(c)
        await c.call("backup")
        for args in (("backups",), ("restore", "1"), ("restore", "1", "--yes")):
            done = rpcd(*args, "--home", str(home))
            assert done.code == 75 and "another rpcd" in done.err


async def test_what_cannot_be_put_back_changes_nothing(home: Path, played: tuple[str, str]) -> None:
    _, backup = played
    store, folder = home / "store" / "fabula.db", home / "backups"
    was = store.read_bytes()
    newer = folder / backup.replace("asked", "daily")
    shutil.copy(folder / backup, newer)
    from_the_future(newer)
    torn = folder / backup.replace("asked", "purge")
    torn.write_bytes((folder / backup).read_bytes()[:5000])
    changed = folder / backup.replace("asked", "migration")
    changed.write_bytes((folder / backup).read_bytes().replace(b'"One."', b'"Ono."'))
    for name, why in (
        (newer.name, "newer Fabula"), (torn.name, "damaged"), (changed.name, "damaged"),
        ("20260801T000000000Z-asked.db", "no backup"), ("../store/fabula.db", "no backup"), ("9", "no backup"),
    ):  # fmt: skip
        done = rpcd("restore", name, "--yes", "--home", str(home))
        assert (done.code, done.out) == (1, ""), done
        assert why in done.err and "Traceback" not in done.err, done
        assert store.read_bytes() == was
        assert {p.name for p in store.parent.iterdir()} <= {"fabula.db", "fabula.head", "health.json"}


async def test_a_store_that_another_program_has_open_is_left_alone(home: Path, played: tuple[str, str]) -> None:
    store = home / "store" / "fabula.db"
    holding = subprocess.Popen(
        [sys.executable, "-c", "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN IMMEDIATE');"
         "print('held', flush=True); sys.stdin.read()", str(store)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holding.stdout and holding.stdin
    assert holding.stdout.readline() == "held\n"
    try:
        done = rpcd("restore", "1", "--yes", "--home", str(home))
        assert done.code == 1 and "another program" in done.err, done
    finally:
        holding.stdin.close()
        holding.wait()
    assert rpcd("restore", "1", "--yes", "--home", str(home)).code == 0


async def test_what_was_only_in_the_log_beside_the_store_is_kept_with_it(home: Path) -> None:
    """A crash leaves the newest lines in the write-ahead log; whoever puts the kept store back has them again."""
    daemon = Daemon(home, config(unused_url()))
    await daemon.start()
    async with daemon.unix() as c:
        s = await story(c)
        await say(c, s, "One.")
        backup = (await c.call("backup"))["backup"]
        await say(c, s, "Two.")
    await daemon.kill()
    assert (home / "store" / "fabula.db-wal").stat().st_size
    done = rpcd("restore", backup, "--yes", "--json", "--home", str(home))
    kept = msgspec.json.decode(done.out)["kept"]
    async with Daemon(home) as again, again.unix() as c:
        assert await texts(c, s) == ["One."]
        await c.call("restore", backup=kept)
        assert await texts(c, s) == ["One.", "Two."]


async def test_a_daemon_that_runs_on_a_damaged_store_restores_it(home: Path) -> None:
    """What it cannot read does not keep it from being replaced."""
    daemon = Daemon(home, config(unused_url()))
    async with daemon:
        async with daemon.unix() as c:
            s = await story(c)
            await say(c, s, "One.")
            await c.call("backup")
            for n in range(200):
                await say(c, s, f"Later {n}. {'x' * 300}")
        await daemon.stop()
        store = home / "store" / "fabula.db"
        page = 4096
        with store.open("r+b") as file:
            file.seek(store.stat().st_size // page * 6 // 10 * page)
            file.write(b"\xff" * page * 6)
        await rpc(home, "stories")
        assert (await rpc(home, "status")).code == 0, "a daemon runs, whatever it can read"
        done = await rpc(home, "restore", "1", "--yes")
        assert done.code == 0, done
        shown = await rpc(home, "view", "transcript", "-s", s)
        assert "One." in shown.out and "Later" not in shown.out
        await rpc(home, "shutdown")


async def test_a_service_that_cannot_start_keeps_nobody_waiting(
    home: Path, played: tuple[str, str], tmp_path: Path
) -> None:
    """What launchd or systemd starts tells nobody here why it ended: one looks oneself."""
    a_text(home / "store" / "fabula.db")
    for name in ("systemctl", "launchctl"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 0\n")
        (tmp_path / name).chmod(0o755)
    environ = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    unit = places.service_file(environ)
    unit.parent.mkdir(parents=True)
    unit.write_text(str(home))
    listed = await rpc(home, "backups", PATH=f"{tmp_path}:{os.environ['PATH']}", **environ)
    assert listed.code == 0 and "1 story, 1 line · verified" in listed.out
    assert "no SQLite file" in listed.err


def test_an_empty_home_has_no_backups(home: Path) -> None:
    assert rpcd("backups", "--home", str(home)).code == 1
    home.mkdir(parents=True)
    none = rpcd("backups", "--home", str(home))
    assert (none.code, none.err) == (0, "") and "no backups" in none.out
    assert rpcd("restore", "--home", str(home)).code == 2
    assert rpcd("restore", "1", "--home", str(home)).code == 1
