"""The last lines of a story as they are shown when one comes to it: with the headings of where and when they played."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from client.show.format_view import place_of
from client.show.scroll import Scroll
from protocol import views as v
from protocol.errors import INVALID_PARAMS, Fault

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
    last = [x for x in past.lines if x.turn == past.lines[0].turn][-1].parts
    place = await _place_then(project, scroll.course.who, last[-1].seq if last else first)
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


async def _place_then(project: Project, who: str, at: int) -> str | None:
    """Where somebody was as of a seq; as of now where that lies amid the first commit, where there is no looking."""
    try:
        return await _place(project, who, at)
    except Fault as fault:
        if fault.code != INVALID_PARAMS:
            raise
        return await _place(project, who)


async def _place(project: Project, who: str, at: int | None = None) -> str | None:
    """Where somebody was as of a seq, as the lens knows it; else where the scene was."""
    then = {} if at is None else {"at": at}
    here = place_of(who, msgspec.convert(await project("world", **then), v.WorldView))
    return here.container if here else msgspec.convert(await project("scene", **then), v.SceneView).container
