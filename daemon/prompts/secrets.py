"""Gathering what a speaker takes those present to know. Writes nothing."""

from collections.abc import Sequence

from msgspec.structs import replace

from daemon.live.views import Viewpoint, Views
from daemon.store.queries import pages, reads
from daemon.store.sqlite import SqliteConnection
from daemon.story.lenses import as_taken
from daemon.story.lineage import stretches
from daemon.story.state import State
from daemon.telling.secrets import Kept, Secret, Taken, present, secrets
from protocol.events import MemoryFormed
from protocol.ids import BEGINNING, EntityId, Seq
from protocol.views import LineView

MEMORIES = 60
"""How many of a speaker's latest memories may be secrets."""

LINES = 60
"""How many of the latest lines may hold what was told in private."""


async def gathered(
    views: Views, where: Viewpoint, mind: State, speaker: EntityId, lines: Sequence[LineView]
) -> list[Secret]:
    """The secrets of a speaker that matter most now. `where`, `mind` and `lines` are of the speaker's lens."""
    others = present(mind, speaker)
    if not others:
        return []
    kept = await views.database.read.run(_memories, where)
    late = list(lines[-LINES:])
    asked = {p.seq for x in late for p in x.parts} | {s for x in kept for s in (x.seq, *x.memory.from_)}
    taken = {}
    for e in others:
        lens = as_taken(speaker, e)
        seen = await views.database.read.run(reads.shown, sorted(asked), lens)
        taken[e] = Taken(await views.state(replace(where, lens=lens)), frozenset(seen))
    return secrets(mind, speaker, taken, late, kept)


def _memories(c: SqliteConnection, where: Viewpoint) -> list[Kept]:
    """The latest memories of a lens, but summaries, as they were told last."""
    path = stretches(where.story.tree, where.branch, BEGINNING, where.at, where.as_of)
    found, _ = pages.memories(c, path, path, where.lens, MEMORIES)
    return [Kept(Seq(e.seq), p) for e, p in found if isinstance(p, MemoryFormed) and p.memory_kind != "summary"]
