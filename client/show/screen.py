"""Where text goes out: styles if wanted, always harmless, and a passing line while one waits. Knows no story."""

import os
import shutil
import sys
import textwrap
from collections.abc import Mapping
from typing import TextIO

from wcwidth import wcswidth

from client.show.themes import THEMES, theme_for
from client.text.flow import Flow, Piece
from protocol.harmless import harmless

MEASURE, WIDEST = 80, 100
"""Columns of prose, and of anything else, however wide the terminal is."""


class Screen:
    """Writes to standard output as it is at that moment (the prompt puts another in its place).

    `colour`: with the styles of `theme`; `live`: a terminal, on which a line can be taken back and prose is set as a
    page.
    """

    def __init__(self, colour: bool, live: bool, out: TextIO | None = None, theme: str = "auto") -> None:
        self.colour, self.live, self._out = colour, live, out
        self.theme = theme
        self.at_prompt = False
        self._passing = False
        self._flow = Flow()
        self._gathered: list[str] | None = None

    @property
    def amid(self) -> bool:
        """Whether something stands on the line already."""
        return self._flow.column > 0

    def write(self, text: str, style: str = "", indent: int = 0) -> None:
        """Text from anywhere, in a style; no newline is added. Indented by so much, it is prose of a page."""
        if not text:
            return
        self.pass_over()
        shown = harmless(text).replace("\t", "    ") if self.live else harmless(text)
        columns = min(self.columns(), MEASURE) if indent else self.columns()
        self._send(self._flow.put(shown, style, columns, indent))

    def gap(self) -> None:
        """Leaves one line blank before what comes, on a page."""
        self.fresh()
        if self.live and not self._flow.blank:
            self.write("\n")

    def line(self, text: str = "", style: str = "") -> None:
        """Text on a line of its own; where it is too long for one, what follows stands in a little further."""
        for line in text.split("\n") if self.live else [text]:
            self._row(line, len(line) - len(line.lstrip(" ")) + 2, style, WIDEST)

    def hanging(self, text: str, indent: int, style: str = "") -> None:
        """Text on lines of its own, those after the first indented by so much; one line where it is no terminal."""
        self._row(text, indent, style, MEASURE)

    def _row(self, text: str, indent: int, style: str, widest: int) -> None:
        columns = min(self.columns(), widest)
        rows = [text]
        if self.live and wcswidth(text) > columns:
            safe = harmless(text)
            rows = textwrap.wrap(safe, columns, subsequent_indent=" " * indent, break_on_hyphens=False) or [""]
        for row in rows:
            self.fresh()
            self.write(row, style)
            self.write("\n")

    def rows(self) -> int:
        """How many lines the window shows; more than can be where it is no terminal."""
        return shutil.get_terminal_size().lines if self.live else sys.maxsize

    def fresh(self) -> None:
        """Begins a new line, unless one has just begun."""
        self.pass_over()
        self._send(self._flow.end())
        if self.amid:
            self.write("\n")

    def passing(self, text: str) -> None:
        """Shows a line that the next one replaces. Does nothing except on a terminal, at the start of a line."""
        if self.live and not self.at_prompt and (self._passing or not self.amid):
            self.show("\r\x1b[K" + self._styled(harmless(text)[: self.columns()], "dim"))
            self._passing = True

    def pass_over(self) -> None:
        """Clears the line that `passing` put there, if it is still there."""
        if self._passing:
            self._passing = False
            self.show("\r\x1b[K")

    @property
    def gathering(self) -> bool:
        """Whether what is written is kept back."""
        return self._gathered is not None

    def gather(self) -> None:
        """Keeps back what is written from now on: an answer whose length is not known yet."""
        self._gathered = []

    def gathered(self) -> str:
        """What was kept back, which is not shown; what is written after is."""
        text, self._gathered = "".join(self._gathered or ()), None
        return text

    def release(self) -> None:
        """Shows what was kept back, and what is written after."""
        self.pass_over()
        self._put(self.gathered())

    def prompted(self) -> None:
        """Notes that a question has left the cursor at the start of a line."""
        self._flow.home()

    def columns(self) -> int:
        """One less than there are: a full line leaves some terminals in doubt where the cursor is."""
        return shutil.get_terminal_size().columns - 1 if self.live else sys.maxsize

    def _send(self, pieces: list[Piece]) -> None:
        self._put("".join(t if s is None else self._styled(t, s) for t, s in pieces))

    def _styled(self, text: str, style: str) -> str:
        code = THEMES[self.theme][style] if self.colour else ""
        return f"\x1b[{code}m{text}\x1b[0m" if code else text

    def _put(self, text: str) -> None:
        if self._gathered is not None:
            self._gathered.append(text)
        else:
            self.show(text)

    def show(self, text: str) -> None:
        """Sends text that is ready to be shown, styles and all."""
        out = self._out or sys.stdout
        out.write(text)
        if not self.at_prompt:
            out.flush()


def screen_for(out: TextIO, environ: Mapping[str, str] = os.environ) -> Screen:
    """A screen for this stream: plain where it is no smart terminal; without colours where `NO_COLOR` is set."""
    terminal = out.isatty()
    smart = terminal and environ.get("TERM", "dumb") != "dumb"
    fixed = None if out is sys.stdout else out  # the prompt puts another in the place of standard output
    return Screen(colour=smart, live=smart, out=fixed, theme=theme_for("auto", environ))
