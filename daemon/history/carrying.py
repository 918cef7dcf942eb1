"""What a new branch takes along of an imported chat that was read: what came of lines before the fork, though it was
read after it. So nothing of a long chat has to be read again where one of its last lines is told otherwise."""

from bisect import bisect_right
from collections.abc import Collection, Sequence

from msgspec.structs import replace

from daemon.store.queries import chats, pages
from daemon.store.sqlite import SqliteConnection
from daemon.story.decide import Drafted, Ids
from daemon.story.lenses import seeming
from daemon.story.lineage import Stretch
from protocol.events import MACHINERY, Event, MemoryFormed, Payload
from protocol.ids import Seq, mask_of


def read_before(
    c: SqliteConnection, after: Sequence[Stretch], fork: Seq, have: Collection[Seq] = ()
) -> list[tuple[Event, Payload]]:
    """The events of a path after a fork that came of reading a chat's lines before it, with the records that these were
    read, oldest first; without what came of lines that end with the seqs in `have`. None where no lines were read."""
    spans = sorted((x, y) for x, y in chats.read(c, after, by_model=False) if y <= fork and y not in have)
    if not spans:
        return []
    found = chats.derived(c, after, spans[0][0], max(y for _, y in spans))
    return pages.decoded([e for e in found if e.cause is not None and _lies_in(spans, e.cause)])


def _lies_in(spans: Sequence[tuple[Seq, Seq]], seq: Seq) -> bool:
    """Whether one of these spans, which lie apart and in order, holds a seq."""
    at = bisect_right(spans, seq, key=lambda span: span[0])
    return at > 0 and seq <= spans[at - 1][1]


def carried(found: Sequence[tuple[Event, Payload]], fork: Seq, ids: Ids) -> list[Drafted]:
    """These events once more, for a branch that forks at a seq. Memories get ids of their own, and derive from nothing
    that the branch does not see: from what an earlier memory derives from, instead of from that."""
    sources: dict[Seq, set[Seq]] = {}
    kept: list[tuple[Event, Payload]] = []
    within: set[Seq] = set()
    for event, said in found:
        if isinstance(said, MemoryFormed):
            later = {s for s in said.from_ if s > fork}
            sources[event.seq] = {s for s in said.from_ if s <= fork}.union(*(sources.get(s, set()) for s in later))
            within |= later
            kept.append((event, replace(said, memory=ids.make("m"), from_=sorted(sources[event.seq]))))
        elif event.kind not in MACHINERY or event.kind == "chat.read":
            kept.append((event, said))
    return [
        Drafted(said, mask_of(e.witnesses), cause=e.cause, seems=seeming(e)) for e, said in kept if e.seq not in within
    ]
