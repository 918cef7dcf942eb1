"""A story in the inn that is read by a scripted model, in this process."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint
from daemon.model.models import Models
from daemon.reading.reader import Changes, Reader
from daemon.store.queries import reads
from daemon.story.decide import Part, Utter
from daemon.story.lineage import stretches
from daemon.story.state import State
from protocol.commands import AnyCommand
from protocol.events import Event
from protocol.ids import NOBODY, EntityId, TurnNumber
from protocol.methods import RereadParams, RereadResult
from protocol.model import Endpoint as Settings
from protocol.model import Roles
from protocol.world import Manner
from tests.support.asked_minds import asked
from tests.support.open_store import Store, opened
from tests.support.scripted_model import Endpoint
from tests.support.small_cast import INN

DRAWER: list[dict[str, Any]] = [
    {"do": "add_prop", "prop": "drawer", "name": "drawer", "in": {"container": "inn"}},
    {"do": "add_prop", "prop": "ring", "name": "ring", "in": {"entity": "you"}},
]


HIDES = {"do": "put", "n": 1, "who": "you", "it": "ring", "to": "drawer", "how": "in"}
"""Sam puts the ring into the drawer."""

TRUSTS = {"gist": "Mara saw Sam put the ring away.", "matters": 4, "feel": [{"to": "you", "trust": 1}]}
"""What that is to Mara's mind."""


class Play:
    """A story in the inn, a reader of it, and the endpoint that reads."""

    def __init__(self, store: Store, endpoint: Endpoint, tale: OpenStory, branch: str, reader: Reader) -> None:
        self.store, self.endpoint, self.tale, self.branch, self.reader = store, endpoint, tale, branch, reader

    async def line(
        self, who: EntityId | None, *parts: tuple[Manner, str] | str, mode: str = "", turn: TurnNumber | None = None
    ) -> TurnNumber:
        """A line of these parts (speech, unless told); its turn."""
        of = [Part("speech", x) if isinstance(x, str) else Part(*x) for x in parts]
        said = Utter(line=self.tale.ids.make("l"), who=who, parts=of, mode=mode)
        async with self.store.writer.change(self.tale, self.branch) as change:
            written = await change.commit([said], turn=turn)
        return written.turn

    async def turn(self) -> int:
        """A turn: Sam puts the ring away, and Mara answers."""
        turn = await self.line("you", ("action", "puts the ring into the drawer"))
        return await self.line("a", "I saw that, Sam.", mode="reply", turn=turn)

    async def read(self, turn: int) -> Changes:
        return await self.reader.read(self.tale, self.branch, TurnNumber(turn))

    async def reread(self, line: str) -> RereadResult:
        return await self.reader.reread(RereadParams(story=self.tale.id, line=line))

    async def state(self) -> State:
        head = await self.store.writer.open_stories.head(self.tale, self.branch)
        return await self.store.views.state(Viewpoint(self.tale, self.branch, head, NOBODY))

    async def where(self, prop: str) -> Any:
        return msgspec.to_builtins((await self.state()).props[prop].in_)

    async def events(self, *kinds: str) -> list[Event]:
        """All events of these kinds on the line of history."""
        found = await self.store.database.read.run(reads.read, stretches(self.tale.tree, self.branch))
        return [e for e in found if e.kind in kinds]

    async def data(self, kind: str) -> list[dict[str, Any]]:
        return [msgspec.json.decode(e.data) for e in await self.events(kind)]

    async def spoken(self) -> list[str]:
        """The ids of the lines so far."""
        return [x["line"] for x in await self.data("line.said")]

    def answers(self, *changes: Any, minds: Mapping[str, Any] | None = None, **more: Any) -> None:
        """Has the model answer these changes of the world, and of these minds, by name, what they made of them."""
        read = minds or {}
        world = {"changes": list(changes), "minds": list(read), **more}
        self.endpoint.reading = lambda body: read[who] if (who := asked(body).name) else world

    def asked_of(self, name: str = "") -> list[str]:
        """The requests that were made to read a mind by its name, or the world."""
        return [x["messages"][-1]["content"] for x in self.endpoint.requests if asked(x).name == name]


@asynccontextmanager
async def playing(
    folder: Path, mode: str | None = "background", endpoint: Endpoint | None = None, **settings: Any
) -> AsyncIterator[Play]:
    async with endpoint or Endpoint() as scripted, opened(folder) as store:
        models = Models(Roles(render=Settings(**{"base_url": scripted.url, "model": "m", **settings})), lambda _: "")
        name, branch = await store.create(msgspec.convert(INN + DRAWER, list[AnyCommand]))
        reader = Reader(store.writer, store.views, lambda: models.role("read"), mode, models.calls)
        try:
            play = Play(store, scripted, store.writer.open_stories.get(name), branch, reader)
            play.calls, play.label = models.calls, models.role("read").endpoint.label
            yield play
        finally:
            await reader.close()
            await models.aclose()


def texts(done: Changes | RereadResult) -> list[str]:
    """What changed, in words."""
    return [x.text for x in (done.items[NOBODY] if isinstance(done, Changes) else done.changes)]
