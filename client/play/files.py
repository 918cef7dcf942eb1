"""Files of stories, characters and templates: what the REPL and the command line share. Asks nobody anything."""

import asyncio
import subprocess
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from client.play import chats
from client.play.game import Game
from client.show import lore
from client.show.format_result import size
from client.show.format_view import joined
from client.show.impacts import counted
from client.text.dropped import dropped
from client.text.names import Unclear
from client.text.plain import one_line
from client.wire import transfer
from client.wire.connection import Connection
from protocol.errors import BAD_IMPORT, Fault
from protocol.ids import ENTITIES
from protocol.places import daemon_program

Result = Mapping[str, Any]

KINDS = {"stories": "story", "branches": "version", "entities": "character", "memories": "memory", "lines": "line",
         "greetings": "greeting", "pictures": "picture", "books": "lorebook", "lore": "lore entry",
         "takes": "other take"}  # fmt: skip
"""What an import counts that means something to people."""

SOMEBODY = "Robin"
"""What one is called who gives no name."""

LOOK_S = 0.3
"""How often one looks how far an import has come."""


async def exported(connection: Connection, story: str, format: str, **params: Any) -> tuple[str, bytes]:
    """What a file of this should be called, and its bytes. Params that are None are left out."""
    given = {k: x for k, x in params.items() if x is not None}
    made = await connection.call("export", story=story, format=format, **given)
    return str(made["name"]), await transfer.fetched(connection, made)


def by_ending(format: str, name: str) -> str | None:
    """What a file of this name is written `as`, where that can be chosen; None where the ending does not say."""
    return ENDINGS.get(format, {}).get(Path(name).suffix.casefold())


ENDINGS = {"card": {".png": "png", ".charx": "charx", ".json": "json"},
           "chat": {".md": "markdown", ".markdown": "markdown", ".jsonl": "jsonl"}}  # fmt: skip
"""What each ending of a file's name stands for, by what is exported."""


def written(path: Path, content: bytes) -> str:
    """Writes the file, and says so. Raises Unclear where that cannot be."""
    try:
        path.write_bytes(content)
    except OSError as wrong:
        raise Unclear(f"{path} can't be written: {wrong.strerror}") from None
    return f"Wrote {path} ({size(len(content))})."


def without_here(words: str) -> tuple[str, bool]:
    """What is typed without a last `here`, which says that a chat is told at the end of the story at hand."""
    here = words.endswith(" here") and not Path(words).expanduser().is_file()
    return (words.removesuffix("here").strip(), True) if here else (words, False)


def is_card(file: Path) -> bool:
    """Whether a file may hold a character card, since it does not say that it is Fabula's."""
    return transfer.format_of(file) == "card"


def joins(file: Path, as_: str | None) -> bool:
    """Whether a file adds to the story at hand: a card or a chat does so only where it is said as whom."""
    format = transfer.format_of(file)
    return as_ in ENTITIES if format in ("card", "chat") else format in ("character", "lorebook")


async def imported(
    connection: Connection, file: Path, as_: str | None, story: str | None, tell: Callable[[str], None],
    *, preview: bool = False, **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """Takes a file in, or with `preview` only asks what would come. `as_`: its title, or who it is to be, or for a card
    the name of the player's character; `story`: the id of the one that a character or a lorebook joins; `tell`:
    what is given a line of progress, time and again; `more` params of the method. Raises Fault; Unclear for a file of
    no sort that is known."""
    format, path = _format_and_path(file)
    name = "user" if format == "card" and as_ not in ENTITIES else "as"
    given = {name: as_, "story": story if format != "story" else None, "path": path, "preview": preview or None, **more}
    given |= {"format": format} if format != "card" else {}  # a picture looks like one from here
    progress = asyncio.create_task(_show_progress(connection, tell))
    try:
        return await connection.call("import", **{k: x for k, x in given.items() if x is not None})
    except Fault as fault:
        if fault.code == BAD_IMPORT and fault.data.get("where") == "the file" and (foreign := transfer.foreign(file)):
            raise Unclear(foreign) from None
        raise
    finally:
        progress.cancel()


async def _show_progress(connection: Connection, tell: Callable[[str], None]) -> None:
    """Gives `tell` a line for each import that is under way, every LOOK_S seconds, until cancelled."""
    while True:
        await asyncio.sleep(LOOK_S)
        for job in (await connection.call("jobs"))["jobs"]:
            if job["kind"] == "import" and job["of"]:
                tell(f"{job['what']} … {100 * job['done'] // job['of']} %")


def taken_in(result: Result, names: Mapping[str, str] | None = None, *, brief: bool = False) -> list[str]:
    """What an import made, or would make; what of the file was not used; what one should look at. `brief`: without the
    texts themselves, in which there may be what one who plays does not want to know."""
    counts = [counted(n, KINDS[what]) for what, n in result["created"].items() if n and what in KINDS]
    done = "story" in result or "template" in result
    did = "Imported" if done else "This would import"
    where = f" In your library as {one_line(result['template'])}." if "template" in result else ""
    lines = [(f"{did} {joined(counts)}." if counts else "Imported.") + where]
    if card := result.get("card"):
        lines += [] if done or brief else _proposed(card)
        lines += [f"From its creator: {one_line(card['creator_notes'])}"] if card["creator_notes"] else []
    if (book := result.get("lorebook")) and not done:
        whose = dict.fromkeys(book["lens"], card["name"]) if card and len(book["lens"]) == 1 else names
        lines += lore.imported(book, whose or {}, brief=brief)
    if chat := result.get("chat"):
        lines += chats.told(chat, made="story" in result)
    kept = list(dict.fromkeys(_in_words(x) for x in result["kept"]))
    lines += [f"Kept, but not used yet: {joined(kept)}."] if kept else []
    return lines + [one_line(x) for x in result.get("odd", [])]


def _proposed(card: Result) -> list[str]:
    """What a card would come to, one line each."""
    who = card["identity"]
    told = {
        "Called": who.get("nickname"), "Everybody sees": who.get("appearance"),
        f"Only {one_line(card['name'])} knows": who.get("description"),
        "Personality": who.get("personality"), "The story": card["premise"], "Note": card["note"],
        "How to write them": who.get("instructions"), "At the end of each prompt": who.get("reminder"),
        f"Note to the writer of {one_line(card['name'])} alone": who.get("depth_prompt"),
        **{f"Greeting {n}": x for n, x in enumerate(card["greetings"], 1)},
    }  # fmt: skip
    return [f"{what}: {one_line(text)}" for what, text in told.items() if text]


async def player(game: Game) -> dict[str, Any]:
    """Asks who one plays in a new story: the params of an import that say it."""
    personas = await _personas(game.call) if game.asks else {}
    offered = f", or one of yours: {joined([*personas])}" if personas else ""
    name = await game.ask(f"Your character's name{offered}", next(iter(personas), SOMEBODY))
    by_name = {x.casefold(): t for x, t in personas.items()} | {t.casefold(): t for t in personas.values()}
    found = by_name.get(name.casefold())
    return {"persona": found} if found else {"user": name}


async def usual_player(connection: Connection) -> dict[str, Any]:
    """Who one plays in a new story where nobody can be asked: the first persona that was kept, or somebody of a plain
    name."""
    persona = next(iter((await _personas(connection.call)).values()), None)
    return {"persona": persona} if persona else {"user": SOMEBODY}


async def _personas(call: Callable[..., Awaitable[Result]]) -> dict[str, str]:
    """The templates of the personas that were kept, by the name of the one in each."""
    kept = (await call("templates"))["templates"]
    return {one_line(t["cast"][0]["name"]): t["name"] for t in kept if t["what"] == "persona" and t["cast"]}


def check_room(cast: Mapping[str, str], file: Path) -> None:
    """Raises Unclear where nobody more can join a story with this cast."""
    if len(cast) >= len(ENTITIES):
        names = joined([one_line(x, 40) for x in cast.values()])
        raise Unclear(f"The cast is full ({names}). /import {file.name} alone starts a new story.")


async def arrived(game: Game, template: str, player: Mapping[str, Any]) -> dict[str, Any]:
    """Starts a story with somebody of the library."""
    return await game.call("import", template=template, **player)


async def opened(game: Game, made: Result) -> None:
    """Goes over to the story that an import made."""
    [story] = [s for s in (await game.call("stories"))["stories"] if s["story"] == made["story"]]
    await game.open(story)


def file_and_name(words: str) -> tuple[Path, str]:
    """`FILE [as NAME]`; a file may itself have ` as ` in its name, and may stand as terminals type one that is dragged
    in. Raises Unclear."""
    pieces = words.split(" as ")
    for n in range(len(pieces), 0, -1):
        typed = " as ".join(pieces[:n]).strip()
        file = dropped(typed) or Path(typed).expanduser()
        if words and file.is_file():
            return file, " as ".join(pieces[n:]).strip()
    message = f"There is no file {pieces[0].strip()}." if words else "Say which file to import: /import ~/story.json"
    raise Unclear(message)


FIELDS = {"first_mes": "greetings", "alternate_greetings": "more greetings", "character_book": "lorebook",
          "assets": "pictures", "post_history_instructions": "post-history instructions",
          "extensions.depth_prompt": "depth prompt"}  # fmt: skip
"""What people call some fields of a card."""


def _in_words(field: str) -> str:
    bare = field.removeprefix("character_book.")
    bare = bare.removeprefix("entries.").removeprefix("extensions.") if bare not in FIELDS else bare
    return one_line(FIELDS.get(bare, bare.replace("_", " ")))


def templates(result: Result) -> list[str]:
    """The templates, each with what it says about itself."""
    lines = []
    for t in result["templates"]:
        own = "" if t["built_in"] else " (yours)"
        lines.append(f"{one_line(t['name']):<16} {t['what']:<10} {_within(t)}{own}")
        lines += [f"{'':<16} {one_line(t['about'])}"] if t["about"] else []
    return lines or ["No templates yet."]


def saved(result: Result) -> list[str]:
    """What a saved template holds."""
    return [f"Saved {result['template']['name']}: {_within(result['template'])}"]


def packing(command: str, file: Path, home: Path) -> list[str]:
    """The command by which the daemon's own program packs a home that need not be served, or unpacks one."""
    return [*daemon_program(), command, str(file.absolute()), "--home", str(home)]


def packed(command: str, file: Path, home: Path) -> int:
    """Runs the daemon's own program to pack or unpack a home; returns its exit code."""
    return subprocess.run(packing(command, file, home), check=False).returncode


def _format_and_path(file: Path) -> tuple[str, str]:
    """What a file is, and where, for a daemon that stands elsewhere."""
    return transfer.format_of(file), str(file.resolve())


def _within(t: Result) -> str:
    return ", ".join(one_line(x) for x in (*(c["name"] for c in t["cast"]), *t["places"]))
