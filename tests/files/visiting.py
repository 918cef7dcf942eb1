"""Goes to see all of a story: every view of every branch through every lens, and what else reads the log."""

from typing import Any, get_args

import msgspec

from daemon.prompts.builder import PromptBuilder
from daemon.prompts.explain import Explainer
from daemon.prompts.projections import Projections
from daemon.prompts.recall import PromptRecall
from daemon.store.recall.index import RecallIndex
from daemon.summaries.pending import PendingSummaries
from protocol import methods as m
from protocol.errors import NOT_FOUND, Fault
from protocol.ids import ENTITIES
from protocol.methods.shapes import ViewName
from protocol.model import Endpoint
from tests.support.eyes import EYES
from tests.support.open_store import Store

ENDPOINT = Endpoint(base_url="http://127.0.0.1:1/v1", model="none")
LENSES = [list(lens) for lens in EYES]


async def visit(store: Store, story: str) -> int:
    """How much was looked at. Raises what any look raises, but that something asked for is not there."""
    index = RecallIndex(store.database, store.log)
    await index.start()
    it = _Visit(store, story, index)
    await index.current()
    for branch in store.writer.open_stories.get(story).tree:
        await it.branch(branch)
    await store.writer.list()
    await it.branches.branches(m.BranchesParams(story=story))
    return it.looks


class _Visit:
    def __init__(self, store: Store, story: str, index: RecallIndex) -> None:
        self.store, self.story, self.looks = store, story, 0
        self.branches = store.branches
        self.recall = PromptRecall(store.views, index)
        self.prompts = PromptBuilder(store.views, self.recall)
        self.explainer = Explainer(store.views, self.prompts, lambda: ENDPOINT)
        self.pending = PendingSummaries(store.writer, self.prompts, lambda: ENDPOINT)

    async def branch(self, branch: str) -> None:
        tale = self.store.writer.open_stories.get(self.story)
        for lens in LENSES:
            for view in get_args(ViewName):
                for entity in ENTITIES if view == "entity" else (None,):
                    await self._view(view, branch, lens, entity=entity)
            asked = {"story": self.story, "branch": branch, "lens": lens, "query": "rain key scarf", "k": 20}
            await self._see(self.recall.recall(msgspec.convert(asked, m.RecallParams)))
        lines = await self._view("transcript", branch, [])
        for line in lines["lines"] if lines else ():
            await self._see(self.branches.takes(m.TakesParams(story=self.story, branch=branch, line=line["line"])))
            await self._see(self.explainer.explain(m.ExplainParams(story=self.story, branch=branch, line=line["line"])))
            await self._view("world", branch, [], at=line["seq"])
        await self._see(self.pending.of_chapters(tale, branch))
        await self._see(self.pending.of_long_scenes(tale, branch))

    async def _view(self, view: Any, branch: str, lens: Any, **more: Any) -> Any:
        asked = m.ProjectParams(story=self.story, branch=branch, view=view, lens=lens, **more)
        look = Projections(self.store.views, self.prompts, lambda: ENDPOINT).project(asked)
        found = await self._see(look)
        return msgspec.json.decode(msgspec.json.encode(found.data)) if found is not None else None

    async def _see(self, look: Any) -> Any:
        self.looks += 1
        try:
            return await look
        except Fault as fault:
            if fault.code != NOT_FOUND:
                raise
            return None
