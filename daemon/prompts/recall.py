"""What a lens can recall: by a query, or by what was just said. Writes nothing but the index; knows no models."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from daemon.live.vectors import PATIENCE_S, Vectors
from daemon.live.views import Viewpoint, Views
from daemon.prompts.sieving import Sieving
from daemon.store.recall import results
from daemon.store.recall.index import RecallIndex
from daemon.store.recall.meaning import Meaning
from daemon.store.recall.results import Found
from daemon.store.recall.search import Asked, Hit, Search, Sieved, sieve
from daemon.store.recall.texts import KINDS
from daemon.store.sqlite import SqliteConnection
from daemon.story.lenses import TRUTH
from daemon.story.lineage import END, Stretch, stretches
from daemon.story.state import State
from daemon.telling import recalling
from daemon.telling.lore.activation import Came, coming_up, counts_lines
from daemon.telling.markup import written
from daemon.telling.recalling import Match, Memory, Parts, Question
from daemon.telling.when import times
from protocol import methods as m
from protocol.errors import Fault
from protocol.ids import BEGINNING, EntityId, Seq
from protocol.views import LineView
from protocol.world import RecalledKind

MIND: frozenset[RecalledKind] = frozenset(KINDS) - {"lore"}
"""The kinds that are recalled for a prompt without a query; lore is not, since it has keys of its own."""

TO_MIND = 32
"""How many finds are weighed against each other for one prompt."""

ASKED, TOLD = 0.2, 0.005
"""The share of a lens's texts above which a word is passed over: a word of a query, and of what was just said."""

LATELY = 30_000
"""Events within which a turn compares lines by their meaning: there is no time for more, and gists are of them all."""

IN_PLAY_S = 0.25
"""Seconds that a turn waits for the meaning of what was just said: the model may have to be loaded first."""

MORE = 20
"""How many more finds are read than are wanted, since reading may change their order."""

REPLIES, BACK = 3, 512
"""How far back a prompt looks for what was recalled already: replies of the speaker, and events of the branch."""


class Sought(msgspec.Struct, frozen=True):
    """What is looked for: the question, the spans of story time that it names, the kinds, and how many finds at most.

    `common` is the share of texts above which a word is passed over. Lines from the seq `before` on are left out.
    `relative`: scores are compared with each other alone.
    """

    question: Question
    times: Sequence[tuple[str, str]]
    kinds: frozenset[RecalledKind]
    most: int
    common: float
    before: Seq = END
    relative: bool = True


class PromptRecall:
    """Recalls through any lens, at any seq of any branch; by words alone where there are no `vectors`."""

    def __init__(self, views: Views, index: RecallIndex, vectors: Vectors | None = None) -> None:
        self.views, self.index, self.vectors, self.database = views, index, vectors, index.database

    async def recall(self, p: m.RecallParams) -> m.RecallResult:
        """Recalls what answers a query, best first."""
        where = await self.views.where(p)
        state = await self.views.state(where)
        question = recalling.question(p.query, _names(state))
        kinds = frozenset(p.kinds or KINDS)
        sought = Sought(question, times(p.query, state.clock), kinds, p.k, ASKED)

        async def text() -> str:
            return p.query

        sieving = Sieving(where.at, lambda: self._sieved(where, kinds, _most(p.k), BEGINNING, text, PATIENCE_S))
        found = await self._found(where, state, sought, sieving)
        return m.RecallResult(at=where.at, memories=[_result(f, parts) for f, parts in found])

    def sieving(self, where: Viewpoint, last: LineView) -> Sieving:
        """The search by meaning for what is like the last line of a prompt, which may begin before the rest of the
        prompt is gathered. Whoever begins it cancels it in the end."""

        async def text() -> str:
            return recalling.as_embedded(last, _names(await self.views.state(where)))

        lately = Seq(max(0, where.at - LATELY))
        return Sieving(last.seq, lambda: self._sieved(where, MIND, _most(TO_MIND), lately, text, IN_PLAY_S))

    async def to_mind(
        self, where: Viewpoint, speaker: EntityId | None, lines: Sequence[LineView], sieving: Sieving | None = None
    ) -> list[Memory]:
        """The memories that the lines of a speaker's prompt bring to mind, best first, without these lines themselves;
        by meaning too, which goes on with a `sieving` for the last of them.

        Empty for the empty lens, which would show the truth.
        """
        if where.lens == TRUTH or not lines:
            return []
        state = await self.views.state(where)
        names = _names(state)
        cue = recalling.cue(lines, names)
        sought = Sought(cue, [], MIND, TO_MIND, TOLD, before=lines[0].seq, relative=False)
        if sieving is None or sieving.seq != lines[-1].seq:
            sieving = self.sieving(where, lines[-1])
        found = await self._found(where, state, sought, sieving)
        memories = [_thought(f, p, speaker, names) for f, p in found if recalling.matters(_match(f.hit))]
        before = await self.database.read.run(results.recalled, _path(where), speaker, REPLIES, BACK)
        return recalling.coming_to_mind(memories, before)

    async def lore(
        self, where: Viewpoint, mind: State, lines: Sequence[LineView], count: Callable[[str], int], budget: int
    ) -> list[Came]:
        """The entries of lore that come up after these lines, of those that this mind knows; `budget` are the tokens of
        the whole prompt by `count`."""
        if not mind.lore:
            return []
        told = await self.views.lines_of_bots(where) if counts_lines(mind) else 0
        return await asyncio.to_thread(coming_up, mind, lines, count, budget, told)

    async def _sieved(
        self, where: Viewpoint, kinds: frozenset[RecalledKind], most: int, lately: Seq,
        text: Callable[[], Awaitable[str]], patience_s: float,
    ) -> Sieved | None:  # fmt: skip
        """What may be close in meaning to a text, of lines those from the seq `lately` on; None where recall goes by
        words alone, or no model answers in so many seconds."""
        vector = await self.vectors.of_question(await text(), patience_s) if self.vectors is not None else None
        if vector is None:
            return None
        return await self.database.scan.run(sieve, _path(where), where.lens, kinds, most, lately, vector)

    async def _found(
        self, where: Viewpoint, state: State, sought: Sought, sieving: Sieving
    ) -> list[tuple[Found, Parts]]:
        """The finds, each with the parts of its score, best first. The `sieving` has ended then."""
        if not sought.question.words and self.vectors is None:
            return []
        try:
            if not recalling.may_decide(sought.question):
                sieving.begin()
            await self.index.current()
            if not self.index.usable:
                return []
            try:
                hits, parts = await self._searched(where, sought, sieving)
            except Fault as fault:
                if not await self.index.mend(fault):
                    raise
                await self.index.current()
                hits, parts = await self._searched(where, sought, sieving)
        finally:
            sieving.cancel()
        lore = frozenset(seq for id in state.lore if (seq := state.sources.get(f"lore.{id}")) is not None)
        return await self._read(where, lore, sought.most, hits, parts)

    async def _searched(self, where: Viewpoint, sought: Sought, sieving: Sieving) -> tuple[list[Hit], list[Parts]]:
        """What is found before it is read; by meaning too, where words do not decide and there are vectors."""
        path, question = _path(where), sought.question
        asked = Asked(
            path, where.lens, sought.kinds, question.words, _most(sought.most), sought.common, sought.before,
            where.story.id,
        )  # fmt: skip
        upto = path[-1].upto if path else BEGINNING
        search = Search(asked, self.index.sizes if self.index.upto >= upto else None)
        run = self.database.read.run
        by_common = sought.relative and self.vectors is None
        hits, timely = await run(_by_words, search, sought.times, by_common=by_common)
        found = [_match(h) for h in hits]
        if self.vectors is not None and not recalling.decided(question, found, sought.most):
            sieved = await sieving.result()
            if sieved is not None:
                hits = await run(search.by_meaning, sieved)
                return hits, recalling.fused([_match(h) for h in hits], question, timely, relative=sought.relative)
            if not hits and sought.relative:  # common words tell whoever asks more than nothing
                hits = await run(search.by_words)
        return hits, recalling.by_words([_match(h) for h in hits], question, timely)

    async def _read(
        self, where: Viewpoint, lore: frozenset[Seq], most: int, hits: Sequence[Hit], parts: Sequence[Parts]
    ) -> list[tuple[Found, Parts]]:
        """The best of what is found, with all parts of its score.

        What has been revised since drops out when it is read: so more are read, until there are as many as are wanted.
        """
        by_score = sorted(zip(hits, parts, strict=True), key=lambda item: (-item[1].score, -item[0].at))
        read: list[tuple[Found, Parts]] = []
        at, wanted, path = 0, most + MORE, _path(where)
        while at < len(by_score) and len(read) < wanted:
            some = dict(by_score[at : at + wanted - len(read)])
            at += len(some)
            found = await self.database.read.run(results.found, where.story.id, path, where.lens, lore, [*some])
            read += [(f, some[f.hit]) for f in found]
        weighed = recalling.weighed([(p, f.seq, f.significance) for f, p in read])
        finds = [f for f, _ in read]
        whole = recalling.gists_first([(f.hit.kind, f.seq, f.from_, p) for f, p in zip(finds, weighed, strict=True)])
        return sorted(zip(finds, whole, strict=True), key=lambda item: (-item[1].score, -item[0].seq))[:most]


def _by_words(
    c: SqliteConnection, search: Search, times: Sequence[tuple[str, str]], *, by_common: bool
) -> tuple[list[Hit], list[range]]:
    return search.by_words(c, by_common=by_common), [
        results.between(c, search.asked.path, *stretch) for stretch in times
    ]


def _path(where: Viewpoint) -> Sequence[Stretch]:
    return stretches(where.story.tree, where.branch, BEGINNING, where.at)


def _most(wanted: int) -> int:
    """How many finds are taken from the index where so many are wanted."""
    return 2 * wanted + 40


def _match(hit: Hit) -> Match:
    close = hit.meaning or Meaning()
    return Match(hit.who, hit.at, hit.score, close.own, close.around, close.scene)


def _names(state: State) -> dict[EntityId, str]:
    return {e: known.name for e, known in state.entities.items()}


def _thought(f: Found, p: Parts, speaker: EntityId | None, names: Mapping[EntityId, str]) -> Memory:
    """A find as a speaker thinks of it; a line with its marks."""
    text = written(f.line, names) if f.line is not None else f.text
    thought = recalling.as_thought(f.hit.kind, text, f.who, speaker, names)
    return Memory(f.hit.subject, f.seq, thought, f.from_, p.score, raw=f.line is not None)


def _result(f: Found, parts: Parts) -> m.Recalled:
    return m.Recalled(
        memory=f.hit.subject,
        seq=f.seq,
        kind=f.hit.kind,
        text=f.text,
        score=round(parts.score, 4),
        parts={name: round(value, 4) for name, value in msgspec.structs.asdict(parts).items()},
        who=f.who,
        witnesses=f.witnesses,
        from_=f.from_,
    )
