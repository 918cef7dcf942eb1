"""Has stories played for frontends: one request after another in each story, from what its history comes to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from daemon.chat.asked import Given, asked
from daemon.chat.plan import Deed, Finder, Plan
from daemon.chat.playing import Gate, Playing
from daemon.history.branches import Branches
from daemon.history.target import Targets
from daemon.live.catching_up import CatchingUp
from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint, Views
from daemon.live.writing import Writer
from daemon.store.queries import summaries
from daemon.story.lenses import TRUTH
from daemon.turn.turns import Turns
from protocol import methods as m
from protocol.commands import Set
from protocol.errors import BUSY, INVALID_PARAMS, Fault
from protocol.ids import LONGEST_TEXT, Seq

LONGEST_PREMISE = 4000
"""Characters of a premise, as `set` takes it."""


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
        if len(plan.text or "") > LONGEST_TEXT:
            raise Fault(INVALID_PARAMS, f"a message is at most {LONGEST_TEXT:,} characters long", param="messages")
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
            subscription, _ = await self.streams.stream(params, notify, _writable, at_once)
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
