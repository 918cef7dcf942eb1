"""The words of lines that were told otherwise: which ones a fork takes along, and what goes and what comes back where
a revision is taken out of a line of history, brought back or purged."""

from collections.abc import Collection, Container, Iterable, Sequence, Set

from daemon.store import pages, reads, ties
from daemon.store.database import Database
from daemon.story.lineage import END, Stretch, Tree, sees, stretches, whole
from daemon.story.retraction import LINES, Tie, goes_with
from daemon.tales import Tale
from protocol.events import Event, LineNoticed, LineRevised, LineSaid, MemoryFormed
from protocol.ids import mask_of

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
        told = [seq for seq in self.revised.get(key, ()) if seq <= at and seq not in gone]
        return told[-1] if told else self.said[key]

    def then(self, key: Key, at: int) -> int:
        """The same as it was at a seq."""
        return self.standing(key, self.tree.gone(self.branch, at).all, at)


async def wordings(database: Database, tale: Tale, branch: str, lines: Iterable[str]) -> Wordings:
    """Those of these lines."""
    events = [e for line in sorted(set(lines)) for e in await database.read.run(ties.of_line, tale.story, line)]
    return Wordings(tale.tree, branch, events)


async def carried(database: Database, tale: Tale, line: str, at: int) -> list[tuple[Event, LineRevised]]:
    """What a fork of a line of history at a seq takes along: what stands in the words of lines before it, but was told
    only after it."""
    path = stretches(tale.tree, line, at)
    found = pages.decoded(await database.read.run(reads.revisions, path)) if path else []
    latest = {(p.line, p.part): (e, p) for e, p in found if isinstance(p, LineRevised)}
    if not latest:
        return []
    told, gone = await wordings(database, tale, line, (id for id, _ in latest)), tale.tree.gone(line).all
    there = {key: x for key, x in latest.items() if told.said.get(key, END) <= at and told.said[key] not in gone}
    return [there[key] for key in sorted(there, key=lambda k: told.said[k])]


class Change:
    """Some revisions come or go: by each part that was ever revised, what gave it its `words` and what does then. What
    is `derived` from any of these parts, but for what holds for other words as well, is in order."""

    def __init__(self, told: Wordings, tied: Sequence[Tie], before: Set[int], now: Set[int]) -> None:
        self.told, self.now = told, now
        self.words = {k: (told.standing(k, before), told.standing(k, now)) for k in told.revised if k in told.said}
        by_seq = {t.seq: t for t in tied}
        derived = {s for k in self.words for s in goes_with(_from(tied, told.said[k]), told.said[k])}
        self.derived = [by_seq[s] for s in sorted(derived) if by_seq[s].kind not in STAYS]

    def stale(self, coming: Container[int] = ()) -> set[int]:
        """What derives from words that stood and do not any more; of what is `coming`, from any that do not, or from
        what stays out."""
        found: set[int] = set()
        for t in self.derived:
            keys = (self.told.keys.get(s) for s in _sources(t))
            made = [(self.told.then(k, t.seq), *self.words[k]) for k in keys if k in self.words]
            gone = any(then != now and (then == was or t.seq in coming) for then, was, now in made)
            left = t.seq in coming and not self.now.isdisjoint(_sources(t))
            if gone or left or not found.isdisjoint(_sources(t)):
                found.add(t.seq)
        return found


async def _revisions(database: Database, seqs: Collection[int]) -> list[LineRevised]:
    """Those among these events."""
    events = pages.decoded(await database.read.run(ties.events, sorted(seqs)))
    return [p for _, p in events if isinstance(p, LineRevised)]


async def _lines_behind(database: Database, seqs: Collection[int]) -> set[str]:
    """The lines that these events derive from, themselves included where they are lines."""
    lines, known, todo = set[str](), set(seqs), sorted(seqs)
    while todo:
        behind = set[int]()
        for e, p in pages.decoded(await database.read.run(ties.events, todo)):
            if isinstance(p, LineSaid | LineRevised | LineNoticed):
                lines.add(p.line)
            else:
                behind |= _made_of(e.cause, p.from_ if isinstance(p, MemoryFormed) else ())
        todo = sorted(behind - known)
        known |= behind
    return lines


async def _change(
    database: Database, tale: Tale, branch: str, revised: Collection[int], now: Set[int], coming: Collection[int] = ()
) -> Change:
    """What it means that these revisions (and whatever else is among these) come or go, and that others are coming."""
    lines = {p.line for p in await _revisions(database, revised)} | await _lines_behind(database, coming)
    told = await wordings(database, tale, branch, lines)
    path = whole(tale.tree, branch, min(told.said.values()) - 1) if told.said else []
    return Change(told, await database.read.run(ties.ties, path), tale.tree.gone(branch).all, now)


async def stale(
    database: Database, tale: Tale, branch: str, revised: Collection[int], now: Set[int], coming: Collection[int] = ()
) -> list[int]:
    """Revisions come or go: what goes with that, since it derives from words that do not stand then; not what was
    taken out by itself, or is retired. What is `coming` does not, if it derives from such words."""
    change = await _change(database, tale, branch, revised, now, coming)
    out = tale.tree.gone(branch).by_itself
    return [s for s in sorted(change.stale(coming)) if s in coming or s not in out]


async def fresh(database: Database, tale: Tale, branch: str, revised: Collection[int], now: Set[int]) -> list[int]:
    """Revisions go: what was retired for new words and comes back, since it derives from those that stand again."""
    change = await _change(database, tale, branch, revised, now)
    if all(was == then for was, then in change.words.values()):
        return []
    retired = tale.tree.gone(branch).retired
    able = [t for t in change.derived if t.seq in retired]
    return await _one_of_each(database, await _fresh(database, tale, branch, able, now | change.stale()))


async def same_words(database: Database, tale: Tale, purged: Collection[int]) -> set[int]:
    """Of the revisions among these events, on all branches: those in the same words, as forks take them along, and
    what was derived from a part while it stood in them."""
    words = {(p.line, p.part, p.text) for p in await _revisions(database, purged)}
    if not words:
        return set()
    events = [
        e for line in sorted({x[0] for x in words}) for e in await database.read.run(ties.of_line, tale.story, line)
    ]
    told = pages.decoded(events)
    same = {e.seq for e, p in told if isinstance(p, LineRevised) and (p.line, p.part, p.text) in words}
    said = [e.seq for e, p in told if isinstance(p, LineSaid)]
    path = [Stretch(b, min(said, default=END) - 1, END) for b in tale.tree]
    tied = sorted(await database.read.run(ties.ties, path), key=lambda t: t.seq)
    by_seq = {t.seq: t for t in tied if t.kind not in STAYS}
    derived = {s for seq in said for s in goes_with(_from(tied, seq), seq)} & by_seq.keys()
    made, by_branch = set[int](), dict[str, Wordings]()
    for e in await database.read.run(ties.events, sorted(derived)):
        there = by_branch.setdefault(e.branch, Wordings(tale.tree, e.branch, events))
        sources = _sources(by_seq[e.seq])
        keys = [there.keys[s] for s in sources if s in there.keys]
        if not made.isdisjoint(sources) or any(there.then(k, e.seq) in same for k in keys):
            made.add(e.seq)
    return same | made


async def _fresh(database: Database, tale: Tale, branch: str, able: Sequence[Tie], gone: Set[int]) -> list[int]:
    """Those of what could come back all of whose sources are there, in the words that it was made of."""
    back: list[int] = []
    for t in able:
        sources = await database.read.run(ties.events, sorted(_sources(t)))
        lines = {p.line for _, p in pages.decoded(sources) if isinstance(p, LineSaid | LineRevised | LineNoticed)}
        told = await wordings(database, tale, branch, lines)
        keys = [key for s in _sources(t) if (key := told.keys.get(s)) in told.said and key is not None]
        same = all(told.then(key, t.seq) == told.standing(key, gone) for key in keys)
        if same and not any(s in gone and s not in back for s in _sources(t)):
            back.append(t.seq)
    return back


async def _one_of_each(database: Database, seqs: Sequence[int]) -> list[int]:
    """These events, but of several accounts of the same for the same mind only the one made of the most."""
    most: dict[tuple[int | None, int], tuple[int, int]] = {}
    others: list[int] = []
    for e, p in pages.decoded(await database.read.run(ties.events, seqs)):
        if isinstance(p, MemoryFormed) and p.memory_kind == "summary" and e.cause is not None:
            of = e.cause, mask_of(e.witnesses)
            most[of] = max(most.get(of, (0, 0)), (len(p.from_), -e.seq))
        else:
            others.append(e.seq)
    return sorted([*others, *(-seq for _, seq in most.values())])


def _from(tied: Sequence[Tie], seq: int) -> Iterable[Tie]:
    return (t for t in tied if t.seq >= seq)


def _sources(t: Tie) -> set[int]:
    return _made_of(t.cause, t.from_)


def _made_of(cause: int | None, from_: Sequence[int]) -> set[int]:
    return {*from_, *([cause] if cause is not None else [])}
