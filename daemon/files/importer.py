"""Taking files in: a story with all its branches; a character, a card of one, a lorebook or a chat, into a story.

All of a file is checked before any of it is written, and it is one transaction or nothing, since half a story must not
be seen, nor its seqs be others' before all of it is there. Until it is done others read, and those who write wait.
"""

import asyncio
import base64
import binascii
import contextlib
import io
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec

from daemon.atomic import open_plain
from daemon.files import character_file
from daemon.files.arrivals import ONE_SOURCE, Arrivals, entity_of
from daemon.files.cards.taking import free_in
from daemon.files.character_file import Moved
from daemon.files.chats.reading import read as read_chat
from daemon.files.chats.taking import Chats
from daemon.files.decoding import sort_of
from daemon.files.foreign_json import LARGEST
from daemon.files.lorebooks.book import Lorebook, lorebook
from daemon.files.lorebooks.taking import Lorebooks
from daemon.files.story_file import Story
from daemon.files.templates import Templates
from daemon.files.transfers import CHUNK, Transfers
from daemon.live.open_stories import OpenStory
from daemon.live.writing import Writer
from daemon.store.check.process import Progress
from daemon.store.log import Adopted
from daemon.store.queries.side_tables import acts
from daemon.story.decide import Ids
from daemon.story.world import decide_all
from daemon.tasks import Background, Headway, LeftOff
from protocol import methods as m
from protocol.errors import CANCELLED, INVALID_PARAMS, STORAGE, UNAUTHORISED, Fault, bad_import
from protocol.ids import Seq

T = TypeVar("T")

COUNTED = {"line.said": "line parts", "memory.formed": "memories"}
"""What of a story's events is counted by itself."""

Job = Callable[[str, str], AbstractContextManager[Callable[[Progress], None]]]
"""Shows work of a kind, in words, among the jobs while it lasts; takes note of its progress."""


class Importer:
    """Takes the files in, and writes what is in them."""

    def __init__(self, writer: Writer, transfers: Transfers, templates: Templates, job: Job) -> None:
        self.writer, self.transfers, self._job = writer, transfers, job
        self._arrivals, self._lorebooks = Arrivals(writer, templates), Lorebooks(writer)
        self._chats = Chats(writer)
        self._under_way: set[Headway] = set()
        self._background = Background()

    async def take(self, p: m.ImportParams, local: bool) -> m.ImportResult:
        """Imports a file; `local`: it may be named by its path. Raises Fault."""
        if p.format is not None:
            _check_fits(p, p.format)
        with self._headway(p.format or "file") as headway:
            try:
                if p.template is not None:
                    return await self._arrivals.from_library(p, lambda make: self._adopted(make, headway))
                with await self._file(p, local, headway) as file:
                    return await self._taken(file, p, headway)
            except OSError as failed:
                why = f"the file cannot be read or kept: {failed.strerror}"
                raise Fault(STORAGE, why, why=why) from failed

    async def _taken(self, file: IO[bytes], p: m.ImportParams, headway: Headway) -> m.ImportResult:
        format = p.format if p.format is not None else await asyncio.to_thread(sort_of, file)
        _check_fits(p, format)
        match format:
            case "story":
                return await self._story(await asyncio.to_thread(Story, file, headway), headway, p)
            case "character":
                return await self._character(await asyncio.to_thread(character_file.read, file, headway), p)
            case "chat":
                chat = await asyncio.to_thread(read_chat, file, p.user or "")
                return await self._chats.take(
                    chat, p, headway, lambda make: self._adopted(make, headway),
                    lambda make: self._done(self.writer.log.adopt(make), headway),
                )  # fmt: skip
            case "picture":
                return await self._arrivals.picture(file, p)
            case "lorebook":
                return await self._lorebooks.take(await asyncio.to_thread(_lorebook, file), p)
            case _:
                return await self._arrivals.card(file, p, lambda make: self._adopted(make, headway))

    async def close(self) -> None:
        """Breaks off the imports that are under way, and waits until nothing runs in the background."""
        for headway in self._under_way:
            headway.leave_off()
        await self._background.settled()

    # the bytes

    async def _file(self, p: m.ImportParams, local: bool, headway: Headway) -> IO[bytes]:
        """The file, which nobody else can change; the caller closes it."""
        if sum(x is not None for x in (p.data, p.path, p.upload)) != 1:
            raise Fault(INVALID_PARAMS, ONE_SOURCE)
        if p.data is not None:
            return await asyncio.to_thread(_unpacked, p.data)
        if p.upload is not None:
            return self.transfers.upload(p.upload).file
        if not local:
            why = "a path is read over the Unix socket only; POST /upload takes the file"
            raise Fault(UNAUTHORISED, why, why="transport")
        return await asyncio.to_thread(self._copied, Path(p.path or ""), headway)

    def _copied(self, path: Path, headway: Headway) -> IO[bytes]:
        """A copy of a plain file of a bearable size. What is wrong is told without its path."""
        if not path.is_absolute():
            raise bad_import("path", "must be absolute: the daemon does not know where you are")
        kept = self.transfers.spool()
        try:
            with _plain(path) as file:
                while chunk := _read(file):
                    headway.step(0)
                    if kept.tell() + len(chunk) > self.transfers.most:
                        raise self.transfers.too_large()
                    kept.write(chunk)
        except BaseException:
            kept.close()
            raise
        return kept

    # what is in them

    @contextlib.contextmanager
    def _headway(self, format: str) -> Iterator[Headway]:
        """Of an import while it lasts; what runs after it in a thread is left off."""
        with self._job("import", f"importing a {format}") as heed:
            headway = Headway(lambda done, of: heed(Progress(done, of)))
            self._under_way.add(headway)
            try:
                yield headway
            except LeftOff:
                raise Fault(CANCELLED, "the import was left off; nothing of it was written") from None
            finally:
                headway.leave_off()
                self._under_way.discard(headway)

    async def _story(self, found: Story, headway: Headway, p: m.ImportParams) -> m.ImportResult:
        created = {"stories": 1, "branches": len(found.listed), "events": found.counts.total()}
        created |= {word: found.counts[kind] for kind, word in COUNTED.items() if found.counts[kind]}
        if p.preview:
            return m.ImportResult(created=created, kept=[])
        open_stories = self.writer.open_stories
        id, title = open_stories.new_story(), p.as_ or found.file.title
        names = {b.branch: open_stories.new_branch() for b in found.listed}
        story, head = await self._adopted(lambda base: found.adopted(base, id, title, names), headway)
        self.writer.hub.changed(id, story.current, frozenset(found.counts))
        return m.ImportResult(story=id, branch=story.current, head=head, created=created, kept=[])

    async def _adopted(self, adopt: Callable[[Seq], Adopted], headway: Headway) -> tuple[OpenStory, Seq]:
        """Writes a whole story and opens it; returns it with its head."""
        open_stories = self.writer.open_stories
        made: list[Adopted] = []

        def make(base: Seq) -> Adopted:
            made.append(adopt(base))
            return made[0]

        updated = await self._done(self.writer.log.adopt(make), headway)
        story = OpenStory(msgspec.structs.replace(made[0].row, updated=updated))
        story.tree.update({b.branch: b for b in made[0].branches})
        for owner, branch, act in await self.writer.database.read.run(acts):
            if owner == story.id:
                story.tree.add_act(branch, act)
        open_stories.by_id[story.id] = story
        head = await open_stories.head(story, story.current)
        self._remember_states(story, head)
        return story, head

    async def _done(self, writing: Coroutine[Any, Any, T], headway: Headway) -> T:
        """Waits until it is written, and returns what that returns. A cancellation leaves it off; it comes too late for
        what is in the store."""
        task = self._background.start(writing)
        while not task.done():
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError:
                headway.leave_off()
                if (current := asyncio.current_task()) is not None:
                    current.uncancel()
        return task.result()

    def _remember_states(self, story: OpenStory, head: Seq) -> None:
        """Takes snapshots of the current branch, so that the first look need not fold all of a long story."""
        self._background.start(self.writer.projector.snapshot(story.tree, story.current, head))

    async def _character(self, found: Moved, p: m.ImportParams) -> m.ImportResult:
        """The character as an entity: of a story that there is, or of a new one that has its name."""
        if p.library is not None:
            return await self._arrivals.saved(found.guest(), p)
        memories, pictures = len(found.file.memories), len(found.pictures)
        created = {"entities": 1, **({"memories": memories} if memories else {})}
        created |= {"pictures": pictures} if pictures else {}
        if p.story is None:
            commands = await asyncio.to_thread(found.commands, entity_of(p.as_, "a"))
            created = {"stories": 1, **created}
            if p.preview:
                return m.ImportResult(created=created, kept=[])
            made = await self.writer.create(m.CreateParams(title=found.file.name), commands, found.pictures)
            return m.ImportResult(story=made.story, branch=made.branch, head=made.head, created=created, kept=[])
        story = self.writer.open_stories.get(p.story)
        async with self.writer.change(story) as change:
            truth = (await change.world()).truth
            commands = await asyncio.to_thread(found.commands, entity_of(p.as_, free_in(truth.entities)))
            if p.preview:
                await asyncio.to_thread(decide_all, await change.world(), commands, Ids(story.ids.next))
                return m.ImportResult(created=created, kept=[])
            undo = await self.writer.open_stories.head(story, story.current)
            written = await change.commit(commands, assets=found.pictures)
        return m.ImportResult(
            story=story.id, branch=story.current, head=written.head, created=created, kept=[], undo=undo
        )


GO_WITH: dict[str, tuple[m.ImportFormat, ...]] = {
    "user": ("card", "lorebook", "chat"), "card": ("card",), "library": ("card", "character"), "persona": ("card",),
    "lens": ("card", "lorebook"), "seed": ("card", "lorebook"),
    "speakers": ("chat",),
}  # fmt: skip
"""The formats with which each of these params goes."""


def _lorebook(file: IO[bytes]) -> Lorebook:
    file.seek(0)
    return lorebook(file.read(LARGEST + 1))


def _unpacked(data: str) -> IO[bytes]:
    try:
        return io.BytesIO(base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError):
        raise bad_import("data", "is not base64") from None


def _read(file: IO[bytes]) -> bytes:
    try:
        return file.read(CHUNK)
    except OSError as wrong:
        raise bad_import("path", f"cannot be read: {wrong.strerror}") from None


@contextlib.contextmanager
def _plain(path: Path) -> Iterator[IO[bytes]]:
    """A plain file, open. Raises Fault(BAD_IMPORT) for what is none, without its path."""
    try:
        file = open_plain(path)
    except (OSError, ValueError) as wrong:
        raise bad_import("path", f"cannot be read: {getattr(wrong, 'strerror', '') or 'no such name'}") from None
    if file is None:
        raise bad_import("path", "is not a plain file")
    with file:
        yield file


def _check_fits(p: m.ImportParams, format: m.ImportFormat) -> None:
    """Raises Fault(INVALID_PARAMS) for params that do not go with a format."""
    if format == "story" and p.story is not None:
        raise Fault(INVALID_PARAMS, "a story comes as one of its own; leave `story` out")
    for name, formats in GO_WITH.items():
        if format not in formats and getattr(p, name) is not None:
            raise Fault(INVALID_PARAMS, f"`{name}` goes with a {' or a '.join(formats)} only")
    if p.story is not None and (p.library is not None or p.persona is not None):
        raise Fault(INVALID_PARAMS, "`library` and `persona` do not go with a `story` that somebody joins")
