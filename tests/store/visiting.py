"""Goes to see all of a story: every view of every branch through every lens, and what else reads the log."""

from typing import Any, get_args

import msgspec

from daemon.prompts.builder import Prompting
from daemon.prompts.explain import Explaining
from daemon.prompts.recall import Recollection
from daemon.store.recall.index import RecallIndex
from daemon.summaries.pending import Owing
from protocol import methods as m
from protocol.errors import NOT_FOUND, Fault
from protocol.ids import ENTITIES, entities_of
from protocol.methods.shapes import ViewName
from protocol.model import Endpoint
from tests.store.rig import Store

ENDPOINT = Endpoint(base_url="http://127.0.0.1:1/v1", model="none")
LENSES = [list(entities_of(lens)) for lens in range(8)]


async def visit(store: Store, story: str) -> int:
    """How much was looked at. Raises what any look raises, but that something asked for is not there."""
    index = RecallIndex(store.database, store.log)
    await index.start()
    it = _Visit(store, story, index)
    await index.current()
    for branch in store.stories.shelf.get(story).tree:
        await it.branch(branch)
    await store.stories.list()
    await it.histories.branches(m.BranchesParams(story=story))
    return it.looks


class _Visit:
    def __init__(self, store: Store, story: str, index: RecallIndex) -> None:
        self.store, self.story, self.looks = store, story, 0
        self.histories = store.branches
        self.recollection = Recollection(store.looking, index)
        self.prompting = Prompting(store.looking, self.recollection)
        self.explaining = Explaining(store.looking, self.prompting, lambda: ENDPOINT)
        self.owing = Owing(store.stories, self.prompting, lambda: ENDPOINT)

    async def branch(self, branch: str) -> None:
        tale = self.store.stories.shelf.get(self.story)
        for lens in LENSES:
            for view in get_args(ViewName):
                for entity in ENTITIES if view == "entity" else (None,):
                    await self._view(view, branch, lens, entity=entity)
            asked = {"story": self.story, "branch": branch, "lens": lens, "query": "rain key scarf", "k": 20}
            await self._see(self.recollection.recall(msgspec.convert(asked, m.RecallParams)))
        lines = await self._view("transcript", branch, [])
        for line in lines["lines"] if lines else ():
            await self._see(self.histories.takes(m.TakesParams(story=self.story, branch=branch, line=line["line"])))
            await self._see(
                self.explaining.explain(m.ExplainParams(story=self.story, branch=branch, line=line["line"]))
            )
            await self._view("world", branch, [], at=line["seq"])
        await self._see(self.owing.owed(tale, branch))
        await self._see(self.owing.too_long(tale, branch))

    async def _view(self, view: Any, branch: str, lens: Any, **more: Any) -> Any:
        asked = m.ProjectParams(story=self.story, branch=branch, view=view, lens=lens, **more)
        look = self.prompting.view(asked, ENDPOINT) if view == "prompt" else self.store.looking.project(asked)
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
