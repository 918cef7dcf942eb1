"""The marks of a text taken off while it streams: `*done*` and `**stressed**` and thoughts between backticks.

Only how words look is decided here; what they are to the story, the daemon says.
"""

import re
from itertools import groupby

STYLES = {"": "", "*": "action", "**": "strong", "***": "strong", "`": "thought"}
"""The style of what stands within a mark."""


class Marks:
    """What mark the text stands within; asterisks of which it is not known yet whether they are marks wait."""

    def __init__(self) -> None:
        self._within = self._stars = ""

    def taken_off(self, text: str) -> list[tuple[str, str]]:
        """The text without its marks, in pieces with their styles. A mark reaches to the end of its paragraph."""
        pieces: list[tuple[str, str]] = []
        for c in text:
            if c == "*" and self._within != "`":
                self._stars += c
                continue
            if self._stars:
                pieces += self._decided(c)
            if c == "`" and self._within in ("", "`"):
                self._within = "" if self._within else c
                continue
            if c == "\n":
                self._within = ""
            pieces.append((c, STYLES[self._within]))
        return [("".join(t for t, _ in run), style) for style, run in groupby(pieces, key=lambda p: p[1])]

    def _decided(self, following: str) -> list[tuple[str, str]]:
        """The asterisks before this character, where they are no marks."""
        stars, self._stars = self._stars, ""
        if self._within:
            self._within = ""
            return []
        if following.isspace() or len(stars) > 3:
            return [(stars, "")]
        self._within = stars
        return []


def plainly(text: str) -> list[tuple[str, str]]:
    """A whole text without its marks, in pieces with their styles; an asterisk at its end is none."""
    return Marks().taken_off(re.sub(r"\*+$", "", text) if text.count("*") % 2 == 0 else text)
