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

from daemon.store.recall.meaning import Meaning, near, of_lines, of_others
from daemon.store.recall.texts import kind_of, seq_of, who_of
from daemon.store.recall.vectors import Vector, likest
from daemon.store.recall.visible import Sizes, Visible
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
    the seq `before` on are left out. `story` is the path's, and needed where a vector is asked for.
    """

    path: Sequence[Stretch]
    lens: Lens
    kinds: frozenset[RecalledKind]
    words: Mapping[str, float]
    most: int
    common: float = 0.2
    before: Seq = END
    story: str = ""


class Sieved(msgspec.Struct, frozen=True):
    """A vector that is asked for, and the keys of the texts that may be closest to it, many more than are wanted."""

    vector: Vector
    keys: list[int]


class Hit(msgspec.Struct, frozen=True):
    """A find. `seqs` are those whose own words were found (none where only neighbours' were); `at` is one of it.

    `score` is 1 for a text of average length with every word that is found at all; neighbours may raise it above 1.
    `meaning` is how close it is to a vector, where one was asked for.
    """

    subject: str
    kind: RecalledKind
    who: EntityId | None
    at: Seq
    seqs: tuple[Seq, ...]
    score: float
    meaning: Meaning | None = None


class Search:
    """A search: by words, and then, where words do not decide, by a vector too. Its methods run in the thread of the
    connection that each is given. `sizes` are those of the index, where it holds all texts of the path."""

    def __init__(self, asked: Asked, sizes: Sizes | None = None) -> None:
        self.asked, self._sizes = asked, sizes
        self._seen = Visible(asked.path, asked.lens, asked.kinds, asked.before)
        self._finds: dict[Name, _Find] = {}
        self._ideal = self._average = 1.0

    def by_words(self, c: SqliteConnection, *, by_common: bool = True) -> list[Hit]:
        """The hits, best first and at most `asked.most`; of two with the same score the later one first. Where all
        words are common, there are hits only if common ones are to be searched by too (`by_common`)."""
        asked, seen = self.asked, self._seen
        count, self._average = seen.size(c, self._sizes)
        if not count:
            return []
        scores, ideal = _weighed(c, seen, asked, count, self._average, max(COMMON, int(count * asked.common)))
        if not ideal and by_common:
            scores, ideal = _weighed(c, seen, asked, count, self._average, count)
        first = heapq.nlargest(_most(asked.most), zip(scores.values(), scores, strict=True))
        self._finds = _gathered(c, seen, {key: score for score, key in first})
        self._ideal = ideal or 1.0
        return self._hits()[: asked.most]

    def by_meaning(self, c: SqliteConnection, sieved: Sieved) -> list[Hit]:
        """The best that was found by words, and what is closest to a vector of what passed a sieve; each with its
        meaning, in the order of words.

        Comes after `by_words`.
        """
        vector = sieved.vector
        most = _most(self.asked.most)
        best = {(h.kind, h.subject) for h in self._hits()[:most]}
        for key, subject in near(c, self._seen, vector, sieved.keys, most):
            self._finds.setdefault((kind_of(key), subject), _Find()).own(key, 0.0)
            best.add((kind_of(key), subject))
        self._finds = {name: f for name, f in self._finds.items() if name in best}
        lines = [subject for kind, subject in self._finds if kind == "line"]
        others = {name: f.latest for name, f in self._finds.items() if name[0] != "line"}
        said = of_lines(c, self._seen, vector, self.asked.story, lines)
        kept = of_others(c, vector, others)
        return [
            msgspec.structs.replace(h, meaning=said.get(h.subject) if h.kind == "line" else kept[h.kind, h.subject])
            for h in self._hits()
        ]

    def _hits(self) -> list[Hit]:
        return _hits(self._finds, self._ideal, self._average)


def sieve(
    c: SqliteConnection, path: Sequence[Stretch], lens: Lens, kinds: frozenset[RecalledKind], most: int, lately: Seq,
    vector: Vector,
) -> Sieved:  # fmt: skip
    """What passes the sieve of a vector; of lines, only those from the seq `lately` on. It asks neither for words nor
    which lines are left out, so that it can go on beside what finds these out."""
    return Sieved(vector, likest(c, Visible(path, lens, kinds), vector, _most(most), lately))


def _most(wanted: int) -> int:
    return max(FIRST, wanted)


def search(c: SqliteConnection, asked: Asked) -> list[Hit]:
    """The hits of a search by words."""
    return Search(asked).by_words(c)


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


Name = tuple[RecalledKind, str]
"""What a find is known by: its kind and subject."""


class _Find:
    """A line, memory or entry of lore while its score is added up."""

    def __init__(self) -> None:
        self.key, self.score, self.keys = 0, 0.0, dict[Seq, int]()

    @property
    def latest(self) -> int:
        """The key of the latest of its own texts."""
        return self.keys[max(self.keys)]

    def own(self, key: int, score: float) -> None:
        """Adds the score of one of its own texts. The best text must come first: its key stands for the whole find."""
        if not self.keys:
            self.key = key
        self.keys[seq_of(key)] = key
        self.score += score

    def near(self, key: int, score: float) -> None:
        """Adds the share of a neighbour's score."""
        self.key = self.key or key
        self.score += score


def _gathered(c: SqliteConnection, seen: Visible, scores: Mapping[int, float]) -> dict[Name, _Find]:
    """Groups texts into lines, memories and lore; each line also adds to its neighbours."""
    finds: defaultdict[Name, _Find] = defaultdict(_Find)
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


def _hits(finds: Mapping[Name, _Find], ideal: float, average: float) -> list[Hit]:
    hits = []
    for (kind, subject), f in finds.items():
        stands = f.key if kind == "line" else f.latest
        score = f.score / ideal * min(1.0, LENGTHS[f.key & 7] / average) ** BRIEF
        hits.append(Hit(subject, kind, who_of(stands), seq_of(stands), tuple(sorted(f.keys)), score))
    return sorted(hits, key=lambda h: (-h.score, -h.at))
