"""What clients ask of turns: the user's line is committed and a turn begins, a reply is taken again, a turn is stopped.

One turn runs per story; another waits for it, or is refused. How a turn runs, once it has begun, is runner.py's.
"""

import asyncio
import contextlib
from collections.abc import Callable

import msgspec

from daemon.history.branches import Branches
from daemon.history.target import Targets
from daemon.live.change import Asked, Change
from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint, Views
from daemon.live.writing import Writer
from daemon.model.endpoint import Model
from daemon.model.last_calls import LastCalls
from daemon.prompts.builder import PromptBuilder
from daemon.story.decide.desk import entity
from daemon.story.decide.play import check_speaker
from daemon.story.lenses import TRUTH
from daemon.story.state import State
from daemon.telling import changes, steering
from daemon.turn import typed_input
from daemon.turn.recovery import recover
from daemon.turn.runner import After, Runner
from daemon.turn.turn import Turn
from protocol import methods as m
from protocol.errors import BUSY, Fault
from protocol.events import SceneClosed, SceneOpened

RECENT = 4
"""Lines by which it is known whose message or whisper a typed line answers."""

PATIENCE_S = 5.0
"""Seconds that `play` waits for what the turn before still does after its last reply."""


class Turns:
    """The `running` turns, one per story at most, and those `waiting`: their reply could not be committed yet, and
    others may begin. Both by story."""

    def __init__(
        self,
        writer: Writer,
        views: Views,
        prompts: PromptBuilder,
        model: Callable[[], Model],
        branches: Branches,
        after: After,
        calls: LastCalls | None = None,
    ) -> None:
        self.writer, self.branches, self.targets = writer, branches, Targets(writer, views)
        self._runner = Runner(writer, views, prompts, model, branches, after, calls or LastCalls())
        self.running, self.waiting = self._runner.running, self._runner.waiting

    async def play(self, p: m.PlayParams) -> m.PlayResult:
        """Commits the user's line and starts the turn; the reply follows on the stream.

        Raises Fault: not found, a refusal, KEY_REUSED, CONFLICT, BUSY while somebody still speaks, STORAGE.
        """
        story = self.writer.open_stories.get(p.story)
        branch, asked, late = story.branch(p.branch), Asked.of("play", p), None
        once = msgspec.structs.replace(asked, expected=None)  # that a turn runs is said before that the head moved
        while True:
            async with self.writer.change(story, branch, once) as change:
                if change.again is not None:
                    return msgspec.json.decode(change.again.result, type=m.PlayResult)
                if self._may_begin(story, late):
                    await self.writer.check_expected(story, branch, asked.expected)
                    return await self._begin(change, p, late)
            late = await self._make_room(story)

    async def _begin(self, change: Change, p: m.PlayParams, late: Turn | None) -> m.PlayResult:
        """Commits the user's line, and starts the turn in which the line is answered."""
        story, world = change.story, await change.world()
        _check(world.truth, p)
        head = await self.writer.open_stories.head(story, change.branch)
        recent = await self._runner.views.lines(Viewpoint(story, change.branch, head, TRUTH), RECENT) if p.text else []
        written = await change.commit(typed_input.line(story, world, p, recent))
        answers = written.head if written.recorded else await self.writer.open_stories.moved(story, change.branch)
        turn = Turn(story, change.branch, written.turn, written.head, answers, p, late)
        # That a scene goes with the line is no change of the line's.
        done = [(r.event, r.payload) for r in written.recorded if not isinstance(r.payload, SceneOpened | SceneClosed)]
        turn.changes = changes.described(world, done)
        self._runner.start(turn)
        return m.PlayResult(turn=written.turn, head=written.head)

    async def retake(self, p: m.RetakeParams) -> m.RetakeResult:
        """Makes a branch that forks just before a reply, and asks for that reply again there, and for those after it in
        its turn. Raises Fault: not found, bad params for a line that is no reply, a refusal, BUSY, STORAGE."""
        story = self.writer.open_stories.get(p.story)
        late = await self._make_room(story)
        async with self.writer.change(story, p.branch) as change:
            if not self._may_begin(story, late):
                raise _busy(self.running.get(story.id) or self.waiting[story.id])
            old = await self.targets.find(story, change.branch, p.line)
            then = await self.writer.open_stories.world_before(story, old.branch, old.before)
            check_speaker(then.truth, old.speakers[0])  # raises a refusal before a branch is made
            branch, head = await self.branches.branch_off(change.on(old.branch), old.before, "take")
            asked = m.PlayParams(
                story=story.id, mode=old.mode, as_=old.speakers[0] or "you", model=p.model, params=p.params
            )
            steer = steering.of_retake(p.note)
            turn = Turn(
                story, branch, story.take_turn(), head, old.answers, asked, late, old.speakers, steer,
                steered=bool(p.note),
            )  # fmt: skip
            self._runner.start(turn)
        return m.RetakeResult(turn=turn.turn, branch=branch)

    async def stop(self, p: m.StopParams) -> m.StopResult:
        """Ends the running turn's replies where they are, and waits until what was written is committed, or waits for
        the store. Where no turn runs, or another than `p.turn`, nothing happens, and the result names none.

        A turn that is being read still runs: the result names it and its whole reply, and the reading goes on. One
        whose reply waits for the store runs no more. Raises Fault: not found.
        """
        story = self.writer.open_stories.get(p.story)
        turn = self.running.get(story.id)
        if turn is None or (p.turn is not None and p.turn != turn.turn):
            return m.StopResult(turn=None, kept="")
        await self._runner.stop(turn)
        return m.StopResult(turn=turn.turn, kept=turn.reply.text if turn.reply is not None else "")

    def busy(self, story: str) -> bool:
        """Whether a turn of this story is running, or its reply waits for the store."""
        return story in self.running or story in self.waiting

    async def close(self) -> None:
        """Ends every turn where it is: what was written so far is kept, cut short; what would follow is left off."""
        self._runner.closing = True
        for turn in list(self.running.values()):
            await self._runner.stop(turn)
        for turn in list(self.waiting.values()) if not self.writer.log.read_only else ():
            with contextlib.suppress(Fault):
                await self._land(turn.story)
        await self._runner.cancel()

    async def resume(self) -> None:
        """Turns may run again; drafts that are in the store become lines."""
        self._runner.closing = False
        if not self.writer.log.read_only:
            await recover(self.writer, self.branches, self.busy)

    def _may_begin(self, story: OpenStory, late: Turn | None) -> bool:
        """Whether a turn may begin: no other runs, except one that is `late` (still being read), and no reply waits for
        the store."""
        waits = self.waiting.get(story.id)
        landed = waits is None or waits.landing is None or waits.landing.landed
        return landed and self.running.get(story.id) in (None, late)

    async def _make_room(self, story: OpenStory) -> Turn | None:
        """Waits until a turn may begin; returns the turn before if it is still being read after `PATIENCE_S`.

        Raises Fault: BUSY, STORAGE.
        """
        late = await _wait_for(self.running.get(story.id))
        await self._land(story)
        return late

    async def _land(self, story: OpenStory) -> None:
        """Commits the reply that waits for the store, if any, before what is played next. Raises Fault."""
        turn = self.waiting.get(story.id)
        if turn is not None and turn.landing is not None:
            await turn.landing.now()


def _check(truth: State, p: m.PlayParams) -> None:
    """Raises a refusal, before anything is written, where the line could not be said or answered."""
    if p.text is not None or p.mode == "impersonate":
        entity(truth, p.as_)
    if p.speaker is not None:
        check_speaker(truth, p.speaker)


async def _wait_for(turn: Turn | None) -> Turn | None:
    """Waits for a turn whose replies have landed; returns it if it is still being read after `PATIENCE_S`, else None.

    Raises Fault(BUSY) for a turn whose replies have not landed.
    """
    if turn is None:
        return None
    if not turn.replied.is_set() or turn.task is None:
        raise _busy(turn)
    _, pending = await asyncio.wait({turn.task}, timeout=PATIENCE_S)
    return turn if pending else None


def _busy(turn: Turn) -> Fault:
    why = "a reply is still being written"
    return Fault(BUSY, why, retry=1.0, turn=turn.turn)
