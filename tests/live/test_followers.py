"""Clients that follow a story with connections that break, and obey `common`: each always holds the right branch.

The client that these tests read with (support/wire_client.py) fails where events repeat or pieces do not adjoin.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from random import Random
from typing import Any

import pytest

from tests.support.real_daemon import Daemon
from tests.support.small_cast import lines, said, story, texts, until
from tests.support.wire_client import Client, Note

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Holder:
    """What a client that obeys `common` holds of a story: the events of a line, and `branch`, the name of that."""

    def __init__(self, story: str, names_its_line: bool = True) -> None:
        self.story, self.names_its_line = story, names_its_line
        self.branch = self._follows = ""
        self.events: dict[int, dict[str, Any]] = {}
        self.client: Client | None = None
        self._taken = 0

    @property
    def cursor(self) -> int:
        """The last seq it holds."""
        return max(self.events, default=0)

    @contextlib.asynccontextmanager
    async def connected(self, daemon: Daemon) -> AsyncIterator[Client]:
        """Follows the story from where it was, until this ends."""
        async with daemon.unix() as c:
            seen_on = {"of_branch": self.branch} if self.branch and self.names_its_line else {}
            answer = await c.call("stream", story=self.story, after=self.cursor, **seen_on)
            self.client, self._taken, self._follows = c, 0, answer["branch"]
            yield c
            self.take()
            self.client = None

    def take(self) -> None:
        """Takes in what has been told since."""
        assert self.client is not None
        for note in self.client.notes[self._taken :]:
            self._note(note)
        self._taken = len(self.client.notes)

    def _note(self, note: Note) -> None:
        if note.method == "branch":
            self.branch = self._follows = note.params["branch"]
            self.events = {seq: e for seq, e in self.events.items() if seq <= note.params["common"]}
        elif note.method == "event":
            assert note.params["events"][0]["seq"] > self.cursor
            self.branch = self._follows
            self.events |= {e["seq"]: e for e in note.params["events"]}

    def texts(self) -> list[str]:
        """The words of what was said, as it holds them."""
        return [e["data"]["text"] for e in self.events.values() if e["kind"] == "line.said"]


async def truth(c: Client, s: str) -> tuple[str, list[int]]:
    """The current line of a story and the seqs on it, asked for anew."""
    answer = await c.call("stream", story=s, after=0)
    mine = answer["subscription"]
    await until(lambda: (c.events(mine) or [{"seq": 0}])[-1]["seq"] >= answer["head"])
    await c.call("unstream", subscription=mine)
    return answer["branch"], [e["seq"] for e in c.events(mine)]


async def changes(c: Client, s: str, rng: Random, count: int) -> None:
    """Things that a client does to a story: lines, rewinds, switches."""
    for n in range(count):
        what = rng.random()
        if what < 0.7:
            await c.call("append", story=s, commands=[said("you", f"{n} {i}") for i in range(rng.randint(1, 4))])
        elif what < 0.85:
            branches = (await c.call("branches", story=s))["branches"]
            await c.call("switch", story=s, branch=rng.choice(branches)["branch"])
        elif found := await lines(c, s, limit=9):
            await c.call("rewind", story=s, to=rng.choice(found)["seq"])


async def follow(daemon: Daemon, holder: Holder, rng: Random, over: Callable[[], bool]) -> None:
    """Follows a story with a connection that breaks now and then."""
    while not over():
        async with holder.connected(daemon) as c:
            await asyncio.sleep(rng.random() * 0.03)
            assert c.fault is None
            holder.take()


@pytest.mark.parametrize("seed", range(4))
async def test_who_obeys_common_always_holds_the_right_line(daemon: Daemon, client: Client, seed: int) -> None:
    rng = Random(seed)
    s = await story(client)
    holders = [Holder(s, names_its_line=n % 2 == 0) for n in range(4)]
    done = False

    async def write() -> None:
        async with daemon.unix() as c:
            await changes(c, s, Random(rng.random()), 30)

    async def everything() -> None:
        nonlocal done
        await asyncio.gather(*(write() for _ in range(3)))
        done = True

    await asyncio.gather(everything(), *(follow(daemon, h, Random(rng.random()), lambda: done) for h in holders))
    branch, seqs = await truth(client, s)
    for holder in holders:
        async with holder.connected(daemon):

            def caught_up(holder: Holder = holder) -> bool:
                holder.take()
                return holder.branch == branch and holder.cursor == seqs[-1]

            await until(caught_up)
        assert list(holder.events) == seqs
        assert holder.texts() == await texts(client, s, limit=1000)


@pytest.mark.parametrize("seed", range(2))
async def test_who_is_there_at_a_purge_holds_what_is_left(daemon: Daemon, client: Client, seed: int) -> None:
    """Whoever is not there keeps what it holds: of what it was told nobody can know."""
    rng = Random(seed)
    s = await story(client)
    holders = [Holder(s) for _ in range(3)]
    async with contextlib.AsyncExitStack() as stack:
        for holder in holders:
            await stack.enter_async_context(holder.connected(daemon))
        for _ in range(5):
            await changes(client, s, rng, 4)
            if found := await lines(client, s, limit=4):
                which = found[-1] if rng.random() < 0.5 else rng.choice(found)
                await client.call("purge", story=s, targets=[which["seq"]], confirm=True)
        _branch, seqs = await truth(client, s)

        def caught_up(holder: Holder) -> bool:
            holder.take()
            return list(holder.events) == seqs

        for holder in holders:
            await until(lambda holder=holder: caught_up(holder))
        assert holders[0].texts() == await texts(client, s, limit=1000)
