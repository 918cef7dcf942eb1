"""A store in the test's own process, written through the services; and what a plain reading of its file says.

The plain reading shares nothing with the store's own queries but the fold: lineage is worked out from the branches.
"""

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from daemon.backups.keeper import make
from daemon.history.branches import Branches
from daemon.live.catching_up import CatchingUp
from daemon.live.open_stories import OpenStories
from daemon.live.subscriptions import Subscriptions
from daemon.live.views import Views
from daemon.live.writing import Writer
from daemon.store import sqlite
from daemon.store.backups import Folder
from daemon.store.chain import HeadFile
from daemon.store.database import MIGRATIONS, Database
from daemon.store.log import Log
from daemon.store.snapshots import Projector
from daemon.story.decide.desk import HANDS
from daemon.story.evolve import evolve
from daemon.story.lenses import lens_of
from daemon.story.state import State, initial
from protocol.events import PAYLOADS
from protocol.ids import EntityId, Seq
from protocol.methods import AppendParams, CreateParams, RewindParams
from tests.support.eyes import EYES, may_see, people


class Store(NamedTuple):
    """An open store and who writes it."""

    database: Database
    log: Log
    projector: Projector
    writer: Writer
    views: Views

    @property
    def branches(self) -> Branches:
        """The branches of its stories; what their lines say in other words is not read again."""
        return Branches(self.writer, lambda tale, branch, lines: None)

    async def create(self, setup: Any = ()) -> tuple[str, str]:
        """A new story and its branch."""
        made = await self.writer.create(CreateParams(title="Rain", setup=list(setup)))
        return made.story, made.branch

    async def append(self, story: str, *commands: Any, **more: Any) -> int:
        """The head after these commands."""
        return (await self.writer.append(AppendParams(story=story, commands=list(commands), **more))).head

    async def rewind(self, story: str, to: int) -> str:
        """The new branch."""
        return str((await self.branches.rewind(RewindParams(story=story, to=Seq(to)))).branch)


@contextlib.asynccontextmanager
async def opened(
    folder: Path, *, accept: bool = False, migrations: Mapping[int, str] = MIGRATIONS, hands: int = HANDS
) -> AsyncIterator[Store]:
    """The store in this folder, made if there is none, closed in the end; backed up before it is migrated."""
    file = folder / "fabula.db"

    async def back_up() -> None:
        backups = Folder(folder / "backups")
        backups.open()
        await make(backups, "migration", file)

    database = await Database.open(file, back_up, migrations)
    head = HeadFile(folder / "fabula.head")
    try:
        log = Log(database, head)
        await log.start()
        if accept:
            log.accept_tail()
        projector, hub = Projector(database), Subscriptions()
        stories = OpenStories(database, projector)
        await stories.load()
        writer = Writer(log, projector, stories, hub, CatchingUp(database, stories, hub), hands)
        yield Store(database, log, projector, writer, Views(stories, projector))
        await writer.close()
    finally:
        await database.close()
        head.close()


@contextlib.contextmanager
def plain(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as any other program sees it."""
    connection = sqlite.library().connect(str(path), isolation_level=None)
    connection.row_factory = sqlite.library().Row
    try:
        yield connection
    finally:
        connection.close()


class Reading:
    """All events of a file and its branches, read plainly."""

    def __init__(self, path: Path) -> None:
        with plain(path) as c:
            self.events = [dict(row) for row in c.execute("SELECT * FROM event ORDER BY seq")]
            self.branches = {row["branch"]: dict(row) for row in c.execute("SELECT * FROM branch")}

    def seen(self, branch: str, at: int) -> list[dict[str, Any]]:
        """The events of a line of history up to a seq."""
        own = self.branches[branch]
        before = self.seen(own["parent"], min(at, own["fork_seq"])) if own["parent"] else []
        return before + [e for e in self.events if e["branch"] == branch and e["seq"] <= at]

    def states(self, branch: str, at: int) -> dict[tuple[EntityId, ...], State]:
        """The state through every lens, folded from the first event on."""
        return folded(self.seen(branch, at))


def folded(events: list[dict[str, Any]]) -> dict[tuple[EntityId, ...], State]:
    """The states that these events come to, by lens."""
    states = {lens: initial(lens_of(lens)) for lens in EYES}
    for e in events:
        payload = _payload(e)
        for lens in EYES:
            if may_see(lens, people(e["witnesses"]), None if e["seems"] is None else people(e["seems"])):
                states[lens] = evolve(states[lens], payload, e["seq"])
    return states


def _payload(event: Mapping[str, Any]) -> Any:
    return msgspec.json.decode(event["data"], type=PAYLOADS[event["kind"]])
