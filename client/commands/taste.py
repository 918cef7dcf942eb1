"""The slash commands about this terminal: its colours, its keys, and what is copied from it."""

from functools import partial

from client.play import finding
from client.play.game import Game
from client.show import clipboard
from client.show.themes import THEMES
from client.text.names import Unclear
from client.text.plain import one_line
from protocol import views as v

KEYS = {"emacs": "as usual", "vi": "as in vi: Esc, then h, j, k or l"}
"""How the line that is being typed can be edited."""


async def theme(game: Game, words: str) -> None:
    """The colours: without words, which there are; else the one that is used from now on. Raises Unclear."""
    chosen = words.casefold()
    if chosen:
        if chosen not in THEMES:
            raise Unclear(f"There is no theme “{one_line(words, 30)}”. You can choose {', '.join(THEMES)}.")
        game.prefer(theme=chosen)
    now = game.preferences.theme
    game.screen.line(f"Theme: {now}. You can choose {', '.join(THEMES)}.")
    for style, text in (("bold", "A name"), ("you", "You"), ("a", "Somebody"), ("b", "Somebody else"),
                        ("action", "an action"), ("thought", "a thought"), ("dim", "what matters less")):  # fmt: skip
        game.screen.write(f"  {text}", style)
    game.screen.line()


async def keys(game: Game, words: str) -> None:
    """`vi` or `emacs`: how the line that is being typed is edited. Raises Unclear."""
    chosen = words.casefold()
    if chosen and chosen not in KEYS:
        raise Unclear(f"There are no keys “{one_line(words, 30)}”. You can choose {' or '.join(KEYS)}.")
    if chosen:
        game.prefer(keys=chosen)
    now = game.preferences.keys
    another = next(name for name in KEYS if name != now)
    game.screen.line(f"You edit what you type {KEYS[now]}. /keys {another} changes that.")


async def copy(game: Game, words: str) -> None:
    """Copies the last reply, or the line at `@N`, as one sees it. Raises Unclear."""
    page = partial(game.view, "transcript", v.TranscriptView)
    number = words.lstrip("@ ")
    if words and not number.isdigit():
        raise Unclear("/copy copies the last reply, /copy @N that line; /lines shows the numbers.")
    line = await (finding.at(page, int(number)) if words else finding.latest(page, finding.not_by_you))
    if line is None:
        raise Unclear("There is no reply yet.")
    if not clipboard.copy(game.screen, line.text):
        raise Unclear("There is no clipboard here.")
    game.screen.line(f"Copied: {one_line(line.text, 60)}", "dim")
