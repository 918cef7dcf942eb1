"""Homes that are not as they should be: another's files, a store from the future, something in the way."""

import asyncio
import os
import shutil
import socket
from pathlib import Path

import pytest

from daemon.store.database import VERSION
from protocol import errors
from tests.conftest import config
from tests.support.open_store import plain
from tests.support.real_daemon import Daemon
from tests.support.rpcd_command import rpcd
from tests.support.small_cast import say, story, texts
from tests.support.wire_client import Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


def started(home: Path) -> str:
    """The last words of a daemon that does not start; a traceback is none, nor is what the last resort says."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    done = rpcd("--home", str(home), "--port", "0")
    assert done.code == 1
    assert "Traceback" not in done.err and "not foreseen" not in done.err
    return done.err


async def test_a_store_from_the_future_is_left_untouched(home: Path) -> None:
    async with Daemon(home, config("http://127.0.0.1:9/v1")) as daemon:
        async with daemon.unix() as c:
            s = await story(c)
            await say(c, s, "Hello, future.")
        await daemon.kill()
        store = Path(daemon.ready["store"])
        with plain(store) as c2:
            c2.execute(f"PRAGMA user_version = {VERSION + 1}")
        before = {p.name: p.read_bytes() for p in store.parent.iterdir() if not p.name.endswith("-shm")}
        assert "newer Fabula" in started(home)
        assert {p.name: p.read_bytes() for p in store.parent.iterdir() if not p.name.endswith("-shm")} == before
        with plain(store) as c2:
            c2.execute(f"PRAGMA user_version = {VERSION}")
        await daemon.start()
        async with daemon.unix() as c:
            assert await texts(c, s) == ["Hello, future."]


async def test_a_home_with_something_else_in_it_is_told(home: Path) -> None:
    store = home / "store" / "fabula.db"
    store.parent.mkdir(parents=True)
    store.write_bytes(b"Dear diary, " * 500)
    assert "no SQLite file" in started(home)
    store.unlink()
    (home / "config.toml").write_text("[models.rendre]\n")
    assert 'did you mean "render"?' in started(home)
    (home / "config.toml").unlink()
    (home / "run").mkdir(exist_ok=True)
    (home / "run" / "rpcd.sock").write_text("in the way")
    assert "is in the way" in started(home)


def put(path: Path, what: str) -> None:
    """Something in the place of what is there, if anything."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    match what:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "file":
            path.write_text("in the way")
        case "circle":
            path.symlink_to(path.name)
        case "socket":
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(str(path))


@pytest.mark.parametrize("what", ["pipe", "folder", "circle", "socket"])
@pytest.mark.parametrize(
    "where", ["store/fabula.db", "store/fabula.db-wal", "store/fabula.head", "config.toml", "rpcd.lock"]
)
async def test_what_is_no_plain_file_is_told_by_its_name(home: Path, where: str, what: str) -> None:
    put(home / where, what)
    assert Path(where).name in started(home).splitlines()[-1]


async def test_a_folder_in_the_place_of_the_token_is_told_by_its_name(home: Path) -> None:
    put(home / "run" / "token", "folder")
    assert "token is in the way" in started(home)


@pytest.mark.parametrize(
    ("where", "why"), [("store", "its folder `store` cannot be made"), ("run", "/run is not a directory of yours")]
)
async def test_a_file_in_the_place_of_a_folder_is_told_by_its_name(home: Path, where: str, why: str) -> None:
    put(home / where, "file")
    assert why in started(home)


THINGS = ("pipe", "file", "circle", "socket")


@pytest.mark.parametrize(
    ("where", "what"),
    [
        *((where, what) for where in ("backups", "logs", "templates", "run/token") for what in THINGS),
        *(("logs/rpcd.log", what) for what in THINGS if what != "file"),
        ("run/rpcd.sock", "socket"),
    ],
)
async def test_what_the_stories_do_not_need_keeps_nobody_from_playing(home: Path, where: str, what: str) -> None:
    put(home / where, what)
    async with Daemon(home, config("http://127.0.0.1:9/v1")) as daemon, daemon.unix() as c:
        s = await story(c)
        await say(c, s, "Hello.")
        folder = where.partition("/")[0]
        warnings = (await c.call("status"))["warnings"]
        assert any(f"`{folder}`" in w for w in warnings) == (folder in ("backups", "logs")), warnings
        await c.call("templates")
    assert daemon.last_words() == ""


async def test_backups_are_made_as_soon_as_their_folder_can_be(home: Path) -> None:
    put(home / "backups", "file")
    async with Daemon(home, config("http://127.0.0.1:9/v1")) as daemon, daemon.unix() as c:
        with pytest.raises(Refused) as refused:
            await c.call("backup")
        assert refused.value.code == errors.STORAGE
        (home / "backups").unlink()
        assert (await c.call("backup"))["check"]["ok"]
        async with asyncio.timeout(20):
            while (await c.call("status"))["warnings"]:
                await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE (' WHERE name = 'branch'",
            "damaged",
        ),
        ("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 9999 WHERE name = 'event'", "damaged"),
        ("DROP TABLE event", "no log"),
    ],
)
async def test_a_store_damaged_beyond_mending_tells_a_way_on_that_needs_no_daemon(
    home: Path, change: str, why: str
) -> None:
    async with Daemon(home, config("http://127.0.0.1:9/v1")) as daemon, daemon.unix() as c:
        await story(c)
    with plain(home / "store" / "fabula.db") as c2:
        c2.executescript(change)
    told = started(home)
    assert why in told and "`rpc restore NUMBER`" in told
