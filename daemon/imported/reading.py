"""Reading imported chats behind play: one portion after another, never while a turn runs, tried again until a model
answers. A kill loses the portion that is being read, which is then read again and changes nothing twice.

What is unread is computed in unread.py; this module remembers only what was computed, on which branches there is
anything read, and why the last try failed.
"""

import asyncio
import logging

from msgspec.structs import replace

from daemon.files.chats.saying import reading_job
from daemon.history.carrying import carried, read_before
from daemon.imported.unread import Portion, Unread, unread
from daemon.live.change import Change
from daemon.live.open_stories import OpenStory
from daemon.live.writing import Writer
from daemon.logs import log_fault
from daemon.reading.memories import Rememberer
from daemon.reading.reader import Changes, Reader
from daemon.store.queries import chats
from daemon.story.decide import Drafted
from daemon.story.lineage import END, common, stretches
from daemon.summaries.agenda import Agenda
from daemon.tasks import at_most, end
from protocol import methods as m
from protocol.errors import Fault
from protocol.events import ChatImported, ChatRead
from protocol.ids import NOBODY, Seq

log = logging.getLogger(__name__)

PATIENCE_S = 0.25
"""Seconds that a request for the jobs waits until it has been worked out what is unread."""

NOTED = frozenset((ChatImported.kind, "event.retracted", "event.reinstated"))


class Notes(Agenda):
    """Notes where chats may have become unread; what is played makes none so."""

    def changed(self, story: str, branch: str, kinds: frozenset[str]) -> None:
        """Notes a branch into which a chat came, that became the current one (no kinds), or whose past changed."""
        if not kinds or kinds & NOTED:
            self.unseen[story, branch] = None
            self.news.set()


class ChatReader:
    """Reads the chats of the current branch of every story, as its agenda lets it."""

    def __init__(self, agenda: Notes, writer: Writer, reader: Reader, rememberer: Rememberer) -> None:
        self.agenda, self.writer, self.reader, self.rememberer = agenda, writer, reader, rememberer
        self.database = writer.database
        self._unread: dict[str, list[Unread]] = {}
        self._why: dict[str, str] = {}
        self._places: dict[str, set[str]] = {}
        self._fresh: set[str] = set()
        self._seeing = asyncio.Lock()
        self._busy: str | None = None
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Starts, unless it works already, and looks for what an earlier run left unread."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stops; what is being read now stays unread."""
        await end(self._task)

    async def resume(self) -> None:
        """Begins again from what the store holds now, unless it is read-only."""
        for what in (self._unread, self._why, self._places):
            what.clear()
        self.agenda.clear()
        if not self.writer.log.read_only:
            await self.begin()

    def chosen(self) -> None:
        """Looks again, since another model may read: what was only remembered by rule is read once one can."""
        stories = self.writer.open_stories.by_id
        self.agenda.unseen |= {(id, stories[id].current): None for id in self._places if id in stories}
        self.agenda.wake()

    # what is asked

    async def backlog(self) -> int:
        """How many chats are still to be read."""
        await self._worked_out()
        return self._left()

    async def jobs(self) -> list[m.Job]:
        """The chats that are still to be read on the current branches, as jobs; their parts are lines."""
        await self._worked_out()
        return [self._job(x) for id, found in self._unread.items() for x in found if self._is_open(id)]

    def _left(self) -> int:
        return sum(len(x) for id, x in self._unread.items() if self._is_open(id))

    def _is_open(self, story: str) -> bool:
        """Whether a story is there, and not put away: then nothing of it is read."""
        found = self.writer.open_stories.by_id.get(story)
        return found is not None and found.kept.shelf == "open"

    async def _worked_out(self) -> None:
        """Waits until every noted story has been looked at, PATIENCE_S at the most."""
        await at_most(PATIENCE_S, self._see())

    def _job(self, x: Unread) -> m.Job:
        return m.Job(
            id=reading_job(x.story, x.branch, x.came), kind="read", story=x.story, branch=x.branch,
            what=f"reading the imported chat ({x.form})", state="running" if self._busy == x.story else "waiting",
            done=x.lines - x.left, of=x.lines, why=self._why.get(x.story, ""),
        )  # fmt: skip

    # the work

    async def _run(self) -> None:
        try:
            await self._look_around()
        except Fault as fault:
            log_fault(log, "looking for imported chats", fault)
        while True:
            self.agenda.news.clear()
            try:
                await self._see()
                if self.agenda.may_write():
                    await self._take_over()
                found = self._next()
                if found is not None:
                    await self._read(*found)
                    continue
            except Exception as wrong:  # noqa: BLE001 - whatever it is, the work goes on at another time
                log_fault(log, "reading a chat", wrong)
                self.agenda.put_off()
            await self.agenda.wait(bool(self._left()))

    async def _look_around(self) -> None:
        """Notes the stories into which a chat came in an earlier run, and the branches on which they were read."""
        if all(kind != ChatImported.kind for kind, _ in self.writer.log.kinds):
            return
        for after in range(0, self.writer.log.seq, chats.SPAN):
            for id, branch in await self.database.read.run(chats.places, Seq(after)):
                if (story := self.writer.open_stories.by_id.get(id)) is not None:
                    self._places.setdefault(id, set()).add(branch)
                    story.chats = True
                    self.agenda.unseen[id, story.current] = None

    async def _see(self) -> None:
        """Works out what is unread where a chat came in, another branch became current, or the past changed."""
        async with self._seeing:
            while self.agenda.unseen:
                key = next(iter(self.agenda.unseen))
                del self.agenda.unseen[key]
                try:
                    await self._see_one(*key)
                except BaseException:
                    self.agenda.unseen[key] = None
                    raise

    async def _see_one(self, id: str, branch: str) -> None:
        story = self.writer.open_stories.by_id.get(id)
        if story is None:
            self._unread.pop(id, None)
        elif branch == story.current:
            self._unread[id] = await self._work_out(story)
            story.chats = story.chats or bool(self._unread[id])
            self._fresh.add(id)

    async def _work_out(self, story: OpenStory) -> list[Unread]:
        stories, by_model = self.writer.open_stories, self.reader.mode != "off"
        return await unread(self.database, stories, story, story.current, by_model=by_model)

    async def _take_over(self) -> None:
        """Repeats on current branches what was read of their lines on others, so that it is not read again."""
        for id in [id for id in self._fresh if id in self.writer.open_stories.by_id]:
            story = self.writer.open_stories.get(id)
            if self._unread.get(id):
                async with self.writer.change(story) as change:
                    for donor in sorted(self._places.get(id, set()) & story.tree.keys()):
                        await self._repeat(change, donor)
                self._unread[id] = await self._work_out(story)
                self._places.setdefault(id, set()).add(story.current)
        self._fresh.clear()

    async def _repeat(self, change: Change, donor: str) -> None:
        tree, fork = change.story.tree, common(change.story.tree, donor, change.branch)
        after = stretches(tree, donor, fork) if fork < END else []
        if after:
            read = await self.database.read.run(chats.read, stretches(tree, change.branch), by_model=False)
            found = await self.database.read.run(read_before, after, fork, {last for _, last in read})
            if found:
                await change.repeat(carried(found, fork, change.story.ids))

    def _next(self) -> tuple[Unread, Portion] | None:
        """What to read now: the ends of chats before what is past."""
        if not self.agenda.may_write():
            return None
        stories = self.writer.open_stories.by_id
        found = [
            (x, x.portions[0])
            for id, some in self._unread.items()
            for x in some
            if self._is_open(id) and stories[id].current == x.branch
        ]
        return min(found, key=lambda x: x[1].past, default=None)

    async def _read(self, chat: Unread, portion: Portion) -> None:
        """Reads a portion, unless a turn begins meanwhile."""
        story = self.writer.open_stories.get(chat.story)
        rewrites, self._busy = story.rewrites, chat.story
        task = self.agenda.call = asyncio.create_task(self._portion(story, chat, portion))
        try:
            changes = await task
        except asyncio.CancelledError:
            own = asyncio.current_task()
            if own is not None and own.cancelling():
                task.cancel()
                raise
            return
        except Fault as fault:
            self._fail(chat.story, fault.message, fault.data.get("retry"))
            return
        finally:
            self.agenda.call, self._busy = None, None
        if changes.reading in ("unavailable", "failed") and rewrites == story.rewrites:
            self._fail(chat.story, changes.why, None)
            return
        self._why.pop(chat.story, None)
        if rewrites != story.rewrites or changes.reading == "failed":
            self.agenda.unseen[story.id, story.current] = None
            return
        self.agenda.succeeded()
        self._done(chat, portion)

    def _fail(self, story: str, why: str, retry: object) -> None:
        self._why[story] = why
        self.agenda.put_off(retry if isinstance(retry, int | float) else 0.0)

    def _done(self, chat: Unread, portion: Portion) -> None:
        some = self._unread.get(chat.story, [])
        left = [
            replace(x, portions=[y for y in x.portions if y != portion]) if x.upto == chat.upto else x for x in some
        ]
        self._unread[chat.story] = [x for x in left if x.portions]

    async def _portion(self, story: OpenStory, chat: Unread, portion: Portion) -> Changes:
        """Has the turns read and remembered, then records that they were. Raises Fault."""
        still = portion.past or await self._is_followed(story, chat)
        changes = await self.reader.read_past(
            story, chat.branch, portion.turns, portion.last, still=still, past=portion.past
        )
        if changes.reading in ("unavailable", "failed"):
            return changes
        if changes.rated:
            await self.rememberer.remember(story, chat.branch, portion.turns[-1], changes.rated, portion.turns)
        else:
            for turn in portion.turns:
                await self.rememberer.remember(story, chat.branch, turn)
        async with self.writer.change(story, chat.branch) as change:
            mark = Drafted(ChatRead([portion.first, portion.last], changes.reading != "off"), NOBODY)
            await change.record(portion.turns[-1], [mark], portion.last)
        return changes

    async def _is_followed(self, story: OpenStory, chat: Unread) -> bool:
        """Whether one has played on after the chat, so that nobody must be moved back to where they were in it."""
        path = stretches(story.tree, chat.branch, chat.upto, END)
        return await self.database.read.run(chats.is_followed, path)
