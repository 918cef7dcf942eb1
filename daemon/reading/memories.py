"""Remembering a turn: judging what the turn was to each mind, and forming memories of what matters, in the background.

Minds that perceived the same words share one memory; the others each get their own, made only from what they
perceived. A text that was written for one mind is kept by that mind alone. What stands out is told from what that mind
perceived of the turns before, so no memory tells of what its owner missed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec
from msgspec import UNSET

from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint, Views
from daemon.live.writing import Writer
from daemon.reading.reader import Rated
from daemon.store.queries import pages, turns
from daemon.store.sqlite import SqliteConnection
from daemon.story.decide import Form
from daemon.story.lenses import ALONE, TRUTH, Lens, members, perceives, shared
from daemon.story.lineage import Stretch, stretches
from daemon.story.words import topics
from daemon.telling import significance
from daemon.telling.gists import gist_of, named
from daemon.telling.significance import MOMENTS, Before, Moment, addressed, judge, usual, weigh
from protocol.events import Event, LineRevised, LineSaid, MemoryFormed, ModelCalled, Payload
from protocol.ids import (
    BEGINNING,
    BITS,
    ENTITIES,
    NOBODY,
    EntityId,
    Mask,
    Seq,
    TurnNumber,
    difference,
    entities_of,
    union,
)

RECENT = 12
"""How many of the latest memories a moment is compared with, to see whether it is new."""

Happened = Sequence[tuple[Event, Payload]]


class Rememberer:
    """Forms the memories of turns that have been played."""

    def __init__(self, writer: Writer, views: Views) -> None:
        self.writer, self.views, self.database = writer, views, views.database

    async def remember(
        self,
        story: OpenStory,
        branch: str,
        turn: TurnNumber,
        rated: Sequence[Rated] = (),
        together: Collection[TurnNumber] = (),
    ) -> None:
        """Forms the memories of a turn, or of turns `together` of which it is the last, once, in one commit that does
        not move the head. Raises Fault."""
        async with self.writer.change(story, branch) as change:
            head = await self.writer.open_stories.head(story, branch)
            path = stretches(story.tree, branch, BEGINNING, head)
            action = together or await self.database.read.run(turns.one_action, story.id, turn, path)
            events = pages.decoded(await self.database.read.run(turns.events, story.id, action, path))
            happened = await self._in_current_words(story, branch, events)
            words = [(e, p) for e, p in happened if isinstance(p, LineSaid) and e.witnesses and p.text.strip()]
            if not words or _remembered(happened, {e.seq for e, _ in words}):
                return
            earlier = stretches(story.tree, branch, BEGINNING, Seq(words[0][0].seq - 1))
            before = await self.database.read.run(_moments, story.id, earlier)
            at = Viewpoint(story, branch, head, TRUTH)
            forms = [
                form
                for mask, own in _minds(words, rated)
                for form in await self._forms(msgspec.structs.replace(at, lens=shared(mask)), happened, before, own)
            ]
            if forms:
                await change.commit(forms, turn=turn, cause=words[-1][0].seq, background=True)

    async def _in_current_words(self, story: OpenStory, branch: str, events: Happened) -> Happened:
        """These events, their lines with the current wording."""
        path = stretches(story.tree, branch)
        current = await self.database.read.run(pages.with_revisions, story.id, path, TRUTH, list(events))
        words = {(p.line, p.part): p.text for _, p in current if isinstance(p, LineRevised)}
        return [
            (e, msgspec.structs.replace(p, text=words.get((p.line, p.part), p.text)) if isinstance(p, LineSaid) else p)
            for e, p in events
        ]

    async def _forms(
        self, where: Viewpoint, happened: Happened, before: Sequence[Happened], rated: Rated
    ) -> list[Form]:
        """The memory that all of a lens share, if the moment matters to them; else one for each to whom it does."""
        minds = entities_of(members(where.lens))
        names = {e: x.name for e, x in (await self.views.state(where)).entities.items()}
        said = [(e, p) for e, p in _perceived(happened, where.lens) if isinstance(p, LineSaid)]
        mostly = usual([r for some in before if (r := _rating(some, where.lens)) is not None])
        moment = msgspec.structs.replace(
            _moment(happened, where.lens, names),
            gist=rated.gist,
            recent=await self._recent(where),
            rating=rated.matters,
            usual=mostly,
        )
        verdict = judge(moment, _weighed(before, where.lens, names, mostly))
        if verdict.keep:
            text = named(rated.gist, minds[0], names) if len(minds) == 1 else ""
            text = text or gist_of([p for _, p in said], minds, names)
            from_ = sorted(e.seq for e, _ in said)  # a change can be taken back, and the memory stays
            return [
                Form(by=list(minds), gist=text, significance=verdict.score, from_=from_, because=tuple(verdict.reasons))
            ]
        alone = [msgspec.structs.replace(where, lens=ALONE[e]) for e in minds] if len(minds) > 1 else []
        return [
            form
            for one in alone
            for form in await self._forms(one, happened, before, msgspec.structs.replace(rated, gist=""))
        ]

    async def _recent(self, where: Viewpoint) -> list[list[str]]:
        """The topics of each of the latest memories of a lens."""
        path = stretches(where.story.tree, where.branch, BEGINNING, where.at)
        found, _ = await self.database.read.run(lambda c: pages.page(c, path, where.lens, pages.MEMORIES, RECENT))
        return [topics(p.gist) for _, p in found if isinstance(p, MemoryFormed)]


def _moments(c: SqliteConnection, story: str, path: Sequence[Stretch]) -> list[Happened]:
    """The events of each of the latest actions on a path that have lines, oldest first."""
    found, _ = pages.page(c, path, TRUTH, pages.LINES, MOMENTS, by="turn")
    actions: list[frozenset[TurnNumber]] = []
    for event, _ in found:
        if not any(event.turn in action for action in actions):
            actions.append(turns.one_action(c, story, event.turn, path))
    return [pages.decoded(turns.events(c, story, action, path)) for action in actions]


def _perceived(happened: Happened, lens: Lens) -> Happened:
    """What all of a lens perceived of these events; of records nothing."""
    return [(e, p) for e, p in happened if e.witnesses and perceives(lens, e)]


def _moment(happened: Happened, lens: Lens, names: Mapping[EntityId, str]) -> Moment:
    """What a turn was to all of a lens, without what they remember and what a model makes of it."""
    seen = _perceived(happened, lens)
    said = [p for _, p in seen if isinstance(p, LineSaid)]
    return Moment(
        lines=said,
        changes=[p for _, p in seen if significance.counts(p)],
        addressed=[e for e in entities_of(members(lens)) if e in names and addressed(said, e, names[e])],
    )


def _weighed(before: Sequence[Happened], lens: Lens, names: Mapping[EntityId, str], mostly: float) -> list[Before]:
    """The moments before of which a lens perceived words, each weighed beside what is mostly rated by now."""
    found: list[Before] = []
    for some in before:
        moment = _moment(some, lens, names)
        if any(x.text.strip() for x in moment.lines):
            weight = weigh(msgspec.structs.replace(moment, rating=_rating(some, lens), usual=mostly))
            found.append(Before(weight.points, any(_is_own(p) for _, p in _perceived(some, lens))))
    return found


def _rating(happened: Happened, lens: Lens) -> float | None:
    """What a model made of a turn that was played before, for a lens."""
    given = {p.speaker: p.matters for _, p in happened if isinstance(p, ModelCalled) and p.matters is not None}
    own = entities_of(members(lens))
    return _both(given.get(own[0]) if len(own) == 1 else None, given.get(None) if _heard_all(happened, lens) else None)


def _both(own: float | None, whole: float | None) -> float | None:
    """A mind's rating and that of the turn, for whoever perceived all of it: midway, so that those who were there
    together mostly remember the same."""
    given = [x for x in (own, whole) if x is not None]
    return sum(given) / len(given) if given else None


def _heard_all(happened: Happened, lens: Lens) -> bool:
    """Whether all of a lens perceived all words of a turn but thoughts. Else its rating would tell what they missed."""
    said = [e for e, p in happened if isinstance(p, LineSaid) and p.manner != "thought" and e.witnesses]
    return all(perceives(lens, e) for e in said)


def _minds(words: Happened, rated: Sequence[Rated]) -> Iterator[tuple[Mask, Rated]]:
    """The masks of those who perceived the same words, each with what the turn was to them: a mind that was read stands
    apart, all others have the rating of the turn, where they perceived all of it."""
    whole = next((r for r in rated if not r.mind), Rated(NOBODY))
    views: dict[tuple[object, ...], Mask] = {}
    for e in ENTITIES:
        seen = [event for event, _ in words if e in event.witnesses]
        unnoticed = any(e not in (x.witnesses if x.seems is UNSET else x.seems) for x in seen)
        view = (e if unnoticed else None, *(x.seq for x in seen))  # who was not noticed shares no memory
        if seen:
            views[view] = union(views.get(view, NOBODY), BITS[e])
    for mask in views.values():
        rest, all_of_it = mask, whole.matters if _heard_all(words, shared(mask)) else None
        for r in rated:
            if r.gist and r.mind and rest & r.mind == r.mind:
                yield r.mind, msgspec.structs.replace(r, matters=_both(r.matters, all_of_it))
                rest = difference(rest, r.mind)
        if rest:
            yield rest, Rated(NOBODY, matters=all_of_it)


def _is_own(payload: Payload) -> bool:
    """Whether an event is a memory that was formed of a turn."""
    return isinstance(payload, MemoryFormed) and payload.memory_kind == "episode" and bool(payload.because)


def _remembered(happened: Happened, words: set[Seq]) -> bool:
    """Whether an episode was formed from any of these seqs before."""
    return any(_is_own(p) and words.intersection(p.from_) for _, p in happened if isinstance(p, MemoryFormed))
