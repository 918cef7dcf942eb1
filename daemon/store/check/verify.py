"""Whether the log is what was written, event by event, and can be read: the hash chain, and the payloads' shapes.

Writes nothing. Folding the log is replay.py.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from hashlib import sha256
from typing import Any, Literal

import msgspec

from daemon.store import chain
from daemon.store.database import name_of
from daemon.store.sqlite import SqliteConnection
from daemon.store.upcasters import DECODERS, readable
from protocol.events import PAYLOADS
from protocol.ids import BEGINNING, Seq

TAIL = 1000
"""How many of the last events are checked at each start; `verify` checks all."""

AT_ONCE = 16_384
"""Events read in one query, so that a long check keeps no old pages of the write-ahead log in use."""

MOST = 20
"""Findings after which no more are looked for."""

Heed = Callable[[int], None]
"""Called with the seq up to which events have been checked."""

_CHAINED = (
    "seq, CAST(concat_ws(char(31), seq, story, branch, turn, ifnull(cause, ''), kind, version, witnesses, at, ends,"
    " background, ifnull(subject, ''), seems) AS BLOB), CAST(data AS BLOB), salt, digest, chain,"
    " max(story, branch, kind, at, ifnull(subject, ''), ifnull(data, '')) < x''"
)
"""The columns of an event as the chain takes them, and whether its texts are texts: SQLite sorts blobs after texts."""

_SEPARATOR = b"\x1f"
_DECODERS = {(kind.encode(), b"%d" % PAYLOADS[kind].version): decoder for kind, decoder in DECODERS.items()}
"""Decoders by kind and present version, both as bytes, as they stand among an event's columns."""

Sort = Literal["damaged", "unreadable", "derived"]
"""damaged: not what was written. unreadable: written by a faulty program, so that reads pass it over. derived: wrong in
what can be dropped and rebuilt."""


class Finding(msgspec.Struct, frozen=True):
    """A fault in a store: what is wrong, and the seq of the event concerned, or 0 where no single event is."""

    seq: Seq
    why: str
    sort: Sort = "damaged"


def check_tail(c: SqliteConnection) -> str:
    """What is wrong with the last TAIL events; empty where all is well."""
    return check_chain(c, _tail(c))


def _tail(c: SqliteConnection) -> Seq:
    """The seq after which the last TAIL events come."""
    return Seq(max(0, last_seq(c) - TAIL))


def unreadable_tail(c: SqliteConnection) -> list[Finding]:
    """The findings of those of the last TAIL events that cannot be read."""
    return [f for f in findings(c, _tail(c), shapes=True) if f.sort == "unreadable"]


def check_chain(c: SqliteConnection, after: Seq = BEGINNING) -> str:
    """What is wrong with the chain beyond a seq, naming the first seq concerned; empty where all is well."""
    found = next(findings(c, after), None)
    return found.why if found is not None else ""


def findings(
    c: SqliteConnection, after: Seq = BEGINNING, heed: Heed = lambda seq: None, *, shapes: bool = False
) -> Iterator[Finding]:
    """All that is wrong with the chain beyond a seq, in order. Memory does not grow with the log.

    After a broken event the check goes on from the chain that is stored with it. With `shapes`, every payload that is
    as it was written is decoded as well.
    """
    try:
        before = (chain_at(c, after) if after else chain.GENESIS) or b""
        last = last_seq(c)
    except Exception as wrong:  # noqa: BLE001 - what is no failure of the file is raised again
        yield _not_read(wrong, Seq(after + 1))
        return
    seq = int(after)
    while True:
        reached = yield from _stretch(c, seq, min(last, seq + AT_ONCE), before, shapes)
        if reached is None:
            return
        seq, before = reached
        heed(seq)
        if seq >= last:
            return


def _stretch(
    c: SqliteConnection, after: int, upto: int, before: bytes, shapes: bool
) -> Generator[Finding, None, tuple[int, bytes] | None]:
    """All that is wrong with the events after one seq and up to another. Returns the seq that was reached and the chain
    there; None where reading failed."""
    seq = after
    try:
        rows = c.execute(
            f"SELECT {_CHAINED} FROM event WHERE seq > ? AND seq <= ? ORDER BY seq",  # noqa: S608 - a constant
            (seq, upto),
        )
        for row in rows:
            seq += 1
            at, columns, data, salt, digest, link, are_texts = row
            # The same test as in `_broken`, inline: its calls would take a third of the time.
            if (
                at == seq and are_texts and data is not None and type(salt) is type(digest) is bytes
                and sha256(salt + data).digest() == digest
                and sha256(before + columns + digest).digest() == link
            ):  # fmt: skip
                before = link
                if shapes:
                    yield from _misshapen(seq, columns, data)
                continue
            if at != seq:
                yield Finding(Seq(seq), f"event {seq} is missing")
                seq = at
            elif why := _broken(row, before):
                yield Finding(Seq(seq), why)
            before = link if type(link) is bytes else b""
        if seq < upto:
            yield Finding(Seq(seq + 1), f"event {seq + 1} is missing")
    except Exception as wrong:  # noqa: BLE001 - what is no failure of the file is raised again
        yield _not_read(wrong, Seq(seq + 1))
        return None
    return max(seq, upto), before


def _misshapen(seq: int, columns: bytes, data: bytes) -> Iterator[Finding]:
    """The finding of a payload that is as it was written, where it cannot be decoded."""
    _, story, _, _, _, kind, version, _ = columns.split(_SEPARATOR, 7)
    try:
        _DECODERS[kind, version].decode(data)
    except Exception:  # noqa: BLE001 - of an older version, or unreadable
        yield from _unreadable(Seq(seq), story.decode(), kind.decode(), int(version), data)


def last_seq(c: SqliteConnection) -> Seq:
    """The seq of the last event; 0 where there is none."""
    return Seq(c.execute("SELECT max(seq) FROM event").fetchone()[0] or 0)


def chain_at(c: SqliteConnection, seq: Seq) -> bytes | None:
    """The chain just after an event; None where there is no such event."""
    row = c.execute("SELECT CAST(chain AS BLOB) FROM event WHERE seq = ?", (seq,)).fetchone()
    return row[0] if row else None


def check_file(c: SqliteConnection) -> Iterator[Finding]:
    """What SQLite finds wrong with the file itself, pages and indexes."""
    try:
        messages = [str(row[0]) for row in c.execute(f"PRAGMA integrity_check({MOST})")]
    except Exception as wrong:  # noqa: BLE001 - what is no failure of the file is raised again
        yield _not_read(wrong, BEGINNING)
        return
    yield from (Finding(BEGINNING, f"the file: {why}") for why in messages if why != "ok")


def _unreadable(seq: Seq, story: str, kind: str, version: int, data: bytes) -> Iterator[Finding]:
    """The finding of a payload that is as it was written and cannot be decoded, not even after lifting it."""
    try:
        if readable(kind, version, data) is not None:
            return
    except (
        msgspec.DecodeError,
        RecursionError,
        LookupError,
        TypeError,
        ValueError,
    ):  # whatever a step of lifting may raise
        pass
    yield unreadable(seq, story, kind)


def unreadable(seq: Seq, story: str, kind: str) -> Finding:
    """The finding of an event that is as it was written, and yet cannot be read."""
    why = f"event {seq} ({kind}) cannot be read and is passed over; `rpc purge -s {story} {seq}` removes it"
    return Finding(seq, why, "unreadable")


def _not_read(wrong: Exception, seq: Seq) -> Finding:
    """The finding of the place where reading failed. Raises `wrong` again unless it is a failure of the file."""
    if not name_of(wrong):
        raise wrong
    return Finding(seq, f"event {seq} cannot be read" if seq else f"the file cannot be read ({name_of(wrong)})")


def _broken(row: Sequence[Any], before: bytes) -> str:
    """What is wrong with an event, given the chain before it; empty where nothing is."""
    seq, columns, data, salt, digest, link, are_texts = row
    purged = data is None and salt is None
    if not purged and (type(data) is not bytes or type(salt) is not bytes or chain.digest(salt, data) != digest):
        return f"the payload of event {seq} was changed"
    if not are_texts or type(digest) is not bytes or chain.link(before, columns, digest) != link:
        return f"event {seq} was changed, or the one before it"
    return ""
