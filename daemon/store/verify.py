"""Whether the log is what was written: the hash chain, event by event. Writes nothing."""

from collections.abc import Sequence
from typing import Any

from daemon.store import chain

TAIL = 1000
"""How many of the last events are checked at each start; `verify` checks all."""

_CHAINED = (
    "seq, story, branch, turn, cause, kind, version, witnesses, at, ends, background, subject,"
    " data, salt, digest, chain"
)


def check_tail(c: Any) -> str:
    """What is wrong with the last events; empty where all is well."""
    last = c.execute("SELECT max(seq) FROM event").fetchone()[0] or 0
    return check_chain(c, max(0, last - TAIL))


def check_chain(c: Any, after: int = 0) -> str:
    """What is wrong with the chain beyond a seq, naming the first seq concerned; empty where all is well."""
    seq, factory = after, c.text_factory
    c.text_factory = bytes  # what was damaged need not be UTF-8
    try:
        before = chain_at(c, after) if after else chain.GENESIS
        for row in c.execute(f"SELECT {_CHAINED} FROM event WHERE seq > ? ORDER BY seq", (after,)):  # noqa: S608
            seq += 1
            if row[0] != seq:
                return f"event {seq} is missing"
            if why := _broken(row, before or b""):
                return why
            before = row[15]
    except Exception as wrong:
        if not hasattr(wrong, "sqlite_errorname"):
            raise
        return f"event {seq + 1} cannot be read"
    finally:
        c.text_factory = factory
    return ""


def _broken(row: Sequence[Any], before: bytes) -> str:
    """What is wrong with an event, given the chain before it."""
    data, salt, digest, link = row[12:]
    readable = type(digest) is bytes and all(x is None or type(x) is bytes for x in (data, salt))
    whole = readable and (data is None if salt is None else chain.digest(salt, data or b"") == digest)
    if not whole:
        return f"the payload of event {row[0]} was changed"
    if chain.link(before, _columns(row[:12]), digest) != link:
        return f"event {row[0]} was changed, or the one before it"
    return ""


def _columns(values: Sequence[Any]) -> bytes:
    """The same as `chain.columns`, of texts that are bytes."""
    return b"\x1f".join([v if type(v) is bytes else b"" if v is None else str(v).encode() for v in values])


def chain_at(c: Any, seq: int) -> bytes | None:
    """The chain just after an event."""
    row = c.execute("SELECT chain FROM event WHERE seq = ?", (seq,)).fetchone()
    return row[0] if row else None
