"""Bringing a subscriber up to the present of a line of history, and from one line to another."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from daemon.live.open_stories import OpenStories, OpenStory
from daemon.live.subscriptions import Subscription, Subscriptions, event_fields, fields, shared
from daemon.store.database import Database
from daemon.store.queries import reads
from daemon.story.lineage import END, agree, sees, stretches
from protocol import methods as m

PAGE = 500
"""Events in one notification while catching up."""

Writable = Callable[[], Awaitable[None]]
"""Waits until the client has read most of what it was sent."""


class CatchingUp:
    """Subscribing, catching up and following."""

    def __init__(self, database: Database, stories: OpenStories, hub: Subscriptions) -> None:
        self.database, self.open_stories, self.hub = database, stories, hub
        self._writable: dict[str, Writable] = {}

    async def stream(
        self, p: m.StreamParams, notify: Callable[[str, bytes], None], writable: Writable, answered: Awaitable[object]
    ) -> tuple[Subscription, m.StreamResult]:
        """Subscribes. Notifications begin when `answered` is done, with all events after `p.after`."""
        story = self.open_stories.get(p.story)
        seen_on = await self._seen_on(story, story.branch(p.of_branch or p.branch), p.after)
        head = await self.open_stories.head(story, story.branch(p.branch))
        # From here to the end nothing is awaited: between this look and listening no event can slip through.
        branch = story.branch(p.branch)
        head = story.heads.get(branch, head)
        subscription = self.hub.subscribe(p.story, branch, p.branch is not None, p.tokens, notify)
        self._writable[subscription.id] = writable
        after = head if p.after is None else p.after
        self._follow(subscription, story, seen_on, branch, head, after, answered)
        result = m.StreamResult(
            subscription=subscription.id, branch=branch, head=head,
            drafts=self.hub.drafts_on(p.story, branch), turns=self.hub.latest_turn(p.story),
        )  # fmt: skip
        return subscription, result

    def end(self, subscription: Subscription) -> None:
        """Ends a subscription."""
        self._writable.pop(subscription.id, None)
        self.hub.unsubscribe(subscription)

    def switched(self, story: OpenStory, branch: str, head: int) -> None:
        """Takes those who follow the story's current branch over to another one."""
        for s in self.hub.following(story.id):
            if s.catching_up is not None:
                s.catching_up.cancel()
            self._follow(s, story, s.branch, branch, head, s.cursor, None)

    def unsettled(self, story: OpenStory, branch: str, head: int, first: int = END) -> None:
        """Shows those who follow a branch anew what came after the first event that was taken away or brought back,
        or from this one on."""
        for s in self.hub.on(story.id, branch):
            if s.catching_up is not None:
                s.catching_up.cancel()
            self._follow(s, story, branch, branch, head, s.cursor, None, first - 1)

    async def replaced(self, before: Mapping[str, OpenStory], common: int) -> None:
        """The store has become another beyond the seq `common`: takes everybody to what their line is now.

        `before` are the stories as they were. Whoever is on a line that is not there any more is told so (head 0,
        common 0) and has nothing to follow.
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
            had = stretches(before[s.story].tree, s.branch, 0, min(s.cursor, common))
            has = stretches(story.tree, branch, 0, min(s.cursor, common))
            kept = min(agree(had, has), s.cursor, common, head)
            self._take_over(s, story, branch, head, kept, True, None)

    def purged(self, story: str) -> None:
        """A story is no more: whoever follows it is told so (head 0, common 0) and has nothing to follow."""
        for s in self.hub.all_on(story):
            s.tell_now("branch", fields(story=story, branch=s.branch, head=0, common=0))
            self.end(s)

    async def _seen_on(self, story: OpenStory, line: str, after: int | None) -> str:
        """The line of history on which a client saw `after`: the one it names, unless that event lies elsewhere."""
        owner = await self.database.read.run(reads.branch_of, after) if after is not None else None
        if after is None or owner is None or owner not in story.tree or sees(story.tree, line, owner, after):
            return line
        return owner

    def _follow(
        self,
        s: Subscription,
        story: OpenStory,
        of_branch: str,
        branch: str,
        head: int,
        after: int,
        answered: Awaitable[object] | None,
        most: int = END,
    ) -> None:
        kept = min(shared(story.tree, of_branch, branch, after), head, most)
        self._take_over(s, story, branch, head, kept, of_branch != branch or kept != after, answered)

    def _take_over(
        self,
        s: Subscription,
        story: OpenStory,
        branch: str,
        head: int,
        kept: int,
        moved: bool,
        answered: Awaitable[object] | None,
    ) -> None:
        """From here on the subscriber, who has all up to `kept`, is on this line, and is told so if it `moved`."""
        s.hold(branch)
        s.cursor, s.moved = kept, s.moved or moved
        s.catching_up = asyncio.create_task(self._catch_up(s, story, head, answered))

    async def _catch_up(self, s: Subscription, story: OpenStory, head: int, answered: Awaitable[object] | None) -> None:
        if answered is not None:
            await answered
        if s.moved:
            s.moved = False
            s.tell_now("branch", fields(story=story.id, branch=s.branch, head=head, common=s.cursor))
        writable = self._writable[s.id]
        while s.cursor < head:
            await writable()
            path = stretches(story.tree, s.branch, s.cursor, head)
            events = await self.database.read.run(reads.read, path, 0, PAGE)
            if not events:
                break
            s.tell_now("event", event_fields(story.id, s.branch, events), events[-1].seq)
        s.catching_up = None
        s.go_live()
