"""Noticing, while a reply streams, that its prose begins to speak or act for somebody else. Pure; knows English only.

`You say, "…"`, `*Sam nods*` and, from the second line on, `"…," Sam says`: the reply ends before it. What merely
addresses or describes others passes: `You say that you were robbed?`, `*Sam looks tired*`.
"""

import re
from collections.abc import Sequence

SAYS = (
    "say", "ask", "reply", "answer", "whisper", "murmur", "mutter", "shout", "call", "add", "respond", "exclaim",
    "tell", "continue", "begin", "interrupt", "agree", "insist", "admit", "repeat",
)  # fmt: skip
ACTS = (
    "nod", "smile", "laugh", "sigh", "shrug", "shake", "take", "pick", "hand", "give", "walk", "step", "turn", "reach",
    "leave", "follow", "sit", "stand", "grab", "put", "pull", "push", "open", "close", "lean", "kiss", "draw", "decide",
    "think", "feel", "hesitate", "pause", "drink", "eat", "run", "enter", "rise", "raise", "grin", "blush", "glance",
)  # fmt: skip

_THEN = frozenset(("then", "just", "only", "finally", "and", "now"))
_QUOTES, _CLOSING = '"“«', '"”»'
_DECORATION = " \t*_>("
_MOST = 24
"""Characters of decoration before a name; with more it is none."""

_AHEAD = 90
"""Characters after a name within which it shows whether somebody speaks."""

_QUOTED = 600
"""The longest quote that is held back until it shows whose it is."""

_AFTER = 40
"""Characters after a quote within which it shows whose it was."""


def _forms(verbs: Sequence[str]) -> frozenset[str]:
    """Each verb as it goes with `you`, and with a name."""
    ended = {re.sub(r"(?<=[^aeo])y$", "ie", v) + ("es" if v.endswith(("sh", "ch", "ss")) else "s") for v in verbs}
    return frozenset(verbs) | ended


_SAYS, _ACTS = _forms(SAYS), _forms(ACTS)
_VERB = "|".join(sorted(_SAYS))
_SPEAKS = re.compile(
    rf"\s+(?:[\w'’-]+,?\s+){{0,6}}?(?:{_VERB})\b[^.!?\n{_QUOTES}*]{{0,30}}[,:]?\s*[{_QUOTES}]", re.IGNORECASE
)


class ForOthers:
    """Passes prose on until it speaks or acts for one of `others`, who are called by these names, in lower case.

    However the text is cut into pieces, the same comes out. `cut` tells that the reply ended.
    """

    def __init__(self, others: Sequence[str]) -> None:
        self._names = sorted(others, key=len, reverse=True)
        known = "|".join(re.escape(n) for n in self._names)
        self._whose = re.compile(rf"\s*,?\s*(?:(?:{known})\s+(?:{_VERB})|(?:{_VERB})\s+(?:{known}))\b", re.IGNORECASE)
        self._held: str | None = ""
        self._line = self._said = self._ended = self._acting = False
        self.cut = False

    def feed(self, text: str) -> str:
        """What may be shown now."""
        if not self._names:
            return text
        out: list[str] = []
        while text and not self.cut:
            text = self._take(text[0], out) + text[1:]
        return "".join(out)

    def end(self) -> str:
        """What was held back, now that no more comes."""
        held, self._held = self._held, None
        return "" if self.cut else held or ""

    def _take(self, c: str, out: list[str]) -> str:
        """Takes a character in; what of that is to be taken anew."""
        held = c if self._held is None else self._held + c
        verdict = "no" if self._held is None else self._verdict(held)
        self._held = held
        if verdict == "wait":
            return ""
        self.cut = verdict == "cut"
        if self.cut:
            return ""
        end = self._quote_end(held)
        out.append(held[:end])
        self._held = None
        self._pass(held[:end])
        return held[end:]

    def _pass(self, text: str) -> None:
        """Notes what is passed on, and whether a sentence may begin after it."""
        self._said = self._said or any(c.isalnum() for c in text)
        for c in text:
            if c == "\n":
                self._acting = False
            elif c == "*":
                self._acting = not self._acting
            if c in ".!?…":
                self._ended = True
            elif c not in _CLOSING + "’')_*" and not c.isspace():
                self._ended = False
        last = text[-1]
        if last in "\n*" or (last.isspace() and self._ended):
            self._held, self._line, self._ended = "", last == "\n", False

    def _verdict(self, held: str) -> str:
        """What comes of a sentence that begins like this: `no`, `wait` for more, or `cut`."""
        bare = held.lstrip(_DECORATION)
        if len(held) - len(bare) > _MOST:
            return "no"
        if not bare:
            return "wait" if "\n" not in held else "no"
        if bare[0] in _QUOTES:
            return self._quoted(bare) if self._line and self._said else "no"
        folded = bare.casefold()
        for name in self._names:
            if name.startswith(folded):
                return "wait"
            if folded.startswith(name) and not folded[len(name)].isalnum():
                return self._named(folded[len(name) :], acting=self._acting or "*" in held)
        return "no"

    def _named(self, rest: str, *, acting: bool) -> str:
        """The same after a name."""
        if _SPEAKS.match(rest):
            return "cut"
        first, more = re.match(r"\s*([\w'’-]*)(.?)", rest, re.DOTALL).groups()  # type: ignore[union-attr]
        if not rest[:1].isspace() or len(rest) > _AHEAD or re.search(rf"[.!?\n*{_QUOTES}]", rest):
            return "cut" if acting and self._said and more and first in _ACTS | _SAYS else "no"
        if not more:
            return "wait"
        if acting and self._said and first in _ACTS:
            return "cut"
        return "wait" if first in _ACTS | _SAYS | _THEN or first.endswith("ly") else "no"

    def _quoted(self, bare: str) -> str:
        """The same where a line begins with a quote."""
        end = next((n for n, c in enumerate(bare) if n and c in _CLOSING), None)
        if end is None:
            return "wait" if len(bare) < _QUOTED and "\n" not in bare else "no"
        after = bare[end + 1 :]
        if self._whose.match(after):
            return "cut"
        return "wait" if len(after) < _AFTER and not re.search(r"[.!?\n*]", after.lstrip("., ")) else "no"

    def _quote_end(self, held: str) -> int:
        """Where the quote ends with which a held line begins; else where all of it does."""
        start = len(held) - len(held.lstrip(_DECORATION))
        if self._line and held[start : start + 1] in tuple(_QUOTES):
            return next((n + 1 for n in range(start + 1, len(held)) if held[n] in _CLOSING), len(held))
        return len(held)
