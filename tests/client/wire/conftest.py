"""A connection to a scripted daemon, and what was heard on it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from client.wire.connection import Connection
from tests.support.scripted_daemon import Peer


class Heard:
    """The notifications that came, and waiting for more."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, dict[str, Any]]] = []
        self._news = asyncio.Event()

    def __call__(self, method: str, params: dict[str, Any]) -> None:
        self.notes.append((method, params))
        self._news.set()

    def names(self) -> list[str]:
        return [name for name, _ in self.notes]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not holds():
                self._news.clear()
                await self._news.wait()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def connection(peer: Peer, heard: Heard) -> AsyncIterator[Connection]:
    made = Connection(peer.home, heard)
    await made.open()
    yield made
    await made.close()


def follows(peer: Peer, head: int = 10, branch: str = "b1") -> None:
    peer.answers["stream"] = lambda p: {
        "subscription": f"u{sum(m == 'stream' for m, _ in peer.calls)}", "branch": branch, "head": head, "drafts": [],
    }  # fmt: skip


async def happens(peer: Peer, subscription: str, *seqs: int, branch: str = "b1") -> None:
    events = [{"seq": s} for s in seqs]
    await peer.notify("event", subscription=subscription, story="s", branch=branch, events=events, touches=[])
