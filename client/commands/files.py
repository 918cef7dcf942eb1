"""The slash commands about files: what goes out, what comes in, templates to start from, all of it in one file."""

import asyncio
import re
from pathlib import Path
from typing import Any

from client.commands.choosing import yes
from client.play import chats, files, proposing
from client.play.game import Game
from client.play.listening import Step
from client.text.formats import PARTS
from client.text.names import Unclear, find, lens_of, listed
from client.text.plain import one_line
from client.wire import transfer
from protocol.errors import Fault

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


async def take_in(game: Game, words: str) -> None:
    """`FILE [as NAME] [for NAME…]`: a story becomes one of yours and is opened, and so does a card or a chat; a
    character or a lorebook joins the story at hand, so does a chat `here`, and a picture is of whom you name. Those
    named after `for` alone know of the lorebook. `preview FILE` only tells what would come."""
    preview = words.startswith("preview ")
    words, here = files.without_here(words.removeprefix("preview ").strip() if preview else words)
    words, whom = _for_whom(words)
    file, as_ = files.file_and_name(words)
    if transfer.is_picture(file):
        await _picture(game, file, as_)
        return
    joins, card = here or files.joins(file, as_), files.is_card(file)
    more = await files.player(game) if card and not as_ else {}
    more |= {"lens": lens_of(whom.replace(",", " ").replace(" and ", " "), game.cast)} if whom else {}
    if card and game.asks and not preview:
        told = await _imported(game, file, as_, joins, preview=True, **more)
        right = await proposing.agreed(game, told)
        if right is None:
            game.screen.line("Skipped.")
            return
        more |= {"card": right} if right else {}
        more |= {"seed": told["seed"]} if "seed" in told else {}  # so that what was shown is drawn again
    made = await _asking(game, file, as_, joins, preview=preview, **more)
    for line in files.taken_in(made, game.names):
        game.screen.line(line)
    if preview:
        return
    if made["story"] == game.story:
        await _joined(game, made)
        if "chat" in made:
            game.screen.line("/undo takes it back.")
        return
    await files.opened(game, made)


async def offered(game: Game, file: Path) -> None:
    """A file that was dragged into the line: offers to import it."""
    if (await game.ask(f"Import {one_line(file.name, 80)}? (y/n)", "y")).strip().casefold() in ("y", "yes"):
        await take_in(game, str(file))
    else:
        game.screen.line("Skipped.")


async def _imported(game: Game, file: Path, as_: str, joins: bool, **more: Any) -> dict[str, Any]:
    game.screen.passing("reading the file …")
    story = game.story or None if joins else None
    made = await files.imported(game.connection, file, as_ or None, story, game.screen.passing, **more)
    game.screen.pass_over()
    return made


async def _picture(game: Game, file: Path, as_: str) -> None:
    """Shows somebody of the story at hand by a picture."""
    game.at_hand()
    if not as_ and game.asks:
        as_ = await game.ask(f"Whose picture is it? ({listed(game.cast, 'or')})", "")
    entity = find(as_, game.cast, "person")
    made = await files.imported(game.connection, file, entity, game.story, game.screen.passing)
    await _joined(game, made)
    game.screen.line(f"That is {one_line(game.cast[entity])} now. The page shows it; /undo takes it back.")


async def _joined(game: Game, made: dict[str, Any]) -> None:
    game.steps.append(Step("rewind", made["undo"]))
    await game.refresh()


async def _asking(game: Game, file: Path, as_: str, joins: bool, **more: Any) -> dict[str, Any]:
    """Imports a file, and asks for names where a chat needs them said."""
    while True:
        try:
            return await _imported(game, file, as_, joins, **more)
        except Fault as fault:
            asked = chats.asks(fault)
            if asked is None or asked[0] in more:
                raise
            param, question, default = asked
            game.screen.pass_over()
            answer = (await game.ask(question, default)).strip() or default
            more[param] = chats.named(answer) if param == "speakers" else answer


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


def _for_whom(words: str) -> tuple[str, str]:
    """`FILE … [for NAME…]` parted from those who are to know it; a file may itself have ` for ` in its name."""
    before, found, whom = words.rpartition(" for ")
    if not found or Path(words.strip()).expanduser().is_file():
        return words, ""
    return before, whom.strip()


def _part(game: Game, what: str) -> dict[str, Any]:
    if not what or what in PARTS[:-1]:
        return {"what": what or "all"}
    return {"what": "character", "entity": find(what.removeprefix("character "), game.cast, "person")}
