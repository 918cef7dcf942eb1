"""The view `decay`: how each bot repeats itself or shrinks by now, and how often its replies had to be cut."""

from collections import Counter
from collections.abc import Sequence

from daemon.live.views import Viewpoint, Views, result_of
from daemon.prompts.builder import PromptBuilder
from daemon.store.queries import pages
from daemon.story.lenses import TRUTH
from daemon.story.lineage import stretches
from daemon.telling.decay import RECENT, overview
from daemon.telling.naming import words_of_names
from daemon.telling.speaker import bots
from protocol import methods as m
from protocol.events import ModelCalled
from protocol.ids import BEGINNING
from protocol.views import DecayOf, DecayView

LINES, CALLS = 200, 500
"""The latest lines and calls that are looked at."""


class Decays:
    """Measures the latest replies."""

    def __init__(self, views: Views, prompts: PromptBuilder) -> None:
        self._views, self._prompts = views, prompts

    async def view(self, p: m.ProjectParams) -> m.ProjectResult:
        """What the latest replies of each bot are like; the same through every lens, since it quotes nothing."""
        asked = await self._views.where(p)
        where = Viewpoint(asked.story, asked.branch, asked.at, TRUTH)
        truth = await self._views.state(where)
        lines = await self._views.lines(where, LINES)
        calls = await self._calls(where)
        names = words_of_names(truth)
        told = []
        for e in bots(truth):
            replies = [x.text for x in lines if x.who == e and x.text][-RECENT:]
            cut = Counter(c.cut for c in calls if c.speaker == e)
            seen = overview(replies, names, self._prompts.overused)
            told.append(
                DecayOf(
                    entity=e, replies=len(replies), words=seen.usual, distinct=seen.distinct, openings=seen.openings,
                    endings=seen.endings, phrases=seen.phrases, overused=seen.overused, shrinking=seen.shrinking,
                    cut_for_others=cut["others"], cut_in_circles=cut["circles"],
                )
            )  # fmt: skip
        return result_of(p, asked, DecayView(told))

    async def _calls(self, where: Viewpoint) -> Sequence[ModelCalled]:
        path = stretches(where.story.tree, where.branch, BEGINNING, where.at)
        found, _ = await self._views.database.read.run(pages.page, path, TRUTH, pages.CALLS, CALLS, by="seq")
        return [x for _, x in found if isinstance(x, ModelCalled)]
