"""Deletes events of a branch and reinstates them. Nothing leaves the log by it.

Which other events go and come back with them is decided in story/retraction.py and story/revisions.py.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager

from daemon.history.branches import states
from daemon.live.change import Asked
from daemon.live.open_stories import OpenStory
from daemon.live.writing import Writer
from daemon.store.check.process import Progress
from daemon.store.queries import derivations, summaries
from daemon.store.queries.revisions import load, written
from daemon.store.queries.steps import decoded, follow, portions
from daemon.story import revisions
from daemon.story.decide import Drafted
from daemon.story.impact import impact
from daemon.story.lenses import TRUTH
from daemon.story.lineage import shows, whole
from daemon.story.retraction import KEEPS, Act, Deleted
from daemon.story.revisions import Written
from daemon.tasks import Headway
from protocol import methods as m
from protocol.errors import INVALID_PARAMS, Fault, not_found
from protocol.events import EventReinstated, EventRetracted, LineRevised
from protocol.ids import NOBODY, Seq

IDS_AT_ONCE = 200_000
"""Seqs that one event deletes at the most, so that its payload is no longer than a message or an import may be."""

Job = Callable[[str, str, str, str], AbstractContextManager[Callable[[Progress], None]]]
"""Makes a context that shows a piece of work among the jobs while it lasts, given its kind, description, story and
branch. The context yields a function to be called with the progress."""


@contextlib.contextmanager
def unseen(kind: str, what: str, story: str, branch: str) -> Iterator[Callable[[Progress], None]]:
    """A `Job` that shows nothing."""
    yield lambda progress: None


class Deletion:
    """Deletes and reinstates events. Both read the log in steps, may be cancelled until they commit, and are shown as
    jobs by `job`."""

    def __init__(self, writer: Writer, job: Job = unseen) -> None:
        self.writer, self.open_stories, self.projector = writer, writer.open_stories, writer.projector
        self.database, self._job = writer.database, job

    async def delete(self, p: m.DeleteParams) -> m.DeleteResult:
        """Deletes events with what they caused and what derives from them; a preview only says what that would change.

        Raises Fault: CONFLICT, not found, bad params for what cannot be deleted.
        """
        story = self.open_stories.get(p.story)
        async with self.writer.change(story, p.branch, Asked(p.expected)) as change:
            branch = change.branch
            with self._at_work("working out what goes", story, branch, p.targets) as headway:
                acts = await self._acts(story, branch, p.targets, headway)
                changes, leaving, back = await self._impact(story, branch, acts)
            if p.preview:
                return m.DeleteResult(impact=changes, gone=leaving, back=back)
            done = await change.rewrite([Drafted(act, NOBODY) for act in acts])
        return m.DeleteResult(impact=changes, gone=leaving, back=back, head=done.head)

    async def reinstate(self, p: m.ReinstateParams) -> m.ReinstateResult:
        """Reinstates deleted events with what went with them; what was written in their place is retired. What was made
        of a text that is not current any more is retired as well, and comes back when that text does. Raises Fault:
        CONFLICT, not found, bad params for what was not deleted by itself."""
        story = self.open_stories.get(p.story)
        async with self.writer.change(story, p.branch, Asked(p.expected)) as change:
            branch = change.branch
            targets = sorted(set(p.targets))
            deleted = story.tree.deleted(branch)
            for t in targets:
                _check_deleted(t, deleted)
            with self._at_work("working out what comes back", story, branch, targets):
                with_targets = deleted.going_with(targets)
                coming = deleted.all - deleted.without(targets)
                dependents = await load(self.database, story.tree, story.id, branch, with_targets, coming)
                instead = await self._written_instead(story, branch, with_targets)
                act, back = await asyncio.to_thread(revisions.reinstatement, dependents, targets, instead)
            done = await change.rewrite([Drafted(act, NOBODY)])
        return m.ReinstateResult(head=done.head, back=back, retired=act.retires)

    @contextlib.contextmanager
    def _at_work(self, what: str, story: OpenStory, branch: str, targets: Sequence[Seq]) -> Iterator[Headway]:
        """Shows a piece of work as a job while the context lasts; yields its headway.

        Work that still runs in a thread at the end of the context is broken off.
        """
        with self._job("delete", what, story.id, branch) as heed:
            headway = Headway(lambda done, of: heed(Progress(done, of)))
            headway.begin(2 * len(set(targets)))
            heed(Progress(0, 2 * len(set(targets))))
            try:
                yield headway
            finally:
                headway.leave_off()

    async def _acts(
        self, story: OpenStory, branch: str, targets: Sequence[Seq], headway: Headway
    ) -> list[EventRetracted | EventReinstated]:
        """The events that delete these targets. If a revision is deleted, what was made of its text is deleted as well,
        and what was retired for it comes back. Raises not found, and bad params for what cannot be deleted."""
        wanted = sorted(set(targets))
        await self._check(story, branch, wanted)
        # Also of what is deleted already: it must stay deleted as long as any of these targets is.
        found = await follow(self.database, whole(story.tree, branch, Seq(wanted[0] - 1)), wanted, headway)
        plain = {t: [s for s in found.by_target[t] if s != t] for t in wanted}
        revised = [s for s, d in found.derivations.items() if d.kind == LineRevised.kind]
        dependents = await load(self.database, story.tree, story.id, branch, revised)
        also, back = await asyncio.to_thread(revisions.deletion, dependents, plain, headway.step)
        return [*_retractions(also), *([EventReinstated(back)] if back else [])]

    async def _check(self, story: OpenStory, branch: str, wanted: Sequence[Seq]) -> None:
        """Raises not found for what the branch does not show, and bad params for what holds the branches together."""
        left = set(wanted)
        for some in portions(wanted):
            for event in await self.database.read.run(derivations.events, some):
                if not shows(story.tree, branch, event.branch, event.seq):
                    raise not_found("event", event.seq)
                if event.kind in KEEPS:
                    why = f"{event.seq} is {event.kind}, which holds the history together; rewind or reinstate instead"
                    raise Fault(INVALID_PARAMS, why, what="event", id=event.seq)
                left.remove(event.seq)
        if left:
            raise not_found("event", min(left))

    async def retired_by_revision(self, story: OpenStory, branch: str, seqs: Sequence[Seq]) -> list[Seq]:
        """The seqs that are retired when a line is revised, in order; `seqs` those of its `line.said` there."""
        found = await follow(self.database, whole(story.tree, branch, Seq(min(seqs) - 1)), seqs)
        return revisions.retired_by_revision(found, story.tree.deleted(branch))

    async def _impact(
        self, story: OpenStory, branch: str, acts: Sequence[EventRetracted | EventReinstated]
    ) -> tuple[m.Impact, list[Seq], list[Seq]]:
        """The impact of these acts as the next events of the branch; the seqs that they delete; the seqs that
        come back."""
        head, seq = await self.open_stories.head(story, branch), self.writer.log.seq + 1
        supposed = story.tree.supposing(branch, [Act.of(Seq(seq + n), act) for n, act in enumerate(acts)])
        was, now = story.tree.deleted(branch).all, (await asyncio.to_thread(supposed.deleted, branch)).all
        leaving = sorted(now - was)
        events = await decoded(self.database, leaving)
        before = await states(self.projector, story.tree, branch, head)
        after = await states(self.projector, supposed, branch, Seq(seq + len(acts) - 1), real=False)
        return await asyncio.to_thread(impact, events, before, after), leaving, sorted(was - now)

    async def _written_instead(self, story: OpenStory, branch: str, with_targets: frozenset[Seq]) -> Set[Seq]:
        """The seqs of the summaries that were written in the place of those that come back, with what goes with
        those summaries."""
        coming = await written(self.database, with_targets)
        if not coming:
            return frozenset()
        path = whole(story.tree, branch, coming[0].seq)
        later = await self.database.read.run(summaries.latest, path, TRUTH)
        instead = revisions.written_instead(coming, (Written(x.seq, x.cause, x.witnesses) for x in later), with_targets)
        return (await follow(self.database, path, instead)).all if instead else frozenset()


def _retractions(also: Mapping[Seq, Sequence[Seq]]) -> list[EventRetracted]:
    """The events that delete these targets, each with all that goes with it: one, unless that would be too long."""
    made, targets, size = list[EventRetracted](), list[Seq](), 0
    for t, more in also.items():
        if targets and size + len(more) > IDS_AT_ONCE:
            made.append(EventRetracted(targets, [list(also[x]) for x in targets]))
            targets, size = [], 0
        targets.append(t)
        size += 1 + len(more)
    return [*made, EventRetracted(targets, [list(also[x]) for x in targets])]


def _check_deleted(target: Seq, deleted: Deleted) -> None:
    """Raises bad params for what is deleted but no target of a deletion, and not found for what is not deleted."""
    if target in deleted.by_target:
        return
    if with_ := [str(t) for t, seqs in deleted.by_target.items() if target in seqs]:
        why = f"{target} went with {' and '.join(with_)}: reinstate that"
        raise Fault(INVALID_PARAMS, why, what="event", id=target)
    if target in deleted.retired:
        why = f"{target} was not deleted: its words are told otherwise, or something stands in its place"
        raise Fault(INVALID_PARAMS, why, what="event", id=target)
    raise not_found("deleted event", target)
