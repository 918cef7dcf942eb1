"""One story at hand: what a REPL, a pipe and a single `rpc play` share. Holds nothing that the daemon does not know.

Opens the story, looks at it, plays turns and waits for them, through lost connections too. Hearing: listening.py.
"""

import asyncio
import os
import time
from typing import Any, TypeVar

import msgspec

from client.play import preferences
from client.play.eyes import OWN, has_secrets, question, refusal
from client.play.known import known
from client.play.listening import Bar, Listening, Step, quietly
from client.play.past import show
from client.show.course import moment
from client.show.format_view import joined, place_of
from client.show.themes import theme_for
from client.show.turns import Read, Turns
from client.text.names import Unclear
from client.text.plain import one_line
from client.wire.connection import Lost
from protocol import views as v
from protocol.errors import Fault
from protocol.ids import EntityId

SHOWN_ON_OPENING = 8

SETTLING_S = 120.0
"""How long one who asks what a turn changed waits for its being read."""

V = TypeVar("V", bound=v.View)


class Game(Listening):
    """The story that is open, and the turns that are waited for."""

    async def start(self) -> None:
        """Connects, waking the daemon. Raises process.NotStarted, or Fault where it refuses this client."""
        await self.connection.open()

    async def close(self) -> None:
        """Lets go of the story; what runs goes on in the daemon."""
        for task in (self._refreshing, self._loading):
            if task:
                task.cancel()
        await self.connection.close()

    async def ready(self) -> None:
        """Waits until there is a connection, waking the daemon, and the story is loaded."""
        await self.connection.again()
        if self._loading:
            await asyncio.wait([self._loading])

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """A call about no story, or another one."""
        return await self.connection.call(method, **params)

    async def of_story(self, method: str, **params: Any) -> dict[str, Any]:
        """A call about the story at hand. Raises Unclear where there is none."""
        return await self.call(method, story=self.at_hand(), **params)

    async def view(self, name: str, shape: type[V], lens: list[EntityId] | None = None, **params: Any) -> V:
        """A view of the story, through the lens in use unless another is given."""
        through = self.lens if lens is None else lens
        result = await self.of_story("project", view=name, lens=through, **params)
        return msgspec.convert(result["data"], shape)

    def may_see(self, lens: list[EntityId]) -> None:
        """Raises Unclear where one looks through somebody's eyes and this lens is another's."""
        if self.lens and lens[:1] != self.lens[:1]:
            whose = [joined([self.cast.get(e, e) for e in some]) for some in (lens, self.lens)]
            raise Unclear(refusal(whose[0] or "nobody", whose[1]))

    def seeing_all(self, what: str) -> None:
        """Raises Unclear where one looks through somebody's eyes: nobody in the story sees `what` is to be shown."""
        if self.lens:
            raise Unclear(
                f"{what} isn't shown while you see through somebody's eyes. /lens by itself, or F2, shows everything."
            )

    async def transcript(self, **params: Any) -> v.TranscriptView:
        """A page of the lines as they truly are."""
        return await self.view("transcript", v.TranscriptView, [], **params)

    async def append(self, *commands: dict[str, Any]) -> None:
        """Applies commands, which can be undone; the toolbar follows by itself."""
        done = await self.connection.once("append", story=self.at_hand(), commands=list(commands))
        if done["events"]:
            self.steps.append(Step("rewind", done["events"][0]["seq"] - 1))

    async def open(
        self, story: dict[str, Any], tail: int = SHOWN_ON_OPENING, through: list[EntityId] | None = None
    ) -> None:
        """Goes over to a story (as `stories` lists it), shows its last lines, and listens from there on. `through`: the
        lens; left out, the one that was chosen for the story, which is asked for where it has secrets."""
        if self._subscription:
            await self.connection.leave(self._subscription)
        self.scroll.begin()
        self.story, self.title, self.running = story["story"], story["title"], None
        self.steps, self.redos, self._branch = [], [], story["branch"]
        self.turns = Turns()
        self.chosen = story.get("lens")
        self.lens = (self.chosen or []) if through is None else through
        await self.refresh()
        if through is None:
            await self._choose_eyes()
        past = await self.of_story("project", view="transcript", lens=self.lens, limit=max(tail, 1))
        self.begin_course()
        if tail:
            await self._show(msgspec.convert(past["data"], v.TranscriptView))
        self._subscription = await self.connection.follow(
            self.story, after=past["at"], of_branch=story["branch"], lens=self.lens
        )

    async def _choose_eyes(self) -> None:
        """Where the story has secrets and nobody chose yet: asks whether to see it through one's own eyes only."""

        async def project(view: str, lens: list[EntityId], **params: Any) -> Any:
            return (await self.of_story("project", view=view, lens=lens, **params))["data"]

        if not self.asks or self.chosen is not None or not await has_secrets(project, self.cast):
            return
        answer = await self.ask(question(self.cast["you"]), "y")
        self.lens = [*OWN] if answer.strip().casefold() in ("y", "yes") else []
        await self.choose_eyes(self.lens)
        await self.refresh()

    async def choose_eyes(self, lens: list[EntityId]) -> None:
        """Keeps through whose eyes this story is to be shown, here and in the page, from now on."""
        await self.call("change_story", story=self.at_hand(), lens=lens)
        self.chosen = lens

    async def look_through(self, lens: list[EntityId]) -> None:
        """Shows, from now on, only what a lens perceives: lines, drafts, and what turns change."""
        self.lens = lens
        if self._subscription:
            await self.connection.leave(self._subscription)
            self.scroll.begin()
            self.turns.read = None
            self.begin_course()
            self._subscription = await self.connection.follow(self.story, lens=lens)
            await self.refresh()

    def prefer(self, **chosen: str) -> None:
        """Keeps what somebody likes in their terminal, and does so from now on. Raises Unclear where that cannot be."""
        self.preferences = msgspec.structs.replace(self.preferences, **chosen)
        self.screen.theme = theme_for(self.preferences.theme, os.environ)
        self.changed()
        try:
            preferences.save(self.home, self.preferences)
        except OSError as wrong:
            raise Unclear(f"This can't be kept for next time: {wrong.strerror}.") from None

    async def afresh(self) -> None:
        """Opens the story at hand again and shows its last lines, since what was seen of it may not be so any more.

        Waits for the daemon first. Where no story has its id and title any more, that is said, and none is open;
        without a story at hand none is opened. Raises Fault, Lost, process.NotStarted.
        """
        await self.ready()
        if self.story:
            was, self.story, self.title = (self.story, self.title), "", ""
            await self._load(*was)

    async def _load(self, story: str, title: str) -> None:
        stories = (await self.call("stories"))["stories"]
        found = next((s for s in stories if (s["story"], s["title"]) == (story, title)), None)
        if found:
            await self.open(found, through=self.lens)
            return
        await self.leave()
        self.screen.line(f"“{one_line(title)}” is gone. /open lists your stories, /new starts one.")

    async def leave(self) -> None:
        """Has no story open from now on."""
        if self._subscription:
            await self.connection.leave(self._subscription)
        self.scroll.begin()
        self.story = self.title = ""
        self._subscription, self.running, self.bar = None, None, Bar(model=self.bar.model)
        self.changed()

    async def refresh(self) -> None:
        """Learns anew who and what there is, for the toolbar and for completing names."""

        async def project(view: str, **params: Any) -> Any:
            return (await self.of_story("project", view=view, lens=self.lens, **params))["data"]

        found, scene = await known(project), await self.view("scene", v.SceneView)
        world = found.world
        self.cast, self.places, self.props, self.names = found.cast, found.places, found.props, found.names
        self.occasions = found.occasions
        clock = moment(scene.clock, scene.elapsed)
        here = place_of("you", world)
        at = here.container if here else scene.container
        present = [self.cast[e] for e in (here.present if here else ()) if e != "you" and e in self.cast]
        self.bar = Bar(self.places.get(at or "", ""), clock, present, self.bar.model)
        self.changed()

    async def model(self) -> str:
        """Which model tells the story, for the toolbar."""
        render = [m for m in (await self.call("status"))["models"] if m["role"] == "render"]
        self.bar.model = f"{render[0]['model'] or render[0]['endpoint']}" if render else ""
        self.changed()
        return self.bar.model

    async def play(self, **params: Any) -> None:
        """One turn, until one may play again. Raises Fault where it failed; the line is safe even so."""
        self._sending += 1
        try:
            result = await self.connection.once("play", story=self.at_hand(), **params)
            self.turns.own.add(result["turn"])
            self.steps.clear()
            self.redos.clear()
        except (Fault, Lost):
            self.draft = self.typed
            raise
        finally:
            self._sending -= 1
        await self.watch(result["turn"])

    async def watch(self, turn: int) -> None:
        """Waits for a turn while its reply goes past. Raises Fault where it failed."""
        self.running, start, turns = turn, time.monotonic(), self.turns
        pid = await self.connection.pid()
        self.screen.gap()
        try:
            while not turns.over(turn):
                if not self.connection.connected:
                    await self.connection.again()
                    turns.gap(turn, another_daemon=await self.connection.pid() != pid)
                    continue
                if turns.silent(turn) and not self.scroll.writing:
                    doing = "thinking" if turns.thinking else "…"
                    self.screen.passing(f"  {doing} {time.monotonic() - start:.0f} s")
                await turns.news(seconds=0.2)
        finally:
            self.running = self.stopping = None
            self.screen.fresh()
            self._say_later()
        if failure := turns.failure(turn):
            raise failure
        if turns.wordless(turn):
            self._aside.line("[stopped before the first word]", "dim")
        if remark := turns.remark(turn):
            self._aside.line(f"[{remark}]", "dim")
        await quietly(self.refresh)

    async def settled(self, seconds: float = SETTLING_S) -> Read | None:
        """What the latest turn that was read came to; waits for the one that is being read, at most so long."""
        until = time.monotonic() + seconds
        while self.turns.reading() and self.connection.connected and time.monotonic() < until:
            self.screen.passing("tracking changes …")
            await self.turns.news(seconds=0.2)
        self.screen.pass_over()
        return self.turns.read

    def stop_soon(self) -> None:
        """As `stop`, from where one cannot wait."""
        self.stopping = asyncio.create_task(quietly(self.stop))

    async def stop(self) -> None:
        """Stops the running reply; what was written so far stays."""
        result = await self.of_story("stop")
        if result["turn"] is None and self.running is not None:
            self.turns.phase(self.running, "stopped")

    async def switching(self, method: str, **params: Any) -> dict[str, Any]:
        """A call that changes the branch, of which we tell ourselves."""
        self._switching += 1
        try:
            result = await self.of_story(method, **params)
            if "branch" in result:
                self._arrived = result["branch"]
                self.begin_course()
            return result
        finally:
            self._switching -= 1

    def at_hand(self) -> str:
        """The id of the story at hand. Raises Unclear where there is none."""
        if not self.story:
            raise Unclear("No story is open. /new starts one, /open lists your stories.")
        return self.story

    async def retold(self, past: v.TranscriptView) -> None:
        """Shows these lines of the past again, from a heading on that says where and when they were said."""

        async def project(view: str, **params: Any) -> Any:
            return (await self.of_story("project", view=view, lens=self.lens, **params))["data"]

        self.begin_course()
        await show(past, self.scroll, project, times=self.screen.live)

    async def at_present(self) -> None:
        """Takes it that the reader knows where and when it plays now."""
        scene = await self.view("scene", v.SceneView)
        here = place_of(self.scroll.course.who, await self.view("world", v.WorldView))
        self.scroll.course.stands(here.container if here else scene.container, scene.clock, scene.elapsed)
        self.scroll.course.told()

    async def _show(self, past: v.TranscriptView) -> None:
        self.screen.gap()
        self.screen.line(one_line(self.title), "title")
        if past.more:
            self.screen.line("…", "dim")
        await self.retold(past)
