"""Purging, for privacy: takes words out of the store for good. It is the one exception to the log's only growing; the
order of the events stays."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence

from daemon.live.open_stories import OpenStory
from daemon.live.vectors import Vectors
from daemon.live.writing import Writer
from daemon.store.purge import compact, purge_events, purge_story, worded
from daemon.store.queries import derivations, pages, reads
from daemon.store.queries.assets import sweep
from daemon.store.queries.revisions import line_rows
from daemon.store.queries.steps import decoded, follow_everywhere
from daemon.store.recall.index import RecallIndex
from daemon.story.lineage import END, Stretch, lies_on, whole
from daemon.story.retraction import KEEPS
from daemon.story.revisions import in_same_words
from daemon.story.transcript import lines
from protocol import methods as m
from protocol.errors import BUSY, INVALID_PARAMS, STORAGE, Fault, not_found
from protocol.events import (
    MACHINERY,
    BookKept,
    BookSet,
    CardKept,
    LineRevised,
    LineSaid,
    LoreSet,
    ModelCalled,
    Payload,
    StoryChanged,
)
from protocol.ids import BEGINNING, Seq

BEYOND = (
    "Not reached from here: what was exported, saved as a template, copied or shown elsewhere (clients that are not "
    "connected now, other programs' histories, terminals, Time Machine and snapshots of the disk), what a model's "
    "server kept of its prompts, and blocks that the disk itself has not yet overwritten."
)


TRIES, REST_S = 20, 0.1
"""How often emptying the WAL is tried, and the seconds between two tries."""


async def _nothing() -> Collection[str]:
    return ()


class Purger:
    """Purges events or a story, unless a turn of it is running (`busy`). `count` says how many backups hold what
    is to be purged; `renew` deletes all backups, makes a new one, and returns how many were deleted. `named` are
    the digests of the files that others than events name, which stay."""

    def __init__(
        self,
        writer: Writer,
        index: RecallIndex,
        vectors: Vectors,
        busy: Callable[[str], bool],
        count: Callable[[], Awaitable[int]],
        renew: Callable[[], Awaitable[int]],
        named: Callable[[], Awaitable[Collection[str]]] = _nothing,
    ) -> None:
        self.writer, self.index, self.vectors, self.busy = writer, index, vectors, busy
        self._count_backups, self._renew_backups, self._named = count, renew, named
        self.database = writer.database

    async def purge(self, p: m.PurgeParams) -> m.PurgeResult:
        """Purges the words of events, of what they caused and of what derives from them, on every branch; without
        targets, the whole story. A preview only says what that would be.

        Raises Fault: not found, bad params for what cannot be purged or without confirmation, BUSY, STORAGE.
        """
        story = self.writer.open_stories.get(p.story)
        if p.preview:
            return await self._preview(story, p.targets)
        if p.confirm is not True and p.confirm != p.story:
            raise Fault(INVALID_PARAMS, "a purge cannot be undone: say `confirm: true` if it is meant", what="confirm")
        async with self.writer.change(story):
            if self.busy(p.story):
                raise Fault(BUSY, "a turn of this story is still running; wait for it, or stop it", retry=1.0)
            if p.targets is None:
                purged = await self._story(story)
            else:
                purged = await self._events(story, sorted(set(p.targets)))
        await self.writer.log.change(sweep, await self._named())
        await self.index.drop()
        await self.vectors.purged()
        await self._compact()
        return m.PurgeResult(purged=purged, backups=await self._renew_backups(), beyond=BEYOND)

    async def _preview(self, story: OpenStory, targets: Sequence[Seq] | None) -> m.PurgeResult:
        to_purge = None if targets is None else await self._with_what_follows(story, sorted(set(targets)))
        events = await self.database.read.run(worded, story.id, to_purge)
        spoken = lines(pages.decoded(await self.database.read.run(derivations.events, to_purge or ())))
        words = [{"line": x.line, "seq": x.seq, "who": x.who, "text": x.text} for x in spoken]
        return m.PurgeResult(
            purged=sum(events.values()), backups=await self._count_backups(), beyond=BEYOND, events=events, lines=words
        )

    async def _story(self, story: OpenStory) -> int:
        purged: list[Seq] = []
        await self.writer.log.change(purge_story, story.id, purged)
        story.rewrites += 1
        del self.writer.open_stories.by_id[story.id]
        await self.writer.projector.drop_snapshots()
        self.writer.hub.forget_turn(story.id)
        self.writer.streams.purged(story.id)
        return len(purged)

    async def _events(self, story: OpenStory, targets: Sequence[Seq]) -> int:
        to_purge = await self._with_what_follows(story, targets)
        purged: list[Seq] = []
        await self.writer.log.change(purge_events, story.id, to_purge, purged)
        story.purged()
        # Snapshots may hold purged words: they are dropped, and made again from the events that are left.
        await self.writer.projector.drop_snapshots()
        self.writer.hub.forget_turn(story.id)
        for branch in story.tree:
            self.writer.hub.changed(story.id, branch, frozenset({"event.retracted"}))
            head = await self.writer.open_stories.head(story, branch)
            self.writer.streams.resend(story, branch, head, first=to_purge[0])
        return len(purged)

    async def _compact(self) -> None:
        """Rewrites the file without the purged words. A program that reads the file meanwhile holds up the emptying of
        its WAL. Raises Fault(STORAGE) where the file or the WAL still holds some."""
        for _ in range(TRIES):
            try:
                if await self.database.write.run(compact):
                    return
            except Fault as fault:
                why = (
                    "the words are gone from the story, but not yet from the file and its backups, since it could not "
                    f"be rewritten: {fault.message}. The next purge, of anything, does it"
                )
                raise Fault(STORAGE, why, **fault.data | {"why": why}) from fault
            await asyncio.sleep(REST_S)
        raise Fault(
            STORAGE, "the words are purged, but the WAL still holds some: close what reads the store, then purge again"
        )

    async def _with_what_follows(self, story: OpenStory, targets: Sequence[Seq]) -> list[Seq]:
        """All seqs that are purged with these targets, in order. Raises not found, and bad params."""
        if not targets:
            why = "no event is named: name one, or leave `targets` out to purge the whole story"
            raise Fault(INVALID_PARAMS, why, what="targets")
        found = await self.database.read.run(derivations.events, targets)
        for event in found:
            if event.kind in KEEPS:
                why = f"{event.seq} is {event.kind}: it has no words of the story, and holds the history together"
                raise Fault(INVALID_PARAMS, why, what="event", id=event.seq)
        missing = set(targets) - {e.seq for e in found if e.branch in story.tree}
        if missing:
            raise not_found("event", min(missing))
        to_purge = await self._following(story, targets)
        more = await self._in_same_words(story, to_purge) - to_purge
        to_purge |= await self._following(story, sorted(more)) if more else set()
        to_purge |= await self._cards(story, to_purge)
        return sorted(to_purge | await self._calls_after(story, to_purge))

    async def _in_same_words(self, story: OpenStory, to_purge: Collection[Seq]) -> set[Seq]:
        """The seqs that are purged with the revisions among these events: the same text wherever a fork repeats it, and
        what was made of that text."""
        lines = {p.line for _, p in await decoded(self.database, to_purge) if isinstance(p, LineRevised)}
        if not lines:
            return set()
        rows = await line_rows(self.database, story.id, lines)
        said = [r.seq for r in rows if r.kind == LineSaid.kind]
        found = (await follow_everywhere(self.database, story.tree, Seq(min(said, default=END) - 1), said)).derivations
        owners = await self.database.read.run(reads.masks, sorted(found))
        return in_same_words(story.tree, to_purge, rows, [(branch, found[seq]) for seq, branch, _ in owners])

    async def _cards(self, story: OpenStory, to_purge: Collection[Seq]) -> set[Seq]:
        """The seqs of the kept cards of those whose words or descriptions are among these events; of all, where how the
        story is told is; and of the kept lorebooks of which an entry is. They hold the texts that these came of."""
        everywhere = [Stretch(b, BEGINNING, END) for b in story.tree]
        kept = [p for kind in (CardKept, BookKept) for p in await self._of(kind, everywhere)]
        if not kept:
            return set()
        worded_events = [p for _, p in await decoded(self.database, to_purge)]
        whose = {e for p in worded_events for e in (getattr(p, "who", None), getattr(p, "entity", None))}
        told = any(isinstance(p, StoryChanged) for p in worded_events)
        books = {p.book for p in worded_events if isinstance(p, LoreSet | BookSet)}
        whose |= {p.card for _, p in await self._of(BookSet, everywhere) if isinstance(p, BookSet) and p.book in books}
        return {
            seq
            for seq, p in kept
            if (isinstance(p, BookKept) and p.book in books)
            or (isinstance(p, CardKept) and (told or p.entity in whose))
        }

    async def _of(self, kind: type[Payload], everywhere: Sequence[Stretch]) -> list[tuple[Seq, Payload]]:
        """The events of a kind, by their seqs."""
        found = pages.decoded(await self.database.read.run(reads.of_kind, everywhere, kind.kind))
        return [(e.seq, p) for e, p in found]

    async def _calls_after(self, story: OpenStory, to_purge: Collection[Seq]) -> set[Seq]:
        """The seqs of the records of all model calls whose prompt may have held the words of these events. A record has
        the fingerprint of its prompt, and all else of the prompt is known: so purged words could be guessed from it."""
        found = await self.database.read.run(derivations.events, sorted(to_purge))
        worded_events = [(e.seq, e.branch) for e in found if e.kind not in MACHINERY and bytes(e.data) != b"null"]
        if not worded_events:
            return set()
        everywhere = [Stretch(b, worded_events[0][0], END) for b in story.tree]
        calls = await self.database.read.run(reads.of_kind, everywhere, ModelCalled.kind)
        first: dict[str, Seq] = {}
        for branch in {e.branch for e in calls}:
            path = whole(story.tree, branch)
            first[branch] = next((seq for seq, owner in worded_events if lies_on(path, owner, seq)), END)
        return {e.seq for e in calls if e.seq > first[e.branch]}

    async def _following(self, story: OpenStory, targets: Sequence[Seq]) -> set[Seq]:
        """The seqs of these targets (given in order), with what they caused and what derives from them, anywhere."""
        return set((await follow_everywhere(self.database, story.tree, Seq(targets[0] - 1), targets)).all)
