"""Searching the index: which lines, memories and entries of lore a lens finds by words, along a lineage, and how well.

Weighed by BM25 (Robertson and Zaragoza 2009) whose counts are taken from what the lens sees and from nothing else, so
that a score tells nobody of what they did not witness; FTS5's own counts would. A line also counts for its neighbours,
since an answer seldom repeats the words of its question.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from daemon.store.recall import BRANCH, KEPT, KINDS, MASK, SEQ, kind_of, number, seq_of, who_of
from daemon.story.lineage import END, Stretch
from daemon.story.words import beginning, stem
from protocol.ids import EntityId
from protocol.world import RecalledKind

FREQUENCY, LENGTH_SHARE = 1.2, 0.3
"""BM25's k1 and b; lines are short, so their length says little."""

KIN = 0.6
"""What a word counts that only begins alike."""

RARE = 1000
"""A word found less often than this is also looked for by its beginning."""

NEAR = 200
"""Events within which another line is a neighbour."""

NEIGHBOURS = (0.8, 0.4), (0.5, 0.3)
"""What a line counts for the next line and the one after it, and for the two before."""

BRIEF = 0.3
"""How much a line loses that is shorter than the average one, as an exponent."""

FIRST = 100
"""Finds whose neighbours are looked at."""

COMMON = 500
"""A word found no more often than this is never too common."""

FEW = 16
"""Stretches that are asked for one by one; of more, all is read between the first and the last."""

LENGTHS = (2, 4, 8, 16, 32, 64, 128, 256)
"""Terms, by the length class in a key."""

_KEYS = msgspec.json.Decoder(list[int])
_LAST_SEQ = (1 << KEPT - SEQ) - 1
_PARTS = 12
"""Rows read on each side of a line to find two neighbours, which may have several parts each."""


class Asked(msgspec.Struct, frozen=True):
    """What is looked for: along `path` (oldest first) through `lens`, by words with their weights; at most `most`.

    A word found in more than a share `common` of what the lens sees is left out, unless there is no other. Lines from
    the seq `before` on are as if they had not been said.
    """

    path: Sequence[Stretch]
    lens: int
    kinds: frozenset[RecalledKind]
    words: Mapping[str, float]
    most: int
    common: float = 0.2
    before: int = END


class Hit(msgspec.Struct, frozen=True):
    """A find. `seqs` are those whose own words were found (none where only neighbours' were); `at` is one of it.

    `score` is 1 for one text with every word in it, and may be more where neighbours have them too.
    """

    subject: str
    kind: RecalledKind
    who: EntityId | None
    at: int
    seqs: tuple[int, ...]
    score: float


class _Seen:
    """What a lens sees of the index along a path."""

    def __init__(self, asked: Asked) -> None:
        self.lens = asked.lens << MASK
        self.kinds = sum(1 << KINDS.index(k) for k in asked.kinds)
        said = [Stretch(s.branch, s.after, max(s.after, min(s.upto, asked.before - 1))) for s in asked.path]
        self.lines = [_span(s, kept=False) for s in said] if "line" in asked.kinds else []
        self.spans = self.lines + [_span(s, kept=True) for s in asked.path if asked.kinds - {"line"}]
        self.stretch = {number(s.branch): i for i, s in enumerate(asked.path)}
        few = len(asked.path) <= FEW
        self.wide = [] if few or not self.spans else [(min(self.spans)[0], max(hi for _, hi in self.spans))]
        self.bounds = {number(s.branch): (s.after, s.upto) for s in asked.path}
        self.before = asked.before

    def size(self, c: Any) -> tuple[int, float]:
        """How many texts are seen, and how long they are on average."""
        count, length = 0, 0
        for span in self.spans:
            row = c.execute(
                "SELECT count(*), total(1 << (key & 7)) FROM recalled WHERE key BETWEEN ? AND ? AND key & ? = ?"
                " AND ? >> (key >> 5 & 7) & 1",
                (*span, self.lens, self.lens, self.kinds),
            ).fetchone()
            count, length = count + row[0], length + row[1]
        return count, max(1.0, 2 * length / max(1, count))

    def keys(self, c: Any, term: str, most: int) -> list[int]:
        """The keys of the texts with a term; where there are more than `most`, at least one more than that."""
        found: list[int] = []
        for span in self.wide or self.spans:
            # As one array: so many rows would take twice as long to fetch.
            (keys,) = c.execute(
                "SELECT json_group_array(rowid) FROM (SELECT rowid FROM recalled_terms WHERE recalled_terms MATCH ?"
                " AND rowid BETWEEN ? AND ? AND rowid & ? = ? AND ? >> (rowid >> 5 & 7) & 1 LIMIT ?)",
                (f'"{term}"', *span, self.lens, self.lens, self.kinds, -1 if self.wide else most + 1 - len(found)),
            ).fetchone()
            found += _KEYS.decode(keys)
            if self.wide:
                found = [key for key in found if self._mine(key)]
            if len(found) > most:
                break
        return found

    def around(self, c: Any, key: int, step: int) -> Iterator[tuple[int, str]]:
        """The keys and subjects of lines from this one on (its own first), forwards (1) or backwards (-1)."""
        at = self.stretch[key >> BRANCH]
        order = "ASC" if step > 0 else "DESC"
        seq = seq_of(key)
        while 0 <= at < len(self.lines):
            first, last = self.lines[at]
            base = first >> BRANCH << BRANCH
            near = (
                (base | seq << SEQ, base | min(seq + NEAR, _LAST_SEQ) << SEQ)
                if step > 0
                else (base | max(seq - NEAR, 0) << SEQ, base | seq + 1 << SEQ)
            )
            yield from c.execute(
                "SELECT key, subject FROM recalled WHERE key BETWEEN ? AND ? AND key & ? = ?"  # noqa: S608 - constants
                f" ORDER BY key {order} LIMIT {_PARTS}",
                (max(first, near[0]), min(last, near[1]), self.lens, self.lens),
            )
            at += step

    def _mine(self, key: int) -> bool:
        after, upto = self.bounds.get(key >> BRANCH, (0, 0))
        seq = seq_of(key)
        return after < seq <= upto and (seq < self.before or bool(key >> KEPT & 1))


def _span(s: Stretch, *, kept: bool) -> tuple[int, int]:
    """The keys of a stretch, first and last."""
    base = number(s.branch) << BRANCH | kept << KEPT
    return base | s.after + 1 << SEQ, (base | min(s.upto, _LAST_SEQ) << SEQ) + (1 << SEQ) - 1


def search(c: Any, asked: Asked) -> list[Hit]:
    """What is found, best first; of two that are as good the later one."""
    seen = _Seen(asked)
    count, average = seen.size(c)
    if not count:
        return []
    scores, ideal = _weighed(c, seen, asked, count, average, max(COMMON, int(count * asked.common)))
    if not ideal:
        scores, ideal = _weighed(c, seen, asked, count, average, count)
    first = heapq.nlargest(max(FIRST, asked.most), zip(scores.values(), scores, strict=True))
    return _hits(_gathered(c, seen, {key: score for score, key in first}), ideal, average)[: asked.most]


def _weighed(
    c: Any, seen: _Seen, asked: Asked, count: int, average: float, most: int
) -> tuple[dict[int, float], float]:
    """The scores of texts by key, and what a text of average length with all the words in it would score."""
    scores: dict[int, float] = {}
    ideal = 0.0
    for word, weight in asked.words.items():
        keys = seen.keys(c, stem(word), most)
        if len(keys) > most:
            continue
        ideal += _add(scores, keys, weight, count, average)
        kin = beginning(word)
        if kin is not None and len(keys) < RARE:
            alike = seen.keys(c, kin, most)
            if len(alike) <= most:
                ideal += _add(scores, alike, weight * KIN, count, average)
    return scores, ideal


def _add(scores: dict[int, float], keys: Sequence[int], weight: float, count: int, average: float) -> float:
    """Adds what a term is worth to the texts that have it; what that is for one of average length."""
    worth = weight * math.log(1 + (count - len(keys) + 0.5) / (len(keys) + 0.5))
    by_length = [
        worth * (FREQUENCY + 1) / (1 + FREQUENCY * (1 - LENGTH_SHARE + LENGTH_SHARE * length / average))
        for length in LENGTHS
    ]
    for key in keys:
        scores[key] = scores.get(key, 0.0) + by_length[key & 7]
    return worth


class _Find:
    """A line, memory or entry of lore while its score is put together."""

    def __init__(self) -> None:
        self.key, self.score, self.seqs = 0, 0.0, list[int]()

    def own(self, key: int, score: float) -> None:
        """Takes in a text of its own that was found; the best comes first and stands for the whole."""
        if not self.seqs:
            self.key = key
        self.seqs.append(seq_of(key))
        self.score += score

    def near(self, key: int, score: float) -> None:
        """Takes in what a neighbour that was found counts for it."""
        self.key = self.key or key
        self.score += score


Finds = Mapping[tuple[RecalledKind, str], _Find]
"""By kind and subject."""


def _gathered(c: Any, seen: _Seen, scores: Mapping[int, float]) -> Finds:
    """Texts as what they are parts of; each line counts for its neighbours."""
    finds: defaultdict[tuple[RecalledKind, str], _Find] = defaultdict(_Find)
    for key, score in scores.items():
        (subject,) = c.execute("SELECT subject FROM recalled WHERE key = ?", (key,)).fetchone()
        finds[kind_of(key), subject].own(key, score)
        if kind_of(key) == "line":
            for step, weights in zip((1, -1), NEIGHBOURS, strict=True):
                near = _others(seen.around(c, key, step), subject, len(weights))
                for (other, neighbour), weight in zip(near, weights, strict=False):
                    finds["line", neighbour].near(other, score * weight)
    return finds


def _others(rows: Iterator[tuple[int, str]], own: str, most: int) -> Iterator[tuple[int, str]]:
    """The first row of each of so many other subjects."""
    subjects = [own]
    for key, subject in rows:
        if subject not in subjects:
            subjects.append(subject)
            yield key, subject
            if len(subjects) > most:
                return


def _hits(finds: Finds, ideal: float, average: float) -> list[Hit]:
    hits = [
        Hit(
            subject, kind_of(f.key), who_of(f.key), seq_of(f.key), tuple(sorted(f.seqs)),
            f.score / ideal * min(1.0, LENGTHS[f.key & 7] / average) ** BRIEF,
        )
        for (_, subject), f in finds.items()
    ]  # fmt: skip
    return sorted(hits, key=lambda h: (-h.score, -h.at))
