"""The words of a text, as memory compares them: folded, cut into terms, without the little words. Pure.

A term is a stem (English endings come off; other languages keep theirs) or a beginning (`~` and five letters), by which
kin of any language meet. Scripts without spaces are taken in pairs of characters.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from snowballstemmer.english_stemmer import EnglishStemmer

BEGINNING = 5
"""Letters by which words of one family are told."""

LONGEST = 40
"""Letters of the longest word that is stemmed: no English one is longer."""

_WORD = re.compile(r"[^\W_]+")
_CLITIC = re.compile(r"['’](s|t|d|m|ll|re|ve)\b")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]+"
)
"""Thai, Lao, Burmese, Khmer, Kana, Han, Hangul: words are not set apart there, or carry much with them."""

_ACCENTS = dict.fromkeys(range(768, 880))

TEXTS = 1024
"""Texts whose words are kept in mind: each prompt asks for those of much the same lines, many times over."""

LITTLE = frozenset(
    _WORD.findall(
        "a about after all also am an and any are as at be because been before being but by can could did do does "
        "doing done for from had has have having he her here hers him his how i if in into is it its just may me might "
        "mine must my no nor not of on or our ours shall she should so some than that the their theirs them then there "
        "these they this those to too us very was we were what when where which who whom whose why will with would you "
        "your yours"
    )
)
"""English words that tell nothing of what a text is about; those that ask are among them."""


def words(text: str) -> list[str]:
    """The words of a text in order, folded; of unspaced scripts each character and each pair of them."""
    return [*_words(text)]


def terms(text: str) -> list[str]:
    """What a text is found by: of each word its stem and, where it is long enough, its beginning."""
    return list(dict.fromkeys(term for word in words(text) for term in (stem(word), beginning(word)) if term))


def telling(text: str) -> list[str]:
    """The words of a query that tell what it is about, each once; all of them where none does."""
    return [*_telling(text)]


@lru_cache(TEXTS)
def _words(text: str) -> tuple[str, ...]:
    return tuple(piece for run in _runs(text) for piece in _pieces(run))


@lru_cache(TEXTS)
def _telling(text: str) -> tuple[str, ...]:
    found = dict.fromkeys(piece for run in _runs(text) for piece in _asked(run))
    return tuple(w for w in found if w not in LITTLE) or tuple(found)


def topics(text: str) -> list[str]:
    """The stems of the words that tell what a text is about."""
    return list(dict.fromkeys(stem(word) for word in telling(text)))


def stem(word: str) -> str:
    """A word without its English endings (Porter's second algorithm). Two forms of a word should come to the same; it
    need be no word."""
    return _without_endings(word) if len(word) <= LONGEST else word


@lru_cache(1 << 15)
def _without_endings(word: str) -> str:
    # A stemmer of its own for each word: it keeps the word in itself, and the store's threads take stems as well.
    found: str = EnglishStemmer().stemWord(word)
    # `happily` becomes `happili`, apart from `happi` of `happy`.
    return found[:-2] if len(found) > 4 and found.endswith("ili") else found


def beginning(word: str) -> str | None:
    """The term of a word's beginning; None for one that is too short to have kin."""
    return "~" + word[:BEGINNING] if len(word) >= BEGINNING else None


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """How much of the shorter of two lists of topics is in the other, from 0 to 1."""
    if not one or not other:
        return 0.0
    a, b = set(one), set(other)
    return len(a & b) / min(len(a), len(b))


def _runs(text: str) -> Iterator[str]:
    """Runs of letters and digits."""
    return iter(_WORD.findall(_CLITIC.sub(" ", _folded(text))))


def _folded(text: str) -> str:
    """A text without the differences of case, of accents, and of how a letter is put together."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold()).translate(_ACCENTS)
    return unicodedata.normalize("NFKC", folded)


def _pieces(run: str) -> Iterable[str]:
    return (run,) if run.isascii() else _cut(run)


def _cut(run: str) -> Iterator[str]:
    at = 0
    for m in _UNSPACED.finditer(run):
        if m.start() > at:
            yield run[at : m.start()]
        unspaced = m.group()
        yield from unspaced
        yield from _pairs(unspaced)
        at = m.end()
    if at < len(run):
        yield run[at:]


def _asked(run: str) -> Iterable[str]:
    """The pieces that are looked for: single characters say little where there are pairs."""
    if run.isascii():
        return (run,)
    pairs = any(len(m.group()) > 1 for m in _UNSPACED.finditer(run))
    return (p for p in _pieces(run) if not (pairs and len(p) == 1 and _UNSPACED.match(p)))


def _pairs(text: str) -> Iterator[str]:
    return (text[i : i + 2] for i in range(len(text) - 1))
