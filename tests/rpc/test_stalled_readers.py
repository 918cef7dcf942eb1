"""Clients that read slowly or not at all: what is made for them is bounded, and others are served."""

import asyncio
import contextlib

import pytest

from daemon.rpc import flight, load, outbox, websocket
from protocol import errors as e
from tests.rpc.rig import Peer, Rig, until
from tests.rpc.stalling import MIB, sessions, stall, stalled, waiting

# readers that stall


@pytest.mark.parametrize("transport", ["unix", "web"])
async def test_no_more_is_made_for_a_reader_that_stalls_and_it_gets_all_as_it_reads(doors: Rig, transport: str) -> None:
    async with doors.by(transport) as peer, doors.unix() as other:
        with stalled(peer):
            for n in range(30):
                await peer.begin("takes", {"story": f"s{n}", "line": str(3 * MIB)}, id=n)
            await until(lambda: waiting(doors) > 2 * MIB)
            for _ in range(200):
                assert "result" in await other.call("takes", {"story": "s", "line": "5"})
            assert len([x for x in doors.toy.began if x != "5"]) <= 2 * load.MAKING_OF_ONE
            assert waiting(doors) < 16 * MIB
            assert "result" in await other.call("status")
        assert {(await peer.hear())["id"] for _ in range(30)} == set(range(30))


async def test_a_batch_is_answered_only_up_to_a_size(doors: Rig, peer: Peer) -> None:
    one = {"jsonrpc": "2.0", "method": "takes", "params": {"story": "s", "line": str(MIB)}}
    told = {"jsonrpc": "2.0", "method": "append", "params": {"story": "s", "commands": []}}
    await peer.say([*(one | {"id": n} for n in range(30)), told])
    answers = await peer.hear()
    assert [a["id"] for a in answers] == list(range(30))
    served = [a for a in answers if "result" in a]
    assert len(served) == flight.BATCH_BYTES // MIB
    assert {a["error"]["code"] for a in answers[len(served) :]} == {e.BUSY}
    assert answers[-1]["error"]["data"]["limit"] == flight.BATCH_BYTES
    assert doors.toy.ended == ["s/None"], "nobody is answered for a notification, so it is done"
    await until(lambda: waiting(doors) == 0)


async def test_all_stalled_readers_together_hold_only_so_much(doors: Rig) -> None:
    async with contextlib.AsyncExitStack() as stack:
        peers = [await stack.enter_async_context(doors.by(t)) for t in ("unix", "web") * 6]
        stack.enter_context(stalled(*peers))
        before, most = set(sessions(doors)), 0
        for peer in peers:
            await peer.begin("stream", {"story": "s", "after": 7000})
        while doors.toy.notified < 7000 * len(peers) and all(s.open for s in before):
            most = max(most, waiting(doors))
            await asyncio.sleep(0.001)
        assert not all(s.open for s in before)
        assert most < load.MOST_BYTES + 8 * MIB
        async with doors.unix() as other:
            assert "result" in await other.call("takes", {"story": "s", "line": "5"})


async def test_who_waits_for_stalled_readers_waits_for_none_that_reads_nothing(
    doors: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "LOW_BYTES", 4 * MIB)
    monkeypatch.setattr(load, "PATIENCE_S", 0.2)
    async with contextlib.AsyncExitStack() as stack:
        peers = [await stack.enter_async_context(doors.by(t)) for t in ("unix", "web")]
        stack.enter_context(stalled(*peers))
        for peer in peers:
            await peer.begin("takes", {"story": "s", "line": str(4 * MIB)})
        await until(lambda: waiting(doors) > 4 * MIB)
        before = set(sessions(doors))
        async with doors.unix() as other:
            assert "result" in await other.call("takes", {"story": "s", "line": "5"})
        assert not all(s.open for s in before)


async def test_a_slow_call_keeps_no_others_waiting(doors: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for something else, rather than for room, gives its place to the next."""
    monkeypatch.setattr(load, "LEASE_S", 0.05)
    async with doors.unix() as peer:
        for n in range(load.MAKING_OF_ONE + 2):
            await peer.begin("takes", {"story": f"s{n}", "line": "5", "branch": "gate"}, id=n)
        assert (await peer.call("takes", {"story": "s", "line": "5"}, id="quick"))["id"] == "quick"
        doors.toy.gate("gate").set()
        assert {(await peer.hear())["id"] for _ in range(load.MAKING_OF_ONE + 2)} == set(range(load.MAKING_OF_ONE + 2))


# clients that are frozen


@pytest.mark.parametrize("transport", ["unix", "web"])
async def test_who_takes_nothing_of_what_waits_is_gone_and_who_is_idle_stays(
    doors: Rig, transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "STALLED_S", 0.3)
    monkeypatch.setattr(outbox, "LOOK_S", 0.05)
    async with doors.by(transport) as frozen, doors.by(transport) as idle:
        assert "result" in await idle.call("status")
        assert "result" in await frozen.call("stream", {"story": "s"})
        with stalled(frozen):
            await frozen.begin("takes", {"story": "s", "line": str(8 * MIB)})
            await asyncio.wait_for(doors.toy.closed.wait(), 20)
            await until(lambda: len(sessions(doors)) == 1)
            await asyncio.sleep(0.6)
            assert "result" in await idle.call("status")


async def test_a_little_that_nobody_reads_is_enough_on_the_socket(doors: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel holds a few hundred kilobytes for a client that is frozen, and tells on Linux that it does."""
    monkeypatch.setattr(outbox, "STALLED_S", 0.3)
    monkeypatch.setattr(outbox, "LOOK_S", 0.05)
    async with doors.unix() as frozen:
        with stalled(frozen):
            await frozen.begin("status")
            await until(lambda: sessions(doors))
            await until(lambda: not sessions(doors))


@pytest.mark.parametrize("transport", ["unix", "web"])
async def test_who_reads_slowly_stays(doors: Rig, transport: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "STALLED_S", 1.0)  # less may pass on a busy machine without any fault
    monkeypatch.setattr(outbox, "LOOK_S", 0.05)
    async with doors.by(transport) as peer:
        reader = stall(peer)
        await peer.begin("takes", {"story": "s", "line": str(24 * MIB)})
        await until(lambda: waiting(doors) > 8 * MIB)

        async def slowly() -> None:
            while True:
                await asyncio.sleep(0.25)
                reader.resume_reading()
                await asyncio.sleep(0.005)
                reader.pause_reading()

        reading = asyncio.create_task(slowly())
        assert "result" in await peer.hear()
        reading.cancel()
        reader.resume_reading()
        assert "result" in await peer.call("status")


def test_a_frozen_client_is_gone_in_thirty_seconds() -> None:
    assert outbox.STALLED_S + 2 * outbox.LOOK_S <= 30
    assert websocket.HEARTBEAT_S * 1.5 + 2 + websocket.FAREWELL_S <= 30
