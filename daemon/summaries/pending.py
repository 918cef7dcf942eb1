"""What is still to be summed up on a line of history: for whom, and of what.

It is computed from the log each time, so a fork has its own and nothing of it is kept anywhere.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint
from daemon.live.writing import Writer
from daemon.prompts.builder import PromptBuilder
from daemon.store.queries import reads, summaries
from daemon.story.accounts import CLOSING, Chapter, chapters, older_half, unfinished
from daemon.story.lineage import END, stretches
from daemon.telling.prompt import room, size
from protocol.events import TimeSkipped
from protocol.ids import NOBODY, EntityId, entities_of, mask_of
from protocol.model import Endpoint
from protocol.views import LineView

FULL = 0.75
"""The share of their room that lines may fill before the older half of a scene is summed up."""

BOTS: tuple[EntityId, ...] = ("a", "b")


class PendingSummary(msgspec.Struct, frozen=True):
    """An account that somebody has yet to be given: of a scene that is over, of a jump, or of a scene's older part."""

    story: str
    branch: str
    kind: Literal["scene", "jump", "older"]
    who: EntityId
    chapter: Chapter


class Older(msgspec.Struct, frozen=True):
    """The older lines of a scene, and the seq at which it (or the play between two scenes) began."""

    begun: int
    lines: list[LineView]


class PendingSummaries:
    """Computes what is owed. Keeps in mind whose account a chapter calls for, which cannot change, and how much room
    the lines of each bot had left when they were last looked at (with the endpoint that this was for, and the head)."""

    def __init__(self, writer: Writer, prompts: PromptBuilder, render: Callable[[], Endpoint]) -> None:
        self.writer, self.prompts, self.render = writer, prompts, render
        self.views, self.database = prompts.views, writer.database
        self._called_for: dict[tuple[str, int], int] = {}
        self._left: dict[tuple[str, EntityId], tuple[Endpoint, int, float]] = {}

    def forget(self) -> None:
        """What was called for may not be any more, since events of the past were taken away or brought back."""
        self._called_for.clear()

    async def owed(self, story: OpenStory, branch: str) -> list[PendingSummary]:
        """The accounts of scenes and jumps that are owed on a line of history, in order."""
        path = stretches(story.tree, branch, 0, await self.writer.open_stories.head(story, branch))
        turnings = await self.database.read.run(summaries.turnings, path)
        kept = await self.database.read.run(summaries.accounts, path, NOBODY)
        found: list[PendingSummary] = []
        for chapter, have in unfinished(chapters(turnings), kept):
            missing = await self._witnesses(story, branch, chapter) & ~have
            kind: Literal["scene", "jump"] = "scene" if chapter.of == CLOSING else "jump"
            found += [PendingSummary(story.id, branch, kind, e, chapter) for e in entities_of(missing)]
        return found

    def called_for(self, owed: PendingSummary) -> int:
        """How many accounts the chapter of this one calls for, written or not."""
        return self._called_for.get((owed.branch, owed.chapter.upto), NOBODY).bit_count()

    def nothing_left(self, owed: PendingSummary) -> None:
        """There are no words any more of which this account could be made."""
        self._called_for[owed.branch, owed.chapter.upto] &= ~mask_of([owed.who])

    async def too_long(self, story: OpenStory, branch: str) -> list[PendingSummary]:
        """The bots for whom the older part of a scene is to be summed up, before their prompts are full."""
        truth = (await self.writer.open_stories.world(story, branch)).truth
        found: list[PendingSummary] = []
        for bot in BOTS:
            if bot in truth.entities and (older := await self.older(story, branch, bot)) is not None:
                first, last = older.lines[0], older.lines[-1]
                found.append(
                    PendingSummary(story.id, branch, "older", bot, Chapter("", first.seq - 1, last.seq, last.turn))
                )
        return found

    async def older(self, story: OpenStory, branch: str, bot: EntityId) -> Older | None:
        """The older of the lines that are becoming too many for a bot's prompt."""
        head, endpoint = await self.writer.open_stories.head(story, branch), self.render()
        if await self._has_room(story, branch, bot, head, endpoint):
            return None
        measure = self.prompts.measure(endpoint, {})
        t = await self.prompts.telling(story, branch, head, bot, measure)
        sizes = [size(t, x) for x in t.lines]
        left = FULL * room(t) - sum(sizes)
        self._left[branch, bot] = (endpoint, head, left)
        if left >= 0:
            return None
        turnings = await self.database.read.run(summaries.turnings, stretches(story.tree, branch, 0, head))
        ends = [x.seq for x in turnings if not isinstance(x.payload, TimeSkipped)]
        owed = {o.chapter.upto for o in await self.owed(story, branch) if o.who == bot}
        first, cut = older_half(t.lines, sizes, ends, owed)
        lines = list(t.lines[first:cut])
        return Older(max((s for s in ends if s < lines[0].seq), default=0), lines) if lines else None

    async def _has_room(self, story: OpenStory, branch: str, bot: EntityId, head: int, endpoint: Endpoint) -> bool:
        """Whether the lines that came since, at a letter a token, cannot have filled what was left."""
        then, seq, left = self._left.get((branch, bot), (None, 0, -1.0))
        if then != endpoint or left < 0:
            return False
        path = stretches(story.tree, branch, seq, head)
        return await self.database.read.run(summaries.letters, path) <= left

    async def _witnesses(self, story: OpenStory, branch: str, chapter: Chapter) -> int:
        """Whose account a chapter calls for: of a scene, who perceived a line of it; of a jump, who perceived that."""
        if (branch, chapter.upto) not in self._called_for:
            if chapter.of == CLOSING:
                path = stretches(story.tree, branch, chapter.after, chapter.upto, END)
                mask = await self.database.read.run(summaries.witnesses, path)
            else:
                there = await self.views.state(Viewpoint(story, branch, chapter.upto, NOBODY, END))
                [(_, _, perceived)] = await self.database.read.run(reads.masks, [chapter.upto])
                mask = mask_of(there.entities) & perceived
            self._called_for[branch, chapter.upto] = mask
        return self._called_for[branch, chapter.upto]
