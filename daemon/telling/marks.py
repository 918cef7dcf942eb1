"""The marks in one paragraph: thoughts, stretches between asterisks, quotes, and whispers told in brackets. Pure.

Whichever begins first holds what is in it: a quote with *emphasis* in it is spoken, a sign "Closed" in an action is
none. Thoughts go before all, since they are private. What a mark comes to is said by markup.py.
"""

import re
from collections import deque
from collections.abc import Iterator
from typing import Literal, NamedTuple

from daemon.telling import messages, whispers

Sort = Literal["plain", "stars", "quote", "thought", "aside"]

_THOUGHT = re.compile(r"`([^`]+)(?:`|$)")
_QUOTE = re.compile(r'(?<!\w)"[^"]+(?:"|$)|“[^“”]+(?:”|$)|«[^«»]+(?:»|$)|„[^„“”]+(?:[“”]|$)|「[^「」]+(?:」|$)')
_STARS = re.compile(r"\*+")
_SPACED = re.compile(r"\s*(\*[ \t]+[^*\s][^*]*[ \t]\*)(?!\*)")


class Mark(NamedTuple):
    """A stretch of a paragraph of one sort, and what stands in it without its marks."""

    sort: Sort
    start: int
    end: int
    text: str


def marks(paragraph: str) -> list[Mark]:
    """The whole paragraph, in order, in such stretches."""
    thoughts = deque(Mark("thought", t.start(), t.end(), t[1].strip()) for t in _THOUGHT.finditer(paragraph))
    masked = _THOUGHT.sub(lambda t: "\0" * len(t[0]), paragraph) if thoughts else paragraph
    found: list[Mark] = []
    at = 0
    for mark in _outermost(masked):
        found += _cut(paragraph, Mark("plain", at, mark.start, ""), thoughts)
        found += _cut(paragraph, mark, thoughts)
        at = mark.end
    return found + _cut(paragraph, Mark("plain", at, len(paragraph), ""), thoughts)


def _outermost(masked: str) -> Iterator[Mark]:
    """Asides, quotes and pairs of asterisks that are not in one another, in order."""
    found = [Mark("aside", a.start(), a.end(), a[0]) for a in whispers.asides(masked)]
    found += [Mark("aside", a.start(), a.end(), a[0]) for a in messages.asides(masked)]
    found += [Mark("quote", q.start(), q.end(), q[0]) for q in _QUOTE.finditer(masked)]
    found += [Mark("stars", start, end, "") for start, end in _pairs(masked) if _worded(masked[start:end])]
    at = 0
    for mark in sorted(found, key=lambda m: (m.start, -m.end)):
        if mark.start >= at:
            yield mark
            at = mark.end


def _pairs(text: str) -> Iterator[tuple[int, int]]:
    """Where single asterisks stand close around words, each with the one that closes it."""
    if (spaced := _SPACED.match(text)) and any(c.isalpha() for c in spaced[1]):
        yield spaced.span(1)
    opened: list[int] = []
    for star in _STARS.finditer(text):
        if len(star[0]) != 1:
            continue
        at = star.start()
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if opened and before.strip() and not after.isdigit():
            yield opened.pop(), at + 1
        elif after.strip() and not _ascii_word(before):
            opened.append(at)


def _worded(text: str) -> bool:
    return any(c.isalnum() or c == "\0" for c in text)


def _ascii_word(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _cut(paragraph: str, mark: Mark, thoughts: deque[Mark]) -> list[Mark]:
    """A stretch without the thoughts that lie in it, and these by themselves; they are the first of `thoughts`."""
    inner = slice(mark.start + 1, mark.end - 1) if mark.sort == "stars" else slice(mark.start, mark.end)
    found: list[Mark] = []
    at = mark.start
    while thoughts and thoughts[0].start < mark.end:
        thought = thoughts.popleft()
        found += [_piece(paragraph, mark.sort, at, thought.start, inner), thought]
        at = thought.end
    found.append(_piece(paragraph, mark.sort, at, mark.end, inner))
    return [m for m in found if m.end > m.start]


def _piece(paragraph: str, sort: Sort, start: int, end: int, inner: slice) -> Mark:
    return Mark(sort, start, end, paragraph[max(start, inner.start) : min(end, inner.stop)].strip())
