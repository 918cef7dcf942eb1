"""Writing summaries: the prompt for one mind, the model's answer, and the memory that the answer becomes."""

import asyncio
import hashlib
import time
from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint
from daemon.model import slots
from daemon.model.endpoint import Model
from daemon.prompts.builder import budget_of
from daemon.store.queries import summaries
from daemon.story.decide import Drafted, Form
from daemon.story.lenses import ALONE
from daemon.story.lineage import END
from daemon.story.state import State
from daemon.story.summaries import CLOSING, SKIP, Summary, standing, uncovered
from daemon.story.world import Proposed
from daemon.summaries.agenda import Agenda
from daemon.summaries.pending import PendingSummaries, PendingSummary
from daemon.telling import summary
from daemon.telling.prompt import PAST, Telling
from daemon.telling.summary import Piece
from daemon.telling.tokens import PER_MESSAGE, estimate
from protocol.errors import CONFLICT, Fault
from protocol.events import ModelCalled
from protocol.ids import NOBODY, EntityId, Seq
from protocol.model import EMBEDDED, Message, ModelUnavailable

ALL = 100_000
"""The most lines, and the most summaries, that are read of one scene."""

WARMTH = 0.3
"""The temperature for summing up, unless the settings name one."""


class Interrupted(Exception):  # noqa: N818 - no error: somebody plays
    """Raised where a turn began or the past was changed; the summary is still pending."""


class SummaryWriter:
    """Writes summaries. While the agenda is paused, it asks no model."""

    def __init__(self, pending: PendingSummaries, agenda: Agenda, read: Callable[[], Model]) -> None:
        self.pending, self.agenda, self.read = pending, agenda, read
        self.writer, self.prompts, self.views = pending.writer, pending.prompts, pending.views
        self._rewrites = 0

    async def write(self, story: OpenStory, pending: PendingSummary) -> None:
        """Writes a pending summary. Raises Interrupted, and Fault where the model or the store fails."""
        self._rewrites = story.rewrites
        match pending.kind:
            case "scene":
                while not await self._scene(story, pending):
                    pass
            case "jump":
                await self._between(story, pending)
            case "older":
                await self._older(story, pending)

    async def _scene(self, story: OpenStory, o: PendingSummary) -> bool:
        """Sums up a scene, or first as much of a long one as fits a prompt; returns whether the scene is done."""
        where = Viewpoint(story, o.branch, o.chapter.upto, ALONE[o.who], as_of=END)
        before = await self._parts(where, min(o.chapter.after, o.chapter.since), o.chapter.scene, None)
        lines = uncovered(await self.views.lines_of_chapter(where, o.chapter, ALL), before)
        # As it was at the last line: by the end of the scene they may be somewhere else.
        t = await self._telling(replace(where, at=lines[-1].seq) if lines else where, o.who)
        found = summary.pieces(t, before, lines)
        if not found:  # no words of the scene are left
            self.pending.nothing_left(story, o)
            return True
        chosen = summary.fitting(found, summary.room_beside(t, summary.of_scene), t.count)
        whole = len(chosen) == len(found)
        if not whole:
            await self._check_new(where, chosen)
        ask = summary.of_scene if whole else summary.of_older
        words = self._words(chosen)
        gist, call = await self._ask(t, ask(t, chosen, words), summary.excerpt(chosen, words))
        cause = o.chapter.upto if whole else _last(chosen)
        await self._form(
            story, o, cause, gist, _seqs(chosen), "the scene closed" if whole else "the scene was long", call
        )
        return whole

    async def _between(self, story: OpenStory, o: PendingSummary) -> None:
        """Writes a summary of the time that a jump left out."""
        skip, lens = o.chapter.upto, ALONE[o.who]
        end = await self.writer.database.read.run(summaries.commit_end, skip)
        then = await self.views.state(Viewpoint(story, o.branch, skip, lens, as_of=END))
        now = Viewpoint(story, o.branch, end, lens, as_of=END)
        kept = standing([a for a in await self._summaries(now) if a.cause < skip])
        past = kept[-summary.LAST_SUMMARIES :]
        lines = uncovered(await self.views.lines(now, summary.LAST_LINES, before=skip), kept)
        t = replace(await self._telling(now, o.who), past=past, lines=lines)
        minutes, begun = o.chapter.minutes, _begun(then, t.mind)
        asked = summary.of_between(t, minutes, begun)
        gist, call = await self._ask(t, asked, summary.went_by(minutes, begun))
        seqs = [*(a.seq for a in past), *(p.seq for x in lines for p in x.parts), skip]
        await self._form(story, o, skip, gist, seqs, "time was left out", call)

    async def _older(self, story: OpenStory, o: PendingSummary) -> None:
        """Sums up the older part of a scene that goes on, together with the earlier summaries of that scene."""
        older = await self.pending.older(story, o.branch, o.who)
        if older is None:
            return
        where = Viewpoint(story, o.branch, await self.writer.open_stories.head(story, o.branch), ALONE[o.who])
        t = await self._telling(where, o.who)
        found = summary.pieces(t, await self._parts(where, older.begun, older.scene), older.lines)
        chosen = summary.fitting(found, summary.room_beside(t, summary.of_older), t.count)
        await self._check_new(where, chosen)
        words = self._words(chosen)
        gist, call = await self._ask(t, summary.of_older(t, chosen, words), summary.excerpt(chosen, words))
        await self._form(story, o, _last(chosen), gist, _seqs(chosen), "the scene was long", call)

    # how it is done

    def _words(self, found: Sequence[Piece]) -> int:
        """How many words a summary of these may have: as there is room for in prompts, and in an answer."""
        room = int(budget_of(self.pending.render(), {}) * PAST)
        longest = int(self.read().endpoint.max_tokens / summary.TOKENS_PER_WORD)
        return max(summary.LEAST_WORDS, min(summary.length(room, found), longest))

    async def _telling(self, where: Viewpoint, who: EntityId) -> Telling:
        """A mind's state without lines, and the budget and token count of the model that sums up."""
        endpoint = self.read().endpoint
        factor = self.prompts.calibration.factor(endpoint.label)
        mind = await self.views.state(where)
        # The embedded model is not asked, so nothing need fit.
        budget = 2**31 if endpoint.base_url == EMBEDDED else budget_of(endpoint, {})
        return Telling(speaker=who, mind=mind, lines=[], budget=budget, count=lambda text: estimate(text, factor))

    async def _summaries(self, where: Viewpoint) -> list[Summary]:
        """All summaries of a lens up to the head, also those that are about earlier events."""
        head = await self.writer.open_stories.head(where.story, where.branch)
        return await self.views.summaries(replace(where, at=head), ALL)

    async def _parts(self, where: Viewpoint, after: Seq, *scenes: str | None) -> list[Summary]:
        """The earlier partial summaries of a scene (None: of lines between scenes) that began after a seq."""
        found = [a for a in await self._summaries(where) if after < a.cause <= where.at and a.scene in scenes]
        return [a for a in standing(found) if a.of not in (CLOSING, SKIP)]

    async def _check_new(self, where: Viewpoint, chosen: Sequence[Piece]) -> None:
        """Raises Fault(CONFLICT) where a summary with the last of these lines as its cause covers none of them.

        Another summary would not be kept, and so a model would be asked for it again and again.
        """
        if any(a.cause == _last(chosen) for a in await self._summaries(where)):
            why = "there is a summary of these lines that was not made from them; delete it, and they are summed up"
            raise Fault(CONFLICT, why)

    async def _ask(self, t: Telling, prompt: Sequence[Message], otherwise: str) -> tuple[str, ModelCalled | None]:
        """The text that a model writes, and the record of the call. Raises Interrupted, and Fault for an empty text.

        The embedded model would make up what happened, so `otherwise`, which is at least true, is returned instead.
        """
        if self.agenda.paused:
            raise Interrupted
        if self.read().endpoint.base_url == EMBEDDED:
            return otherwise, None
        task = self.agenda.call = asyncio.create_task(self._call(t, prompt))
        try:
            return await task
        except asyncio.CancelledError:
            own = asyncio.current_task()
            if own is not None and own.cancelling():
                raise
            raise Interrupted from None
        finally:
            self.agenda.call = None

    async def _call(self, t: Telling, prompt: Sequence[Message]) -> tuple[str, ModelCalled]:
        model, began = self.read(), time.monotonic()
        endpoint = model.endpoint
        params = {} if "temperature" in endpoint.params else {"temperature": WARMTH}
        text, finish = await model.generate(prompt, params, slot=slots.READING)
        text = summary.tidied(text, finish.reason == "stop")
        if not text:
            raise ModelUnavailable(endpoint.label, "returned an empty reply")
        estimated, usage = sum(t.count(x.content) + PER_MESSAGE for x in prompt), finish.usage
        if usage is not None:
            self.prompts.calibration.learn(endpoint.label, estimated, usage.prompt_tokens)
        return text, ModelCalled(
            role="read",
            endpoint=endpoint.label,
            model=finish.model,
            speaker=t.speaker,
            prompt_sha256=hashlib.sha256(msgspec.json.encode(prompt)).hexdigest(),
            params=params,
            estimated_tokens=estimated,
            prompt_tokens=usage.prompt_tokens if usage else None,
            completion_tokens=usage.completion_tokens if usage else None,
            cached_tokens=usage.cached_tokens if usage else None,
            total_ms=int((time.monotonic() - began) * 1000),
            finish=finish.reason,
        )

    async def _form(
        self,
        story: OpenStory,
        o: PendingSummary,
        cause: Seq,
        gist: str,
        seqs: Sequence[Seq],
        why: str,
        call: ModelCalled | None,
    ) -> None:
        """Commits a summary, unless there is one with the same cause and lens by now."""
        kept = Form(gist=gist, by=[o.who], kind="summary", from_=sorted(set(seqs)), because=(why,))
        async with self.writer.change(story, o.branch) as change:
            if story.rewrites != self._rewrites:  # the text may be made from what was deleted meanwhile
                raise Interrupted
            head = await self.writer.open_stories.head(story, o.branch)
            have = await self.views.summaries(Viewpoint(story, o.branch, head, ALONE[o.who]), ALL)
            if any(a.cause == cause for a in have):
                return
            records = [Drafted(call, NOBODY, cause=cause)] if call is not None else []
            written = await change.derive(o.chapter.turn, [Proposed.of(kept, cause)], records, [kept])
        if written.refused:
            raise written.refused[0]


def _seqs(found: Sequence[Piece]) -> list[Seq]:
    return [s for p in found for s in p.seqs]


def _last(found: Sequence[Piece]) -> Seq:
    """The last seq of the lines among these pieces."""
    return max(s for p in found if p.lines for s in p.seqs)


def _begun(before: State, after: State) -> list[str]:
    """The titles of the occasions that are active after, and were not before."""
    was = {id for id, x in before.occasions.items() if x.status == "active"}
    return [x.title for id, x in after.occasions.items() if x.status == "active" and id not in was]
