"""Breaks lines between words while text still streams, so that nothing that is on the screen moves.

A word is shown as it grows, except near the edge: there it waits until it is whole, or known not to fit the line.
No character of the text is lost or changed. Knows no styles' meaning.
"""

from itertools import groupby

from wcwidth import wcwidth

Piece = tuple[str, str | None]
"""Text and its style; the style None marks what steers the terminal."""

NEAR = 18
"""A word that begins with fewer columns left than this waits until it is whole."""


class Flow:
    """Where the cursor is to stand on its line, and the word that is just being written.

    `blank`: how many lines before this one are empty.
    """

    def __init__(self) -> None:
        self.column = self.blank = 0
        self._shown: list[tuple[str, str]] = []
        self._held: list[tuple[str, str]] = []
        self._waits = False

    def home(self) -> None:
        """The cursor has come to the start of a line by other means, and something stands on the line before."""
        self.column, self.blank = 0, 0
        self._shown, self._held, self._waits = [], [], False

    def put(self, text: str, style: str, columns: int, indent: int = 0) -> list[Piece]:
        """What to send to a terminal of so many columns for this text, which holds no control characters. Each line
        begins with `indent` spaces, and then with none of the text's own."""
        pieces: list[Piece] = []
        for c in text:
            width = _width(c)
            if c == "\n":
                pieces += [*self._settled(), (c, style)]
                self.column, self.blank = 0, (0 if self.column else self.blank + 1)
                continue
            if c.isspace() and (self.column + width > columns or (indent and self.column <= indent)):
                if self.column > indent:
                    pieces += [*self._settled(), *self._below(0)]
                continue
            if self.column + width > columns:
                pieces += self._broken(columns, indent)
            if not self.column and indent:
                pieces.append((" " * indent, ""))
                self.column = indent
            if c.isspace():
                pieces += [*self._settled(), (c, style)]
            else:
                pieces += self._grown(c, style, columns)
            self.column += width
        return _joined(pieces)

    def end(self) -> list[Piece]:
        """What still waited, since no more of the word comes for now."""
        return _joined(self._settled())

    def _grown(self, c: str, style: str, columns: int) -> list[Piece]:
        """The word with one more character, as far as it is to be shown now."""
        if not self._shown and not self._held:
            self._waits = columns - self.column < min(NEAR, columns // 2)
        if self._waits:
            self._held.append((c, style))
            return []
        self._shown.append((c, style))
        return [(c, style)]

    def _settled(self) -> list[Piece]:
        """What of the word was held; the word is over."""
        held: list[Piece] = [*self._held]
        self._shown, self._held, self._waits = [], [], False
        return held

    def _below(self, indent: int) -> list[Piece]:
        self.column, self.blank = indent, 0
        return [("\n", ""), *([(" " * indent, "")] if indent else [])]

    def _broken(self, columns: int, indent: int) -> list[Piece]:
        """The next line, with the word begun on this one unless it fills it."""
        shown, held = self._shown, self._held
        before, waiting = (sum(_width(c) for c, _ in part) for part in (shown, held))
        if before + waiting >= self.column - indent or before + waiting > columns // 2:
            return [*self._settled(), *self._below(indent)]
        back: list[Piece] = [("\b" * before + "\x1b[K", None)] if before else []
        self._shown, self._held, self._waits = [*shown, *held], [], False
        below = self._below(indent)
        self.column += before + waiting
        return [*back, *below, *self._shown]


def _joined(pieces: list[Piece]) -> list[Piece]:
    return [("".join(t for t, _ in run), s) for s, run in groupby(pieces, key=lambda p: p[1])]


def _width(c: str) -> int:
    return max(0, wcwidth(c)) if c != "\t" else 1
