"""Reads a branch through a lens, from its beginning on and in pages: scenes, lines, memories, cards and lorebooks."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import msgspec

from daemon.files.formats import Remembered
from daemon.live.views import Viewpoint, Views
from daemon.store.queries import pages
from daemon.story.lenses import named
from daemon.story.lineage import stretches
from daemon.story.state import State
from protocol import methods as m
from protocol import views as v
from protocol.events import BookKept, CardKept, Event, Payload, SceneClosed, SceneOpened
from protocol.ids import BEGINNING, EntityId, Seq

PAGE = 1000
"""Lines or memories that are read in one go."""

SCENES = "kind IN ('scene.opened', 'scene.closed')"

_transcript = msgspec.json.Decoder(v.TranscriptView)
_memories = msgspec.json.Decoder(v.MemoriesView)


class Scene(NamedTuple):
    """A scene as a lens knows it: where it was opened, and where it was closed, if it was."""

    opened: Event
    what: SceneOpened
    closed: Event | None


class Chronicle:
    """Reads all pages of a branch's memories and lines, however many there are."""

    def __init__(self, views: Views) -> None:
        self.views, self.database = views, views.database

    async def memories(self, where: Viewpoint) -> list[Remembered]:
        """The memories of a lens in their latest wording, oldest first."""
        found: list[Remembered] = []
        async for data in self._paged(where, "memories"):
            for x in _memories.decode(data).memories:
                kind: Any = x.kind
                found.append(Remembered(x.text, kind, x.significance))
        return found

    async def lines(self, where: Viewpoint, after: Seq) -> AsyncIterator[v.LineView]:
        """The lines of a lens, oldest first."""
        seen: set[str] = set()
        async for data in self._paged(where, "transcript", after):
            for line in _transcript.decode(data).lines:
                if line.line not in seen:
                    seen.add(line.line)
                    yield line

    async def _paged(self, where: Viewpoint, view: m.ViewName, after: Seq = BEGINNING) -> AsyncIterator[bytes]:
        """The pages of a view, oldest first, as JSON."""
        more = True
        while more:
            asked = m.ProjectParams(
                story=where.story.id, branch=where.branch, view=view, lens=list(named(where.lens)),
                at=where.at, after=after, limit=PAGE,
            )  # fmt: skip
            data = msgspec.json.encode((await self.views.project(asked)).data)
            page = msgspec.json.decode(data)
            more = page["more"]
            seqs = (p["seq"] for x in page.get(view, page.get("lines")) for p in x.get("parts", [x]))
            after = Seq(max(seqs, default=BEGINNING))
            yield data

    async def scenes(self, where: Viewpoint) -> dict[str, Scene]:
        """The scenes of a lens by id, in the order in which they were opened."""
        path = stretches(where.story.tree, where.branch, BEGINNING, where.at)
        found, _ = await self.database.read.run(pages.page, path, where.lens, SCENES, 2**31)
        return _scenes(found)

    async def card(self, where: Viewpoint, entity: EntityId) -> CardKept | None:
        """The card that somebody came of last, if they came of one."""
        path = stretches(where.story.tree, where.branch, BEGINNING, where.at)
        which = f"kind = 'card.kept' AND data ->> 'entity' = '{entity}'"
        found, _ = await self.database.read.run(pages.page, path, where.lens, which, 1)
        return next((x for _, x in found if isinstance(x, CardKept)), None)

    async def book(self, where: Viewpoint, book: str) -> BookKept | None:
        """The file that a lorebook came from, if it came from one."""
        path = stretches(where.story.tree, where.branch, BEGINNING, where.at)
        found, _ = await self.database.read.run(pages.page, path, where.lens, "kind = 'book.kept'", 2**31)
        return next((x for _, x in reversed(found) if isinstance(x, BookKept) and x.book == book), None)

    async def at(self, where: Viewpoint, seq: Seq) -> State:
        """The state just after an earlier seq."""
        return await self.views.state(msgspec.structs.replace(where, at=seq))


def _scenes(found: list[tuple[Event, Payload]]) -> dict[str, Scene]:
    scenes: dict[str, Scene] = {}
    for event, payload in found:
        if isinstance(payload, SceneOpened):
            was = scenes.get(payload.scene)
            if was is not None and was.closed is None:  # it goes on
                continue
            scenes[payload.scene] = Scene(event, payload, None)
        elif isinstance(payload, SceneClosed) and payload.scene in scenes:
            scenes[payload.scene] = scenes[payload.scene]._replace(closed=event)
    return scenes
