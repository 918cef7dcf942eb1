"""The token: its file, restarts, rotation."""

import stat
from pathlib import Path

import pytest

from daemon.rpc.access import Access
from protocol import errors as e
from tests.rpc.rig import Rig


def test_a_token_has_256_bits_in_a_private_file_and_survives_restarts(runtime: Path) -> None:
    file = runtime / "token"
    access = Access(file)
    token = file.read_text().strip()
    assert len(token) * 6 >= 256
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert access.admits(token)
    assert Access(file).admits(token)


@pytest.mark.parametrize("token", [None, "", "x", "é", "\x00"])
def test_others_are_not_it(runtime: Path, token: str | None) -> None:
    assert not Access(runtime / "token").admits(token)


@pytest.mark.parametrize("spoil", ["empty", "short", "mode", "link"])
def test_a_token_that_is_none_or_that_others_could_read_is_replaced(runtime: Path, spoil: str) -> None:
    file = runtime / "token"
    Access(file)
    before = file.read_text().strip()
    if spoil == "mode":
        file.chmod(0o644)
    elif spoil == "link":
        file.rename(runtime / "elsewhere")
        file.symlink_to(runtime / "elsewhere")
    else:
        file.write_text("" if spoil == "empty" else "short")
    access = Access(file)
    assert not access.admits(before)
    assert access.admits(file.read_text().strip())
    assert stat.S_IMODE(file.lstat().st_mode) == 0o600


async def test_rotating_drops_who_used_the_old_one_and_nobody_else(doors: Rig) -> None:
    before = doors.token
    async with doors.unix() as near, doors.web() as far:
        assert (await near.call("rotate_token"))["result"] == {}
        assert await far.hear() is None
        assert far.link.code == 4401
        assert "result" in await near.call("status")
    assert doors.token != before
    async with doors.web(hello=False) as peer:
        answer = await peer.call("hello", {"client": "t", "protocol": "1.0", "token": before})
        assert answer["error"]["code"] == e.UNAUTHORISED
    async with doors.web() as peer:
        assert "result" in await peer.call("status")


async def test_the_web_cannot_rotate(doors: Rig) -> None:
    before = doors.token
    async with doors.web() as peer:
        assert (await peer.call("rotate_token"))["error"]["code"] == e.UNAUTHORISED
        assert "result" in await peer.call("status")
    assert doors.token == before


async def test_a_token_that_cannot_be_written_stays(doors: Rig) -> None:
    before = doors.token
    (doors.runtime / "token").unlink()
    (doors.runtime / "token").mkdir()
    async with doors.unix() as near, doors.web(token=before) as far:
        answer = await near.call("rotate_token")
        assert answer["error"]["code"] == e.STORAGE
        assert str(doors.runtime) not in str(answer)
        assert "result" in await far.call("status")
