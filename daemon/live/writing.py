"""Creates stories, and has the one way to change them. Serves no transport and knows no models.

Everything that is written to an existing story goes through `Writer.change`, which holds the story's lock meanwhile.
"""

import contextlib
from collections.abc import AsyncIterator, Sequence

import msgspec

from daemon.live.catching_up import CatchingUp
from daemon.live.change import NOTHING_ASKED, Asked, Change
from daemon.live.deciding import decided
from daemon.live.open_stories import OpenStories, OpenStory
from daemon.live.subscriptions import Subscriptions
from daemon.store.log import Batch, Log, Recorded
from daemon.store.queries import reads, side_tables
from daemon.store.queries.assets import Asset
from daemon.store.snapshots import Projector
from daemon.story.decide import Drafted
from daemon.story.decide.desk import HANDS
from daemon.story.lineage import branch_of, sees
from daemon.story.retraction import ACTS, Act
from daemon.story.world import EMPTY, Known, World
from daemon.tasks import Background
from protocol import methods as m
from protocol.commands import Command
from protocol.errors import CONFLICT, KEY_REUSED, Fault
from protocol.events import BranchCreated, Event, StoryCreated
from protocol.ids import NOBODY, Seq, TurnNumber

OPEN = m.StoriesParams()
"""Asks for the stories that are not put away."""


class Writer:
    """Lists, creates and changes the stories of a store. `hands` is how many things somebody can hold."""

    def __init__(
        self,
        log: Log,
        projector: Projector,
        stories: OpenStories,
        hub: Subscriptions,
        streams: CatchingUp,
        hands: int = HANDS,
    ) -> None:
        self.log, self.projector, self.open_stories, self.hub, self.streams = log, projector, stories, hub, streams
        self.hands = hands
        self.database = log.database
        self._background = Background()

    # what is asked for

    async def list(self, p: m.StoriesParams = OPEN) -> m.StoriesResult:
        """The stories of a shelf: those that are pinned first, then the one last played."""
        there = [s for s in self.open_stories.by_id.values() if p.shelf in (s.kept.shelf, "all")]
        there.sort(key=lambda s: (s.kept.pinned, s.updated), reverse=True)
        return m.StoriesResult(stories=[await self._summary(story) for story in there])

    async def change_story(self, p: m.ChangeStoryParams) -> m.StorySummary:
        """Gives a story another title, keeps it elsewhere, or shows it through other eyes from now on. Raises Fault."""
        story = self.open_stories.get(p.story)
        async with story.lock:
            title = story.title if p.title is None else p.title
            given = {"shelf": p.shelf, "pinned": p.pinned, "lens": None if p.lens is None else tuple(p.lens)}
            kept = msgspec.structs.replace(story.kept, **{k: x for k, x in given.items() if x is not None})
            if (title, kept) != (story.title, story.kept):
                await self.log.change(side_tables.keep, story.id, title, kept)
                story.title, story.kept = title, kept
        return await self._summary(story)

    async def _summary(self, story: OpenStory) -> m.StorySummary:
        return m.StorySummary(
            story=story.id,
            title=story.title,
            branch=story.current,
            head=await self.open_stories.head(story, story.current),
            lines=await self.open_stories.lines(story, story.current),
            updated=story.updated,
            shelf=story.kept.shelf,
            pinned=story.kept.pinned,
            lens=None if story.kept.lens is None else [*story.kept.lens],
        )

    async def create(
        self, p: m.CreateParams, before: Sequence[Command] = (), assets: Sequence[Asset] = ()
    ) -> m.CreateResult:
        """Creates a story with its root branch and what comes of the commands of `before` and the setup: one commit,
        with the `assets` that they name.

        Raises Fault: a refusal, or the store's. Its data has the index of a refused command as `command`, or for one of
        `before` the `template`.
        """
        id, branch = self.open_stories.new_story(), self.open_stories.new_branch()
        story = OpenStory(side_tables.StoryRow(id, p.title, branch, TurnNumber(1), 1, ""))
        created = [Drafted(StoryCreated(p.title), NOBODY), Drafted(BranchCreated(branch), NOBODY)]
        try:
            drafts, world = await decided(EMPTY, [*before, *p.setup], story.ids, Known(hands=self.hands))
        except Fault as fault:
            # The client is given the index of a command in the setup; it never saw the commands of a template.
            index = fault.data.pop("command", 0) - len(before)
            fault.data.update({"command": index} if index >= 0 else {"template": p.template})
            raise
        turn = story.take_turn()
        shifted = [d if d.after is None else msgspec.structs.replace(d, after=d.after + 2) for d in drafts]
        batch = Batch(id, branch, turn, [*created, *shifted], story.ids.next, assets=assets)
        recorded = await self.log.commit(batch)
        story.tree[branch] = branch_of(id, BranchCreated(branch), recorded[1].event.seq)
        self.open_stories.by_id[id] = story
        self._landed(story, batch, recorded, world)
        return m.CreateResult(story=id, branch=branch, head=recorded[-1].event.seq)

    async def append(self, p: m.AppendParams) -> m.AppendResult:
        """Commits commands, all of them or none, in a turn of their own; or repeats the answer to a used key."""
        story = self.open_stories.get(p.story)
        async with self.change(story, story.branch(p.branch), Asked.of("append", p)) as change:
            if change.again is None:
                written = await change.commit(p.commands)
                return m.AppendResult(head=written.head, turn=written.turn, events=[r.event for r in written.recorded])
        kept = change.again
        first, last, events = kept.first_seq, kept.last_seq, list[Event]()
        if first is not None and last is not None:
            events = await self.database.read.run(reads.read_seqs, first, last)
        return msgspec.convert({**msgspec.json.decode(kept.result), "events": events}, m.AppendResult)

    # how it is done

    @contextlib.asynccontextmanager
    async def change(
        self, story: OpenStory, branch: str | None = None, asked: Asked = NOTHING_ASKED
    ) -> AsyncIterator[Change]:
        """A change to a branch (the current one, if left out), while the story's lock is held.

        Where the request's key was used before, `again` holds the answer that was given then, and nothing may be
        written. Raises Fault: CONFLICT where the head is not the expected one, KEY_REUSED, not found.
        """
        async with story.lock:
            change = Change(
                self.log, self.open_stories, self._landed, self.hands, story, story.branch(branch), asked
            )  # fmt: skip
            change.again = await self._answered(story, asked)
            if change.again is None:
                await self.check_expected(story, change.branch, asked.expected)
            yield change

    async def _answered(self, story: OpenStory, asked: Asked) -> side_tables.Answer | None:
        """The answer that was kept under this key; None if there is none. Raises Fault(KEY_REUSED) where the key came
        with another payload. Where the payload was purged, any payload gets the answer: so nothing can be guessed."""
        if asked.key is None:
            return None
        kept = await self.database.read.run(side_tables.answer, story.id, asked.key)
        if kept is not None and kept.payload not in (asked.payload, side_tables.UNKNOWN):
            raise Fault(KEY_REUSED, f"the key {asked.key!r} came before with another payload", key=asked.key)
        return kept

    async def refresh(self) -> None:
        """Takes the snapshots of current branches again where they were made by another version of the fold, and so are
        not read any more. For the background, after a start."""
        for story in [] if self.log.read_only else list(self.open_stories.by_id.values()):
            await self.projector.snapshot(story.tree, story.current, await self.open_stories.head(story, story.current))

    async def close(self) -> None:
        """Waits for the snapshots that are taken in the background."""
        await self._background.settled()

    async def check_expected(self, story: OpenStory, branch: str, expected: Seq | None) -> None:
        """Raises Fault(CONFLICT) where the head is not the one that the client saw."""
        if expected is None:
            return
        head, moved = await self.open_stories.head(story, branch), await self.open_stories.moved(story, branch)
        if expected == moved or (moved < expected and await self._lies_on(story, branch, expected)):
            return
        raise Fault(CONFLICT, f"the story is at line {head} by now, not {expected}", expected=expected, head=head)

    async def _lies_on(self, story: OpenStory, branch: str, seq: Seq) -> bool:
        """Whether a branch sees the event with this seq: other branches may have seqs between its own."""
        owner = await self.database.read.run(reads.branch_of, seq)
        return owner is not None and owner in story.tree and sees(story.tree, branch, owner, seq)

    def _landed(self, story: OpenStory, batch: Batch, recorded: Sequence[Recorded], world: World | None) -> None:
        """Brings the open story up to a commit, and publishes it. `world` is None where the past has changed."""
        head = recorded[-1].event.seq
        story.heads[batch.branch] = head
        story.updated = recorded[-1].event.at
        if not batch.background:
            story.moved[batch.branch] = head
        if world is not None:
            story.keep_world(batch.branch, head, world)
            self.hub.events(story.id, batch.branch, [r.event for r in recorded])
        else:
            for r in recorded:
                if r.payload.kind in ACTS:
                    story.tree.add_act(batch.branch, Act.of(r.event.seq, r.payload))
            story.past_changed(batch.branch)
            self.projector.past_changed(batch.branch)
            self.hub.changed(story.id, batch.branch, frozenset(r.payload.kind for r in recorded))
            self.streams.resend(story, batch.branch, head)
        if self.projector.due(batch.branch, head):
            self._background.start(self.projector.snapshot(story.tree, batch.branch, head))
