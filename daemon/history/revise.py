"""Revises a line: in place, or on a new branch that forks just before the line.

What follows from the new text is not done here, but by `FollowsUp`.
"""

from collections.abc import Sequence
from typing import Protocol

from daemon.history.branches import Branches
from daemon.history.deletion import Deletion
from daemon.history.target import Target, Targets
from daemon.live.change import Asked, Change
from daemon.live.open_stories import OpenStory
from daemon.live.views import Views
from daemon.live.writing import Writer
from daemon.store.queries import summaries
from daemon.story.decide import Drafted, Part, Revise, Utter
from daemon.story.lenses import seeming
from daemon.story.world import decide_all
from daemon.telling.deed_rules import Author
from daemon.telling.deeds import deeds
from daemon.telling.parts import of_one_manner, parts_of, told
from daemon.telling.rewording import reworded
from protocol import methods as m
from protocol.errors import INVALID_PARAMS, Fault
from protocol.events import EventRetracted, LineRevised, LineSaid
from protocol.ids import NOBODY, EntityId, TurnNumber, mask_of


class FollowsUp(Protocol):
    """Has new words read and remembered, in the background."""

    def reread(self, story: OpenStory, line: Target) -> None:
        """Has a line read again, after it was revised."""

    def follow_later(self, story: OpenStory, branch: str, turn: TurnNumber) -> None:
        """Has a turn read that is over without a reply."""


class Reviser:
    """Revises lines."""

    def __init__(self, writer: Writer, views: Views, branches: Branches, deletion: Deletion, after: FollowsUp) -> None:
        self.writer, self.views, self.branches, self.deletion = writer, views, branches, deletion
        self.after, self.targets = after, Targets(writer, views)

    async def revise(self, p: m.ReviseParams) -> m.ReviseResult:
        """Gives a line other words. Raises Fault: CONFLICT, not found, a refusal, bad params where the words do not fit
        the line's parts."""
        story = self.writer.open_stories.get(p.story)
        async with self.writer.change(story, p.branch, Asked(p.expected)) as change:
            old = await self.targets.line(story, change.branch, p.line)
            there = change.on(old.branch)
            return await (
                self._in_place(there, old, p.text) if p.mode == "in_place" else self._fork(there, old, p.text)
            )

    async def _in_place(self, change: Change, old: Target, text: str) -> m.ReviseResult:
        """Revises a line in place, and retires what was made of the old text in the same commit. Raises bad params."""
        story, world = change.story, await change.world()
        said = [part for _, part in old.parts]
        words = reworded(said, text, parts_of(world.truth, said[0].who, text, _listener(said)))
        if words is None:
            why = "the new text has a thought or a whisper for which the line has no part; revise it with mode `fork`"
            raise Fault(INVALID_PARAMS, why, what="line", id=old.line)
        parts = [(p.part, *w, mask_of(e.witnesses), seeming(e)) for (e, p), w in zip(old.parts, words, strict=True)]
        drafts, _ = decide_all(world, [Revise(line=old.line, parts=parts)], story.ids)
        retired = await self.deletion.retired_by_revision(story, old.branch, [e.seq for e, _ in old.parts])
        if await self._does_the_same(change, old, [w.text for w in words]):
            done = await self.views.database.read.run(summaries.commit_end, old.parts[0][0].seq)
            retired = [seq for seq in retired if seq > done]
        first = [Drafted(EventRetracted(retired), NOBODY)] if retired else []
        written = await change.rewrite([*first, *drafts])
        self.after.reread(story, old)
        revision = next(r.event.seq for r in written.recorded if isinstance(r.payload, LineRevised))
        return m.ReviseResult(head=written.head, branch=old.branch, line=old.line, revision=revision)

    async def _does_the_same(self, change: Change, old: Target, texts: Sequence[str]) -> bool:
        """Whether a line plainly does the same in the new texts as in the old ones, so that what it did stays."""
        said = [part for _, part in old.parts]
        who = said[0].who
        if who is None:
            return False
        before = await self.writer.open_stories.world_before(change.story, old.branch, old.before)
        author = Author(who, reply=bool(said[0].mode), for_you=before.truth.writes_for_you)
        did, does = (
            deeds(before.minds[who], author, [Part(p.manner, t) for p, t in zip(said, some, strict=True)])[1]
            for some in ([p.text for p in said], texts)
        )
        return [deed for _, deed in did] == [deed for _, deed in does]

    async def _fork(self, change: Change, old: Target, text: str) -> m.ReviseResult:
        """Says a line with its new text on a new branch that forks just before the old one. Raises a refusal."""
        story = change.story
        world = await self.writer.open_stories.world_before(story, old.branch, old.before)
        first = old.parts[0][1]
        reply = bool(first.mode)
        if len(old.parts) > 1:
            new = told(world, first.who, text, reply=reply, confided=_listener([p for _, p in old.parts]))
        else:
            new = of_one_manner(world, first.who, Part(first.manner, text, first.to), reply=reply)
        line = Utter(
            line=story.ids.make("l"), who=first.who, parts=new.parts, mode=first.mode, answers=first.answers,
            deeds=new.deeds,
        )  # fmt: skip
        decide_all(world, [line], story.ids)  # raises what is refused before a branch is made
        branch, _ = await self.branches.branch_off(change, old.before, "revision")
        written = await change.on(branch).commit([line], cause=old.parts[0][0].cause)
        self.after.follow_later(story, branch, written.turn)
        return m.ReviseResult(head=written.head, branch=branch, line=line.line)


def _listener(said: Sequence[LineSaid]) -> EntityId | None:
    """To whom alone a line whispers, so that its new words do so as well where they name nobody."""
    meant = {e for part in said if part.manner == "whisper" for e in part.to}
    return meant.pop() if len(meant) == 1 else None
