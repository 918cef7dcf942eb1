"""Reading the lines of a turn: a model proposes what they changed, the rules decide. Never makes a turn fail.

The passages are gathered in gather.py, the model is asked in call.py.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

import msgspec
from msgspec import UNSET

from daemon.live.detail import Detail
from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint, Views
from daemon.live.writing import Writer
from daemon.model.endpoint import Model
from daemon.model.last_calls import LastCalls
from daemon.reading.call import Answer, Asker, Outcome
from daemon.reading.gather import Found, Passages
from daemon.store.queries import derivations, pages, reads
from daemon.story.decide import Drafted, Rate
from daemon.story.lineage import lies_on, stretches
from daemon.story.state import Edge, edge_id
from daemon.tasks import Background
from daemon.telling import changes
from daemon.telling.reading import LONGEST_TIME, Declined, Passage
from protocol import methods as m
from protocol.commands import Command, Feel, PassTime
from protocol.errors import Fault
from protocol.events import MACHINERY, EdgeChanged, LineRevised, LineSaid, ProposalRefused
from protocol.ids import BEGINNING, NOBODY, EntityId, Mask, Seq, TurnNumber, entities_of
from protocol.model import EMBEDDED

FEELINGS = ("warmth", "trust", "tension")

Proposed = tuple[Command, Seq | None]
"""A command, and the seq of the part that brought it about."""

Felt = dict[tuple[EntityId, EntityId], Counter[str]]
"""The sums of changes of feelings, by (from, to) and then by the name of the feeling."""


class Rated(msgspec.Struct, frozen=True):
    """What a turn was to a mind: how much its parts matter (0 to 10, by seq), and how much open threads do (by id).

    `gist` was written from what the lens knows, and is kept for that lens alone.
    """

    who: EntityId | None
    lens: Mask
    gist: str
    significance: dict[Seq, int]
    threads: dict[str, int]


class Changes(msgspec.Struct, frozen=True):
    """The results of a reading. `events` are those that it committed, except records; `why` says what went wrong."""

    reading: Outcome = "ok"
    why: str = ""
    items: list[changes.Change] = []
    refused: list[Declined] = []
    rated: list[Rated] = []
    events: Found = ()

    def detail(self) -> Detail:
        """The detail with which the end of a turn is published."""
        refused = [m.RefusedProposal(rule=x.rule, why=x.why) for x in self.refused]
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

    async def reread(self, p: m.RereadParams) -> m.RereadResult:
        """Reads a line's turn again, as a turn of its own, and answers when that is done. Raises not found.

        What earlier readings changed stays, except feelings: their changes are replaced by those of this reading.
        """
        story = self.writer.open_stories.get(p.story)
        turn, done = await self.again(story, story.branch(p.branch), p.line)
        return msgspec.convert({"turn": turn, **done.detail().fields()}, m.RereadResult)

    async def again(self, story: OpenStory, branch: str, line: str) -> tuple[TurnNumber, Changes]:
        """Reads a line's turn again: returns the number of the new turn, and what it changed. Raises not found."""
        passages = await self.passages.of_line(story, branch, line)
        # The reading goes on even if the client disconnects before the model answers.
        return await asyncio.shield(self._running.start(self._again(story, branch, passages)))

    async def close(self) -> None:
        """Cancels the readings that are running; nothing of them is committed."""
        await self._running.cancel()

    async def _again(self, story: OpenStory, branch: str, passages: list[Passage]) -> tuple[TurnNumber, Changes]:
        turn, hub = story.take_turn(), self.writer.hub
        hub.turn(story.id, branch, turn, "started")
        hub.turn(story.id, branch, turn, "reading")
        try:
            done = await self._read(story, branch, turn, passages)
        except Fault as fault:
            done = Changes("failed", fault.message)
        hub.turn(story.id, branch, turn, "done", detail=done.detail())
        return turn, done

    async def _read(self, story: OpenStory, branch: str, turn: TurnNumber, passages: list[Passage]) -> Changes:
        """Asks once for each passage, until the model is unavailable; then commits all answers at once."""
        answers, rewrites = list[Answer](), story.rewrites
        while len(answers) < len(passages) and all(a.outcome != "unavailable" for a in answers):
            answers.append(await self.asker.ask(passages[len(answers)]))
        calls = [call for a in answers for call in a.calls]
        async with self.writer.change(story, branch) as change:
            if story.rewrites != rewrites:
                answers = await self._standing(story, branch, answers)
            declined = [x for a in answers for x in a.read.declined]
            records = [_refused(x) for x in declined] + calls
            proposed, too_long = _within_a_day([x for a in answers for x in _proposed(a)])
            declined += too_long
            records += map(_refused, too_long)
            if felt := await self._felt(story, branch, answers):
                proposed = _less(proposed, felt, passages[-1].parts[-1].seq)
            before = (await change.world()).truth
            written = await change.derive(turn, proposed, records)
        events = [(r.event, r.payload) for r in written.recorded if r.payload.kind not in MACHINERY]
        failed = next((a for a in answers if a.outcome != "ok"), None)
        return Changes(
            reading=failed.outcome if failed is not None else "ok",
            why=failed.why if failed is not None else "",
            items=changes.described(before, events),
            refused=declined + [_by_rule(*proposed[index], fault) for index, fault in written.refused.items()],
            rated=[_rated(a) for a in answers if a.outcome == "ok"],
            events=events,
        )

    async def _standing(self, story: OpenStory, branch: str, answers: list[Answer]) -> list[Answer]:
        """The answers whose passages still have the wording that was read."""
        seqs = [x.seq for a in answers for x in a.passage.parts]
        said = pages.decoded(await self.views.database.read.run(derivations.events, seqs))
        path = stretches(story.tree, branch)
        shown = [(e, p) for e, p in said if lies_on(path, e.branch, e.seq)]
        current = await self.views.database.read.run(pages.with_revisions, story.id, path, NOBODY, shown)
        now = {(p.line, p.part): p.text for _, p in current if isinstance(p, LineSaid | LineRevised)}
        words = {e.seq: now[p.line, p.part] for e, p in shown if isinstance(p, LineSaid)}
        return [a for a in answers if all(words.get(x.seq) == x.text for x in a.passage.parts)]

    async def _felt(self, story: OpenStory, branch: str, answers: list[Answer]) -> Felt:
        """The changes of feelings by earlier readings of these parts, except where the author has set them since."""
        seqs = {x.seq for a in answers for x in a.passage.parts if a.outcome == "ok" and not a.passage.timed}
        felt: Felt = {}
        if not seqs:
            return felt
        path = stretches(story.tree, branch, min(seqs), await self.writer.open_stories.head(story, branch))
        changed = await self.views.database.read.run(reads.of_kind, path, EdgeChanged.kind)
        for event, payload in pages.decoded(changed):
            assert isinstance(payload, EdgeChanged)  # noqa: S101 - of that kind alone was asked
            ends = (payload.from_, payload.to)
            if event.cause is None:
                felt.pop(ends, None)
            elif event.cause in seqs:
                truth = await self.views.state(Viewpoint(story, branch, Seq(event.seq - 1), NOBODY))
                was = truth.edges.get(edge_id(*ends), Edge())
                of = felt.setdefault(ends, Counter())
                for name in FEELINGS:
                    of[name] += getattr(payload, name) - getattr(was, name)
        return felt


def _proposed(a: Answer) -> list[Proposed]:
    """The proposals of an answer; first how much each thread matters, since a later proposal may resolve the thread."""
    by, last = entities_of(a.passage.mind.lens), a.passage.parts[-1].seq
    threads = a.read.threads.items() if a.passage.timed else ()
    rated: list[Proposed] = [(Rate(thread=t, matters=matters, by=by), last) for t, matters in threads]
    return rated + [(x.command, x.cause) for x in a.read.proposals]


def _within_a_day(proposed: Sequence[Proposed]) -> tuple[list[Proposed], list[Declined]]:
    """The proposals of all passages together without those that would make the turn longer than LONGEST_TIME minutes,
    and those that were left out."""
    kept: list[Proposed] = []
    declined: list[Declined] = []
    passed = 0
    for command, cause in proposed:
        minutes = command.minutes if isinstance(command, PassTime) else 0
        if passed + minutes > LONGEST_TIME:
            why = f"a turn takes from 0 to {LONGEST_TIME} minutes in all"
            declined.append(Declined(msgspec.to_builtins(command), "wrong_value", why, cause or BEGINNING))
        else:
            passed += minutes
            kept.append((command, cause))
    return kept, declined


def _less(proposed: Sequence[Proposed], felt: Felt, cause: Seq) -> list[Proposed]:
    """The proposals, their changes of feelings reduced by `felt`. The rest of `felt` is undone with this cause."""
    left = dict(felt)
    changed: list[Proposed] = []
    for command, its_cause in proposed:
        of = left.pop((command.from_, command.to), Counter()) if isinstance(command, Feel) else Counter()
        now = {name: getattr(command, name) - change for name, change in of.items()}
        changed.append((msgspec.structs.replace(command, **now), its_cause))
    for (from_, to), of in left.items():
        undone = Feel(from_=from_, to=to, warmth=-of["warmth"], trust=-of["trust"], tension=-of["tension"])
        changed.append((undone, cause))
    return changed


def _refused(x: Declined) -> Drafted:
    return Drafted(ProposalRefused(x.said, x.rule, x.why), NOBODY, cause=x.cause)


def _by_rule(command: Command, cause: Seq | None, fault: Fault) -> Declined:
    return Declined(
        msgspec.to_builtins(command), fault.data.get("rule", "not_known"), fault.message, cause or BEGINNING
    )


def _rated(a: Answer) -> Rated:
    return Rated(a.passage.who, a.passage.mind.lens, a.read.gist, a.read.significance, a.read.threads)
