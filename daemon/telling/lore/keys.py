"""Looking for the keys of lore in what was said. Pure."""

import re
from collections.abc import Iterable

from daemon.telling.lore.patterns import Pattern, compiled, slashed
from protocol.world import LoreRules

SEARCHED = 10_000
"""Characters of a text, its last ones, in which regular expressions are looked for."""

MOST_WORK, MOST_KEYS, MOST_EXPRESSIONS = 100_000_000, 50_000, 1000
"""Steps of regular expressions (as many again of words), keys, and regular expressions among them that one prompt is
worth; what comes after them is not found."""

CHEAPER = 3
"""How much less a word costs than a step of a regular expression, for each character of a text."""

EACH = 100_000
"""Steps that a regular expression counts for besides: it may have to be compiled."""

_SIGNS = frozenset("\\.[]{}()*+?^$|")

MOST_TRIES = 200
"""Places in a text at which a key of several words is tried for standing by itself."""

_TOGETHER = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Characters of scripts that write words together."""

_WORD = re.compile(rf"[^\W{_TOGETHER}]+")


class Text:
    """A text in which keys are looked for."""

    def __init__(self, text: str) -> None:
        self.as_is, self.folded = text, text.casefold()
        self._words: dict[bool, frozenset[str]] = {}

    def part(self, case: bool) -> str:
        """The text as it is compared."""
        return self.as_is if case else self.folded

    def words(self, case: bool) -> frozenset[str]:
        """Its words, as they are compared."""
        if case not in self._words:
            self._words[case] = frozenset(_WORD.findall(self.part(case)))
        return self._words[case]


class Search:
    """Looks for keys, as long as there is work left that may be done."""

    def __init__(self) -> None:
        self._work, self._words, self._keys, self._expressions = MOST_WORK, MOST_WORK, MOST_KEYS, MOST_EXPRESSIONS

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
        pattern = None
        if is_expression(key, rules):
            self._expressions -= 1
            if self._expressions < 0 or self._work < 0:  # not even compiled
                return False
            pattern = pattern_of(key, rules)
        if pattern is None:
            self._words -= len(text.as_is) // CHEAPER
            return self._words >= 0 and _stands(key.strip(), rules, text)
        searched = text.as_is[-SEARCHED:]
        self._work -= EACH + pattern.steps * len(searched)
        return self._work >= 0 and pattern.finds(searched)


def is_expression(key: str, rules: LoreRules) -> bool:
    """Whether a key is to be taken for a regular expression, before it is known whether it can be one."""
    # Some programs say of all keys that they are expressions, plain words among them.
    return slashed(key) is not None or (rules.regex and not _SIGNS.isdisjoint(key))


def pattern_of(key: str, rules: LoreRules) -> Pattern | None:
    """The regular expression that a key is, if it is one; where all keys are said to be, one that cannot be is taken
    for words."""
    if (written := slashed(key)) is not None:
        return compiled(*written)
    if not is_expression(key, rules):
        return None
    pattern = compiled(key, "" if rules.case else "i")
    return pattern if pattern.compiled is not None else None


def _stands(key: str, rules: LoreRules, text: Text) -> bool:
    sought, within = key if rules.case else key.casefold(), text.part(rules.case)
    if not rules.whole_words:
        return sought in within
    if _WORD.fullmatch(sought):
        return sought in text.words(rules.case)
    at = within.find(sought)
    for _ in range(MOST_TRIES):
        if at < 0:
            return False
        end = at + len(sought)
        if _ends(within[at - 1 : at], sought[0]) and _ends(sought[-1], within[end : end + 1]):
            return True
        at = within.find(sought, at + 1)
    return False


def _ends(before: str, after: str) -> bool:
    """Whether a word ends between two characters."""
    return _WORD.fullmatch(before) is None or _WORD.fullmatch(after) is None
