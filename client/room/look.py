"""How the prompt, its menus and its toolbar look, by theme."""

from functools import cache

from prompt_toolkit.styles import Style

from client.show.themes import PROMPT


@cache
def style_of(theme: str) -> Style:
    """The style of all that prompt_toolkit draws."""
    return Style.from_dict(
        {
            "bottom-toolbar": "noreverse",
            "bottom-toolbar.title": "bold",
            "bottom-toolbar.lost": "bold" if theme == "plain" else "bold fg:ansired",
            "you": f"bold {f'fg:{PROMPT[theme]}' if PROMPT[theme] else ''}",
        }
    )
