"""What `recall` is to find in a story, worked out from the events that a lens is shown: slowly, and by other code.

Only what is pure is shared with the program: how words are cut, and vectors made whole numbers.
"""

import math
from array import array
from collections.abc import Mapping
from typing import NamedTuple

from daemon.store.recall.texts import KINDS
from daemon.store.recall.vectors import whole_numbers
from daemon.story.lenses import both
from daemon.story.words import beginning, stem, terms
from daemon.telling.recalling import Match
from protocol.ids import EntityId, Seq
from protocol.world import RecalledKind
from tests.laws.naive import Lens, Naive, Row
from tests.support.embeddings import vector
from tests.support.eyes import EYES

NEAR = 200
AHEAD, BACK = (0.8, 0.4), (0.5, 0.3)
Find = tuple[RecalledKind, str]


class Text(NamedTuple):
    """A text that is shown: of what it is, where, who says it, and its terms."""

    of: Find
    row: Row
    who: EntityId | None
    terms: list[str]
    put: str

    @property
    def seq(self) -> int:
        return int(self.row["seq"])

    @property
    def length(self) -> int:
        """By powers of two."""
        return 2 << min(7, max(0, len(self.terms).bit_length() - 2))

    @property
    def key(self) -> tuple[int, ...]:
        """The order in which texts of one score come."""
        branch = int(self.row["branch"][1:])
        who = ("you", "a", "b").index(self.who) + 1 if self.who else 0
        masks = both(self.row["witnesses"], self.row["seems"])
        return branch, self.of[0] != "line", self.seq, masks, KINDS.index(self.of[0]), who


class Found:
    """A find while it is worked out: the text that stands for it, the seqs of its own texts, and its words' score."""

    def __init__(self) -> None:
        self.stands: Text | None = None
        self.seqs: set[int] = set()
        self.score = 0.0

    def own(self, text: Text, score: float) -> None:
        if not self.seqs:
            self.stands = text
        self.seqs.add(text.seq)
        self.score += score

    def near(self, text: Text, score: float) -> None:
        self.stands = self.stands or text
        self.score += score


class Looking:
    """One branch, looked at through one lens by those who are called these names."""

    def __init__(self, naive: Naive, line: str, lens: Lens, names: Mapping[str, str]) -> None:
        self.naive, self.names = naive, names
        self.rows = naive.shown(line, lens=lens)
        self.texts = [t for row in self.rows if (t := self._text(row)) is not None]
        self.average = max(1.0, sum(t.length for t in self.texts) / max(1, len(self.texts)))
        self.lore = naive.states(line)[EYES.index(lens)].sources
        self.current: dict[Find, dict[int, int]] = {}
        self.first: dict[Find, int] = {}
        for row in self.rows:
            if row["kind"] in ("line.said", "line.revised"):
                of: Find = ("line", row["subject"])
                self.first.setdefault(of, row["seq"])
                self.current.setdefault(of, {})[self.naive.payload(row).part] = row["seq"]

    def _text(self, row: Row) -> Text | None:
        p = self.naive.payload(row) if row["data"] else None
        if row["kind"] in ("line.said", "line.revised"):
            [who] = {
                self.naive.payload(r).who
                for r in self.naive.rows
                if r["kind"] == "line.said" and r["subject"] == p.line
            }
            found = Text(("line", p.line), row, who, terms(p.text), f"{self.names[who]}: {p.text}" if who else p.text)
        elif row["kind"] == "memory.formed":
            found = Text((p.memory_kind, p.memory), row, p.told_by, terms(p.gist), p.gist)
        elif row["kind"] == "lore.set" and p.text:
            text = " ".join([*p.keys, p.text])
            found = Text(("lore", p.lore), row, None, terms(text), text)
        else:
            return None
        return found if found.terms else None

    def matches(self, words: Mapping[str, float], query: str) -> dict[Find, Match]:
        """What is found, before anything is read."""
        close = {t.seq: cosine(query, t.put) for t in self.texts}
        found, ideal = self._by_words(words)
        for t in sorted(self.texts, key=lambda t: (close[t.seq], t.key), reverse=True):
            found.setdefault(t.of, Found()).own(t, 0.0)
        best = {of: max(0.0, *(close.get(s, 0.0) for s in now.values())) for of, now in self.current.items()}
        return {of: self._match(of, f, ideal, close, best) for of, f in found.items() if self._is_shown(of, f)}

    def _match(self, of: Find, f: Found, ideal: float, close: Mapping[int, float], best: Mapping[Find, float]) -> Match:
        assert f.stands is not None
        score = f.score / ideal * min(1.0, f.stands.length / self.average) ** 0.3
        if of[0] != "line":
            own = max(0.0, close[max(f.seqs)])
            [latest] = [t for t in self.texts if t.seq == max(f.seqs)]
            return Match(latest.who, Seq(latest.seq), score, own, own)
        sides = [next(iter(self._beside(of, self.first[of], back=back)), of) for back in (True, False)]
        around = (best[of] + sum(best[side] for side in sides)) / 3
        begun = [r["seq"] for r in self.rows if r["kind"] == "scene.opened" and r["seq"] <= self.first[of]]
        return Match(f.stands.who, Seq(f.stands.seq), score, best[of], around, Seq(max(begun, default=0)))

    def _is_shown(self, of: Find, f: Found) -> bool:
        """Whether the words that were found still hold."""
        if of[0] == "line":
            return bool(f.seqs & {*self.current[of].values()})
        if of[0] == "lore":
            return self.lore.get(f"lore.{of[1]}") == max(f.seqs)
        return max(r["seq"] for r in self.rows if r["subject"] == of[1] and r["kind"] == "memory.formed") in f.seqs

    def _by_words(self, words: Mapping[str, float]) -> tuple[dict[Find, Found], float]:
        own, ideal, count = {t.seq: 0.0 for t in self.texts}, 0.0, len(self.texts)
        for word, weight in words.items():
            for term, share in ((stem(word), 1.0), (beginning(word), 0.6)):
                having = [t for t in self.texts if term in t.terms]
                worth = weight * share * math.log(1 + (count - len(having) + 0.5) / (len(having) + 0.5))
                ideal += worth if having else 0.0
                for t in having:
                    own[t.seq] += worth * 2.2 / (1 + 1.2 * (0.7 + 0.3 * t.length / self.average))
        found: dict[Find, Found] = {}
        for t in sorted((t for t in self.texts if own[t.seq]), key=lambda t: (own[t.seq], t.key), reverse=True):
            found.setdefault(t.of, Found()).own(t, own[t.seq])
            for shares, back in ((AHEAD, False), (BACK, True)) if t.of[0] == "line" else ():
                beside = self._beside(t.of, t.seq, back=back)
                for (of, text), share in zip(beside.items(), shares, strict=False):
                    found.setdefault(of, Found()).near(text, own[t.seq] * share)
        return found, ideal or 1.0

    def _beside(self, of: Find, seq: int, *, back: bool) -> dict[Find, Text]:
        """The other lines, by the nearest of their texts on one side, the nearest first."""
        found: dict[Find, Text] = {}
        for t in sorted(self.texts, key=lambda t: -t.seq if back else t.seq):
            away = seq - t.seq if back else t.seq - seq
            if t.of[0] == "line" and t.of != of and 0 <= away <= NEAR:
                found.setdefault(t.of, t)
        return found


def cosine(one: str, other: str) -> float:
    a, b = (array("b", whole_numbers(vector(text)).data) for text in (one, other))
    return sum(x * y for x, y in zip(a, b, strict=True)) / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))
