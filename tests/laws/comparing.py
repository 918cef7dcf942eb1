"""Holds what the real services show of a story's lines of history against the simple account of it."""

from collections.abc import Sequence
from typing import Any

import msgspec

from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint
from daemon.prompts.recall import PromptRecall
from daemon.store.recall.index import RecallIndex
from daemon.story.lenses import lens_of
from protocol import methods as m
from protocol.ids import NOBODY, EntityId, Seq
from tests.laws.naive import Naive
from tests.support.eyes import EYES
from tests.support.open_store import Store

QUERIES = ("rain", "a red scarf", "who took the key")


class Comparing:
    """One story, and the account of it."""

    def __init__(self, store: Store, tale: OpenStory, naive: Naive) -> None:
        self.store, self.tale, self.naive = store, tale, naive
        self.index = RecallIndex(store.database, store.log)
        self.recall = PromptRecall(store.views, self.index)

    async def agrees(self, line: str) -> None:
        """The states, transcript and memories of a line through every lens, and how many lines there are; nothing is
        there that was made of other words, or of what is not there."""
        assert not self.naive.of_other_words(line)
        assert not self.naive.orphans(line)
        states = self.naive.states(line)
        for n, lens in enumerate(EYES):
            where = Viewpoint(self.tale, line, Seq(await self._head(line)), lens_of(lens))
            assert await self.store.views.state(where) == states[n]
            told = await self.store.views.lines(where, 500)
            assert [(x.line, x.text) for x in told] == self.naive.transcript(line, lens)
            assert await self._memories(line, lens) == self.naive.memories(line, lens)
        assert await self._head(line) == self.naive.head(line)
        assert await self.store.writer.open_stories.lines(self.tale, line) == self.naive.count(line)

    async def agrees_at_every_commit(self, line: str) -> None:
        """States of the past are what they were then."""
        for at in [*self.naive.ends(line)][:: 1 + len(self.naive.rows) // 60]:
            states = self.naive.states(line, at)
            for n in (0, 2, 5):
                assert await self.store.projector.state(self.tale.tree, line, Seq(at), lens_of(EYES[n])) == states[n]
            told = await self.store.views.lines(Viewpoint(self.tale, line, Seq(at), NOBODY), 500)
            assert [(x.line, x.text) for x in told] == self.naive.transcript(line, (), at)

    async def recalled(self, line: str) -> list[list[m.Recalled]]:
        """What is found through every lens."""
        return [
            [x for q in QUERIES for x in (await self._recall(line, lens, q)).memories]
            for lens in EYES
        ]  # fmt: skip

    async def _recall(self, line: str, lens: Sequence[EntityId], query: str) -> m.RecallResult:
        asked = {"story": self.tale.id, "branch": line, "lens": list(lens), "query": query, "k": 50}
        return await self.recall.recall(msgspec.convert(asked, m.RecallParams))

    async def _memories(self, line: str, lens: Sequence[EntityId]) -> list[tuple[str, int, str]]:
        asked = {"story": self.tale.id, "branch": line, "view": "memories", "lens": list(lens), "limit": 500}
        found = await self.store.views.project(msgspec.convert(asked, m.ProjectParams))
        kept = msgspec.json.decode(found.data)["memories"]
        return [(x["memory"], x["seq"], x["text"]) for x in kept]

    async def _state(self, line: str, lens: Sequence[EntityId]) -> Any:
        return await self.store.views.state(Viewpoint(self.tale, line, Seq(await self._head(line)), lens_of(lens)))

    async def _head(self, line: str) -> int:
        return await self.store.writer.open_stories.head(self.tale, line)
