"""Running turns: somebody answers, the reply streams and is committed, and what follows is done; in a task per turn.

Knows nothing of what is asked for: turns.py begins turns, and ends them. A turn is bound to its branch: its replies
land there even if another becomes current meanwhile.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Protocol

from msgspec import UNSET
from msgspec.structs import replace

from daemon.history.branches import Branches
from daemon.history.target import Targets
from daemon.live.detail import Detail
from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint, Views
from daemon.live.writing import Writer
from daemon.logs import log_fault
from daemon.model.endpoint import Model
from daemon.model.last_calls import LastCalls
from daemon.prompts.builder import PromptBuilder
from daemon.story.decide.play import check_speaker
from daemon.story.lenses import TRUTH
from daemon.story.state import State
from daemon.tasks import Background
from daemon.telling.pressing import Press
from daemon.telling.speaker import whisperer_to, writer_to
from daemon.turn import choosing
from daemon.turn.landing import Landing
from daemon.turn.recovery import leave_empty_take
from daemon.turn.reply import Reply, Request
from daemon.turn.turn import Turn
from protocol import methods as m
from protocol.commands import Act
from protocol.errors import BUSY, INTERNAL_ERROR, Fault
from protocol.ids import EntityId, Seq, TurnNumber
from protocol.model import ModelUnavailable
from protocol.views import LineView

log = logging.getLogger(__name__)

LANDING_S = 10.0
"""Seconds that a turn waits for a store that cannot be written; then the next may begin, and its reply lands later."""


class After(Protocol):
    """Does what follows once the replies of a turn have landed; returns what came of it, and raises no Fault."""

    async def follow(self, story: OpenStory, branch: str, turn: TurnNumber, reading: Callable[[], None]) -> Detail: ...


class Runner:
    """The `running` turns, one per story at most, and those `waiting`: their reply could not be committed yet, and
    others may begin. Both by story. Where it is `closing`, nothing follows the replies any more."""

    def __init__(
        self,
        writer: Writer,
        views: Views,
        prompts: PromptBuilder,
        model: Callable[[], Model],
        branches: Branches,
        after: After,
        calls: LastCalls,
    ) -> None:
        self.writer, self.views, self.prompts, self.model, self.after = writer, views, prompts, model, after
        self.choosing = choosing.Choosing(writer, views)
        self.hub, self.branches, self.targets = writer.hub, branches, Targets(writer, views)
        self.running: dict[str, Turn] = {}
        self.waiting: dict[str, Turn] = {}
        self.closing = False
        self._calls = calls
        self._tasks = Background()

    def start(self, turn: Turn) -> None:
        """Runs a turn, in the background."""
        self.running[turn.story.id] = turn
        turn.task = self._tasks.start(self._run(turn))

    async def stop(self, turn: Turn) -> None:
        """Ends a turn's replies, and waits until they are committed or wait for the store."""
        turn.stopped = True
        if turn.reply is not None:
            turn.reply.stop()
        if turn.landing is not None:
            turn.landing.hurry()
        await turn.replied.wait()

    async def cancel(self) -> None:
        """Cancels whatever still runs, and waits until it has ended."""
        await self._tasks.cancel()

    async def _run(self, turn: Turn) -> None:
        """Runs a turn to its end, and sends its phases. Raises nothing except a cancellation."""
        detail: Detail | None = None
        phase: m.Phase = "done"
        try:
            self._tell(turn, "started", detail=Detail(still_reading=turn.late.turn) if turn.late is not None else None)
            try:
                of_answer = await self._answer(turn) if turn.asked.mode != "silent" else Detail()
            finally:
                if turn.speakers:
                    await leave_empty_take(self.branches, turn.story, turn.branch)
            if turn.stopped:
                self._tell(turn, "stopped")
            turn.replied.set()
            follows = Detail()
            if not self.closing:
                follows = await self.after.follow(
                    turn.story, turn.branch, turn.turn, lambda: self._tell(turn, "reading")
                )  # fmt: skip
            detail = follows.updated(of_answer).with_done(turn.changes)
        except Fault as fault:
            phase, detail = "failed", Detail.of_fault(fault)
        except asyncio.CancelledError:
            phase = "done" if turn.replied.is_set() and turn.story.id not in self.waiting else "failed"
            detail = Detail(code=BUSY, message="the daemon is stopping")
            raise
        except Exception as wrong:  # noqa: BLE001 - whatever it is, the daemon lives on and the client hears of it
            log_fault(log, "a turn", wrong)
            phase = "failed"
            detail = Detail(code=INTERNAL_ERROR, message="a fault of the daemon's; its log tells more")
        finally:
            if turn.reply is not None:
                turn.reply.put_away()
            turn.replied.set()
            for turns in (self.running, self.waiting):
                if turns.get(turn.story.id) is turn:
                    del turns[turn.story.id]
            self._tell(turn, phase, detail=detail)

    async def _answer(self, turn: Turn) -> Detail:
        """Has all replies of a turn written, one after another; returns who was silent and what went wrong.

        Raises Fault: a refusal, the store's, or ModelUnavailable where no reply landed.
        """
        truth = await self.views.state(Viewpoint(turn.story, turn.branch, turn.head, TRUTH))
        recent = await self.views.lines(Viewpoint(turn.story, turn.branch, turn.head, TRUTH), 20)
        last = await self.targets.last(recent) if turn.asked.mode == "continue" else None
        who = turn.speakers or choosing.speakers_of(turn.asked, truth, recent, last)
        scripted = self.prompts.measure(self.model().endpoint, turn.asked.params).form == "script"
        press = await self.choosing.pressed(turn, truth, who) if not scripted else None  # it would recite that
        who = [press.speaker, *who[1:]] if press is not None else who
        if not who:
            return Detail(why="nobody is there to answer")
        failure: ModelUnavailable | None = None
        landed, silent, unseen = False, list[EntityId | None](), list[str]()
        asked = [*who]
        for index, one in enumerate(asked):  # which grows where a reply asks somebody else
            if turn.stopped or failure is not None or turn.replied.is_set():
                break
            if index > 0 and not await self.choosing.is_there_still(turn, truth, one):
                continue
            wanted = await self._wanted(turn, truth, last, one, None if index else press, may_pass=index > 0)
            wanted = replace(wanted, wrote=writer_to(recent, one), confided=whisperer_to(recent, one))
            failure, seq = await self._reply(turn, truth, wanted, asked, last=index == len(asked) - 1)
            landed = landed or seq is not None
            if turn.reply is not None and turn.reply.passed:
                silent.append(one)
                if one is not None and seq is None:
                    unseen.append(truth.entities[one].name)
        if failure is not None and not landed:
            raise failure
        if failure is not None:
            return Detail.of_fault(failure)
        why = f"{' and '.join(unseen)} said nothing" if unseen else UNSET
        return Detail(silent=silent, why=why) if silent else Detail()

    async def _reply(
        self, turn: Turn, truth: State, wanted: Request, asked: list[EntityId | None], *, last: bool
    ) -> tuple[ModelUnavailable | None, Seq | None]:
        """Has one reply written and committed; returns why it is not whole (None if it is) and the seq of its line
        (None if it became none). `last`: it is the last that was `asked` for, to which are added whom it asks in turn.
        """
        self._tell(turn, "recalling")
        reply = turn.reply = Reply(wanted, self.model(), self.writer, self.prompts)
        if turn.stopped:
            reply.stopped = True
            return None, None
        self._tell(turn, "rendering", line=wanted.line)
        await reply.run(truth)
        self._calls.note("render", reply.model.endpoint.label, reply.failure.why if reply.failure is not None else "")
        seq = await self._landed(turn, reply)
        if seq is not None and last and not turn.replied.is_set():
            more = [] if turn.stopped else await self.choosing.asked_back(turn, truth, wanted.line, asked)
            asked += more
            if not more:
                turn.replied.set()
        if seq is not None:
            self._tell(turn, "replied", line=wanted.line)
        try:
            async with self.writer.change(turn.story, turn.branch) as change:
                records = reply.records if seq is not None else reply.records[:1]  # unheard, nothing was pressed
                await change.record(turn.turn, records, seq or wanted.answers)
        except Fault as fault:
            log.warning("the record of a call was not kept: %s", fault.message)
        return reply.failure, seq

    async def _landed(self, turn: Turn, reply: Reply) -> Seq | None:
        """Waits until a reply is committed; returns the seq of its line, None if it has no words. Where that takes
        long, other turns may begin meanwhile."""
        turn.landing = Landing(reply.commit)
        seq = await turn.landing.land(0.0 if turn.stopped else LANDING_S, lambda fault: self._wait(turn, fault))
        if self.waiting.get(turn.story.id) is turn:
            del self.waiting[turn.story.id]
        return seq

    def _wait(self, turn: Turn, fault: Fault) -> None:
        """Lets other turns begin while a reply waits for the store. The phase `failed` is sent for its turn, which goes
        on when the reply has landed."""
        message = f"{fault.message}. The reply is kept, and joins the story as soon as the store can be written"
        self._tell(turn, "failed", detail=Detail.of_fault(fault, message))
        self.waiting[turn.story.id] = turn
        self.running.pop(turn.story.id, None)
        turn.replied.set()

    async def _wanted(
        self,
        turn: Turn,
        truth: State,
        last: LineView | None,
        who: EntityId | None,
        press: Press | None,
        *,
        may_pass: bool,
    ) -> Request:
        """The reply that is wanted of `who`: a new line, or a new part of the line `last`. Who `may_pass` answers the
        head of the branch as it is now. Raises Fault: a refusal."""
        p, story = turn.asked, turn.story
        check_speaker(truth, who)
        await self._woken(turn, truth, who)
        params = {**p.params, **({"model": p.model} if p.model else {})}
        answers, at, note = turn.answers, turn.head, turn.note
        if may_pass:
            answers = at = await self.writer.open_stories.moved(story, turn.branch)
            note = ""
        line, first = (
            (story.ids.make("l"), 0) if last is None else (last.line, await self.targets.parts(story, last.line))
        )
        mode = "narrate" if who is None and p.mode == "reply" else p.mode  # the narrator answers who is alone
        return Request(
            story, turn.branch, turn.turn, who, mode, params, answers, at, line, first, may_pass, note, press
        )

    async def _woken(self, turn: Turn, truth: State, who: EntityId | None) -> None:
        """Wakes a bot that sleeps and is to speak, so that it perceives what it is asked and what it says."""
        if who in (None, "you") or truth.entities[who].awake:
            return
        async with self.writer.change(turn.story, turn.branch) as change:
            woken = await change.commit([Act(who=who, awake=True)], turn=turn.turn, cause=turn.answers)
        turn.head = woken.head

    def _tell(self, turn: Turn, phase: m.Phase, **more: Any) -> None:
        self.hub.turn(turn.story.id, turn.branch, turn.turn, phase, **more)
