"""How styles look on a terminal: the names that the client prints in, and each theme's colours for them."""

from collections.abc import Mapping

Theme = Mapping[str, str]
"""By style, the parameters of the terminal's SGR sequence; none for a style means plain ink."""

_SHAPES = {
    "": "", "dim": "2", "action": "3", "thought": "2;3", "strong": "1", "bold": "1", "title": "1;4", "error": "1",
    "you": "1", "a": "1", "b": "1",
}  # fmt: skip

THEMES: dict[str, Theme] = {
    "auto": _SHAPES | {"error": "31", "you": "1;32", "a": "1;36", "b": "1;35"},
    "dark": _SHAPES | {"error": "91", "you": "1;92", "a": "1;96", "b": "1;95"},
    "light": _SHAPES | {"error": "31", "you": "1;32", "a": "1;34", "b": "1;35"},
    "contrast": _SHAPES | {"dim": "", "thought": "3", "error": "1;31", "title": "1;4"},
    "plain": _SHAPES,
}
"""`auto` reads on dark and light backgrounds alike; `contrast` has nothing dim; `plain` has shapes and no colours."""

PROMPT = {"auto": "ansigreen", "dark": "ansibrightgreen", "light": "ansigreen", "contrast": "", "plain": ""}
"""The colour of your name at the prompt."""


def theme_for(name: str, environ: Mapping[str, str]) -> str:
    """The theme to use: `plain` where `NO_COLOR` is set; for `auto`, what the terminal says of its background."""
    if environ.get("NO_COLOR"):
        return "plain"
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    if name not in THEMES or name == "auto":
        return "light" if background in ("7", "15") else "dark" if background.isdigit() else "auto"
    return name
