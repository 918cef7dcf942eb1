"""Whether the log is what was written: the hash chain, event by event. Writes nothing."""

from collections.abc import Sequence
from typing import Any

from daemon.store import chain
from daemon.store.database import name_of

TAIL = 1000
"""How many of the last events are checked at each start; `verify` checks all."""

_CHAINED = (
    "seq, CAST(concat_ws(char(31), seq, story, branch, turn, ifnull(cause, ''), kind, version, witnesses, at, ends,"
    " background, ifnull(subject, '')) AS BLOB), CAST(data AS BLOB), salt, digest, chain,"
    " max(story, branch, kind, at, ifnull(subject, ''), ifnull(data, '')) < x''"
)
"""An event as the chain takes it, and whether its texts are texts: every blob is more than any text."""


def check_tail(c: Any) -> str:
    """What is wrong with the last events; empty where all is well."""
    last = c.execute("SELECT max(seq) FROM event").fetchone()[0] or 0
    return check_chain(c, max(0, last - TAIL))


def check_chain(c: Any, after: int = 0) -> str:
    """What is wrong with the chain beyond a seq, naming the first seq concerned; empty where all is well."""
    seq = after
    try:
        before = (chain_at(c, after) if after else chain.GENESIS) or b""
        for row in c.execute(f"SELECT {_CHAINED} FROM event WHERE seq > ? ORDER BY seq", (after,)):  # noqa: S608
            seq += 1
            if row[0] != seq:
                return f"event {seq} is missing"
            if why := _broken(row, before):
                return why
            before = row[5]
    except Exception as wrong:
        if not name_of(wrong):
            raise
        return f"event {seq + 1} cannot be read"
    return ""


def _broken(row: Sequence[Any], before: bytes) -> str:
    """What is wrong with an event, given the chain before it."""
    seq, columns, data, salt, digest, link, are_texts = row
    purged = data is None and salt is None
    if not purged and (type(data) is not bytes or type(salt) is not bytes or chain.digest(salt, data) != digest):
        return f"the payload of event {seq} was changed"
    if not are_texts or type(digest) is not bytes or chain.link(before, columns, digest) != link:
        return f"event {seq} was changed, or the one before it"
    return ""


def chain_at(c: Any, seq: int) -> bytes | None:
    """The chain just after an event."""
    row = c.execute("SELECT CAST(chain AS BLOB) FROM event WHERE seq = ?", (seq,)).fetchone()
    return row[0] if row else None
