"""What can be recalled, read from the log: the texts of lines, memories and lore, and the key of each."""

import msgspec

from daemon.store.sqlite import SqliteConnection
from daemon.store.upcasters import readable
from daemon.story.lenses import both
from protocol.events import LineRevised, LineSaid, LoreSet, MemoryFormed, Payload
from protocol.ids import ENTITIES, EntityId, Seq
from protocol.world import RecalledKind

KINDS: tuple[RecalledKind, ...] = ("line", "episode", "fact", "summary", "hearsay", "lore")

LENGTH, WHO, KIND, MASK, SEQ, KEPT, BRANCH = 0, 3, 5, 8, 14, 42, 43
"""Where each field of a key begins: length class, who speaks, kind, both masks as a lens has them, seq, line or kept,
branch."""


class Key(msgspec.Struct, frozen=True):
    """What a search filters and weighs by, packed into the rowid. From the top: 20 bits of branch, 1 (0 a line, 1 all
    else), 28 of seq, 6 of both masks, 3 of kind, 2 of speaker, 3 of length.

    Keys of a branch lie together, lines apart from all else, each in the order of the log. The length is left for the
    index of words to fill in (length_class); without it a key follows from the event alone.
    """

    branch: int
    seq: Seq
    masks: int
    kind: RecalledKind
    who: EntityId | None

    def packed(self) -> int:
        return (
            self.branch << BRANCH | (self.kind != "line") << KEPT | self.seq << SEQ | self.masks << MASK
            | KINDS.index(self.kind) << KIND | (ENTITIES.index(self.who) + 1 if self.who else 0) << WHO
        )  # fmt: skip


def seq_of(key: int) -> Seq:
    return Seq(key >> SEQ & (1 << KEPT - SEQ) - 1)


def kind_of(key: int) -> RecalledKind:
    return KINDS[key >> KIND & 7]


def who_of(key: int) -> EntityId | None:
    who = key >> WHO & 3
    return ENTITIES[who - 1] if who else None


def number(branch: str) -> int:
    """The number in a branch's id, which is unique in the whole store."""
    return int(branch[1:])


def bare(key: int) -> int:
    """A key without the number of terms, by which the same text has its vector."""
    return key >> WHO << WHO


def keys_of(branch: str, seq: Seq, *, kept: bool) -> tuple[int, int]:
    """The first and the last key that an event of a branch may have."""
    first = number(branch) << BRANCH | kept << KEPT | seq << SEQ
    return first, first + (1 << SEQ) - 1


def keys_of_branch(branch: str) -> tuple[int, int]:
    """The first and the last key of a branch."""
    first = number(branch) << BRANCH
    return first, first + (1 << BRANCH) - 1


def length_class(terms: int) -> int:
    """A number of terms as a key holds it, by powers of two: 2 to 256 and more."""
    return min(7, max(0, terms.bit_length() - 2))


class Said(msgspec.Struct, frozen=True):
    """A text that can be recalled: its packed key without a length, its seq, the story, the id of its line, memory or
    lore, its kind, who says or told it, and its words."""

    key: int
    seq: Seq
    story: str
    subject: str
    kind: RecalledKind
    who: EntityId | None
    text: str


def read_texts(c: SqliteConnection, after: Seq, upto: Seq, most: int, letters: int) -> tuple[list[Said], Seq]:
    """The texts after a seq in the order of the log, and the seq up to which they are complete, `upto` at most. After
    `most` texts, or so many letters of payloads, it stops."""
    rows = c.execute(
        "SELECT seq, story, branch, kind, version, witnesses, seems, data FROM event WHERE seq > ? AND seq <= ?"
        " AND kind IN ('line.said', 'line.revised', 'memory.formed', 'lore.set') AND data IS NOT NULL ORDER BY seq",
        (after, upto),
    )
    found: list[Said] = []
    for seq, story, branch, kind, version, witnesses, seems, data in rows:
        letters -= len(data)
        payload = readable(kind, version, data)
        text = (
            _said(c, story, number(branch), Seq(seq), both(witnesses, seems), payload) if payload is not None else None
        )
        if text is not None:
            found.append(text)
        if len(found) == most or letters < 0:
            return found, Seq(seq)
    return found, upto


def _said(c: SqliteConnection, story: str, branch: int, seq: Seq, masks: int, payload: Payload) -> Said | None:
    kind: RecalledKind
    match payload:
        case LineSaid():
            subject, kind, who, text = payload.line, "line", payload.who, payload.text
        case LineRevised():
            subject, kind, who, text = payload.line, "line", _speaker(c, story, payload.line), payload.text
        case MemoryFormed():
            subject, kind, who, text = payload.memory, payload.memory_kind, payload.told_by, payload.gist
        case LoreSet() if payload.text:
            subject, kind, who, text = payload.lore, "lore", None, " ".join([*payload.keys, payload.text])
        case _:
            return None
    return Said(Key(branch, seq, masks, kind, who).packed(), seq, story, subject, kind, who, text)


def _speaker(c: SqliteConnection, story: str, line: str) -> EntityId | None:
    """The speaker of a line that was revised; None for the narrator, or where the line was purged."""
    said = (
        "SELECT data ->> 'who' FROM event WHERE story = ? AND subject = ? AND kind = 'line.said' AND data IS NOT NULL"
    )
    row = c.execute(f"{said} LIMIT 1", (story, line)).fetchone()
    return row[0] if row else None
