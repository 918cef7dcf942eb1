"""Taking a lorebook in: into a story that there is or a new one; or saying what would come of it."""

import asyncio
from collections.abc import Sequence
from secrets import randbits

import msgspec

from daemon.files.cards.macros import TIMELESS, Chance
from daemon.files.lorebooks.book import Lorebook
from daemon.files.lorebooks.entry import Names
from daemon.files.lorebooks.proposal import Proposal, id_of, proposal
from daemon.files.tidy import shortened, tidy
from daemon.live.writing import Writer
from daemon.story.decide import Ids, KeepBook
from daemon.story.state import State
from daemon.story.world import EMPTY, decide_all
from protocol import methods as m
from protocol.commands import Command
from protocol.errors import bad_import
from protocol.ids import ENTITIES, EntityId

PLAYER, CHARACTER = "You", "the character"
"""What is put in for the player and for a character where the story has none."""

SHOWN, EXCERPT = 300, 300
"""The most entries of a book that an answer lists, and characters of each of their texts."""


class Lorebooks:
    """Takes lorebooks in; `Importer` knows where the files come from."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    async def take(self, found: Lorebook, p: m.ImportParams) -> m.ImportResult:
        """The book, known to `p.lens`, in the story that `p` names or in a new one. Raises Fault."""
        lens = [e for e in ENTITIES if e in (p.lens or [])]
        seed = randbits(48) if p.seed is None else p.seed
        if p.story is None:
            comes, commands = await asyncio.to_thread(_made, found, p, lens, seed, EMPTY.truth)
            created = {"stories": 1, **counted(comes)}
            told = _told(comes, lens, Chance(seed), created)
            if p.preview:
                await asyncio.to_thread(decide_all, EMPTY, commands, Ids(1))
                return told
            made = await self.writer.create(m.CreateParams(title=comes.heading.name), commands)
            return msgspec.structs.replace(told, story=made.story, branch=made.branch, head=made.head)
        story = self.writer.open_stories.get(p.story)
        async with self.writer.change(story) as change:
            world = await change.world()
            comes, commands = await asyncio.to_thread(_made, found, p, lens, seed, world.truth)
            told = _told(comes, lens, Chance(seed, world.truth.clock), counted(comes))
            if p.preview:
                await asyncio.to_thread(decide_all, world, commands, Ids(story.ids.next))
                return told
            undo = await self.writer.open_stories.head(story, story.current)
            written = await change.commit(commands)
        return msgspec.structs.replace(told, story=story.id, branch=story.current, head=written.head, undo=undo)


def _made(
    found: Lorebook, p: m.ImportParams, lens: list[EntityId], seed: int, truth: State
) -> tuple[Proposal, list[Command]]:
    """What a book comes to in a story, and the commands that make it."""
    names = _names(truth, lens, tidy(p.user or ""), Chance(seed, truth.clock))
    called = tidy(p.as_ or "")
    comes = proposal(found, names, called)
    if found.entries and not comes.entries:
        raise bad_import("entries", "none of the entries says anything")
    if p.as_ is not None:
        comes = msgspec.structs.replace(comes, heading=msgspec.structs.replace(comes.heading, name=called))
    id = id_of(comes.heading.name, seed)
    kept = KeepBook(
        book=id, file=found.text, called=called, char=names.char, user=names.user, seed=seed, clock=truth.clock
    )
    return comes, [*comes.commands(id, lens), kept]


def _names(truth: State, lens: Sequence[EntityId], user: str, by: Chance) -> Names:
    """What stands for `{{char}}`: who alone knows the book, or else the first bot."""
    known = {e: x.name for e, x in truth.entities.items()}
    char = known.get(lens[0]) if len(lens) == 1 else next((known[e] for e in ENTITIES[1:] if e in known), None)
    return Names(char or CHARACTER, user or known.get("you", PLAYER), by)


def counted(comes: Proposal) -> dict[str, int]:
    """What of a book is new."""
    return {"books": 1, **({"lore": len(comes.entries)} if comes.entries else {})}


def imported(comes: Proposal, lens: list[EntityId]) -> m.ImportedBook:
    """What a book comes to, for people to look at."""
    entries = [
        m.ImportedEntry(
            name=x.name, keys=x.keys[:20], text=x.text if len(x.text) <= EXCERPT else f"{shortened(x.text, EXCERPT)} …",
            rules=x.rules,
        )
        for x in comes.entries[:SHOWN]
    ]  # fmt: skip
    return m.ImportedBook(
        name=comes.heading.name, description=comes.heading.description, lens=lens, count=len(comes.entries),
        entries=entries,
    )  # fmt: skip


def _told(comes: Proposal, lens: list[EntityId], by: Chance, created: dict[str, int]) -> m.ImportResult:
    odd = [*comes.odd, *([TIMELESS] if comes.timely and by.clock is None else [])]
    return m.ImportResult(
        created=created, kept=comes.kept, odd=odd, lorebook=imported(comes, lens), seed=by.seed if comes.drawn else None
    )
