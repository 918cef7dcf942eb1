"""Where text goes out: styles if wanted, always harmless, and a passing line while one waits. Knows no story."""

import os
import shutil
import sys
import textwrap
from collections.abc import Mapping
from typing import TextIO

from client.text.flow import Flow
from protocol.harmless import harmless

STYLES = {
    "": "",
    "dim": "2",
    "action": "2;3",
    "bold": "1",
    "error": "31",
    "you": "1;32",
    "a": "1;36",
    "b": "1;35",
    "title": "1;4",
}
"""What each style is called, and its parameters of the terminal's SGR sequence."""


class Screen:
    """Writes to standard output as it is at that moment (the prompt puts another in its place).

    `colour`: with styles; `live`: a terminal, on which a line can be taken back.
    """

    def __init__(self, colour: bool, live: bool, out: TextIO | None = None) -> None:
        self.colour, self.live, self._out = colour, live, out
        self.at_prompt = False
        self._passing = False
        self._flow = Flow()

    @property
    def amid(self) -> bool:
        """Whether something stands on the line already."""
        return self._flow.column > 0

    def write(self, text: str, style: str = "") -> None:
        """Text from anywhere, in a style; no newline is added."""
        if not text:
            return
        self.pass_over()
        shown = harmless(text).replace("\t", "    ") if self.live else harmless(text)
        pieces = self._flow.put(shown, style, self._columns())
        self._put("".join(t if s is None else self._styled(t, s) for t, s in pieces))

    def line(self, text: str = "", style: str = "") -> None:
        """Text on a line of its own."""
        self.fresh()
        self.write(text, style)
        self.write("\n")

    def hanging(self, text: str, indent: int, style: str = "") -> None:
        """Text on lines of its own, those after the first indented by so much; one line where it is no terminal."""
        wrapped = (
            textwrap.wrap(harmless(text), self._columns(), subsequent_indent=" " * indent) if self.live else [text]
        )
        for line in wrapped:
            self.line(line, style)

    def fresh(self) -> None:
        """Begins a new line, unless one has just begun."""
        self.pass_over()
        if self.amid:
            self.write("\n")

    def passing(self, text: str) -> None:
        """Shows a line that the next one replaces. Does nothing except on a terminal, at the start of a line."""
        if self.live and not self.at_prompt and (self._passing or not self.amid):
            self._put("\r\x1b[K" + self._styled(harmless(text)[: self._columns()], "dim"))
            self._passing = True

    def pass_over(self) -> None:
        """Clears the line that `passing` put there, if it is still there."""
        if self._passing:
            self._passing = False
            self._put("\r\x1b[K")

    def prompted(self) -> None:
        """Notes that the prompt has left the cursor at the start of a line."""
        self._flow.home()

    def _columns(self) -> int:
        """One less than there are: a full line leaves some terminals in doubt where the cursor is."""
        return shutil.get_terminal_size().columns - 1 if self.live else sys.maxsize

    def _styled(self, text: str, style: str) -> str:
        code = STYLES[style] if self.colour else ""
        return f"\x1b[{code}m{text}\x1b[0m" if code else text

    def _put(self, text: str) -> None:
        out = self._out or sys.stdout
        out.write(text)
        if not self.at_prompt:
            out.flush()


def screen_for(out: TextIO, environ: Mapping[str, str] = os.environ) -> Screen:
    """A screen for this stream: plain where it is no terminal, `NO_COLOR` is set, or the terminal is dumb."""
    terminal = out.isatty()
    smart = terminal and environ.get("TERM", "dumb") != "dumb"
    fixed = None if out is sys.stdout else out  # the prompt puts another in the place of standard output
    return Screen(colour=smart and not environ.get("NO_COLOR"), live=smart, out=fixed)
