"""Summing up behind play: one summary after another, never while a turn runs, tried again until a model writes it.

Which summaries are pending is computed in pending.py; this module remembers only how often each has failed.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator

from daemon.live.writing import Writer
from daemon.logs import log_fault
from daemon.model.endpoint import Model
from daemon.prompts.builder import PromptBuilder
from daemon.summaries.agenda import Agenda, BranchKey
from daemon.summaries.pending import PendingSummaries, PendingSummary
from daemon.summaries.writer import Interrupted, SummaryWriter
from daemon.tasks import at_most, end
from protocol import methods as m
from protocol.errors import Fault
from protocol.ids import Seq
from protocol.model import Endpoint

log = logging.getLogger(__name__)

PATIENCE_S = 0.25
"""Seconds that a request for the backlog waits until pending summaries have been worked out."""

FORKS = 32
"""How many forks of a story, the latest, are looked at when the daemon starts."""


class Scheduler:
    """Writes the pending summaries of the current branch of every story, and of forks, as its agenda says."""

    def __init__(
        self,
        agenda: Agenda,
        writer: Writer,
        prompts: PromptBuilder,
        read: Callable[[], Model],
        render: Callable[[], Endpoint],
    ) -> None:
        self.agenda, self.writer = agenda, writer
        self.pending = PendingSummaries(writer, prompts, render)
        self.summary_writer = SummaryWriter(self.pending, agenda, read)
        self._chapters: dict[BranchKey, list[PendingSummary]] = {}
        self._older: dict[BranchKey, list[PendingSummary]] = {}
        self._failed: dict[PendingSummary, tuple[int, str]] = {}
        self._writing: PendingSummary | None = None
        self._seeing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to work, and looks for what an earlier run left undone."""
        for story in self.writer.open_stories.by_id.values():
            forks = [b.branch for b in story.tree.values() if b.kind == "fork"]
            self.agenda.unseen |= dict.fromkeys((story.id, b) for b in (story.current, *forks[-FORKS:]))
        self._task = asyncio.create_task(self._run())

    async def begin(self) -> None:
        """Starts, unless it works already."""
        if self._task is None or self._task.done():
            self.start()

    async def close(self) -> None:
        """Stops working; a summary that is being written now stays pending."""
        await end(self._task)

    async def resume(self) -> None:
        """Begins again from what the store holds now, unless it is read-only."""
        for what in (self._chapters, self._older, self._failed):
            what.clear()
        self.agenda.clear()
        self.pending.forget()
        if not self.writer.log.read_only:
            self.start()

    # what is asked

    async def backlog(self) -> int:
        """The number of pending summaries."""
        await self._seen()
        return sum(1 for _ in self._all())

    async def jobs(self) -> list[m.Job]:
        """The pending summaries as jobs: one for each scene and jump, and for each bot's older part of a scene."""
        await self._seen()
        by_chapter: dict[tuple[str, str, str, Seq], list[PendingSummary]] = {}
        for o in self._all():
            key = (o.story, o.branch, o.who if o.kind == "older" else "", o.chapter.upto)
            by_chapter.setdefault(key, []).append(o)
        return [self._job(pending) for pending in by_chapter.values()]

    async def _seen(self) -> None:
        """Waits until every noted branch has been looked at, PATIENCE_S at the most."""
        await at_most(PATIENCE_S, self._see())

    def _job(self, pending: list[PendingSummary]) -> m.Job:
        first, running = pending[0], self._writing in pending
        of = len(pending) if first.kind == "older" else self.pending.needed(first)
        names = " and ".join(o.who for o in pending)
        what = {
            "scene": f"summaries of the scene “{first.chapter.title}”, for {names}",
            "jump": f"accounts of the time that was left out, for {names}",
            "older": f"the older part of the scene that is on, for {names}",
        }[first.kind]
        return m.Job(
            id=f"{first.story}.{first.branch}.{first.chapter.upto}{f'.{first.who}' * (first.kind == 'older')}",
            kind="account" if first.kind == "jump" else "summary",
            story=first.story,
            branch=first.branch,
            what=what,
            state="running" if running else "waiting",
            done=max(0, of - len(pending)),
            of=of,
            why=next((self._failed[o][1] for o in pending if o in self._failed), ""),
        )

    # the work

    async def _run(self) -> None:
        while True:
            self.agenda.news.clear()
            try:
                await self._see()
                pending = self._next()
                if pending is not None:
                    await self._write(pending)
                    continue
            except Exception as wrong:  # noqa: BLE001 - whatever it is, the work goes on at another time
                log_fault(log, "summing up", wrong)
                self.agenda.put_off()
            await self.agenda.wait(any(True for _ in self._all()))

    async def _see(self) -> None:
        """Works out which summaries are pending on the branches where something may have changed."""
        async with self._seeing:
            while self.agenda.unseen:
                key = next(iter(self.agenda.unseen))
                del self.agenda.unseen[key]
                try:
                    story = self.writer.open_stories.by_id.get(key[0])
                    pending = (
                        await self.pending.of_chapters(story, key[1]) if story is not None and self._counts(key) else []
                    )
                except BaseException:
                    self.agenda.unseen[key] = None
                    raise
                self._chapters[key] = pending
            await self._see_older()
            here = set(self._all())
            self._failed = {o: tries for o, tries in self._failed.items() if o in here}

    async def _see_older(self) -> None:
        """Works out for whom a scene has become too long, on branches with new lines, while no turn runs."""
        for key in self.agenda.due():
            if self.agenda.paused:
                return
            self.agenda.grown.pop(key, None)
            self._older.pop(key, None)
            story = self.writer.open_stories.by_id.get(key[0])
            if (
                story is not None
                and story.current == key[1]
                and (pending := await self.pending.of_long_scenes(story, key[1]))
            ):
                self._older[key] = pending

    def _counts(self, key: BranchKey) -> bool:
        """Whether a branch gets summaries: the current one and forks do, unless their story was purged."""
        story = self.writer.open_stories.by_id.get(key[0])
        return story is not None and (story.current == key[1] or story.tree[key[1]].kind == "fork")

    def _all(self) -> Iterator[PendingSummary]:
        for found in (self._chapters, self._older):
            for key, pending in found.items():
                if self._counts(key):
                    yield from pending

    def _next(self) -> PendingSummary | None:
        """The summary to write now, if any: what failed least often, then the current branch, then the oldest."""
        if not self.agenda.may_write():
            return None

        def order(o: PendingSummary) -> tuple[int, bool, int]:
            tries, _ = self._failed.get(o, (0, ""))
            return tries, self.writer.open_stories.get(o.story).current != o.branch, o.chapter.upto

        return min(self._all(), key=order, default=None)

    async def _write(self, pending: PendingSummary) -> None:
        self._writing = pending
        try:
            await self.summary_writer.write(self.writer.open_stories.get(pending.story), pending)
        except Interrupted:
            if not self.agenda.paused:  # then a change of the past interrupted
                self.agenda.put_off()
            return
        except Fault as fault:
            self._fail(pending, fault)
            return
        finally:
            self._writing = None
        self.agenda.succeeded()
        key = pending.story, pending.branch
        if pending.kind == "older":
            self._older.pop(key, None)
            self.agenda.grown[key] = 0.0
        else:
            self.agenda.unseen[key] = None

    def _fail(self, pending: PendingSummary, fault: Fault) -> None:
        log.warning("summing up failed with %d", fault.code)
        tries, _ = self._failed.get(pending, (0, ""))
        self._failed[pending] = (tries + 1, fault.message)
        retry = fault.data.get("retry")
        self.agenda.put_off(retry if isinstance(retry, int | float) else 0.0)
