"""A long story over the socket, looked at after each chapter through all eight lenses; and once with the real model.

A table of what holds has a row for each fact and a column for each lens: `=` is as the truth has it, `-` never heard
of, `?` somewhere unknown. A row's name tells the fact: a prop's place; `@who`, where somebody is; `here`, who is
present in the scene; `%occasion`, `?title-of-a-thread`, `from>to` (warmth/trust/tension); `heard:` and `memory:`
whether a word is in what the lens heard or remembers; `mood:`, `doing:` and `slot:` of somebody.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from daemon.model import embedded
from protocol.errors import MODEL_UNAVAILABLE
from tests.conftest import config
from tests.support.asked_minds import asked
from tests.support.evening_story import CHAPTERS, SETTING, Chapter, Line, changed
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Body, Endpoint
from tests.support.small_cast import look, play, story
from tests.support.wire_client import Client

NAMES = {"Sam": "you", "Mara": "a", "Oren": "b", "": "narrator"}
COLUMNS = {"truth": [], "you": ["you"], "a": ["a"], "b": ["b"], "you+a": ["you", "a"], "you+b": ["you", "b"],
           "a+b": ["a", "b"], "all": ["you", "a", "b"]}  # fmt: skip
SMALL = '[models.render]\nbase_url = "embedded"\ncontext = 512\nmax_tokens = 16\n'
"""Short prompts and short replies, so that the embedded model keeps a busy machine for seconds only."""

VIEWS = ("state", "world", "scene", "edges", "occasions", "threads", "memories", "transcript")

PROSE = ("*", "heard:", "memory:")
"""Rows that depend on what a model writes."""

Views = dict[str, Any]


# what a lens knows, in a word


def fact(views: Views, row: str) -> str:
    """A fact as these views of one lens have it."""
    kind, _, name = row.partition(":") if ":" in row else (row[0] if row[0] in "@%?" else "", "", row.lstrip("@%?"))
    match kind:
        case "@":
            rooms = [c["container"] for c in views["world"]["containers"] if name in c["present"]]
            return rooms[0] if rooms else "?"
        case "%":
            return _status(views["occasions"]["occasions"], "occasion", name)
        case "?":
            return _status(views["threads"]["threads"], "title", f"{name.replace('-', ' ').capitalize()}?")
        case "heard":
            return _yes(any(name in x["text"] for x in views["transcript"]["lines"]))
        case "memory":
            return _yes(any(name in x["text"] for x in views["memories"]["memories"]))
        case "mood" | "doing" | "slot":
            return views["state"].get("entities", {}).get(name, {}).get(kind, "").replace(" ", "_") or "-"
        case "clock":
            return str(views["scene"]["clock"])
    return _scene(views, row) or _edge(views["edges"], row) or _prop(views["world"]["props"], row)


def _status(found: list[Views], key: str, name: str) -> str:
    return next((str(x["status"]) for x in found if x[key] == name), "-")


def _yes(found: bool) -> str:
    return "yes" if found else "no"


def _scene(views: Views, row: str) -> str:
    match row:
        case "scene":
            return views["scene"]["title"] or "-"
        case "here":
            return "+".join(p["entity"] for p in views["scene"]["present"]) or "-"
        case "clock":
            return str(views["scene"]["clock"])
        case "tone":
            return views["edges"]["group"]["tone"] or "-"
    return ""


def _edge(edges: Views, row: str) -> str:
    if ">" not in row:
        return ""
    known = {f"{x['from']}>{x['to']}": f"{x['warmth']:+}/{x['trust']:+}/{x['tension']:+}" for x in edges["edges"]}
    return known.get(row, "-")


def _prop(props: list[Views], row: str) -> str:
    known = next((p for p in props if p["prop"] == row), None)
    if known is None:
        return "-"
    place = known["in"] or {}
    return f"%{place['occasion']}" if place.get("occasion") else next((str(x) for x in place.values() if x), "?")


# a table, as it is written and as it is


def rows(chapter: Chapter) -> Iterator[tuple[str, list[str]]]:
    """The rows of a chapter's table: the fact, and what it is through each lens."""
    _, *written = chapter.holds.strip().splitlines()
    for line in written:
        row, truth, *others = line.split()
        yield row, [truth, *(truth if x == "=" else x for x in others)]


async def looked(c: Client, s: str) -> list[Views]:
    """Every view through every lens, in the order of the columns."""
    found = []
    for lens in COLUMNS.values():
        found.append({view: await look(c, s, view, lens=lens, limit=1000) for view in VIEWS})
    return found


async def check(c: Client, s: str, chapter: Chapter, *, commanded: bool = False) -> None:
    """That all of a chapter's table holds, or only what commands alone have brought about."""
    views = await looked(c, s)
    held, wanted = [], []
    for row, cells in rows(chapter):
        if commanded and row.startswith(PROSE):
            continue
        wanted.append(f"{row:16}" + "  ".join(f"{x:11}" for x in cells))
        held.append(f"{row:16}" + "  ".join(f"{fact(v, row.lstrip('*')):11}" for v in views))
    assert "\n".join(held) == "\n".join(wanted), chapter.title
    for v in views:
        agree(v)


def agree(views: Views) -> None:
    """That what the views of one lens say is what its state says."""
    state = views["state"]
    people = state.get("entities", {})
    for key, id, view in (("props", "prop", "world"), ("containers", "container", "world"),
                          ("occasions", "occasion", "occasions"), ("threads", "thread", "threads")):  # fmt: skip
        assert {x[id] for x in views[view][key]} == set(state.get(key, {})), (key, views)
    for c in views["world"]["containers"]:
        assert c["present"] == [e for e in ("you", "a", "b") if people.get(e, {}).get("container") == c["container"]]
    on = state.get("scene") or {}
    assert (views["scene"]["scene"], views["scene"]["clock"]) == (on.get("scene"), state.get("clock"))
    for p in views["scene"]["present"]:
        assert people[p["entity"]]["container"] == on["container"]
        assert set(p["holding"]) == {
            id for id, x in state["props"].items() if (x.get("in") or {}).get("entity") == p["entity"]
        }
    assert {f"{e['from']}>{e['to']}" for e in views["edges"]["edges"]} == set(state.get("edges", {}))


# playing it


class Stage:
    """Plays the story to its end: what the model replies and reads stands in the story itself."""

    def __init__(self, c: Client, s: str) -> None:
        self.c, self.s = c, s
        self.turns = 0
        self.line = Line(None, {}, {}, {})
        self.asked: list[str] = []

    def prose(self, body: Body) -> str:
        what, name = asked(body)
        if what == "summary":
            return f"{name}-thinks back."
        self.asked.append(NAMES[name])
        return self.line.replies.get(NAMES[name], "Hm.")

    def reading(self, body: Body) -> Body:
        what, name = asked(body)
        if what == "mind":
            return {"matters": 3, **self.line.reads.get(NAMES[name], {})}
        read = self.line.reads.get("world", changed())
        return {"minutes": 1, "matters": 5, "minds": [e for e in self.line.reads if e != "world"], **read}

    async def plays(self, chapter: Chapter) -> None:
        """All beats of a chapter, and what is summed up after it."""
        for beat in chapter.beats:
            self.turns += 1
            if isinstance(beat, Line):
                await self.speak(beat)
            else:
                await self.c.call("append", story=self.s, commands=[beat])
        await nothing_pending(self.c)

    async def speak(self, line: Line) -> None:
        """A line, with the replies that are wanted and no others."""
        self.line, self.asked = line, []
        await self.turn(line.text, **line.more)
        assert self.asked == list(line.replies), line

    async def turn(self, text: str | None, **more: Any) -> None:
        """A turn to its end, which is a good one."""
        _, notes = await play(self.c, self.s, text, **more)
        assert notes[-1].params["phase"] == "done", notes[-1]


class Whatever(Stage):
    """Plays the same with a model that says what it likes: every twelfth line is answered, in a few words."""

    lines = wanted = 0

    async def speak(self, line: Line) -> None:
        self.lines += 1
        if self.lines % 12 == 0 and line.replies:
            _, notes = await play(self.c, self.s, line.text, **line.more)
            detail = notes[-1].params.get("detail") or {}
            # Nothing but words for somebody else is no reply.
            assert notes[-1].params["phase"] == "done" or detail["code"] == MODEL_UNAVAILABLE, notes[-1]
            self.wanted += 1
        elif line.text is not None:
            await self.turn(line.text, **{**line.more, "mode": "silent"})


async def nothing_pending(c: Client) -> None:
    """Waits until all is summed up."""
    async with asyncio.timeout(20):
        while (await c.call("status"))["backlog"]:
            await asyncio.sleep(0.01)


async def test_the_whole_story_chapter_by_chapter(home: Path) -> None:
    async with (
        Endpoint() as endpoint,
        Daemon(home, config(endpoint.url, reading="wait")) as daemon,
        daemon.unix() as c,
    ):
        s = await story(c, SETTING)
        await c.call("stream", story=s)
        stage = Stage(c, s)
        endpoint.prose, endpoint.reading = stage.prose, stage.reading
        for chapter in CHAPTERS:
            await stage.plays(chapter)
            await check(c, s, chapter)
        assert stage.turns >= 60


@pytest.mark.skipif(embedded.missing() != "", reason=embedded.missing())
async def test_the_same_story_with_the_embedded_model_ends_as_its_commands_say(home: Path) -> None:
    async with Daemon(home, SMALL) as daemon, daemon.unix() as c:
        c.patience = 120.0  # where other work keeps the machine busy, the model is slow
        s = await story(c, SETTING)
        await c.call("stream", story=s)
        stage = Whatever(c, s)
        for chapter in CHAPTERS:
            await stage.plays(chapter)
            await check(c, s, chapter, commanded=True)
        assert stage.wanted >= 3
        spoken = [e["data"]["text"] for e in c.events() if e["kind"] == "line.said" and e["data"].get("mode")]
        assert all(text.strip() for text in spoken)
