"""Passing on a small model's line a whole sentence at a time, for as long as it says something of its own. Pure.

Such a model breaks off, recites its script, says again what was said, and takes itself for another.
"""

import re
from collections.abc import Sequence

from daemon.telling.decay import OPENING, sentences, words_of

MOST = 3
"""Sentences of a reply; and those that are left out before it ends."""

ENOUGH = 12
"""Words of a reply, which ends with the sentence that reaches them. What a small model sees of itself it goes on with:
after a dozen replies of five words it would write no other."""

_LEAST = 3
_COPIED = 0.6
"""A sentence of so many words or more of whose triples this share stood before is nothing of its own."""

_CLOSED = re.compile(r"[.!?…][\"”»*`')]*\s")
_NOTE = re.compile(r"[(\[]")
"""A note in brackets, such as a script has them, is nothing that anybody says or does."""

_TRAILS = re.compile(r"(?:\.\.|…)[\"”»*`')]*\s*$")
_I_AM = r"\b(?:i\s+am|i['’]m|my\s+name\s+is|name['’]s|this\s+is)\s+(?:called\s+)?"


class Whole:
    """Passes on whole sentences of a reply to a script, until it has said `ENOUGH`, and `MOST` of them at the most. It
    leaves out those that recite `script`, open the reply as a line of it opens, repeat others, trail off, are notes in
    brackets, or say that the speaker is one of `others` (names). `cut` tells that the reply ends.

    However the text is cut into pieces, what comes out is the same.
    """

    def __init__(self, script: str, others: Sequence[str]) -> None:
        self._stood = {g for line in script.splitlines() for x in sentences(line) for g in _triples(x)}
        self._said = set[tuple[str, ...]]()
        self._opened = {tuple(words_of(line.partition(": ")[2])[:OPENING]) for line in script.splitlines()}
        named = "|".join(re.escape(n) for n in others if n)
        self._claims = re.compile(rf"{_I_AM}(?:{named})\b", re.IGNORECASE) if named else None
        self._held = ""
        self._passed = self._left_out = self._words = 0
        self.cut = False

    def feed(self, text: str) -> str:
        """What may be shown now."""
        self._held += text
        out = ""
        while not self.cut and (end := self._whole_until()):
            out += self._pass(end)
        return out

    def end(self, *, whole: bool) -> str:
        """What was held back, now that no more comes: nothing of it unless the reply ended by itself (`whole`), or it
        ends a sentence all the same."""
        held, self._held = self._held, ""
        ended = _CLOSED.search(f"{held[-8:]} ") is not None and not _open(held)
        if self.cut or not held.strip() or not (ended or (whole and not _open(held))):
            return ""
        self._held = held
        return self._pass(len(held))

    def _whole_until(self) -> int:
        """Where the first sentence ends that is whole; 0 where none is yet. Marks and quotes are closed in it."""
        for found in _CLOSED.finditer(self._held):
            if not _open(self._held[: found.end()]):
                return found.end()
        return 0

    def _pass(self, end: int) -> str:
        sentence, self._held = self._held[:end], self._held[end:]
        worn = self._is_worn(sentence)
        self._passed, self._left_out = self._passed + (not worn), self._left_out + worn
        self._words += 0 if worn else len(words_of(sentence))
        self.cut = MOST in (self._passed, self._left_out) or self._words >= ENOUGH
        return "" if worn else sentence

    def _is_worn(self, text: str) -> bool:
        if _TRAILS.search(text) or _NOTE.search(text) or (self._claims is not None and self._claims.search(text)):
            return True
        words, triples = tuple(words_of(text)), _triples(text)
        known = sum(g in self._stood for g in triples)
        self._stood.update(triples)
        again = words in self._said
        self._said.add(words)
        opens_again = not self._passed and len(words) >= OPENING and words[:OPENING] in self._opened
        return not words or again or opens_again or (len(words) >= _LEAST and known > _COPIED * len(triples))


def _triples(text: str) -> list[tuple[str, ...]]:
    words = words_of(text)
    return [tuple(words[i : i + 3]) for i in range(len(words) - 2)]


def _open(text: str) -> bool:
    """Whether a mark or a quote has no fellow in a text."""
    uneven = any(text.count(c) % 2 for c in '*`"')
    return uneven or text.count("“") > text.count("”") or text.count("(") > text.count(")")
