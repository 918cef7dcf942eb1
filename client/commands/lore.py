"""`/lore`: what there is to know about the world, who knows it, and what brings it up."""

from collections.abc import Callable
from typing import Any

from client.play.game import Game
from client.show import lore as show
from client.text.names import Unclear, lens_of
from client.text.plain import one_line
from protocol import views as v
from protocol.world import LoreRules

USAGE = (
    "/lore lists it, /lore N shows one, /lore add KEY, KEY: TEXT adds one, /lore edit N PART VALUE changes one, and"
    " /lore remove N takes it away."
)
FOR = "for"
EVERYBODY = ("everybody", "everyone", "all")
YES, NO = ("yes", "true", "on"), ("no", "false", "off")


async def lore(game: Game, words: str) -> None:
    """Lists the lore, as the lens knows it; or shows, adds, changes or removes an entry. Raises Unclear."""
    act, _, rest = words.strip().partition(" ")
    match act.casefold():
        case "add":
            await _add(game, rest.strip())
        case "edit" | "set":
            await _edit(game, rest.strip())
        case "remove" | "delete":
            x = await _one(game, rest)
            await game.append({"do": "remove", "what": "lore", "id": x.lore})
            game.screen.line(f"Removed: {_called(x)}.")
        case "" | "list":
            await _list(game, rest)
        case number if number.isdecimal():
            for line in show.entry(await _one(game, number), game.names):
                game.screen.hanging(line, show.WIDTH)
        case _:
            await _list(game, words)


async def _list(game: Game, words: str) -> None:
    lens = lens_of(words, game.cast) if words.strip() else game.lens
    game.may_see(lens)
    for line in show.listed(await game.view("lore", v.LoreAllView, lens), game.names):
        game.screen.hanging(line, 5)


async def _add(game: Game, words: str) -> None:
    """`[for NAME, NAME:] KEY, KEY: TEXT`"""
    lens: list[str] = []
    first, _, after = words.partition(":")
    if first.casefold().startswith(f"{FOR} "):
        lens, words = _whom(game, first[len(FOR) :]), after.strip()
        first, _, after = words.partition(":")
    keys, text = _keys(first), after.strip()
    if not text:
        raise Unclear(
            "Say what brings it up, then a colon, then the text: /lore add harbour, quay: The harbour freezes."
            " Without a key (/lore add always: …) it is always there."
        )
    keys = [] if [k.casefold() for k in keys] == ["always"] else keys
    await game.append({"do": "add_lore", "keys": keys, "text": text, "lens": lens})
    game.screen.line(f"Added, known to {show.whom(lens, game.names)}. /lore lists it.")


async def _edit(game: Game, words: str) -> None:
    """`N PART VALUE`"""
    number, _, rest = words.partition(" ")
    x = await _one(game, number)
    typed, _, value = rest.strip().partition(" ")
    part = PARTS.get(typed.casefold())
    if part is None:
        raise Unclear(f"Say what to change: /lore edit {number} PART VALUE. The parts are {', '.join(PARTS)}.")
    await game.append({"do": "set", "what": "lore", "id": x.lore, "values": part(game, value.strip())})
    now = (await game.view("lore", v.LoreAllView, game.lens)).lore
    at = next((n for n, other in enumerate(now, 1) if other.lore == x.lore), None)
    moved = f" (now number {at})" if at is not None and str(at) != number.strip() and number.isdecimal() else ""
    game.screen.line(f"Changed: {_called(x)}{moved}.")


async def _one(game: Game, words: str) -> v.LoreView:
    """The entry that a number of the list means, or its name. Raises Unclear."""
    entries = (await game.view("lore", v.LoreAllView, game.lens)).lore
    wanted = words.strip()
    if wanted.isdecimal() and 0 < int(wanted) <= len(entries):
        return entries[int(wanted) - 1]
    named = [x for x in entries if wanted and x.name.casefold() == wanted.casefold()]
    if len(named) == 1:
        return named[0]
    raise Unclear(f"Give the number of an entry, 1 to {len(entries)}. {USAGE}" if entries else "There is no lore yet.")


def _called(x: v.LoreView) -> str:
    return one_line(x.name or ", ".join(x.keys) or x.text, 60)


def _whom(game: Game, words: str) -> list[str]:
    """Who is to know it; nobody named is everybody. Raises Unclear."""
    if words.strip().casefold() in EVERYBODY:
        return []
    lens = lens_of(words.replace(",", " ").replace(" and ", " "), game.cast)
    if not lens:
        raise Unclear("Say who knows it: for Maren, or for everybody.")
    return list(lens)


def _keys(words: str) -> list[str]:
    """Keys between commas; a regular expression, `/…/i`, may have commas in it."""
    if words.strip().startswith("/"):
        return [words.strip()]
    return [x.strip() for x in words.split(",") if x.strip()]


def _yes(words: str) -> bool:
    if words.casefold() not in YES + NO:
        raise Unclear("Say yes or no.")
    return words.casefold() in YES


def _number(words: str) -> int:
    if not words.lstrip("-").isdecimal():
        raise Unclear("Give a number.")
    return int(words)


def _of_rules(rule: str, read: Callable[[str], Any]) -> Callable[[Game, str], dict[str, Any]]:
    def values(game: Game, words: str) -> dict[str, Any]:
        usual = words.casefold() in ("default", "-")
        return {"rules": {rule: getattr(LoreRules(), rule) if usual else read(words)}}

    return values


def _text(game: Game, words: str) -> dict[str, Any]:
    if not words:
        raise Unclear("Say what it says. /lore remove N takes an entry away.")
    return {"text": words}


PARTS: dict[str, Callable[[Game, str], dict[str, Any]]] = {
    "text": _text,
    "keys": lambda game, words: {"keys": _keys(words)},
    "name": lambda game, words: {"name": words},
    FOR: lambda game, words: {"lens": _whom(game, words)},
    "on": _of_rules("enabled", lambda words: True),
    "off": _of_rules("enabled", lambda words: False),
    "always": _of_rules("constant", _yes),
    "and": lambda game, words: {"rules": {"secondary": _keys(words), "logic": "any"}},
    "and-all": lambda game, words: {"rules": {"secondary": _keys(words), "logic": "all"}},
    "unless": lambda game, words: {"rules": {"secondary": _keys(words), "logic": "not_any"}},
    "whole-words": _of_rules("whole_words", _yes),
    "case": _of_rules("case", _yes),
    "lines": _of_rules("scan_depth", _number),
    "order": _of_rules("order", _number),
    "priority": _of_rules("priority", _number),
    "chance": _of_rules("probability", _number),
    "depth": _of_rules("depth", _number),
    "group": _of_rules("group", str),
}
"""What can be changed of an entry, as it is typed, and what it sets."""
