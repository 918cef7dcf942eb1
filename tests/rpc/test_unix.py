"""The Unix socket: modes, paths, stale sockets, who may connect, lines."""

import asyncio
import os
import socket
import stat
from pathlib import Path

import pytest

from daemon.atomic import write_whole
from daemon.rpc.private import CannotOpen
from daemon.rpc.unix import AlreadyOpen, peer_uid, serve_unix
from protocol import errors as e
from tests.rpc.rig import Peer, Rig, rig


async def test_only_the_owner_may_use_it_whatever_the_umask_is(runtime: Path) -> None:
    runtime.chmod(0o755)
    before = os.umask(0)
    try:
        async with rig(runtime / "deep" / "run") as doors:
            path = doors.unix_door.path
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    finally:
        os.umask(before)


async def test_a_directory_that_is_too_open_is_narrowed(runtime: Path) -> None:
    runtime.chmod(0o777)
    async with rig(runtime):
        assert stat.S_IMODE(runtime.stat().st_mode) == 0o700


async def test_a_link_in_place_of_the_directory_is_refused(runtime: Path) -> None:
    (runtime / "real").mkdir()
    (runtime / "link").symlink_to(runtime / "real")
    with pytest.raises(CannotOpen, match="not a directory of yours"):
        await rig(runtime / "link").__aenter__()


async def test_a_path_that_systems_would_not_take_is_refused(doors: Rig, runtime: Path) -> None:
    with pytest.raises(CannotOpen, match="--home"):
        await serve_unix(runtime / ("x" * 100) / "rpcd.sock", doors.dispatcher)
    assert not (runtime / ("x" * 100)).exists()


async def test_a_stale_socket_is_replaced(doors: Rig, runtime: Path) -> None:
    stale = runtime / "stale.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(stale))
    door = await serve_unix(stale, doors.dispatcher)
    _, writer = await asyncio.open_unix_connection(str(stale))
    writer.close()
    await door.close()
    assert not stale.exists()


async def test_a_socket_that_answers_is_left_alone(doors: Rig) -> None:
    with pytest.raises(AlreadyOpen):
        await serve_unix(doors.unix_door.path, doors.dispatcher)
    async with doors.unix() as peer:
        assert "result" in await peer.call("status")


async def test_what_is_no_socket_is_left_alone(doors: Rig, runtime: Path) -> None:
    (runtime / "file").write_text("mine")
    with pytest.raises(CannotOpen, match="no socket"):
        await serve_unix(runtime / "file", doors.dispatcher)
    assert (runtime / "file").read_text() == "mine"


async def test_closing_leaves_the_socket_of_a_successor(doors: Rig, runtime: Path) -> None:
    door = await serve_unix(runtime / "two.sock", doors.dispatcher)
    (runtime / "two.sock").unlink()
    successor = await serve_unix(runtime / "two.sock", doors.dispatcher)
    await door.close()
    assert (runtime / "two.sock").exists()
    await successor.close()


async def test_another_user_is_turned_away(doors: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: ours + 1)
    async with doors.unix() as peer:
        with pytest.raises((ConnectionError, TypeError)):
            await peer.call("status")
            raise ConnectionError if await peer.hear() is None else AssertionError


def test_the_kernel_names_the_peer() -> None:
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        assert peer_uid(one) == os.geteuid()


async def test_no_hello_is_needed_but_it_is_answered(doors: Rig) -> None:
    async with doors.unix() as peer:
        assert (await peer.call("status"))["result"] == {"client": ""}
        hello = await peer.call("hello", {"client": "me", "protocol": "1.7", "more": 1})
        assert hello["result"] == {
            "server": "fabula test", "protocol": "1.0", "store": "store-1", "capabilities": {"stream": True},
        }  # fmt: skip
        assert (await peer.call("status"))["result"] == {"client": "me"}


async def test_another_major_is_refused_with_both_versions(doors: Rig) -> None:
    async with doors.unix() as peer:
        answer = await peer.call("hello", {"client": "me", "protocol": "2.0"})
        assert answer["error"]["code"] == e.INVALID_PARAMS
        assert answer["error"]["data"] == {"server": "1.0", "client": "2.0"}
        assert "1.0" in answer["error"]["message"]
        assert "2.0" in answer["error"]["message"]


async def test_lines_come_in_any_pieces(doors: Rig) -> None:
    reader, writer = await asyncio.open_unix_connection(str(doors.unix_door.path))
    text = b'{"jsonrpc":"2.0","id":1,"method":"status"}\r\n{"jsonrpc":"2.0",\t"id":2,"method":"status"}\n'
    for n in range(0, len(text), 7):
        writer.write(text[n : n + 7])
        await writer.drain()
        await asyncio.sleep(0)
    assert b'"id":1' in await reader.readline()
    assert b'"id":2' in await reader.readline()
    writer.close()


async def test_a_line_without_end_is_refused_once_and_passed_over(doors: Rig) -> None:
    async with doors.unix() as peer:
        assert isinstance(peer, Peer)
        await peer.say("[" * (13 * 1024 * 1024))
        answer = await peer.hear()
        assert (answer["id"], answer["error"]["code"]) == (None, e.INVALID_REQUEST)
        assert (await peer.call("status", id=5))["id"] == 5


async def test_half_closing_still_hears_the_answers(doors: Rig) -> None:
    reader, writer = await asyncio.open_unix_connection(str(doors.unix_door.path))
    writer.write(b'{"jsonrpc":"2.0","id":1,"method":"probe","params":{"base_url":"x","model":"gate"}}\n{"cut off')
    writer.write_eof()
    asyncio.get_running_loop().call_later(0.01, doors.toy.gate("gate").set)
    assert b'"result"' in await reader.readline()
    assert await reader.read() == b""
    writer.close()


def test_a_private_file_is_whole_or_not_there(runtime: Path) -> None:
    write_whole(runtime / "token", b"one")
    assert stat.S_IMODE((runtime / "token").stat().st_mode) == 0o600
    write_whole(runtime / "token", b"two")
    assert (runtime / "token").read_bytes() == b"two"
    with pytest.raises(OSError):
        write_whole(runtime / "missing" / "token", b"x")
    assert [p.name for p in runtime.iterdir()] == ["token"]
