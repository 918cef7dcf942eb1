"""Files of stories, characters and templates: what the REPL and the command line share. Asks nobody anything."""

import asyncio
import contextlib
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from client.show import lore
from client.show.format_result import size
from client.show.format_view import joined
from client.show.impacts import counted
from client.text.names import Unclear
from client.text.plain import one_line
from client.wire import transfer
from client.wire.connection import Connection
from protocol.errors import BAD_IMPORT, Fault
from protocol.ids import ENTITIES, EntityId
from protocol.places import daemon_program

Result = Mapping[str, Any]

KINDS = {"stories": "story", "branches": "version", "entities": "character", "memories": "memory", "lines": "line",
         "greetings": "greeting", "books": "lorebook", "lore": "lore entry"}  # fmt: skip
"""What an import counts that means something to people."""

LOOK_S = 0.3
"""How often one looks how far an import has come."""


async def exported(connection: Connection, story: str, format: str, **params: Any) -> tuple[str, bytes]:
    """What a file of this should be called, and its bytes. Params that are None are left out."""
    given = {k: x for k, x in params.items() if x is not None}
    made = await connection.call("export", story=story, format=format, **given)
    return str(made["name"]), await transfer.fetched(connection, made)


def written(path: Path, content: bytes) -> str:
    """Writes the file, and says so. Raises Unclear where that cannot be."""
    try:
        path.write_bytes(content)
    except OSError as wrong:
        raise Unclear(f"{path} can't be written: {wrong.strerror}") from None
    return f"Wrote {path} ({size(len(content))})."


def joins(sort: str, as_: str | None) -> bool:
    """Whether a file of a sort adds to the story at hand: a card does so only where it is said as whom."""
    return as_ in ENTITIES if sort == "card" else sort in ("character", "lorebook")


async def sort_of(connection: Connection, file: Path) -> str:
    """What a file holds: of one that is not Fabula's the daemon finds it out. Raises Fault; Unclear for a file of no
    sort that is known."""
    if (sort := transfer.format_of(file)) != "card":
        return sort
    with _foreign(file):
        seen = await connection.call("import", path=_path(file), preview=True)
    return "card" if "card" in seen else "lorebook"


async def imported(
    connection: Connection, file: Path, sort: str, as_: str | None, story: str | None, tell: Callable[[str], None],
    *, preview: bool = False, lens: list[EntityId] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Takes a file of a sort in, or with `preview` only asks what would come. `as_`: its title, or who it is to be, or
    for a card the name of the player's character; `story`: the id of the one that a character or a lorebook joins;
    `lens`: who knows of a lorebook; `tell`: what is given a line of progress, time and again. Raises Fault; Unclear for
    a file of no sort that is known."""
    name = "user" if sort == "card" and as_ not in ENTITIES else "as"
    given = {
        name: as_, "story": story if sort != "story" else None, "path": _path(file),
        "preview": preview or None, "lens": lens,
    }  # fmt: skip
    progress = asyncio.create_task(_show_progress(connection, tell))
    try:
        with _foreign(file):
            return await connection.call("import", format=sort, **{k: x for k, x in given.items() if x is not None})
    finally:
        progress.cancel()


@contextlib.contextmanager
def _foreign(file: Path) -> Iterator[None]:
    """Says in words what a file is that is of no sort that is known."""
    try:
        yield
    except Fault as fault:
        if fault.code == BAD_IMPORT and fault.data.get("where") == "the file" and (foreign := transfer.foreign(file)):
            raise Unclear(foreign) from None
        raise


async def _show_progress(connection: Connection, tell: Callable[[str], None]) -> None:
    """Gives `tell` a line for each import that is under way, every LOOK_S seconds, until cancelled."""
    while True:
        await asyncio.sleep(LOOK_S)
        for job in (await connection.call("jobs"))["jobs"]:
            if job["kind"] == "import" and job["of"]:
                tell(f"{job['what']} … {100 * job['done'] // job['of']} %")


def taken_in(result: Result, names: Mapping[str, str] | None = None) -> list[str]:
    """What an import made, or would make; what of the file was not used; what one should look at."""
    counts = [counted(n, KINDS[what]) for what, n in result["created"].items() if n and what in KINDS]
    did = "Imported" if "story" in result else "This would import"
    lines = [f"{did} {joined(counts)}." if counts else "Imported."]
    if card := result.get("card"):
        lines += [] if "story" in result else _proposed(card)
        lines += [f"From its creator: {one_line(card['creator_notes'])}"] if card["creator_notes"] else []
    if (book := result.get("lorebook")) and "story" not in result:
        whose = dict.fromkeys(book["lens"], card["name"]) if card and len(book["lens"]) == 1 else names
        lines += lore.imported(book, whose or {})
    kept = list(dict.fromkeys(_in_words(x) for x in result["kept"]))
    lines += [f"Kept, but not used yet: {joined(kept)}."] if kept else []
    return lines + [one_line(x) for x in result.get("odd", [])]


def _proposed(card: Result) -> list[str]:
    """What a card would come to, one line each."""
    who = card["identity"]
    told = {
        "Everybody sees": who.get("appearance"), f"Only {one_line(card['name'])} knows": who.get("description"),
        "Personality": who.get("personality"), "The story": card["premise"], "Note": card["note"],
        "How to write them": who.get("instructions"), "At the end of each prompt": who.get("reminder"),
        **{f"Greeting {n}": x for n, x in enumerate(card["greetings"], 1)},
    }  # fmt: skip
    return [f"{what}: {one_line(text)}" for what, text in told.items() if text]


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


def _path(file: Path) -> str:
    """Where a file is, for a daemon that stands elsewhere."""
    return str(file.resolve())


def _within(t: Result) -> str:
    return ", ".join(one_line(x) for x in (*(c["name"] for c in t["cast"]), *t["places"]))
