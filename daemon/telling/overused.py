"""Lists of words, phrases and turns that are overused, as people publish them: read from a file, found in prose. Pure.

A plain text has an entry a line; what follows a `#` at a line's start is a remark. JSON is a list of entries, each a
text or a list whose first item is one (what counts it is not looked at), or an object with any of the lists `words`,
`phrases`, `patterns`. In an entry `...` stands for up to six words of the same sentence, and `a|b` for either word:

    a testament to
    shivers|shiver down ... spine
    isn't|wasn't|not just ... but

Nothing else has a meaning of its own, so that an entry costs no more than the text is long. What is written as a
regular expression is left out and counted.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

MOST, LONGEST = 20_000, 12
"""Entries of a list, and words of an entry; what goes beyond is left out."""

GAP = 6
"""Words that `...` may stand for."""

_WORD = re.compile(r"[\w']+")
_EXPRESSION = re.compile(r"[\\()\[\]{}^$+?*]")
_KEYS = ("words", "phrases", "patterns")

Piece = frozenset[str] | None
"""The words that may stand in a place; None for a gap."""


class Overused(msgspec.Struct, frozen=True):
    """A list of what is overused: entries by each word with which one may begin. `left_out` are those of the file that
    could not be used."""

    entries: dict[str, list[tuple[Piece, ...]]] = {}
    count: int = 0
    left_out: int = 0


NOTHING = Overused()


def parse(text: str) -> Overused:
    """The list in a text, plain or JSON. Raises ValueError for JSON of another shape."""
    bare = text.lstrip("\ufeff \n\r\t")
    given = (
        list(_of_json(bare)) if bare.startswith(("[", "{")) else [x for x in bare.split("\n") if not x.startswith("#")]
    )
    entries: dict[str, list[tuple[Piece, ...]]] = {}
    used, left_out = set[tuple[Piece, ...]](), 0
    for entry in (x.strip() for x in given):
        pieces = _pieces(entry)
        if not entry or pieces in used:
            continue
        if pieces is None or len(used) == MOST:
            left_out += 1
            continue
        used.add(pieces)
        for word in pieces[0] or ():
            entries.setdefault(word, []).append(pieces)
    return Overused(entries, len(used), left_out)


def found(overused: Overused, text: str) -> int:
    """How many different entries a text has."""
    if not overused.entries:
        return 0
    seen = set[tuple[Piece, ...]]()
    for sentence in re.split(r"[.!?…\n]+", text.lower().replace("’", "'")):
        words = _WORD.findall(sentence)
        for at, word in enumerate(words):
            seen.update(e for e in overused.entries.get(word, ()) if e not in seen and _stands(e, words, at))
    return len(seen)


def _stands(entry: Sequence[Piece], words: Sequence[str], at: int) -> bool:
    """Whether an entry stands in these words from one of them on. Keeps the places that it may have come to, so that it
    looks at no word twice for a piece."""
    places, gap = {at}, False
    for piece in entry:
        if piece is None:
            gap = True
            continue
        reach = {x for p in places for x in range(p, min(p + (GAP if gap else 0) + 1, len(words)))}
        places, gap = {x + 1 for x in reach if words[x] in piece}, False
        if not places:
            return False
    return True


def _pieces(entry: str) -> tuple[Piece, ...] | None:
    """An entry word by word; None for one that cannot be used."""
    if _EXPRESSION.search(entry):
        return None
    pieces: list[Piece] = []
    for piece in entry.lower().replace("’", "'").replace("…", "...").replace("...", " ... ").split():
        if piece == "...":
            if pieces and pieces[-1] is not None:
                pieces.append(None)
        elif "|" in piece:
            pieces.append(frozenset(w for part in piece.split("|") for w in _WORD.findall(part)[:1]))
        else:
            pieces += [frozenset((w,)) for w in _WORD.findall(piece)]
    while pieces and pieces[-1] is None:
        pieces.pop()
    return tuple(pieces) if 0 < len(pieces) <= LONGEST else None


def _of_json(text: str) -> Iterable[str]:
    given = json.loads(text)
    lists = [given.get(k, []) for k in _KEYS] if isinstance(given, dict) else [given]
    if isinstance(given, dict) and not given.keys() & set(_KEYS):
        lists = [list(given)]
    for entries in lists:
        if not isinstance(entries, list):
            raise ValueError("a list of entries is expected")
        yield from (_entry(x) for x in entries)


def _entry(given: Any) -> str:
    first = given[0] if isinstance(given, list) and given else given
    if not isinstance(first, str):
        raise ValueError("an entry is a text, or a list that begins with one")
    return first
