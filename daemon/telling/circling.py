"""Noticing, while a reply streams, that it goes round in circles, and where it began to. Pure."""

import re
from collections import Counter

from daemon.telling.decay import LEAST_WORDS, sentences, words_of

TIMES = 4
"""So often the same stands in a row, or the same sentence in a reply: then it goes in circles."""

LEAST, LONGEST = 64, 160
"""Characters that a row of the same has at the least, and those of what is said again and again at the most."""

TAIL = 4000
"""Characters that are looked back upon."""

STEP = 64
"""Characters after which is looked again."""

_CLOSING = '.!?…*`"”»'
_GLUED = re.compile(r"[A-Za-z_'’-]{80,}")


class Circling:
    """Follows a reply; `cut` once it goes in circles. What was shown by then has some of them: see `uncircled`.

    It looks at every sentence once and at the end of the text now and then, so that it costs little for each token.
    """

    def __init__(self) -> None:
        self._end = self._begun = ""
        self._said = Counter[tuple[str, ...]]()
        self._looked = 0
        self.cut = False

    def feed(self, text: str) -> None:
        """Takes in what is shown next."""
        self._end = (self._end + text)[-TIMES * LONGEST :]
        self._begun += text
        self._looked += len(text)
        if self._looked >= STEP and not self.cut:
            self._looked = 0
            self.cut = _row(self._end) is not None or _GLUED.search(self._end) is not None or self._again()

    def _again(self) -> bool:
        """Whether one of the sentences that ended since was said before so often."""
        ended = [x for x in sentences(self._begun) if x]
        self._begun = ended.pop() if ended else ""
        return any(_counted(self._said, x) for x in ended)


def uncircled(text: str) -> str:
    """A reply up to where it begins to go in circles, the first round with it; most replies are as they were."""
    tail = text[-TAIL:]
    begins = _begins(tail)
    return text if begins is None else text[: len(text) - len(tail) + begins]


def _begins(text: str) -> int | None:
    """Where the second round begins, if the end of a text goes in circles; or a word that does not end."""
    found = [x for x in (_row(text), _said_again(text), _glued(text)) if x is not None]
    return min(found, default=None)


def _row(text: str) -> int | None:
    for period in range(1, min(LONGEST, len(text) // TIMES) + 1):
        length = max(LEAST, TIMES * period)
        if length <= len(text) and text[-length:-period] == text[period - length :]:
            first = len(text) - length
            while first > 0 and text[first - 1] == text[first - 1 + period]:
                first -= 1
            end = first + period
            while end < len(text) and text[end] in _CLOSING:
                end += 1
            return end
    return None


def _said_again(text: str) -> int | None:
    said, at = Counter[tuple[str, ...]](), 0
    for sentence in sentences(text):
        if _counted(said, sentence):
            return at
        at += len(sentence)
    return None


def _counted(said: Counter[tuple[str, ...]], sentence: str) -> bool:
    """Counts a sentence; whether it was said so often that it goes in circles."""
    words = tuple(words_of(sentence))
    said[words] += 1
    return len(words) >= LEAST_WORDS and said[words] == TIMES


def _glued(text: str) -> int | None:
    found = _GLUED.search(text)
    return found.start() if found else None
