"""One story at hand: what a REPL, a pipe and a single `rpc play` share. Holds nothing that the daemon does not know.

Listens to the story, shows what is told, plays turns and waits for them, through lost connections too.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from client import answers
from client.connection import Lost, Subscription
from client.known import known
from client.looks import place_of
from client.names import Unclear
from client.screen import Screen
from client.scroll import Scroll
from client.steady import Steady
from client.turns import Read, Turns
from protocol import views as v
from protocol.errors import Fault
from protocol.ids import EntityId

Ask = Callable[[str, str], Awaitable[str]]
"""Puts a question, with the answer to be had by Enter."""

SHOWN_ON_OPENING = 8

SETTLING_S = 120.0
"""How long one who asks what a turn changed waits for its being read."""

V = TypeVar("V", bound=v.View)


class Step(msgspec.Struct, frozen=True):
    """Takes back, or does again, what was done to the history: `switch` to a branch, `reinstate` or `delete` seqs."""

    method: str
    what: str | list[int]


class Bar(msgspec.Struct):
    """What the toolbar shows of the story."""

    place: str = ""
    clock: str = ""
    present: list[str] = []
    model: str = ""


class Game:
    """The story that is open, and the turns that are waited for. `changed` is called when `bar` has changed.

    `typed` is what is being done; where it could not be sent it becomes the `draft` that the prompt begins with.
    """

    def __init__(self, home: Path, screen: Screen, ask: Ask, aside: Screen | None = None) -> None:
        self.home, self.screen, self.ask, self._aside = home, screen, ask, aside or screen
        self.connection = Steady(home, self.note, self._aside)
        self.scroll = Scroll(screen, lambda: self.names)
        self.story = self.title = ""
        self.lens: list[EntityId] = []
        self.names: dict[str, str] = {}
        self.cast: dict[str, str] = {}
        self.places: dict[str, str] = {}
        self.props: dict[str, str] = {}
        self.occasions: dict[str, str] = {}
        self.bar = Bar()
        self.changed: Callable[[], None] = lambda: None
        self.steps: list[Step] = []
        self.redos: list[Step] = []
        self.typed = self.draft = ""
        self.running: int | None = None
        self.stopping: asyncio.Task[None] | None = None
        self._subscription: Subscription | None = None
        self.turns = Turns()
        self._sending = self._switching = self._history = 0
        self._arrived = self._branch = ""
        self._later: list[str] = []
        self._refreshing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connects, waking the daemon. Raises process.NotStarted, or Fault where it refuses this client."""
        await self.connection.open()

    async def close(self) -> None:
        """Lets go of the story; what runs goes on in the daemon."""
        if self._refreshing:
            self._refreshing.cancel()
        await self.connection.close()

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """A call about no story, or another one."""
        return await self.connection.call(method, **params)

    async def of_story(self, method: str, **params: Any) -> dict[str, Any]:
        """A call about the story at hand. Raises Unclear where there is none."""
        return await self.call(method, story=self._at_hand(), **params)

    async def view(self, name: str, shape: type[V], lens: list[EntityId] | None = None, **params: Any) -> V:
        """A view of the story, through the lens in use unless another is given."""
        through = self.lens if lens is None else lens
        result = await self.of_story("project", view=name, lens=through, **params)
        return msgspec.convert(result["data"], shape)

    async def append(self, *commands: dict[str, Any]) -> None:
        """Applies commands; the toolbar follows by itself."""
        await self.connection.once("append", story=self._at_hand(), commands=list(commands))

    async def open(self, story: dict[str, Any], tail: int = SHOWN_ON_OPENING) -> None:
        """Goes over to a story (as `stories` lists it), shows its last lines, and listens from there on."""
        if self._subscription:
            await self.connection.leave(self._subscription)
        self.scroll.begin()
        self.story, self.title, self.running = story["story"], story["title"], None
        self.steps, self.redos, self._branch = [], [], story["branch"]
        self.turns = Turns()
        await self.refresh()
        past = await self.of_story("project", view="transcript", limit=max(tail, 1))
        if tail:
            self._show(msgspec.convert(past["data"], v.TranscriptView))
        self._subscription = await self.connection.follow(self.story, after=past["at"], of_branch=story["branch"])

    async def refresh(self) -> None:
        """Learns anew who and what there is, for the toolbar and for completing names."""

        async def project(view: str, **params: Any) -> Any:
            return (await self.of_story("project", view=view, **params))["data"]

        found, scene = await known(project), await self.view("scene", v.SceneView, [])
        self.cast, self.places, self.props, self.names = found.cast, found.places, found.props, found.names
        self.occasions = found.occasions
        clock = scene.clock.replace("T", " ")[:16] if scene.clock else ""
        here = place_of("you", found.world)
        at = here.container if here else scene.container
        title = f"{scene.title}, " if scene.title and at == scene.container else ""
        present = [self.cast[e] for e in (here.present if here else ()) if e != "you" and e in self.cast]
        self.bar = Bar(title + self.places.get(at or "", ""), clock, present, self.bar.model)
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
            result = await self.connection.once("play", story=self._at_hand(), **params)
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
        self.running, start = turn, time.monotonic()
        pid = await self.connection.pid()
        try:
            while not self.turns.over(turn):
                if not self.connection.connected:
                    await self.connection.again()
                    self.turns.gap(turn, another_daemon=await self.connection.pid() != pid)
                    continue
                if self.turns.silent(turn) and not self.scroll.writing:
                    doing = "thinking" if self.turns.thinking else "…"
                    self.screen.passing(f"{doing} {time.monotonic() - start:.0f} s")
                await self.turns.news(seconds=0.2)
        finally:
            self.running = self.stopping = None
            self.screen.fresh()
            self._say_later()
        if failure := self.turns.failure(turn):
            raise failure
        if remark := self.turns.remark(turn):
            self._aside.line(f"[{remark}]", "dim")
        await _quietly(self.refresh)

    async def settled(self, seconds: float = SETTLING_S) -> Read | None:
        """What the latest turn that was read came to; waits for the one that is being read, at most so long."""
        until = time.monotonic() + seconds
        while self.turns.reading() and self.connection.connected and time.monotonic() < until:
            self.screen.passing("reading …")
            await self.turns.news(seconds=0.2)
        self.screen.pass_over()
        return self.turns.read

    def stop_soon(self) -> None:
        """As `stop`, from where one cannot wait."""
        self.stopping = asyncio.create_task(_quietly(self.stop))

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
            self._arrived = result.get("branch", "")
            return result
        finally:
            self._switching -= 1

    def note(self, method: str, params: dict[str, Any]) -> None:
        """Takes a notification; unknown ones are none of ours."""
        match method:
            case "token" if params["kind"] == "text":
                self.scroll.token(params)
            case "token":
                self.turns.thinking = True
            case "event" if params["story"] == self.story:
                self._happened(params["events"], params["touches"])
            case "turn":
                self._got_to(params)
            case "drafts" if params["story"] == self.story:
                self.scroll.drafts(params["drafts"])
                self.running = next((d["turn"] for d in params["drafts"]), self.running)
            case "turns" if params["story"] == self.story:
                for turn in params["turns"]:
                    self.turns.phase(turn["turn"], turn["phase"], turn.get("detail"))
                    if self._subscription is None and not self.turns.over(turn["turn"]):
                        self.running = turn["turn"]
            case "branch" if params["story"] == self.story:
                self._moved(params)
            case "lost":
                self._aside.line("[connection lost; trying to get it back …]", "dim")
            case "back":
                self._aside.line("[connected again]", "dim")
            case "refused":
                self._aside.line(f"[{params['message']}]", "error")

    def _at_hand(self) -> str:
        if not self.story:
            raise Unclear("No story is open: /new begins one, /open lists those that there are.")
        return self.story

    def _got_to(self, note: dict[str, Any]) -> None:
        """A turn has got that far; what it changed is told in a line of its own, not amid another reply."""
        still = (note.get("detail") or {}).get("still_reading")
        if note["phase"] == "started" and still is not None:
            self._aside.line(f"[turn {still} is still being read; this one goes on without it]", "dim")
        before = self.turns.read
        self.turns.phase(note["turn"], note["phase"], note.get("detail"))
        if self.turns.read is not before and self.turns.read and (told := answers.changed(self.turns.read)):
            self._later.append(told)
            if not self.scroll.writing:
                self._say_later()

    def _say_later(self) -> None:
        for told in self._later:
            self._aside.line(told, "dim")
        self._later.clear()

    def _show(self, past: v.TranscriptView) -> None:
        self.screen.line(self.title, "title")
        if past.more:
            self.screen.line("…", "dim")
        for line in past.lines:
            self.scroll.line(line)

    def _moved(self, note: dict[str, Any]) -> None:
        """Another branch: what comes of it up to its head is history, and not told anew."""
        self.scroll.begin()
        self._history = note["head"]
        another, self._branch = note["branch"] != self._branch, note["branch"]
        if another and not self._switching and note["branch"] != self._arrived:
            self._aside.line(f"[now on branch {note['branch']}]", "dim")
        self._arrived = ""
        self._stale()

    def _happened(self, events: list[dict[str, Any]], touches: list[str]) -> None:
        self.turns.happened(events)
        fresh = (e for e in events if e["seq"] > self._history)
        self.scroll.events(fresh, lambda turn: bool(self._sending) or turn in self.turns.own)
        if {"scene", "world", "entity"} & set(touches):
            self._stale()

    def _stale(self) -> None:
        if self.screen.at_prompt and (self._refreshing is None or self._refreshing.done()):
            self._refreshing = asyncio.create_task(_quietly(self.refresh))


async def _quietly(work: Callable[[], Awaitable[None]]) -> None:
    """Does what nobody waits for; that it could not be done shows soon enough."""
    with contextlib.suppress(Lost, Fault):
        await work()
