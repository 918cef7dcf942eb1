"""The takes of a line: the lines, on whichever branch, that answer the same seq."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence

from daemon.live.open_stories import OpenStory
from daemon.store.database import Database
from daemon.store.queries import derivations, pages
from daemon.story.lineage import Branch, Stretch, Tree, shows, whole
from protocol.events import Event, LineSaid
from protocol.ids import BEGINNING, Seq
from protocol.views import LineView

BOTS = ("a", "b")


async def answering(
    database: Database, story: OpenStory, asked: str, causes: Sequence[Seq]
) -> list[tuple[Seq, Seq, str, str]]:
    """(seq answered, seq, branch, line) of the lines that answer these seqs, oldest first. The branch is `asked` where
    that shows the line, else the line's own; a line that neither shows is left out."""
    if not causes:
        return []
    found = await database.read.run(derivations.answering, causes)
    found += await database.read.run(derivations.authored, story.tree.forks, causes)
    there = [(c, seq, shown_on(story.tree, asked, branch, seq), line) for c, seq, branch, line in found]
    return sorted(((c, seq, on, line) for c, seq, on, line in there if on is not None), key=lambda x: x[1])


def shown_on(tree: Tree, asked: str, branch: str, seq: Seq) -> str | None:
    """The branch that shows an event of `branch`: `asked` if that does, else its own; None where neither does."""
    return next((b for b in (asked, branch) if shows(tree, b, branch, seq)), None)


async def answered(database: Database, story: OpenStory, first: Event, words: LineSaid) -> Seq | None:
    """The seq that a line answers, given its first part; None for a line that is no reply. A line that the author wrote
    for a bot answers the last commit before it that moved the head."""
    return (await causes_of(database, story, [(first, words)]))[first.seq]


async def causes_of(
    database: Database, story: OpenStory, lines: Sequence[tuple[Event, LineSaid]]
) -> dict[Seq, Seq | None]:
    """The seq that each of these lines answers, by the seq of its first part."""
    authored = {e.seq: e.branch for e, p in lines if e.cause is None and p.who in BOTS}
    own = {seq: [_before(story.tree[branch], seq)] for seq, branch in authored.items()}
    stood = await database.read.run(derivations.last_commits, own) if own else {}
    # What the first lines of a branch answer lies further back, on an ancestor.
    far = {seq: whole(story.tree, authored[seq], BEGINNING, Seq(seq - 1)) for seq, last in stood.items() if not last}
    stood |= await database.read.run(derivations.last_commits, far) if far else {}
    return {e.seq: stood.get(e.seq, e.cause) for e, _ in lines}


def _before(own: Branch, seq: Seq) -> Stretch:
    """The stretch of a branch's own events before a seq."""
    return Stretch(own.branch, own.fork_seq, Seq(seq - 1))


async def numbered(
    database: Database, story: OpenStory, branch: str, lines: Sequence[LineView]
) -> Mapping[str, tuple[int, int]]:
    """(its number, how many takes there are), by line, for those of these lines of a branch that have other takes."""
    if len(story.tree) == 1:
        return {}
    first = pages.decoded(await database.read.run(derivations.events, [x.seq for x in lines]))
    causes = await causes_of(database, story, [(e, p) for e, p in first if isinstance(p, LineSaid)])
    wanted = sorted({cause for seq, cause in causes.items() if cause is not None and _forked(story.tree, cause, seq)})
    by_cause: defaultdict[Seq | None, list[str]] = defaultdict(list)
    for cause, _, _, line in await answering(database, story, branch, wanted):
        by_cause[cause].append(line)
    found: dict[str, tuple[int, int]] = {}
    for x in lines:
        among = by_cause[causes.get(x.seq)]
        if x.line in among and len(among) > 1:
            found[x.line] = (among.index(x.line) + 1, len(among))
    return found


def _forked(tree: Tree, cause: Seq, seq: Seq) -> bool:
    """Whether any branch forks between a line and the seq that it answers; else it has no other takes."""
    nearest = bisect_left(tree.forks, (cause, ""))
    return nearest < len(tree.forks) and tree.forks[nearest][0] < seq
