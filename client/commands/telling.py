"""How a story is told: `/style`, what it is about and how its prose is to read."""

from typing import Any

import msgspec

from client.play.game import Game
from client.show import format_view
from client.text.names import Unclear
from client.text.plain import one_line
from protocol import views as v
from protocol.world import Style

PARTS = ("premise", *Style.__struct_fields__)
"""What can be set of it."""

OPEN = ("none", "nothing", "off", "-")
"""What one types to leave a part open."""


async def style(game: Game, words: str) -> None:
    """Without words, how the story is told; else `PART VALUE` sets a part. Raises Unclear."""
    if words.strip():
        await game.append({"do": "set", "what": "story", "values": given(words)})
    for line in format_view.story(await game.view("story", v.StoryView, []), game.names):
        game.screen.hanging(line, format_view.STYLED)
    for entity in game.cast:
        one = await game.view("entity", v.EntityView, entity=entity)
        for told, where in ((one.instructions, "how to write {}"), (one.reminder, "at the end, for {}")):
            if told:
                game.screen.line(f"{where.format(one_line(one.name))}: {one_line(told)}")


def given(words: str) -> dict[str, Any]:
    """The values that `PART VALUE` sets; a part alone is as it is by default. Raises Unclear."""
    part, _, value = words.strip().partition(" ")
    part, value = part.casefold(), value.strip()
    if part not in PARTS:
        raise Unclear(f"“{one_line(part, 30)}” isn't part of the style. You can set {', '.join(PARTS)}.")
    if part == "premise":
        return {"premise": "" if value.casefold() in OPEN else value}
    usual = getattr(Style(), part)
    wanted = usual if not value else "" if value.casefold() in OPEN else value
    try:
        msgspec.convert({part: wanted}, Style)
    except msgspec.ValidationError:
        choices = CHOICES.get(part)
        raise Unclear(f"Set {part} to {choices}." if choices else f"That is too long for {part}.") from None
    return {"style": {part: wanted}}


CHOICES = {"person": "first, second or third", "tense": "present or past", "form": "asterisks or novel"}
