"""The vectors of what can be recalled: a row for each text, by the same keys as the index of words. Derived.

A vector is kept as whole numbers of a byte, on a scale of its own, beside the square of its length in these numbers: a
row takes a quarter of the room, and is compared in less time than it would take to read it whole. Beside it stands its
sketch, the signs of its numbers as bits: those whose signs differ least are looked for first, in a third of the time,
and only they are compared in full. What a search may see is said by the keys, inside the query: nothing is found first
and thrown away after.
"""

import math
from array import array
from collections.abc import Iterable, Sequence

import msgspec

from daemon.store.recall.texts import Said, keys_of, keys_of_branch, read_texts, seq_of
from daemon.store.recall.visible import Visible
from daemon.store.sqlite import SqliteConnection
from daemon.store.transaction import unsynced
from protocol.ids import BEGINNING, Seq

AT_ONCE = 16
"""Texts that are turned into vectors in one step, so that a text that was just said need not wait long."""

LETTERS_AT_ONCE = 64 * 1024
"""Characters of payloads after which a step takes no further text."""

SPAN = 4096
"""The most events read in one step."""

LONGEST = 2000
"""Characters of a text that are embedded: about what models read of it."""

LARGEST = 127
"""The largest number of a byte."""

SIEVE = 5
"""For each text that is wanted, so many with the likest sketches are compared in full."""

_LIKEST = (
    "SELECT key FROM (SELECT v.key, vec_distance_hamming(vec_bit(v.sketch), vec_bit(?)) AS apart"
    " FROM json_each(?) AS s CROSS JOIN text_sketch AS v"
    " WHERE v.key BETWEEN s.value ->> 0 AND s.value ->> 1 AND v.key & ? = ? AND ? >> (v.key >> 5 & 7) & 1"
    " LIMIT -1 OFFSET 0)"  # which keeps what is compared from being worked out twice
    " ORDER BY apart, key DESC LIMIT ?"
)
_CLOSEST = (
    "SELECT key, square, distance FROM ("
    "SELECT v.key, v.square, vec_distance_l2(vec_int8(v.vector), vec_int8(?)) AS distance"
    " FROM json_each(?) AS k CROSS JOIN text_vector AS v WHERE v.key = k.value LIMIT -1 OFFSET 0)"
    " ORDER BY (square + ? - distance * distance) / sqrt(square) DESC, key DESC LIMIT ?"
)
_OF_TEXTS = (
    "SELECT v.key, v.square, vec_distance_l2(vec_int8(v.vector), vec_int8(?)) FROM json_each(?) AS s"
    " CROSS JOIN text_vector AS v WHERE v.key BETWEEN s.value ->> 0 AND s.value ->> 1"
)
_TABLES = "text_vector", "text_sketch"
_KEYS = "SELECT v.key FROM json_each(?) AS k CROSS JOIN text_vector AS v WHERE v.key = k.value"


class Vector(msgspec.Struct, frozen=True):
    """A vector in whole numbers of a byte, with the square of its length in these."""

    data: bytes
    square: int

    @property
    def sketch(self) -> bytes:
        """A bit for each number, set where it is above 0; the rest of the last byte is clear."""
        bits = sum(1 << n for n, x in enumerate(array("b", self.data)) if x > 0)
        return bits.to_bytes(-(-len(self.data) // 8), "little")


class Made(msgspec.Struct, frozen=True):
    """What the vectors of a store are: by which model, of how many dimensions, of all texts up to which seq, and how
    often something was purged: what was read before a purge is not written after it."""

    model: str
    dimensions: int
    seq: Seq
    purges: int


def whole_numbers(vector: Sequence[float]) -> Vector:
    """A vector on the scale on which its largest component is LARGEST. ValueError for one without a direction."""
    largest = max(abs(x) for x in vector)
    if not 0 < largest < math.inf:
        raise ValueError("a vector needs a direction")
    data = array("b", [round(x / largest * LARGEST) for x in vector])
    return Vector(data.tobytes(), sum(x * x for x in data))


def likeness(asked: Vector, square: int, distance: float) -> float:
    """The cosine of two vectors by the square of the other's length and the distance between both."""
    return (asked.square + square - distance * distance) / (2 * math.sqrt(asked.square * square))


def made(c: SqliteConnection) -> Made:
    """What the vectors are that the store holds."""
    row = c.execute("SELECT model, dimensions, seq, purges FROM text_vector_upto").fetchone() or ("", 0, 0, 0)
    model, dimensions, seq, purges = row
    return Made(model, dimensions, Seq(seq), purges)


def restart(c: SqliteConnection, model: str, dimensions: int) -> None:
    """Drops all vectors: from now on they are another model's."""
    with unsynced(c):
        for table in _TABLES:
            c.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
        _note(c, Made(model, dimensions, BEGINNING, made(c).purges))


def texts(c: SqliteConnection, head: Seq) -> tuple[Made, list[Said], list[str], Seq]:
    """What the vectors are, the next texts that have none, each also as it is put to a model, and the seq up to which
    all will have one then."""
    now = made(c)
    found, upto = read_texts(c, now.seq, min(head, Seq(now.seq + SPAN)), AT_ONCE, LETTERS_AT_ONCE)
    had = {key for (key,) in c.execute(_KEYS, (_listed([s.key for s in found]),))}
    found = [said for said in found if said.key not in had]
    return now, found, [_put(c, said) for said in found], upto


def _put(c: SqliteConnection, said: Said) -> str:
    """A text as a model is given it: a line with its speaker, by the name that everybody was told."""
    text = said.text[:LONGEST]
    if said.kind != "line" or said.who is None:
        return text
    row = c.execute(
        "SELECT data ->> 'name' FROM event WHERE story = ? AND kind = 'entity.added' AND seq < ?"
        " AND data ->> 'entity' = ? ORDER BY seq DESC LIMIT 1",
        (said.story, said.seq, said.who),
    ).fetchone()
    return as_said(row[0], text) if row else text


def as_said(name: str, text: str) -> str:
    """A line as it is embedded."""
    return f"{name}: {text}"[:LONGEST]


def add(c: SqliteConnection, read: Made, now: Made, rows: Sequence[tuple[Said, Vector]]) -> bool:
    """Adds the vectors of texts, by which the vectors are what is said `now`. Returns False, having done nothing, where
    they are not what they were when the texts were `read`."""
    with unsynced(c):
        if made(c) != read:
            return False
        c.executemany(
            "INSERT OR REPLACE INTO text_vector VALUES (?, ?, ?)", ((s.key, v.square, v.data) for s, v in rows)
        )
        c.executemany("INSERT OR REPLACE INTO text_sketch VALUES (?, ?)", ((s.key, v.sketch) for s, v in rows))
        _note(c, now)
    return True


def forget(c: SqliteConnection, story: str, purged: Sequence[tuple[Seq, str, str]] | None) -> None:
    """Takes the vectors of purged events of a story along, given as (seq, branch, kind); None for all of the story.

    Where one of them is somebody's name, the whole story gets new vectors: lines were embedded with it. Needs a
    transaction.
    """
    now = made(c)
    named = purged is not None and any(kind == "entity.added" for _, _, kind in purged)
    if purged is None or named:
        for (branch,) in c.execute("SELECT branch FROM branch WHERE story = ?", (story,)).fetchall():
            _drop(c, keys_of_branch(branch))
    else:
        for seq, branch, _ in purged:
            for kept in (False, True):
                _drop(c, keys_of(branch, seq, kept=kept))
    _note(c, Made(now.model, now.dimensions, BEGINNING if named else now.seq, now.purges + 1))


def _drop(c: SqliteConnection, keys: tuple[int, int]) -> None:
    for table in _TABLES:
        c.execute(f"DELETE FROM {table} WHERE key BETWEEN ? AND ?", keys)  # noqa: S608 - constants


def _note(c: SqliteConnection, now: Made) -> None:
    c.execute(
        "INSERT OR REPLACE INTO text_vector_upto (one, model, dimensions, seq, purges) VALUES (1, ?, ?, ?, ?)",
        msgspec.structs.astuple(now),
    )


def likest(c: SqliteConnection, seen: Visible, asked: Vector, most: int, lately: Seq) -> list[int]:
    """The keys of the texts whose sketches are likest to a vector's, SIEVE for each of the `most` that are wanted, of
    what is seen; of lines, of those from the seq `lately` on."""
    spans = _listed(seen.spans_from(lately))
    rows = c.execute(_LIKEST, (asked.sketch, spans, seen.lens, seen.lens, seen.kinds, SIEVE * most))
    return [key for (key,) in rows]


def closest(c: SqliteConnection, keys: Sequence[int], asked: Vector, most: int) -> list[int]:
    """The keys of the texts closest to a vector among these, the closest first."""
    rows = c.execute(_CLOSEST, (asked.data, _listed(keys), asked.square, most))
    return [key for key, _, _ in rows]


def of_texts(c: SqliteConnection, asked: Vector, where: Iterable[tuple[int, int]]) -> dict[Seq, float]:
    """The likeness to a vector of the texts with keys in these ranges, by seq; without those that have no vector."""
    rows = c.execute(_OF_TEXTS, (asked.data, _listed(list(where))))
    return {seq_of(key): likeness(asked, square, distance) for key, square, distance in rows}


def _listed(numbers: Sequence[int] | Sequence[tuple[int, int]]) -> str:
    return msgspec.json.encode(numbers).decode()
