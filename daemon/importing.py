"""Taking files in: a story with all its branches, or a character into a story.

All of a file is checked before any of it is written, and it is one transaction or nothing, since half a story must not
be seen, nor its seqs be others' before all of it is there. Until it is done others read, and those who write wait.
"""

import asyncio
import base64
import binascii
import contextlib
import os
import stat
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, get_args

import msgspec

from daemon import adoption, incoming
from daemon import formats as f
from daemon.adoption import Story
from daemon.headway import Headway, LeftOff
from daemon.store.checking import Progress
from daemon.store.log import Adopted
from daemon.store.shelf import acts
from daemon.stories import Stories
from daemon.story.decide import Ids
from daemon.story.world import EMPTY, decide_all
from daemon.tales import Tale
from daemon.transfers import Transfers
from protocol import methods as m
from protocol.commands import AddEntity, Command, Remember
from protocol.errors import CANCELLED, INVALID_PARAMS, UNAUTHORISED, Fault, bad_import
from protocol.ids import ENTITIES, EntityId

MEMORIES = 100_000
"""The most that a character may bring along."""

COUNTED = {"line.said": "line parts", "memory.formed": "memories"}
"""What of a story's events is counted by itself."""

_character = msgspec.json.Decoder(f.CharacterFile)


Job = Callable[[str, str], AbstractContextManager[Callable[[Progress], None]]]
"""Shows work of a kind, in words, among the jobs while it lasts; takes note of its progress."""


class Importer:
    """Takes the files in, and writes what is in them."""

    def __init__(self, stories: Stories, transfers: Transfers, job: Job) -> None:
        self.stories, self.transfers, self._job = stories, transfers, job
        self._under_way: set[Headway] = set()
        self._background: set[asyncio.Task[None]] = set()

    async def take(self, p: m.ImportParams, local: bool) -> m.ImportResult:
        """Imports a file; `local`: it may be named by its path. Raises Fault."""
        text = await self._bytes(p, local)
        await asyncio.to_thread(incoming.check_characters, text)
        if p.format == "story":
            if p.story is not None:
                raise Fault(INVALID_PARAMS, "a story comes as one of its own; leave `story` out")
            with self._headway() as headway:
                return await self._story(await asyncio.to_thread(adoption.read, text, headway), headway, p.as_)
        return await self._character(incoming.decoded(_character, text, "the file", ("character", f.CHARACTER)), p)

    async def close(self) -> None:
        """Leaves off what is being taken in, and waits for what runs in the background."""
        for headway in self._under_way:
            headway.leave_off()
        while self._background:
            await asyncio.wait(self._background)

    # the bytes

    async def _bytes(self, p: m.ImportParams, local: bool) -> bytes:
        if sum(x is not None for x in (p.data, p.path, p.upload)) != 1:
            raise Fault(INVALID_PARAMS, "name the file by one of `data`, `path` and `upload`")
        if p.data is not None:
            try:
                return base64.b64decode(p.data, validate=True)
            except (binascii.Error, ValueError):
                raise bad_import("data", "is not base64") from None
        if p.upload is not None:
            with self.transfers.upload(p.upload).file as file:
                return await asyncio.to_thread(file.read)
        if not local:
            why = "a path is read over the Unix socket only; POST /upload takes the file"
            raise Fault(UNAUTHORISED, why, why="transport")
        return await asyncio.to_thread(self._read, Path(p.path or ""))

    def _read(self, path: Path) -> bytes:
        """A plain file of a bearable size. What is wrong is told without its path."""
        if not path.is_absolute():
            raise bad_import("path", "must be absolute: the daemon does not know where you are")
        try:
            with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123 - flags
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise bad_import("path", "is not a plain file")
                text = file.read(self.transfers.most + 1)
        except (OSError, ValueError) as wrong:
            raise bad_import("path", f"cannot be read: {getattr(wrong, 'strerror', '') or 'no such name'}") from None
        if len(text) > self.transfers.most:
            raise self.transfers.too_large()
        return text

    # what is in them

    @contextlib.contextmanager
    def _headway(self) -> Iterator[Headway]:
        """Of an import while it lasts; what runs after it in a thread is left off."""
        with self._job("import", "taking a story in") as heed:
            headway = Headway(lambda done, of: heed(Progress(done, of)))
            self._under_way.add(headway)
            try:
                yield headway
            except LeftOff:
                raise Fault(CANCELLED, "the import was left off; nothing of it was written") from None
            finally:
                headway.leave_off()
                self._under_way.discard(headway)

    async def _story(self, found: Story, headway: Headway, title: str | None) -> m.ImportResult:
        shelf = self.stories.shelf
        story, title = shelf.new_story(), title or found.file.title
        names = {b.branch: shelf.new_branch() for b in found.file.branches}
        made: list[Adopted] = []

        def make(base: int) -> Adopted:
            made.append(found.adopted(base, story, title, names))
            return made[0]

        await self._done(self.stories.log.adopt(make), headway)
        tale = Tale(made[0].row)
        tale.tree.update({b.branch: b for b in made[0].branches})
        for owner, branch, act in await self.stories.database.read.run(acts):
            if owner == story:
                tale.tree.add_act(branch, act)
        shelf.tales[story] = tale
        head = await shelf.head(tale, tale.current)
        self.stories.hub.changed(story, tale.current, frozenset(found.counts))
        self._remember_states(tale, head)
        created = {"stories": 1, "branches": len(names), "events": found.counts.total()}
        created |= {word: found.counts[kind] for kind, word in COUNTED.items() if found.counts[kind]}
        return m.ImportResult(story=story, branch=tale.current, head=head, created=created, kept=[])

    async def _done(self, writing: Coroutine[Any, Any, None], headway: Headway) -> None:
        """Waits until it is written. A cancellation leaves it off; it comes too late for what is in the store."""
        task = asyncio.create_task(writing)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        while not task.done():
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError:
                headway.leave_off()
                if (current := asyncio.current_task()) is not None:
                    current.uncancel()
        task.result()

    def _remember_states(self, tale: Tale, head: int) -> None:
        """Takes snapshots of the current branch, so that the first look need not fold all of a long story."""
        task = asyncio.create_task(self.stories.projector.snapshot(tale.tree, tale.current, head))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _character(self, found: f.CharacterFile, p: m.ImportParams) -> m.ImportResult:
        """The character as an entity: of a story that there is, or of a new one that has its name."""
        if len(found.memories) > MEMORIES:
            raise bad_import("memories", f"there are {len(found.memories)}, and at most {MEMORIES} can be taken in")
        await asyncio.to_thread(_check, found)
        created = {"entities": 1, **({"memories": len(found.memories)} if found.memories else {})}
        if p.story is None:
            commands = _commands(found, _entity(p.as_, "a"))
            made = await self.stories.create(m.CreateParams(title=found.name), commands)
            return m.ImportResult(
                story=made.story, branch=made.branch, head=made.head, created={"stories": 1, **created}, kept=[]
            )
        tale = self.stories.shelf.get(p.story)
        async with tale.lock:
            truth = (await self.stories.shelf.world(tale, tale.current)).truth
            free = next((e for e in (*ENTITIES[1:], ENTITIES[0]) if e not in truth.entities), ENTITIES[1])
            commands = _commands(found, _entity(p.as_, free))
            written = await self.stories.write(tale, tale.current, commands)
        return m.ImportResult(story=tale.story, branch=tale.current, head=written.head, created=created, kept=[])


def _entity(asked: str | None, otherwise: EntityId) -> EntityId:
    if asked is None:
        return otherwise
    for entity in ENTITIES:
        if asked == entity:
            return entity
    raise Fault(INVALID_PARAMS, f"a character comes `as` one of {', '.join(get_args(EntityId))}, not {asked[:40]!r}")


def _check(found: f.CharacterFile) -> None:
    """Raises Fault(BAD_IMPORT) for a value that the rules refuse of anybody: there is nothing else to clash with."""
    try:
        decide_all(EMPTY, _commands(found, "a"), Ids(1))
    except Fault as fault:
        index = fault.data["command"]
        raise bad_import(
            f"memories[{index - 1}]" if index else "identity", fault.data.get("why", fault.message)
        ) from None


def _commands(found: f.CharacterFile, entity: EntityId) -> list[Command]:
    added = AddEntity(
        entity=entity, name=found.name, identity=found.identity, mood=found.mood, goals=found.goals or None,
        status=found.status,
    )  # fmt: skip
    kept = [Remember(gist=x.gist, by=[entity], kind=x.kind, significance=x.significance) for x in found.memories]
    return [added, *kept]
