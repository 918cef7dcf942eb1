"""What is committed, and how it becomes rows of the log. Writes nothing; the log does (log.py)."""

import os
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from daemon.store import bounds, chain
from daemon.store.queries import side_tables
from daemon.store.queries.assets import Asset
from daemon.story.decide.desk import Drafted
from daemon.story.lineage import Branch
from protocol.events import Event, LineNoticed, LineRevised, LineSaid, MemoryFormed, Payload
from protocol.ids import Mask, Seq, TurnNumber, entities_of

Row = tuple[Any, ...]
"""An event as it is in the table."""


class Tombstone(msgspec.Struct, frozen=True):
    """An event of a story from elsewhere whose payload had been purged there: it keeps its place and what it caused."""

    kind: str
    version: int
    subject: str | None
    witnesses: Mask
    cause: Seq | None = None
    after: None = None
    seems: Mask | None = None


class Batch(msgspec.Struct, frozen=True):
    """One commit: all of it or nothing.

    `cause` is the seq that brought about those drafts that no other draft of the batch did. A `key` keeps the answer
    made by `answer(head, turn)`. `done` is the line whose draft the batch replaces. `at` is when it happened, where
    that is not now. Tombstones are for stories from elsewhere, and so is a piece of a commit whose other pieces follow:
    what is not whole never `ends`. `assets` are files that its events name.
    """

    story: str
    branch: str
    turn: TurnNumber
    drafts: Sequence[Drafted | Tombstone]
    next_id: int
    cause: Seq | None = None
    background: bool = False
    current: str | None = None
    key: str | None = None
    asked: bytes = b""
    done: str | None = None
    at: str | None = None
    ends: bool = True
    assets: Sequence[Asset] = ()


class Adopted(msgspec.Struct, frozen=True):
    """A story from elsewhere: its row, its branches, and its commits in order, all in terms of seqs beyond a given one;
    and the files that its events name.

    The commits and the files may be made as they are asked for. What `joins` is more of a story that there is: its row
    says only which turns and ids it has used.
    """

    row: side_tables.StoryRow
    branches: Sequence[Branch]
    batches: Iterable[Batch]
    assets: Iterable[Asset] = ()
    joins: bool = False


class Recorded(msgspec.Struct, frozen=True):
    """An event as it is in the log: as it travels, and its payload decoded."""

    event: Event
    payload: Payload
    witnesses: Mask


SUBJECTED = frozenset(p.kind for p in (LineSaid, LineNoticed, LineRevised, MemoryFormed))
"""The kinds that are about a line or memory."""


def subject(payload: Payload) -> str | None:
    """The line or memory that an event is about."""
    if isinstance(payload, LineSaid | LineNoticed | LineRevised):
        return payload.line
    return payload.memory if isinstance(payload, MemoryFormed) else None


def kinds_of(rows: Iterable[Row]) -> set[tuple[str, int]]:
    """The kinds of these rows, with their versions."""
    return {(row[5], row[6]) for row in rows}


def rows_of(batch: Batch, at: str, after: Seq, link: bytes) -> tuple[list[Row], bytes]:
    """A batch as rows of the log that follow a seq and its chain; and the chain at their end.

    Raises Fault(INTERNAL_ERROR) where an event could not be read again.
    """
    rows: list[Row] = []
    last = len(batch.drafts) - 1
    for i, (draft, salt) in enumerate(zip(batch.drafts, chain.salts(len(batch.drafts)), strict=True)):
        cause = Seq(after + 1 + draft.after) if draft.after is not None else draft.cause or batch.cause
        purged = isinstance(draft, Tombstone)
        said = draft if isinstance(draft, Tombstone) else draft.payload
        about = draft.subject if isinstance(draft, Tombstone) else subject(draft.payload)
        columns = (
            after + 1 + i, batch.story, batch.branch, batch.turn, cause, said.kind, said.version, draft.witnesses, at,
            int(i == last and batch.ends), int(batch.background), about,
        )  # fmt: skip
        seems = draft.seems if draft.seems != draft.witnesses else None
        data = b"" if purged else msgspec.json.encode(said)
        if not purged:
            bounds.check(said.kind, data)
        digest = os.urandom(len(chain.GENESIS)) if purged else chain.digest(salt, data)
        link = chain.link(link, chain.columns(*columns, *([] if seems is None else [seems])), digest)
        rows.append((*columns, *((None, None) if purged else (data.decode(), salt)), digest, link, seems))
    return rows, link


def recorded_of(batch: Batch, rows: Sequence[Row]) -> list[Recorded]:
    """The committed events of a batch, with their payloads and masks; `rows` are the rows written for the batch."""
    found = []
    for draft, row in zip(batch.drafts, rows, strict=True):
        if isinstance(draft, Drafted):
            seq, _story, branch, turn, cause, kind, version, witnesses, at, *_, data = row[:13]
            seems = row[-1]
            raw = msgspec.Raw(data.encode())
            seeming = UNSET if seems is None else entities_of(seems)
            event = Event(seq, branch, turn, cause, kind, version, at, entities_of(witnesses), raw, seeming)
            found.append(Recorded(event, draft.payload, witnesses))
    return found
