"""SIGKILLs in the middle of a restore: afterwards the store is wholly the one or the other, and can be played."""

import asyncio
import contextlib
import time
from pathlib import Path
from random import Random

from tests.conftest import config
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import unused_url
from tests.support.small_cast import said, say, story, texts
from tests.support.wire_client import Client
from tests.torture.checks import check_states, check_whole, new_home

LINES = 900
"""How many lines one of the two stores has beyond what they share: enough for a thousand pages."""


async def run(rounds: int) -> str:
    """So many restores, each killed at a random moment of its work on the store."""
    rng = Random(rounds)
    ends = {"before": 0, "after": 0}
    with new_home() as home:
        async with Daemon(home, config(unused_url())) as daemon:
            async with daemon.unix() as c:
                s = await story(c)
                await _talk(c, s, "shared", 50)
                early = (await c.call("backup"))["backup"]
                await _talk(c, s, "late", LINES)
                late = (await c.call("backup"))["backup"]
            for n in range(rounds):
                backup, other = (early, "late") if n % 2 == 0 else (late, "own")
                ends[await _one(daemon, s, backup, other, rng)] += 1
            check_whole(Path(daemon.ready["store"]))
    return f"{rounds} kills: {ends['before']} times the store was as before, {ends['after']} times as restored"


async def _one(daemon: Daemon, s: str, backup: str, other: str, rng: Random) -> str:
    """Makes the store differ, restores, kills; which of the two it is then."""
    async with daemon.unix() as c:
        await _talk(c, s, other, 20)
        before = await texts(c, s, limit=1000)
        restoring = asyncio.create_task(c.call("restore", backup=backup))
        await _working_on(daemon, rng.random() * 0.02)
        await daemon.kill()
        with contextlib.suppress(Exception):
            await restoring
    await daemon.start()
    store = Path(daemon.ready["store"])
    check_whole(store)
    async with daemon.unix() as c:
        assert (await c.call("status"))["warnings"] == [], "a restore that was cut short is no loss"
        found = await texts(c, s, limit=1000)
        await check_states(c, store)
        restored = await c.call("restore", backup=backup)
        after = await texts(c, s, limit=1000)
        assert restored["head"] == (await say(c, s, "And on."))["head"] - 1
    assert found in (before, after), "neither the one nor the other"
    left = [p.name for p in (daemon.home / "backups").glob(".*")]
    assert not left, left
    return "before" if found == before else "after"


async def _working_on(daemon: Daemon, seconds: float) -> None:
    """Until the restore works on the store, which is once it has kept what was there; and a little longer."""
    folder = daemon.home / "backups"
    kept = set(folder.glob("*-restore.db"))
    deadline = time.monotonic() + 20
    while set(folder.glob("*-restore.db")) <= kept and time.monotonic() < deadline:
        await asyncio.sleep(0.001)
    await asyncio.sleep(seconds)


async def _talk(c: Client, s: str, what: str, count: int) -> None:
    commands = [said("you", f"{what} {n}: {'word ' * 40}") for n in range(count)]
    for at in range(0, count, 50):
        await c.call("append", story=s, commands=commands[at : at + 50])
