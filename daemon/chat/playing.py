"""A turn that a frontend asked for, while it runs: what is said in it, as `you` perceive it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import msgspec

from daemon.chat import matching
from daemon.chat.plan import YOU, Finder, Plan
from daemon.live.open_stories import OpenStory
from daemon.live.subscriptions import Subscription
from daemon.live.views import Viewpoint
from daemon.turn.turns import Turns
from protocol.errors import INTERNAL_ERROR, MODEL_UNAVAILABLE, Fault
from protocol.ids import EntityId, Seq, TurnNumber

RECENT = 8
"""Lines among which the one that has just been committed is looked for."""

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


def _fault(detail: Mapping[str, Any]) -> Fault:
    """The fault by which a turn failed."""
    code, message = detail.get("code", INTERNAL_ERROR), detail.get("message", "nothing came of the turn")
    if code == MODEL_UNAVAILABLE:
        message += ". What you said is kept: ask for the reply again"
    return Fault(code, message, **detail.get("data", {}))
