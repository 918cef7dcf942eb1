"""Gathering what it takes to say whether the story moves by itself now, and by what: actions, minds, past presses."""

from collections.abc import Sequence

from msgspec.structs import replace

from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint, Views
from daemon.prompts.builder import speakers_lens
from daemon.store.queries import derivations, pages, turns
from daemon.story.lenses import ALONE, TRUTH, perceives
from daemon.story.lineage import Stretch, stretches
from daemon.story.state import State
from daemon.telling import pressing, speaker
from daemon.telling.pressing import QUIET, Action, Past, Press
from protocol.events import EntityChanged, StoryPressed
from protocol.ids import BEGINNING, EntityId, Seq, TurnNumber
from protocol.views import LineView

WITHIN = 200
"""Lines within which the same is not pressed again, and in which questions are looked for."""


class Pressing:
    """Chooses what is pressed, and finds again what was."""

    def __init__(self, views: Views) -> None:
        self.views, self.read = views, views.database.read

    async def press(
        self, story: OpenStory, branch: str, at: Seq, truth: State, who: EntityId | None, *, alone: bool
    ) -> Press | None:
        """What is pressed to whose turn it is, as of a seq; None where the stretch is not quiet, or nothing is left.

        Unless `alone`, somebody who arrives may answer instead: the press says who answers.
        """
        if not truth.moves or who == "you":
            return None
        where = Viewpoint(story, branch, at, speakers_lens(truth, who))
        if not await self._is_quiet(where):
            return None
        past = await self.past(replace(where, lens=TRUTH))
        mind = await self.views.state(where)
        arriving = await self._arriving(where, truth, [who] if alone else speaker.bots(truth), past)
        if alone and _is_away(truth, who):
            return arriving
        pressed = pressing.chosen(mind, who, await self.views.lines(where, WITHIN), past)
        return pressed or arriving or pressing.novelty(mind, who, past)

    async def of_line(self, story: OpenStory, branch: str, turn: TurnNumber, line: str) -> Press | None:
        """What was pressed to whoever wrote a line in a turn; None where nothing was."""
        path = stretches(story.tree, branch)
        return next((x.press for x, of in await self._found(story, [turn], path) if of == line), None)

    async def past(self, where: Viewpoint) -> list[Past]:
        """What was pressed to those who wrote the latest lines, oldest first."""
        lines = await self.views.lines(where, WITHIN)
        path = stretches(where.story.tree, where.branch, BEGINNING, where.at)
        return [x for x, _ in await self._found(where.story, {x.turn for x in lines}, path)]

    async def _found(
        self, story: OpenStory, turns_: Sequence[TurnNumber] | set[TurnNumber], path: Sequence[Stretch]
    ) -> list[tuple[Past, str]]:
        """What was pressed in these turns on a path, oldest first, each with the line that came of it."""
        events = pages.decoded(await self.read.run(turns.pressed, story.id, turns_, path))
        found = [(e, p) for e, p in events if isinstance(p, StoryPressed)]
        stated = await self._wants({p.from_[0] for _, p in found if p.what == "want" and p.from_})
        presses = [pressing.press_of(p, stated.get(p.from_[0], ()) if p.from_ else ()) for _, p in found]
        return [(Past(e.seq, x), p.line) for (e, p), x in zip(found, presses, strict=True)]

    async def _wants(self, seqs: set[Seq]) -> dict[Seq, Sequence[str]]:
        """The wants that events state, by their seqs; what was purged states none."""
        if not seqs:
            return {}
        events = pages.decoded(await self.read.run(derivations.events, sorted(seqs)))
        return {e.seq: p.goals or () for e, p in events if isinstance(p, EntityChanged)}

    async def _arriving(
        self, where: Viewpoint, truth: State, could: Sequence[EntityId | None], past: Sequence[Past]
    ) -> Press | None:
        """Somebody who arrives where `you` are: who is elsewhere, and right about where that is."""
        for e in could:
            if e is None or not _is_away(truth, e):
                continue
            mind = await self.views.state(replace(where, lens=ALONE[e]))
            there = "you" in mind.entities and mind.entities["you"].container == truth.entities["you"].container
            found = pressing.arrival(mind, e, past) if there else None
            if found is not None:
                return found
        return None

    async def _is_quiet(self, where: Viewpoint) -> bool:
        said = await self.views.latest_actions(where, QUIET)
        if said and any(x.who != "you" for x in said[-1]):  # the present one has no line: the story is to go on
            said.append([])
        said = said[-QUIET:]
        if len(said) < QUIET or not all(pressing.is_passive(_by_you(x)) for x in said):
            return False
        return pressing.is_quiet([await self._action(where, x) for x in said])

    async def _action(self, where: Viewpoint, lines: Sequence[LineView]) -> Action:
        """An action as a lens perceived it, by its lines."""
        if not lines:
            return Action()
        path = stretches(where.story.tree, where.branch, BEGINNING, where.at)
        action = await self.read.run(turns.one_action, where.story.id, lines[0].turn, path)
        events = await self.read.run(turns.events, where.story.id, action, path)
        news = [e.seq for e in events if e.kind in pressing.NEWS and perceives(where.lens, e)]
        return Action(_by_you(lines), max(news, default=BEGINNING), any(e.kind == StoryPressed.kind for e in events))


def _by_you(lines: Sequence[LineView]) -> str:
    return " ".join(x.text for x in lines if x.who == "you")


def _is_away(truth: State, who: EntityId | None) -> bool:
    """Whether a bot is elsewhere than `you` are, and awake."""
    if who is None or who not in truth.entities or "you" not in truth.entities:
        return False
    here, me = truth.entities["you"].container, truth.entities[who]
    return me.awake and None not in (here, me.container) and me.container != here
