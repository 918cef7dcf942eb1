"""Lines of history: forking, going back, switching, and the takes of a reply. What is taken out is deletion.py."""

from collections.abc import Callable, Sequence

import msgspec

from daemon.history.revisions import carried
from daemon.live.open_stories import Tale
from daemon.live.takes import answered, answering, shown_on
from daemon.live.writing import Stories
from daemon.store.log import Batch
from daemon.store.queries import derivations, pages, reads, side_tables
from daemon.store.snapshots import Projector
from daemon.story import transcript
from daemon.story.decide import Drafted
from daemon.story.impact import impact
from daemon.story.lineage import Tree, branch_of, forked, shows, stretches
from daemon.story.retraction import ACTS, Act
from daemon.story.state import State
from protocol import methods as m
from protocol.errors import not_found
from protocol.events import LineSaid
from protocol.ids import EVERYBODY, NOBODY, mask_of


async def states(projector: Projector, tree: Tree, branch: str, at: int, *, real: bool = True) -> dict[int, State]:
    """The states of a line at a seq by lens; not `real` where the tree only supposes."""
    return {n: await projector.state(tree, branch, at, n, keep=real) for n in range(EVERYBODY + 1)}


class Histories:
    """The lines of history of all stories. `reread` is called with the lines that a new branch has in other words than
    those that were read before it forks."""

    def __init__(self, stories: Stories, reread: Callable[[Tale, str, Sequence[str]], None]) -> None:
        self.stories, self.shelf, self.projector = stories, stories.shelf, stories.projector
        self.database, self._reread = stories.database, reread

    async def fork(self, p: m.ForkParams) -> m.ForkResult:
        """A new branch from any commit. The current one stays what it was."""
        tale = self.shelf.get(p.story)
        async with tale.lock:
            line = tale.branch(p.branch)
            head = await self.shelf.head(tale, line)
            at = await self.shelf.rounded(tale, line, head if p.at is None else min(p.at, head))
            branch, new_head = await self.branch_off(tale, line, at, "fork", p.name, current=False)
        return m.ForkResult(branch=branch, head=new_head, at=at)

    async def rewind(self, p: m.RewindParams) -> m.RewindResult:
        """A fork at an earlier point of the current branch, made the current one; or only what that would change."""
        tale = self.shelf.get(p.story)
        async with tale.lock:
            before, undo = tale.branch(p.branch), tale.current
            head = await self.shelf.head(tale, before)
            to = await self.shelf.rounded(tale, before, min(p.to, head))
            changes = await self._without_what_follows(tale, before, to, head)
            if p.preview:
                return m.RewindResult(impact=changes, to=to)
            branch, new_head = await self.branch_off(tale, before, to, "rewind")
        return m.RewindResult(impact=changes, to=to, branch=branch, head=new_head, undo=undo)

    async def _without_what_follows(self, tale: Tale, line: str, to: int, head: int) -> m.Impact:
        """What going back to a seq changes: the branch is supposed to be there, as the fork would make it."""
        beyond = await self.database.read.run(reads.read, stretches(tale.tree, line, to, head))
        kept = {e.seq for e, _ in await carried(self.database, tale, line, to)}
        gone = [e for e in beyond if e.seq not in kept]
        created, acts = forked(tale.tree, line, to, "supposed", "rewind")
        next_seq = self.stories.log.seq + 1
        supposed = tale.tree.supposing(
            branch_of(tale.story, created, next_seq), [Act.of(next_seq + 1 + i, act) for i, act in enumerate(acts)]
        )
        then = await states(self.projector, supposed, "supposed", next_seq + len(acts), real=False)
        return impact(pages.decoded(gone), await states(self.projector, tale.tree, line, head), then)

    async def switch(self, p: m.SwitchParams) -> m.SwitchResult:
        """Another branch becomes the current one."""
        tale = self.shelf.get(p.story)
        branch = tale.branch(p.branch)
        async with tale.lock:
            head = await self.make_current(tale, branch)
        return m.SwitchResult(branch=branch, head=head)

    async def branch_off(
        self, tale: Tale, line: str, at: int, kind: str, name: str = "", *, current: bool = True
    ) -> tuple[str, int]:
        """A new branch of a line at a seq that ends a commit, made the current one if so said: its id and head.

        What is retracted on the line is so on the branch, and what was told otherwise stands in those words.
        """
        payload, acts = forked(tale.tree, line, at, self.shelf.new_branch(), kind, name)
        told = await carried(self.database, tale, line, at)
        if current:
            payload = msgspec.structs.replace(payload, came_from=tale.current)
        branch = payload.branch
        batch = Batch(
            tale.story, branch, tale.take_turn(),
            [*(Drafted(x, NOBODY) for x in (payload, *acts)), *(Drafted(p, mask_of(e.witnesses)) for e, p in told)],
            tale.ids.next, background=True, current=branch if current else None,
        )  # fmt: skip
        recorded = await self.stories.log.commit(batch)
        head = recorded[-1].event.seq
        tale.tree[branch] = branch_of(tale.story, payload, recorded[0].event.seq)
        for r in recorded:
            if r.payload.kind in ACTS:
                tale.tree.add_act(branch, Act.of(r.event.seq, r.payload))
        tale.heads[branch] = head
        if current:
            self._switched(tale, branch, head)
        if told:
            self._reread(tale, branch, list(dict.fromkeys(p.line for _, p in told)))
        return branch, head

    async def make_current(self, tale: Tale, branch: str) -> int:
        """Makes a branch the current one; its head. The lock is held by the caller."""
        head = await self.shelf.head(tale, branch)
        if branch != tale.current:
            await self.stories.log.change(side_tables.set_current, tale.story, branch)
            self._switched(tale, branch, head)
        return head

    def _switched(self, tale: Tale, branch: str, head: int) -> None:
        tale.current = branch
        self.stories.hub.changed(tale.story, branch, frozenset())
        self.stories.streams.switched(tale, branch, head)

    async def branches(self, p: m.BranchesParams) -> m.BranchesResult:
        """Every line of history."""
        tale = self.shelf.get(p.story)
        found = [
            m.Branch(
                branch=b.branch,
                parent=b.parent,
                fork_seq=b.fork_seq,
                kind=b.kind,
                name=b.name,
                head=await self.shelf.head(tale, b.branch),
                current=b.branch == tale.current,
                came_from=b.came_from,
            )
            for b in list(tale.tree.values())
        ]
        return m.BranchesResult(branches=found)

    async def takes(self, p: m.TakesParams) -> m.TakesResult:
        """All lines that answer what a line answers; only itself where it answers nothing."""
        tale = self.shelf.get(p.story)
        current = tale.branch(p.branch)
        said = await self.database.read.run(derivations.of_line, tale.story, p.line)
        parts = ((e, words) for e, words in pages.decoded(said) if isinstance(words, LineSaid))
        there = ((e, words, shown_on(tale.tree, current, e.branch, e.seq)) for e, words in parts)
        first = next(((e, words, branch) for e, words, branch in there if branch is not None), None)
        if first is None:
            raise not_found("line", p.line)
        event, words, branch = first
        cause = await answered(self.database, tale, event, words)
        found = [] if cause is None else await answering(self.database, tale, current, [cause])
        lines = {line: (seq, on) for _, seq, on, line in found}
        if p.line not in lines:
            lines = {p.line: (event.seq, branch)}
        takes = [await self._take(tale, line, *which, current) for line, which in lines.items()]
        return m.TakesResult(takes=takes)

    async def _take(self, tale: Tale, line: str, seq: int, branch: str, current: str) -> m.TakeOf:
        """A line as the branch shows it on which it is to be seen."""
        said = await self.database.read.run(derivations.of_line, tale.story, line)
        (view,) = transcript.lines(pages.decoded([e for e in said if shows(tale.tree, branch, e.branch, e.seq)]))
        on = branch == current
        return m.TakeOf(branch=branch, line=line, seq=seq, who=view.who, text=view.text, current=on, cut=view.cut)
