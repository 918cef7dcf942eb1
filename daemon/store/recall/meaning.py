"""How close what is found is to a question in meaning: by the vectors of its own text, and of the lines around it.

Only the current wordings of a line count, as the lens knows them. Scenes are those that the lens saw begin.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from daemon.store.queries.reads import SHOWN
from daemon.store.recall import vectors
from daemon.store.recall.texts import bare, keys_of, seq_of
from daemon.store.recall.vectors import Vector
from daemon.store.recall.visible import Visible
from daemon.store.sqlite import SqliteConnection
from protocol.ids import BEGINNING, Seq

_SUBJECTS = (
    "SELECT r.key, r.subject FROM json_each(?) AS k CROSS JOIN recalled AS r"
    " WHERE r.key BETWEEN k.value AND k.value + 7"
)
_TEXTS = (
    "SELECT s.value, e.seq, e.branch, e.data ->> 'part' FROM json_each(?) AS s CROSS JOIN event AS e"  # noqa: S608
    " WHERE e.story = ? AND e.subject = s.value AND e.kind IN ('line.said', 'line.revised')"
    f" AND {SHOWN} AND e.data IS NOT NULL ORDER BY e.seq"
)
_SCENES = (
    "SELECT e.seq FROM json_each(?) AS s CROSS JOIN event AS e WHERE e.branch = s.value ->> 0"  # noqa: S608
    " AND e.seq > s.value ->> 1 AND e.seq <= s.value ->> 2"
    " AND e.kind IN ('scene.opened', 'scene.closed', 'time.skipped')"  # so that its index serves
    f" AND e.kind = 'scene.opened' AND {SHOWN} ORDER BY e.seq"
)


T = TypeVar("T")


class Meaning(msgspec.Struct, frozen=True):
    """How close a find is: its own texts at their best, the mean of a line and its two neighbours, both as cosines and
    0 at least; and the seq with which its scene began, 0 for what is no line or in no scene."""

    own: float = 0.0
    around: float = 0.0
    scene: Seq = BEGINNING


def near(
    c: SqliteConnection, seen: Visible, asked: Vector, likest: Sequence[int], most: int
) -> Iterator[tuple[int, str]]:
    """The keys, in the index of words, and subjects of the texts that are closest to a vector, among the `likest`."""
    closest = vectors.closest(c, [key for key in likest if seen.shows(key)], asked, most)
    yield from c.execute(_SUBJECTS, (_listed(closest),))


class _Line(msgspec.Struct, frozen=True):
    """Where a line stands: the branch and the seq that said it first; and the texts that are current, likewise."""

    branch: str
    seq: Seq
    current: list[tuple[str, Seq]]


def of_lines(
    c: SqliteConnection, seen: Visible, asked: Vector, story: str, lines: Collection[str]
) -> dict[str, Meaning]:
    """How close lines are that a lens sees."""
    told = _told(c, seen, story, lines)
    beside = seen.beside(c, {line: (where.branch, where.seq) for line, where in told.items()})
    others = {other for pair in beside.values() for other in pair} - told.keys()
    own = _of_current(c, asked, told | _told(c, seen, story, others))
    scenes = _scenes(c, seen)
    found = {}
    for line, where in told.items():
        near = [own.get(x, own[line]) for x in beside[line]]
        found[line] = Meaning(own[line], (own[line] + sum(near)) / 3, _scene(scenes, where.seq))
    return found


def of_others(c: SqliteConnection, asked: Vector, others: Mapping[T, int]) -> dict[T, Meaning]:
    """How close memories and entries of lore are, given with the key of what states each."""
    close = vectors.of_texts(c, asked, [(bare(key), bare(key)) for key in others.values()])
    found = {name: max(0.0, close.get(seq_of(key), 0.0)) for name, key in others.items()}
    return {name: Meaning(own, own) for name, own in found.items()}


def _told(c: SqliteConnection, seen: Visible, story: str, lines: Collection[str]) -> dict[str, _Line]:
    """Where lines stand and which of their texts are current, as a lens knows it along the path."""
    first: dict[str, tuple[str, Seq]] = {}
    now: dict[str, dict[int, tuple[str, Seq]]] = {}
    for line, seq, branch, part in c.execute(_TEXTS, (_listed(sorted(lines)), story, seen.of, seen.of)):
        if seen.holds(branch, Seq(seq)):
            first.setdefault(line, (branch, Seq(seq)))
            now.setdefault(line, {})[part or 0] = branch, Seq(seq)
    return {line: _Line(*where, [*now[line].values()]) for line, where in first.items()}


def _of_current(c: SqliteConnection, asked: Vector, lines: Mapping[str, _Line]) -> dict[str, float]:
    """How close the current texts of lines are at their best; 0 where none has a vector."""
    where = [keys_of(branch, seq, kept=False) for line in lines.values() for branch, seq in line.current]
    close = vectors.of_texts(c, asked, where)
    return {id: max(0.0, *(close.get(seq, 0.0) for _, seq in line.current)) for id, line in lines.items()}


def _scenes(c: SqliteConnection, seen: Visible) -> list[Seq]:
    path = [(s.branch, s.after, s.upto) for s in seen.path]
    return [Seq(seq) for (seq,) in c.execute(_SCENES, (_listed(path), seen.of, seen.of))]


def _scene(begun: Sequence[Seq], seq: Seq) -> Seq:
    at = bisect_right(begun, seq)
    return begun[at - 1] if at else BEGINNING


def _listed(values: Sequence[object]) -> str:
    return msgspec.json.encode(values).decode()
