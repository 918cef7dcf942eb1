"""What all connections together may ask for: floods, calls in flight in all, batches that wait for their rest."""

import asyncio
import contextlib
import difflib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from daemon.rpc import load
from protocol import errors as e
from protocol.catalogue import LIMITS
from tests.rpc.rig import Peer, Rig, until
from tests.rpc.stalling import MIB, sessions, stalled, waiting

MOST = LIMITS["in_flight_total"]


# floods


@pytest.mark.parametrize("method", ["statsu", "status"])
async def test_a_flood_lets_others_have_their_turn(doors: Rig, peer: Peer, method: str) -> None:
    """However much of it comes in one read."""
    params = ',"params":{"a":1}' if method == "status" else ""
    await peer.call("status")
    one, count, most, before = f'{{"jsonrpc":"2.0","method":"{method}"{params}}}', 20_000, 0, 0
    sending = asyncio.create_task(_send(peer, one, count))
    while before < count:
        await asyncio.sleep(0)
        most, before = max(most, doors.dispatcher.load.ignored - before), doors.dispatcher.load.ignored
    await sending
    assert most < 1500
    assert "result" in await peer.call("status")


async def _send(peer: Peer, text: str, count: int) -> None:
    link: Any = peer.link
    if hasattr(link, "writer"):
        link.writer.write((text + "\n").encode() * count)
        await link.writer.drain()
    else:
        for _ in range(count):
            await link.socket.send_str(text)


async def test_near_names_are_not_looked_for_again_and_again(
    doors: Rig, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    find = difflib.get_close_matches

    def counted(word: str, *more: Any, **named: Any) -> list[str]:
        looked.append(word)
        return find(word, *more, **named)

    monkeypatch.setattr(difflib, "get_close_matches", counted)
    for n in range(20):
        await peer.tell(f"statsu{n}")
    for n in range(20):
        assert (await peer.call("statsu", id=n))["error"]["data"] == {"nearest": "status"}
    assert "data" not in (await peer.call("x" * 1000))["error"]
    assert looked == ["statsu"]
    assert doors.dispatcher.load.ignored == 20


async def test_a_long_message_is_read_in_its_place(doors: Rig, peer: Peer) -> None:
    for n in range(6):
        pad = "x" * (200_000 if n % 2 else 1)
        await peer.begin(
            "append", {"story": "s", "commands": [], "expected": n, "branch": None, "key": None}, id=pad[:9]
        )
        await peer.say(
            f'{{"jsonrpc":"2.0","id":"{n}","method":"append","params":{{"story":"s","commands":[],'
            f'"expected":{n + 100}}}, "pad": "{pad}"}}'
        )
    for _ in range(12):
        assert "result" in await peer.hear()
    assert doors.toy.ended == [f"s/{x}" for n in range(6) for x in (n, n + 100)]


# calls in flight in all


async def _fill(
    stack: contextlib.AsyncExitStack, doors: Rig, transport: str, connections: int, each: int
) -> list[Peer]:
    peers = [await stack.enter_async_context(doors.by(transport)) for _ in range(connections)]
    for peer in peers:
        for n in range(each):
            await peer.begin("probe", {"base_url": "x", "model": "gate"}, id=n)
    return peers


@pytest.mark.parametrize("transport", ["unix", "web"])
async def test_so_many_calls_are_in_flight_in_all_and_the_rest_are_told_to_wait(doors: Rig, transport: str) -> None:
    async with contextlib.AsyncExitStack() as stack:
        peers = await _fill(stack, doors, transport, 10, 30)
        heard: list[Any] = []
        listening = [asyncio.create_task(_listen(peer, heard)) for peer in peers]
        await until(lambda: len(heard) >= 300 - MOST)
        assert {a["error"]["code"] for a in heard} == {e.BUSY}
        assert {a["error"]["data"]["limit"] for a in heard} == {MOST}
        assert all(a["error"]["data"]["retry"] > 0 for a in heard)
        assert (len(doors.toy.began), len(heard)) == (MOST, 300 - MOST)
        for peer in peers:
            await peer.begin("stop", {"story": "s"}, id="stop")
        await peers[0].begin("cancel", {"id": "none"}, id="cancel")
        await until(lambda: len(heard) == 300 - MOST + 11)
        assert all("result" in a for a in heard[300 - MOST :])
        doors.toy.gate("gate").set()
        await until(lambda: len(heard) == 300 + 11)
        for task in listening:
            task.cancel()


async def _listen(peer: Peer, heard: list[Any]) -> None:
    while (message := await peer.hear()) is not None:
        heard.append(message)


async def test_the_socket_has_room_however_much_comes_over_the_web(doors: Rig) -> None:
    async with contextlib.AsyncExitStack() as stack:
        await _fill(stack, doors, "web", 8, 32)
        await until(lambda: len(doors.toy.began) >= MOST)
        late = await stack.enter_async_context(doors.web())
        assert (await late.call("status"))["error"]["code"] == e.BUSY
        [near] = await _fill(stack, doors, "unix", 1, load.KEPT_FOR_UNIX - 1)
        await until(lambda: len(doors.toy.began) >= MOST + load.KEPT_FOR_UNIX - 1)
        assert "result" in await near.call("status", id="near")
        other = await stack.enter_async_context(doors.unix())
        assert "result" in await other.call("status")
        await other.begin("probe", {"base_url": "last", "model": "gate"})
        await until(lambda: "last" in doors.toy.began)
        assert (await near.call("status", id="near"))["error"]["code"] == e.BUSY
        doors.toy.gate("gate").set()


async def test_notifications_wait_where_too_much_is_in_flight(doors: Rig) -> None:
    async with contextlib.AsyncExitStack() as stack:
        await _fill(stack, doors, "unix", 8, 32)
        await until(lambda: len(doors.toy.began) >= MOST)
        flooding = [await stack.enter_async_context(doors.by(t)) for t in ("unix", "web")]
        for peer in flooding:
            for _ in range(40):
                await peer.tell("probe", {"base_url": "told", "model": "gate"})
        other = await stack.enter_async_context(doors.unix())
        for _ in range(50):
            assert (await other.call("status"))["error"]["code"] == e.BUSY
        assert doors.toy.began.count("told") == 2 * 8
        doors.toy.gate("gate").set()
        await until(lambda: doors.toy.ended.count("told") == 80)


@contextlib.asynccontextmanager
async def unfinished(doors: Rig) -> AsyncIterator[list[Peer]]:
    """Four whose batches have nearly filled what may wait, each waiting for its last answer; all get it at the end."""
    big = {"jsonrpc": "2.0", "method": "takes", "params": {"story": "s", "line": str(4 * MIB - MIB // 8)}}
    late = {"jsonrpc": "2.0", "method": "append", "params": {"story": "s", "commands": [], "key": "late"}}
    async with contextlib.AsyncExitStack() as stack:
        peers = [await stack.enter_async_context(doors.unix()) for _ in range(4)]
        for peer in peers:
            await peer.say([big | {"id": 1}, late | {"id": 2}])
        await until(lambda: doors.toy.began.count("s/None") == 4)
        assert doors.toy.ended == []
        yield peers
        doors.toy.gate("late").set()
        for peer in peers:
            assert ["result" in answer for answer in await peer.hear()] == [True, True]


async def test_who_waits_for_the_rest_of_a_batch_is_not_to_blame_for_what_stalled_readers_hold(doors: Rig) -> None:
    async with unfinished(doors), doors.unix() as slow, doors.unix() as other:
        held = set(sessions(doors))
        with stalled(slow):
            await slow.begin("takes", {"story": "s", "line": str(2 * MIB)})
            await until(lambda: waiting(doors) > load.LOW_BYTES)
            assert "result" in await other.call("takes", {"story": "t", "line": "5"})
        assert [session.open for session in held].count(False) == 1


async def test_batches_that_wait_for_their_rest_hold_nobody_up_for_ever(
    doors: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can take what waits in them, whatever may wait: so others go on after a while, and nobody is closed."""
    async with unfinished(doors), doors.unix() as other:
        monkeypatch.setattr(load, "LOW_BYTES", 12 * MIB)
        assert waiting(doors) > load.LOW_BYTES
        assert "result" in await other.call("takes", {"story": "t", "line": "5"})
        assert all(session.open for session in sessions(doors))
