"""A client of a story's stream in the test's own process, that obeys `common`, and comes and goes."""

import asyncio
from typing import Any

import msgspec

from daemon.live.catching_up import CatchingUp
from daemon.live.subscriptions import Subscription
from protocol.methods import StreamParams


class Holding:
    """The seqs that it holds, and the line on which it was told of them. `after` is where it begins."""

    def __init__(self, streams: CatchingUp, story: str, branch: str | None) -> None:
        self.streams, self.story, self.asked = streams, story, branch
        self.line: str | None = None
        self.seqs: list[int] = []
        self.subscription: Subscription | None = None
        self._follows = ""
        self.count = 0

    async def connect(self) -> None:
        """Follows from where it was."""
        more = {"of_branch": self.line} if self.line is not None else {}
        wanted = {"story": self.story, "after": self.seqs[-1] if self.seqs else 0, "branch": self.asked, **more}
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.subscription, answer = await self.streams.stream(
            msgspec.convert(wanted, StreamParams), self._told, _at_once, answered
        )
        self._follows = answer.branch
        answered.set_result(None)

    def leave(self) -> None:
        """Goes away in the middle of whatever it was being told."""
        if self.subscription is not None:
            self.streams.end(self.subscription)
            self.subscription = None

    async def told(self, count: int) -> None:
        """Waits until it was told so many more things, or everything."""
        assert self.subscription is not None
        most = self.count + count
        while self.subscription.catching_up is not None and self.count < most:
            await asyncio.sleep(0)

    async def settle(self) -> None:
        """Waits until it has been told everything."""
        assert self.subscription is not None
        while self.subscription.catching_up is not None:
            await asyncio.wait({self.subscription.catching_up})

    def _told(self, method: str, encoded: bytes) -> None:
        params: dict[str, Any] = msgspec.json.decode(encoded)
        if self.subscription is not None and params["subscription"] != self.subscription.id:
            return
        self.count += 1
        if method == "branch":
            self.line = self._follows = params["branch"]
            self.seqs = [s for s in self.seqs if s <= params["common"]]
        elif method == "event":
            self.line = self._follows
            seqs = [e["seq"] for e in params["events"]]
            assert not self.seqs or seqs[0] > self.seqs[-1], "what follows comes after what is held"
            self.seqs += seqs


async def _at_once() -> None:
    await asyncio.sleep(0)
