"""The slash command about the library: characters and personas that are kept apart from stories, to be used again."""

from typing import Any

from client.commands.choosing import yes
from client.play import files, proposing
from client.play.game import Game
from client.play.listening import Step
from client.text.names import Unclear, find
from client.text.plain import one_line

ACTS = ("add", "save", "play", "join", "edit", "remove")

USAGE = (
    "/library lists your characters and personas. /library add FILE keeps a card in it, /library save NAME keeps"
    " somebody of this story, /library play NAME starts a story with them, /library join NAME brings them into this"
    " one, /library edit NAME changes them, /library remove NAME removes them."
)


async def library(game: Game, words: str) -> None:
    """Lists the library; `add FILE`, `save NAME`, `play NAME`, `join NAME`, `edit NAME`, `remove NAME`."""
    act, _, rest = words.partition(" ")
    rest = rest.strip()
    match act.casefold():
        case "":
            await _list(game)
        case "add" if rest:
            await _add(game, rest)
        case "save" if rest:
            await _save(game, rest)
        case "play" if rest:
            await play(game, await _named(game, rest))
        case "join" if rest:
            await _join(game, await _named(game, rest))
        case "edit" if rest:
            await _edit(game, await _named(game, rest))
        case "remove" if rest:
            await _remove(game, await _named(game, rest))
        case _:
            raise Unclear(USAGE)


async def of_library(game: Game, what: str = "") -> list[dict[str, Any]]:
    """The characters and personas that were kept; or those of one sort."""
    kept = (await game.call("templates"))["templates"]
    return [t for t in kept if not t["built_in"] and t["what"] in ((what,) if what else ("persona", "character"))]


async def play(game: Game, template: dict[str, Any]) -> None:
    """Starts a story with somebody of the library."""
    made = await files.arrived(game, template["name"], await files.player(game))
    for line in files.taken_in(made):
        game.screen.line(line)
    before = game.story
    await files.opened(game, made)
    game.steps.append(Step("unmake", before))


async def _list(game: Game) -> None:
    kept = await of_library(game)
    for t in kept:
        who = ", ".join(one_line(c["name"], 60) for c in t["cast"])
        about = f": {one_line(t['about'], 90)}" if t["about"] else ""
        sort = "you" if t["what"] == "persona" else "character"
        game.screen.hanging(f"{one_line(t['name']):<16} {sort:<10} {who}{about}", 28)
    if not kept:
        game.screen.line("Your library is empty.")
    game.screen.line(USAGE.partition(". ")[2], "dim")


async def _add(game: Game, words: str) -> None:
    file, name = files.file_and_name(words)
    told = await files.imported(game.connection, file, None, None, game.screen.passing, preview=True, library="x")
    game.screen.pass_over()
    right = await proposing.agreed(game, told)
    if right is None:
        game.screen.line("Skipped.")
        return
    called = _word(name or str(told["card"]["name"]))
    if not await _may_replace(game, called):
        return
    made = await files.imported(
        game.connection, file, None, None, game.screen.passing, library=called, card=right or None
    )
    game.screen.pass_over()
    for line in files.taken_in(made):
        game.screen.line(line)
    game.screen.line(f"/library play {called} starts a story.", "dim")


async def _save(game: Game, words: str) -> None:
    named, _, called = words.partition(" as ")
    entity = find(named.strip(), game.cast, "person")
    what = {"what": "persona"} if entity == "you" else {"what": "character", "entity": entity}
    called = _word(called or game.cast[entity])
    if await _may_replace(game, called):
        await game.of_story("save_template", name=called, **what)
        game.screen.line(f"Saved in your library as {called}.")


async def _join(game: Game, template: dict[str, Any]) -> None:
    done = await game.call("import", template=template["name"], story=game.at_hand())
    game.steps.append(Step("rewind", done["undo"]))
    await game.refresh()
    game.screen.line(f"{one_line(done['card']['name'])} joins the story. /undo takes it back.")


async def _edit(game: Game, template: dict[str, Any]) -> None:
    [whole] = (await game.call("templates", name=template["name"]))["templates"]
    before = _as_card(whole)
    card = await proposing.corrected(game, before)
    if card == before:
        game.screen.line("Nothing changed.")
        return
    setup = _changed(whole["setup"], card)
    await game.call("save_template", name=template["name"], setup=setup, greetings=card["greetings"])
    game.screen.line(f"Saved {one_line(template['name'])}. Stories that you have already stay as they are.")


async def _remove(game: Game, template: dict[str, Any]) -> None:
    name = template["name"]
    if game.asks and not await yes(game, f"Remove {one_line(name)} from your library? Your stories keep them."):
        return
    await game.call("remove_template", name=name)
    game.screen.line(f"Removed {one_line(name)}.")


async def _named(game: Game, words: str) -> dict[str, Any]:
    """The one who is meant, by the name in the library or by their own. Raises Unclear."""
    kept = await of_library(game)
    exact = [t for t in kept if t["name"].casefold() == words.casefold()]
    if exact:
        return exact[0]
    found = find(words, {t["name"]: one_line(t["cast"][0]["name"]) for t in kept}, "person in your library")
    return next(t for t in kept if t["name"] == found)


async def _may_replace(game: Game, name: str) -> bool:
    there = [t["name"] for t in (await game.call("templates"))["templates"] if not t["built_in"]]
    taken = name.casefold() in (x.casefold() for x in there)
    return not taken or not game.asks or await yes(game, f"Your library has {name} already. Replace it?")


def _word(name: str) -> str:
    """A name as the library takes it."""
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.strip().casefold())
    return "-".join(x for x in kept.split("-") if x)[:60] or "somebody"


def _as_card(template: dict[str, Any]) -> dict[str, Any]:
    """One of the library in the shape in which a card is corrected."""
    added, premise, note = {}, "", ""
    for command in template["setup"]:
        match command:
            case {"do": "add_entity"}:
                added = command
            case {"do": "set", "what": "story", "values": values}:
                premise = values.get("premise", "")
            case {"do": "note"}:
                note = command["text"]
    return {
        "name": added["name"], "identity": added.get("identity", {}), "premise": premise, "note": note,
        "greetings": template["greetings"],
    }  # fmt: skip


def _changed(setup: list[dict[str, Any]], card: proposing.Card) -> list[dict[str, Any]]:
    """The commands of one of the library as the corrected card says."""
    [added] = [c for c in setup if c["do"] == "add_entity"]
    depth = next((c.get("depth", 0) for c in setup if c["do"] == "note"), 4)
    identity = {x: y for x, y in card["identity"].items() if y not in ("", None)}
    made = [{**added, "name": card["name"], "identity": identity}]
    made += [c for c in setup if c["do"] not in ("add_entity", "note") and c.get("what") != "story"]
    if card["premise"]:
        made.append({"do": "set", "what": "story", "values": {"premise": card["premise"]}})
    return [*made, {"do": "note", "text": card["note"], "depth": depth}] if card["note"] else made
