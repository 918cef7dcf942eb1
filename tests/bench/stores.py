"""Stores to measure on, written by the program's own services. Each is built once a run, when it is first asked for.

They are built without waiting for the disk (what is in them is the same), in commits as play makes them, but for the
one of a million events.
"""

import asyncio
import contextlib
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

from daemon.history.deletion import Deletion
from daemon.store.recall.index import RecallIndex
from protocol.errors import Fault
from protocol.ids import Seq
from protocol.methods import DeleteParams
from tests.bench.figures import Watch
from tests.bench.tale import SETUP, Teller
from tests.support.open_store import Store, opened

NO_MODEL = "".join(f'[models.{x}]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "none"\n' for x in ("render", "embed"))
"""No model answers, so that none sums the long story up or embeds it while something else is measured."""


class Stores:
    """The homes of a run: `small`, `line`, `deep`, `big` and those to compare; the story of interest is always s1."""

    def __init__(self, folder: Path, *, quick: bool, conversations: Path | None = None) -> None:
        self.folder, self.conversations = folder, conversations
        self.small_size, self.line_size, self.big_size = 1_000, 100_000, 1_000_000
        self.forks, self.dead, self.deletions, self.history_size = 3_000, 1_000, 200, 20_000
        if quick:
            self.line_size, self.big_size, self.forks = 10_000, 50_000, 300
            self.dead, self.deletions, self.history_size = 100, 50, 4_000

    def small(self) -> Path:
        """One story of a thousand events."""
        return self._home("small", self._straight(self.small_size))

    def line(self) -> Path:
        """One story on a straight line."""
        return self._home("line", self._straight(self.line_size))

    def deep(self) -> Path:
        """One story whose every few turns lie on a fork of the branch before, the last lines of which are dropped."""
        return self._home("deep", self._forked)

    def straight(self) -> Path:
        """One story on a straight line, to which the next two are compared."""
        return self._home("straight", self._straight(self.history_size))

    def beside(self) -> Path:
        """The same with many branches that were tried and left, each with an exchange of its own."""
        return self._home("beside", self._left)

    def holed(self) -> Path:
        """The same with many lines deleted here and there."""
        return self._home("holed", self._deleted)

    def big(self) -> Path:
        """A million events: four fifths of them one story, the rest a hundred others."""
        return self._home("big", self._crowded)

    def copy(self, home: Path, name: str) -> Path:
        """The file of a store that no daemon has open, copied."""
        return Path(shutil.copy(home / "store" / "fabula.db", self.folder / name))

    def _home(self, name: str, build: Callable[[Store], Awaitable[None]]) -> Path:
        home = self.folder / name
        if not home.exists():
            print(f"  building the store {name!r} …", end="", flush=True)
            (home / "store").mkdir(parents=True)
            (home / "config.toml").write_text(NO_MODEL)
            with Watch() as watch:
                asyncio.run(_build(home / "store", build))
            print(f" {watch.seconds:.0f} s", flush=True)
        return home

    def _straight(self, size: int) -> Callable[[Store], Awaitable[None]]:
        async def build(store: Store) -> None:
            story, _ = await store.create(SETUP)
            await _tell(store, story, Teller(), size)

        return build

    async def _forked(self, store: Store) -> None:
        story, _ = await store.create(SETUP)
        tale, teller = store.writer.open_stories.get(story), Teller()
        for fork in range(1, self.forks + 1):
            while store.log.seq < fork * self.line_size // self.forks:
                teller.told = store.log.seq / self.line_size
                await store.append(story, *teller.turn())
            kept = store.log.seq
            await store.append(story, *teller.exchange())
            async with store.writer.change(tale) as change:
                await store.branches.branch_off(change, kept, "fork", "")

    async def _left(self, store: Store) -> None:
        await self._straight(self.history_size)(store)
        (tale,), rng, teller = store.writer.open_stories.by_id.values(), Random(1), Teller(1)
        root, upto = tale.current, store.log.seq
        for _ in range(self.dead):
            async with store.writer.change(tale, root) as change:
                at = await store.writer.open_stories.rounded(tale, root, Seq(rng.randint(upto // 10, upto)))
                branch, _ = await store.branches.branch_off(change, at, "fork", "", current=False)
            for command in teller.exchange():
                with contextlib.suppress(Fault):  # whom it names may not be there yet
                    await store.append(tale.id, command, branch=branch)

    async def _deleted(self, store: Store) -> None:
        await self._straight(self.history_size)(store)
        (tale,), retracting, rng = store.writer.open_stories.by_id.values(), Deletion(store.writer), Random(1)
        left = self.deletions
        while left:
            with contextlib.suppress(Fault):  # it went with another, or is none that can go
                target = rng.randint(len(SETUP) * 3, store.log.seq)
                await retracting.delete(DeleteParams(story=tale.id, targets=[Seq(target)]))
                left -= 1

    async def _crowded(self, store: Store) -> None:
        story, _ = await store.create(SETUP)
        await _tell(store, story, Teller(), self.big_size * 4 // 5, at_once=500)
        for number in range(1, 101):
            story, _ = await store.create(SETUP)
            size = self.big_size * 4 // 5 + self.big_size // 500 * number
            await _tell(store, story, Teller(number), size, at_once=500)


async def _build(folder: Path, build: Callable[[Store], Awaitable[None]]) -> None:
    async with opened(folder) as store:
        await store.database.write.run(lambda c: c.execute("PRAGMA synchronous = OFF"))
        await build(store)
        index = RecallIndex(store.database, store.log)
        await index.start()
        await index.current()


async def _tell(store: Store, story: str, teller: Teller, size: int, at_once: int = 1) -> None:
    """Goes on with a story until the log has so many events."""
    began = store.log.seq
    while store.log.seq < size:
        teller.told = (store.log.seq - began) / (size - began)
        await store.append(story, *(command for turn in teller.turns(at_once) for command in turn))
