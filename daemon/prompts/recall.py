"""What a lens can recall: by a query, or by what was just said. Writes nothing but the index; knows no models."""

from collections.abc import Mapping, Sequence

import msgspec

from daemon.live.views import Viewpoint, Views
from daemon.store.recall import results
from daemon.store.recall.index import KINDS, RecallIndex
from daemon.store.recall.results import Found
from daemon.store.recall.search import Asked, Hit, search
from daemon.store.sqlite import SqliteConnection
from daemon.story.lenses import TRUTH
from daemon.story.lineage import END, stretches
from daemon.story.state import State
from daemon.telling import recalling
from daemon.telling.markup import written
from daemon.telling.recalling import Memory, Parts, Question
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

REPLIES, BACK = 3, 512
"""How far back a prompt looks for what was recalled already: replies of the speaker, and events of the branch."""


class Sought(msgspec.Struct, frozen=True):
    """What is looked for: the question, the spans of story time that it names, the kinds, and how many finds at most.

    `common` is the share of texts above which a word is passed over. Lines from the seq `before` on are left out.
    """

    question: Question
    times: Sequence[tuple[str, str]]
    kinds: frozenset[RecalledKind]
    most: int
    common: float
    before: Seq = END


class PromptRecall:
    """Recalls through any lens, at any seq of any branch."""

    def __init__(self, views: Views, index: RecallIndex) -> None:
        self.views, self.index, self.database = views, index, index.database

    async def recall(self, p: m.RecallParams) -> m.RecallResult:
        """Recalls what answers a query, best first."""
        where = await self.views.where(p)
        state = await self.views.state(where)
        question = recalling.question(p.query, _names(state))
        sought = Sought(question, times(p.query, state.clock), frozenset(p.kinds or KINDS), p.k, ASKED)
        found = await self._found(where, state, sought)
        return m.RecallResult(at=where.at, memories=[_result(f, parts) for f, parts in found])

    async def to_mind(self, where: Viewpoint, speaker: EntityId | None, lines: Sequence[LineView]) -> list[Memory]:
        """The memories that the lines of a speaker's prompt bring to mind, best first, without these lines themselves.

        Empty for the empty lens, which would show the truth.
        """
        if where.lens == TRUTH or not lines:
            return []
        state = await self.views.state(where)
        names = _names(state)
        sought = Sought(recalling.cue(lines, names), [], MIND, TO_MIND, TOLD, before=lines[0].seq)
        found = await self._found(where, state, sought)
        memories = [_thought(f, p, speaker, names) for f, p in found]
        path = stretches(where.story.tree, where.branch, BEGINNING, where.at)
        before = await self.database.read.run(results.recalled, path, speaker, REPLIES, BACK)
        return recalling.coming_to_mind(memories, before)

    async def _found(self, where: Viewpoint, state: State, sought: Sought) -> list[tuple[Found, Parts]]:
        """The finds, each with the parts of its score, best first."""
        if not sought.question.words:
            return []
        await self.index.current()
        if not self.index.usable:
            return []
        path = stretches(where.story.tree, where.branch, BEGINNING, where.at)
        asked = Asked(
            path, where.lens, sought.kinds, sought.question.words, 2 * sought.most + 40, sought.common, sought.before
        )
        hits, timely = await self._search(asked, sought.times)
        parts = {h: recalling.first_parts(h.score, h.who, h.at, sought.question, timely) for h in hits}
        # Some more than are wanted: what has been revised since drops out when it is read.
        best = sorted(hits, key=lambda h: (-parts[h].score, -h.at))[: sought.most + 20]
        lore = frozenset(seq for id in state.lore if (seq := state.sources.get(f"lore.{id}")) is not None)
        read = await self.database.read.run(results.found, where.story.id, path, where.lens, lore, best)
        weighed = recalling.weighed([(parts[f.hit], f.seq, f.significance) for f in read])
        whole = recalling.gists_first([(f.hit.kind, f.seq, f.from_, p) for f, p in zip(read, weighed, strict=True)])
        ranked = sorted(zip(read, whole, strict=True), key=lambda item: (-item[1].score, -item[0].seq))
        return ranked[: sought.most]

    async def _search(self, asked: Asked, times: Sequence[tuple[str, str]]) -> tuple[list[Hit], list[range]]:
        try:
            return await self.database.read.run(_search, asked, times)
        except Fault as fault:
            if not await self.index.mend(fault):
                raise
            await self.index.current()
            return await self.database.read.run(_search, asked, times)


def _search(c: SqliteConnection, asked: Asked, times: Sequence[tuple[str, str]]) -> tuple[list[Hit], list[range]]:
    return search(c, asked), [results.between(c, asked.path, *stretch) for stretch in times]


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
