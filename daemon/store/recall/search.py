"""Searching the index: which lines, memories and entries of lore a lens finds by words, along a path, and how well.

Scores are BM25 (Robertson and Zaragoza 2009) with counts of only what the lens sees, so that a score gives away nothing
that the lens did not witness; FTS5's own counts would. A line also counts for its neighbours, since an answer seldom
repeats the words of its question.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from daemon.store.recall.index import kind_of, seq_of, who_of
from daemon.store.recall.visible import Visible
from daemon.store.sqlite import SqliteConnection
from daemon.story.lenses import Lens
from daemon.story.lineage import END, Stretch
from daemon.story.words import beginning, stem
from protocol.ids import EntityId, Seq
from protocol.world import RecalledKind

FREQUENCY, LENGTH_SHARE = 1.2, 0.3
"""BM25's k1 and b; lines are short, so their length says little."""

KIN = 0.6
"""The weight of a word that only begins alike."""

RARE = 1000
"""A word found less often than this is also looked for by its beginning."""

NEIGHBOURS = (0.8, 0.4), (0.5, 0.3)
"""The share of its score that a line adds to the next line and the one after it, and to the two before."""

BRIEF = 0.3
"""The exponent of the factor that lowers the score of a text shorter than average."""

FIRST = 100
"""At least so many of the best texts are taken, and the neighbours of their lines looked at."""

COMMON = 500
"""A word found no more often than this is never too common."""

LENGTHS = (2, 4, 8, 16, 32, 64, 128, 256)
"""The number of terms for each length class in a key."""


class Asked(msgspec.Struct, frozen=True):
    """What is looked for: along `path` (oldest first) through `lens`, by words with their weights; at most `most`.

    A word found in more than a share `common` of what the lens sees is left out, unless there is no other. Lines from
    the seq `before` on are left out.
    """

    path: Sequence[Stretch]
    lens: Lens
    kinds: frozenset[RecalledKind]
    words: Mapping[str, float]
    most: int
    common: float = 0.2
    before: Seq = END


class Hit(msgspec.Struct, frozen=True):
    """A find. `seqs` are those whose own words were found (none where only neighbours' were); `at` is one of it.

    `score` is 1 for a text of average length with every word that is found at all; neighbours may raise it above 1.
    """

    subject: str
    kind: RecalledKind
    who: EntityId | None
    at: Seq
    seqs: tuple[Seq, ...]
    score: float


def search(c: SqliteConnection, asked: Asked) -> list[Hit]:
    """The hits of a search, best first and at most `asked.most`; of two with the same score the later one first."""
    seen = Visible(asked.path, asked.lens, asked.kinds, asked.before)
    count, average = seen.size(c)
    if not count:
        return []
    scores, ideal = _weighed(c, seen, asked, count, average, max(COMMON, int(count * asked.common)))
    if not ideal:
        scores, ideal = _weighed(c, seen, asked, count, average, count)
    first = heapq.nlargest(max(FIRST, asked.most), zip(scores.values(), scores, strict=True))
    return _hits(_gathered(c, seen, {key: score for score, key in first}), ideal, average)[: asked.most]


def _weighed(
    c: SqliteConnection, seen: Visible, asked: Asked, count: int, average: float, most: int
) -> tuple[dict[int, float], float]:
    """The scores of texts by key, and the score of a text of average length with all the words that are found."""
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
    """Adds the worth of a term to the scores of the texts that have it; returns the worth for average length."""
    if not keys:
        return 0.0
    worth = weight * math.log(1 + (count - len(keys) + 0.5) / (len(keys) + 0.5))
    by_length = [
        worth * (FREQUENCY + 1) / (1 + FREQUENCY * (1 - LENGTH_SHARE + LENGTH_SHARE * length / average))
        for length in LENGTHS
    ]
    for key in keys:
        scores[key] = scores.get(key, 0.0) + by_length[key & 7]
    return worth


class _Find:
    """A line, memory or entry of lore while its score is added up."""

    def __init__(self) -> None:
        self.key, self.score, self.seqs = 0, 0.0, list[Seq]()

    def own(self, key: int, score: float) -> None:
        """Adds the score of one of its own texts. The best text must come first: its key stands for the whole find."""
        if not self.seqs:
            self.key = key
        self.seqs.append(seq_of(key))
        self.score += score

    def near(self, key: int, score: float) -> None:
        """Adds the share of a neighbour's score."""
        self.key = self.key or key
        self.score += score


Finds = Mapping[tuple[RecalledKind, str], _Find]
"""Finds by kind and subject."""


def _gathered(c: SqliteConnection, seen: Visible, scores: Mapping[int, float]) -> Finds:
    """Groups texts into lines, memories and lore; each line also adds to its neighbours."""
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
    """The first row of each of at most `most` subjects other than `own`."""
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
