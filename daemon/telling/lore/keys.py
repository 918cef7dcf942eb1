"""Looking for the keys of lore in what was said. Pure."""

from collections.abc import Iterable

from daemon.telling.lore.patterns import Pattern, compiled, slashed
from protocol.world import LoreRules

SEARCHED = 10_000
"""Characters of a text, its last ones, in which regular expressions are looked for."""

MOST_WORK, MOST_KEYS = 100_000_000, 50_000
"""Steps of regular expressions, and keys, that one prompt is worth; what comes after them is not found."""

EACH = 100_000
"""Steps that a regular expression counts for besides: it may have to be compiled."""

_SIGNS = frozenset("\\.[]{}()*+?^$|")

_TOGETHER = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0xA4CF), (0xAC00, 0xD7FF), (0xF900, 0xFAFF),
             (0xFF66, 0xFF9F), (0x20000, 0x3FFFF))  # fmt: skip
"""Characters of scripts that write words together."""


class Text:
    """A text in which keys are looked for."""

    def __init__(self, text: str) -> None:
        self.as_is, self.folded = text, text.casefold()

    def part(self, case: bool) -> str:
        """The text as it is compared."""
        return self.as_is if case else self.folded


class Search:
    """Looks for keys, as long as there is work left that may be done."""

    def __init__(self) -> None:
        self._work, self._keys = MOST_WORK, MOST_KEYS

    def first(self, keys: Iterable[str], rules: LoreRules, text: Text) -> str | None:
        """The first of these keys that is in a text."""
        return next((key for key in keys if self.has(key, rules, text)), None)

    def every(self, keys: Iterable[str], rules: LoreRules, text: Text) -> bool:
        """Whether all of these keys are in a text."""
        return all(self.has(key, rules, text) for key in keys)

    def has(self, key: str, rules: LoreRules, text: Text) -> bool:
        """Whether a key is in a text. One that is blank never is."""
        self._keys -= 1
        if self._keys < 0 or not key.strip():
            return False
        pattern = pattern_of(key, rules)
        if pattern is None:
            return _stands(key.strip(), rules, text)
        searched = text.as_is[-SEARCHED:]
        self._work -= EACH + pattern.steps * len(searched)
        return self._work >= 0 and pattern.finds(searched)


def pattern_of(key: str, rules: LoreRules) -> Pattern | None:
    """The regular expression that a key is, if it is one; where all keys are said to be, one that cannot be is taken
    for words."""
    if (written := slashed(key)) is not None:
        return compiled(*written)
    if not rules.regex:
        return None
    if not _SIGNS.intersection(key):  # some programs say so of all keys, plain words among them
        return None
    pattern = compiled(key, "" if rules.case else "i")
    return pattern if pattern.compiled is not None else None


def _stands(key: str, rules: LoreRules, text: Text) -> bool:
    sought, within = key if rules.case else key.casefold(), text.part(rules.case)
    if not rules.whole_words:
        return sought in within
    at = within.find(sought)
    while at >= 0:
        end = at + len(sought)
        if _parts(within[at - 1 : at], sought[0]) and _parts(sought[-1], within[end : end + 1]):
            return True
        at = within.find(sought, at + 1)
    return False


def _parts(before: str, after: str) -> bool:
    """Whether a word ends between two characters."""
    return not (_is_letter(before) and _is_letter(after))


def _is_letter(c: str) -> bool:
    return bool(c) and (c.isalnum() or c == "_") and not any(low <= ord(c) <= high for low, high in _TOGETHER)
