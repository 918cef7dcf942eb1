"""Taking events out of a history, bringing them back, and telling a line otherwise. Nothing is lost by it."""

from collections.abc import Sequence

from daemon.histories import states
from daemon.store import pages, ties
from daemon.store.accounts import accounts
from daemon.stories import Stories
from daemon.story.decide import Drafted
from daemon.story.impact import impact
from daemon.story.lineage import END, shows, whole
from daemon.story.retraction import KEEPS, Act, Gone, goes_with
from daemon.tales import Tale
from daemon.wordings import STAYS, fresh, stale
from protocol import methods as m
from protocol.errors import INVALID_PARAMS, Fault, not_found
from protocol.events import EventReinstated, EventRetracted
from protocol.ids import NOBODY, mask_of


class Retracting:
    """Deletes and reinstates; the preview is what acts, without the commit."""

    def __init__(self, stories: Stories) -> None:
        self.stories, self.shelf, self.projector = stories, stories.shelf, stories.projector
        self.database = stories.database

    async def delete(self, p: m.DeleteParams) -> m.DeleteResult:
        """Takes out events with what they caused and what derives from it; or only says what that would change."""
        tale = self.shelf.get(p.story)
        async with tale.lock:
            branch = tale.branch(p.branch)
            await self.stories.check_expected(tale, branch, p.expected)
            acts = await self._acts(tale, branch, p.targets)
            changes, gone, back = await self._impact(tale, branch, acts)
            if p.preview:
                return m.DeleteResult(impact=changes, gone=gone, back=back)
            written = await self.stories.act(tale, branch, [Drafted(act, NOBODY) for act in acts])
        return m.DeleteResult(impact=changes, gone=gone, back=back, head=written.head)

    async def reinstate(self, p: m.ReinstateParams) -> m.ReinstateResult:
        """Brings back what was deleted, with what went with it; what was written in its place goes. What was made of
        words that stand no more stays out, and comes back with those."""
        tale = self.shelf.get(p.story)
        async with tale.lock:
            branch = tale.branch(p.branch)
            await self.stories.check_expected(tale, branch, p.expected)
            targets = sorted(set(p.targets))
            gone = tale.tree.gone(branch)
            for t in targets:
                _check_gone(t, gone)
            told = frozenset[int]().union(*(gone.by_target[t] for t in targets))
            now = gone.without(targets)
            other = await stale(self.database, tale, branch, told, now, gone.all - now)
            retired = sorted({*await self._replacements(tale, branch, told), *other})
            targets = sorted({*targets, *await fresh(self.database, tale, branch, told, now)})
            back = gone.all - gone.without(targets) - set(retired)
            written = await self.stories.act(tale, branch, [Drafted(EventReinstated(targets, retired), NOBODY)])
        return m.ReinstateResult(head=written.head, back=sorted(back), retired=retired)

    async def _acts(self, tale: Tale, branch: str, targets: Sequence[int]) -> list[EventRetracted | EventReinstated]:
        """The retraction of these targets; where it takes a revision out, what derives from its words goes as well, and
        what it had retired comes back. Raises not found, and bad params for what cannot be taken out."""
        plain = await self._retraction(tale, branch, targets)
        now, also = tale.tree.gone(branch).all, list[list[int]]()
        for t, more in zip(plain.targets, plain.also, strict=True):
            now = now.union((t, *more))
            other = await stale(self.database, tale, branch, (t, *more), now)
            also.append(sorted({*more, *other}))
            now = now.union(other)
        back = await fresh(self.database, tale, branch, set(plain.targets).union(*plain.also), now)
        retracted = EventRetracted(plain.targets, also)
        return [retracted, EventReinstated(back)] if back else [retracted]

    async def _retraction(self, tale: Tale, branch: str, targets: Sequence[int]) -> EventRetracted:
        wanted = sorted(set(targets))
        for event in await self.database.read.run(ties.events, wanted):
            if not shows(tale.tree, branch, event.branch, event.seq):
                raise not_found("event", event.seq)
            if event.kind in KEEPS:
                why = f"{event.seq} is {event.kind}, which holds the history together; rewind or reinstate instead"
                raise Fault(INVALID_PARAMS, why, what="event", id=event.seq)
            wanted.remove(event.seq)
        if wanted:
            raise not_found("event", wanted[0])
        targets = sorted(set(targets))
        # What is retracted already goes with these as well: it must not come back while any of them is out.
        path = whole(tale.tree, branch, targets[0] - 1)
        tied = await self.database.read.run(ties.ties, path)
        also = []
        for t in targets:
            retold = await self.database.read.run(ties.retold, t)
            also.append([s for s in goes_with((x for x in tied if x.seq >= t), t, retold=retold) if s != t])
        return EventRetracted(targets, also)

    async def caused(self, tale: Tale, branch: str, seqs: Sequence[int]) -> list[int]:
        """What these events of a line caused and what derives from them, but for what holds for other words as well."""
        tied = await self.database.read.run(ties.ties, whole(tale.tree, branch, min(seqs) - 1))
        kinds = {t.seq: t.kind for t in tied}
        gone = {s for seq in seqs for s in goes_with((t for t in tied if t.seq >= seq), seq)}
        out = tale.tree.gone(branch).by_itself
        return sorted(s for s in gone if kinds[s] not in STAYS and s not in out)

    async def _impact(
        self, tale: Tale, branch: str, acts: Sequence[EventRetracted | EventReinstated]
    ) -> tuple[m.Impact, list[int], list[int]]:
        """What acts change, and which seqs go and come back: they are supposed to be the next events of the branch."""
        head, seq = await self.shelf.head(tale, branch), self.stories.log.seq + 1
        supposed = tale.tree.supposing(branch, [Act.of(seq + n, act) for n, act in enumerate(acts)])
        was, now = tale.tree.gone(branch).all, supposed.gone(branch).all
        gone = sorted(now - was)
        events = pages.decoded(await self.database.read.run(ties.events, gone))
        before = await states(self.projector, tale.tree, branch, head)
        after = await states(self.projector, supposed, branch, seq + len(acts) - 1, real=False)
        return impact(events, before, after), gone, sorted(was - now)

    async def _replacements(self, tale: Tale, branch: str, told: frozenset[int]) -> list[int]:
        """The summaries written in place of those that went with what comes back, with what derives from them.

        Also where these stay out for another reason, or those are out for one: what was written lacks what comes back.
        """
        restored = await self.database.read.run(ties.events, sorted(told))
        again: dict[tuple[int, int], int] = {}
        for e in restored:
            if e.kind == "memory.formed" and e.cause is not None:
                again.setdefault((e.cause, mask_of(e.witnesses)), e.seq)
        if not again:
            return []
        path = whole(tale.tree, branch, min(again.values()))
        later = await self.database.read.run(accounts, path, NOBODY)
        instead = [
            a.seq for a in later if a.seq not in told and a.seq > again.get((a.cause, a.witnesses), END)
        ]  # fmt: skip
        tied = await self.database.read.run(ties.ties, path) if instead else []
        retired = {s for seq in instead for s in goes_with((t for t in tied if t.seq >= seq), seq)}
        return sorted(retired - tale.tree.gone(branch).by_itself)


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
