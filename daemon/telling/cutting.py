"""Cutting a reply where it starts to write for somebody else, while it streams. Pure; no limits of time or size."""

import re
from collections.abc import Sequence

_DECORATION = " \t*_>[\"'"
_CLOSING = " \t*_]\"'"


class Cutter:
    """Passes on what a speaker writes. Labels such as `Mara:` are looked for at the start of each line only.

    The speaker's own label is taken away; anybody else's ends the reply. What may yet become a label is held back.
    """

    def __init__(self, own: str, others: Sequence[str]) -> None:
        self._own = own.lower()
        self._others = [o.lower() for o in others if o and o.lower() != own.lower()]
        self._held = ""
        self._at_start = True
        self.cut = False

    def feed(self, text: str) -> str:
        """What may be shown now."""
        if self.cut:
            return ""
        if not self._at_start and not self._held and "\n" not in text:
            return text
        self._held += text
        return self._release(final=False)

    def end(self) -> str:
        """What was held back, now that no more comes."""
        return "" if self.cut else self._release(final=True)

    def _release(self, *, final: bool) -> str:
        out: list[str] = []
        while self._held and not self.cut:
            if self._at_start:
                verdict = self._label()
                if verdict == "wait" and not final:
                    break
                if verdict == "cut":
                    self.cut, self._held = True, ""
                    break
            line, newline, rest = self._held.partition("\n")
            out.append(line + newline)
            self._at_start, self._held = bool(newline), rest
        return "".join(out)

    def _label(self) -> str:
        """Whether the line that begins here is a label: `no`, `wait` for more, or `cut`. Takes away an own one."""
        line = self._held.partition("\n")[0]
        whole = "\n" in self._held
        bare = line.lstrip(_DECORATION).lower()
        for name in (self._own, *self._others):
            if not name:
                continue
            if bare.startswith(name):
                after = bare[len(name) :].lstrip(_CLOSING)
                if after.startswith(":"):
                    if name != self._own:
                        return "cut"
                    self._held = self._held[self._held.index(":") + 1 :].lstrip(_CLOSING[:-2])
                    return "no"
                if not after and not whole:
                    return "wait"
            elif not whole and name.startswith(bare):
                return "wait"
        return "no"


def tidy(text: str) -> str:
    """A reply without blank edges and without more than one blank line in a row."""
    return re.sub(r"\n{3,}", "\n\n", text).strip()
