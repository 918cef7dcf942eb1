"""The takes of a line: the lines, on whichever branch, that answer the same."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from daemon.store import ties
from daemon.store.database import Database
from daemon.story.lineage import shows
from daemon.tales import Tale
from protocol.events import Event, LineSaid, Payload
from protocol.views import LineView


async def answering(database: Database, tale: Tale, causes: Sequence[int]) -> list[tuple[int, int, str, str]]:
    """(seq answered, seq, branch, line) of those that answer these seqs, as far as their own branches show them."""
    found = await database.read.run(ties.answering, causes) if causes else []
    return [x for x in found if shows(tale.tree, x[2], x[2], x[1])]


async def one_action(database: Database, said: Iterable[tuple[Event, Payload]], turn: int) -> frozenset[int]:
    """The turns that are one with this: where a reply was taken again or told otherwise, it is one with what it took
    up, since that had been neither read nor remembered yet where the new branch begins. Of these lines, at least."""
    replies = [(e.turn, e.cause) for e, p in said if isinstance(p, LineSaid) and p.mode and not p.part]
    first = dict(await database.read.run(ties.first_turns, [c for _, c in replies if c is not None]))
    pairs = [{t, first[c]} for t, c in replies if c in first]
    turns = {turn}
    while more := [p for p in pairs if p & turns and not p <= turns]:
        turns.update(*more)
    return frozenset(turns)


async def numbered(database: Database, tale: Tale, lines: Sequence[LineView]) -> Mapping[str, tuple[int, int]]:
    """For each of these lines that has other takes: which it is, and how many there are."""
    causes = {e.seq: e.cause for e in await database.read.run(ties.events, [x.seq for x in lines])}
    wanted = sorted({cause for cause in causes.values() if cause is not None})
    by_cause: defaultdict[int | None, list[str]] = defaultdict(list)
    for answered, _, _, line in await answering(database, tale, wanted):
        by_cause[answered].append(line)
    found: dict[str, tuple[int, int]] = {}
    for x in lines:
        among = by_cause[causes.get(x.seq)]
        if x.line in among and len(among) > 1:
            found[x.line] = (among.index(x.line) + 1, len(among))
    return found
