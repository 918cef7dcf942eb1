"""Cutting a reply where it starts to write for somebody else, while it streams. Pure; no limits of time or size."""

import re
from collections.abc import Sequence
from typing import Literal

_DECORATION = " \t*_>[\"'"
_CLOSING = " \t*_]\"'"
_MOST = 24
"""So many characters of decoration before or after a name; with more it is no label, so little is ever held back."""


class Cutter:
    """Passes on what a speaker writes. Labels such as `Mara:` are looked for at the start of each line only.

    The speaker's own label is taken away; anybody else's ends the reply. What may yet become a label is held back.
    Names are labels whole or by their first word. However the text is cut into pieces, what comes out is the same.
    """

    def __init__(self, own: str, others: Sequence[str]) -> None:
        self._own = labels(own)
        self._others = [x for name in others for x in labels(name) if x not in self._own]
        self._held = self._to_close = ""
        self._at: Literal["start", "label", "words"] = "start"
        self.cut = False

    def feed(self, text: str) -> str:
        """What may be shown now."""
        if self.cut:
            return ""
        if self._at == "words" and not self._held and "\n" not in text:
            return text
        self._held += text
        return self._release(final=False)

    def end(self) -> str:
        """What was held back, now that no more comes."""
        return "" if self.cut else self._release(final=True)

    def _release(self, *, final: bool) -> str:
        out: list[str] = []
        while self._held and not self.cut:
            if self._at == "start":
                verdict = self._label()
                if verdict == "wait" and not final:
                    break
                self.cut = verdict == "cut"
                self._at = "label" if verdict == "own" else "words"
            elif self._at == "label":
                self._after_label()
            else:
                line, newline, self._held = self._held.partition("\n")
                out.append(line + newline)
                self._at = "start" if newline else "words"
        if self.cut:
            self._held = ""
        return "".join(out)

    def _after_label(self) -> None:
        """Takes away what closes the decoration of a label, as in `**Mara:** *nods*`, and blanks; no other mark."""
        while self._held and self._to_close and self._held[0] == self._to_close[0]:
            self._held, self._to_close = self._held[1:], self._to_close[1:]
        if self._held:
            self._to_close = ""
            self._held = self._held.lstrip(" \t")
        self._at = "words" if self._held else "label"

    def _label(self) -> str:
        """Whether the line that begins here is a label: `no`, `own` (then taken away), `cut`, or `wait` for more."""
        line, newline, _ = self._held.partition("\n")
        bare = line.lstrip(_DECORATION)
        if len(line) - len(bare) > _MOST:
            return "no"
        folded = bare.casefold()
        for name in (*self._own, *self._others):
            if folded.startswith(name):
                after = folded[len(name) :]
                rest = after.lstrip(_CLOSING)
                if len(after) - len(rest) > _MOST:
                    continue
                if rest.startswith(":"):
                    if name not in self._own:
                        return "cut"
                    self._held = self._held.split(":", name.count(":") + 1)[-1]
                    closed = sum(c in "*_]" for c in after[: len(after) - len(rest)])
                    opened = [c for c in line[: len(line) - len(bare)] if c in "*_["]
                    self._to_close = "".join(opened[::-1]).replace("[", "]")[closed:]
                    return "own"
                if not rest and not newline:
                    return "wait"
            elif not newline and name.startswith(folded):
                return "wait"
        return "no"


def labels(name: str) -> list[str]:
    """How a name may stand before a colon, folded."""
    words = name.casefold().split()
    return list(dict.fromkeys([name.casefold().strip(), words[0]])) if words else []


def tidy(text: str) -> str:
    """A reply without blank edges and without more than one blank line in a row."""
    return re.sub(r"\n{3,}", "\n\n", text).strip()
