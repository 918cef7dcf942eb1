"""Who listens to which line of which story, and what they are told, in order, without a gap and without a repeat.

Knows no transports and reads no log: catching up is told it by writing.py.
"""

import asyncio
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from daemon.live.detail import Detail
from daemon.story.lineage import Branch, common
from daemon.story.views import touches
from protocol.events import Event
from protocol.ids import EntityId
from protocol.methods import Draft, Phase, TurnState

Notify = Callable[[str, bytes], None]
"""Tells a client: the notification's method, and its params as a JSON object."""

_encode = msgspec.json.Encoder().encode


class Subscription:
    """One client's view of one story. `cursor` is the last seq that it was told of.

    While it catches up, what comes live is held back, and follows when the gap is closed. It has `moved` where it has
    yet to be told that its line changed.
    """

    def __init__(self, id: str, story: str, branch: str, fixed: bool, tokens: bool, notify: Notify) -> None:
        self.id, self.story, self.branch, self.fixed, self.tokens = id, story, branch, fixed, tokens
        self.cursor = 0
        self.catching_up: asyncio.Task[None] | None = None
        self.live = self.moved = False
        self._notify = notify
        self._held: list[tuple[str, int, bytes]] = []
        self._prefix = b'{"subscription":' + _encode(id) + b","

    def tell(self, method: str, tail: bytes, seq: int = 0) -> None:
        """Passes on a notification (`tail` is its params from the second field on) or holds it back for now."""
        if not self.live:
            self._held.append((method, seq, tail))
            return
        if seq and seq <= self.cursor:
            return
        self.cursor = max(self.cursor, seq)
        self._notify(method, self._prefix + tail)

    def tell_now(self, method: str, tail: bytes, seq: int = 0) -> None:
        """Passes on what catching up reads, ahead of all that is held back."""
        self.cursor = max(self.cursor, seq)
        self._notify(method, self._prefix + tail)

    def go_live(self) -> None:
        """The gap is closed: what was held back follows, but for what was told already."""
        self.live = True
        held, self._held = self._held, []
        for method, seq, tail in held:
            self.tell(method, tail, seq)

    def hold(self, branch: str) -> None:
        """From now on this line is followed, and what comes live is held back; events that were held will be read, and
        tokens are of no use on another line."""
        kept = ("turn", "token") if branch == self.branch else ("turn",)
        self.live, self.branch = False, branch
        self._held = [held for held in self._held if held[0] in kept]


def fields(**values: Any) -> bytes:
    """The fields of a notification but for its first, as JSON without the opening brace."""
    return _encode(values)[1:]


def event_fields(story: str, branch: str, events: Sequence[Event]) -> bytes:
    """An `event` notification's fields: encoded once for all who listen."""
    return fields(story=story, branch=branch, events=events, touches=touches({e.kind for e in events}))


class RunningDraft:
    """A reply that is being written: what it is so far, and how much of that was told in tokens."""

    def __init__(self, story: str, branch: str, turn: int, line: str, speaker: EntityId | None) -> None:
        self.story, self.branch, self.turn, self.line, self.speaker = story, branch, turn, line, speaker
        self.text = ""
        self.told = 0

    def shown(self) -> Draft:
        return Draft(turn=self.turn, line=self.line, speaker=self.speaker, text=self.text[: self.told])


class Watcher(Protocol):
    """Somebody in the daemon who works behind all stories, and is told what happens before any client is."""

    def changed(self, story: str, branch: str, kinds: frozenset[str]) -> None:
        """Events of these kinds landed on a branch; none, where it became the current one."""

    def turned(self, story: str, branch: str, turn: int, phase: Phase) -> None:
        """A turn is in a phase."""


class Subscriptions:
    """All subscriptions, and the drafts that are being written. `watchers` may be added to at the start."""

    def __init__(self) -> None:
        self.watchers: list[Watcher] = []
        self.drafts: dict[str, RunningDraft] = {}
        self._latest: dict[str, TurnState] = {}
        self._by_story: dict[str, dict[str, Subscription]] = {}
        self._ids = itertools.count(1)

    def subscribe(self, story: str, branch: str, fixed: bool, tokens: bool, notify: Notify) -> Subscription:
        """A subscription that holds everything back until it goes live."""
        subscription = Subscription(f"u{next(self._ids)}", story, branch, fixed, tokens, notify)
        self._by_story.setdefault(story, {})[subscription.id] = subscription
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Ends a subscription; ending it twice is no harm."""
        of_story = self._by_story.get(subscription.story, {})
        of_story.pop(subscription.id, None)
        if not of_story:
            self._by_story.pop(subscription.story, None)
        if subscription.catching_up is not None:
            subscription.catching_up.cancel()

    def drafts_on(self, story: str, branch: str) -> list[Draft]:
        """The drafts being written on a line of history."""
        return [d.shown() for d in self.drafts.values() if d.story == story and d.branch == branch]

    def latest_turn(self, story: str) -> list[TurnState]:
        """What was last told of the story's latest turn, if there was one."""
        return [self._latest[story]] if story in self._latest else []

    def everybody(self) -> list[Subscription]:
        """All subscriptions."""
        return [s for of_story in self._by_story.values() for s in of_story.values()]

    def forget_turns(self) -> None:
        """What was told of turns is no longer so."""
        self._latest.clear()

    def count(self) -> int:
        """How many subscriptions there are."""
        return sum(len(of_story) for of_story in self._by_story.values())

    def following(self, story: str) -> list[Subscription]:
        """The subscriptions that follow the story's current branch, whichever that is."""
        return [s for s in self._by_story.get(story, {}).values() if not s.fixed]

    def forget_turn(self, story: str) -> None:
        """What was told of a story's latest turn is told nobody else."""
        self._latest.pop(story, None)

    def all_on(self, story: str) -> list[Subscription]:
        """All subscriptions to a story."""
        return list(self._by_story.get(story, {}).values())

    def on(self, story: str, branch: str) -> list[Subscription]:
        """The subscriptions that follow a branch now."""
        return [s for s in self._by_story.get(story, {}).values() if s.branch == branch]

    def events(self, story: str, branch: str, events: Sequence[Event]) -> None:
        """Tells of a commit those who follow its branch."""
        self.changed(story, branch, frozenset(e.kind for e in events))
        listening = self.on(story, branch)
        if not listening:
            return
        tail = event_fields(story, branch, events)
        for s in listening:
            s.tell("event", tail, events[-1].seq)

    def changed(self, story: str, branch: str, kinds: frozenset[str]) -> None:
        """Tells the watchers of a commit with these kinds, or (none) that a branch became the current one."""
        for watcher in self.watchers:
            watcher.changed(story, branch, kinds)

    def token(self, story: str, branch: str, tail: bytes) -> None:
        """Tells of a piece of a draft those who follow its branch and want tokens."""
        for s in self._by_story.get(story, {}).values():
            if s.tokens and s.branch == branch:
                s.tell("token", tail)

    def wants_tokens(self, story: str, branch: str) -> bool:
        """Whether anybody would be told of a token."""
        return any(s.tokens and s.branch == branch for s in self._by_story.get(story, {}).values())

    def turn(
        self, story: str, branch: str, turn: int, phase: Phase, *, line: str | None = None, detail: Detail | None = None
    ) -> None:
        """Tells of a turn's phase those who follow its branch, and those who follow the current one."""
        for watcher in self.watchers:
            watcher.turned(story, branch, turn, phase)
        said: dict[str, Any] = {} if line is None else {"line": line}
        if detail is not None and (told := detail.fields()):
            said["detail"] = told
        self._latest[story] = TurnState(turn=turn, phase=phase, **said)
        tail = fields(turn=turn, phase=phase, **said)
        for s in self._by_story.get(story, {}).values():
            if s.branch == branch or not s.fixed:
                s.tell("turn", tail)


def shared(tree: Mapping[str, Branch], before: str, after: str, cursor: int) -> int:
    """The last seq that a client at `cursor` of one line may keep on another."""
    return common(tree, before, after, cursor)
