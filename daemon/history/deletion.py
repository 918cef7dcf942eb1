"""Taking events out of a history, bringing them back, and telling a line otherwise. Nothing is lost by it."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

from daemon.history.branches import states
from daemon.history.outdated import outdated
from daemon.history.revisions import STAYS
from daemon.live.change import Asked
from daemon.live.following import decoded, follow, portions
from daemon.live.open_stories import OpenStory
from daemon.live.writing import Writer
from daemon.store.check.process import Progress
from daemon.store.queries import derivations
from daemon.store.queries.summaries import accounts
from daemon.story.decide import Drafted
from daemon.story.impact import impact
from daemon.story.lineage import END, shows, whole
from daemon.story.retraction import KEEPS, Act, Gone
from daemon.tasks import Headway
from protocol import methods as m
from protocol.errors import INVALID_PARAMS, Fault, not_found
from protocol.events import EventReinstated, EventRetracted, LineRevised
from protocol.ids import NOBODY, mask_of

IDS_AT_ONCE = 200_000
"""Seqs that one event takes out at the most: its payload stays within what a message and an import may be."""

Job = Callable[[str, str, str, str], AbstractContextManager[Callable[[Progress], None]]]
"""Shows work of a kind, in words, on a story's branch, among the jobs while it lasts; takes note of its progress."""


@contextlib.contextmanager
def unseen(kind: str, what: str, story: str, branch: str) -> Iterator[Callable[[Progress], None]]:
    """Work that is shown nowhere."""
    yield lambda progress: None


class Deletion:
    """Deletes and reinstates; the preview is what acts, without the commit. Both go a step at a time, and may be
    cancelled until they commit. `job` shows them."""

    def __init__(self, writer: Writer, job: Job = unseen) -> None:
        self.writer, self.open_stories, self.projector = writer, writer.open_stories, writer.projector
        self.database, self._job = writer.database, job

    async def delete(self, p: m.DeleteParams) -> m.DeleteResult:
        """Takes out events with what they caused and what derives from it; or only says what that would change."""
        story = self.open_stories.get(p.story)
        async with self.writer.change(story, p.branch, Asked(p.expected)) as change:
            branch = change.branch
            with self._at_work("working out what goes", story, branch, p.targets) as headway:
                acts = await self._acts(story, branch, p.targets, headway)
                changes, gone, back = await self._impact(story, branch, acts)
            if p.preview:
                return m.DeleteResult(impact=changes, gone=gone, back=back)
            written = await change.rewrite([Drafted(act, NOBODY) for act in acts])
        return m.DeleteResult(impact=changes, gone=gone, back=back, head=written.head)

    async def reinstate(self, p: m.ReinstateParams) -> m.ReinstateResult:
        """Brings back what was deleted, with what went with it; what was written in its place goes. What was made of
        words that stand no more stays out, and comes back with those."""
        story = self.open_stories.get(p.story)
        async with self.writer.change(story, p.branch, Asked(p.expected)) as change:
            branch = change.branch
            targets = sorted(set(p.targets))
            gone = story.tree.gone(branch)
            for t in targets:
                _check_gone(t, gone)
            with self._at_work("working out what comes back", story, branch, targets):
                told = frozenset[int]().union(*(gone.by_target[t] for t in targets))
                now = gone.without(targets)
                coming = gone.all - now
                hanging, more = await outdated(self.database, story, branch, told, coming)
                other = await asyncio.to_thread(hanging.stale, told, now, coming, more)
                retired = sorted({*await self._replacements(story, branch, told), *other})
                targets = sorted({*targets, *await hanging.fresh(self.database, story.id, told, now)})
                back = gone.all - gone.without(targets) - set(retired)
            written = await change.rewrite([Drafted(EventReinstated(targets, retired), NOBODY)])
        return m.ReinstateResult(head=written.head, back=sorted(back), retired=retired)

    @contextlib.contextmanager
    def _at_work(self, what: str, story: OpenStory, branch: str, targets: Sequence[int]) -> Iterator[Headway]:
        """While this lasts it is shown as a job; what runs in a thread is left off with it."""
        with self._job("delete", what, story.id, branch) as heed:
            headway = Headway(lambda done, of: heed(Progress(done, of)))
            headway.begin(2 * len(set(targets)))
            heed(Progress(0, 2 * len(set(targets))))
            try:
                yield headway
            finally:
                headway.leave_off()

    async def _acts(
        self, story: OpenStory, branch: str, targets: Sequence[int], headway: Headway
    ) -> list[EventRetracted | EventReinstated]:
        """The retraction of these targets; where it takes a revision out, what derives from its words goes as well, and
        what it had retired comes back. Raises not found, and bad params for what cannot be taken out."""
        wanted = sorted(set(targets))
        await self._check(story, branch, wanted)
        # What is retracted already goes with these as well: it must not come back while any of them is out.
        following = await follow(self.database, whole(story.tree, branch, wanted[0] - 1), wanted, headway)
        plain = {t: [s for s in following.by_target[t] if s != t] for t in wanted}
        revised = [s for s, tie in following.ties.items() if tie.kind == LineRevised.kind]
        hanging, _ = await outdated(self.database, story, branch, revised)
        also = await asyncio.to_thread(hanging.also, plain, headway)
        now = story.tree.gone(branch).all.union(also, *also.values())
        back = await hanging.fresh(self.database, story.id, revised, now)
        return [*_retractions(also), *([EventReinstated(back)] if back else [])]

    async def _check(self, story: OpenStory, branch: str, wanted: Sequence[int]) -> None:
        """Raises not found, and bad params for what holds the history together."""
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

    async def caused(self, story: OpenStory, branch: str, seqs: Sequence[int]) -> list[int]:
        """What these events of a line caused and what derives from them, but for what holds for other words as well."""
        tied = (await follow(self.database, whole(story.tree, branch, min(seqs) - 1), seqs)).ties
        out = story.tree.gone(branch).by_itself
        return sorted(s for s, t in tied.items() if t.kind not in STAYS and s not in out)

    async def _impact(
        self, story: OpenStory, branch: str, acts: Sequence[EventRetracted | EventReinstated]
    ) -> tuple[m.Impact, list[int], list[int]]:
        """What acts change, and which seqs go and come back: they are supposed to be the next events of the branch."""
        head, seq = await self.open_stories.head(story, branch), self.writer.log.seq + 1
        supposed = story.tree.supposing(branch, [Act.of(seq + n, act) for n, act in enumerate(acts)])
        was, now = story.tree.gone(branch).all, (await asyncio.to_thread(supposed.gone, branch)).all
        gone = sorted(now - was)
        events = await decoded(self.database, gone)
        before = await states(self.projector, story.tree, branch, head)
        after = await states(self.projector, supposed, branch, seq + len(acts) - 1, real=False)
        return await asyncio.to_thread(impact, events, before, after), gone, sorted(was - now)

    async def _replacements(self, story: OpenStory, branch: str, told: frozenset[int]) -> list[int]:
        """The summaries written in place of those that went with what comes back, with what derives from them.

        Also where these stay out for another reason, or those are out for one: what was written lacks what comes back.
        """
        again: dict[tuple[int, int], int] = {}
        for some in portions(sorted(told)):
            for e in await self.database.read.run(derivations.events, some):
                if e.kind == "memory.formed" and e.cause is not None:
                    again.setdefault((e.cause, mask_of(e.witnesses)), e.seq)
        if not again:
            return []
        path = whole(story.tree, branch, min(again.values()))
        later = await self.database.read.run(accounts, path, NOBODY)
        instead = [
            a.seq for a in later if a.seq not in told and a.seq > again.get((a.cause, a.witnesses), END)
        ]  # fmt: skip
        retired = (await follow(self.database, path, instead)).all if instead else frozenset[int]()
        return sorted(retired - story.tree.gone(branch).by_itself)


def _retractions(also: Mapping[int, Sequence[int]]) -> list[EventRetracted]:
    """What takes out these targets, each with all that goes with it: one event, unless it would be too long."""
    made, targets, size = list[EventRetracted](), list[int](), 0
    for t, more in also.items():
        if targets and size + len(more) > IDS_AT_ONCE:
            made.append(EventRetracted(targets, [list(also[x]) for x in targets]))
            targets, size = [], 0
        targets.append(t)
        size += 1 + len(more)
    return [*made, EventRetracted(targets, [list(also[x]) for x in targets])]


def _check_gone(target: int, gone: Gone) -> None:
    if target in gone.by_target:
        return
    if with_ := [str(t) for t, seqs in gone.by_target.items() if target in seqs]:
        why = f"{target} went with {' and '.join(with_)}: reinstate that"
        raise Fault(INVALID_PARAMS, why, what="event", id=target)
    if target in gone.retired:
        why = f"{target} was not deleted: its words are told otherwise, or something stands in its place"
        raise Fault(INVALID_PARAMS, why, what="event", id=target)
    raise not_found("deleted event", target)
