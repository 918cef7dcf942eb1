"""A small cast in a small place, and the few things that every test of a running daemon does with it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from tests.support.wire_client import Client, Note

Command = dict[str, Any]

WAIT = 20.0
"""Seconds until waiting for something counts as a failure."""

INN: list[Command] = [
    {"do": "add_container", "container": "cellar", "name": "The cellar"},
    {"do": "add_container", "container": "inn", "name": "The Slow Lantern", "opens_to": ["cellar"]},
    {"do": "add_entity", "entity": "you", "name": "Sam", "identity": {"description": "A courier."}},
    {"do": "add_entity", "entity": "a", "name": "Mara", "identity": {"description": "Keeps the inn."}},
    {"do": "add_entity", "entity": "b", "name": "Oren", "identity": {"description": "A guest."}},
    {"do": "move", "who": "you", "container": "inn"},
    {"do": "move", "who": "a", "container": "inn"},
    {"do": "move", "who": "b", "container": "inn"},
    {"do": "add_prop", "prop": "key", "name": "the key", "in": {"container": "inn"}},
    {"do": "open_scene", "container": "inn", "present": ["you", "a", "b"]},
]
"""Sam, Mara and Oren in the inn, with a key between them."""

LENSES: list[list[str]] = [[e for bit, e in ((1, "you"), (2, "a"), (4, "b")) if n & bit] for n in range(8)]
"""All eight, the truth first."""


def said(who: str | None, text: str, **more: Any) -> Command:
    """The command that says a line."""
    return {"do": "say", "who": who, "text": text, **more}


async def story(c: Client, setup: list[Command] | None = None, title: str = "Rain") -> str:
    """A new story's id; in the inn, unless a setup is given."""
    made = await c.call("create", title=title, setup=INN if setup is None else setup)
    return str(made["story"])


async def streamed(c: Client, setup: list[dict[str, Any]] | None = None) -> str:
    """A new story that this client streams."""
    s = await story(c, setup)
    await c.call("stream", story=s)
    return s


async def say(c: Client, story: str, text: str, who: str | None = "you", **more: Any) -> dict[str, Any]:
    """What `append` answers to one line."""
    return await c.call("append", story=story, commands=[said(who, text)], **more)


async def look(c: Client, story: str, view: str, **more: Any) -> dict[str, Any]:
    """The data of a view."""
    answer = await c.call("project", story=story, view=view, **more)
    data: dict[str, Any] = answer["data"]
    return data


async def head(c: Client, s: str) -> int:
    """The head of the current branch."""
    found = (await c.call("stories"))["stories"]
    return int(next(x["head"] for x in found if x["story"] == s))


async def lines(c: Client, story: str, **more: Any) -> list[dict[str, Any]]:
    """The lines of the transcript, by default as the truth has them."""
    found: list[dict[str, Any]] = (await look(c, story, "transcript", **more))["lines"]
    return found


async def texts(c: Client, story: str, **more: Any) -> list[str]:
    """The words of each line."""
    return [line["text"] for line in await lines(c, story, **more)]


async def play(c: Client, story: str, text: str | None = "Hello?", **more: Any) -> tuple[int, list[Note]]:
    """Plays a turn to its end: its number, and the notifications about it. This client must stream the story."""
    asked = {"story": story, **({} if text is None else {"text": text}), **more}
    turn = (await c.call("play", asked))["turn"]
    await over(c, turn)
    return turn, phases(c, turn)


async def over(c: Client, turn: int) -> Note:
    """The last notification about a turn: that it is done, or failed."""
    return await c.wait(lambda n: _about(n, turn) and n.params["phase"] in ("done", "failed"), f"turn {turn} to end")


def phases(c: Client, turn: int) -> list[Note]:
    """The notifications about a turn so far."""
    return [n for n in c.notes if _about(n, turn)]


async def key(c: Client, s: str, **more: Any) -> Any:
    """Where the key of the inn is."""
    return next(p["in"] for p in (await look(c, s, "world", **more))["props"] if p["prop"] == "key")


async def remembered(c: Client, s: str, **more: Any) -> list[str]:
    """All memories, in words."""
    return [m["text"] for m in (await look(c, s, "memories", **more))["memories"]]


async def shown(c: Client, s: str) -> list[Any]:
    """All that every lens is shown."""
    views = ("state", "transcript", "memories", "timeline")
    return [await look(c, s, view, lens=lens) for view in views for lens in LENSES]


def told(c: Client, turn: int) -> list[str]:
    """The phases of a turn so far."""
    return [n.params["phase"] for n in phases(c, turn)]


def _about(note: Note, turn: int) -> bool:
    return note.method == "turn" and note.params["turn"] == turn


async def spelled(c: Client, turn: int, text: str) -> None:
    """Waits until the tokens of a turn spell this."""
    await until(lambda: c.text(turn) == text)


async def until(what: Callable[[], object]) -> None:
    """Waits until this is true."""
    async with asyncio.timeout(WAIT):
        while not what():
            await asyncio.sleep(0.005)


class Slowly:
    """A model whose words come when they are let go."""

    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces
        self._go = asyncio.Semaphore(0)
        self.begun = asyncio.Event()

    def __call__(self, body: Any) -> AsyncIterator[str]:
        return self._words()

    async def _words(self) -> AsyncIterator[str]:
        self.begun.set()
        for piece in self.pieces:
            await self._go.acquire()
            yield piece

    def go(self, count: int = 1) -> None:
        """Lets so many more pieces go."""
        for _ in range(count):
            self._go.release()


def children(pid: int) -> list[int]:
    """The processes whose parent this is; none are found where there is no /proc."""
    found: list[int] = []
    for entry in Path("/proc").iterdir() if Path("/proc").is_dir() else ():
        try:
            stat = (entry / "stat").read_text() if entry.name.isdigit() else ""
        except OSError:
            continue  # it ended meanwhile
        if stat and int(stat.rpartition(")")[2].split()[1]) == pid:
            found.append(int(entry.name))
    return found


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended but was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
