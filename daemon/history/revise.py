"""Telling a line in other words: where it stands, or on a branch of its own from just before it."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any

from daemon.history.deletion import Retracting
from daemon.history.target import NEAR, Original, Originals
from daemon.live.open_stories import Tale
from daemon.live.takes import one_action
from daemon.live.views import Looking
from daemon.live.writing import Stories
from daemon.reading.memories import Rememberer
from daemon.reading.reader import Rated, Reader
from daemon.store.queries import pages, reads, summaries
from daemon.story.decide import Drafted, Part, Revise, Utter
from daemon.story.lineage import whole
from daemon.story.world import decide_all
from daemon.telling.deeds import deeds
from daemon.telling.rewording import reworded
from daemon.turn.follow_up import Consequences
from daemon.turn.reply import parts_of
from protocol import methods as m
from protocol.errors import INVALID_PARAMS, Fault
from protocol.events import Event, EventRetracted, LineRevised, LineSaid, MemoryFormed, TimePassed
from protocol.ids import NOBODY, mask_of

log = logging.getLogger(__name__)

CLOSING = (TimePassed, MemoryFormed)
"""What follows a turn when its replies have landed."""


class Revising:
    """Revises lines. What follows from their new words is done in the background, and ended by `close`."""

    def __init__(
        self,
        stories: Stories,
        looking: Looking,
        retracting: Retracting,
        reader: Reader,
        rememberer: Rememberer,
        after: Consequences,
    ) -> None:
        self.stories, self.looking, self.retracting = stories, looking, retracting
        self.reader, self.rememberer, self.after = reader, rememberer, after
        self.originals = Originals(stories, looking)
        self._running: set[asyncio.Task[None]] = set()

    async def revise(self, p: m.ReviseParams) -> m.ReviseResult:
        """Gives a line other words. Raises not found, and bad params where the words do not fit the line's parts."""
        tale = self.stories.shelf.get(p.story)
        async with tale.lock:
            branch = tale.branch(p.branch)
            await self.stories.check_expected(tale, branch, p.expected)
            old = await self.originals.line(tale, branch, p.line)
            return await (self._in_place(tale, old, p.text) if p.mode == "in_place" else self._fork(tale, old, p.text))

    async def close(self) -> None:
        """Ends what still follows from revisions; what is committed of it stays."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

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
        self._follow(self._again(tale, old))
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
        branch, _ = await self.stories.fork(tale, old.branch, old.before, "revision")
        written = await self.stories.write(tale, branch, [line], cause=old.parts[0][0].cause)
        self._follow(self._followed(tale, branch, written.turn))
        return m.ReviseResult(head=written.head, branch=branch, line=line.line)

    def told_otherwise(self, tale: Tale, branch: str, lines: Sequence[str]) -> None:
        """What was read of these lines before a branch forked is not there, since they have other words: it is read
        anew there, in the background."""
        self._follow(self._again_on(tale, branch, lines))

    async def _again_on(self, tale: Tale, branch: str, lines: Sequence[str]) -> None:
        for line in lines:
            old = await self.originals.line(tale, branch, line)
            if await self._was_over(tale, branch, old.parts[0][0]):
                await self._again(tale, old)

    async def _was_over(self, tale: Tale, branch: str, first: Event) -> bool:
        """Whether the turn of a line had come to its end before the branch forks; else it is yet to be read there."""
        fork = tale.tree[branch].fork_seq
        path = whole(tale.tree, branch, max(0, first.seq - NEAR), min(fork, first.seq + NEAR))
        events = pages.decoded(await self.stories.database.read.run(reads.read, path))
        turns = await one_action(self.stories.database, events, first.turn)
        later = [(e, p) for e, p in events if e.seq > first.seq]
        return any(isinstance(p, CLOSING) if e.turn in turns else isinstance(p, LineSaid) for e, p in later)

    async def _again(self, tale: Tale, old: Original) -> None:
        """Reads and remembers anew what stands there now."""
        first, rated = old.parts[0][0], list[Rated]()
        if self.reader.mode != "off":
            _, changes = await self.reader.again(tale, old.branch, old.line)
            rated = changes.rated
        await self.rememberer.remember(tale, old.branch, first.turn, rated, near=first.seq)

    async def _followed(self, tale: Tale, branch: str, turn: int) -> None:
        await self.after.follow(tale, branch, turn, lambda: None)

    def _follow(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_logged(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Fault as fault:
        log.warning("what follows from a revision failed with %d", fault.code)
