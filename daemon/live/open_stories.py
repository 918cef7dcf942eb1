"""Open stories: what the daemon keeps in memory of each story between requests: branches, heads, counters, worlds.

All of it derives from the store. Each story has a lock, which keeps its writing in order.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from daemon.store.database import Database
from daemon.store.queries import reads, side_tables
from daemon.store.snapshots import Projector
from daemon.story.decide import Ids
from daemon.story.lenses import ALONE, TRUTH
from daemon.story.lineage import END, Tree, stretches, whole
from daemon.story.world import World
from protocol.errors import INVALID_PARAMS, Fault, not_found
from protocol.ids import BEGINNING, Seq, TurnNumber

WORLDS = 8
"""Worlds kept in memory per story: those of the branches used last."""


class OpenStory:
    """One story, as it is kept in memory.

    `heads` has the last seq of a branch that was not purged, `moved` the last such seq that counts as moving its head;
    both only for branches that were asked about. `lines` has for a branch (how many lines it shows, up to which seq
    they were counted), `worlds` (a head, the world there). `rewrites` counts how often the past of any branch changed.
    `chats`: whether a chat of another program came in, as far as is known yet.
    """

    def __init__(self, row: side_tables.StoryRow) -> None:
        self.id, self.title, self.current = row.story, row.title, row.current
        self.next_turn, self.ids, self.updated = row.next_turn, Ids(row.next_id), row.updated
        self.kept = side_tables.Kept()
        self.tree = Tree()
        self.heads: dict[str, Seq] = {}
        self.moved: dict[str, Seq] = {}
        self.lines: dict[str, tuple[int, Seq]] = {}
        self.worlds: OrderedDict[str, tuple[Seq, World]] = OrderedDict()
        self.rewrites = 0
        self.chats = False
        self.lock = asyncio.Lock()

    def branch(self, asked: str | None) -> str:
        """The branch asked for, or the current one. Raises not found."""
        if asked is None:
            return self.current
        if asked not in self.tree:
            raise not_found("branch", asked)
        return asked

    def take_turn(self) -> TurnNumber:
        """The number of a new turn; each is given out once."""
        turn = self.next_turn
        self.next_turn = TurnNumber(turn + 1)
        return turn

    def past_changed(self, branch: str) -> None:
        """Forgets the world and the count of lines of a branch whose past has changed."""
        self.rewrites += 1
        self.worlds.pop(branch, None)
        self.lines.pop(branch, None)

    def purged(self) -> None:
        """Forgets what was kept of all branches, their heads too, after events of the story were purged."""
        self.heads.clear()
        self.moved.clear()
        for branch in self.tree:
            self.past_changed(branch)

    def keep_world(self, branch: str, head: Seq, world: World) -> None:
        """Keeps the world at the head of a branch, and forgets those of the branches used longest ago."""
        self.worlds[branch] = (head, world)
        self.worlds.move_to_end(branch)
        while len(self.worlds) > WORLDS:
            self.worlds.popitem(last=False)


class OpenStories:
    """All stories of the store, by id."""

    def __init__(self, database: Database, projector: Projector) -> None:
        self.database, self.projector = database, projector
        self.by_id: dict[str, OpenStory] = {}
        self._stories = self._branches = 0

    async def load(self) -> None:
        """Reads all stories, branches and acts from the store, again if need be; other events only when asked for."""
        before, self.by_id = self.by_id, {}
        for row in reversed(await self.database.read.run(side_tables.stories)):
            if row.current:  # else it was purged
                story = self.by_id[row.story] = OpenStory(row)
                if row.story in before:  # turns and ids that were given out are not given out again
                    story.next_turn = max(story.next_turn, before[row.story].next_turn)
                    story.ids = Ids(max(story.ids.next, before[row.story].ids.next))
        for id, kept in (await self.database.read.run(side_tables.kept)).items():
            if id in self.by_id:
                self.by_id[id].kept = kept
        branches = await self.database.read.run(side_tables.branches)
        for branch in branches:
            if branch.story in self.by_id:
                self.by_id[branch.story].tree[branch.branch] = branch
        for of, on, act in await self.database.read.run(side_tables.acts):
            if of in self.by_id:
                self.by_id[of].tree.add_act(on, act)
        self._stories = max([self._stories, *(_number(b.story) for b in branches)])
        self._branches = max([self._branches, *(_number(b.branch) for b in branches)])

    def get(self, story: str) -> OpenStory:
        """The story with this id. Raises not found."""
        found = self.by_id.get(story)
        if found is None:
            raise not_found("story", story)
        return found

    def new_story(self) -> str:
        """An id for a new story."""
        self._stories += 1
        return f"s{self._stories}"

    def new_branch(self) -> str:
        """An id for a new branch; unique in the whole store."""
        self._branches += 1
        return f"b{self._branches}"

    async def head(self, story: OpenStory, branch: str) -> Seq:
        """The last seq that a branch sees and that was not purged (0 if none)."""
        return await self._last(story, branch, story.heads, reads.last_unpurged)

    async def moved(self, story: OpenStory, branch: str) -> Seq:
        """The last seq that a branch sees, that was not purged, and that counts as moving the head (0 if none)."""
        return await self._last(story, branch, story.moved, reads.last_moving)

    async def _last(self, story: OpenStory, branch: str, kept: dict[str, Seq], last: Callable[..., Seq]) -> Seq:
        while branch not in kept:
            rewrites = story.rewrites
            found = await self.database.read.run(last, whole(story.tree, branch))
            if rewrites == story.rewrites:
                # A commit may have landed meanwhile: then the newer seq that it has set stays.
                kept.setdefault(branch, found)
        return kept[branch]

    async def round_down(self, story: OpenStory, branch: str, seq: Seq) -> Seq:
        """The last seq at or before `seq` that ends a commit on a branch (0 if none). Where `seq` lies within a commit
        and the rest of that was purged, the end of that commit, after `seq`."""
        return await self.database.read.run(reads.round_down, whole(story.tree, branch, BEGINNING, seq))

    async def rounded(self, story: OpenStory, branch: str, seq: Seq) -> Seq:
        """As `round_down`, but raises Fault(INVALID_PARAMS) where no commit ends so early."""
        found = await self.round_down(story, branch, seq)
        if found:
            return found
        raise Fault(INVALID_PARAMS, f"line {seq} is before the beginning of the story", what="seq", id=seq)

    async def lines(self, story: OpenStory, branch: str) -> int:
        """How many lines a branch shows; only those since the last count are counted."""
        head = await self.head(story, branch)
        count, upto = story.lines.get(branch, (0, BEGINNING))
        if upto < head:
            path = stretches(story.tree, branch, upto, head)
            count += await self.database.read.run(reads.count_lines, path)
            story.lines[branch] = count, head
        return count

    async def world(self, story: OpenStory, branch: str) -> World:
        """The world at the head of a branch: the truth and the minds."""
        head = await self.head(story, branch)
        kept = story.worlds.get(branch)
        if kept is not None and kept[0] == head:
            return kept[1]
        world = await self.world_before(story, branch, head, None)
        story.keep_world(branch, head, world)
        return world

    async def world_before(self, story: OpenStory, branch: str, at: Seq, as_of: Seq | None = END) -> World:
        """The world just after the seq `at`, without what is deleted as of `as_of` (None: as of `at`). By default
        without all that is deleted by now, as a fork there would have it."""
        truth = await self.projector.state(story.tree, branch, at, TRUTH, as_of=as_of)
        minds = {e: await self.projector.state(story.tree, branch, at, n, as_of=as_of) for e, n in ALONE.items()}
        return World(truth, minds)


def _number(id: str) -> int:
    return int(id[1:]) if id[1:].isdigit() else 0
