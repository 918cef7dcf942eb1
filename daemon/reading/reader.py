"""Reading the lines of a turn: a model proposes what they changed, the rules decide. Never makes a turn fail.

The world is read by one call, with the mind of the one bot that is there where nothing was hidden from it; then each
other mind that the lines mattered to, by a small call through its own lens. What is asked is gathered in gather.py, the
model is asked in call.py, what its answers propose is put together in proposals.py.
"""

import asyncio
import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import msgspec
from msgspec import UNSET

from daemon.live.detail import Detail
from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint, Views
from daemon.live.writing import Writer
from daemon.model.endpoint import Model
from daemon.model.last_calls import LastCalls
from daemon.reading.call import Answer, Asker, Outcome, Question
from daemon.reading.gather import Found, Passages
from daemon.reading.proposals import proposed, told, with_things
from daemon.store.queries import derivations, pages, reads
from daemon.story.decide import Drafted
from daemon.story.lenses import TRUTH, lens_of
from daemon.story.lineage import lies_on, stretches
from daemon.story.state import Edge, State, edge_id
from daemon.story.world import EMPTY, Proposed
from daemon.tasks import Background
from daemon.telling import changes
from daemon.telling.reading import (
    Declined,
    Passage,
    Reading,
    Unreadable,
    mind_call,
    object_of,
    parse,
    together,
    world_call,
)
from daemon.telling.reading.mind_call import Mind
from daemon.telling.sentences.proposals import proposal
from protocol import methods as m
from protocol.commands import Feel
from protocol.errors import Fault
from protocol.events import MACHINERY, EdgeChanged, LineRevised, LineSaid, ProposalRefused
from protocol.ids import BEGINNING, BITS, NOBODY, EntityId, Mask, Seq, TurnNumber
from protocol.model import EMBEDDED

FEELINGS = ("warmth", "trust", "tension")

HAPPENED = 4
"""How much lines must matter for the minds of those who were moved, or thought something, to be read."""

Felt = dict[tuple[EntityId, EntityId], Counter[str]]
"""The sums of changes of feelings, by (from, to) and then by the name of the feeling."""


class Rated(msgspec.Struct, frozen=True):
    """What a turn was to a mind, 0 to 10, and what it would remember of it; the mask 0 stands for all others.

    `gist` was written from what that mind knows, and is kept for it alone.
    """

    mind: Mask
    gist: str = ""
    matters: float | None = None


class Changes(msgspec.Struct, frozen=True):
    """The results of a reading. `items` are what it changed, by lens; `events` those that it committed, except records;
    `before` is the truth before them; `why` says what went wrong."""

    reading: Outcome = "ok"
    why: str = ""
    items: changes.Tellings = msgspec.field(default_factory=lambda: changes.NOTHING)
    refused: list[Declined] = []
    rated: list[Rated] = []
    events: Found = ()
    before: State = EMPTY.truth

    def detail(self) -> Detail:
        """The detail with which the end of a turn is published."""
        refused = [m.RefusedProposal(rule=x.rule, why=x.why, what=proposal(x.said, self.before)) for x in self.refused]
        return Detail(reading=self.reading, changes=self.items, refused=refused, why=self.why or UNSET)


class Reader:
    """Reads turns. With the mode `off`, only those that a client asks for."""

    def __init__(
        self,
        writer: Writer,
        views: Views,
        model: Callable[[], Model],
        mode: str | None,
        calls: LastCalls | None = None,
    ) -> None:
        self.writer, self.views, self._mode, self._model = writer, views, mode, model
        self.passages = Passages(views)
        self.asker = Asker(model, calls or LastCalls())
        self._running = Background()

    @property
    def mode(self) -> str:
        """The configured mode; else `off` for the embedded model, which would make things up, or `background`."""
        return self._mode or ("off" if self._model().endpoint.base_url == EMBEDDED else "background")

    async def read(self, story: OpenStory, branch: str, turn: TurnNumber) -> Changes:
        """Reads a turn that has just been played. The events that result belong to the same turn and branch."""
        if self.mode == "off":
            return Changes("off")
        try:
            return await self._read(story, branch, turn, await self.passages.of_turn(story, branch, turn))
        except Fault as fault:
            return Changes("failed", fault.message)

    async def read_past(
        self, story: OpenStory, branch: str, turns: Sequence[TurnNumber], last: Seq, *, still: bool, past: bool
    ) -> Changes:
        """Reads turns that were not played here, together, up to the seq of their last part. Read once more, they
        change nothing twice. With `past`, later lines were read already.

        The events that result belong to the last of the turns. No model is asked where reading is off.
        """
        if self.mode == "off":
            return Changes("off")
        passage = await self.passages.of_turns(story, branch, turns, last, still=still, past=past)
        return await self._read(story, branch, turns[-1], passage)

    async def reread(self, p: m.RereadParams) -> m.RereadResult:
        """Reads a line's turn again, as a turn of its own, and answers when that is done. Raises not found.

        What earlier readings changed stays, except feelings: their changes are replaced by those of this reading.
        """
        story = self.writer.open_stories.get(p.story)
        turn, done = await self.again(story, story.branch(p.branch), p.line)
        return msgspec.convert({"turn": turn, **done.detail().fields(lens_of(p.lens))}, m.RereadResult)

    async def again(self, story: OpenStory, branch: str, line: str) -> tuple[TurnNumber, Changes]:
        """Reads a line's turn again: returns the number of the new turn, and what it changed. Raises not found."""
        passage = await self.passages.of_line(story, branch, line)
        # The reading goes on even if the client disconnects before the model answers.
        return await asyncio.shield(self._running.start(self._again(story, branch, passage)))

    async def close(self) -> None:
        """Cancels the readings that are running; nothing of them is committed."""
        await self._running.cancel()

    async def _again(self, story: OpenStory, branch: str, passage: Passage) -> tuple[TurnNumber, Changes]:
        turn, hub = story.take_turn(), self.writer.hub
        hub.turn(story.id, branch, turn, "started")
        hub.turn(story.id, branch, turn, "reading")
        try:
            done = await self._read(story, branch, turn, passage)
        except Fault as fault:
            done = Changes("failed", fault.message)
        hub.turn(story.id, branch, turn, "done", detail=done.detail())
        return turn, done

    async def _read(self, story: OpenStory, branch: str, turn: TurnNumber, passage: Passage) -> Changes:
        """Asks about the world, then about each mind that it mattered to; then commits all answers at once."""
        rewrites = story.rewrites
        if not passage.all or (passage.settled and passage.timed):
            return Changes()
        if self.asker.embedded:  # it understands nothing: it may show how reading works, but not move things about
            passage = dataclasses.replace(passage, still=True)
        else:
            passage = dataclasses.replace(passage, mind=together.alone(passage))
        world, minds, calls = await self._asked(passage)
        read = world.read or Reading()
        async with self.writer.change(story, branch) as change:
            if story.rewrites != rewrites and not await self._stands(story, branch, passage):
                return Changes("failed", "the lines were changed while they were read")
            of_minds = [*([read.mind] if read.mind is not None else []), *(m.read for m in minds if m.read is not None)]
            proposals = proposed(passage, read, of_minds)
            undone = await self._felt(story, branch, passage)
            before = await change.world()
            records = [*map(_refused, read.declined), *calls]
            written = await change.derive(turn, [*undone, *proposals], records)
        events = [(r.event, r.payload) for r in written.recorded if r.payload.kind not in MACHINERY]
        failed = next(((o, why) for o, why in _endings(world, minds) if o != "ok"), None)
        return Changes(
            reading=failed[0] if failed is not None else "ok",
            why=failed[1] if failed is not None else "",
            items=changes.described(before, events, {x.seq: x.who for x in passage.all}),
            refused=read.declined + [_by_rule(written.proposed[n], fault) for n, fault in written.refused.items()],
            rated=[*map(_rated, of_minds), Rated(NOBODY, matters=read.matters)],
            events=events,
            before=before.truth,
        )

    async def _asked(self, p: Passage) -> tuple[Answer[Reading], list[Answer[Mind]], list[Drafted]]:
        """The answers about the world and about the minds, and the records of the calls that were made."""
        first, last = p.all[0].seq, p.read_up_to
        world = Answer[Reading](Reading())
        if p.parts:
            call = world_call if p.mind is None else together
            asking = Question[Reading](
                lambda room: call.messages(p, room), call.schema(p), lambda text: parse(text, p), None, first, last
            )
            world = await self.asker.ask(asking)
        minds: list[Answer[Mind]] = []
        read = world.read or Reading()
        after = with_things(p, read)
        for who in _touched(p, read) if world.outcome != "unavailable" and not self.asker.embedded else []:
            minds.append(await self.asker.ask(_of_mind(p, read, who, after)))
            if minds[-1].outcome == "unavailable":
                break
        return world, minds, world.calls + [call for a in minds for call in a.calls]

    async def _stands(self, story: OpenStory, branch: str, passage: Passage) -> bool:
        """Whether the lines still have the wording that was read."""
        seqs = [x.seq for x in passage.all]
        said = pages.decoded(await self.views.database.read.run(derivations.events, seqs))
        path = stretches(story.tree, branch)
        shown = [(e, p) for e, p in said if lies_on(path, e.branch, e.seq)]
        current = await self.views.database.read.run(pages.with_revisions, story.id, path, TRUTH, shown)
        now = {(p.line, p.part): p.text for _, p in current if isinstance(p, LineSaid | LineRevised)}
        words = {e.seq: now[p.line, p.part] for e, p in shown if isinstance(p, LineSaid)}
        return all(words.get(x.seq) == x.text for x in passage.all)

    async def _felt(self, story: OpenStory, branch: str, passage: Passage) -> list[Proposed]:
        """What takes back the changes of feelings by earlier readings of these lines, except where the author has set
        the feelings since."""
        seqs = {x.seq for x in passage.all}
        felt: Felt = {}
        if passage.timed:
            return []
        path = stretches(story.tree, branch, min(seqs), await self.writer.open_stories.head(story, branch))
        changed = await self.views.database.read.run(reads.of_kind, path, EdgeChanged.kind)
        for event, payload in pages.decoded(changed):
            assert isinstance(payload, EdgeChanged)  # noqa: S101 - of that kind alone was asked
            ends = (payload.from_, payload.to)
            if event.cause is None:
                felt.pop(ends, None)
            elif event.cause in seqs:
                truth = await self.views.state(Viewpoint(story, branch, Seq(event.seq - 1), TRUTH))
                was = truth.edges.get(edge_id(*ends), Edge())
                of = felt.setdefault(ends, Counter())
                for name in FEELINGS:
                    of[name] += getattr(payload, name) - getattr(was, name)
        cause = passage.all[-1].seq
        return [
            Proposed.of(
                Feel(from_=from_, to=to, warmth=-of["warmth"], trust=-of["trust"], tension=-of["tension"]), cause
            )
            for (from_, to), of in felt.items()
            if any(of.values())
        ]


def _endings(world: Answer[Reading], minds: Sequence[Answer[Mind]]) -> Iterator[tuple[Outcome, str]]:
    """How each call of a reading ended, and why."""
    yield world.outcome, world.why
    yield from ((a.outcome, a.why) for a in minds)


def _touched(p: Passage, read: Reading) -> list[EntityId]:
    """Those whose minds are read by a call of their own: to whom it mattered, or who thought something, where something
    happened."""
    thought = {x.who for x in p.all if x.manner == "thought"}
    happened = read.matters is None or read.matters >= HAPPENED
    return [e for e in p.minds if happened and e != p.mind and (e in read.minds or e in thought)]


def _of_mind(p: Passage, read: Reading, who: EntityId, after: Passage) -> Question[Mind]:
    sentences = told(p, read, who)
    shape = mind_call.schema(after, who, sentences)

    def answered(text: str) -> Mind | Unreadable:
        answer = object_of(text, *shape["properties"])
        return answer if isinstance(answer, Unreadable) else mind_call.taken(answer, after, who, len(sentences))

    return Question(
        lambda room: mind_call.messages(after, who, sentences, room), shape, answered, who,
        p.all[0].seq, p.read_up_to,
    )  # fmt: skip


def _refused(x: Declined) -> Drafted:
    return Drafted(ProposalRefused(x.said, x.rule, x.why), NOBODY, cause=x.cause)


def _by_rule(proposal: Proposed, fault: Fault) -> Declined:
    return Declined(
        dict(proposal.said), fault.data.get("rule", "not_known"), fault.message, proposal.cause or BEGINNING
    )


def _rated(mind: Mind) -> Rated:
    return Rated(BITS[mind.who], mind.gist, mind.matters)
