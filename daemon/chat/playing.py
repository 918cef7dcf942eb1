"""Has a turn played that a frontend asked for, and gives what `you` perceive of it, while it is written."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import msgspec

from daemon.chat import matching
from daemon.chat.asked import Given, asked
from daemon.chat.plan import YOU, Deed, Finder, Plan
from daemon.history.branches import Branches
from daemon.history.target import Targets
from daemon.live.catching_up import CatchingUp
from daemon.live.open_stories import OpenStory
from daemon.live.subscriptions import Subscription
from daemon.live.views import Viewpoint, Views
from daemon.live.writing import Writer
from daemon.store.queries import summaries
from daemon.story.lenses import TRUTH
from daemon.turn.turns import Turns
from protocol import methods as m
from protocol.commands import Set
from protocol.errors import BUSY, INTERNAL_ERROR, INVALID_PARAMS, MODEL_UNAVAILABLE, Fault
from protocol.ids import EntityId, Seq, TurnNumber

RECENT = 8
"""Lines among which the one that has just been committed is looked for."""

LONGEST_PREMISE = 4000
"""Characters of a premise, as `set` takes it."""

Gate = Callable[[], AbstractAsyncContextManager[None]]
"""Is entered while a story is read or changed."""


class Gone(Exception):  # noqa: N818 - what happened
    """Whoever asked has gone away."""


class Playing:
    """A turn while it runs. `text` is what was said of it so far, `deed` and `plan` what was done for it; once all
    `pieces` were given, `cut` says whether the reply was cut short, and `prompt`, `completion` and `cached` count
    tokens."""

    def __init__(
        self, story: OpenStory, plan: Plan, names: Mapping[EntityId, str], turns: Turns, finder: Finder
    ) -> None:
        self.story, self.plan, self.deed = story, plan, plan.deed
        self.turn, self.branch = TurnNumber(0), ""
        self.text, self.cut = "", False
        self.prompt = self.completion = self.cached = 0
        self.lines: list[str] = []
        self._names = names if {"a", "b"} <= names.keys() and plan.speaker is None else {}
        self._all_names, self._turns, self._finder, self._views = names, turns, finder, finder.views
        self._sent: dict[str, str] = {}
        self._news: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
        self._recorded = ""
        self._before: Seq | None = None
        self.listening: list[Subscription] = []

    def leave(self) -> None:
        """Takes note that whoever asked has gone away."""
        self._news.put_nowait(("gone", b"{}"))

    async def pieces(self, gate: Gate) -> AsyncGenerator[str]:
        """What is said, in pieces. Raises Fault where nothing came of the turn, and Gone."""
        while True:
            method, tail = await self._news.get()
            if method == "gone":
                raise Gone
            told: dict[str, Any] = msgspec.json.decode(tail)
            if method == "event":
                self._count(told["events"])
            elif told.get("turn") != self.turn:
                continue
            elif method == "token" and told["kind"] == "text":
                if piece := self._token(told):
                    yield piece
            elif method == "turn":
                if told["phase"] == "replied":
                    async with gate():
                        rest = await self._landed(told["line"])
                    if rest:
                        yield rest
                elif told["phase"] == "failed" and not self.lines:
                    raise _fault(told.get("detail", {}))
                elif told["phase"] in ("reading", "done", "failed"):
                    return
            if self._over():
                return

    def _token(self, told: Mapping[str, Any]) -> str:
        """What is to be sent for a piece of a draft."""
        line, text = told["line"], told["text"]
        if not told["offset"] and not text:  # it was no prose, and begins once more
            self._sent.pop(line, None)
            return ""
        return self._said(line, told["speaker"], text)

    def _said(self, line: str, speaker: EntityId | None, text: str) -> str:
        """A piece of a line with what goes before it: its speaker's name where two might speak, and a gap."""
        begun = ""
        if line not in self._sent and text:
            name = self._names.get(speaker) if speaker in ("a", "b") else None
            begun = f"{name}: " if name and self._before is None else ""
            begun = ("\n\n" if self.text else " " if self._before is not None and not text[0].isspace() else "") + begun
        self._sent[line] = self._sent.get(line, "") + text
        self.text += begun + text
        return begun + text

    async def _landed(self, line: str) -> str:
        """What is left to be sent of a line that is committed."""
        self.lines.append(line)
        head = await self._views.open_stories.head(self.story, self.branch)
        lines = await self._views.lines(Viewpoint(self.story, self.branch, head, YOU), RECENT)
        view = next((x for x in lines if x.line == line), None)
        if view is None:
            return ""  # it was said where `you` perceive nothing of it
        self.cut = self.cut or view.cut
        whole, sent = matching.words(view, self._all_names, self._before), self._sent.get(line, "")
        left = matching.left_of(whole, sent)
        if left is not None:
            return self._said(line, view.who, left)
        # It reads otherwise than it began to: what was sent cannot be taken back.
        more = self._said(line, view.who, f"\n\n{whole}")
        self._finder.note(self.story, line, self._sent[line])
        return more

    def _count(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            data = event["data"]
            if event["kind"] != "model.called" or event["turn"] != self.turn or data["role"] != "render":
                continue
            self.prompt += data.get("prompt_tokens") or data.get("estimated_tokens") or 0
            self.completion += data.get("completion_tokens") or 0
            self.cached += data.get("cached_tokens") or 0
            self.cut = self.cut or data.get("finish") == "length"
            self._recorded = data["line"]

    def _over(self) -> bool:
        """Whether no more is to come, though what the turn changed is yet to be read."""
        if self.lines[-1:] != [self._recorded] or not self._news.empty():
            return False
        running = self._turns.running.get(self.story.id)
        return running is not None and running.turn == self.turn and running.replied.is_set()

    def hear(self, method: str, params: bytes) -> None:
        """Takes a notification."""
        self._news.put_nowait((method, params))

    def begun(self, turn: TurnNumber, branch: str, before: Seq | None) -> None:
        """Takes note of what was begun; `before`: only what is said after this seq is new."""
        self.turn, self.branch, self._before = turn, branch, before


class Chats:
    """Plays turns for frontends."""

    def __init__(
        self, writer: Writer, views: Views, turns: Turns, branches: Branches, streams: CatchingUp, gate: Gate
    ) -> None:
        self.writer, self.views, self.turns, self.branches, self.streams = writer, views, turns, branches, streams
        self.gate, self._finder, self._targets = gate, Finder(views), Targets(writer, views)
        self._seats: dict[str, asyncio.Event | None] = {}

    def stories(self) -> list[OpenStory]:
        """The stories that are not put away, the one played last first."""
        there = [s for s in self.writer.open_stories.by_id.values() if s.kept.shelf == "open"]
        return sorted(there, key=lambda s: s.updated, reverse=True)

    def story(self, id: str) -> OpenStory | None:
        """The story with this id, unless it is in the bin; None where there is none."""
        found = self.writer.open_stories.by_id.get(id)
        return found if found is not None and found.kept.shelf != "bin" else None

    @contextlib.asynccontextmanager
    async def play(self, story: OpenStory, given: list[Given], params: dict[str, Any]) -> AsyncIterator[Playing]:
        """A turn that begins with what these messages come to. It is stopped where it is left before its end. Raises
        Fault: BUSY where another is being written in the story."""
        async with self._seat(story):
            async with self.gate():
                playing = await self._begin(story, given, params)
            try:
                yield playing
            except BaseException:
                self._seats[story.id] = asyncio.Event()
                await self.turns.stop(m.StopParams(story=story.id, turn=playing.turn))
                raise
            finally:
                self._end(playing)

    @contextlib.asynccontextmanager
    async def _seat(self, story: OpenStory) -> AsyncIterator[None]:
        """The one place from which a story is played here. Waits for somebody who has left it, and for nobody else."""
        while story.id in self._seats:
            leaving = self._seats[story.id]
            if leaving is None:
                raise _busy()
            await leaving.wait()
        self._seats[story.id] = None
        try:
            yield
        finally:
            left = self._seats.pop(story.id)
            if left is not None:
                left.set()

    async def _begin(self, story: OpenStory, given: list[Given], params: dict[str, Any]) -> Playing:
        running = self.turns.running.get(story.id)
        if running is not None and not running.replied.is_set():
            raise _busy()
        head = await self.writer.open_stories.head(story, story.current)
        truth = await self.views.state(Viewpoint(story, story.current, head, TRUTH))
        names = {e: x.name for e, x in truth.entities.items()}
        wanted = await asyncio.to_thread(asked, given, names)
        plan = await self._finder.plan(story, wanted, names)
        playing = Playing(story, plan, names, self.turns, self._finder)
        try:
            await self._go(playing, plan, params, wanted.system)
        except BaseException:
            self._end(playing)
            raise
        return playing

    async def _go(self, playing: Playing, plan: Plan, params: dict[str, Any], system: str) -> None:
        """Does what is planned."""
        story = playing.story
        if plan.deed == "retake" and plan.line is not None:
            await self._listen(playing)
            try:
                again = await self.turns.retake(
                    m.RetakeParams(story=story.id, branch=plan.branch, line=plan.line, params=params)
                )
            except Fault as fault:
                if fault.code != INVALID_PARAMS:
                    raise
                # It was written by hand: it stays on its branch, and what it followed is answered.
                plan = msgspec.structs.replace(plan, deed="answer", before=plan.line)
                playing.deed = plan.deed
            else:
                playing.begun(again.turn, again.branch, None)
                return
        await self._on_branch(story, plan)
        await self._premise(story, system)
        if not playing.listening:
            await self._listen(playing)
        branch = story.current
        head = await self.writer.open_stories.head(story, branch)
        played = await self.turns.play(
            m.PlayParams(
                story=story.id, branch=branch, text=plan.text, speaker=plan.speaker, mode=_MODES[plan.deed],
                params=params, expected=head,
            )
        )  # fmt: skip
        playing.begun(played.turn, branch, played.head if plan.deed == "continue" else None)

    async def _on_branch(self, story: OpenStory, plan: Plan) -> None:
        """Makes the branch of the plan the current one, or one that goes back from it."""
        if plan.before is not None:
            to = await self._before(story, plan.branch, plan.before)
            await self.branches.rewind(m.RewindParams(story=story.id, branch=plan.branch, to=to))
        elif plan.branch != story.current:
            await self.branches.switch(m.SwitchParams(story=story.id, branch=plan.branch))

    async def _before(self, story: OpenStory, branch: str, line: str) -> Seq:
        """The last seq before a line; of one that the story began with, the end of that beginning."""
        try:
            return (await self._targets.line(story, branch, line)).before
        except Fault as fault:
            if fault.code != INVALID_PARAMS:
                raise
            first = story.tree[branch].created
            return await self.views.database.read.run(summaries.commit_end, first)

    async def _premise(self, story: OpenStory, system: str) -> None:
        """Has what a frontend says first be the premise of a story that has none."""
        if not system:
            return
        head = await self.writer.open_stories.head(story, story.current)
        if not (await self.views.state(Viewpoint(story, story.current, head, TRUTH))).premise:
            values = {"premise": system[:LONGEST_PREMISE]}
            await self.writer.append(m.AppendParams(story=story.id, commands=[Set(what="story", values=values)]))

    async def _listen(self, playing: Playing) -> None:
        """Has the turn to come be heard: its words as `you` perceive them, and the records of the calls for it."""
        for lens, tokens, methods in ((["you"], True, ("token", "turn")), ([], False, ("event",))):
            params = m.StreamParams(story=playing.story.id, lens=lens, tokens=tokens)  # type: ignore[arg-type]

            def notify(method: str, told: bytes, wanted: tuple[str, ...] = methods) -> None:
                if method in wanted:
                    playing.hear(method, told)

            at_once = asyncio.get_running_loop().create_future()
            at_once.set_result(None)
            subscription, _ = await self.streams.stream(params, notify, _writable, at_once, as_written=True)
            playing.listening.append(subscription)

    def _end(self, playing: Playing) -> None:
        while playing.listening:
            self.streams.end(playing.listening.pop())


_MODES: dict[Deed, m.Mode] = {
    "play": "reply", "answer": "reply", "continue": "continue", "impersonate": "impersonate",
}  # fmt: skip


async def _writable() -> None:
    """Waits for nothing: what is heard is kept until it is read."""


def _busy() -> Fault:
    return Fault(BUSY, "a reply is still being written in this story; try again when it has come", retry=1.0)


def _fault(detail: Mapping[str, Any]) -> Fault:
    """The fault by which a turn failed."""
    code, message = detail.get("code", INTERNAL_ERROR), detail.get("message", "nothing came of the turn")
    if code == MODEL_UNAVAILABLE:
        message += ". What you said is kept: ask for the reply again"
    return Fault(code, message, **detail.get("data", {}))
