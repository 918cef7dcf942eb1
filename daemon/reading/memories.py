"""Remembering a turn: judging what the turn was to each mind, and forming memories of what matters, in the background.

Minds that perceived the same words share one memory; the others each get their own, made only from what they
perceived. A text that was written for one mind is kept by that mind alone.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint, Views
from daemon.live.writing import Writer
from daemon.reading.reader import Rated
from daemon.store.queries import pages, turns
from daemon.story.decide import Form
from daemon.story.lenses import ALONE, TRUTH, named, perceives, shared
from daemon.story.lineage import stretches
from daemon.story.words import telling, topics
from daemon.telling import significance
from daemon.telling.significance import Moment, addressed, judge
from protocol.events import Event, LineRevised, LineSaid, MemoryFormed, Payload
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
    union,
)

RECENT = 12
"""How many of the latest memories a moment is compared with, to see whether it is new."""

LINES, LENGTH = 4, 200
"""The most parts of lines that the text of a memory quotes, and the most characters of each."""

Happened = Sequence[tuple[Event, Payload]]


class Rememberer:
    """Forms the memories of turns that have been played."""

    def __init__(self, writer: Writer, views: Views) -> None:
        self.writer, self.views, self.database = writer, views, views.database

    async def remember(self, story: OpenStory, branch: str, turn: TurnNumber, rated: Sequence[Rated] = ()) -> None:
        """Forms the memories of a turn, once, in one commit that does not move the head. Raises Fault."""
        async with self.writer.change(story, branch) as change:
            head = await self.writer.open_stories.head(story, branch)
            path = stretches(story.tree, branch, BEGINNING, head)
            action = await self.database.read.run(turns.one_action, story.id, turn, path)
            events = pages.decoded(await self.database.read.run(turns.events, story.id, action, path))
            happened = [(e, p) for e, p in await self._in_current_words(story, branch, events) if e.witnesses]
            words = [(e, p) for e, p in happened if isinstance(p, LineSaid) and p.text.strip()]
            if not words or _remembered(happened, {e.seq for e, _ in words}):
                return
            at = Viewpoint(story, branch, head, TRUTH)
            forms = [
                form
                for mask, own in _minds(words, rated)
                for form in await self._forms(msgspec.structs.replace(at, lens=shared(mask)), happened, own)
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

    async def _forms(self, where: Viewpoint, happened: Happened, rated: Rated) -> list[Form]:
        """The memory that all of a lens share, if the moment matters to them; else one for each to whom it does."""
        seen = [(e, p) for e, p in happened if perceives(where.lens, e)]
        words = [(e, p) for e, p in seen if isinstance(p, LineSaid)]
        changes = [(e, p) for e, p in seen if significance.counts(p)]
        minds = named(where.lens)
        names = {e: x.name for e, x in (await self.views.state(where)).entities.items()}
        said = [p for _, p in words]
        moment = Moment(
            lines=said,
            changes=[p for _, p in changes],
            addressed=[e for e in minds if e in names and addressed(said, e, names[e])],
            recent=await self._recent(where),
            rating=rated.matters,
        )
        verdict = judge(moment)
        if verdict.keep:
            from_ = sorted(e.seq for e, _ in words)  # a change can be taken back, and the memory stays
            text = rated.gist or gist_of(said, names)
            return [
                Form(by=list(minds), gist=text, significance=verdict.score, from_=from_, because=tuple(verdict.reasons))
            ]
        alone = [msgspec.structs.replace(where, lens=ALONE[e]) for e in minds] if len(minds) > 1 else []
        return [
            form for one in alone for form in await self._forms(one, happened, msgspec.structs.replace(rated, gist=""))
        ]

    async def _recent(self, where: Viewpoint) -> list[list[str]]:
        """The topics of each of the latest memories of a lens."""
        path = stretches(where.story.tree, where.branch, BEGINNING, where.at)
        found, _ = await self.database.read.run(lambda c: pages.page(c, path, where.lens, pages.MEMORIES, RECENT))
        return [topics(p.gist) for _, p in found if isinstance(p, MemoryFormed)]


def _minds(words: Happened, rated: Sequence[Rated]) -> Iterator[tuple[Mask, Rated]]:
    """The masks of those who perceived the same words, each with what the turn was to them: a mind that was read stands
    apart, all others have the rating of the turn."""
    whole = next((r for r in rated if not r.mind), Rated(NOBODY))
    views: dict[tuple[Seq, ...], Mask] = {}
    for e in ENTITIES:
        view = tuple(event.seq for event, _ in words if e in event.witnesses)
        if view:
            views[view] = union(views.get(view, NOBODY), BITS[e])
    for mask in views.values():
        rest = mask
        for r in rated:
            if r.gist and r.mind and rest & r.mind == r.mind:
                yield r.mind, r
                rest = difference(rest, r.mind)
        if rest:
            yield rest, whole


def _remembered(happened: Happened, words: set[Seq]) -> bool:
    """Whether an episode was formed from any of these seqs before."""
    formed = (p for _, p in happened if isinstance(p, MemoryFormed) and p.memory_kind == "episode" and p.because)
    return any(words.intersection(p.from_) for p in formed)


_BROUGHT_OUT = {
    "speech": "{who}: {text}", "action": "{who}: *{text}*", "thought": "{who} thought: {text}",
    "whisper": "{who} whispered to {to}: {text}", "message": "{who} wrote to {to}: {text}",
    "narration": "{text}", "ooc": "{text}",
}  # fmt: skip


def gist_of(lines: Sequence[LineSaid], names: Mapping[EntityId, str]) -> str:
    """The text of a memory, made from the parts of lines with the most telling words, in their order."""
    most = sorted(range(len(lines)), key=lambda n: -len(telling(lines[n].text)))[:LINES]
    return "\n".join(_part(lines[n], names) for n in sorted(most))


def _part(line: LineSaid, names: Mapping[EntityId, str]) -> str:
    who = names.get(line.who, line.who) if line.who is not None else ""
    to = " and ".join(names.get(e, e) for e in line.to)
    shape = _BROUGHT_OUT[line.manner] if who else "{text}"
    return shape.format(who=who, to=to, text=_clipped(" ".join(line.text.split())))


def _clipped(text: str) -> str:
    return text if len(text) <= LENGTH else text[:LENGTH].rsplit(" ", 1)[0] + " …"
