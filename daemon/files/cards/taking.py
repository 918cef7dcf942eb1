"""Taking a card in: as a new story with its greetings, or into a story that there is; or saying what would come."""

import asyncio
from collections.abc import Awaitable, Callable
from secrets import randbits

import msgspec

from daemon.files.cards.card import Card
from daemon.files.cards.macros import Chance
from daemon.files.cards.opening import adopted, opening
from daemon.files.cards.proposal import Proposal, proposal
from daemon.files.cards.reading import Found
from daemon.files.lorebooks import proposal as lorebooks
from daemon.files.lorebooks.taking import counted, imported
from daemon.files.tidy import tidy
from daemon.live.open_stories import OpenStory
from daemon.live.writing import Writer
from daemon.store.log import Adopted
from daemon.story.decide import Ids, KeepCard
from daemon.story.state import State
from daemon.story.world import decide_all
from protocol import methods as m
from protocol.commands import AddEntity, Command
from protocol.ids import ENTITIES, EntityId, Seq
from protocol.world import Identity

SOMEBODY = "You"
"""What the player's character is called where nobody gave them a name."""

Adopting = Callable[[Callable[[Seq], Adopted]], Awaitable[tuple[OpenStory, Seq]]]
"""Writes a whole story and opens it; its head."""


class Cards:
    """Takes cards in; `Importer` knows where the files come from."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    async def take(self, found: Found, p: m.ImportParams, entity: EntityId | None, adopt: Adopting) -> m.ImportResult:
        """The card as this entity, of the story `p` names, or of a new one. Raises Fault."""
        if p.story is None:
            return await self._new(found, p, entity or "a", adopt)
        return await self._joining(found, p, entity)

    async def _new(self, found: Found, p: m.ImportParams, entity: EntityId, adopt: Adopting) -> m.ImportResult:
        """A story that has the name of the character, with its greetings as takes of the first line."""
        other: EntityId = "you" if entity != "you" else "a"
        by = Chance(randbits(48) if p.seed is None else p.seed)
        comes = await asyncio.to_thread(proposal, found.card, tidy(p.user or "") or SOMEBODY, by)
        says = bool(comes.greetings) and entity != "you" and _speaks(p.identity or comes.identity)
        greetings = comes.greetings if says else ()
        setup = [AddEntity(entity=other, name=comes.user)] if other == "you" or p.user else []
        commands = [*setup, *_commands(found.card, comes, entity, p, by)]
        begun = await asyncio.to_thread(opening, commands, entity, greetings)
        created = {"stories": 1, "entities": len(setup) + 1, **({"greetings": len(greetings)} if greetings else {})}
        created |= _of_book(comes)
        told = _told(found, comes, p, entity, greetings, by)
        if p.preview:
            return msgspec.structs.replace(told, created=created)
        stories = self.writer.open_stories
        id, names = stories.new_story(), [stories.new_branch() for _ in greetings or ("",)]
        story, head = await adopt(lambda base: adopted(begun, base, id, comes.name, names))
        self.writer.hub.changed(id, story.current, frozenset(d.payload.kind for d in begun.drafts))
        return msgspec.structs.replace(told, story=story.id, branch=story.current, head=head, created=created)

    async def _joining(self, found: Found, p: m.ImportParams, entity: EntityId | None) -> m.ImportResult:
        """Somebody more in a story. What it is about and its note stay, if it has them; nobody says a greeting."""
        story = self.writer.open_stories.get(p.story or "")
        async with self.writer.change(story) as change:
            world = await change.world()
            truth = world.truth
            who = entity or free_in(truth)
            user = tidy(p.user or "") or _player(truth, "you" if who != "you" else "a")
            by = Chance(randbits(48) if p.seed is None else p.seed, truth.clock)
            comes = _without_what_is_there(await asyncio.to_thread(proposal, found.card, user, by), truth)
            commands = _commands(found.card, comes, who, p, by)
            told = _told(found, comes, p, who, (), by)
            told = msgspec.structs.replace(told, created={"entities": 1} | _of_book(comes))
            if p.preview:
                await asyncio.to_thread(decide_all, world, commands, Ids(story.ids.next))
                return told
            written = await change.commit(commands)
        return msgspec.structs.replace(told, story=story.id, branch=story.current, head=written.head)


def _commands(card: Card, comes: Proposal, entity: EntityId, p: m.ImportParams, by: Chance) -> list[Command]:
    book = comes.book.commands(_id(comes, by), _lens(p, entity), entity) if comes.book is not None else []
    kept = KeepCard(who=entity, card=card.text, user=comes.user, seed=by.seed, clock=by.clock)
    return [*comes.commands(entity, p.identity), *book, kept]


def _id(comes: Proposal, by: Chance) -> str:
    return lorebooks.id_of(f"{comes.name}'s", by.seed)


def _lens(p: m.ImportParams, entity: EntityId) -> list[EntityId]:
    """Who knows the book of a card: its own character, unless it is said otherwise."""
    return [entity] if p.lens is None else [e for e in ENTITIES if e in p.lens]


def _of_book(comes: Proposal) -> dict[str, int]:
    return counted(comes.book) if comes.book is not None else {}


def _speaks(identity: Identity) -> bool:
    """Whether it is said who somebody is, so that they can speak."""
    return msgspec.structs.replace(identity, talkativeness=None) != Identity()


def free_in(truth: State) -> EntityId:
    """A place in the cast that nobody has; `a` where there is none."""
    return next((e for e in (*ENTITIES[1:], ENTITIES[0]) if e not in truth.entities), ENTITIES[1])


def _player(truth: State, who: EntityId) -> str:
    return truth.entities[who].name if who in truth.entities else SOMEBODY


def _without_what_is_there(comes: Proposal, truth: State) -> Proposal:
    """A proposal that leaves a story's premise and note as they are."""
    kept = list(comes.kept)
    if comes.premise and truth.premise:
        kept.append("scenario")
        comes = msgspec.structs.replace(comes, premise="")
    if comes.note is not None and truth.note:
        kept.append("extensions.depth_prompt")
        comes = msgspec.structs.replace(comes, note=None)
    return msgspec.structs.replace(comes, kept=kept)


def _told(
    found: Found, comes: Proposal, p: m.ImportParams, entity: EntityId, greetings: tuple[str, ...], by: Chance
) -> m.ImportResult:
    """What is said of a card before anything is made of it."""
    kept = [*comes.kept, *(["first_mes"] if comes.greetings and not greetings else [])]
    odd = [*comes.odd, *(["The picture is not kept."] if found.sort == "png" else [])]
    odd += ["The pictures in the file are not kept."] if found.sort == "charx" else []
    card = m.ImportedCard(
        spec=found.card.spec, name=comes.name, user=comes.user, identity=p.identity or comes.identity,
        premise=comes.premise, note=comes.note.text if comes.note is not None else "", greetings=list(greetings),
        creator_notes=comes.creator_notes,
    )  # fmt: skip
    book = imported(comes.book, _lens(p, entity)) if comes.book is not None else None
    seed = by.seed if comes.drawn else None
    return m.ImportResult(created={}, kept=kept, odd=odd, card=card, lorebook=book, seed=seed)
