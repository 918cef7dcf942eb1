"""What goes and what comes back where revisions are taken out of a line of history or brought back: what was derived
from words that do not stand then, and what was retired for others and is made of those that do."""

import asyncio
from collections.abc import Collection, Container, Iterable, Mapping, Sequence, Set

from daemon.history.revisions import STAYS, Key, Wordings, events_of, made_of, sources
from daemon.live.following import decoded, follow
from daemon.live.open_stories import OpenStory
from daemon.store.database import Database
from daemon.story.lineage import Tree, whole
from daemon.story.retraction import Following, Tie
from daemon.tasks import Headway
from protocol.events import LineNoticed, LineRevised, LineSaid, MemoryFormed
from protocol.ids import mask_of


class Change:
    """Some revisions come or go: by each part that was ever revised, what gave it its `words` and what does then. What
    is `derived` from any of these parts, but for what holds for other words as well, is in order."""

    def __init__(
        self, told: Wordings, keys: Iterable[Key], derived: Sequence[Tie], before: Container[int], now: Set[int]
    ) -> None:
        self.told, self.derived, self.now = told, derived, now
        self.words = {k: (told.standing(k, before), told.standing(k, now)) for k in keys}

    def stale(self, coming: Container[int] = ()) -> set[int]:
        """What derives from words that stood and do not any more; of what is `coming`, from any that do not, or from
        what stays out."""
        found: set[int] = set()
        for t in self.derived:
            keys = (self.told.keys.get(s) for s in sources(t))
            made = [(self.told.then(k, t.seq), *self.words[k]) for k in keys if k in self.words]
            gone = any(then != now and (then == was or t.seq in coming) for then, was, now in made)
            left = t.seq in coming and not self.now.isdisjoint(sources(t))
            if gone or left or not found.isdisjoint(sources(t)):
                found.add(t.seq)
        return found


class Outdated:
    """What hangs on the words of some lines of a branch, read once for whatever is then asked about any of them.

    It has a tree of its own, so that what takes long can be found in a thread.
    """

    def __init__(self, told: Wordings, following: Following, lines: Mapping[int, str]) -> None:
        self.told, self.lines = told, lines
        self._gone = told.tree.gone(told.branch)
        self._following = following
        self._keys: dict[str, list[Key]] = {}
        for key in told.revised:
            if key in told.said:
                self._keys.setdefault(key[0], []).append(key)

    def stale(
        self, revised: Iterable[int], now: Set[int], coming: Collection[int] = (), more: Iterable[str] = ()
    ) -> list[int]:
        """Revisions come or go: what goes with that, since it derives from words that do not stand then; not what was
        taken out by itself, or is retired. What is `coming` does not, if it derives from such words, or from those of
        `more` lines."""
        lines = {*self._of(revised), *more}
        if not lines:
            return []
        found = self._change(lines, now).stale(coming)
        return [s for s in sorted(found) if s in coming or s not in self._gone.by_itself]

    def also(self, plain: Mapping[int, Sequence[int]], headway: Headway) -> dict[int, list[int]]:
        """All that goes with each of these targets, given what they caused and what derives from it. Raises LeftOff."""
        now, found = set(self._gone.all), dict[int, list[int]]()
        for t, more in plain.items():
            headway.step()
            now.update((t, *more))
            other = self.stale((t, *more), now)
            found[t] = sorted({*more, *other})
            now.update(other)
        return found

    async def fresh(self, database: Database, story: str, revised: Iterable[int], now: Set[int]) -> list[int]:
        """Revisions go: what was retired for new words and comes back, since it derives from those that stand again."""
        lines = self._of(revised)
        change = self._change(lines, now) if lines else None
        if change is None or all(was == then for was, then in change.words.values()):
            return []
        able = [t for t in change.derived if t.seq in self._gone.retired]
        behind = await decoded(database, {s for t in able for s in sources(t)})
        named = {p.line for _, p in behind if isinstance(p, LineSaid | LineRevised | LineNoticed)}
        told = await _wordings(database, self.told.tree, story, self.told.branch, named)
        return await _one_of_each(database, _standing(told, able, now | change.stale()))

    def _of(self, revised: Iterable[int]) -> set[str]:
        return {self.lines[s] for s in revised if s in self.lines}

    def _change(self, lines: Iterable[str], now: Set[int]) -> Change:
        keys = [key for line in sorted(lines) for key in self._keys.get(line, ())]
        seqs = {s for key in keys for s in self._following.by_target[self.told.said[key]]}
        ties = (self._following.ties[s] for s in sorted(seqs))
        return Change(self.told, keys, [t for t in ties if t.kind not in STAYS], self._gone.all, now)


async def outdated(
    database: Database, story: OpenStory, branch: str, revised: Collection[int], coming: Collection[int] = ()
) -> tuple[Outdated, set[str]]:
    """What hangs on the lines of which these are revisions (and whatever else is among them), and on those that derive
    from others that are coming; the latter."""
    lines = {e.seq: p.line for e, p in await decoded(database, revised) if isinstance(p, LineRevised)}
    more = await _lines_behind(database, coming)
    tree = story.tree.supposing(branch, ())
    told = await _wordings(database, tree, story.id, branch, {*lines.values(), *more})
    said = [told.said[key] for key in told.revised if key in told.said]
    path = whole(tree, branch, min(said) - 1) if said else []
    return Outdated(told, await follow(database, path, said), lines), more


async def _wordings(database: Database, tree: Tree, story: str, branch: str, lines: Iterable[str]) -> Wordings:
    """Those of these lines, which may be many."""
    return await asyncio.to_thread(Wordings, tree, branch, await events_of(database, story, lines))


async def _lines_behind(database: Database, seqs: Collection[int]) -> set[str]:
    """The lines that these events derive from, themselves included where they are lines."""
    lines, known, todo = set[str](), set(seqs), sorted(seqs)
    while todo:
        behind = set[int]()
        for e, p in await decoded(database, todo):
            if isinstance(p, LineSaid | LineRevised | LineNoticed):
                lines.add(p.line)
            else:
                behind |= made_of(e.cause, p.from_ if isinstance(p, MemoryFormed) else ())
        todo = sorted(behind - known)
        known |= behind
    return lines


def _standing(told: Wordings, able: Sequence[Tie], gone: Set[int]) -> list[int]:
    """Those of what could come back all of whose sources are there, in the words that it was made of."""
    back: dict[int, None] = {}
    for t in able:
        keys = [key for s in sources(t) if (key := told.keys.get(s)) in told.said and key is not None]
        same = all(told.then(key, t.seq) == told.standing(key, gone) for key in keys)
        if same and not any(s in gone and s not in back for s in sources(t)):
            back[t.seq] = None
    return list(back)


async def _one_of_each(database: Database, seqs: Sequence[int]) -> list[int]:
    """These events, but of several accounts of the same for the same mind only the one made of the most."""
    most: dict[tuple[int | None, int], tuple[int, int]] = {}
    others: list[int] = []
    for e, p in await decoded(database, seqs):
        if isinstance(p, MemoryFormed) and p.memory_kind == "summary" and e.cause is not None:
            of = e.cause, mask_of(e.witnesses)
            most[of] = max(most.get(of, (0, 0)), (len(p.from_), -e.seq))
        else:
            others.append(e.seq)
    return sorted([*others, *(-seq for _, seq in most.values())])
