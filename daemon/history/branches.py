"""Branches: forking, rewinding, switching, and the takes of a reply. Deletion is in deletion.py."""

from collections.abc import Callable, Sequence

import msgspec

from daemon.history.carrying import carried as carried_along
from daemon.history.carrying import read_before
from daemon.live.change import Change
from daemon.live.open_stories import OpenStory
from daemon.live.takes import answered, answering, shown_on
from daemon.live.writing import Writer
from daemon.store.log import Batch
from daemon.store.queries import derivations, pages, reads, revisions, side_tables
from daemon.store.snapshots import Projector
from daemon.story import transcript
from daemon.story.decide import Drafted
from daemon.story.impact import impact
from daemon.story.lenses import NAMED, Lens, lens_of, perceives, seeming
from daemon.story.lineage import Tree, branch_of, forked, shows, stretches
from daemon.story.retraction import ACTS, Act
from daemon.story.revisions import Texts, carried
from daemon.story.state import State
from protocol import methods as m
from protocol.errors import not_found
from protocol.events import Event, LineRevised, LineSaid, Payload
from protocol.ids import NOBODY, Seq, mask_of


async def states(projector: Projector, tree: Tree, branch: str, at: Seq, *, real: bool = True) -> dict[Lens, State]:
    """The states of a branch at a seq, by lens. Where the tree only supposes acts, `real` is false, and no
    state is kept."""
    return {n: await projector.state(tree, branch, at, n, keep=real) for n in NAMED}


class Branches:
    """The branches of all stories. `reread` is called with a story, a new branch, and the ids of the lines whose words
    on that branch are not those that were read before the fork."""

    def __init__(self, writer: Writer, reread: Callable[[OpenStory, str, Sequence[str]], None]) -> None:
        self.writer, self.open_stories, self.projector = writer, writer.open_stories, writer.projector
        self.database, self._reread = writer.database, reread

    async def fork(self, p: m.ForkParams) -> m.ForkResult:
        """Makes a new branch that forks at the end of a commit. The current branch stays the current one."""
        story = self.open_stories.get(p.story)
        async with self.writer.change(story, p.branch) as change:
            old = change.branch
            head = await self.open_stories.head(story, old)
            at = await self.open_stories.rounded(story, old, head if p.at is None else min(p.at, head))
            branch, new_head = await self.branch_off(change, at, "fork", p.name, current=False)
        return m.ForkResult(branch=branch, head=new_head, at=at)

    async def rewind(self, p: m.RewindParams) -> m.RewindResult:
        """Forks at an earlier seq and makes the fork the current branch; a preview only says what that would change."""
        story = self.open_stories.get(p.story)
        async with self.writer.change(story, p.branch) as change:
            before, undo = change.branch, story.current
            head = await self.open_stories.head(story, before)
            to = await self.open_stories.rounded(story, before, min(p.to, head))
            changes = await self._without_what_follows(story, before, to, head)
            if p.preview:
                return m.RewindResult(impact=changes, to=to)
            branch, new_head = await self.branch_off(change, to, "rewind")
        return m.RewindResult(impact=changes, to=to, branch=branch, head=new_head, undo=undo)

    async def _without_what_follows(self, story: OpenStory, branch: str, to: Seq, head: Seq) -> m.Impact:
        """The impact of going back to the seq `to`, worked out on a supposed branch, made as the fork would be."""
        beyond = await self.database.read.run(reads.read, stretches(story.tree, branch, to, head))
        kept = {e.seq for e, _ in await self._carried(story, branch, to)}
        kept |= {e.seq for e, _ in await self._read_later(story, branch, to)}
        leaving = [e for e in beyond if e.seq not in kept]
        created, acts = forked(story.tree, branch, to, "supposed", "rewind")
        next_seq = Seq(self.writer.log.seq + 1)
        supposed = story.tree.supposing(
            branch_of(story.id, created, next_seq), [Act.of(Seq(next_seq + 1 + i), act) for i, act in enumerate(acts)]
        )
        then = await states(self.projector, supposed, "supposed", Seq(next_seq + len(acts)), real=False)
        return impact(pages.decoded(leaving), await states(self.projector, story.tree, branch, head), then)

    async def switch(self, p: m.SwitchParams) -> m.SwitchResult:
        """Makes another branch the current one. Raises not found."""
        story = self.open_stories.get(p.story)
        branch = story.branch(p.branch)
        async with self.writer.change(story, branch) as change:
            head = await self.make_current(change)
        return m.SwitchResult(branch=branch, head=head)

    async def branch_off(
        self, change: Change, at: Seq, kind: str, name: str = "", *, current: bool = True
    ) -> tuple[str, Seq]:
        """Makes a branch that forks from the branch of the change at `at`, the end of a commit; returns (id, head).

        With `current`, the new branch becomes the current one. What is deleted on the old branch is deleted on the new
        one too, and lines before `at` have their current text there.
        """
        story, old = change.story, change.branch
        payload, acts = forked(story.tree, old, at, self.open_stories.new_branch(), kind, name)
        repeated = await self._carried(story, old, at)
        read = await self._read_before(story, old, at)
        if current:
            payload = msgspec.structs.replace(payload, came_from=story.current)
        branch = payload.branch
        batch = Batch(
            story.id, branch, story.take_turn(),
            [
                *(Drafted(x, NOBODY) for x in (payload, *acts)),
                *(Drafted(p, mask_of(e.witnesses), seems=seeming(e)) for e, p in repeated),
                *read,
            ],
            story.ids.next, background=True, current=branch if current else None,
        )  # fmt: skip
        recorded = await self.writer.log.commit(batch)
        head = recorded[-1].event.seq
        story.tree[branch] = branch_of(story.id, payload, recorded[0].event.seq)
        for r in recorded:
            if r.payload.kind in ACTS:
                story.tree.add_act(branch, Act.of(r.event.seq, r.payload))
        story.heads[branch] = head
        if current:
            self._switched(story, branch, head)
        if repeated:
            self._reread(story, branch, list(dict.fromkeys(p.line for _, p in repeated)))
        return branch, head

    async def _carried(self, story: OpenStory, branch: str, at: Seq) -> list[tuple[Event, LineRevised]]:
        """The revisions that a fork of a branch at a seq repeats: the current texts of lines said before it."""
        path = stretches(story.tree, branch, at)
        found = pages.decoded(await self.database.read.run(reads.revisions, path)) if path else []
        revised = {e.seq: (e, p) for e, p in found if isinstance(p, LineRevised)}
        if not revised:
            return []
        rows = await revisions.line_rows(self.database, story.id, {p.line for _, p in revised.values()})
        return [revised[seq] for seq in carried(Texts(story.tree, branch, rows), at)]

    async def _read_before(self, story: OpenStory, branch: str, at: Seq) -> list[Drafted]:
        """What a fork of a branch at a seq takes along of imported chats that were read."""
        return carried_along(await self._read_later(story, branch, at), at, story.ids)

    async def _read_later(self, story: OpenStory, branch: str, at: Seq) -> list[tuple[Event, Payload]]:
        """What was read after a seq of lines before it, of imported chats."""
        after = stretches(story.tree, branch, at) if story.chats else []
        return await self.database.read.run(read_before, after, at) if after else []

    async def make_current(self, change: Change) -> Seq:
        """Makes the branch of a change the current one; returns its head."""
        story, branch = change.story, change.branch
        head = await self.open_stories.head(story, branch)
        if branch != story.current:
            await self.writer.log.change(side_tables.set_current, story.id, branch)
            self._switched(story, branch, head)
        return head

    def _switched(self, story: OpenStory, branch: str, head: Seq) -> None:
        story.current = branch
        self.writer.hub.changed(story.id, branch, frozenset())
        self.writer.streams.switched(story, branch, head)

    async def branches(self, p: m.BranchesParams) -> m.BranchesResult:
        """All branches of a story."""
        story = self.open_stories.get(p.story)
        found = [
            m.Branch(
                branch=b.branch,
                parent=b.parent,
                fork_seq=b.fork_seq,
                kind=b.kind,
                name=b.name,
                head=await self.open_stories.head(story, b.branch),
                lines=await self.open_stories.lines(story, b.branch),
                current=b.branch == story.current,
                came_from=b.came_from,
            )
            for b in list(story.tree.values())
        ]
        return m.BranchesResult(branches=found)

    async def takes(self, p: m.TakesParams) -> m.TakesResult:
        """All lines that answer what a line answers; only that line where it answers nothing. Raises not found."""
        story = self.open_stories.get(p.story)
        current = story.branch(p.branch)
        said = await self.database.read.run(derivations.of_line, story.id, p.line)
        parts = ((e, words) for e, words in pages.decoded(said) if isinstance(words, LineSaid))
        there = ((e, words, shown_on(story.tree, current, e.branch, e.seq)) for e, words in parts)
        first = next(((e, words, branch) for e, words, branch in there if branch is not None), None)
        if first is None:
            raise not_found("line", p.line)
        event, words, branch = first
        cause = await answered(self.database, story, event, words)
        found = [] if cause is None else await answering(self.database, story, current, [cause])
        lines = {line: (seq, on) for _, seq, on, line in found}
        if p.line not in lines:
            lines = {p.line: (event.seq, branch)}
        takes = [await self._take(story, line, *which, current, lens_of(p.lens)) for line, which in lines.items()]
        return m.TakesResult(takes=takes)

    async def _take(self, story: OpenStory, line: str, seq: Seq, branch: str, current: str, lens: Lens) -> m.TakeOf:
        """A take: the line as `branch` shows it, its words through a lens. `current` is the branch that was asked
        about."""
        of_line = await self.database.read.run(derivations.of_line, story.id, line)
        said = pages.decoded([e for e in of_line if shows(story.tree, branch, e.branch, e.seq)])
        (view,) = transcript.lines(said)
        heard = transcript.lines((e, x) for e, x in said if perceives(lens, e))
        text, on = "".join(x.text for x in heard), branch == current
        return m.TakeOf(branch=branch, line=line, seq=seq, who=view.who, text=text, current=on, cut=view.cut)
