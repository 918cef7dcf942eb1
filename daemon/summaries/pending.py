"""The summaries that are still to be written on a branch: for whom, and of what.

They are computed from the log each time: a fork has its own, and none of them is stored.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint
from daemon.live.writing import Writer
from daemon.prompts.builder import PromptBuilder
from daemon.store.queries import reads, summaries
from daemon.story.lenses import TRUTH
from daemon.story.lineage import END, stretches
from daemon.story.summaries import CLOSING, Chapter, chapters, older_half, unfinished
from daemon.telling.prompt import room, size
from protocol.ids import BEGINNING, BITS, NOBODY, EntityId, Mask, Seq, difference, entities_of, intersection, mask_of
from protocol.model import Endpoint
from protocol.views import LineView

FULL = 0.75
"""The share of a prompt's room for lines that may be full before the older half of a scene is summed up."""

BOTS: tuple[EntityId, ...] = ("a", "b")


class PendingSummary(msgspec.Struct, frozen=True):
    """A summary that one entity still lacks: of a scene that is over, of a jump in time, or of a scene's older part."""

    story: str
    branch: str
    kind: Literal["scene", "jump", "older"]
    who: EntityId
    chapter: Chapter


class Older(msgspec.Struct, frozen=True):
    """The older lines of a scene (or of none), and the seq after which that scene began."""

    begun: Seq
    lines: list[LineView]

    @property
    def scene(self) -> str | None:
        """The id of the scene."""
        return self.lines[0].scene


class PendingSummaries:
    """Computes which summaries are pending.

    Caches, for each story as long as its past does not change, the mask of those who need a summary, by branch and
    chapter; and, by branch and bot, how many tokens the lines had left at the last look, with the endpoint and the head
    of that look.
    """

    def __init__(self, writer: Writer, prompts: PromptBuilder, render: Callable[[], Endpoint]) -> None:
        self.writer, self.prompts, self.render = writer, prompts, render
        self.views, self.database = prompts.views, writer.database
        self._needed: dict[str, tuple[int, dict[tuple[str, Seq], Mask]]] = {}
        self._left: dict[tuple[str, EntityId], tuple[Endpoint, Seq, float]] = {}

    def forget(self) -> None:
        """Forgets who needs which summary, since the store may have been replaced."""
        self._needed.clear()

    async def of_chapters(self, story: OpenStory, branch: str) -> list[PendingSummary]:
        """The pending summaries of scenes and jumps on a branch, in the order of the log."""
        path = stretches(story.tree, branch, BEGINNING, await self.writer.open_stories.head(story, branch))
        turnings = await self.database.read.run(summaries.turnings, path)
        kept = await self.database.read.run(summaries.latest, path, TRUTH)
        found: list[PendingSummary] = []
        for chapter, have in unfinished(chapters(turnings), kept):
            missing = difference(await self._witnesses(story, branch, chapter), have)
            kind: Literal["scene", "jump"] = "scene" if chapter.of == CLOSING else "jump"
            found += [PendingSummary(story.id, branch, kind, e, chapter) for e in entities_of(missing)]
        return found

    def needed(self, pending: PendingSummary) -> int:
        """The number of summaries that the chapter of `pending` needs, written or not; 0 if that is not known."""
        story = self.writer.open_stories.by_id.get(pending.story)
        needed = self._needed_by(story) if story is not None else {}
        return needed.get((pending.branch, pending.chapter.upto), NOBODY).bit_count()

    def nothing_left(self, story: OpenStory, pending: PendingSummary) -> None:
        """Notes that a pending summary is needed no longer, since no words are left that it could be made from."""
        needed, key = self._needed_by(story), (pending.branch, pending.chapter.upto)
        if key in needed:
            needed[key] = difference(needed[key], BITS[pending.who])

    async def of_long_scenes(self, story: OpenStory, branch: str) -> list[PendingSummary]:
        """The pending summaries of the older part of a scene, one for each bot whose prompt is nearly full."""
        truth = (await self.writer.open_stories.world(story, branch)).truth
        found: list[PendingSummary] = []
        for bot in BOTS:
            if bot in truth.entities and (older := await self.older(story, branch, bot)) is not None:
                first, last = older.lines[0], older.lines[-1]
                found.append(
                    PendingSummary(story.id, branch, "older", bot, Chapter("", Seq(first.seq - 1), last.seq, last.turn))
                )
        return found

    async def older(self, story: OpenStory, branch: str, bot: EntityId) -> Older | None:
        """The older lines that are to be summed up for a bot; None while its prompt has room, or where they are too
        few."""
        head, endpoint = await self.writer.open_stories.head(story, branch), self.render()
        if await self._has_room(story, branch, bot, head, endpoint):
            return None
        measure = self.prompts.measure(endpoint, {})
        t = await self.prompts.telling(story, branch, head, bot, measure, every=True)
        sizes = [size(t, x) for x in t.lines]
        left = FULL * room(t) - sum(sizes)
        self._left[branch, bot] = (endpoint, head, left)
        if left >= 0:
            return None
        turnings = await self.database.read.run(summaries.turnings, stretches(story.tree, branch, BEGINNING, head))
        told = chapters(turnings)
        pending = {o.chapter.upto for o in await self.of_chapters(story, branch) if o.who == bot}
        first, cut = older_half(t.lines, sizes, told, pending)
        lines = list(t.lines[first:cut])
        over = [c.upto for c in told if c.of == CLOSING and lines and lines[0].scene in (None, c.scene)]
        return Older(max((s for s in over if s < lines[0].seq), default=BEGINNING), lines) if lines else None

    async def _has_room(self, story: OpenStory, branch: str, bot: EntityId, head: Seq, endpoint: Endpoint) -> bool:
        """Whether the lines since the last look, at a letter a token, cannot have filled the room left then."""
        then, seq, left = self._left.get((branch, bot), (None, BEGINNING, -1.0))
        if then != endpoint or left < 0:
            return False
        path = stretches(story.tree, branch, seq, head)
        return await self.database.read.run(summaries.letters, path) <= left

    async def _witnesses(self, story: OpenStory, branch: str, chapter: Chapter) -> Mask:
        """The mask of those who need a summary of a chapter: who perceived a line of the scene, or the jump."""
        needed = self._needed_by(story)
        if (branch, chapter.upto) not in needed:
            if chapter.of == CLOSING:
                path = stretches(story.tree, branch, min(chapter.after, chapter.since), chapter.upto, END)
                mask = await self.database.read.run(summaries.witnesses, path, chapter)
            else:
                there = await self.views.state(Viewpoint(story, branch, chapter.upto, TRUTH, END))
                [(_, _, perceived)] = await self.database.read.run(reads.masks, [chapter.upto])
                mask = intersection(mask_of(there.entities), perceived)
            needed[branch, chapter.upto] = mask
        return needed[branch, chapter.upto]

    def _needed_by(self, story: OpenStory) -> dict[tuple[str, Seq], Mask]:
        """The cached masks of a story, by branch and the seq of a chapter's end: none after its past has changed."""
        rewrites, needed = self._needed.get(story.id, (-1, {}))
        if rewrites != story.rewrites:
            needed = {}
            self._needed[story.id] = story.rewrites, needed
        return needed
