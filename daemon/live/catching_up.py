"""Catching up: brings a subscriber up to the head of a branch, and takes it over from one branch to another."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from daemon.live.open_stories import OpenStories, OpenStory
from daemon.live.subscriptions import Subscription, Subscriptions, event_fields, fields, shared
from daemon.store.database import Database
from daemon.store.queries import reads
from daemon.story.lenses import TRUTH, lens_of
from daemon.story.lineage import END, agree, sees, stretches
from protocol import methods as m
from protocol.ids import BEGINNING, Seq

PAGE = 500
"""Events in one notification, at most, while a subscriber catches up."""

Writable = Callable[[], Awaitable[None]]
"""Waits until the client has read most of what it was sent."""


class CatchingUp:
    """Subscribes clients to stories, sends them the events that they miss, and takes them along when another branch
    becomes current or the past of a branch changes."""

    def __init__(self, database: Database, stories: OpenStories, hub: Subscriptions) -> None:
        self.database, self.open_stories, self.hub = database, stories, hub
        self._writable: dict[str, Writable] = {}

    async def stream(
        self,
        p: m.StreamParams,
        notify: Callable[[str, bytes], None],
        writable: Writable,
        answered: Awaitable[object],
    ) -> tuple[Subscription, m.StreamResult]:
        """Subscribes a client. Notifications begin when `answered` is done, with all events after `p.after` (the head,
        if left out). Raises not found."""
        story = self.open_stories.get(p.story)
        seen_on = await self._seen_on(story, story.branch(p.of_branch or p.branch), p.after)
        head = await self.open_stories.head(story, story.branch(p.branch))
        # From here to the end nothing is awaited: no event can slip through between this head and the subscription.
        branch = story.branch(p.branch)
        head = story.heads.get(branch, head)
        lens = lens_of(p.lens)
        drafts = self.hub.drafts_on(p.story, branch, lens)
        subscription = self.hub.subscribe(p.story, branch, p.branch is not None, p.tokens, lens, notify)
        self._writable[subscription.id] = writable
        after = head if p.after is None else p.after
        self._follow(subscription, story, seen_on, branch, head, after, answered)
        result = m.StreamResult(
            subscription=subscription.id, branch=branch, head=head,
            drafts=drafts, turns=self.hub.latest_turn(p.story, lens),
        )  # fmt: skip
        return subscription, result

    def end(self, subscription: Subscription) -> None:
        """Ends a subscription."""
        self._writable.pop(subscription.id, None)
        self.hub.unsubscribe(subscription)

    def switched(self, story: OpenStory, branch: str, head: Seq) -> None:
        """Takes the subscribers that follow the story's current branch over to another branch with this head."""
        for s in self.hub.following(story.id):
            if s.catching_up is not None:
                s.catching_up.cancel()
            self._follow(s, story, s.branch, branch, head, s.cursor, None)

    def resend(self, story: OpenStory, branch: str, head: Seq, first: Seq = END) -> None:
        """Sends the subscribers of a branch all events again from the first one that was deleted or reinstated, or from
        `first` on if that is lower."""
        for s in self.hub.on(story.id, branch):
            if s.catching_up is not None:
                s.catching_up.cancel()
            self._follow(s, story, branch, branch, head, s.cursor, None, Seq(first - 1))

    async def replaced(self, before: Mapping[str, OpenStory], common: Seq) -> None:
        """Takes all subscribers over to what their branches are now, after the store was replaced by another one that
        agrees with it up to the seq `common`.

        `before` are the stories as they were, by id. A subscriber whose branch no longer exists is sent a `branch`
        notification with head 0 and common 0, and its subscription ends.
        """
        self.hub.forget_turns()
        for s in self.hub.everybody():
            if s.catching_up is not None:
                s.catching_up.cancel()
            story = self.open_stories.by_id.get(s.story)
            branch = s.branch if s.fixed or story is None else story.current
            if story is None or branch not in story.tree:
                s.tell_now("branch", fields(story=s.story, branch=s.branch, head=0, common=0))
                self.end(s)
                continue
            head = await self.open_stories.head(story, branch)
            had = stretches(before[s.story].tree, s.branch, BEGINNING, min(s.cursor, common))
            has = stretches(story.tree, branch, BEGINNING, min(s.cursor, common))
            kept = min(agree(had, has), s.cursor, common, head)
            self._take_over(s, story, branch, head, kept, True, None)

    def purged(self, story: str) -> None:
        """Ends all subscriptions to a story that was purged, each with a `branch` notification (head 0, common 0)."""
        for s in self.hub.all_on(story):
            s.tell_now("branch", fields(story=story, branch=s.branch, head=0, common=0))
            self.end(s)

    async def _seen_on(self, story: OpenStory, branch: str, after: Seq | None) -> str:
        """The branch on which a client saw the event `after`: the one that the client names, or the event's own
        branch where the named one does not see it."""
        owner = await self.database.read.run(reads.branch_of, after) if after is not None else None
        if after is None or owner is None or owner not in story.tree or sees(story.tree, branch, owner, after):
            return branch
        return owner

    def _follow(
        self,
        s: Subscription,
        story: OpenStory,
        of_branch: str,
        branch: str,
        head: Seq,
        after: Seq,
        answered: Awaitable[object] | None,
        most: Seq = END,
    ) -> None:
        kept = min(shared(story.tree, of_branch, branch, after), head, most)
        self._take_over(s, story, branch, head, kept, of_branch != branch or kept != after, answered)

    def _take_over(
        self,
        s: Subscription,
        story: OpenStory,
        branch: str,
        head: Seq,
        kept: Seq,
        moved: bool,
        answered: Awaitable[object] | None,
    ) -> None:
        """Puts a subscriber that has all events up to `kept` on this branch, and starts catching up to `head`.

        The subscriber is sent a `branch` notification first if it `moved`: if its branch, or what that shows, changed.
        """
        s.hold(branch)
        s.cursor, s.moved = kept, s.moved or moved
        s.catching_up = asyncio.create_task(self._catch_up(s, story, head, answered))

    async def _catch_up(self, s: Subscription, story: OpenStory, head: Seq, answered: Awaitable[object] | None) -> None:
        if answered is not None:
            await answered
        if s.moved:
            s.moved = False
            s.tell_now("branch", fields(story=story.id, branch=s.branch, head=head, common=s.cursor))
        writable = self._writable[s.id]
        while s.cursor < head:
            await writable()
            path = stretches(story.tree, s.branch, s.cursor, head)
            events = await self.database.read.run(reads.read, path, TRUTH, PAGE)
            if not events:
                break
            seen, s.cursor = event_fields(story.id, s.branch, events, s.lens), events[-1].seq
            if seen:
                s.tell_now("event", seen, s.cursor)
        s.catching_up = None
        s.go_live()
