"""One change to a story, while its lock is held: commands are decided in the world as it is, committed in one
transaction, then published to the subscribers. `Writer.change` (writing.py) makes a change, and checks its conditions.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

from daemon.live.deciding import decided
from daemon.live.open_stories import OpenStories, OpenStory
from daemon.store.log import Batch, Log, Recorded
from daemon.store.queries import reads, side_tables
from daemon.store.queries.assets import Asset
from daemon.story.decide import Drafted
from daemon.story.lineage import shows
from daemon.story.world import Known, Proposed, World, decide_each
from protocol.commands import Command, Remember, Set, Share
from protocol.errors import Fault
from protocol.events import MemoryFormed, ProposalRefused
from protocol.ids import NOBODY, Mask, Seq, TurnNumber


class Asked(msgspec.Struct, frozen=True):
    """The conditions of a change: `expected`, the head that the client saw; `key`, under which the change is made only
    once; `payload`, a hash of all else that is asked for (empty without a key)."""

    expected: Seq | None = None
    key: str | None = None
    payload: bytes = b""

    @classmethod
    def of(cls, method: str, params: Any) -> "Asked":
        """The conditions in a request's params; `payload` is a hash of the method and of all other params."""
        if params.key is None:
            return cls(expected=params.expected)
        rest = msgspec.structs.replace(params, key=None, expected=None)
        return cls(params.expected, params.key, hashlib.sha256(method.encode() + msgspec.json.encode(rest)).digest())


NOTHING_ASKED = Asked()


class Written(msgspec.Struct, frozen=True):
    """What a change committed: the head after it, its turn, its events; and the refusals of what was proposed, by the
    index in `proposed`."""

    head: Seq
    turn: TurnNumber
    recorded: Sequence[Recorded] = ()
    refused: Mapping[int, Fault] = {}
    proposed: Sequence[Proposed] = ()


class Landed(Protocol):
    """A function that is called after each commit with the world after it, None where the past was changed."""

    def __call__(self, story: OpenStory, batch: Batch, recorded: Sequence[Recorded], world: World | None) -> None: ...


class Change:
    """One change to a `branch` of a story. It is used only while the story's lock is held.

    `again` is the answer kept under the request's key, if the key was used before: then nothing may be written. `hands`
    is how many things somebody can hold.
    """

    def __init__(
        self,
        log: Log,
        open_stories: OpenStories,
        landed: Landed,
        hands: int,
        story: OpenStory,
        branch: str,
        asked: Asked = NOTHING_ASKED,
    ) -> None:
        self.story, self.branch = story, branch
        self.again: side_tables.Answer | None = None
        self._log, self._open_stories, self._landed, self._hands = log, open_stories, landed, hands
        self._asked = asked
        self._world: World | None = None

    def on(self, branch: str) -> "Change":
        """A change to another branch of the same story, under the same lock, without a key or an expected head."""
        return Change(self._log, self._open_stories, self._landed, self._hands, self.story, branch)

    async def world(self) -> World:
        """The world at the head of the branch."""
        if self._world is None:
            self._world = await self._open_stories.world(self.story, self.branch)
        return self._world

    async def commit(
        self,
        commands: Sequence[Command],
        *,
        turn: TurnNumber | None = None,
        cause: Seq | None = None,
        done: str | None = None,
        background: bool = False,
        assets: Sequence[Asset] = (),
    ) -> Written:
        """Decides and commits commands, all of them or none.

        `turn` is the turn of the commit (a new one if left out), `cause` the seq that brought the commands about,
        `done` the id of the line whose draft the commit replaces; with `background`, the commit does not count as
        moving the head. `assets` are files that the commands name. Raises Fault: a refusal, or the store's.
        """
        drafts, world = await decided(await self.world(), commands, self.story.ids, await self._known(commands))
        batch = Batch(
            self.story.id, self.branch, self.story.take_turn() if turn is None else turn, drafts, self.story.ids.next,
            cause=cause, background=background, key=self._asked.key, asked=self._asked.payload, done=done,
            assets=assets,
        )  # fmt: skip
        return await self._commit(batch, world) if drafts else await self._nothing(batch)

    async def derive(
        self,
        turn: TurnNumber,
        proposed: Sequence[Proposed],
        records: Sequence[Drafted] = (),
        named: Sequence[Command] = (),
    ) -> Written:
        """Commits what was derived from lines, and records of the machinery: one commit, in the background.

        A refused proposal is recorded and keeps no other from being committed; a proposal whose cause has been deleted
        meanwhile is left out. `named` are those of the proposed commands that name seqs or memories.
        """
        deleted = self.story.tree.deleted(self.branch).all
        proposed = [x for x in proposed if x.cause not in deleted]
        known = await self._known(named)
        drafts, refused, world = decide_each(await self.world(), proposed, self.story.ids, known)
        drafts += [_refusal(proposed[index], fault) for index, fault in refused.items()] + list(records)
        if not drafts:
            return Written(
                await self._open_stories.head(self.story, self.branch), turn, refused=refused, proposed=proposed
            )
        batch = Batch(self.story.id, self.branch, turn, drafts, self.story.ids.next, background=True)
        return msgspec.structs.replace(await self._commit(batch, world), refused=refused, proposed=proposed)

    async def record(self, turn: TurnNumber, drafts: Sequence[Drafted], cause: Seq | None) -> None:
        """Commits records of the machinery: they change no world and move no head."""
        batch = Batch(self.story.id, self.branch, turn, drafts, self.story.ids.next, cause=cause, background=True)
        await self._commit(batch, await self.world())

    async def repeat(self, drafts: Sequence[Drafted]) -> None:
        """Commits what was derived on another branch from lines that this one has too: in the background, in a turn of
        its own."""
        batch = Batch(self.story.id, self.branch, self.story.take_turn(), drafts, self.story.ids.next, background=True)
        await self._commit(batch, None)

    async def rewrite(self, drafts: Sequence[Drafted]) -> Written:
        """Commits drafted events that change the past of the branch (acts and revisions), in a turn of their own."""
        batch = Batch(self.story.id, self.branch, self.story.take_turn(), drafts, self.story.ids.next)
        return await self._commit(batch, None)

    async def _commit(self, batch: Batch, world: World | None) -> Written:
        recorded = await self._log.commit(batch)
        self._world = world
        self._landed(self.story, batch, recorded, world)
        return Written(recorded[-1].event.seq, batch.turn, recorded)

    async def _nothing(self, batch: Batch) -> Written:
        """The answer where no event came of the commands; it is kept under the key, and its turn counts as used."""
        head = await self._open_stories.head(self.story, batch.branch)
        await self._log.change(side_tables.use_turn, batch.story, batch.turn)
        if batch.key is not None:
            result = msgspec.json.encode({"head": head, "turn": batch.turn})
            answer = side_tables.Answer(batch.asked, result)
            await self._log.change(side_tables.keep_answer, batch.story, batch.key, answer)
        return Written(head, batch.turn)

    async def _known(self, commands: Sequence[Command]) -> Known:
        """What the rules must know of the log for these commands: the masks of the seqs and the memories that the
        commands name, where the branch shows them."""
        seqs = [s for c in commands if isinstance(c, Remember) for s in c.from_]
        ids = [c.memory for c in commands if isinstance(c, Share) and c.memory is not None]
        ids += [c.id for c in commands if isinstance(c, Set) and c.what == "memory" and c.id is not None]
        if not seqs and not ids:
            return Known(hands=self._hands)
        read, tree = self._log.database.read, self.story.tree
        masks = await read.run(reads.masks, seqs)
        memories = await read.run(reads.memories, self.story.id, ids)
        seen = {s: mask for s, owned, mask in masks if shows(tree, self.branch, owned, s)}
        kept: dict[str, tuple[str, Mask, Seq]] = {}
        formed: dict[str, MemoryFormed] = {}
        for id, memory, mask, seq, owned in memories:
            if shows(tree, self.branch, owned, seq):
                formed[id] = memory
                kept[id] = (memory.gist, mask, seq)
        return Known(seen, kept, formed, self._hands)


def _refusal(proposal: Proposed, fault: Fault) -> Drafted:
    """The record of a proposal that the rules refused, or that names something that does not exist."""
    rule = fault.data.get("rule", "not_known")
    return Drafted(ProposalRefused(dict(proposal.said), rule, fault.message), NOBODY, cause=proposal.cause)
