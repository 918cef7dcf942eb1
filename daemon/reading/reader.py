"""Reading the lines of a turn: a model says what they changed, the rules say what of that holds. Never fails a turn.

What is read by whom is gathered in gather.py, how a model is asked is in call.py.
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
from protocol.ids import NOBODY, EntityId, entities_of
from protocol.model import EMBEDDED

FEELINGS = ("warmth", "trust", "tension")

Proposed = tuple[Command, int | None]
"""A command, and the seq of the part that brought it about."""

Felt = dict[tuple[EntityId, EntityId], Counter[str]]
"""How much feelings from one to another were changed."""


class Rated(msgspec.Struct, frozen=True):
    """What a mind made of a turn: how much its parts matter (0 to 10, by seq), and its open threads (by id).

    `gist` was written from what the lens knows, and is for no other.
    """

    who: EntityId | None
    lens: int
    gist: str
    significance: dict[int, int]
    threads: dict[str, int]


class Changes(msgspec.Struct, frozen=True):
    """What a reading came to. `events` are those of the world that it committed; `why` says what went wrong."""

    reading: Outcome = "ok"
    why: str = ""
    items: list[changes.Change] = []
    refused: list[Declined] = []
    rated: list[Rated] = []
    events: Found = ()

    def detail(self) -> Detail:
        """As the end of a turn tells it."""
        refused = [m.RefusedProposal(rule=x.rule, why=x.why) for x in self.refused]
        return Detail(reading=self.reading, changes=self.items, refused=refused, why=self.why or UNSET)


class Reader:
    """Reads turns; `mode` off reads none but those that are asked for."""

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
        """As configured; left open, whatever suits the model that reads: the embedded one would make things up."""
        return self._mode or ("off" if self._model().endpoint.base_url == EMBEDDED else "background")

    async def read(self, story: OpenStory, branch: str, turn: int) -> Changes:
        """Reads a turn that has just been played. What comes of it is of the same turn, and lands on its branch."""
        if self.mode == "off":
            return Changes("off")
        try:
            return await self._read(story, branch, turn, await self.passages.of_turn(story, branch, turn))
        except Fault as fault:
            return Changes("failed", fault.message)

    async def reread(self, p: m.RereadParams) -> m.RereadResult:
        """Reads a line's turn once more, as a turn of its own; answers when that is done. Raises not found.

        What came of it before stays, but for feelings: they come to what this reading alone makes of them.
        """
        story = self.writer.open_stories.get(p.story)
        turn, done = await self.again(story, story.branch(p.branch), p.line)
        return msgspec.convert({"turn": turn, **done.detail().fields()}, m.RereadResult)

    async def again(self, story: OpenStory, branch: str, line: str) -> tuple[int, Changes]:
        """Reads a line's turn once more: the turn of that, and what it changed. Raises not found."""
        passages = await self.passages.of_line(story, branch, line)
        # Whoever asked may be gone before the model answers; then it goes on all the same.
        return await asyncio.shield(self._running.start(self._again(story, branch, passages)))

    async def close(self) -> None:
        """Ends what is still being read once more; nothing of that is committed."""
        await self._running.cancel()

    async def _again(self, story: OpenStory, branch: str, passages: list[Passage]) -> tuple[int, Changes]:
        turn, hub = story.take_turn(), self.writer.hub
        hub.turn(story.id, branch, turn, "started")
        hub.turn(story.id, branch, turn, "reading")
        try:
            done = await self._read(story, branch, turn, passages)
        except Fault as fault:
            done = Changes("failed", fault.message)
        hub.turn(story.id, branch, turn, "done", detail=done.detail())
        return turn, done

    async def _read(self, story: OpenStory, branch: str, turn: int, passages: list[Passage]) -> Changes:
        """One call for each passage, unless the model turns out not to be there; then one commit for all."""
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
            items=changes.told(before, events),
            refused=declined + [_by_rule(*proposed[index], fault) for index, fault in written.refused.items()],
            rated=[_rated(a) for a in answers if a.outcome == "ok"],
            events=events,
        )

    async def _standing(self, story: OpenStory, branch: str, answers: list[Answer]) -> list[Answer]:
        """The answers to words that still stand as they were read."""
        seqs = [x.seq for a in answers for x in a.passage.parts]
        said = pages.decoded(await self.views.database.read.run(derivations.events, seqs))
        path = stretches(story.tree, branch)
        shown = [(e, p) for e, p in said if lies_on(path, e.branch, e.seq)]
        told = await self.views.database.read.run(pages.in_words_of_now, story.id, path, NOBODY, shown)
        now = {(p.line, p.part): p.text for _, p in told if isinstance(p, LineSaid | LineRevised)}
        words = {e.seq: now[p.line, p.part] for e, p in shown if isinstance(p, LineSaid)}
        return [a for a in answers if all(words.get(x.seq) == x.text for x in a.passage.parts)]

    async def _felt(self, story: OpenStory, branch: str, answers: list[Answer]) -> Felt:
        """What earlier readings of these parts made of feelings, as far as the author has not set them since."""
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
                truth = await self.views.state(Viewpoint(story, branch, event.seq - 1, NOBODY))
                was = truth.edges.get(edge_id(*ends), Edge())
                of = felt.setdefault(ends, Counter())
                for name in FEELINGS:
                    of[name] += getattr(payload, name) - getattr(was, name)
        return felt


def _proposed(a: Answer) -> list[Proposed]:
    """What an answer proposes; first how much each thread matters just now, since it may be resolved by the rest."""
    by, last = entities_of(a.passage.mind.lens), a.passage.parts[-1].seq
    threads = a.read.threads.items() if a.passage.timed else ()
    rated: list[Proposed] = [(Rate(thread=t, matters=matters, by=by), last) for t, matters in threads]
    return rated + [(x.command, x.cause) for x in a.read.proposals]


def _within_a_day(proposed: Sequence[Proposed]) -> tuple[list[Proposed], list[Declined]]:
    """The proposals without the time by which a turn would take longer than it may, its passages together."""
    kept: list[Proposed] = []
    declined: list[Declined] = []
    passed = 0
    for command, cause in proposed:
        minutes = command.minutes if isinstance(command, PassTime) else 0
        if passed + minutes > LONGEST_TIME:
            why = f"a turn takes from 0 to {LONGEST_TIME} minutes in all"
            declined.append(Declined(msgspec.to_builtins(command), "wrong_value", why, cause or 0))
        else:
            passed += minutes
            kept.append((command, cause))
    return kept, declined


def _less(proposed: Sequence[Proposed], felt: Felt, cause: int) -> list[Proposed]:
    """The proposals, with feelings less by what they were made to be before; what is undone has this cause."""
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


def _by_rule(command: Command, cause: int | None, fault: Fault) -> Declined:
    return Declined(msgspec.to_builtins(command), fault.data.get("rule", "not_known"), fault.message, cause or 0)


def _rated(a: Answer) -> Rated:
    return Rated(a.passage.who, a.passage.mind.lens, a.read.gist, a.read.significance, a.read.threads)
