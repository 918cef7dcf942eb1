"""Gathering what is to be read of a turn: its lines with who perceived each, and the world in which they end."""

import dataclasses
from collections.abc import Collection, Sequence

from msgspec.structs import replace

from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint, Views
from daemon.store.queries import derivations, pages, turns
from daemon.store.sqlite import SqliteConnection
from daemon.story.lenses import TRUTH, seeming
from daemon.story.lineage import END, shows, stretches
from daemon.telling.reading import Heard, Moved, Passage
from protocol.errors import not_found
from protocol.events import ActivityArrived, ActivityLeft, Event, LineNoticed, LineRevised, LineSaid, Payload
from protocol.ids import BEGINNING, EntityId, Seq, TurnNumber, mask_of

AROUND, BEFORE = 40, 3
"""AROUND: the most lines of a turn that are read on either side of the line asked about, and the most other lines that
are looked through on either side. BEFORE: the most earlier parts that are shown with those to be read."""

DONE = frozenset({"activity.left", "activity.arrived", "activity.changed", "prop.moved"})
"""The kinds of events by which plain rules do what a line says."""

Found = Sequence[tuple[Event, Payload]]


class Passages:
    """Gathers passages from a story."""

    def __init__(self, views: Views) -> None:
        self.views, self.database = views, views.database

    async def of_turn(self, story: OpenStory, branch: str, turn: TurnNumber) -> Passage:
        """The passage of the turn that was just played."""
        at = await self.views.open_stories.head(story, branch)
        found, action, _ = await self._around(story, branch, turn, at, at)
        return await self._passage(story, branch, found, action, still=False, timed=True)

    async def of_line(self, story: OpenStory, branch: str, line: str) -> Passage:
        """The passage of a line's turn, to be read again. Raises not found."""
        at = await self.views.open_stories.head(story, branch)
        said = pages.decoded(await self.database.read.run(derivations.of_line, story.id, line))
        parts = [e for e, p in said if isinstance(p, LineSaid) and shows(story.tree, branch, e.branch, e.seq)]
        if not parts:
            raise not_found("line", line)
        seq, turn = parts[-1].seq, parts[-1].turn
        # Where other turns followed, the reading must not move people and things back to where they were.
        found, action, still = await self._around(story, branch, turn, seq, at)
        return await self._passage(story, branch, found, action, still=still, timed=False)

    async def of_turns(
        self, story: OpenStory, branch: str, together: Sequence[TurnNumber], last: Seq, *, still: bool, past: bool
    ) -> Passage:
        """The passage of turns that were not played here, up to the seq of their last part; of many lines, the last."""
        at = await self.views.open_stories.head(story, branch)
        found, action, _ = await self._around(story, branch, together[-1], last, at, together)
        before = await self.views.read_up_to(Viewpoint(story, branch, at, TRUTH)) if past else BEGINNING
        passage = await self._passage(story, branch, found, action, still=still, timed=False)
        return dataclasses.replace(passage, past=past, read_before=before)

    async def _around(
        self,
        story: OpenStory,
        branch: str,
        turn: TurnNumber,
        seq: Seq,
        head: Seq,
        together: Collection[TurnNumber] = (),
    ) -> tuple[Found, Collection[TurnNumber], bool]:
        """The lines of a turn's action and those beside them, with their current wording; the turns of that action
        (those that are read `together`, if any); and whether a line of another turn follows after `seq`."""
        before, after = (stretches(story.tree, branch, *span, END) for span in ((BEGINNING, seq), (seq, head)))
        everything = stretches(story.tree, branch)

        def read(c: SqliteConnection) -> tuple[Found, Collection[TurnNumber], bool]:
            action = together or turns.one_action(c, story.id, turn, everything)
            own = _nearest(turns.lines(c, story.id, action, everything), seq)
            beside, _ = pages.page(c, before, TRUTH, pages.LINES, AROUND)
            beside += pages.page(c, after, TRUTH, pages.LINES, AROUND, oldest=True)[0]
            both = {e.seq: (e, p) for e, p in [*beside, *own]}
            found = [both[s] for s in sorted(both)]
            current = pages.with_revisions(c, story.id, everything, TRUTH, found)
            return current, action, turns.is_followed(c, action, after)

        return await self.database.read.run(read)

    async def _passage(
        self, story: OpenStory, branch: str, found: Found, action: Collection[TurnNumber], *, still: bool, timed: bool
    ) -> Passage:
        heard = _heard(found)
        own = {e.seq for e, p in found if e.turn in action and isinstance(p, LineSaid)}
        path = stretches(story.tree, branch)
        events = await self.database.read.run(turns.events, story.id, action, path)
        mine = [x for x in heard if x.seq in own and x.text]
        others = [x for x in heard if mine and x.seq < mine[-1].seq and x.seq not in own]
        world = await self.views.open_stories.world(story, branch)
        done = frozenset(e.cause for e in events if e.cause in own and e.kind in DONE)
        moves = _moves(pages.decoded([e for e in events if mine and e.seq > mine[0].seq]))
        return Passage(
            world, mine, others[-BEFORE:], still, timed, world.truth.writes_for_you, done, moves,
            earlier=others[:-BEFORE],
        )  # fmt: skip


def _nearest(lines: Found, seq: Seq) -> Found:
    """The lines of a turn that are nearest to a seq: at most AROUND up to it, and at most AROUND after it."""
    spoken = [(e.seq, p.line) for e, p in lines if isinstance(p, LineSaid | LineNoticed)]
    early = list(dict.fromkeys(line for at, line in spoken if at <= seq))[-AROUND:]
    late = list(dict.fromkeys(line for at, line in spoken if at > seq))[:AROUND]
    near = {*early, *late}
    return [(e, p) for e, p in lines if isinstance(p, LineSaid | LineNoticed) and p.line in near]


def _moves(events: Found) -> list[Moved]:
    """Who went where, in order, each with where they were before."""
    moves: list[Moved] = []
    left: dict[EntityId, str] = {}
    for e, p in events:
        if isinstance(p, ActivityLeft):
            left[p.entity] = p.container
        elif isinstance(p, ActivityArrived):
            moves.append(Moved(e.seq, p.entity, left.pop(p.entity, None), p.container, mask_of(e.witnesses)))
    return moves


def _heard(found: Found) -> list[Heard]:
    """The parts of lines in order, in their current wording, each with who perceived it."""
    parts: dict[tuple[str, int], Heard] = {}
    for e, p in found:
        if isinstance(p, LineSaid) and p.manner != "ooc":
            mask = mask_of(e.witnesses)
            parts[p.line, p.part] = Heard(e.seq, p.who, p.manner, p.text, p.to, mask, p.mode, seeming(e))
        elif isinstance(p, LineRevised) and (p.line, p.part) in parts:
            parts[p.line, p.part] = replace(parts[p.line, p.part], text=p.text)
    return sorted(parts.values(), key=lambda x: x.seq)
