"""Finding lines of a story, however far back they lie: by seq, by what they are, or so many from the end."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable

from client.text.names import Unclear
from protocol.views import LineView, TranscriptView

Page = Callable[..., Awaitable[TranscriptView]]
"""Reads a page of a transcript: `before`, `after`, `limit`."""

NEAR, FAR = 20, 1000
"""Lines of the first page back from the end, and of those beyond it."""


async def back(page: Page) -> AsyncIterator[LineView]:
    """The lines from the last one to the first."""
    seen: set[str] = set()
    before: dict[str, int] = {}
    for limit in itertools.chain((NEAR,), itertools.repeat(FAR)):
        view = await page(limit=limit, **before)
        for line in reversed(view.lines):
            if line.line not in seen:  # what was gone on with later may stand on two pages
                seen.add(line.line)
                yield line
        if not view.more:
            return
        before = {"before": view.lines[0].seq}


async def latest(page: Page, meant: Callable[[LineView], bool]) -> LineView | None:
    """The last line that is meant, if there is one."""
    async for line in back(page):
        if meant(line):
            return line
    return None


async def last(page: Page, count: int) -> list[LineView]:
    """So many lines from the end, oldest first; fewer where there are no more."""
    found: list[LineView] = []
    async for line in back(page):
        found.append(line)
        if len(found) == count:
            break
    return found[::-1]


async def at(page: Page, seq: int) -> LineView:
    """The whole line with a part of this seq. Raises Unclear."""
    until = (await page(before=seq + 1, limit=NEAR)).lines
    line = next((x for x in until if any(p.seq == seq for p in x.parts)), None)
    if line is None:
        raise Unclear(f"There is no line @{seq}. /lines shows the numbers.")
    since = (await page(after=line.seq - 1, limit=NEAR)).lines
    return next((x for x in since if x.line == line.line), line)


def by_you(line: LineView) -> bool:
    """Whether you said it."""
    return line.who == "you"


def not_by_you(line: LineView) -> bool:
    """Whether a line is not by `you`: somebody else said it, or nobody in particular."""
    return not by_you(line)


def reply(line: LineView) -> bool:
    """Whether it is what a bot said, or has other takes."""
    return line.who not in (None, "you") or line.takes > 1
