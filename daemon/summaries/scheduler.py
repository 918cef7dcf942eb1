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
from daemon.summaries.pending import PendingSummaries, PendingSummary
from daemon.summaries.writer import Interrupted, SummaryWriter
from protocol import methods as m
from protocol.errors import Fault
from protocol.ids import Seq, TurnNumber
from protocol.model import Endpoint

log = logging.getLogger(__name__)

FIRST_S, MOST_S = 1.0, 600.0
"""Seconds to wait after the first failure, doubled with each further one, and the most seconds to wait."""

QUIET_S = 2.0
"""Seconds without new lines after which lines that came without a turn are looked at."""

PATIENCE_S = 0.25
"""Seconds that a request for the backlog waits until pending summaries have been worked out."""

FORKS = 32
"""How many forks of a story, the latest, are looked at when the daemon starts."""

_TURNS = frozenset(("scene.closed", "time.skipped"))
_REWRITES = frozenset(("event.retracted", "event.reinstated"))
_LINES = frozenset(("line.said", "line.noticed", "line.revised"))

Line = tuple[str, str]
"""The ids of a story and of one of its branches."""


class Scheduler:
    """Writes the pending summaries of the current branch of every story, and of forks. The hub reports what happens."""

    def __init__(
        self, writer: Writer, prompts: PromptBuilder, read: Callable[[], Model], render: Callable[[], Endpoint]
    ) -> None:
        self.writer = writer
        self.owing = PendingSummaries(writer, prompts, render)
        self.accounting = SummaryWriter(self.owing, read)
        self._owed: dict[Line, list[PendingSummary]] = {}
        self._older: dict[Line, list[PendingSummary]] = {}
        self._unseen: dict[Line, None] = {}
        self._grown: dict[Line, float] = {}
        self._turns: set[tuple[str, TurnNumber]] = set()
        self._failed: dict[PendingSummary, tuple[int, str]] = {}
        self._failures, self._not_before = 0, 0.0
        self._writing: PendingSummary | None = None
        self._news, self._seeing = asyncio.Event(), asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        writer.hub.watchers.append(self)

    def start(self) -> None:
        """Begins to work, and looks for what an earlier run left undone."""
        for story in self.writer.open_stories.by_id.values():
            forks = [b.branch for b in story.tree.values() if b.kind == "fork"]
            self._unseen |= dict.fromkeys((story.id, b) for b in (story.current, *forks[-FORKS:]))
        self._task = asyncio.create_task(self._run())

    async def begin(self) -> None:
        """Starts, unless it works already."""
        if self._task is None or self._task.done():
            self.start()

    async def close(self) -> None:
        """Stops working; a summary that is being written now stays pending."""
        while self._task is not None and not self._task.done():
            self._task.cancel()  # once is not enough: a commit ignores it
            await asyncio.wait({self._task}, timeout=0.1)

    async def resume(self) -> None:
        """Begins again from what the store holds now, unless it is read-only."""
        for what in (self._owed, self._older, self._unseen, self._grown, self._turns, self._failed):
            what.clear()
        self.owing.forget()
        self.accounting.hold(False)
        if not self.writer.log.read_only:
            self.start()

    def wake(self) -> None:
        """Tries all that failed at once, since a model may work again or another one is in use."""
        self._failures, self._not_before = 0, 0.0
        self._news.set()

    # what happens

    def changed(self, story: str, branch: str, kinds: frozenset[str]) -> None:
        """Notes a branch on which summaries may have become pending; no kinds means any kind of event."""
        if kinds & _REWRITES:
            self.owing.forget()
        if not kinds or kinds & (_TURNS | _REWRITES):
            self._unseen[story, branch] = None
            self._news.set()
        if not kinds or kinds & _LINES:
            self._grown[story, branch] = asyncio.get_running_loop().time() + QUIET_S
            self._news.set()

    def turned(self, story: str, branch: str, turn: TurnNumber, phase: m.Phase) -> None:
        """Pauses while a turn runs, and goes on after it."""
        if phase in ("done", "failed"):
            # Earlier turns of the story are dropped too: a turn whose end was never reported must not block for ever.
            self._turns = {(s, t) for s, t in self._turns if s != story or t > turn}
            if (story, branch) in self._grown:
                self._grown[story, branch] = 0.0
        else:
            self._turns.add((story, turn))
        if phase == "replied":
            self.wake()
        self.accounting.hold(bool(self._turns))
        self._news.set()

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
        return [self._job(owed) for owed in by_chapter.values()]

    async def _seen(self) -> None:
        """Waits until every noted branch has been looked at, PATIENCE_S at the most."""
        seeing = asyncio.create_task(self._see())
        seeing.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait({seeing}, timeout=PATIENCE_S)

    def _job(self, owed: list[PendingSummary]) -> m.Job:
        first, running = owed[0], self._writing in owed
        of = len(owed) if first.kind == "older" else self.owing.called_for(first)
        names = " and ".join(o.who for o in owed)
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
            done=max(0, of - len(owed)),
            of=of,
            why=next((self._failed[o][1] for o in owed if o in self._failed), ""),
        )

    # the work

    async def _run(self) -> None:
        while True:
            self._news.clear()
            try:
                await self._see()
                owed = self._next()
                if owed is not None:
                    await self._write(owed)
                    continue
            except Exception as wrong:  # noqa: BLE001 - whatever it is, the work goes on at another time
                log_fault(log, "summing up", wrong)
                self._put_off()
            await self._wait()

    async def _wait(self) -> None:
        """Waits until something happens or is due."""
        due = [] if self._turns else [*self._grown.values()]
        if not self._turns and self._not_before and (self._unseen or any(True for _ in self._all())):
            due.append(self._not_before)
        now = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(max(0.0, min(due) - now) if due else None):
                await self._news.wait()
        except TimeoutError:
            return

    async def _see(self) -> None:
        """Works out which summaries are pending on the branches where something may have changed."""
        async with self._seeing:
            while self._unseen:
                line = next(iter(self._unseen))
                del self._unseen[line]
                try:
                    story = self.writer.open_stories.by_id.get(line[0])
                    owed = await self.owing.owed(story, line[1]) if story is not None and self._counts(line) else []
                except BaseException:
                    self._unseen[line] = None
                    raise
                self._owed[line] = owed
            await self._see_older()
            here = set(self._all())
            self._failed = {o: tries for o, tries in self._failed.items() if o in here}

    async def _see_older(self) -> None:
        """Works out for whom a scene has become too long, on branches with new lines, while no turn runs."""
        now = asyncio.get_running_loop().time()
        for line in [x for x, due in self._grown.items() if due <= now]:
            if self._turns:
                return
            self._grown.pop(line, None)
            self._older.pop(line, None)
            story = self.writer.open_stories.by_id.get(line[0])
            if story is not None and story.current == line[1] and (owed := await self.owing.too_long(story, line[1])):
                self._older[line] = owed

    def _counts(self, line: Line) -> bool:
        """Whether a branch gets summaries: the current one and forks do, unless their story was purged."""
        story = self.writer.open_stories.by_id.get(line[0])
        return story is not None and (story.current == line[1] or story.tree[line[1]].kind == "fork")

    def _all(self) -> Iterator[PendingSummary]:
        for found in (self._owed, self._older):
            for line, owed in found.items():
                if self._counts(line):
                    yield from owed

    def _next(self) -> PendingSummary | None:
        """The summary to write now, if any: what failed least often, then the current branch, then the oldest."""
        if self._turns or asyncio.get_running_loop().time() < self._not_before:
            return None

        def order(o: PendingSummary) -> tuple[int, bool, int]:
            tries, _ = self._failed.get(o, (0, ""))
            return tries, self.writer.open_stories.get(o.story).current != o.branch, o.chapter.upto

        return min(self._all(), key=order, default=None)

    async def _write(self, owed: PendingSummary) -> None:
        self._writing = owed
        try:
            await self.accounting.write(self.writer.open_stories.get(owed.story), owed)
        except Interrupted:
            if not self._turns:  # then a change of the past interrupted
                self._put_off()
            return
        except Fault as fault:
            self._fail(owed, fault)
            return
        finally:
            self._writing = None
        self._failures, self._not_before = 0, 0.0
        line = owed.story, owed.branch
        if owed.kind == "older":
            self._older.pop(line, None)
            self._grown[line] = 0.0
        else:
            self._unseen[line] = None

    def _fail(self, owed: PendingSummary, fault: Fault) -> None:
        log.warning("summing up failed with %d", fault.code)
        tries, _ = self._failed.get(owed, (0, ""))
        self._failed[owed] = (tries + 1, fault.message)
        retry = fault.data.get("retry")
        self._put_off(retry if isinstance(retry, int | float) else 0.0)

    def _put_off(self, retry: float = 0.0) -> None:
        """Puts off all work: longer each time and at least for `retry` seconds, but never for more than MOST_S."""
        self._failures += 1
        wait = min(MOST_S, max(retry, FIRST_S * 2.0 ** min(self._failures - 1, 20)))
        self._not_before = asyncio.get_running_loop().time() + wait
