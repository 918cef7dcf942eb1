"""Regular expressions of lore: read as JavaScript writes them, searched by RE2, whose work is bounded by the text.

What RE2 cannot do (looking ahead and behind, naming an earlier group again) and what is too large is refused with a
reason; nothing here depends on a clock, so that a prompt can be built again to the same bytes.
"""

import re
from functools import lru_cache
from typing import Any

import msgspec

LONGEST = 500
"""Characters of an expression."""

LARGEST = 600
"""Steps of an expression as RE2 has compiled it: what a search costs is at most these times the length of the text."""

MEMORY = 1 << 18
"""Bytes that RE2 may have for one expression."""

_SLASHED = re.compile(r"/((?:[^/\\]|\\.)+)/([dgimsuvy]{0,8})", re.DOTALL)
_CODE = re.compile(r"\\u\{?([0-9A-Fa-f]{4,6})\}?")


class Pattern(msgspec.Struct, frozen=True):
    """A regular expression; without one in `compiled`, `why` says what is wrong with it."""

    compiled: Any = None
    why: str = ""

    @property
    def steps(self) -> int:
        """What a search costs for each character of a text, at most."""
        return int(self.compiled.programsize) if self.compiled is not None else 0

    def finds(self, text: str) -> bool:
        """Whether it is found in a text."""
        return self.compiled is not None and self.compiled.search(text) is not None


def slashed(key: str) -> tuple[str, str] | None:
    """(The expression, its flags) of a key that is written `/…/flags`; None for one that is not."""
    found = _SLASHED.fullmatch(key)
    return (found[1], found[2]) if found is not None else None


@lru_cache(maxsize=4096)
def compiled(expression: str, flags: str) -> Pattern:
    """The expression with the flags `i`, `m` and `s`; the others of JavaScript change nothing here."""
    try:
        import re2  # loaded only where a key is an expression
    except ImportError:
        return Pattern(why="can't be searched without the package google-re2")
    if len(expression) > LONGEST:
        return Pattern(why=f"is longer than {LONGEST} characters")
    options = re2.Options()
    options.max_mem, options.log_errors, options.never_capture = MEMORY, False, True
    options.case_sensitive = "i" not in flags
    options.dot_nl = "s" in flags
    text = _CODE.sub(lambda code: f"\\x{{{code[1]}}}", expression)
    try:
        found = re2.compile(f"(?m){text}" if "m" in flags else text, options)
    except re2.error as wrong:
        return Pattern(why=_said(wrong))
    except UnicodeError:
        return Pattern(why="holds half a character")
    return Pattern(found) if found.programsize <= LARGEST else Pattern(why="asks for too much work")


def _said(wrong: Exception) -> str:
    """What is wrong, for people."""
    told = wrong.args[0] if wrong.args else ""
    text = told.decode(errors="replace") if isinstance(told, bytes) else str(told)
    if "invalid perl operator: (?" in text:
        return "looks ahead or behind, which can't be searched safely"
    if re.search(r"invalid escape sequence: \\[1-9k]", text):
        return "names an earlier group again, which can't be searched safely"
    if "too large" in text or "repetition size" in text:
        return "asks for too much work"
    return f"isn't a valid expression ({text[:100]})"
