"""Breaks lines between words while text still streams: a word that grows over the edge is taken back and set below.

Nothing waits for the end of a word, and no character of the text is lost or changed. Knows no styles' meaning.
"""

from itertools import groupby

from wcwidth import wcwidth

Piece = tuple[str, str | None]
"""Text and its style; the style None marks what steers the terminal."""


class Flow:
    """Where the cursor stands on its line, and the word that is just being written."""

    def __init__(self) -> None:
        self.column = 0
        self._word: list[tuple[str, str]] = []

    def home(self) -> None:
        """The cursor has come to the start of a line by other means."""
        self.column, self._word = 0, []

    def put(self, text: str, style: str, columns: int) -> list[Piece]:
        """What to send to a terminal of so many columns for this text, which holds no control characters."""
        pieces: list[Piece] = []
        for c in text:
            width = _width(c)
            if c != "\n" and self.column + width > columns:
                if c.isspace():
                    pieces.append(("\n", style))
                    self.home()
                    continue
                pieces += self._break(columns)
            pieces.append((c, style))
            if c == "\n":
                self.home()
            elif c.isspace():
                self.column, self._word = self.column + width, []
            else:
                self.column += width
                self._word.append((c, style))
        return [("".join(t for t, _ in run), s) for s, run in groupby(pieces, key=lambda p: p[1])]

    def _break(self, columns: int) -> list[Piece]:
        """The next line, with the word begun on this one unless it fills it."""
        word, width = self._word, sum(_width(c) for c, _ in self._word)
        if not word or width >= self.column or width > columns // 2:
            self.home()
            return [("\n", "")]
        self.column = width
        return [("\b" * width + "\x1b[K", None), ("\n", ""), *word]


def _width(c: str) -> int:
    return max(0, wcwidth(c)) if c != "\t" else 1
