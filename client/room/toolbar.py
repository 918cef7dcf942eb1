"""What stands below the prompt: which story, through whose eyes, with whom, when and where, told by which model."""

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.utils import get_cwidth

from client.play.game import Game
from client.text.plain import one_line

BETWEEN = " · "


def toolbar(game: Game, columns: int) -> StyleAndTextTuples:
    """The toolbar, in so many columns: what matters less is left out first."""
    bar = game.bar
    if not game.connection.connected:
        return _fitted(["not connected", game.title], columns, "class:bottom-toolbar.lost")
    if not game.story:
        return _fitted(["no story: /new", bar.model], columns, "class:bottom-toolbar.title")
    with_whom = f"with {', '.join(bar.present)}" if bar.present else "alone"
    return _fitted(
        [game.title, view_of(game), with_whom, bar.clock, bar.place, bar.model], columns, "class:bottom-toolbar.title"
    )


def view_of(game: Game) -> str:
    """Through whose eyes the story is shown, in words."""
    who = [game.cast.get(e, e) for e in game.lens]
    if len(who) == 2:
        return f"what {who[0]} thinks {who[1]} knows"
    return f"seen by {' and '.join(who)}" if who else "everything"


def _fitted(parts: list[str], columns: int, style: str) -> StyleAndTextTuples:
    """The first of these in a style, and as many of those that follow as there is room for."""
    first, *more = [one_line(p) for p in parts]
    while get_cwidth(first) > columns - 2:
        first = first[:-2].rstrip() + "…"
    told, room = "", columns - 2 - get_cwidth(first)
    for part in filter(None, more):
        room -= get_cwidth(BETWEEN + part)
        if room < 0:
            break
        told += BETWEEN + part
    return [(style, f" {first}"), ("", f"{told} ")]
