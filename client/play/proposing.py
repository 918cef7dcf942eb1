"""What a card comes to, as somebody checks and corrects it before it comes in: each part by its number."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from client.play.game import Game
from client.text.plain import one_line

SHOWN = 300
"""Characters of a part that are shown in the list."""

Card = Mapping[str, Any]


class Part(NamedTuple):
    """A part of a card: what it is called, where it stands (`identity` and a name, or a name and an index), and its
    text."""

    label: str
    where: tuple[str, ...]
    text: str


def parts(card: Card) -> list[Part]:
    """The parts, most of them also where they are empty, in the order in which they are shown."""
    name, who = one_line(card["name"], 40), card["identity"]

    def own(label: str, field: str) -> Part:
        return Part(label, ("identity", field), who.get(field) or "")

    return [
        Part("Name", ("name",), card["name"]),
        own("Everybody sees", "appearance"),
        own(f"Only {name} knows", "description"),
        own("Personality", "personality"),
        Part("The story", ("premise",), card["premise"]),
        own(f"Note to the writer of {name} alone", "depth_prompt"),
        *([Part("Note to the writer", ("note",), card["note"])] if card["note"] else []),
        *(Part(f"Greeting {n}", ("greetings", str(n - 1)), x) for n, x in enumerate(card["greetings"], 1)),
        *([own("Called", "nickname")] if who.get("nickname") else []),
    ]


def with_text(card: Card, part: Part, text: str) -> dict[str, Any]:
    """A card with another text there; a greeting without one is left out."""
    match part.where:
        case ("identity", field):
            return {**card, "identity": {**card["identity"], field: text}}
        case ("greetings", index):
            said = [text if n == int(index) else x for n, x in enumerate(card["greetings"])]
            return {**card, "greetings": [x for x in said if x]}
    return {**card, part.where[0]: text}


async def agreed(game: Game, told: Mapping[str, Any]) -> dict[str, Any] | None:
    """What somebody set right of a preview, for the import to go by; nothing set right is an empty object. None where
    they do not want it."""
    card: Card = told["card"]
    begun = card
    while True:
        question = f"Import {one_line(card['name'], 60)}? (y/n, or c to check and correct it first)"
        match (await game.ask(question, "y")).strip().casefold():
            case "y" | "yes":
                changed = {x: card[x] for x in ("name", "identity", "premise", "note", "greetings")}
                return {x: y for x, y in changed.items() if y != begun[x]}
            case "n" | "no":
                return None
            case "c" | "check" | "correct":
                card = await corrected(game, card)


async def corrected(game: Game, card: Card) -> Card:
    """The card as somebody wants it: they choose a part by its number, time and again, and write it anew."""
    while True:
        listed = parts(card)
        for n, part in enumerate(listed, 1):
            shown = one_line(part.text, SHOWN) or "–"
            game.screen.hanging(f"{n:>3}  {part.label}: {shown}", 5)
        answer = (await game.ask("Which number do you want to change? (Enter: none)", "")).strip()
        if not answer:
            return card
        if not answer.isdigit() or not 0 < int(answer) <= len(listed):
            game.screen.line(f"Please type a number from 1 to {len(listed)}, or press Enter.")
            continue
        part = listed[int(answer) - 1]
        text = (await game.rewrite(part.label, part.text)).strip()
        if text or part.where != ("name",):
            card = with_text(card, part, text)
