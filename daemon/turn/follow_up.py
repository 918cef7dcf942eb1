"""What follows a turn once its replies are committed: time passes, prose is read into changes, what somebody was doing
comes to an end, moments are remembered.
And what follows from a revision: the line is read again.

Nothing here makes the turn fail: what goes wrong stands in the detail of the turn's phase, and the story plays on.
"""

import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from daemon.history.target import Target, Targets
from daemon.live.detail import Detail
from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint, Views
from daemon.live.writing import Writer
from daemon.reading.memories import Rememberer
from daemon.reading.reader import Rated, Reader
from daemon.store.queries import pages, turns
from daemon.story.lenses import TRUTH
from daemon.story.lineage import whole
from daemon.story.world import Proposed
from daemon.tasks import Background
from daemon.telling.doings import QUIET, over
from daemon.telling.pace import minutes
from protocol.commands import PassTime
from protocol.errors import Fault
from protocol.events import Event, MemoryFormed, TimePassed
from protocol.ids import BEGINNING, TurnNumber

log = logging.getLogger(__name__)

CLOSING = (TimePassed, MemoryFormed)
"""Events of these kinds show that a turn was read and remembered, or that its time has passed."""


class FollowUp:
    """Does what follows each turn, on the turn's own branch. What follows from revisions is done in the background."""

    def __init__(self, writer: Writer, views: Views, reader: Reader, rememberer: Rememberer) -> None:
        self.writer, self.views, self.reader, self.rememberer = writer, views, reader, rememberer
        self.targets = Targets(writer, views)
        self.background = Background()

    async def follow(self, story: OpenStory, branch: str, turn: TurnNumber, reading: Callable[[], None]) -> Detail:
        """Has a turn read and remembered, and lets its time pass; returns what that changed, and what went wrong.

        `reading` is called when a model is about to be asked. Raises no Fault.
        """
        detail = Detail()
        rated: Sequence[Rated] = ()
        told_the_time = False
        try:
            if self.reader.mode != "off":
                reading()
                changes = await self.reader.read(story, branch, turn)
                detail, rated = changes.detail(), changes.rated
                told_the_time = any(isinstance(payload, TimePassed) for _, payload in changes.events)
            if not told_the_time:
                await self._pass_time(story, branch, turn)
            await self._end_doings(story, branch, turn)
            await self.rememberer.remember(story, branch, turn, rated)
        except Fault as fault:
            log.warning("what followed a turn failed with %d", fault.code)
            detail = detail.updated(Detail(why=fault.message))
        return detail

    def follow_later(self, story: OpenStory, branch: str, turn: TurnNumber) -> None:
        """Does the same as `follow`, in the background and without sending its detail to anybody."""
        self.background.start(_logged(self._followed(story, branch, turn)))

    def reread(self, story: OpenStory, line: Target) -> None:
        """Has a revised line read and remembered again, in the background."""
        self.background.start(_logged(self._reread(story, line)))

    def reread_on(self, story: OpenStory, branch: str, lines: Sequence[str]) -> None:
        """Has these lines read and remembered again on a branch on which their words are not those that were read
        before the branch forked; in the background."""
        self.background.start(_logged(self._reread_on(story, branch, lines)))

    async def close(self) -> None:
        """Cancels what runs in the background; what is committed of it stays."""
        await self.background.cancel()

    async def _followed(self, story: OpenStory, branch: str, turn: TurnNumber) -> None:
        await self.follow(story, branch, turn, lambda: None)

    async def _reread_on(self, story: OpenStory, branch: str, lines: Sequence[str]) -> None:
        for line in lines:
            old = await self.targets.line(story, branch, line)
            if await self._was_over(story, branch, old.parts[0][0]):
                await self._reread(story, old)

    async def _was_over(self, story: OpenStory, branch: str, first: Event) -> bool:
        """Whether the turn of a line was over before the branch forks. If not, it is read there anyway."""
        fork = story.tree[branch].fork_seq
        read, path = self.writer.database.read, whole(story.tree, branch, BEGINNING, fork)
        action = await read.run(turns.one_action, story.id, first.turn, path)
        events = pages.decoded(await read.run(turns.events, story.id, action, path))
        if any(e.seq > first.seq and isinstance(p, CLOSING) for e, p in events):
            return True
        return await read.run(turns.is_followed, action, whole(story.tree, branch, first.seq, fork))

    async def _reread(self, story: OpenStory, old: Target) -> None:
        first, rated = old.parts[0][0], list[Rated]()
        if self.reader.mode != "off":
            _, changes = await self.reader.again(story, old.branch, old.line)
            rated = changes.rated
        await self.rememberer.remember(story, old.branch, first.turn, rated)

    async def _pass_time(self, story: OpenStory, branch: str, turn: TurnNumber) -> None:
        """Lets as much story time pass as the lines of the turn take."""
        async with self.writer.change(story, branch) as change:
            head = await self.writer.open_stories.head(story, branch)
            lines = await self.views.lines_of_action(Viewpoint(story, branch, head, TRUTH), turn)
            taken = minutes(lines)
            if taken:
                await change.derive(turn, [Proposed.of(PassTime(minutes=taken), lines[-1].parts[-1].seq)])

    async def _end_doings(self, story: OpenStory, branch: str, turn: TurnNumber) -> None:
        """Ends what people were doing that no line has mentioned for a while."""
        async with self.writer.change(story, branch) as change:
            truth = (await change.world()).truth
            if not any(x.doing or x.attention for x in truth.entities.values()):
                return
            head = await self.writer.open_stories.head(story, branch)
            seen = Viewpoint(story, branch, head, TRUTH)
            actions = await self.views.latest_actions(seen, QUIET)
            ended = over(await self.views.state(seen), actions)
            if actions and ended:
                await change.derive(turn, [Proposed.of(act, actions[-1][-1].parts[-1].seq) for act in ended])


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Fault as fault:
        log.warning("what follows from a revision failed with %d", fault.code)
