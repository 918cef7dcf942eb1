"""What one who plays a story hears of it: its notifications, put on the screen and kept in mind. Asks for nothing."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from client.play import preferences
from client.play.steady import Steady
from client.show import format_result
from client.show.course import Course
from client.show.screen import Screen
from client.show.scroll import Scroll
from client.show.turns import Turns
from client.wire.connection import Lost, Subscription
from protocol.errors import NOT_FOUND, Fault
from protocol.ids import EntityId

Ask = Callable[[str, str], Awaitable[str]]
"""Puts a question, with the answer to be had by Enter."""


class Step(msgspec.Struct, frozen=True):
    """Takes back, or does again, what was done to the history: `switch` to a branch, `rewind` to a seq, `reinstate` or
    `delete` seqs; or `unmake` the story at hand, which an import made, and go back to the one before (none: empty)."""

    method: str
    what: str | int | list[int]


class Bar(msgspec.Struct):
    """What the toolbar shows of the story."""

    place: str = ""
    clock: str = ""
    present: list[str] = []
    model: str = ""


class Listening:
    """The story that is open, and what came of it. `changed` is called when `bar` has changed.

    `typed` is what is being done; where it could not be sent it becomes the `draft` that the prompt offers. `begun`:
    what the prompt begins with. `apart`: turns that ran before one came and are not shown, where only what one asks for
    is; None where all is. `asks`: whether somebody is there to be asked; `rewrite` has them change a text. `lens`:
    through whose eyes all is shown now; `chosen`: through whose it is to be shown from the start, None where that was
    not asked yet.
    """

    def __init__(self, home: Path, screen: Screen, ask: Ask, aside: Screen | None = None) -> None:
        self.home, self.screen, self.ask, self._aside = home, screen, ask, aside or screen
        self.connection = Steady(home, self.note, self._aside)
        self.scroll = Scroll(screen, lambda: self.names)
        self.story = self.title = ""
        self.preferences = preferences.load(home)
        self.lens: list[EntityId] = []
        self.chosen: list[EntityId] | None = None
        self.names: dict[str, str] = {}
        self.cast: dict[str, str] = {}
        self.places: dict[str, str] = {}
        self.props: dict[str, str] = {}
        self.occasions: dict[str, str] = {}
        self.bar = Bar()
        self.changed: Callable[[], None] = lambda: None
        self.apart: set[int] | None = None
        self.asks = True
        self.rewrite: Ask = ask
        self.steps: list[Step] = []
        self.redos: list[Step] = []
        self.typed = self.draft = self.begun = ""
        self.running: int | None = None
        self.stopping: asyncio.Task[None] | None = None
        self._subscription: Subscription | None = None
        self.turns = Turns()
        self._sending = self._switching = self._history = 0
        self._arrived = self._branch = ""
        self._later: list[str] = []
        self._refreshing: asyncio.Task[None] | None = None
        self._loading: asyncio.Task[None] | None = None

    async def refresh(self) -> None:
        """Learns anew who and what there is."""
        raise NotImplementedError

    async def _load(self, story: str, title: str) -> None:
        """Opens a story again, if it is still there."""
        raise NotImplementedError

    def note(self, method: str, params: dict[str, Any]) -> None:
        """Takes a notification; unknown ones are none of ours."""
        match method:
            case "token" if params["turn"] in (self.apart or ()):
                pass
            case "token" if params["kind"] == "text":
                self.scroll.token(params)
            case "token":
                self.turns.thinking = True
            case "event" if params["story"] == self.story:
                self._happened(params["events"], params["touches"])
            case "turn":
                self._got_to(params)
            case "drafts" if params["story"] == self.story:
                self._keep_apart(params["drafts"])
                self.scroll.drafts(d for d in params["drafts"] if d["turn"] not in (self.apart or ()))
                self.running = next((d["turn"] for d in params["drafts"]), self.running)
            case "turns" if params["story"] == self.story:
                self._keep_apart(params["turns"])
                for turn in params["turns"]:
                    self.turns.phase(turn["turn"], turn["phase"], turn.get("detail"))
                    if self._subscription is None and not self.turns.over(turn["turn"]):
                        self.running = turn["turn"]
            case "branch" if params["story"] == self.story and params["head"]:
                self._moved(params)
            case "branch" | "gone" if params["story"] == self.story:
                self._load_afresh("[this story was deleted]")
            case "another":
                self._load_afresh("[a backup was restored; reloading the story]")
            case "lost":
                self._aside.line("[connection lost; reconnecting …]", "dim")
            case "back":
                self._aside.line("[connected again]", "dim")
            case "refused":
                self._aside.line(f"[{params['message']}]", "error")

    def _keep_apart(self, running: Iterable[dict[str, Any]]) -> None:
        """Takes note of the turns that run as one comes."""
        if self.apart is not None and self._subscription is None:
            self.apart |= {x["turn"] for x in running}

    def _got_to(self, note: dict[str, Any]) -> None:
        """A turn has got that far; what it changed is told in a line of its own, not amid another reply."""
        still = (note.get("detail") or {}).get("still_reading")
        if note["phase"] == "started" and still is not None:
            self._aside.line("[Still working on the last turn's changes.]", "dim")
        before = self.turns.told
        self.turns.phase(note["turn"], note["phase"], note.get("detail"))
        told = self.turns.told
        if told is not None and told is not before and (text := format_result.changed(told)):
            self._later.append(text)
            if not self.scroll.writing:
                self._say_later()

    def _say_later(self) -> None:
        for text in self._later:
            self._aside.gap()
            self._aside.hanging(f"  {text}" if self._aside.live else text, 2, "dim")
        self._later.clear()

    def begin_course(self) -> None:
        """Forgets where and when it played: another story, version or pair of eyes. What comes next has no heading
        until that is learnt."""
        self.scroll.course = Course(self.lens[0] if self.lens else "you")

    def _moved(self, note: dict[str, Any]) -> None:
        """Another branch: what comes of it up to its head is history, and not told anew."""
        self.scroll.begin()
        self._history = note["head"]
        another, self._branch = note["branch"] != self._branch, note["branch"]
        if another and not self._switching and note["branch"] != self._arrived:
            self.begin_course()
            self._aside.line("[now on another version of this story]", "dim")
        self._arrived = ""
        self._stale()

    def _happened(self, events: list[dict[str, Any]], touches: list[str]) -> None:
        self.turns.happened(events)
        fresh = (e for e in events if e["seq"] > self._history and e["turn"] not in (self.apart or ()))
        self.scroll.events(fresh, lambda turn: not self.screen.live and (bool(self._sending) or turn in self.turns.own))
        if {"scene", "world", "entity"} & set(touches):
            self._stale()

    def _load_afresh(self, why: str) -> None:
        """Opens the story anew as soon as can be; until then nothing that is typed goes anywhere."""
        self._aside.line(why, "dim")
        if self.running is not None:
            self.turns.phase(self.running, "failed", {"code": NOT_FOUND, "message": "the turn is gone"})

        was, self.story, self.title = (self.story, self.title), "", ""

        async def load() -> None:
            while True:
                await self.connection.back()
                with contextlib.suppress(Lost):
                    return await self._load(*was)

        if was[0]:
            self._loading = asyncio.create_task(quietly(load))

    def _stale(self) -> None:
        if self.screen.at_prompt and (self._refreshing is None or self._refreshing.done()):
            self._refreshing = asyncio.create_task(quietly(self.refresh))


async def quietly(work: Callable[[], Awaitable[None]]) -> None:
    """Does what nobody waits for; that it could not be done shows soon enough."""
    with contextlib.suppress(Lost, Fault):
        await work()
