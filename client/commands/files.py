"""The slash commands about files that go out: exports, templates to start from, all of it in one file."""

import asyncio
import re
from pathlib import Path
from typing import Any

from client.commands.choosing import yes
from client.play import files
from client.play.game import Game
from client.text.formats import PARTS
from client.text.names import Unclear, find, listed

WHAT_TO_EXPORT = (
    "Say what to export: story, scene, scene json, transcript, chat, state, character NAME, card NAME [png | charx], or"
    " lorebook. You can add @N (as it was at that line), `with memories` (for a character), and `to FILE`."
)


async def export(game: Game, words: str) -> None:
    """`WHAT [@N] [to FILE]`: writes it into a file, by default one that is called like the story, here."""
    what, _, target = words.partition(" to ")
    format, params = _asked(game, what)
    if sort := None if "as" in params else files.by_ending(format, target.strip()):
        params["as"] = sort
    name, content = await files.exported(game.connection, game.at_hand(), format, **params)
    path, there = _target(target.strip(), name)
    if there and not await yes(game, f"{path} already exists. Overwrite it?"):
        return
    game.screen.line(files.written(path, content))


async def templates(game: Game, words: str) -> None:
    """The templates; `save NAME [WHAT]` keeps what this story has now, `remove NAME` removes one."""
    act, _, rest = words.partition(" ")
    match act.casefold():
        case "":
            for line in files.templates(await game.call("templates")):
                game.screen.line(line)
            game.screen.line(
                "/new starts a story from one; /templates save NAME saves this cast and its places.", "dim"
            )
        case "save" if rest.strip():
            name, _, what = rest.strip().partition(" ")
            saved = await game.of_story("save_template", name=name, **_part(game, what.strip()))
            for line in files.saved(saved):
                game.screen.line(line)
        case "remove" if rest.strip():
            await game.call("remove_template", name=rest.strip())
            game.screen.line(f"Deleted the template {rest.strip()}.")
        case _:
            raise Unclear(f"/templates lists them, /templates save NAME [{'|'.join(PARTS[:-1])}|a character's name]"
                          " saves one, /templates remove NAME deletes one.")  # fmt: skip


async def pack(game: Game, words: str) -> None:
    """`FILE`: everything in one file, to move to another machine."""
    if not words:
        raise Unclear("Say which file to write: /pack ~/fabula-home.tar.gz. On the other machine: rpc unpack FILE")
    process = await asyncio.create_subprocess_exec(
        *files.packing("pack", _target(words, "fabula-home.tar.gz")[0], game.home),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
    for line in said.decode(errors="replace").splitlines():
        game.screen.line(line, "error" if process.returncode else "")


def _asked(game: Game, words: str) -> tuple[str, dict[str, Any]]:
    """The format that is meant, and the params that go with it. Raises Unclear."""
    at = re.search(r"@\s*(\d{1,15})", words)
    rest = re.sub(r"@\s*\d{1,15}", "", words).split()
    what, more = (rest[0].casefold(), [w.casefold() for w in rest[1:]]) if rest else ("", [])
    params: dict[str, Any] = {"at": int(at[1])} if at else {}
    seen = {"lens": game.lens} if game.lens else {}
    match what, more:
        case "story", []:
            return "story", {}
        case "transcript" | "state" | "chat", []:
            return what, params | seen
        case "chat", ["markdown" | "jsonl"] | ["as", "markdown" | "jsonl"]:
            return "chat", params | seen | {"as": more[-1]}
        case "scene", [] | ["markdown"] | ["json"]:
            return f"scene-{(more or ['markdown'])[0]}", params | seen
        case "scene-markdown" | "scene-json", []:
            return what, params | seen
        case "character", [_, *_]:
            name, memories, _ = " ".join(rest[1:]).partition(" with memories")
            return "character", params | {"entity": find(name, game.cast, "person"), "memories": bool(memories)}
        case "card", [_, *_, "png" | "json" | "charx"]:
            named = find(" ".join(rest[1 : -2 if more[-2] == "as" and len(more) > 2 else -1]), game.cast, "person")
            return "card", params | {"entity": named, "as": rest[-1].casefold()}
        case "card", [_, *_]:
            return "card", params | {"entity": find(" ".join(rest[1:]), game.cast, "person")}
        case "lorebook", []:
            return "lorebook", params
        case "character" | "card", []:
            raise Unclear(f"Which character? You can choose {listed(game.cast, 'or')}.")
    raise Unclear(WHAT_TO_EXPORT)


def _target(target: str, name: str) -> tuple[Path, bool]:
    """Where a file of this name is to be written, and whether something is there already."""
    path = Path(target).expanduser() if target else Path(name)
    path = (path / name if path.is_dir() else path).absolute()
    return path, path.exists()


def _part(game: Game, what: str) -> dict[str, Any]:
    if not what or what in PARTS[:-1]:
        return {"what": what or "all"}
    return {"what": "character", "entity": find(what.removeprefix("character "), game.cast, "person")}
