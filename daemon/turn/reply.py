"""One reply: the prompt is sent, what streams back is shown and kept as a draft, and at the end it is committed.

How it is shown is shown.py's. Who replies, and what comes of a reply that cannot be committed, is not decided here.
"""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from typing import Any

import msgspec

from daemon.live.open_stories import OpenStory
from daemon.live.subscriptions import RunningDraft
from daemon.live.writing import Writer
from daemon.model.endpoint import Model
from daemon.model.slots import of_speaker
from daemon.prompts.builder import Measure, PromptBuilder
from daemon.store.queries import side_tables
from daemon.story.decide import Drafted, Part, Utter
from daemon.story.state import State
from daemon.story.world import World
from daemon.telling.certain import Certain
from daemon.telling.circling import uncircled
from daemon.telling.cutting import tidy
from daemon.telling.decay import measure
from daemon.telling.parts import Told, told
from daemon.telling.pressing import Press, event_of
from daemon.telling.prompt import Prompt, is_silence
from daemon.telling.sieve import Sieve
from daemon.turn.shown import Shown
from protocol.errors import STORAGE, Fault
from protocol.events import Cut, LineSaid, ModelCalled
from protocol.ids import NOBODY, EntityId, Seq, TurnNumber
from protocol.model import Finish, ModelUnavailable

QUIET = "says nothing"
"""What those present see of somebody who chooses silence."""

TRIES = 3
"""How often a script is asked for a line, if nothing that its speaker could say comes of it; it costs little."""

KEEP_S = 0.25
"""Seconds after which a growing draft is kept again."""


class Request(msgspec.Struct, frozen=True):
    """A reply that is wanted."""

    story: OpenStory
    branch: str
    turn: TurnNumber
    speaker: EntityId | None
    """Who is to speak; None is the narrator."""
    mode: str
    params: Mapping[str, Any]
    """The parameters of the call of the model."""
    answers: Seq
    """The seq that the reply answers."""
    at: Seq
    """The seq as of which the prompt shows the story."""
    line: str
    """The id of the line that the reply becomes, or that it continues."""
    first: int = 0
    """The number of the reply's first part; more than 0 where the reply continues a line."""
    may_pass: bool = False
    """Whether the speaker may say nothing without anybody seeing it."""
    note: str = ""
    """What steers this reply alone."""
    press: Press | None = None
    """What the speaker is inclined to, since the story moves by itself."""
    wrote: EntityId | None = None
    """Whose message the speaker got last, where that is what is answered."""
    confided: EntityId | None = None
    """Who whispered to the speaker since they last spoke, if anybody did."""


class Reply:
    """A reply while it is being written. `stopped` is set where somebody stopped it, `passed` where the speaker chose
    to say nothing; unless the speaker may pass, or a line is continued, that becomes a line for all to see."""

    def __init__(self, wanted: Request, model: Model, writer: Writer, prompts: PromptBuilder) -> None:
        self.wanted, self.model = wanted, model
        self._writer, self._hub, self._prompting = writer, writer.hub, prompts
        self.draft = RunningDraft(wanted.story.id, wanted.branch, wanted.turn, wanted.line, wanted.speaker)
        self._shown: Shown
        self.stopped = self.passed = False
        self.failure: ModelUnavailable | None = None
        self._finish: Finish | None = None
        self._streaming: asyncio.Task[None] | None = None
        self._kept = ""
        self._keeping: asyncio.Task[None]
        self._cut: Cut = ""
        self._writing = True
        self._began = self._first = 0.0
        self._measure: Measure
        self.records: list[Drafted]

    @property
    def text(self) -> str:
        """The text so far, tidied as it is when it becomes a line."""
        return tidy(uncircled(self.draft.text))

    def stop(self) -> None:
        """Ends the reply where it is; does nothing to a reply that has ended by itself."""
        self.stopped = self._streaming is None or self._streaming.cancel()

    async def run(self, truth: State) -> None:
        """Writes the reply; afterwards `text` is what there is of it, `failure` why there is no more, and `records`
        what is to be recorded: the call, and what was pressed."""
        self._measure = self._prompting.measure(self.model.endpoint, self.wanted.params)
        prompt = await self._prompting.prompt(
            self.wanted.story, self.wanted.branch, self.wanted.at, self.wanted.speaker,
            self._measure, self.wanted.mode, may_pass=self.wanted.may_pass, note=self.wanted.note,
            press=self.wanted.press,
        )  # fmt: skip
        world = await self._writer.open_stories.world(self.wanted.story, self.wanted.branch)
        self._shown = Shown(self.draft, self._hub, Certain(world, self.wanted.speaker, self.wanted.wrote))
        self._keeping = asyncio.create_task(self._keep())  # the model is asked meanwhile
        self._hub.drafts[self._draft_id()] = self.draft
        self._began = time.monotonic()
        if not self.stopped:
            self._streaming = asyncio.create_task(self._stream(prompt, truth))
            await self._streamed(self._streaming)
        await asyncio.wait({self._keeping})
        pressed = [event_of(self.wanted.press, self.wanted.line)] if self.wanted.press is not None else []
        self.records = [Drafted(self._called(prompt), NOBODY), *(Drafted(p, NOBODY) for p in pressed)]

    async def _streamed(self, streaming: "asyncio.Task[None]") -> None:
        """Waits until the stream has ended, one way or another, and all of its text was sent and kept."""
        backups = asyncio.create_task(self._keep_now_and_then())
        try:
            await streaming
        except asyncio.CancelledError:
            if not self.stopped:
                streaming.cancel()
                raise
        except ModelUnavailable as failure:
            self.failure = failure
        finally:
            self._shown.close()
            self._writing = False
            backups.cancel()
            await asyncio.wait({backups})

    async def commit(self) -> Seq | None:
        """Makes the draft a line, cut short unless it ended by itself; returns the seq of the first part, or None.

        Raises Fault: a refusal, or STORAGE where the store cannot be written: then the reply is still a draft, and
        `commit` can be tried again.
        """
        try:
            seq = await self._commit()
        except Fault as fault:
            if fault.code != STORAGE:
                self.put_away()
            raise
        self.put_away()
        return seq

    async def _commit(self) -> Seq | None:
        story, wanted = self.wanted.story, self.wanted
        async with self._writer.change(story, wanted.branch) as change:
            self.passed = wanted.speaker is not None and is_silence(self.text)
            if not self.text or (self.passed and (wanted.may_pass or wanted.mode == "continue")):
                await self._writer.log.change(side_tables.drop_draft, story.id, wanted.line)
                return None
            # The parts are worked out in the world of now: the listener of a whisper may have left meanwhile.
            line = self._line(await change.world())
            written = await change.commit([line], turn=wanted.turn, cause=wanted.answers, done=wanted.line)
            return next(r.event.seq for r in written.recorded if isinstance(r.payload, LineSaid))

    def put_away(self) -> None:
        """Takes the draft off the list of those that are being written, whatever became of it."""
        self._hub.drafts.pop(self._draft_id(), None)

    def _line(self, world: World) -> Utter:
        """The line that the reply becomes."""
        wanted = self.wanted
        parts, deeds = (
            Told([Part("action", QUIET)], [])
            if self.passed
            else told(world, wanted.speaker, self.text, reply=True, answers=wanted.wrote, confided=wanted.confided)
        )
        return Utter(
            line=wanted.line, who=wanted.speaker, parts=parts, mode=wanted.mode, answers=wanted.answers,
            cut=self.stopped or self.failure is not None, first=wanted.first, deeds=deeds,
        )  # fmt: skip

    async def _stream(self, prompt: Prompt, truth: State) -> None:
        for again in range(TRIES if prompt.script else 1):
            try:
                await self._stream_once(prompt, truth, again)
            except ModelUnavailable as failure:
                if self.text or failure.status != 200 or not prompt.script or again == TRIES - 1:
                    raise
            if self.text:
                return
        raise ModelUnavailable(self.model.endpoint.label, "returned an empty reply")

    async def _stream_once(self, prompt: Prompt, truth: State, again: int) -> None:
        params, self._finish = dict(self.wanted.params), None
        if again and isinstance(params.get("seed"), int):
            params["seed"] += again  # or it would write the same
        sieve = Sieve(truth, self.wanted.speaker, prompt.script)
        stream = self.model.stream(prompt.messages, params, slot=of_speaker(self.wanted.speaker))
        try:
            async for item in stream:
                if isinstance(item, Finish):
                    self._finish = item
                    break
                self._first = self._first or time.monotonic()
                if not self._keeping.done():  # nothing is shown of a reply that a crash would leave no trace of
                    await asyncio.wait({self._keeping})
                if item.kind == "unsaid":
                    self._shown.take_back()
                    sieve = Sieve(truth, self.wanted.speaker, prompt.script)
                    continue
                # What is thought passes no sieve: one may well think the same again and again.
                self._shown.add(item.kind, sieve.feed(item.text) if item.kind == "text" else item.text)
                if sieve.cut:
                    break
        finally:
            self._shown.end(sieve.end(whole=self._finish is not None and self._finish.reason == "stop"))
            self._cut = sieve.why
            await stream.aclose()  # type: ignore[attr-defined]
        if self._finish is not None and self._finish.usage is not None:
            self._prompting.calibration.learn(
                self.model.endpoint.label, prompt.tokens, self._finish.usage.prompt_tokens
            )

    async def _keep_now_and_then(self) -> None:
        """Keeps a growing draft every `KEEP_S`. A write takes no notice of a cancellation, so `_writing` ends it."""
        while self._writing:
            await asyncio.sleep(KEEP_S)
            if self._kept != self.draft.text:
                await self._keep()

    async def _keep(self) -> None:
        """Keeps the draft in the store, so that a crash loses no more than its last moment."""
        w, text = self.wanted, self.draft.text
        row = side_tables.DraftRow(w.story.id, w.turn, w.branch, w.line, w.speaker, w.mode, w.answers, w.first, text)
        # The disk may be full: the reply streams on all the same, and its commit will raise that fault.
        with contextlib.suppress(Fault):
            await self._writer.log.change(side_tables.keep_draft, row, w.story.ids.next)
            self._kept = text

    def _called(self, prompt: Prompt) -> ModelCalled:
        """The record of the call of the model with this prompt."""
        w, now = self.wanted, time.monotonic()
        usage = self._finish.usage if self._finish is not None else None
        return ModelCalled(
            role="render",
            endpoint=self.model.endpoint.label,
            model=self._finish.model if self._finish is not None else self.model.endpoint.model,
            speaker=w.speaker,
            line=w.line,
            prompt_sha256=prompt.sha256(),
            prompt_head=w.at,
            params=dict(w.params),
            estimated_tokens=prompt.tokens,
            prompt_tokens=usage.prompt_tokens if usage else None,
            completion_tokens=usage.completion_tokens if usage else None,
            cached_tokens=usage.cached_tokens if usage else None,
            first_token_ms=int((self._first - self._began) * 1000) if self._first else None,
            total_ms=int((now - self._began) * 1000),
            finish="stopped" if self.stopped else self._finish.reason if self._finish else "cut",
            error=self.failure.why if self.failure else "",
            budget=self._measure.budget,
            factor=self._measure.factor,
            may_pass=w.may_pass,
            note=w.note,
            form=self._measure.form,
            recalled=[seq for s in prompt.sections if s.name == "memories" for seq in s.from_],
            freshness=measure([*prompt.own, self.text], prompt.names, self._prompting.overused)
            if self.text and w.mode != "continue"
            else None,
            cut=self._cut,
            countered=next((s.why for s in prompt.sections if s.name == "freshness"), ""),
        )

    def _draft_id(self) -> str:
        return f"{self.wanted.story.id} {self.wanted.line}"
