"""Writing stories: making them, adding to them, going back. Serves no transport and knows no models.

Every write goes through `write`: decided in the world as it is, committed in one transaction, then told to all.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from daemon.live.catching_up import CatchingUp
from daemon.live.deciding import decided
from daemon.live.open_stories import OpenStories, OpenStory
from daemon.live.subscriptions import Subscriptions
from daemon.store.log import Batch, Log, Recorded
from daemon.store.queries import reads, side_tables
from daemon.store.snapshots import Projector
from daemon.story.decide import Drafted
from daemon.story.decide.desk import HANDS
from daemon.story.lineage import branch_of, sees, shows
from daemon.story.retraction import ACTS, Act
from daemon.story.world import EMPTY, Known, World, decide_each
from daemon.tasks import Background
from protocol import methods as m
from protocol.commands import Command, Remember, Set, Share
from protocol.errors import CONFLICT, KEY_REUSED, Fault
from protocol.events import BranchCreated, MemoryFormed, ProposalRefused, StoryCreated
from protocol.ids import NOBODY


class Asked(msgspec.Struct, frozen=True):
    """The conditions of a write: the head that the client saw, and a key under which it is done only once."""

    expected: int | None = None
    key: str | None = None
    payload: bytes = b""

    @classmethod
    def of(cls, method: str, params: Any) -> "Asked":
        """The conditions in a request's params; the payload is all else that it asks for."""
        if params.key is None:
            return cls(expected=params.expected)
        rest = msgspec.structs.replace(params, key=None, expected=None)
        return cls(params.expected, params.key, hashlib.sha256(method.encode() + msgspec.json.encode(rest)).digest())


class Written(msgspec.Struct, frozen=True):
    """What a write came to; `again` where its key had been used, so that nothing was written now.

    `refused` are the rules' answers to what was merely proposed, by its index.
    """

    head: int
    turn: int
    recorded: Sequence[Recorded] = ()
    again: side_tables.Answer | None = None
    refused: Mapping[int, Fault] = {}


class Writer:
    """All stories of a store. `hands` is how many things somebody can hold."""

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

    async def list(self) -> m.StoriesResult:
        """All stories, the one last played first."""
        found = []
        for story in sorted(self.open_stories.by_id.values(), key=lambda t: t.updated, reverse=True):
            head = await self.open_stories.head(story, story.current)
            lines = await self.open_stories.lines(story, story.current)
            found.append(
                m.StorySummary(
                    story=story.id,
                    title=story.title,
                    branch=story.current,
                    head=head,
                    lines=lines,
                    updated=story.updated,
                )
            )
        return m.StoriesResult(stories=found)

    async def create(self, p: m.CreateParams, before: Sequence[Command] = ()) -> m.CreateResult:
        """A new story with its root branch, and what comes of the commands of `before` and the setup: one commit."""
        id, branch = self.open_stories.new_story(), self.open_stories.new_branch()
        story = OpenStory(side_tables.StoryRow(id, p.title, branch, 1, 1, ""))
        created = [Drafted(StoryCreated(p.title), NOBODY), Drafted(BranchCreated(branch), NOBODY)]
        try:
            drafts, world = await decided(EMPTY, [*before, *p.setup], story.ids, Known(hands=self.hands))
        except Fault as fault:
            # The index is of a command in the setup; those of a template the client never saw.
            index = fault.data.pop("command", 0) - len(before)
            fault.data.update({"command": index} if index >= 0 else {"template": p.template})
            raise
        turn = story.take_turn()
        shifted = [d if d.after is None else msgspec.structs.replace(d, after=d.after + 2) for d in drafts]
        batch = Batch(id, branch, turn, [*created, *shifted], story.ids.next)
        recorded = await self.log.commit(batch)
        story.tree[branch] = branch_of(id, BranchCreated(branch), recorded[1].event.seq)
        self.open_stories.by_id[id] = story
        self._landed(story, batch, recorded, world)
        return m.CreateResult(story=id, branch=branch, head=recorded[-1].event.seq)

    async def append(self, p: m.AppendParams) -> m.AppendResult:
        """Commands, all of them or none, in one commit and a turn of its own."""
        story = self.open_stories.get(p.story)
        branch = story.branch(p.branch)
        async with story.lock:
            written = await self.write(story, branch, p.commands, asked=Asked.of("append", p))
        if written.again is None:
            return m.AppendResult(head=written.head, turn=written.turn, events=[r.event for r in written.recorded])
        first, last = written.again.first_seq, written.again.last_seq
        events = [] if first is None else await self.database.read.run(reads.read_seqs, first, last)
        return m.AppendResult(head=written.head, turn=written.turn, events=events)

    # how it is done

    async def write(
        self,
        story: OpenStory,
        branch: str,
        commands: Sequence[Command],
        *,
        asked: Asked | None = None,
        turn: int | None = None,
        cause: int | None = None,
        done: str | None = None,
        background: bool = False,
    ) -> Written:
        """Decides and commits commands; the story's lock is held by the caller.

        `turn` is the turn they belong to (a new one if left out), `cause` the seq that brought them about, `done` the
        line whose draft they replace, `background` that they do not count as moving the head. Raises Fault: a refusal,
        a conflict, a key used otherwise, or the store's.
        """
        asked = asked or Asked()
        if asked.key is not None and (kept := await self.kept_answer(story, asked)) is not None:
            result = msgspec.json.decode(kept.result)
            return Written(result["head"], result["turn"], again=kept)
        await self.check_expected(story, branch, asked.expected)
        world = await self.open_stories.world(story, branch)
        known = await self._known(story, branch, commands)
        drafts, world = await decided(world, commands, story.ids, known)
        if turn is None:
            turn = story.take_turn()
        batch = Batch(
            story.id, branch, turn, drafts, story.ids.next,
            cause=cause, background=background, key=asked.key, asked=asked.payload, done=done,
        )  # fmt: skip
        if not drafts:
            return await self._nothing(story, batch)
        recorded = await self.log.commit(batch)
        self._landed(story, batch, recorded, world)
        return Written(recorded[-1].event.seq, turn, recorded)

    async def act(self, story: OpenStory, branch: str, drafts: Sequence[Drafted]) -> Written:
        """Commits drafts that change the past of a line, in a turn of their own; the lock is held by the caller."""
        batch = Batch(story.id, branch, story.take_turn(), drafts, story.ids.next)
        recorded = await self.log.commit(batch)
        self._landed(story, batch, recorded, None)
        return Written(recorded[-1].event.seq, batch.turn, recorded)

    async def record(
        self, story: OpenStory, branch: str, turn: int, drafts: Sequence[Drafted], cause: int | None
    ) -> None:
        """Commits records of the machinery: they change no world and move no head. The lock is held by the caller."""
        world = await self.open_stories.world(story, branch)
        batch = Batch(story.id, branch, turn, drafts, story.ids.next, cause=cause, background=True)
        self._landed(story, batch, await self.log.commit(batch), world)

    async def derive(
        self,
        story: OpenStory,
        branch: str,
        turn: int,
        proposed: Sequence[tuple[Command, int | None]],
        records: Sequence[Drafted] = (),
    ) -> Written:
        """Commits what was derived from lines, and records of the machinery: one commit, in the background.

        Each command comes with the seq that brought it about. What the rules refuse spoils nothing else and is
        recorded; what was retracted meanwhile brings nothing about. The lock is held by the caller.
        """
        gone = story.tree.deleted(branch).all
        proposed = [(command, cause) for command, cause in proposed if cause not in gone]
        world = await self.open_stories.world(story, branch)
        known = await self._known(story, branch, [command for command, _ in proposed])
        drafts, refused, world = decide_each(world, proposed, story.ids, known)
        drafts += [_refusal(*proposed[index], fault) for index, fault in refused.items()] + list(records)
        if not drafts:
            return Written(await self.open_stories.head(story, branch), turn, refused=refused)
        batch = Batch(story.id, branch, turn, drafts, story.ids.next, background=True)
        recorded = await self.log.commit(batch)
        self._landed(story, batch, recorded, world)
        return Written(recorded[-1].event.seq, turn, recorded, refused=refused)

    async def kept_answer(self, story: OpenStory, asked: Asked) -> side_tables.Answer | None:
        """What was answered to this key before. Raises KEY_REUSED where something else was asked with it; but where
        what was asked was purged, the answer is the same whatever is asked, and so gives nothing away."""
        if asked.key is None:
            return None
        kept = await self.database.read.run(side_tables.answer, story.id, asked.key)
        if kept is not None and kept.payload not in (asked.payload, side_tables.UNKNOWN):
            raise Fault(KEY_REUSED, f"the key {asked.key!r} came before with another payload", key=asked.key)
        return kept

    async def refresh(self) -> None:
        """Takes anew the snapshots of another fold, which nobody reads any more; for the background, after a start."""
        for story in [] if self.log.read_only else list(self.open_stories.by_id.values()):
            await self.projector.snapshot(story.tree, story.current, await self.open_stories.head(story, story.current))

    async def close(self) -> None:
        """Waits for what runs in the background."""
        await self._background.settled()

    async def check_expected(self, story: OpenStory, branch: str, expected: int | None) -> None:
        """Raises a conflict where the head is not what the client saw."""
        if expected is None:
            return
        head, moved = await self.open_stories.head(story, branch), await self.open_stories.moved(story, branch)
        if expected == moved or (moved < expected and await self._lies_on(story, branch, expected)):
            return
        raise Fault(CONFLICT, f"the head is {head}, not {expected}", expected=expected, head=head)

    async def _lies_on(self, story: OpenStory, branch: str, seq: int) -> bool:
        """Whether a line of history sees this event; one of another line may well lie between two of its own."""
        owner = await self.database.read.run(reads.branch_of, seq)
        return owner is not None and owner in story.tree and sees(story.tree, branch, owner, seq)

    async def _nothing(self, story: OpenStory, batch: Batch) -> Written:
        """Nothing came of it: the answer is kept all the same."""
        head = await self.open_stories.head(story, batch.branch)
        await self.log.change(side_tables.use_turn, story.id, batch.turn)
        if batch.key is not None:
            result = msgspec.json.encode({"head": head, "turn": batch.turn})
            await self.log.change(side_tables.keep_answer, story.id, batch.key, side_tables.Answer(batch.asked, result))
        return Written(head, batch.turn)

    def _landed(self, story: OpenStory, batch: Batch, recorded: Sequence[Recorded], world: World | None) -> None:
        """Brings what is kept in mind up to a commit, and tells of it. No world: the past has changed."""
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
            story.unsettle(batch.branch)
            self.projector.unsettle(batch.branch)
            self.hub.changed(story.id, batch.branch, frozenset(r.payload.kind for r in recorded))
            self.streams.unsettled(story, batch.branch, head)
        if self.projector.due(batch.branch, head):
            self._background.start(self.projector.snapshot(story.tree, batch.branch, head))

    async def _known(self, story: OpenStory, branch: str, commands: Sequence[Command]) -> Known:
        """What these commands name of the log: the masks of seqs and the memories, as this line sees them."""
        seqs = [s for c in commands if isinstance(c, Remember) for s in c.from_]
        ids = [c.memory for c in commands if isinstance(c, Share) and c.memory is not None]
        ids += [c.id for c in commands if isinstance(c, Set) and c.what == "memory" and c.id is not None]
        if not seqs and not ids:
            return Known(hands=self.hands)
        masks = await self.database.read.run(reads.masks, seqs)
        memories = await self.database.read.run(reads.memories, story.id, ids)
        seen = {s: mask for s, owned, mask in masks if shows(story.tree, branch, owned, s)}
        kept: dict[str, tuple[str, int, int]] = {}
        formed: dict[str, MemoryFormed] = {}
        for id, memory, mask, seq, owned in memories:
            if shows(story.tree, branch, owned, seq):
                formed[id] = memory
                kept[id] = (memory.gist, mask, seq)
        return Known(seen, kept, formed, self.hands)


def _refusal(command: Command, cause: int | None, fault: Fault) -> Drafted:
    """The record of a proposed command that the rules refuse, or that names what is not there."""
    rule = fault.data.get("rule", "not_known")
    return Drafted(ProposalRefused(msgspec.to_builtins(command), rule, fault.message), NOBODY, cause=cause)
