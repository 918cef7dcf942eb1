"""What is in flight: order, cancelling, limits, floods, readers that stall, clients that vanish."""

import asyncio

import pytest

from daemon.rpc import outbox
from daemon.rpc import session as limits
from protocol import errors as e
from protocol.catalogue import LIMITS
from tests.rpc.rig import Peer, Rig, until
from tests.rpc.stalling import stall

MOST = LIMITS["in_flight"]


async def test_calls_of_one_story_keep_their_order_and_others_overtake(doors: Rig, peer: Peer) -> None:
    await peer.begin("append", {"story": "s", "commands": [], "expected": 1, "key": "gate"}, id=1)
    await peer.begin("append", {"story": "s", "commands": [], "expected": 2}, id=2)
    await peer.begin("append", {"story": "t", "commands": [], "expected": 3}, id=3)
    await peer.begin("stop", {"story": "s"}, id=4)
    assert {(await peer.hear())["id"], (await peer.hear())["id"]} == {3, 4}
    assert doors.toy.began == ["s/1", "t/3"]
    doors.toy.gate("gate").set()
    assert [(await peer.hear())["id"], (await peer.hear())["id"]] == [1, 2]


async def test_a_batch_keeps_its_place_among_the_calls_of_its_stories(doors: Rig, peer: Peer) -> None:
    def call(story: str, n: int, **more: str) -> dict[str, object]:
        return {
            "jsonrpc": "2.0", "id": n, "method": "append",
            "params": {"story": story, "commands": [], "expected": n, **more},
        }  # fmt: skip

    await peer.say(call("s", 1, key="gate"))
    await peer.say([call("t", 2), call("s", 3)])
    await peer.say(call("s", 4))
    await peer.say(call("t", 5))
    assert [(await peer.hear())["id"]] == [5]
    doors.toy.gate("gate").set()
    for _ in range(3):
        await peer.hear()
    assert doors.toy.ended == ["t/2", "t/5", "s/1", "s/3", "s/4"]


async def test_the_order_holds_where_one_in_the_middle_is_cancelled(doors: Rig, peer: Peer) -> None:
    await peer.begin("append", {"story": "s", "commands": [], "expected": 1, "key": "gate"}, id=1)
    await peer.begin("append", {"story": "s", "commands": [], "expected": 2}, id=2)
    await peer.begin("append", {"story": "s", "commands": [], "expected": 3}, id=3)
    await peer.begin("cancel", {"id": 2}, id=4)
    told = {m["id"]: m for m in (await peer.hear(), await peer.hear())}
    assert told[4]["result"] == {"cancelled": True}
    assert told[2]["error"]["code"] == e.CANCELLED
    assert doors.toy.began == ["s/1"]
    doors.toy.gate("gate").set()
    assert [(await peer.hear())["id"], (await peer.hear())["id"]] == [1, 3]
    assert doors.toy.ended == ["s/1", "s/3"]


async def test_while_the_gate_is_closed_calls_wait_that_work_on_stories(doors: Rig, peer: Peer) -> None:
    async with doors.gate.closed():
        await peer.begin("append", {"story": "s", "commands": [], "expected": 1}, id=1)
        assert (await peer.call("status", id=2))["id"] == 2
        assert (await peer.call("probe", {"base_url": "x"}, id=3))["id"] == 3
        assert doors.toy.began == ["x"]
    assert (await peer.hear())["id"] == 1
    assert doors.toy.ended == ["x", "s/1"]


async def test_cancel_ends_what_is_served_and_knows_what_is_not(doors: Rig, peer: Peer) -> None:
    await peer.begin("probe", {"base_url": "x", "model": "never"}, id="slow")
    assert (await peer.call("cancel", {"id": "other"}, id=2))["result"] == {"cancelled": False}
    assert (await peer.call("cancel", {"id": 3}, id=3))["result"] == {"cancelled": False}
    await peer.begin("cancel", {"id": "slow"}, id=4)
    told = {m["id"]: m for m in (await peer.hear(), await peer.hear())}
    assert told["slow"]["error"]["code"] == e.CANCELLED
    assert told[4]["result"] == {"cancelled": True}
    assert (await peer.call("cancel", {"id": "slow"}, id=5))["result"] == {"cancelled": False}


async def test_cancel_reaches_an_entry_of_a_batch_and_no_other_connection(doors: Rig, peer: Peer) -> None:
    entry = {"jsonrpc": "2.0", "method": "probe", "params": {"base_url": "x", "model": "gate"}}
    await peer.say([entry | {"id": 1}, entry | {"id": 2}, entry | {"id": 3}])
    async with doors.unix() as other:
        assert (await other.call("cancel", {"id": 1}))["result"] == {"cancelled": False}
    assert (await peer.call("cancel", {"id": 2}, id=4))["result"] == {"cancelled": True}
    doors.toy.gate("gate").set()
    answers = await peer.hear()
    assert [("error" in a) for a in answers] == [False, True, False]


async def test_more_than_the_limit_in_flight_is_busy_but_stop_and_cancel_get_through(doors: Rig, peer: Peer) -> None:
    for n in range(MOST):
        await peer.begin("probe", {"base_url": str(n), "model": "gate"}, id=n)
    answer = await peer.call("status", id="over")
    assert (answer["id"], answer["error"]["code"]) == ("over", e.BUSY)
    assert answer["error"]["data"]["retry"] > 0
    await peer.say([{"jsonrpc": "2.0", "id": "batch", "method": "status"}])
    assert (await peer.hear())[0]["error"]["code"] == e.BUSY
    assert "result" in await peer.call("stop", {"story": "s"}, id="stop")
    await peer.begin("cancel", {"id": 0}, id="cancel")
    assert {(await peer.hear())["id"], (await peer.hear())["id"]} == {0, "cancel"}
    assert "result" in await peer.call("status", id="room again")
    doors.toy.gate("gate").set()
    assert {(await peer.hear())["id"] for _ in range(MOST - 1)} == set(range(1, MOST))


async def test_a_flood_of_notifications_is_read_no_faster_than_it_is_served(doors: Rig, peer: Peer) -> None:
    flood = asyncio.create_task(_flood(peer, 3000))
    await until(lambda: len(doors.toy.began) >= MOST + limits.SPARE)
    async with doors.unix() as other:
        for _ in range(50):
            assert "result" in await other.call("status")
    assert len(doors.toy.began) == MOST + limits.SPARE
    doors.toy.gate("gate").set()
    await flood
    await until(lambda: len(doors.toy.ended) == 3000)
    assert "result" in await peer.call("status")


async def _flood(peer: Peer, count: int) -> None:
    for n in range(count):
        await peer.tell("probe", {"base_url": f"{n} " + "x" * 2000, "model": "gate"})


async def test_large_messages_in_flight_stop_the_reading(doors: Rig, peer: Peer) -> None:
    async def flood() -> None:
        for n in range(12):
            await peer.begin("probe", {"base_url": "x" * 1_500_000, "model": "gate"}, id=n)

    sending = asyncio.create_task(flood())
    full = limits.HELD_BYTES // 1_500_000 + 1
    await until(lambda: len(doors.toy.began) >= full)
    async with doors.unix() as other:
        for _ in range(50):
            await other.call("status")
    assert len(doors.toy.began) == full
    doors.toy.gate("gate").set()
    await sending
    assert {(await peer.hear())["id"] for _ in range(12)} == set(range(12))


async def test_who_does_not_read_is_not_read_either(doors: Rig) -> None:
    """Answers pile up only so far: a client that asks and never listens waits, and nobody else does."""
    _, writer = await asyncio.open_unix_connection(str(doors.unix_door.path))
    line = b'{"jsonrpc":"2.0","id":"%b","method":"statsu"}\n' % (b"y" * 100)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    for _ in range(100):
        writer.write(line * 1000)
    await until(lambda: doors.unix_door.sessions)
    [session] = doors.unix_door.sessions
    await until(lambda: session.crowded)
    async with doors.unix() as other:
        for _ in range(50):
            assert "result" in await other.call("status")
    assert session._pipe.backlog() < limits.PAUSE_BYTES + 1000
    writer.transport.abort()
    await session.ended()


async def test_what_a_call_sets_off_comes_after_its_answer(doors: Rig, peer: Peer) -> None:
    await peer.begin("stream", {"story": "s", "after": 1}, id="single")
    assert [(await peer.hear()).get("id"), (await peer.hear()).get("method")] == ["single", "token"]
    stream = {"jsonrpc": "2.0", "id": 1, "method": "stream", "params": {"story": "s", "after": 1}}
    slow = {"jsonrpc": "2.0", "id": 2, "method": "probe", "params": {"base_url": "x", "model": "gate"}}
    await peer.say([stream, slow])
    await until(lambda: "x" in doors.toy.began)
    asyncio.get_running_loop().call_later(0.01, doors.toy.gate("gate").set)
    assert [a["id"] for a in await peer.hear()] == [1, 2]
    assert (await peer.hear())["method"] == "token"


@pytest.mark.parametrize("transport", ["unix", "web"])
async def test_a_stalled_reader_is_closed_and_its_subscription_with_it(doors: Rig, transport: str) -> None:
    async with doors.by(transport) as peer, doors.unix() as other:
        assert "result" in await peer.call("stream", {"story": "s", "after": 100_000})
        stalled = stall(peer)
        await asyncio.wait_for(doors.toy.closed.wait(), 20)
        assert doors.toy.notified * 1000 < outbox.QUEUED_BYTES * 2
        assert "result" in await other.call("status")
        stalled.resume_reading()
        heard = 0
        while await peer.hear() is not None:
            heard += 1
        assert heard * 1000 < outbox.QUEUED_BYTES / 2  # what was queued is let go
        assert peer.link.code == (1013 if transport == "web" else None)


async def _begin_and_vanish(doors: Rig, transport: str) -> None:
    async with doors.by(transport) as peer:
        await peer.begin("append", {"story": transport, "commands": [], "expected": 1, "key": "gate"})
        await until(lambda: f"{transport}/1" in doors.toy.began)


async def test_a_client_that_vanishes_cancels_nothing(doors: Rig) -> None:
    await _begin_and_vanish(doors, "unix")
    await _begin_and_vanish(doors, "web")
    await until(lambda: not any(s.reading for s in doors.unix_door.sessions | doors.web_door.sessions))
    assert doors.toy.ended == []
    doors.toy.gate("gate").set()
    await until(lambda: doors.toy.ended == ["unix/1", "web/1"])
    await until(lambda: not doors.unix_door.sessions | doors.web_door.sessions)


async def test_closing_the_doors_lets_what_is_in_flight_end(doors: Rig) -> None:
    async with doors.unix() as near, doors.web() as far:
        for n, peer in enumerate((near, far)):
            await peer.begin("append", {"story": "s", "commands": [], "expected": n, "key": "gate"})
        await until(lambda: len(doors.toy.began) == 2)
        closing = [asyncio.create_task(door.close(10)) for door in (doors.unix_door, doors.web_door)]
        await until(lambda: not any(s.reading for s in doors.unix_door.sessions | doors.web_door.sessions))
        doors.toy.gate("gate").set()
        for peer in (near, far):
            assert "result" in await peer.hear()
            assert await peer.hear() is None
        await asyncio.gather(*closing)
        assert far.link.code == 1001
    assert not doors.unix_door.path.exists()
