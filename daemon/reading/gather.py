"""Gathering what is to be read of a turn: its lines, shared out among the minds that spoke, and what each mind knows.

Each line is read once, through the mind of its speaker; what the user typed, through the mind that answered first.
So a turn with one reply makes one passage, and no mind's passage holds what only another mind knows.
"""

from collections.abc import Collection, Iterable, Sequence

from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint, Views
from daemon.prompts.builder import narrators_lens
from daemon.store.queries import derivations, pages, turns
from daemon.store.sqlite import SqliteConnection
from daemon.story.evolve import sees
from daemon.story.lineage import END, shows, stretches
from daemon.telling.reading import Heard, Passage
from protocol.errors import not_found
from protocol.events import Event, LineNoticed, LineRevised, LineSaid, Payload
from protocol.ids import BEGINNING, BITS, ENTITIES, NOBODY, EntityId, Mask, Seq, TurnNumber, mask_of, union

AROUND, BEFORE = 40, 8
"""AROUND: the most lines of a turn that are read on either side of the line asked about, and the most other lines that
are looked through on either side. BEFORE: the most earlier parts that are shown with those to be read."""

Lenses = dict[EntityId | None, Mask]
"""The lenses of the minds that read, by entity; None is the narrator."""

Found = Sequence[tuple[Event, Payload]]


class Passages:
    """Gathers passages from a story."""

    def __init__(self, views: Views) -> None:
        self.views, self.database = views, views.database

    async def of_turn(self, story: OpenStory, branch: str, turn: TurnNumber) -> list[Passage]:
        """The passages of the turn that was just played."""
        at = await self.views.open_stories.head(story, branch)
        found, action, _ = await self._around(story, branch, turn, at, at)
        return await self._shared_out(Viewpoint(story, branch, at, NOBODY), found, action, still=False, timed=True)

    async def of_line(self, story: OpenStory, branch: str, line: str) -> list[Passage]:
        """The passages of a line's turn, to be read again. Raises not found."""
        at = await self.views.open_stories.head(story, branch)
        said = pages.decoded(await self.database.read.run(derivations.of_line, story.id, line))
        parts = [e for e, p in said if isinstance(p, LineSaid) and shows(story.tree, branch, e.branch, e.seq)]
        if not parts:
            raise not_found("line", line)
        seq, turn = parts[-1].seq, parts[-1].turn
        # Where other turns followed, the reading must not move people and things back to where they were.
        found, action, still = await self._around(story, branch, turn, seq, at)
        return await self._shared_out(Viewpoint(story, branch, at, NOBODY), found, action, still=still, timed=False)

    async def _around(
        self, story: OpenStory, branch: str, turn: TurnNumber, seq: Seq, head: Seq
    ) -> tuple[Found, Collection[TurnNumber], bool]:
        """The lines of a turn's action and those beside them, with their current wording; the turns of that action; and
        whether a line of another turn follows after `seq`."""
        before, after = (stretches(story.tree, branch, *span, END) for span in ((BEGINNING, seq), (seq, head)))
        everything = stretches(story.tree, branch)

        def read(c: SqliteConnection) -> tuple[Found, Collection[TurnNumber], bool]:
            action = turns.one_action(c, story.id, turn, everything)
            own = _nearest(turns.lines(c, story.id, action, everything), seq)
            beside, _ = pages.page(c, before, NOBODY, pages.LINES, AROUND)
            beside += pages.page(c, after, NOBODY, pages.LINES, AROUND, oldest=True)[0]
            both = {e.seq: (e, p) for e, p in [*beside, *own]}
            found = [both[s] for s in sorted(both)]
            current = pages.with_revisions(c, story.id, everything, NOBODY, found)
            return current, action, turns.is_followed(c, action, after)

        return await self.database.read.run(read)

    async def _shared_out(
        self, where: Viewpoint, found: Found, action: Collection[TurnNumber], *, still: bool, timed: bool
    ) -> list[Passage]:
        truth = await self.views.state(where)
        words = [(e, p) for e, p in found if e.turn in action and isinstance(p, LineSaid) and p.manner != "ooc"]
        lenses = {
            who: BITS[who] if who is not None else narrators_lens(truth) for who in _speakers(p for _, p in words)
        }
        lenses |= _unanswered(words, lenses)
        readers = {e.seq: _reader(p, mask_of(e.witnesses), lenses) for e, p in words}
        passages = []
        for who, lens in lenses.items():
            heard = _heard(found, lens)
            mine = [x for x in heard if x.text and readers.get(x.seq, "nobody") == who]
            if not mine:
                continue
            others = [x for x in heard if x.seq < mine[-1].seq and x not in mine]
            mind = await self.views.state(Viewpoint(where.story, where.branch, where.at, lens))
            knowing = await self._knowing(where)
            passages.append(Passage(who, mind, mine, others[-BEFORE:], knowing, still, timed, truth.writes_for_you))
        return passages

    async def _knowing(self, where: Viewpoint) -> dict[str, Mask]:
        """The mask of those who know of a thread, by the thread's id."""
        known: dict[str, Mask] = {}
        for e in ENTITIES:
            mind = await self.views.state(Viewpoint(where.story, where.branch, where.at, BITS[e]))
            for thread in mind.threads:
                known[thread] = union(known.get(thread, NOBODY), BITS[e])
        return known


def _nearest(lines: Found, seq: Seq) -> Found:
    """The lines of a turn that are nearest to a seq: at most AROUND up to it, and at most AROUND after it."""
    spoken = [(e.seq, p.line) for e, p in lines if isinstance(p, LineSaid | LineNoticed)]
    early = list(dict.fromkeys(line for at, line in spoken if at <= seq))[-AROUND:]
    late = list(dict.fromkeys(line for at, line in spoken if at > seq))[:AROUND]
    near = {*early, *late}
    return [(e, p) for e, p in lines if isinstance(p, LineSaid | LineNoticed) and p.line in near]


def _speakers(words: Iterable[LineSaid]) -> list[EntityId | None]:
    """The speakers of the replies among these lines, in order; where there is no reply, the speakers of all lines."""
    said = list(words)
    return list(dict.fromkeys(x.who for x in said if x.mode)) or list(dict.fromkeys(x.who for x in said))


def _unanswered(words: Iterable[tuple[Event, LineSaid]], lenses: Lenses) -> Lenses:
    """The lenses of those who said what no mind in `lenses` perceived, except thoughts: as one who then leaves."""
    return {
        p.who: BITS[p.who]
        for e, p in words
        if p.who is not None and p.manner != "thought"
        and not any(sees(lens, mask_of(e.witnesses)) for lens in lenses.values())
    }  # fmt: skip


def _reader(part: LineSaid, witnesses: Mask, lenses: Lenses) -> EntityId | str | None:
    """The mind through which a part is read: its speaker, else the first who perceived it, else the word "nobody"."""
    able = [who for who, lens in lenses.items() if sees(lens, witnesses)]
    return part.who if part.who in able else able[0] if able else "nobody"


def _heard(found: Found, lens: Mask) -> list[Heard]:
    """The parts that a lens perceived, in order; those that it only noticed have an empty text."""
    parts: dict[tuple[str, int], Heard] = {}
    for e, p in found:
        mask = mask_of(e.witnesses)
        if mask & lens != lens:
            continue
        if isinstance(p, LineSaid) and p.manner != "ooc":
            parts[p.line, p.part] = Heard(e.seq, p.who, p.manner, p.text, p.to, mask, p.mode)
        elif isinstance(p, LineNoticed):
            parts.setdefault((p.line, p.part), Heard(e.seq, p.who, p.manner, "", p.to))
        elif isinstance(p, LineRevised) and (p.line, p.part) in parts:
            was = parts[p.line, p.part]
            parts[p.line, p.part] = Heard(was.seq, was.who, was.manner, p.text, was.to, was.witnesses, was.mode)
    return sorted(parts.values(), key=lambda x: x.seq)
