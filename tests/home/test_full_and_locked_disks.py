"""Homes on a disk that is full, locked by another program, or not to be written: it is told, and got over."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

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
