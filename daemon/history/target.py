"""The line that is to be revised or taken again: where it lies, what it answers, and what is before it."""

from collections.abc import Sequence

import msgspec

from daemon.live.open_stories import OpenStory
from daemon.live.takes import BOTS, answered
from daemon.live.views import Viewpoint, Views
from daemon.live.writing import Writer
from daemon.store.queries import derivations, pages, reads, turns
from daemon.story.lineage import Stretch, owner, shows, stretches
from daemon.story.retraction import KEEPS
from protocol.errors import INVALID_PARAMS, NOT_FOUND, Fault, not_found
from protocol.events import Event, LineSaid
from protocol.ids import NOBODY, EntityId
from protocol.methods import Mode
from protocol.views import LineView

RECENT = 50
"""Lines among which the last reply is looked for at a time."""


class Target(msgspec.Struct, frozen=True):
    """A line on a branch that shows it: its parts, in order; the last seq of the commit `before` it, and what it
    answers. `speakers` are who spoke it and who replied after it in its turn."""

    branch: str
    line: str
    parts: list[tuple[Event, LineSaid]]
    before: int
    answers: int
    mode: Mode
    speakers: list[EntityId | None]


class Targets:
    """Finds them."""

    def __init__(self, writer: Writer, views: Views) -> None:
        self.writer, self.views, self.database = writer, views, writer.database

    async def find(self, story: OpenStory, branch: str, line: str | None) -> Target:
        """The reply to take again; the last one if left out. Raises not found, and bad params for what is no reply."""
        found = await self.line(story, branch, line or await self._last(story, branch))
        words = found.parts[0][1]
        if not words.mode and words.who in (None, "you"):
            why = f"line {found.line!r} was written by hand; `revise` tells it otherwise"
            raise Fault(INVALID_PARAMS, why, what="line", id=found.line)
        return found

    async def line(self, story: OpenStory, branch: str, line: str) -> Target:
        """A line, on this branch if it shows it, else on its own. Raises not found."""
        events = pages.decoded(await self.database.read.run(derivations.of_line, story.id, line))
        said = [(e, p) for e, p in events if isinstance(p, LineSaid)]
        lying = [branch, *(e.branch for e, _ in said)]
        on = next((b for b in lying if said and self._shown(story, b, said[0][0])), None)
        if on is None:
            raise not_found("line", line)
        first, words = said[0]
        later = await self._later(story, on, line, first)
        before = await self._before(story, on, first)
        return Target(
            branch=on,
            line=line,
            parts=[(e, p) for e, p in said if self._shown(story, on, e)],
            before=before,
            answers=words.answers or await answered(self.database, story, first, words) or before,
            mode="reply" if words.mode in ("", "continue") else words.mode,  # type: ignore[arg-type]
            speakers=[words.who, *later],
        )

    async def _later(self, story: OpenStory, branch: str, line: str, first: Event) -> list[EntityId | None]:
        """Who replied after a line in its turn, or did so when it was taken again."""
        path = stretches(story.tree, branch)
        action = await self.database.read.run(turns.one_action, story.id, first.turn, path)
        said = await self.database.read.run(turns.lines, story.id, action, path)
        after = [p for e, p in said if e.seq > first.seq and isinstance(p, LineSaid)]
        return [p.who for p in after if p.line != line and not p.part]

    async def _before(self, story: OpenStory, branch: str, first: Event) -> int:
        """The end of the commit before a line; on the line of history that its own forked from, where that began with
        it: so takes lie beside each other, however many there are."""
        before = await self.writer.open_stories.rounded(story, branch, first.seq - 1)
        own = story.tree[first.branch]
        while own.parent is not None and own.fork_seq < before:
            created, *begun = await self.database.read.run(reads.read, [Stretch(own.branch, own.fork_seq, before)])
            if any(e.kind not in KEEPS and e.turn != created.turn for e in begun):
                break
            before = own.fork_seq
            own = story.tree[owner(story.tree, own.parent, before)]
        return before

    async def parts(self, story: OpenStory, line: str) -> int:
        """The number of a line's next part: one that it never had, on any branch, shown or not."""
        said = pages.decoded(await self.database.read.run(derivations.of_line, story.id, line))
        return 1 + max((p.part for _, p in said if isinstance(p, LineSaid)), default=0)

    def _shown(self, story: OpenStory, branch: str, event: Event) -> bool:
        return shows(story.tree, branch, event.branch, event.seq)

    async def _last(self, story: OpenStory, branch: str) -> str:
        head = await self.writer.open_stories.head(story, branch)
        before: int | None = None
        while lines := await self.views.lines(Viewpoint(story, branch, head, NOBODY), RECENT, before=before):
            if (last := await self.last(lines)) is not None:
                return last.line
            before = lines[0].seq
        raise Fault(NOT_FOUND, "there is no reply yet to take again", what="line", id="")

    async def last(self, lines: Sequence[LineView]) -> LineView | None:
        """The last of these lines that is a reply, or was narrated or written for `you` by the model."""
        for x in reversed(lines):
            if x.who in BOTS or await self._asked_for(x):
                return x
        return None

    async def _asked_for(self, line: LineView) -> bool:
        """Whether a model wrote a line, be it the narrator's or one of `you`."""
        [(_, words)] = pages.decoded(await self.database.read.run(derivations.events, [line.seq]))
        return isinstance(words, LineSaid) and bool(words.mode)
