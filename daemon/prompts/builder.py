"""Gathering what a prompt is made from: the speaker's mind, the lines it perceived, the author's note, the budget."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint, Views, result_of
from daemon.prompts.lines import latest
from daemon.prompts.recall import PromptRecall
from daemon.prompts.secrets import LINES, gathered
from daemon.prompts.sieving import Sieving
from daemon.story.decide.desk import HANDS
from daemon.story.lenses import ALONE, TRUTH, Lens, named, shared
from daemon.story.perception import hearers
from daemon.story.state import State
from daemon.story.summaries import Summary, standing, uncovered
from daemon.telling import script
from daemon.telling import speaker as speakers
from daemon.telling.decay import RECENT
from daemon.telling.overused import NOTHING, Overused
from daemon.telling.pressing import Press
from daemon.telling.prompt import LAST, PAST, Prompt, Telling, comings, finished, page
from daemon.telling.secrets import Secret
from daemon.telling.tokens import Calibration, estimate
from protocol import methods as m
from protocol.ids import BEGINNING, EVERYBODY, EntityId, Seq, mask_of
from protocol.model import Endpoint, PromptForm
from protocol.views import LineView, PromptView, SecretsView
from protocol.views import Secret as SecretView

SPARE = 64
"""Tokens left free for what a chat template adds."""

LEAST_PER_SUMMARY, MOST_SUMMARIES = 32, 400
"""The fewest tokens of a summary, about, and the most summaries that are read."""


class Measure(msgspec.Struct, frozen=True):
    """A prompt's form, the tokens that it may hold, and the factor by which estimates of tokens are corrected."""

    budget: int
    factor: float
    form: PromptForm = "chat"


class PromptBuilder:
    """Builds prompts for any speaker at any seq. `calibration` learns how each endpoint counts tokens; `hands` is how
    many things somebody can hold, `overused` the user's list of overused phrases."""

    def __init__(self, views: Views, recall: PromptRecall, hands: int = HANDS, overused: Overused = NOTHING) -> None:
        self.views, self.recall, self.hands, self.overused = views, recall, hands, overused
        self.calibration = Calibration()

    def measure(self, endpoint: Endpoint, params: Mapping[str, Any]) -> Measure:
        """The measure of a prompt that would go to this endpoint now."""
        factor = self.calibration.factor(endpoint.label)
        return Measure(budget_of(endpoint, params), factor, endpoint.form or "chat")

    async def prompt(
        self,
        story: OpenStory,
        branch: str,
        at: Seq,
        speaker: EntityId | None,
        measure: Measure,
        mode: str = "reply",
        *,
        may_pass: bool = False,
        note: str = "",
        press: Press | None = None,
    ) -> Prompt:
        """The prompt of a speaker; a narrator's (None) shows what all who hear it share. `note` steers the reply,
        `press` is what the speaker is inclined to."""
        begun: list[Sieving] = []

        def heard(where: Viewpoint, lines: Sequence[LineView]) -> None:
            if lines and measure.form != "script" and where.lens != TRUTH:
                begun.append(self.recall.sieving(where, lines[-1]))
                begun[0].begin()

        try:
            t = await self.telling(
                story, branch, at, speaker, measure, mode, may_pass=may_pass, note=note, press=press, heard=heard
            )
            if measure.form == "script":
                return script.build(t)
            where, set_up = Viewpoint(story, branch, at, t.mind.lens), page(t)
            return finished(set_up, await self.recall.to_mind(where, speaker, set_up.lines, *begun))
        finally:
            for sieving in begun:
                sieving.cancel()

    async def telling(
        self,
        story: OpenStory,
        branch: str,
        at: Seq,
        speaker: EntityId | None,
        measure: Measure,
        mode: str = "reply",
        *,
        may_pass: bool = False,
        note: str = "",
        press: Press | None = None,
        every: bool = False,
        heard: Callable[[Viewpoint, Sequence[LineView]], object] = lambda where, lines: None,
    ) -> Telling:
        """All that a speaker's prompt is made from, except recalled memories. Of the lines, those that may fit, or
        `every` one worth reading; `heard` is told of them before the rest is gathered."""
        truth = await self.views.state(Viewpoint(story, branch, at, TRUTH))
        lens = speakers_lens(truth, speaker)
        where = Viewpoint(story, branch, at, lens)
        budget = measure.budget
        past, oldest = await self._summaries(where, int(budget * PAST) // LEAST_PER_SUMMARY)
        lines = await latest(self.views, where, budget, measure.factor, past, every=every)
        heard(where, lines)
        own = [x for x in lines if x.who == speaker and x.text][-RECENT:] if speaker is not None else []
        mind = await self.views.state(where)
        hidden: list[Secret] = []
        if speaker is not None and measure.form == "chat":  # a tiny model would recite them
            hidden = await gathered(self.views, where, mind, speaker, lines)
        lines, before = _summed_up([x for x in lines if x.seq > oldest], past)
        told = sorted([*before, *lines], key=lambda x: x.seq)
        count = partial(estimate, factor=measure.factor)
        seen = await self.views.moves(where, told[0].seq) if told else []
        return Telling(
            speaker=speaker,
            mind=mind,
            lines=lines,
            then=await self._as_they_begin(where, told),
            moves=comings.moves(seen, told, mind, speaker),
            unread_from=Seq(await self.views.read_up_to(where) + 1),
            budget=budget,
            count=count,
            mode=mode,
            may_pass=may_pass,
            note=truth.note,
            note_from=[truth.sources["note"]] if "note" in truth.sources else [],
            note_depth=truth.note_depth,
            for_you=truth.writes_for_you,
            premise=truth.premise,
            style=truth.style,
            told_from=[truth.sources["story"]] if "story" in truth.sources else [],
            steer=note,
            press=press,
            past=past,
            before=before,
            own=own,
            hands=self.hands,
            overused=self.overused,
            secrets=hidden,
            lore=await self.recall.lore(where, mind, told, count, budget) if measure.form == "chat" else [],
        )

    async def _as_they_begin(self, where: Viewpoint, lines: Sequence[LineView]) -> State | None:
        """The state of a lens just before these lines, without what was deleted since."""
        if not lines:
            return None
        return await self.views.state(replace(where, at=Seq(lines[0].seq - 1), as_of=where.at))

    async def _summaries(self, where: Viewpoint, most: int) -> tuple[list[Summary], Seq]:
        """(The summaries that stand for past lines of a lens, the seq before which all was summed up long ago). Reads
        about `most` summaries, 8 at least. The lens of the truth has none."""
        if where.lens == TRUTH:  # the empty lens would show the summaries of every mind
            return [], BEGINNING
        limit = min(MOST_SUMMARIES, max(8, most))
        found = await self.views.summaries(where, limit)
        return standing(found), min(a.cause for a in found) if len(found) == limit else BEGINNING

    async def secrets(self, p: m.ProjectParams) -> m.ProjectResult:
        """The view `secrets`: what whoever looks knows and those present do not, as far as they can tell."""
        where = await self.views.where(p)
        found: list[Secret] = []
        for speaker in (e for e, lens in ALONE.items() if lens == where.lens):
            mind, lines = await self.views.state(where), await self.views.lines(where, LINES)
            found = await gathered(self.views, where, mind, speaker, lines)
        return result_of(p, where, SecretsView([SecretView(x.who, x.text, list(x.seqs)) for x in found]))

    async def view(self, p: m.ProjectParams, endpoint: Endpoint) -> m.ProjectResult:
        """The view `prompt`: what the model that plays a speaker would be shown."""
        where = await self.views.where(p)
        truth = await self.views.state(Viewpoint(where.story, where.branch, where.at, TRUTH))
        asked = p.speaker or next((e for e in p.lens if e != "you" and len(p.lens) == 1), None)
        speaker = asked or next(iter(speakers.bots(truth)), None)
        measure = self.measure(endpoint, {})
        prompt = await self.prompt(where.story, where.branch, where.at, speaker, measure)
        lens = list(named(speakers_lens(truth, speaker)))
        messages = [{"role": x.role, "content": x.content} for x in prompt.messages]
        view = PromptView(speaker, lens, prompt.sections, messages, prompt.tokens, measure.budget)
        return result_of(p, where, view)


def _summed_up(lines: Sequence[LineView], past: Sequence[Summary]) -> tuple[list[LineView], list[LineView]]:
    """(Those of these lines that no summary covers, the last ones that one covers)."""
    left = uncovered(lines, past)
    kept = {x.seq for x in left}
    return left, [x for x in lines if x.seq not in kept][-max(LAST) :]


def budget_of(endpoint: Endpoint, params: Mapping[str, Any]) -> int:
    """The tokens that a prompt may have, so that the reply still fits the context."""
    reply = params.get("max_tokens", endpoint.max_tokens)
    reply = reply if isinstance(reply, int) else endpoint.max_tokens
    return max(256, endpoint.context - reply - SPARE)


def speakers_lens(truth: State, speaker: EntityId | None) -> Lens:
    """The lens of a speaker's prompt: the speaker's own, or for a narrator (None) the narrator's lens."""
    return ALONE[speaker] if speaker is not None else narrators_lens(truth)


def narrators_lens(truth: State) -> Lens:
    """The lens of a narrator: what all share who will hear it, where the story is told. Never the empty lens: what the
    whole cast shares if nobody will hear it."""
    return shared(hearers(truth, None, "narration", ()) or mask_of(truth.entities) or EVERYBODY)
