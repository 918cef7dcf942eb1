"""The lines of a branch as messages of a chat: with their takes on other branches, their dates, and who was there."""

from collections.abc import AsyncIterator, Mapping, Sequence

from daemon.files.chats import writing
from daemon.files.chats.saying import spoken_for
from daemon.files.chats.writing import Line, Version
from daemon.files.reader import Chronicle
from daemon.live.takes import answering, causes_of
from daemon.live.views import Viewpoint
from daemon.store.queries import derivations, pages, reads
from daemon.story import transcript
from daemon.story.lenses import perceives
from daemon.story.lineage import shows, stretches
from daemon.telling import markup
from protocol.events import EntityAdded, EntityChanged, Event, LineSaid
from protocol.ids import BEGINNING, EntityId, Seq
from protocol.views import LineView

PAGE = 500
"""Lines whose takes are looked for in one go."""

BOTS: tuple[EntityId, ...] = ("a", "b")


class Names:
    """What people are called at a seq, as far as a lens knows."""

    def __init__(self, stated: Sequence[tuple[Seq, EntityId, str]]) -> None:
        self._left = list(stated)
        self.now: dict[EntityId, str] = {}

    def upto(self, seq: Seq) -> Mapping[EntityId, str]:
        """The names just before a seq; seqs are asked for in order."""
        while self._left and self._left[0][0] < seq:
            _, entity, name = self._left.pop(0)
            self.now[entity] = name
        return self.now


class ChatLines:
    """Reads lines as messages."""

    def __init__(self, chronicle: Chronicle) -> None:
        self.chronicle, self.database = chronicle, chronicle.database

    async def names(self, where: Viewpoint) -> Names:
        """What people are called, from the beginning on."""
        path = stretches(where.story.tree, where.branch, BEGINNING, where.at)
        found: list[tuple[Seq, EntityId, str]] = []
        for kind in (EntityAdded.kind, EntityChanged.kind):
            for event, said in pages.decoded(await self.database.read.run(reads.of_kind, path, kind)):
                if isinstance(said, EntityAdded | EntityChanged) and said.name and perceives(where.lens, event):
                    found.append((event.seq, said.entity, said.name))
        return Names(sorted(found))

    async def partial(self, where: Viewpoint) -> bool:
        """Whether there are two characters, and one of them missed a line that the other heard."""
        cast = (await self.chronicle.views.state(where)).entities
        if not all(e in cast for e in BOTS):
            return False
        async for x in self.chronicle.lines(where, BEGINNING):
            if x.manner != "ooc" and not set(BOTS) <= _there(x):
                return True
        return False

    async def written(self, where: Viewpoint) -> AsyncIterator[bytes]:
        """The file, in pieces; the head alone where there are no lines."""
        cast = (await self.chronicle.views.state(where)).entities
        bots = [cast[e].name for e in BOTS if e in cast]
        user = cast["you"].name if "you" in cast else writing.NOBODY
        present = await self.partial(where)
        began = False
        async for some in self.pages(where, present=present):
            text = b"" if began else writing.head(user, bots, some[0].versions[some[0].chosen].at)
            began = True
            yield text + b"".join(writing.line(x, group=len(bots) > 1) for x in some)
        if not began:
            yield writing.head(user, bots, await self._begun(where))

    async def _begun(self, where: Viewpoint) -> str:
        """When the story was made."""
        first = Seq(min(b.created for b in where.story.tree.values()))
        events = await self.database.read.run(derivations.events, [first])
        return events[0].at if events else where.story.updated

    async def pages(self, where: Viewpoint, *, present: bool) -> AsyncIterator[list[Line]]:
        """The messages, oldest first, some at a time; with `present`, it is told who was there."""
        names = await self.names(where)
        some: list[LineView] = []
        async for x in self.chronicle.lines(where, BEGINNING):
            some.append(x)
            if len(some) == PAGE:
                yield await self._messages(where, some, names, present=present)
                some = []
        if some:
            yield await self._messages(where, some, names, present=present)

    async def _messages(
        self, where: Viewpoint, lines: Sequence[LineView], names: Names, *, present: bool
    ) -> list[Line]:
        first = pages.decoded(await self.database.read.run(derivations.events, [x.seq for x in lines]))
        sent = {e.seq: e.at for e, _ in first}
        others = await self._takes(where, [(e, p) for e, p in first if isinstance(p, LineSaid)])
        found: list[Line] = []
        for x in lines:
            called = dict(names.upto(x.seq))
            takes = others.get(x.line) or [(x, sent[x.seq])]
            takes = [(x, sent[x.seq]) if take.line == x.line else (take, at) for take, at in takes]
            who, hidden = markup.mouth(x), x.manner == "ooc"
            for_ = spoken_for(x) if all(spoken_for(take) == spoken_for(x) for take, _ in takes) else ""
            there = [called.get(e, e) for e in BOTS if hidden or e in _there(x)]
            found.append(
                Line(
                    name=called.get(who, who) if who is not None else for_,
                    user=who == "you",
                    hidden=hidden,
                    versions=[
                        Version(markup.written(take, called).removeprefix(f"{for_}:  " if for_ else ""), at)
                        for take, at in takes
                    ],
                    chosen=next(n for n, (take, _) in enumerate(takes) if take.line == x.line),
                    present=[*there, *([for_] if for_ else [])] if present else None,
                )
            )
        return found

    async def _takes(
        self, where: Viewpoint, first: Sequence[tuple[Event, LineSaid]]
    ) -> dict[str, list[tuple[LineView, str]]]:
        """All takes of each of these lines that has others, with their dates, in their order, through the lens."""
        tree = where.story.tree
        causes = await causes_of(self.database, where.story, first) if len(tree) > 1 else {}
        asked = sorted({cause for cause in causes.values() if cause is not None})
        by_cause: dict[Seq, list[tuple[str, str]]] = {}
        for cause, _, on, line in await answering(self.database, where.story, where.branch, asked):
            by_cause.setdefault(cause, []).append((line, on))
        several = {cause: takes for cause, takes in by_cause.items() if len(takes) > 1}
        wanted = {line: on for takes in several.values() for line, on in takes}
        said = pages.decoded(await self.database.read.run(derivations.of_lines, where.story.id, list(wanted)))
        own: dict[str, tuple[LineView, str]] = {}
        by_line: dict[str, list[tuple[Event, LineSaid]]] = {}
        for e, p in said:
            line = getattr(p, "line", "")
            if shows(tree, wanted[line], e.branch, e.seq) and perceives(where.lens, e):
                by_line.setdefault(line, []).append((e, p))  # type: ignore[arg-type]
        for line, parts in by_line.items():
            for view in transcript.lines(parts):
                own[line] = (view, parts[0][0].at)
        found: dict[str, list[tuple[LineView, str]]] = {}
        for e, p in first:
            takes = [own[line] for line, _ in several.get(causes.get(e.seq) or BEGINNING, []) if line in own]
            if p.line in {view.line for view, _ in takes}:
                found[p.line] = takes
        return found


def _there(line: LineView) -> set[EntityId]:
    """Who was there: who perceived all of a line but thoughts, whose marks keep them private. So nobody is told by a
    chat what was whispered to another."""
    found = set(BOTS)
    for part in line.parts:
        if part.manner != "thought":
            found &= set(part.witnesses)
    return found
