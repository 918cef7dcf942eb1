"""Views of stories, at any seq, through any lens. Writes nothing."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import msgspec

from daemon.live.open_stories import OpenStories, OpenStory
from daemon.live.takes import numbered
from daemon.store.queries import pages, reads, summaries, turns
from daemon.store.queries.steps import decoded
from daemon.store.snapshots import Projector
from daemon.store.sqlite import SqliteConnection
from daemon.story import timeline, transcript, views
from daemon.story.lenses import TRUTH, Lens, as_seen, lens_of, named, perceives
from daemon.story.lineage import END, Stretch, stretches
from daemon.story.state import State, to_builtins
from daemon.story.summaries import Chapter, Summary
from protocol import methods as m
from protocol import views as v
from protocol.errors import INVALID_PARAMS, Fault
from protocol.events import Event, LineNoticed, LineRevised, LineSaid, MemoryFormed, ModelCalled, Payload
from protocol.ids import BEGINNING, EntityId, Seq, TurnNumber

PAGE_BYTES = 1024 * 1024
"""A page for a client ends once it holds so many bytes, whatever its limit: so the work of one request is bounded."""

PER_ACTION = 8
"""Lines of an action, about, when the latest ones are looked for."""

LATEST_CALLS, LATEST = 64, 1024
"""Calls of models, and events of the branch, among which the last reading is looked for."""

MOST_MOVES = 2000
"""Comings, goings and skips of time that are looked for among the lines of a prompt."""

AT_ONCE = 100
"""Deleted events that are read in one step."""


class Viewpoint(msgspec.Struct, frozen=True):
    """From where a story is looked at: a branch, just after the seq `at`, through a lens. Events that were
    deleted by the seq `as_of` (`at`, if None) are not shown."""

    story: OpenStory
    branch: str
    at: Seq
    lens: Lens
    as_of: Seq | None = None


class Views:
    """The views that need no model."""

    def __init__(self, stories: OpenStories, projector: Projector) -> None:
        self.open_stories, self.projector, self.database = stories, projector, projector.database

    async def where(self, p: m.ProjectParams | m.RecallParams) -> Viewpoint:
        """The viewpoint that is asked for, with `at` rounded down to the end of a commit. Raises not found."""
        story = self.open_stories.get(p.story)
        branch = story.branch(p.branch)
        head = await self.open_stories.head(story, branch)
        at = head
        if p.at is not None and p.at < head:
            at = min(p.at, await self.open_stories.round_down(story, branch, p.at))
        return Viewpoint(story, branch, at, lens_of(p.lens))

    async def project(self, p: m.ProjectParams) -> m.ProjectResult:
        """The data of a view, any except `prompt`. Raises not found, and bad params for a view that does not exist."""
        where = await self.where(p)
        return result_of(p, where, await self._view(p, where))

    async def state(self, where: Viewpoint) -> State:
        """The state of the viewpoint's branch just after its seq, through its lens."""
        return await self.projector.state(where.story.tree, where.branch, where.at, where.lens, as_of=where.as_of)

    async def lines(
        self, where: Viewpoint, limit: int, *, before: Seq | None = None, after: Seq = BEGINNING
    ) -> list[v.LineView]:
        """The latest lines that a lens perceived of `after < seq < before`, at most `limit`, oldest first."""
        path = _path(where, after, _until(where, before))
        found, _ = await self.database.read.run(_page, where, path, _path_of_now(where), pages.LINES, limit)
        return transcript.lines(_seen(where, found))

    async def lines_of_chapter(self, where: Viewpoint, chapter: Chapter, limit: int) -> list[v.LineView]:
        """The lines to sum up in a scene that is over, at most `limit`, oldest first: of a line during which its
        speaker went elsewhere, what was said there."""
        path = _path(where, min(chapter.after, chapter.since))
        found, _ = await self.database.read.run(_page, where, path, _path_of_now(where), pages.LINES, limit)
        return transcript.lines(
            (e, p)
            for e, p in _seen(where, found)
            if not isinstance(p, LineSaid | LineNoticed) or chapter.holds(p.scene, e.seq)
        )

    async def lines_for(
        self, where: Viewpoint, limit: int, passed: Callable[[Seq], bool], room: Callable[[Event, Payload], bool]
    ) -> list[v.LineView]:
        """The latest lines that a lens perceived, at most `limit`, oldest first, and none before there was no `room`
        after a part; without those all of whose parts are `passed` over."""

        def read(c: SqliteConnection) -> list[tuple[Event, Payload]]:
            found = pages.latest_lines(c, _path(where), where.lens, limit, passed, room)
            return pages.with_revisions(c, where.story.id, _path_of_now(where), where.lens, found)

        return transcript.lines(_seen(where, await self.database.read.run(read)))

    async def lines_of_bots(self, where: Viewpoint) -> int:
        """How many lines of bots a lens has perceived."""
        return await self.database.read.run(pages.lines_of_bots, _path(where), where.lens)

    async def moves(self, where: Viewpoint, after: Seq) -> list[tuple[Event, Payload]]:
        """The latest comings, goings and skips of time after a seq, as a lens perceived them, oldest first."""
        found, _ = await self.database.read.run(
            pages.page, _path(where, after), where.lens, pages.MOVES, MOST_MOVES, by="seq"
        )
        return found

    async def read_up_to(self, where: Viewpoint) -> Seq:
        """The last seq that was read into the world, as far as the latest calls of models tell."""
        path = _path(where)

        def read(c: SqliteConnection) -> list[tuple[Event, Payload]]:
            return pages.page(c, reads.latest(c, path, LATEST), TRUTH, pages.CALLS, LATEST_CALLS, by="seq")[0]

        calls = await self.database.read.run(read)
        heads = [p.prompt_head for _, p in calls if isinstance(p, ModelCalled) and p.role == "read" and not p.error]
        return max(heads, default=BEGINNING)

    async def lines_of_action(self, where: Viewpoint, turn: TurnNumber) -> list[v.LineView]:
        """The lines that begin in a turn, or in one that is one action with it, as a lens perceived them."""
        path = _path(where)

        def read(c: SqliteConnection) -> list[tuple[Event, Payload]]:
            said = turns.lines(c, where.story.id, turns.one_action(c, where.story.id, turn, path), path)
            begun = {p.line for _, p in said if isinstance(p, LineSaid | LineNoticed) and not p.part}
            seen = [(e, p) for e, p in said if perceives(where.lens, e)]
            current = pages.with_revisions(c, where.story.id, _path_of_now(where), where.lens, seen)
            return [
                (e, p) for e, p in current if isinstance(p, LineSaid | LineNoticed | LineRevised) and p.line in begun
            ]

        return transcript.lines(_seen(where, await self.database.read.run(read)))

    async def latest_actions(self, where: Viewpoint, most: int) -> list[list[v.LineView]]:
        """The lines of the latest actions, at most so many, as a lens perceived them; those of each action together,
        oldest first."""
        lines, path = await self.lines(where, most * PER_ACTION), _path(where)

        def read(c: SqliteConnection) -> list[list[v.LineView]]:
            found: list[list[v.LineView]] = []
            action: Collection[TurnNumber] = ()
            for line in reversed(lines):
                if line.turn not in action:
                    action = turns.one_action(c, where.story.id, line.turn, path)
                    found.append([])
                found[-1].append(line)
            return [x[::-1] for x in found[most - 1 :: -1]]

        return await self.database.read.run(read)

    async def summaries(self, where: Viewpoint, limit: int) -> list[Summary]:
        """The latest summaries of a lens that have a cause, at most `limit`, oldest first."""
        return await self.database.read.run(summaries.latest, _path(where), where.lens, limit)

    async def _view(self, p: m.ProjectParams, where: Viewpoint) -> Any:
        if (simple := views.SIMPLE.get(p.view)) is not None:
            return simple(await self.state(where))
        match p.view:
            case "entity":
                if p.entity is None:
                    raise Fault(INVALID_PARAMS, "the view `entity` needs the param `entity`")
                return views.entity(await self.state(where), p.entity)
            case "story":
                return views.story(await self.state(msgspec.structs.replace(where, lens=TRUTH)))
            case "state":
                return to_builtins(await self.state(where))
            case "transcript":
                found, more = await self._page(p, where, pages.LINES)
                lines = [x for x in transcript.lines(found) if p.scene is None or x.scene == p.scene]
                which = await numbered(self.database, where.story, where.branch, lines)
                taken = [x if x.line not in which else _take(x, *which[x.line]) for x in lines]
                return v.TranscriptView(taken, more)
            case "memories":
                return await self._memories(p, where)
            case "timeline":
                return await self._timeline(p, where)
            case "deleted":
                return await self._deleted(p, where)
        raise Fault(INVALID_PARAMS, f"there is no view {p.view!r}")

    async def _page(
        self, p: m.ProjectParams, where: Viewpoint, which: str, by: str = "subject"
    ) -> tuple[list[tuple[Event, Payload]], bool]:
        path = _path(where, p.after or BEGINNING, _until(where, p.before))
        oldest = p.after is not None and p.before is None
        now = _path_of_now(where)
        found, more = await self.database.read.run(_page, where, path, now, which, p.limit, oldest, by, PAGE_BYTES)
        return _seen(where, found), more

    async def _memories(self, p: m.ProjectParams, where: Viewpoint) -> v.MemoriesView:
        path = _path(where, p.after or BEGINNING, _until(where, p.before))
        oldest = p.after is not None and p.before is None

        def read(c: SqliteConnection) -> tuple[list[tuple[Event, Payload]], bool]:
            now = _path_of_now(where)
            return pages.memories(c, path, now, where.lens, p.limit, oldest=oldest, most=PAGE_BYTES)

        found, more = await self.database.read.run(read)
        return v.MemoriesView(
            [_memory(e, kept) for e, kept in _seen(where, found) if isinstance(kept, MemoryFormed)], more
        )

    async def _timeline(self, p: m.ProjectParams, where: Viewpoint) -> v.TimelineView:
        found, more = await self._page(p, where, f"({pages.LINES} OR {pages.TIMES} OR {pages.OCCASIONS})", by="turn")
        first = Seq(found[0][0].seq - 1) if found else BEGINNING
        before = await self.state(Viewpoint(where.story, where.branch, first, where.lens, where.at))
        names = await self.state(where) if timeline.names_more(found, before) else before
        return v.TimelineView(timeline.entries(found, before, names), more)

    async def _deleted(self, p: m.ProjectParams, where: Viewpoint) -> v.DeletedView:
        """The events that were deleted on the branch by `at` and that the lens perceived; purged ones are left out."""
        deleted = where.story.tree.deleted(where.branch, where.at).by_target
        chosen, more = await self._latest(where, sorted(s for s in deleted if s < (p.before or END)), p.limit)
        with_them = await self._perceived(where, sorted({s for e, _ in chosen for s in deleted[e.seq]}))
        spoken = transcript.lines(with_them)
        lines = {part.seq: (x.who, part.text) for x in spoken for part in x.parts}
        lines |= {x.seq: (x.who, x.text) for x in spoken}
        return v.DeletedView([_deleted(e, payload, lines, len(deleted[e.seq])) for e, payload in chosen], more)

    async def _latest(
        self, where: Viewpoint, seqs: Sequence[Seq], limit: int
    ) -> tuple[list[tuple[Event, Payload]], bool]:
        """The latest of these events that the lens perceived, oldest first, at most a page; and whether more are."""
        found: list[tuple[Event, Payload]] = []
        size = 0
        for end in range(len(seqs), 0, -AT_ONCE):
            for event, payload in reversed(await self._perceived(where, seqs[max(0, end - AT_ONCE) : end])):
                if len(found) == limit or size > PAGE_BYTES:
                    return found[::-1], True
                found.append((event, payload))
                size += len(event.data)
        return found[::-1], False

    async def _perceived(self, where: Viewpoint, seqs: Sequence[Seq]) -> list[tuple[Event, Payload]]:
        return _seen(where, [(e, p) for e, p in await decoded(self.database, seqs) if perceives(where.lens, e)])


def _seen(where: Viewpoint, found: Sequence[tuple[Event, Payload]]) -> list[tuple[Event, Payload]]:
    return [(as_seen(where.lens, e), p) for e, p in found]


def result_of(p: m.ProjectParams, where: Viewpoint, data: Any) -> m.ProjectResult:
    """A view's data as `project` answers it."""
    encoded = msgspec.Raw(msgspec.json.encode(data))
    return m.ProjectResult(view=p.view, at=where.at, lens=list(named(where.lens)), data=encoded)


def _deleted(e: Event, payload: Payload, lines: Mapping[Seq, tuple[EntityId | None, str]], count: int) -> v.Deleted:
    who, text = lines.get(e.seq, (None, payload.gist if isinstance(payload, MemoryFormed) else ""))
    return v.Deleted(e.seq, e.kind, who, text, count)


def _take(line: v.LineView, take: int, takes: int) -> v.LineView:
    return msgspec.structs.replace(line, take=take, takes=takes)


def _until(where: Viewpoint, before: Seq | None) -> Seq:
    return where.at if before is None else min(where.at, Seq(before - 1))


def _memory(e: Event, p: MemoryFormed) -> v.MemoryView:
    return v.MemoryView(p.memory, e.seq, p.gist, p.memory_kind, p.significance, e.witnesses, p.from_, p.told_by)


def _path(where: Viewpoint, after: Seq = BEGINNING, until: Seq | None = None) -> list[Stretch]:
    """The stretches that a viewpoint shows of `after < seq <= until` (up to `at`, if left out)."""
    at = where.at if where.as_of is None else where.as_of
    return stretches(where.story.tree, where.branch, after, where.at if until is None else until, at)


def _path_of_now(where: Viewpoint) -> list[Stretch]:
    """All stretches that are shown up to `as_of` (`at`, if left out): there the current words of lines are found."""
    return stretches(where.story.tree, where.branch, BEGINNING, where.at if where.as_of is None else where.as_of)


def _page(
    c: SqliteConnection,
    where: Viewpoint,
    path: Sequence[Stretch],
    everything: Sequence[Stretch],
    which: str,
    limit: int,
    oldest: bool = False,
    by: str = "subject",
    most: int = END,
) -> tuple[list[tuple[Event, Payload]], bool]:
    """A page of a path, with lines in their current words; and whether there is more. `everything` is the path on which
    those words are found."""
    found, more = pages.page(c, path, where.lens, which, limit, oldest=oldest, by=by, most=most)
    return pages.with_revisions(c, where.story.id, everything, where.lens, found), more
