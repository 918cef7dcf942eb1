"""The part of the index that a lens sees along a path: its size, the texts with a term, the lines around a line."""

import itertools
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from daemon.store.recall.texts import BRANCH, KEPT, KINDS, MASK, SEQ, number, seq_of
from daemon.store.sqlite import SqliteConnection
from daemon.story.lenses import Lens
from daemon.story.lineage import END, Stretch
from protocol.ids import Seq
from protocol.world import RecalledKind

NEAR = 200
"""Events within which another line is a neighbour."""

FEW = 16
"""The most stretches that are read one by one; where there are more, all keys from the first to the last are read."""

KEPT_SIZES = 256
"""Spans whose sizes are kept in mind."""

_KEYS = msgspec.json.Decoder(list[int])
_LAST_SEQ = (1 << KEPT - SEQ) - 1
_OF_OTHERS = "SELECT r.subject FROM recalled AS r WHERE r.key & ? = ? AND r.subject <> k.value ->> 0 AND r.key"
_BESIDE = (
    "SELECT k.value ->> 0,"  # noqa: S608 - constants
    f" ({_OF_OTHERS} BETWEEN k.value ->> 2 AND k.value ->> 1 ORDER BY r.key DESC LIMIT 1),"
    f" ({_OF_OTHERS} BETWEEN k.value ->> 1 AND k.value ->> 3 ORDER BY r.key LIMIT 1) FROM json_each(?) AS k"
)
_PARTS = 12
"""Rows read on each side of a line to find two neighbours, which may have several parts each."""


class Sizes:
    """How much is seen of the spans of an index that were looked at last, so that only what came since is counted."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, int, int], tuple[int, int, int]] = OrderedDict()

    def of(
        self, what: tuple[int, int, int], last: int, count: Callable[[tuple[int, int]], tuple[int, int]]
    ) -> tuple[int, int]:
        """The count of a span up to its `last` key; `what` is its first key, a lens and kinds."""
        first = what[0]
        upto, texts, terms = self._kept.get(what, (first - 1, 0, 0))
        if upto != last:
            more, by = count((min(upto, last) + 1, max(upto, last))), 1 if upto < last else -1
            texts, terms = texts + by * more[0], terms + by * more[1]
        self._kept[what] = last, texts, terms
        self._kept.move_to_end(what)
        while len(self._kept) > KEPT_SIZES:
            self._kept.popitem(last=False)
        return texts, terms


class Visible:
    """The part of the index that a lens sees along a path (oldest first), without lines from the seq `before` on."""

    def __init__(self, path: Sequence[Stretch], lens: Lens, kinds: frozenset[RecalledKind], before: Seq = END) -> None:
        self.path, self.of, self.lens, self.before = path, lens, lens << MASK, before
        self.kinds = sum(1 << KINDS.index(k) for k in kinds)
        self.said = [Stretch(s.branch, s.after, max(s.after, min(s.upto, Seq(before - 1)))) for s in path]
        self.lines = [_span(s, kept=False) for s in self.said] if "line" in kinds else []
        self.spans = self.lines + [_span(s, kept=True) for s in path if kinds - {"line"}]
        few = len(path) <= FEW
        self.wide = [] if few or not self.spans else [(min(self.spans)[0], max(hi for _, hi in self.spans))]
        by_branch = itertools.groupby(enumerate(path), key=lambda item: item[1].branch)
        self.of_branch = {number(branch): [i for i, _ in some] for branch, some in by_branch}

    def spans_from(self, seq: Seq) -> list[tuple[int, int]]:
        """The keys of what is seen, first and last of each stretch; of lines only those from a seq on."""
        late = [Stretch(s.branch, max(s.after, Seq(seq - 1)), s.upto) for s in self.said if s.upto >= seq]
        lines = [_span(s, kept=False) for s in late] if self.lines else []
        return lines + self.spans[len(self.lines) :]

    def size(self, c: SqliteConnection, sizes: Sizes | None = None) -> tuple[int, float]:
        """The number of texts that are seen, and their average number of terms. `sizes` are those of the same index,
        which holds all texts of the path by now."""
        if sizes is None or len(self.spans) > FEW:
            count, length = self._count(c, self.spans)
        else:
            counts = [sizes.of((first, self.lens, self.kinds), last, lambda some: self._count(c, [some]))
                      for first, last in self.spans]  # fmt: skip
            count, length = sum(n for n, _ in counts), sum(terms for _, terms in counts)
        return count, max(1.0, 2 * length / max(1, count))

    def _count(self, c: SqliteConnection, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
        """The number of texts that are seen of these spans of keys, and half of that of their terms."""
        count, length = c.execute(
            "SELECT count(*), ifnull(sum(1 << (r.key & 7)), 0) FROM json_each(?) AS s CROSS JOIN recalled AS r"
            " WHERE r.key BETWEEN s.value ->> 0 AND s.value ->> 1 AND r.key & ? = ? AND ? >> (r.key >> 5 & 7) & 1",
            (msgspec.json.encode(spans).decode(), self.lens, self.lens, self.kinds),
        ).fetchone()
        return count, length

    def keys(self, c: SqliteConnection, term: str, most: int) -> list[int]:
        """The keys of the texts with a term; where there are more than `most`, only some, but more than `most`."""
        found: list[int] = []
        for span in self.wide or self.spans:
            # One array of keys: fetching a row for each would take twice as long.
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

    def around(self, c: SqliteConnection, key: int, step: int) -> Iterator[tuple[int, str]]:
        """The keys and subjects of lines from the line of `key` on (that one first), forwards (1) or backwards (-1)."""
        order = "ASC" if step > 0 else "DESC"
        seq = seq_of(key)
        found = self._at(key >> BRANCH, seq)
        at = -1 if found is None else found
        while 0 <= at < len(self.lines) and self._reaches(at, seq):
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

    def beside(self, c: SqliteConnection, places: Mapping[str, tuple[str, Seq]]) -> dict[str, tuple[str, str]]:
        """For each line, given with the branch and the seq that said it first, the lines before and after it; itself
        where there is none near."""
        inside, found = list[tuple[str, int, int, int]](), dict[str, tuple[str, str]]()
        for line, (branch, seq) in places.items():
            base = number(branch) << BRANCH
            key, first, last = (base | max(n, 0) << SEQ for n in (seq, seq - NEAR, min(seq + NEAR, _LAST_SEQ - 1) + 1))
            at = self._at(number(branch), seq)
            if at is not None and self.lines[at][0] <= first and last - 1 <= self.lines[at][1]:
                inside.append((line, key, first, last - 1))
            else:  # its neighbours may lie on another branch
                near = (next((s for _, s in self.around(c, key, step) if s != line), line) for step in (-1, 1))
                found[line] = next(near), next(near)
        rows = c.execute(_BESIDE, (*(self.lens,) * 4, msgspec.json.encode(inside).decode()))
        return found | {line: (before or line, after or line) for line, before, after in rows}

    def holds(self, branch: str, seq: Seq) -> bool:
        """Whether a seq of a branch lies on the path, before the seq from which on lines are left out."""
        return seq < self.before and self._at(number(branch), seq) is not None

    def shows(self, key: int) -> bool:
        """Whether a key that lies on the path is not one of the lines that are left out."""
        return seq_of(key) < self.before or bool(key >> KEPT & 1)

    def _reaches(self, at: int, seq: Seq) -> bool:
        """Whether a stretch may hold neighbours of a seq."""
        return self.path[at].after < seq + NEAR and self.path[at].upto >= seq - NEAR

    def _mine(self, key: int) -> bool:
        return self.shows(key) and self._at(key >> BRANCH, seq_of(key)) is not None

    def _at(self, branch: int, seq: Seq) -> int | None:
        """The index of the stretch of the path in which a seq of a branch lies, if any."""
        mine = self.of_branch.get(branch, ())
        found = bisect_left(mine, seq, key=lambda i: self.path[i].upto)
        return mine[found] if found < len(mine) and self.path[mine[found]].after < seq else None


def _span(s: Stretch, *, kept: bool) -> tuple[int, int]:
    """The keys of a stretch, first and last."""
    base = number(s.branch) << BRANCH | kept << KEPT
    return base | s.after + 1 << SEQ, (base | min(s.upto, _LAST_SEQ) << SEQ) + (1 << SEQ) - 1
