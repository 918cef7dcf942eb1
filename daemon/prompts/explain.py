"""Explaining a line: its prompt, built again from the state of that time, and what was withheld from its speaker."""

from collections.abc import Callable

import msgspec

from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint, Views
from daemon.prompts.builder import Measure, PromptBuilder, speakers_lens
from daemon.prompts.pressing import Pressing
from daemon.store.queries import pages, reads
from daemon.story.lenses import TRUTH, named
from daemon.story.lineage import sees, stretches
from daemon.telling.withheld import Kept, withheld
from protocol import methods as m
from protocol.errors import NOT_FOUND, Fault, not_found
from protocol.events import Event, LineSaid, MemoryFormed, ModelCalled
from protocol.ids import BEGINNING, Seq
from protocol.model import Endpoint

LINES, MEMORIES = 200, 100
"""How many of the latest lines, and of the latest memories, are searched for what was withheld."""

CHANGED = (
    "what it was made from has been taken back, revised or purged since, the list of overused phrases is another, or "
    "another version of Fabula wrote the line"
)
UNRECORDED = (
    "there is no record of the call: the line came in with a chat, the daemon ended in the middle of it, or words that "
    "it may have read were purged"
)


class Call(msgspec.Struct, frozen=True):
    """The event and payload of a part that a model wrote, and the record of the call; None where there is none."""

    event: Event
    said: LineSaid
    record: ModelCalled | None


class Explainer:
    """Explains lines of any branch."""

    def __init__(self, views: Views, prompts: PromptBuilder, endpoint: Callable[[], Endpoint]) -> None:
        self.views, self.prompts, self.database = views, prompts, views.database
        self.pressing = Pressing(views)
        self._endpoint = endpoint

    async def explain(self, p: m.ExplainParams) -> m.ExplainResult:
        """Explains a line; of a continued one, the part written last. Raises not found, also if no model wrote it."""
        story = self.views.open_stories.get(p.story)
        call = await self._call(story, story.branch(p.branch), p.line)
        record = call.record or ModelCalled("render", "", "")
        at = record.prompt_head or call.said.answers or Seq(call.event.seq - 1)
        truth = await self.views.state(Viewpoint(story, call.event.branch, at, TRUTH))
        where = Viewpoint(story, call.event.branch, at, speakers_lens(truth, call.said.who))
        measure = self.prompts.measure(self._endpoint(), record.params)
        measure = Measure(record.budget, record.factor, record.form) if record.budget else measure
        press = await self.pressing.of_line(story, where.branch, call.event.turn, p.line)
        prompt = await self.prompts.prompt(
            story,
            where.branch,
            at,
            call.said.who,
            measure,
            call.said.mode,
            may_pass=record.may_pass,
            note=record.note,
            press=press,
        )
        unlike = CHANGED if prompt.sha256() != record.prompt_sha256 else ""
        reason = unlike if call.record is not None else UNRECORDED
        lines = await self.views.lines(msgspec.structs.replace(where, lens=TRUTH), LINES)
        kept = withheld(truth, await self.views.state(where), lines, await self._memories(where))
        return m.ExplainResult(
            line=p.line, speaker=call.said.who, lens=list(named(where.lens)), at=at, sections=prompt.sections,
            withheld=[m.Withheld(sort=w.sort, text=w.text, from_=w.seqs) for w in kept],
            messages=[{"role": x.role, "content": x.content} for x in prompt.messages],
            tokens=prompt.tokens, budget=measure.budget, model=record.model, endpoint=record.endpoint,
            params=record.params, cut=record.cut, countered=record.countered, exact=not reason, reason=reason,
        )  # fmt: skip

    async def _call(self, story: OpenStory, branch: str, line: str) -> Call:
        parts = await self.database.read.run(reads.said, story.id, line)
        seen = [(seq, owner, turn) for seq, owner, turn in parts if sees(story.tree, branch, owner, seq)]
        if not seen:
            raise not_found("line", line)
        _, owner, turn = seen[-1]
        seq = next(seq for seq, _, of_turn in seen if of_turn == turn)
        first = pages.decoded(await self.database.read.run(reads.read_seqs, seq, seq))
        if not first or not isinstance(said := first[0][1], LineSaid):
            raise Fault(NOT_FOUND, f"line {line!r} was purged: nothing is known of its prompt", what="prompt", id=line)
        if not said.mode:
            raise Fault(NOT_FOUND, f"no model wrote line {line!r}: it has no prompt", what="prompt", id=line)
        found = await self.database.read.run(reads.call_of, owner, line, seq)
        record = next((x for _, x in pages.decoded([found] if found else []) if isinstance(x, ModelCalled)), None)
        return Call(first[0][0], said, record)

    async def _memories(self, where: Viewpoint) -> Kept:
        """The latest memories of everybody, each with its latest wording."""
        path = stretches(where.story.tree, where.branch, BEGINNING, where.at)
        found, _ = await self.database.read.run(pages.page, path, TRUTH, pages.MEMORIES, MEMORIES)
        return list({p.memory: (e, p) for e, p in found if isinstance(p, MemoryFormed)}.values())
