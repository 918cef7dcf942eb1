"""Telling a line in other words: where it stands, or on a branch of its own from just before it.

What follows from the new words is not done here: whoever follows turns up is told.
"""

from collections.abc import Sequence
from typing import Protocol

from daemon.history.branches import Histories
from daemon.history.deletion import Retracting
from daemon.history.target import Original, Originals
from daemon.live.open_stories import Tale
from daemon.live.views import Looking
from daemon.live.writing import Stories
from daemon.store.queries import summaries
from daemon.story.decide import Drafted, Part, Revise, Utter
from daemon.story.world import decide_all
from daemon.telling.deeds import deeds
from daemon.telling.parts import parts_of
from daemon.telling.rewording import reworded
from protocol import methods as m
from protocol.errors import INVALID_PARAMS, Fault
from protocol.events import EventRetracted, LineRevised
from protocol.ids import NOBODY, mask_of


class FollowsUp(Protocol):
    """Whoever has new words read and remembered, in the background."""

    def reread(self, tale: Tale, line: Original) -> None:
        """What was read of a line before is not there, since it has other words now."""

    def follow_later(self, tale: Tale, branch: str, turn: int) -> None:
        """A turn that has no reply is over."""


class Revising:
    """Revises lines."""

    def __init__(
        self, stories: Stories, looking: Looking, branches: Histories, retracting: Retracting, after: FollowsUp
    ) -> None:
        self.stories, self.looking, self.branches, self.retracting = stories, looking, branches, retracting
        self.after, self.originals = after, Originals(stories, looking)

    async def revise(self, p: m.ReviseParams) -> m.ReviseResult:
        """Gives a line other words. Raises not found, and bad params where the words do not fit the line's parts."""
        tale = self.stories.shelf.get(p.story)
        async with tale.lock:
            branch = tale.branch(p.branch)
            await self.stories.check_expected(tale, branch, p.expected)
            old = await self.originals.line(tale, branch, p.line)
            return await (self._in_place(tale, old, p.text) if p.mode == "in_place" else self._fork(tale, old, p.text))

    async def _in_place(self, tale: Tale, old: Original, text: str) -> m.ReviseResult:
        """What derived from the old words goes in the same commit."""
        world = await self.stories.shelf.world(tale, old.branch)
        said = [part for _, part in old.parts]
        texts = reworded(said, text, parts_of(world.truth, said[0].who, text))
        if texts is None:
            why = "the new text has a thought or a whisper for which the line has no part; revise it with mode `fork`"
            raise Fault(INVALID_PARAMS, why, what="line", id=old.line)
        parts = [(p.part, t, mask_of(e.witnesses)) for (e, p), t in zip(old.parts, texts, strict=True)]
        drafts, _ = decide_all(world, [Revise(line=old.line, parts=parts)], tale.ids)
        gone = await self.retracting.caused(tale, old.branch, [e.seq for e, _ in old.parts])
        if await self._does_the_same(tale, old, texts):
            done = await self.looking.database.read.run(summaries.commit_end, old.parts[0][0].seq)
            gone = [seq for seq in gone if seq > done]
        first = [Drafted(EventRetracted(gone), NOBODY)] if gone else []
        written = await self.stories.act(tale, old.branch, [*first, *drafts])
        self.after.reread(tale, old)
        revision = next(r.event.seq for r in written.recorded if isinstance(r.payload, LineRevised))
        return m.ReviseResult(head=written.head, branch=old.branch, line=old.line, revision=revision)

    async def _does_the_same(self, tale: Tale, old: Original, texts: Sequence[str]) -> bool:
        """Whether a typed line plainly does in these words what it did in the old ones, so that it stays done."""
        said = [part for _, part in old.parts]
        who = said[0].who
        if who is None or said[0].mode:
            return False
        mind = (await self.stories.shelf.world_before(tale, old.branch, old.before)).minds[who]
        did = deeds(mind, who, [Part(p.manner, p.text) for p in said])
        return did == deeds(mind, who, [Part(p.manner, t) for p, t in zip(said, texts, strict=True)])

    async def _fork(self, tale: Tale, old: Original, text: str) -> m.ReviseResult:
        world = await self.stories.shelf.world_before(tale, old.branch, old.before)
        first = old.parts[0][1]
        one = len(old.parts) == 1
        parts = [Part(first.manner, text, first.to)] if one else parts_of(world.truth, first.who, text)
        typed = first.who if not first.mode else None
        line = Utter(
            line=tale.ids.make("l"), who=first.who, parts=parts, mode=first.mode, answers=first.answers,
            deeds=deeds(world.minds[typed], typed, parts) if typed is not None else (),
        )  # fmt: skip
        decide_all(world, [line], tale.ids)  # what is refused leaves no branch behind
        branch, _ = await self.branches.branch_off(tale, old.branch, old.before, "revision")
        written = await self.stories.write(tale, branch, [line], cause=old.parts[0][0].cause)
        self.after.follow_later(tale, branch, written.turn)
        return m.ReviseResult(head=written.head, branch=branch, line=line.line)
