"""The line that is to be revised or retaken: on which branch it is, what it answers, and what is before it."""

from collections.abc import Sequence

import msgspec

from daemon.live.open_stories import OpenStory
from daemon.live.takes import BOTS, answered
from daemon.live.views import Viewpoint, Views
from daemon.live.writing import Writer
from daemon.store.queries import derivations, pages, reads, turns
from daemon.story.lenses import TRUTH
from daemon.story.lineage import Stretch, owner, shows, stretches
from daemon.story.retraction import KEEPS
from protocol.errors import INVALID_PARAMS, NOT_FOUND, Fault, not_found
from protocol.events import Event, LineSaid, ModelCalled
from protocol.ids import EntityId, Seq
from protocol.methods import Mode
from protocol.views import LineView

RECENT = 50
"""Lines that are read at a time in looking for the last reply."""


class Target(msgspec.Struct, frozen=True):
    """A line that is to be revised or retaken, as a branch shows it."""

    branch: str
    """The branch that shows the line."""
    line: str
    """The id of the line."""
    parts: list[tuple[Event, LineSaid]]
    """The parts of the line that the branch shows, in order."""
    before: Seq
    """The last seq of the commit before the line: there a retake forks."""
    answers: Seq
    """The seq that the line answers; `before` where it answers none."""
    mode: Mode
    """The mode in which a retake of the line is played."""
    speakers: list[EntityId | None]
    """Who spoke the line, then who was asked after it in its turn; None is the narrator."""


class Targets:
    """Finds the lines that are to be revised or retaken."""

    def __init__(self, writer: Writer, views: Views) -> None:
        self.writer, self.views, self.database = writer, views, writer.database

    async def find(self, story: OpenStory, branch: str, line: str | None) -> Target:
        """The reply to retake; the last one if left out. Raises not found, and bad params if it is no reply."""
        found = await self.line(story, branch, line or await self._last(story, branch))
        words = found.parts[0][1]
        if not words.mode and words.who in (None, "you"):
            why = f"line {found.line!r} was written by hand; `revise` tells it otherwise"
            raise Fault(INVALID_PARAMS, why, what="line", id=found.line)
        return found

    async def line(self, story: OpenStory, branch: str, line: str) -> Target:
        """The line with this id, on this branch if that shows the line, else on the line's own. Raises not found."""
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
        """Who was asked for a reply after a line, in order, in its turn or in one that is one action with it, as a
        retake is: those who replied, and those who said nothing."""
        path = stretches(story.tree, branch)
        action = await self.database.read.run(turns.one_action, story.id, first.turn, path)
        events = pages.decoded(await self.database.read.run(turns.events, story.id, action, path))
        after = [p for e, p in events if e.seq > first.seq]
        said = {p.line: p.who for p in after if isinstance(p, LineSaid) and p.line != line}
        passed = [
            p.speaker for p in after
            if isinstance(p, ModelCalled) and p.role == "render" and p.line not in (line, *said) and not p.error
        ]  # fmt: skip
        return [*said.values(), *dict.fromkeys(e for e in passed if e not in said.values())]

    async def _before(self, story: OpenStory, branch: str, first: Event) -> Seq:
        """The last seq of the commit before a line. Where the line's own branch begins with it, that is the seq at
        which this branch forks: so all takes fork from the same seq, however many there are."""
        before = await self.writer.open_stories.rounded(story, branch, Seq(first.seq - 1))
        own = story.tree[first.branch]
        while own.parent is not None and own.fork_seq < before:
            created, *begun = await self.database.read.run(reads.read, [Stretch(own.branch, own.fork_seq, before)])
            if any(e.kind not in KEEPS and e.turn != created.turn for e in begun):
                break
            before = own.fork_seq
            own = story.tree[owner(story.tree, own.parent, before)]
        return before

    async def parts(self, story: OpenStory, line: str) -> int:
        """The number for a new part of a line: one more than the highest of its parts on any branch, deleted or not."""
        said = pages.decoded(await self.database.read.run(derivations.of_line, story.id, line))
        return 1 + max((p.part for _, p in said if isinstance(p, LineSaid)), default=0)

    def _shown(self, story: OpenStory, branch: str, event: Event) -> bool:
        return shows(story.tree, branch, event.branch, event.seq)

    async def _last(self, story: OpenStory, branch: str) -> str:
        head = await self.writer.open_stories.head(story, branch)
        before: Seq | None = None
        while lines := await self.views.lines(Viewpoint(story, branch, head, TRUTH), RECENT, before=before):
            if (last := await self.last(lines)) is not None:
                return last.line
            before = lines[0].seq
        raise Fault(NOT_FOUND, "there is no reply yet to take again", what="line", id="")

    async def last(self, lines: Sequence[LineView]) -> LineView | None:
        """The last of these lines that a bot says, or that a model narrated or wrote for `you`; None if none is."""
        for x in reversed(lines):
            if x.who in BOTS or await self._asked_for(x):
                return x
        return None

    async def _asked_for(self, line: LineView) -> bool:
        """Whether a model wrote a line."""
        [(_, words)] = pages.decoded(await self.database.read.run(derivations.events, [line.seq]))
        return isinstance(words, LineSaid) and bool(words.mode)
