"""Whether the log is what was written: the hash chain, event by event. Writes nothing."""

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
    before = chain_at(c, after) if after else chain.GENESIS
    expected = after
    for row in c.execute(f"SELECT {_CHAINED} FROM event WHERE seq > ? ORDER BY seq", (after,)):  # noqa: S608
        expected += 1
        seq, data, salt, digest, link = row[0], row[12], row[13], row[14], row[15]
        if seq != expected:
            return f"event {expected} is missing"
        if salt is not None and chain.digest(salt, (data or "").encode()) != digest:
            return f"the payload of event {seq} was changed"
        if chain.link(before or b"", chain.columns(*row[:12]), digest) != link:
            return f"event {seq} was changed, or the one before it"
        before = link
    return ""


def chain_at(c: Any, seq: int) -> bytes | None:
    """The chain just after an event."""
    row = c.execute("SELECT chain FROM event WHERE seq = ?", (seq,)).fetchone()
    return row[0] if row else None
