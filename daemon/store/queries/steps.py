"""Reads of possibly very many events, done in steps so that other reads get their turn: the consequences of events
along a path, and events by their seqs."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from daemon.store.database import Database
from daemon.store.queries import derivations, pages
from daemon.story.lineage import END, Stretch
from daemon.story.retraction import Consequences
from daemon.tasks import Headway
from protocol.events import Event, Payload
from protocol.ids import Seq

SPAN = 8192
"""The most seqs that one step goes through."""

AT_ONCE = 1000
"""The most events or lines that one step reads by seq or id."""

T = TypeVar("T")


async def follow(
    database: Database, path: Sequence[Stretch], targets: Iterable[Seq], headway: Headway | None = None
) -> Consequences:
    """The consequences of each of these events along a path that begins before the first. Steps `headway` for each.

    Raises LeftOff after `headway.leave_off`.
    """
    wanted = deque(sorted(set(targets)))
    consequences = Consequences(wanted, await database.read.run(derivations.rewritten, wanted))
    for piece in pieces(path, await database.read.run(derivations.last)):
        await database.read.run(derivations.follow, piece, consequences)
        while headway is not None and wanted and wanted[0] <= piece[-1].upto:
            wanted.popleft()
            headway.step()
    return consequences


async def follow_everywhere(
    database: Database, branches: Iterable[str], after: Seq, targets: Iterable[Seq]
) -> Consequences:
    """The consequences of each of these events on these branches, also where a branch does not see the event. `after`
    is a seq before the first event. Reads in a single step."""
    wanted = sorted(set(targets))
    consequences = Consequences(wanted, await database.read.run(derivations.rewritten, wanted))
    await database.read.run(derivations.follow, [Stretch(b, after, END) for b in branches], consequences)
    return consequences


async def decoded(database: Database, seqs: Iterable[Seq]) -> list[tuple[Event, Payload]]:
    """The events with these seqs and their payloads, in order; purged and unreadable ones are passed over."""
    found: list[tuple[Event, Payload]] = []
    for some in portions(sorted(seqs)):
        found += await database.read.run(lambda c, some: pages.decoded(derivations.events(c, some)), some)
    return found


def portions(of: Sequence[T]) -> Iterator[Sequence[T]]:
    """Slices of at most AT_ONCE items."""
    return (of[n : n + AT_ONCE] for n in range(0, len(of), AT_ONCE))


def pieces(path: Iterable[Stretch], last: Seq) -> Iterator[list[Stretch]]:
    """A path up to the seq `last`, cut into pieces of at most SPAN seqs."""
    piece: list[Stretch] = []
    room = SPAN
    for s in path:
        after, upto = s.after, min(s.upto, last)
        while after < upto:
            end = min(upto, Seq(after + room))
            piece.append(Stretch(s.branch, after, end))
            room -= end - after
            after = end
            if not room:
                yield piece
                piece, room = [], SPAN
    if piece:
        yield piece
