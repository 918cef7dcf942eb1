"""The words of lines that were told otherwise: which ones stand, which a fork takes along, and what a purge of them is
of. What goes and comes back with them is outdated.py."""

from collections.abc import Collection, Container, Iterable, Sequence

from daemon.live.following import decoded, follow_everywhere, portions
from daemon.live.open_stories import OpenStory
from daemon.store.database import Database
from daemon.store.queries import derivations, pages, reads
from daemon.story.lineage import END, Tree, sees, stretches
from daemon.story.retraction import LINES, Tie
from protocol.events import Event, LineNoticed, LineRevised, LineSaid

STAYS = frozenset({*LINES, "time.passed", "model.called"})
"""What a line caused that holds for its new words as well."""

Key = tuple[str, int]
"""A part of a line."""


class Wordings:
    """What was said of some lines and told otherwise, as a line of history sees it, retracted or not."""

    def __init__(self, tree: Tree, branch: str, events: Iterable[Event]) -> None:
        self.tree, self.branch = tree, branch
        self.said: dict[Key, int] = {}
        self.revised: dict[Key, list[int]] = {}
        self.keys: dict[int, Key] = {}
        for e, p in pages.decoded([e for e in events if sees(tree, branch, e.branch, e.seq)]):
            if isinstance(p, LineSaid | LineRevised | LineNoticed):
                self.keys[e.seq] = p.line, p.part
            if isinstance(p, LineSaid):
                self.said[p.line, p.part] = e.seq
            elif isinstance(p, LineRevised):
                self.revised.setdefault((p.line, p.part), []).append(e.seq)

    def standing(self, key: Key, gone: Container[int], at: int = END) -> int:
        """The seq of the event that gives a part its words as of `at`, given what is gone by then."""
        told = (seq for seq in reversed(self.revised.get(key, ())) if seq <= at and seq not in gone)
        return next(told, self.said[key])

    def then(self, key: Key, at: int) -> int:
        """The same as it was at a seq."""
        return self.standing(key, self.tree.gone(self.branch, at).all, at)


async def wordings(database: Database, tree: Tree, story: str, branch: str, lines: Iterable[str]) -> Wordings:
    """Those of these lines."""
    return Wordings(tree, branch, await events_of(database, story, lines))


async def carried(database: Database, story: OpenStory, line: str, at: int) -> list[tuple[Event, LineRevised]]:
    """What a fork of a line of history at a seq takes along: what stands in the words of lines before it, but was told
    only after it."""
    path = stretches(story.tree, line, at)
    found = pages.decoded(await database.read.run(reads.revisions, path)) if path else []
    latest = {(p.line, p.part): (e, p) for e, p in found if isinstance(p, LineRevised)}
    if not latest:
        return []
    told = await wordings(database, story.tree, story.id, line, (id for id, _ in latest))
    gone = story.tree.gone(line).all
    there = {key: x for key, x in latest.items() if told.said.get(key, END) <= at and told.said[key] not in gone}
    return [there[key] for key in sorted(there, key=lambda k: told.said[k])]


async def same_words(database: Database, story: OpenStory, purged: Collection[int]) -> set[int]:
    """Of the revisions among these events, on all branches: those in the same words, as forks take them along, and
    what was derived from a part while it stood in them."""
    revised = [p for _, p in await decoded(database, purged) if isinstance(p, LineRevised)]
    words = {(p.line, p.part, p.text) for p in revised}
    if not words:
        return set()
    events = await events_of(database, story.id, (x[0] for x in words))
    told = pages.decoded(events)
    same = {e.seq for e, p in told if isinstance(p, LineRevised) and (p.line, p.part, p.text) in words}
    said = [e.seq for e, p in told if isinstance(p, LineSaid)]
    tied = (await follow_everywhere(database, story.tree, min(said, default=END) - 1, said)).ties
    made, by_branch = set[int](), dict[str, Wordings]()
    for e in await database.read.run(derivations.events, sorted(s for s, t in tied.items() if t.kind not in STAYS)):
        there = by_branch.setdefault(e.branch, Wordings(story.tree, e.branch, events))
        behind = sources(tied[e.seq])
        keys = [there.keys[s] for s in behind if s in there.keys]
        if not made.isdisjoint(behind) or any(there.then(k, e.seq) in same for k in keys):
            made.add(e.seq)
    return same | made


async def events_of(database: Database, story: str, lines: Iterable[str]) -> list[Event]:
    """All events of these lines, on any branch."""
    found: list[Event] = []
    for some in portions(sorted(set(lines))):
        found += await database.read.run(derivations.of_lines, story, some)
    return found


def sources(t: Tie) -> set[int]:
    """What an event was made of."""
    return made_of(t.cause, t.from_)


def made_of(cause: int | None, from_: Sequence[int]) -> set[int]:
    """What an event with this cause was made of, that derives from these."""
    return {*from_, *([cause] if cause is not None else [])}
