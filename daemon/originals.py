"""The line that is to be told otherwise: where it lies, what it answers, and what is before it."""

import msgspec

from daemon.looking import Looking, Where
from daemon.store import pages, ties
from daemon.stories import Stories
from daemon.story.lineage import END, shows, stretches
from daemon.tales import Tale
from protocol.errors import INVALID_PARAMS, NOT_FOUND, Fault, not_found
from protocol.events import Event, LineSaid
from protocol.ids import NOBODY, EntityId
from protocol.methods import Mode

RECENT = 50
"""Lines among which the last reply is looked for."""


class Original(msgspec.Struct, frozen=True):
    """A line on a branch that shows it: its parts, in order; the last seq of the commit `before` it, and what it
    answers. `speakers` are who spoke it and who replied after it in its turn."""

    branch: str
    line: str
    parts: list[tuple[Event, LineSaid]]
    before: int
    answers: int
    mode: Mode
    speakers: list[EntityId | None]


class Originals:
    """Finds them."""

    def __init__(self, stories: Stories, looking: Looking) -> None:
        self.stories, self.looking, self.database = stories, looking, stories.database

    async def find(self, tale: Tale, branch: str, line: str | None) -> Original:
        """The reply to take again; the last one if left out. Raises not found, and bad params for what is no reply."""
        found = await self.line(tale, branch, line or await self._last(tale, branch))
        words = found.parts[0][1]
        if not words.mode and words.who in (None, "you"):
            why = f"line {found.line!r} was written by hand; `revise` tells it otherwise"
            raise Fault(INVALID_PARAMS, why, what="line", id=found.line)
        return found

    async def line(self, tale: Tale, branch: str, line: str) -> Original:
        """A line, on this branch if it shows it, else on its own. Raises not found."""
        events = pages.decoded(await self.database.read.run(ties.of_line, tale.story, line))
        said = [(e, p) for e, p in events if isinstance(p, LineSaid)]
        lying = [branch, *(e.branch for e, _ in said)]
        on = next((b for b in lying if said and self._shown(tale, b, said[0][0])), None)
        if on is None:
            raise not_found("line", line)
        first, words = said[0]
        after = await self.database.read.run(ties.said_in, stretches(tale.tree, on, first.seq, END), first.turn)
        later = [p.who for _, p in pages.decoded(after) if isinstance(p, LineSaid) and p.line != line and not p.part]
        before = await self.stories.rounded(tale, on, first.seq - 1)
        return Original(
            branch=on,
            line=line,
            parts=[(e, p) for e, p in said if self._shown(tale, on, e)],
            before=before,
            answers=words.answers or first.cause or before,
            mode="reply" if words.mode in ("", "continue") else words.mode,  # type: ignore[arg-type]
            speakers=[words.who, *later],
        )

    async def parts(self, tale: Tale, line: str) -> int:
        """The number of a line's next part: one that it never had, on any branch, shown or not."""
        said = pages.decoded(await self.database.read.run(ties.of_line, tale.story, line))
        return 1 + max((p.part for _, p in said if isinstance(p, LineSaid)), default=0)

    def _shown(self, tale: Tale, branch: str, event: Event) -> bool:
        return shows(tale.tree, branch, event.branch, event.seq)

    async def _last(self, tale: Tale, branch: str) -> str:
        head = await self.stories.shelf.head(tale, branch)
        recent = await self.looking.lines(Where(tale, branch, head, NOBODY), RECENT)
        last = next((x for x in reversed(recent) if x.who not in (None, "you")), None)
        if last is None:
            raise Fault(NOT_FOUND, "there is no reply yet to take again", what="line", id="")
        return last.line
