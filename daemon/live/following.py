"""What goes with events of a story, read along its history in steps, so that others can read in between."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from daemon.store.database import Database
from daemon.store.queries import derivations, pages
from daemon.story.lineage import END, Stretch
from daemon.story.retraction import Following
from daemon.tasks import Headway
from protocol.events import Event, Payload

SPAN = 8192
"""Seqs that are gone through in one step."""

AT_ONCE = 1000
"""Events or lines that are read by name in one step."""

T = TypeVar("T")


async def follow(
    database: Database, path: Sequence[Stretch], targets: Iterable[int], headway: Headway | None = None
) -> Following:
    """What goes with each of these events along a path that begins before the first; a step of headway for each."""
    wanted = deque(sorted(set(targets)))
    following = Following(wanted, await database.read.run(derivations.retold, wanted))
    for piece in pieces(path, await database.read.run(derivations.last)):
        await database.read.run(derivations.follow, piece, following)
        while headway is not None and wanted and wanted[0] <= piece[-1].upto:
            wanted.popleft()
            headway.step()
    return following


async def follow_everywhere(
    database: Database, branches: Iterable[str], after: int, targets: Iterable[int]
) -> Following:
    """The same on all of these branches, whichever of them sees what: after a seq before the first, and in one step."""
    wanted = sorted(set(targets))
    following = Following(wanted, await database.read.run(derivations.retold, wanted))
    await database.read.run(derivations.follow, [Stretch(b, after, END) for b in branches], following)
    return following


async def decoded(database: Database, seqs: Iterable[int]) -> list[tuple[Event, Payload]]:
    """These events with their payloads, in order; purged ones are passed over."""
    found: list[tuple[Event, Payload]] = []
    for some in portions(sorted(seqs)):
        found += await database.read.run(lambda c, some: pages.decoded(derivations.events(c, some)), some)
    return found


def portions(of: Sequence[T]) -> Iterator[Sequence[T]]:
    """So many of them at a time as are read in one step."""
    return (of[n : n + AT_ONCE] for n in range(0, len(of), AT_ONCE))


def pieces(path: Iterable[Stretch], last: int) -> Iterator[list[Stretch]]:
    """A path up to the seq `last`, in pieces that are gone through in one step each."""
    piece: list[Stretch] = []
    room = SPAN
    for s in path:
        after, upto = s.after, min(s.upto, last)
        while after < upto:
            end = min(upto, after + room)
            piece.append(Stretch(s.branch, after, end))
            room -= end - after
            after = end
            if not room:
                yield piece
                piece, room = [], SPAN
    if piece:
        yield piece
