"""The finds of a search, read from the log as the lens perceived them; and the seqs of a span of story time."""

import itertools
from bisect import bisect_left
from collections.abc import Mapping, Sequence

import msgspec

from daemon.store.queries.pages import TIMES, decoded
from daemon.store.queries.reads import COLUMNS, SHOWN, event_of, latest, payload_of
from daemon.store.recall.search import Hit
from daemon.store.sqlite import SqliteConnection
from daemon.story.lenses import Lens, as_seen
from daemon.story.lineage import Stretch
from daemon.story.transcript import as_written, lines
from protocol.events import Event, LineRevised, LineSaid, LoreSet, MemoryFormed, Payload
from protocol.ids import EVERYBODY, EntityId, Seq, TurnNumber
from protocol.views import LineView

Seen = Mapping[str, Sequence[Stretch]]
"""The stretches of each branch that are seen, in order, by the branch's id."""


class Found(msgspec.Struct, frozen=True):
    """A find as the lens perceived it. `from_` are the seqs of a line's parts, or those from which a memory derives;
    `line` is the line that was found, None for all else."""

    hit: Hit
    seq: Seq
    text: str
    who: EntityId | None
    witnesses: tuple[EntityId, ...]
    from_: list[Seq]
    significance: float
    turn: TurnNumber
    line: LineView | None = None


def found(
    c: SqliteConnection, story: str, path: Sequence[Stretch], lens: Lens, lore: frozenset[Seq], hits: Sequence[Hit]
) -> list[Found]:
    """The finds in the order of the hits; `lore` are the seqs of the entries of lore in force.

    A hit on words that have been revised since, as far as the lens knows, is left out.
    """
    seen = {branch: list(some) for branch, some in itertools.groupby(path, key=lambda s: s.branch)}
    made = (_lore(c, lens, h) if h.kind == "lore" else _found(h, _events(c, story, seen, lens, h)) for h in hits)
    return [f for f in made if f is not None and (f.hit.kind != "lore" or f.seq in lore)]


def _events(c: SqliteConnection, story: str, seen: Seen, lens: Lens, hit: Hit) -> list[tuple[Event, Payload]]:
    """The events of a line or memory that a lens shows, oldest first."""
    rows = c.execute(
        f"SELECT {COLUMNS} FROM event WHERE story = ? AND subject = ?"  # noqa: S608 - constants
        f" AND {SHOWN} AND data IS NOT NULL ORDER BY seq",
        (story, hit.subject, lens, lens),
    )
    events = (event_of(row) for row in rows)
    return decoded([as_seen(lens, e) for e in events if _sees(seen, e)])


def _sees(seen: Seen, event: Event) -> bool:
    of_branch = seen.get(event.branch, ())
    at = bisect_left(of_branch, event.seq, key=lambda s: s.upto)
    return at < len(of_branch) and of_branch[at].after < event.seq


def _found(hit: Hit, events: Sequence[tuple[Event, Payload]]) -> Found | None:
    return _line(hit, events) if hit.kind == "line" else _memory(hit, events)


def _line(hit: Hit, events: Sequence[tuple[Event, Payload]]) -> Found | None:
    words = [(e, p) for e, p in events if isinstance(p, LineSaid | LineRevised)]
    now = {p.part: e.seq for e, p in words}
    if hit.seqs and not {*hit.seqs} & {*now.values()}:
        return None
    shown = lines(words)
    if not shown:
        return None
    line = shown[0]
    seqs = sorted({p.seq for p in line.parts} | {*now.values()})
    return Found(hit, line.seq, as_written(line.parts).strip(), line.who, line.witnesses, seqs, 0.0, line.turn, line)


def _memory(hit: Hit, events: Sequence[tuple[Event, Payload]]) -> Found | None:
    kept = [(e, p) for e, p in events if isinstance(p, MemoryFormed)]
    if not kept or kept[-1][0].seq not in hit.seqs:
        return None
    e, p = kept[-1]
    return Found(hit, e.seq, p.gist, p.told_by, e.witnesses, p.from_, p.significance, e.turn)


def _lore(c: SqliteConnection, lens: Lens, hit: Hit) -> Found | None:
    row = c.execute(f"SELECT {COLUMNS} FROM event WHERE seq = ? AND data IS NOT NULL", (hit.at,)).fetchone()  # noqa: S608
    if row is None:
        return None
    e = as_seen(lens, event_of(row))
    p = payload_of(e)
    return Found(hit, e.seq, p.text, None, e.witnesses, [e.seq], 0.0, e.turn) if isinstance(p, LoreSet) else None


def between(c: SqliteConnection, path: Sequence[Stretch], since: str, until: str) -> range:
    """The seqs of a path at which the story's clock read `since` or later, but not yet `until`."""
    return range(_first(c, path, since), _first(c, path, until))


def _first(c: SqliteConnection, path: Sequence[Stretch], moment: str) -> Seq:
    """The first seq at which the clock read `moment` or later; the seq after the path where it never did.

    The clock never runs backwards along a path, so a binary search finds the seq.
    """
    first = Seq(1)
    low, high = first, Seq(path[-1].upto + 1) if path else first
    while low < high:
        middle = Seq((low + high) // 2)
        if (_clock(c, path, middle) or "") >= moment:
            high = middle
        else:
            low = Seq(middle + 1)
    return low


def _clock(c: SqliteConnection, path: Sequence[Stretch], at: Seq) -> str | None:
    """The clock just after a seq, as everybody knows it; None where it was never set."""
    for s in reversed(path):
        if s.after >= at:
            continue
        row = c.execute(
            f"SELECT data ->> 'clock' FROM event WHERE branch = ? AND seq > ? AND seq <= ? AND {TIMES}"  # noqa: S608
            " AND kind >= 'time' AND witnesses = ? AND data IS NOT NULL ORDER BY seq DESC LIMIT 1",
            (s.branch, s.after, min(s.upto, at), EVERYBODY),
        ).fetchone()
        if row:
            return str(row[0]) if row[0] is not None else None
    return None


def recalled(
    c: SqliteConnection, path: Sequence[Stretch], speaker: EntityId | None, most: int, back: int
) -> list[list[Seq]]:
    """The seqs recalled for each of a speaker's last replies: `most` replies at most, among the last `back` events."""
    last: list[list[Seq]] = []
    for s in reversed(latest(c, path, back)):
        rows = c.execute(
            "SELECT data ->> 'recalled' FROM event WHERE branch = ? AND seq > ? AND seq <= ? AND kind = 'model.called'"
            " AND data ->> 'role' = 'render' AND data ->> 'speaker' IS ? ORDER BY seq DESC LIMIT ?",
            (s.branch, s.after, s.upto, speaker, most - len(last)),
        )
        last += [msgspec.json.decode(seqs or "[]", type=list[Seq]) for (seqs,) in rows]
    return last
