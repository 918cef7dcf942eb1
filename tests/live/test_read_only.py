"""A store that cannot be written for now: the daemon starts, says so, reads, and writes again without a restart."""

import asyncio
import contextlib
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from daemon.live.upkeep import Upkeep
from protocol import errors, places
from protocol.errors import Fault
from tests.conftest import config
from tests.support.open_store import opened, plain
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import Slowly, say, story, texts, until
from tests.support.wire_client import Client, Refused

WAIT = 30.0
UNREACHABLE = config("http://127.0.0.1:9/v1")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pattern() -> AsyncIterator[tuple[Path, str]]:
    """What `lived_in` is copied from."""
    folder = Path(tempfile.mkdtemp(prefix="fab"))
    async with Daemon(folder / "h", UNREACHABLE) as daemon, daemon.unix() as c:
        s = await story(c)
        await say(c, s, "Hello.")
    yield folder / "h", s
    shutil.rmtree(folder)


@pytest.fixture
def lived_in(home: Path, pattern: tuple[Path, str]) -> str:
    """A home with a story of one line in it; the story's id."""
    made, s = pattern
    shutil.copytree(made, home, dirs_exist_ok=True)
    return s


async def writable(c: Client) -> None:
    """Waits until status says nothing any more of a store that cannot be written."""
    async with asyncio.timeout(WAIT):
        while (status := await c.call("status"))["store"]["read_only"] or status["warnings"]:
            await asyncio.sleep(0.1)


async def only_read(c: Client, s: str, why: str) -> None:
    """It reads in every way, and refuses to write, saying why."""
    status = await c.call("status")
    assert why in status["store"]["read_only"]
    assert any(why in w and w.startswith("read-only: ") for w in status["warnings"])
    assert await texts(c, s) == ["Hello."]
    assert [x["story"] for x in (await c.call("stories"))["stories"]] == [s]
    assert (await c.call("export", story=s, format="story"))["bytes"] > 0
    await c.call("recall", story=s, lens=["you"], query="hello")
    await c.call("unstream", subscription=(await c.call("stream", story=s))["subscription"])
    for method, params in (("append", {"commands": [{"do": "note", "text": "Never."}]}), ("rewind", {"to": 18})):
        with pytest.raises(Refused, match=why) as refused:
            await c.call(method, story=s, **params)
        assert refused.value.code == errors.STORAGE
        assert why in refused.value.data["why"]


@contextlib.contextmanager
def closed_by_mode(home: Path) -> Iterator[Callable[[], None]]:
    """A home in which nothing can be made or changed, as long as its owner does not change the modes."""
    shutil.rmtree(home / "run")
    modes = {p: p.stat().st_mode for p in [home, *home.rglob("*")]}

    def reopen() -> None:
        for path, mode in modes.items():
            if path.exists():  # a write-ahead log goes once it has been taken over
                path.chmod(mode)

    for path in reversed(modes):
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        yield reopen
    finally:
        reopen()


@contextlib.contextmanager
def closed_by_mount(home: Path) -> Iterator[Callable[[], None]]:
    """A home on a read-only disk; modes do not bind root."""
    if shutil.which("mount") is None or subprocess.run(["mount", "--bind", home, home], check=False).returncode:
        pytest.skip("root may write everywhere, and nothing can be mounted here; run as another user")
    subprocess.run(["mount", "-o", "remount,ro,bind", home], check=True)
    try:
        yield lambda: subprocess.run(["mount", "-o", "remount,rw,bind", home], check=True) and None
    finally:
        subprocess.run(["umount", home], check=True)


def closed(home: Path) -> contextlib.AbstractContextManager[Callable[[], None]]:
    """What is in it opens it again."""
    return closed_by_mount(home) if os.geteuid() == 0 else closed_by_mode(home)


@contextlib.asynccontextmanager
async def started(home: Path) -> AsyncIterator[Daemon]:
    """A daemon on a home whose settings are there; its last words are no traceback."""
    async with Daemon(home, hurried=True) as daemon:
        yield daemon
    assert "Traceback" not in daemon.last_words()


@pytest.mark.parametrize("end", ["stopped", "killed"])
async def test_a_read_only_home_is_served_and_written_once_it_can_be(home: Path, lived_in: str, end: str) -> None:
    s = lived_in
    if end == "killed":  # with a write-ahead log that was not taken over
        async with Daemon(home) as daemon, daemon.unix() as c:
            await c.call("append", story=s, commands=[{"do": "note", "text": "Softly."}])
            await daemon.kill()
    with closed(home) as reopen:
        async with started(home) as daemon:
            assert "read-only" in daemon.ready["read_only"]
            async with daemon.unix() as c:
                await only_read(c, s, "read-only")
                reopen()
                await say(c, s, "At once.")
                await writable(c)
                assert await texts(c, s) == ["Hello.", "At once."]
                with pytest.raises(AssertionError, match="ended with 75"):
                    await Daemon(home).start()
        async with started(home) as daemon:
            assert "read_only" not in daemon.ready
            assert Path(daemon.ready["socket"]).parent == home / "run"
            async with daemon.unix() as c:
                assert await texts(c, s) == ["Hello.", "At once."]


async def test_clients_find_a_daemon_that_cannot_write_in_its_home(home: Path, lived_in: str) -> None:
    with closed(home):
        async with started(home) as daemon:
            away = Path(daemon.ready["socket"]).parent
            assert away != home / "run"
            assert places.runtime_dir(home) == away
            assert stat.S_IMODE(away.stat().st_mode) == 0o700
        assert places.runtime_dir(home) == home / "run"


async def test_a_lock_at_the_start_is_got_over(home: Path, lived_in: str) -> None:
    s = lived_in
    with plain(home / "store" / "fabula.db") as other:
        other.execute("BEGIN IMMEDIATE")
        async with started(home) as daemon, daemon.unix() as c:
            assert "another program" in daemon.ready["read_only"]
            await only_read(c, s, "another program")
            other.execute("ROLLBACK")
            await writable(c)
            await say(c, s, "Now.")
            assert await texts(c, s) == ["Hello.", "Now."]


async def test_under_a_lock_that_lets_nobody_read_every_call_is_told_so(home: Path, lived_in: str) -> None:
    s = lived_in
    with plain(home / "store" / "fabula.db") as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("UPDATE store SET name = name")
        async with started(home) as daemon, daemon.unix() as c:
            assert "another program" in daemon.ready["read_only"]
            for method, params in (("stories", {}), ("stream", {"story": s}), ("create", {"title": "Another"})):
                with pytest.raises(Refused, match="another program") as refused:
                    await c.call(method, **params)
                assert refused.value.code == errors.STORAGE
            assert "another program" in (await c.call("status"))["store"]["read_only"]
            other.close()
            await writable(c)
            assert await texts(c, s) == ["Hello."]
            await say(c, s, "Now.")


async def test_what_the_start_left_undone_is_done_when_it_can_be(home: Path) -> None:
    """A draft that a crash left becomes a line once the store can be written."""
    async with Endpoint() as endpoint, Daemon(home, config(endpoint.url), hurried=True) as daemon:
        async with daemon.unix() as c:
            s = await story(c)
            await c.call("stream", story=s)
            endpoint.prose = slowly = Slowly("Come in, ", "stranger.")
            turn = (await c.call("play", story=s, text="Hello?"))["turn"]
            slowly.go()
            await until(lambda: c.text(turn))
            with plain(home / "store" / "fabula.db") as other:
                async with asyncio.timeout(WAIT):
                    while not other.execute("SELECT 1 FROM draft WHERE text <> ''").fetchone():
                        await asyncio.sleep(0.05)
            await daemon.kill()
        with plain(home / "store" / "fabula.db") as other:
            other.execute("BEGIN IMMEDIATE")
            await daemon.start()
            async with daemon.unix() as c:
                assert await texts(c, s) == ["Hello?"]
                other.execute("ROLLBACK")
                async with asyncio.timeout(WAIT):
                    while await texts(c, s) != ["Hello?", "Come in,"]:
                        await asyncio.sleep(0.1)
                await writable(c)


async def test_a_lock_while_it_runs_is_told_and_got_over(home: Path, lived_in: str) -> None:
    s = lived_in
    async with started(home) as daemon, daemon.unix() as c:
        with plain(home / "store" / "fabula.db") as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Refused, match="another program"):
                await say(c, s, "Never.")
            await only_read(c, s, "another program")
            other.execute("ROLLBACK")
        await writable(c)


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    """A home on a disk of 20 MiB."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount a small disk; tests/store/test_full_disk.py fills the store by another way")
    home.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", home], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    yield home
    subprocess.run(["umount", home], check=True)


def fill(disk: Path) -> Path:
    """A file that takes all the room that is left."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return filler


async def kept_in_files(c: Client, home: Path) -> list[object]:
    """The settings, the model that is asked, the saved templates, and what is left of files that were not made."""
    render = next(role for role in (await c.call("models"))["roles"] if role["role"] == "render")
    saved = [t["name"] for t in (await c.call("templates"))["templates"] if not t["built_in"]]
    return [(home / "config.toml").read_text(), render["model"], saved, list(home.rglob("*.new"))]


async def test_a_full_disk_at_the_start_is_told_and_got_over(small_disk: Path, lived_in: str) -> None:
    s = lived_in
    filler = fill(small_disk)
    async with started(small_disk) as daemon, daemon.unix() as c:
        assert "disk is full" in daemon.ready["read_only"]
        await only_read(c, s, "disk is full")
        before = await kept_in_files(c, small_disk)
        for method, params in (
            ("backup", {}), ("use_model", {"role": "render", "model": "other"}), ("rotate_token", {}),
            ("save_template", {"name": "inn", "story": s, "what": "all"}), ("purge", {"story": s, "confirm": True}),
        ):  # fmt: skip
            with pytest.raises(Refused, match=r"full|No space") as refused:
                await c.call(method, **params)
            assert refused.value.code == errors.STORAGE, method
            assert refused.value.data["why"], method
        assert await kept_in_files(c, small_disk) == before
        filler.unlink()
        await writable(c)
        await say(c, s, "There is room again.")
        await c.call("use_model", role="render", model="other")
        await c.call("save_template", name="inn", story=s, what="all")
        settings, model, templates, _ = await kept_in_files(c, small_disk)
        assert ('model = "other"' in str(settings), model, templates) == (True, "other", ["inn"])
        assert (await c.call("backup"))["check"]["ok"]


async def test_what_the_start_left_undone_spoils_no_reply_that_is_being_written(home: Path, lived_in: str) -> None:
    """Drafts of a crash are recovered once the store can be written; that of a turn which runs by then is its own."""
    slowly = Slowly("Once ", "upon a time.")
    s = lived_in
    async with Endpoint(slowly) as endpoint:
        (home / "config.toml").write_text(config(endpoint.url, more=""))  # a model that may be silent for long
        with plain(home / "store" / "fabula.db") as c:
            c.execute("BEGIN IMMEDIATE")
            daemon = await Daemon(home, hurried=True).start()
            c.execute("ROLLBACK")
        async with daemon.unix() as client:
            await client.call("stream", story=s)
            turn = (await client.call("play", story=s, text="Tell me."))["turn"]
            slowly.go()
            await writable(client)
            await asyncio.sleep(0.5)  # by then all that the start left undone has been done
            assert await texts(client, s) == ["Hello.", "Tell me."]
            slowly.go()
            await client.wait(lambda n: n.method == "turn" and n.params["turn"] == turn and n.params["phase"] == "done")
            assert await texts(client, s) == ["Hello.", "Tell me.", "Once upon a time."]
        await daemon.stop()
        with plain(home / "store" / "fabula.db") as c:
            (count,) = c.execute("SELECT count(*) FROM event WHERE kind = 'line.said'").fetchone()
        assert count == 3


async def test_who_asks_before_the_stories_are_found_is_told_to_wait(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:

        async def find() -> None:
            """What must be read before anybody may ask."""

        upkeep = Upkeep(store.log, (find,), (), lambda: ())
        with pytest.raises(Fault, match="try again in a moment"):
            upkeep.check_readable()
        assert upkeep.warnings()
        await upkeep.start()
        upkeep.check_readable()
        assert upkeep.warnings() == []
        await upkeep.close()
