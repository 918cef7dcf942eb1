"""The last lines of a story as they are shown when one comes to it: with the headings of where and when they played."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from client.show.format_view import place_of
from client.show.scroll import Scroll
from protocol import views as v

Project = Callable[..., Awaitable[Any]]
"""Asks for a view's data through the lens in use: the view's name, then its params."""

MOST = 200
"""Entries of the timeline that are asked for at once."""


async def show(past: v.TranscriptView, scroll: Scroll, project: Project, times: bool) -> None:
    """Shows a page of lines, oldest first; with `times`, where and when each was said as far as the timeline tells."""
    if not times or not past.lines:
        for line in past.lines:
            scroll.line(line)
        return
    first = past.lines[0].seq
    over = next((x.seq - 1 for x in past.lines if x.turn != past.lines[0].turn), None)
    place = await _place(project, scroll.course.who, over)  # as its turn ended: amid a commit there is no looking
    timeline = msgspec.convert(await project("timeline", after=first - 1, limit=MOST), v.TimelineView)
    entries = [e for e in timeline.entries if e.entry in ("turn", "scene")]
    for line in past.lines:
        while entries and entries[0].seq <= line.seq:
            entry = entries.pop(0)
            if entry.entry == "scene":
                place = await _place(project, scroll.course.who, entry.seq) or place
            scroll.course.stands(place, entry.clock, entry.elapsed)
        scroll.line(line)
    now = msgspec.convert(await project("scene"), v.SceneView)
    scroll.course.stands(await _place(project, scroll.course.who), now.clock, now.elapsed)


async def _place(project: Project, who: str, at: int | None = None) -> str | None:
    """Where somebody was as of a seq, as the lens knows it; else where the scene was."""
    then = {} if at is None else {"at": at}
    here = place_of(who, msgspec.convert(await project("world", **then), v.WorldView))
    return here.container if here else msgspec.convert(await project("scene", **then), v.SceneView).container
