"""Homes that are not as they should be: a full or locked disk, another's files, a store from the future."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.store.database import VERSION
from protocol import errors
from tests.conftest import config
from tests.support.open_store import plain
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import Slowly, over, phases, play, say, story, texts, until
from tests.support.wire_client import Client, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


def mounted(folder: Path, size: str, *more: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", *more, "tmpfs", str(folder)], check=True)


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    """A home whose store lies on a disk of 1 MiB."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount a small disk; tests/store/test_full_disk.py fills the store by another way")
    (home / "store").mkdir(parents=True)
    try:
        mounted(home / "store", "1m")
    except subprocess.CalledProcessError:
        pytest.skip("nothing can be mounted here")
    yield home
    subprocess.run(["umount", str(home / "store")], check=True)


async def fill(c: Client, s: str) -> list[str]:
    """Says long lines until the disk is full; those that were acknowledged."""
    acknowledged: list[str] = []
    for n in range(200):
        try:
            await say(c, s, f"{n} {'x' * 20_000}")
        except Refused as refused:
            assert refused.code == errors.STORAGE
            assert "disk is full" in refused.data["why"]
            return acknowledged
        acknowledged.append(f"{n} {'x' * 20_000}")
    raise AssertionError("the disk does not fill")


LONG = " ".join(f"word{n}" for n in range(4000)) + "."


async def test_a_full_disk_is_told_and_got_over_without_a_restart(small_disk: Path) -> None:
    async with Endpoint() as endpoint, Daemon(small_disk, config(endpoint.url), hurried=True) as daemon:
        async with daemon.unix() as c:
            s = await story(c)
            await c.call("stream", story=s)
            endpoint.prose = slowly = Slowly("Come in, ", "stranger.")
            turn = (await c.call("play", story=s, text="Hello?"))["turn"]
            slowly.go()
            await until(lambda: c.text(turn))
            full = await fill(c, s)
            assert await texts(c, s) == ["Hello?", *full], "reads go on"
            # The room that is left may just do for a small write, so the reply is made too long for it.
            endpoint.prose = lambda body: LONG
            slowly.go()
            await over(c, turn)
            with pytest.raises(Refused) as refused:
                await c.call("create", title="Another", setup=[{"do": "note", "text": "z" * 30_000}])
            assert refused.value.code == errors.STORAGE
            subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk / "store")], check=True)
            await say(c, s, "There is room again.")
            await play(c, s, "Hello again?")
            spoken = await texts(c, s, limit=1000)
            assert [t for t in spoken if t in full] == full
            assert spoken[-2:] == ["Hello again?", LONG]
        await daemon.restart()
        async with daemon.unix() as c:
            assert (await c.call("status"))["warnings"] == []
            assert [t for t in await texts(c, s, limit=1000) if t in spoken] == spoken


async def test_a_reply_that_the_disk_has_no_room_for_fails_by_its_name(small_disk: Path) -> None:
    async with (
        Endpoint() as endpoint,
        Daemon(small_disk, config(endpoint.url), hurried=True) as daemon,
        daemon.unix() as c,
    ):
        s = await story(c)
        await c.call("stream", story=s)
        endpoint.prose = slowly = Slowly("Come in. ", "y" * 60_000)
        turn = (await c.call("play", story=s, text="Hello?"))["turn"]
        slowly.go()
        await until(lambda: c.text(turn))
        await fill(c, s)
        slowly.go()
        await over(c, turn)
        assert phases(c, turn)[-1].params["detail"]["code"] == errors.STORAGE
        assert (await texts(c, s))[0] == "Hello?"
        subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk / "store")], check=True)
        endpoint.prose = lambda body: "Yes."
        await play(c, s, "Well?")
        assert (await texts(c, s))[-2:] == ["Well?", "Yes."]


async def test_a_store_locked_by_another_program_is_told_and_got_over(daemon: Daemon, client: Client) -> None:
    s = await story(client)
    with plain(Path(daemon.ready["store"])) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Refused, match="another program") as refused:
            await say(client, s, "Never.", key="k")
        assert refused.value.code == errors.STORAGE
        assert await texts(client, s) == [], "reads go on"
        other.execute("ROLLBACK")
    await say(client, s, "Now.", key="k")
    assert await texts(client, s) == ["Now."]


@pytest.fixture
def read_only(home: Path) -> Iterator[Path]:
    """A home that may not be written."""
    home.mkdir(mode=0o700)
    if os.geteuid() != 0:
        home.chmod(0o500)
        yield home
        home.chmod(0o700)
        return
    try:
        mounted(home, "1m", "-o", "ro")
    except (subprocess.CalledProcessError, FileNotFoundError):
        pytest.skip("root may write everywhere, and nothing can be mounted here")
    yield home
    subprocess.run(["umount", str(home)], check=True)


async def test_a_home_that_cannot_be_written_is_told(read_only: Path) -> None:
    with pytest.raises(AssertionError, match="ended with 1:\nrpcd: the home directory cannot be used") as failed:
        async with Daemon(read_only):
            pass
    assert "Traceback" not in str(failed.value)


# a home that is not as it should be


async def started(home: Path) -> str:
    """The last words of a daemon that does not start; a traceback is none, nor is what the last resort says."""
    with pytest.raises(AssertionError, match="ended with 1:") as failed:
        async with Daemon(home):
            pass
    assert "Traceback" not in str(failed.value) and "not foreseen" not in str(failed.value)
    return str(failed.value)


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
        assert "newer Fabula" in await started(home)
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
    assert "no SQLite file" in await started(home)
    store.unlink()
    (home / "config.toml").write_text("[models.rendre]\n")
    assert 'did you mean "render"?' in await started(home)
    (home / "config.toml").unlink()
    (home / "run").mkdir(exist_ok=True)
    (home / "run" / "rpcd.sock").write_text("in the way")
    assert "is in the way" in await started(home)


async def test_a_port_that_is_taken_is_told(daemon: Daemon, home: Path) -> None:
    port = daemon.ready["http"].rpartition(":")[2]
    with pytest.raises(AssertionError, match=f"cannot open port {port}.*another program has it"):
        async with Daemon(home, arguments=("--port", port)):
            pass
    await asyncio.sleep(0)


# something lies where a file or a folder of the home belongs


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
    assert Path(where).name in (await started(home)).splitlines()[-1]


async def test_a_folder_in_the_place_of_the_token_is_told_by_its_name(home: Path) -> None:
    put(home / "run" / "token", "folder")
    assert "token is in the way" in await started(home)


@pytest.mark.parametrize(
    ("where", "why"), [("store", "its folder `store` cannot be made"), ("run", "/run is not a directory of yours")]
)
async def test_a_file_in_the_place_of_a_folder_is_told_by_its_name(home: Path, where: str, why: str) -> None:
    put(home / where, "file")
    assert why in await started(home)


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
    told = await started(home)
    assert why in told and "`rpc restore NUMBER`" in told


# what is asked for on the command line


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("--port", "70000"), 2, "from 0 to 65535"),
        (("--port", "-1"), 2, "from 0 to 65535"),
        (("--port", "abc"), 2, "from 0 to 65535"),
        (("--listen", "nonsense"), 2, "an IP address"),
        (("--listen", ""), 2, "an IP address"),
        (("--home", ""), 2, "--home is empty"),
        (("--home", "/dev/null"), 1, "cannot be used"),
        (("--home", "/dev/null/h"), 1, "cannot be used"),
        (("--home", "~nobody-of-this-name/h"), 1, "another one with --home"),
        (("--home", b"/tmp/\xff\xfe"), 1, "UTF-8"),
        (("unpack", "/dev/null", "--home", "/dev/null/h"), 1, "cannot be unpacked"),
    ],
)
async def test_what_cannot_be_meant_is_told_in_a_sentence(
    arguments: tuple[str | bytes, ...], code: int, why: str
) -> None:
    command = [sys.executable, "-m", "daemon", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code
    assert why in done.stderr and "Traceback" not in done.stderr


async def test_a_home_is_held_though_its_lock_was_taken_away(daemon: Daemon, home: Path) -> None:
    lock = daemon.home / "rpcd.lock"
    lock.unlink()
    with pytest.raises(AssertionError, match="ended with 75"):
        async with Daemon(daemon.home):
            pass


async def test_a_failure_that_nobody_foresaw_is_a_sentence_too(home: Path) -> None:
    """Modules in the way stand in for any fault of ours."""
    broken = home.with_name("broken")
    broken.mkdir()
    (broken / "aiosqlite.py").write_text("raise ZeroDivisionError('a story quoted')\n")
    done = subprocess.run(
        [sys.executable, "-m", "daemon", "--home", str(home), "--port", "0"], capture_output=True, text=True,
        timeout=60, check=False, env={**os.environ, "PYTHONPATH": f"{broken}:{os.environ.get('PYTHONPATH', '')}"},
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert "Traceback" not in done.stderr and "quoted" not in done.stderr
