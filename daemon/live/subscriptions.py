"""Subscriptions: who listens to which branch of which story. What they are sent comes in order, without a gap and
without a repeat.

Knows no transports and reads no log: what a subscriber missed is read in catching_up.py.
"""

import asyncio
import itertools
from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from daemon.live.detail import Detail
from daemon.story.lenses import ALONE, TRUTH, Lens, as_seen, perceives
from daemon.story.lineage import Branch, common
from daemon.story.views import touches
from protocol.events import Event
from protocol.ids import BEGINNING, EntityId, Seq, TurnNumber
from protocol.methods import Draft, Phase, TurnState

Notify = Callable[[str, bytes], None]
"""Sends a client a notification: its method, and its params as a JSON object."""

_encode = msgspec.json.Encoder().encode


class Subscription:
    """One client's view of one story. `cursor` is the last seq that the client was sent.

    Until it is `live`, new notifications are held back; they follow when the client has caught up. A `fixed`
    subscription stays on its branch when another becomes current. `tokens`: the client wants pieces of drafts. `lens`:
    what it perceives is all that the client is sent. `moved`: the client has yet to be sent that its branch, or what
    the branch shows, has changed.
    """

    def __init__(self, id: str, story: str, branch: str, fixed: bool, tokens: bool, lens: Lens, notify: Notify) -> None:
        self.id, self.story, self.branch, self.fixed, self.tokens, self.lens = id, story, branch, fixed, tokens, lens
        self.cursor = BEGINNING
        self.catching_up: asyncio.Task[None] | None = None
        self.live = self.moved = False
        self._notify = notify
        self._held: list[tuple[str, Seq, bytes]] = []
        self._prefix = b'{"subscription":' + _encode(id) + b","

    def tell(self, method: str, tail: bytes, seq: Seq = BEGINNING) -> None:
        """Sends a notification, or holds it back until the subscription is live.

        `tail` is its params from the second field on; `seq` is the last of its events (0: no events), which are not
        sent twice.
        """
        if not self.live:
            self._held.append((method, seq, tail))
            return
        if seq and seq <= self.cursor:
            return
        self.cursor = max(self.cursor, seq)
        self._notify(method, self._prefix + tail)

    def tell_now(self, method: str, tail: bytes, seq: Seq = BEGINNING) -> None:
        """Sends a notification with what catching up has read, ahead of all that is held back."""
        self.cursor = max(self.cursor, seq)
        self._notify(method, self._prefix + tail)

    def go_live(self) -> None:
        """Ends the catching up: sends what was held back, except events that were sent already."""
        self.live = True
        held, self._held = self._held, []
        for method, seq, tail in held:
            self.tell(method, tail, seq)

    def hold(self, branch: str) -> None:
        """Puts the subscription on a branch, and holds notifications back from now on.

        Of those held already, events are dropped, since they will be read from the log, and tokens where the branch is
        another one.
        """
        kept = ("turn", "token") if branch == self.branch else ("turn",)
        self.live, self.branch = False, branch
        self._held = [held for held in self._held if held[0] in kept]


def fields(**values: Any) -> bytes:
    """The fields of a notification except its first, as JSON without the opening brace."""
    return _encode(values)[1:]


def event_fields(story: str, branch: str, events: Sequence[Event], lens: Lens = TRUTH) -> bytes:
    """The fields of an `event` notification with those events that a lens perceives, encoded once for all subscribers
    of that lens; empty where it perceives none."""
    seen = [as_seen(lens, e) for e in events if perceives(lens, e)]
    return fields(story=story, branch=branch, events=seen, touches=touches({e.kind for e in seen})) if seen else b""


class RunningDraft:
    """A reply that is being written: its text so far, and in `sent` how many characters of that were sent as tokens.

    Those who look through one of the lenses `overhearing` perceive but a part of it: `heard` is what they were sent,
    and `overhear` sends them what they perceive by now.
    """

    def __init__(self, story: str, branch: str, turn: TurnNumber, line: str, speaker: EntityId | None) -> None:
        self.story, self.branch, self.turn, self.line, self.speaker = story, branch, turn, line, speaker
        self.text = ""
        self.sent = 0
        self.heard = ""
        self.overhearing: frozenset[Lens] = frozenset()
        self.overhear: Callable[[], None] = lambda: None

    @property
    def open_to(self) -> frozenset[Lens]:
        """The lenses that see it all: the truth, and the speaker's own."""
        return frozenset({TRUTH} if self.speaker is None else {TRUTH, ALONE[self.speaker]})

    def shown(self, lens: Lens = TRUTH) -> Draft:
        """The draft as clients are shown it through a lens: only as far as it was sent as tokens."""
        text = self.text[: self.sent] if lens in self.open_to else self.heard if lens in self.overhearing else ""
        return Draft(turn=self.turn, line=self.line, speaker=self.speaker, text=text)


class Watcher(Protocol):
    """A part of the daemon that works in the background on all stories. It is called before clients are notified."""

    def changed(self, story: str, branch: str, kinds: frozenset[str]) -> None:
        """Is called when events of these kinds landed on a branch; with no kinds, when it became the current one."""

    def turned(self, story: str, branch: str, turn: TurnNumber, phase: Phase) -> None:
        """Is called when a turn enters a phase."""


class Subscriptions:
    """All subscriptions, and the drafts that are being written. `watchers` are called before any subscriber."""

    def __init__(self, watchers: Sequence[Watcher] = ()) -> None:
        self.watchers = watchers
        self.drafts: dict[str, RunningDraft] = {}
        self._latest: dict[str, tuple[TurnNumber, Phase, str | None, Detail | None]] = {}
        self._by_story: dict[str, dict[str, Subscription]] = {}
        self._ids = itertools.count(1)

    def subscribe(self, story: str, branch: str, fixed: bool, tokens: bool, lens: Lens, notify: Notify) -> Subscription:
        """Adds a subscription, which holds everything back until it goes live."""
        id = f"u{next(self._ids)}"
        subscription = Subscription(id, story, branch, fixed, tokens, lens, notify)
        self._by_story.setdefault(story, {})[subscription.id] = subscription
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Ends a subscription; does nothing where it has ended."""
        of_story = self._by_story.get(subscription.story, {})
        of_story.pop(subscription.id, None)
        if not of_story:
            self._by_story.pop(subscription.story, None)
        if subscription.catching_up is not None:
            subscription.catching_up.cancel()

    def drafts_on(self, story: str, branch: str, lens: Lens) -> list[Draft]:
        """The drafts being written on a branch, through a lens; without those of which it perceives nothing yet."""
        here = [d for d in self.drafts.values() if d.story == story and d.branch == branch]
        for draft in here:
            if lens in draft.overhearing:
                draft.overhear()
        return [shown for d in here if (shown := d.shown(lens)).text or lens in d.open_to]

    def latest_turn(self, story: str, lens: Lens) -> list[TurnState]:
        """The last phase sent of the story's latest turn, as a lens is told of it, in a list that is empty if there was
        none."""
        if story not in self._latest:
            return []
        turn, phase, line, detail = self._latest[story]
        return [TurnState(turn=turn, phase=phase, **_said(line, detail, lens))]

    def everybody(self) -> list[Subscription]:
        """All subscriptions."""
        return [s for of_story in self._by_story.values() for s in of_story.values()]

    def forget_turns(self) -> None:
        """Forgets the latest turns of all stories, which are no longer true."""
        self._latest.clear()

    def count(self) -> int:
        """How many subscriptions there are."""
        return sum(len(of_story) for of_story in self._by_story.values())

    def following(self, story: str) -> list[Subscription]:
        """The subscriptions that follow the story's current branch, whichever that is."""
        return [s for s in self._by_story.get(story, {}).values() if not s.fixed]

    def forget_turn(self, story: str) -> None:
        """Forgets the latest turn of a story, so that no new subscriber is shown it."""
        self._latest.pop(story, None)

    def all_on(self, story: str) -> list[Subscription]:
        """All subscriptions to a story."""
        return list(self._by_story.get(story, {}).values())

    def on(self, story: str, branch: str) -> list[Subscription]:
        """The subscriptions that follow a branch now."""
        return [s for s in self._by_story.get(story, {}).values() if s.branch == branch]

    def events(self, story: str, branch: str, events: Sequence[Event]) -> None:
        """Sends the events of a commit to the subscribers of its branch, after the watchers."""
        self.changed(story, branch, frozenset(e.kind for e in events))
        listening = self.on(story, branch)
        tails = {lens: event_fields(story, branch, events, lens) for lens in {s.lens for s in listening}}
        for s in listening:
            if tails[s.lens]:
                s.tell("event", tails[s.lens], events[-1].seq)

    def changed(self, story: str, branch: str, kinds: frozenset[str]) -> None:
        """Calls the watchers: events of these kinds landed on a branch or, with no kinds, it became the current one."""
        for watcher in self.watchers:
            watcher.changed(story, branch, kinds)

    def token(self, story: str, branch: str, lenses: Container[Lens], tail: bytes) -> None:
        """Sends a piece of a draft to the subscribers of its branch that want tokens and look through these lenses."""
        for s in self._by_story.get(story, {}).values():
            if s.tokens and s.branch == branch and s.lens in lenses:
                s.tell("token", tail)

    def wants_tokens(self, story: str, branch: str, lenses: Container[Lens]) -> bool:
        """Whether any subscriber of a branch that looks through one of these lenses wants tokens."""
        on = self._by_story.get(story, {}).values()
        return any(s.tokens and s.branch == branch and s.lens in lenses for s in on)

    def turn(
        self,
        story: str,
        branch: str,
        turn: TurnNumber,
        phase: Phase,
        *,
        line: str | None = None,
        detail: Detail | None = None,
    ) -> None:
        """Sends a turn's phase to the watchers, the subscribers of its branch, and those of the current branch."""
        for watcher in self.watchers:
            watcher.turned(story, branch, turn, phase)
        self._latest[story] = turn, phase, line, detail
        listening = [s for s in self._by_story.get(story, {}).values() if s.branch == branch or not s.fixed]
        tails = {n: fields(turn=turn, phase=phase, **_said(line, detail, n)) for n in {s.lens for s in listening}}
        for s in listening:
            s.tell("turn", tails[s.lens])


def _said(line: str | None, detail: Detail | None, lens: Lens) -> dict[str, Any]:
    """The line and the detail of a turn's phase, as a lens is told of them; only what there is of both."""
    said: dict[str, Any] = {} if line is None else {"line": line}
    if detail is not None and (more := detail.fields(lens)):
        said["detail"] = more
    return said


def shared(tree: Mapping[str, Branch], before: str, after: str, cursor: Seq) -> Seq:
    """The last seq up to which a client keeps its events when it goes over to the branch `after`, having read the
    branch `before` up to `cursor`."""
    return common(tree, before, after, cursor)
