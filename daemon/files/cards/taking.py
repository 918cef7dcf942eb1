"""Taking a character in: as a new story with their greetings, or into a story that there is; or saying what would come.
Where they come from, a card or the library, is told by a `Guest`."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from secrets import randbits

import msgspec

from daemon.files import images
from daemon.files.cards import assets
from daemon.files.cards.card import Card
from daemon.files.cards.macros import Chance
from daemon.files.cards.opening import adopted, opening
from daemon.files.cards.proposal import Proposal, corrected, proposal
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

SHOWN = 1024 * 1024
"""Bytes up to which a picture is shown in a preview."""

Adopting = Callable[[Callable[[Seq], Adopted]], Awaitable[tuple[OpenStory, Seq]]]
"""Writes a whole story and opens it; its head."""


class Guest(msgspec.Struct, frozen=True):
    """Somebody who comes in: what they come to with a name for whoever plays with them and what macros are drawn by,
    the card, if they came of one, and the files that belong to them."""

    proposal: Callable[[str, Chance], Proposal]
    card: Card | None = None
    files: assets.Files = assets.Files()
    sort: str = ""

    @classmethod
    def of_card(cls, found: Found) -> "Guest":
        """Whoever a card tells of."""
        return cls(lambda user, by: proposal(found.card, user, by), found.card, found.files, found.sort)

    def comes(self, user: str, by: Chance, right: m.Corrections | None) -> Proposal:
        """What they come to, with what a person set right of it. Raises Fault(BAD_IMPORT)."""
        found = self.proposal(user, by)
        if self.files.picture:
            picture = msgspec.structs.replace(found.identity, picture=self.files.picture)
            found = msgspec.structs.replace(found, identity=picture)
        return found if right is None else corrected(found, right)

    def commands(self, comes: Proposal, entity: EntityId, by: Chance, lens: list[EntityId] | None) -> list[Command]:
        """What adds them to a story with their lorebook, known to these (themselves, if None), and keeps their card."""
        if self.card is None:
            return [*comes.commands(entity)]
        digests = tuple(x.digest for x in self.files.assets)
        kept = KeepCard(who=entity, card=self.card.text, user=comes.user, assets=digests, seed=by.seed, clock=by.clock)
        return [*comes.commands(entity), *with_book(comes, entity, by, lens), kept]


def with_book(comes: Proposal, entity: EntityId, by: Chance, lens: list[EntityId] | None) -> list[Command]:
    """What adds somebody's lorebook."""
    if comes.book is None:
        return []
    return comes.book.commands(lorebooks.id_of(f"{comes.name}'s", by.seed), _knowing(lens, entity), entity)


def _knowing(lens: list[EntityId] | None, entity: EntityId) -> list[EntityId]:
    """Who knows the lorebook of somebody: they alone, unless it is said otherwise."""
    return [entity] if lens is None else [e for e in ENTITIES if e in lens]


def _chance(p: m.ImportParams, clock: str | None = None) -> Chance:
    return Chance(randbits(48) if p.seed is None else p.seed, clock)


class Guests:
    """Takes characters in; `Importer` knows where they come from."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    async def take(
        self, guest: Guest, p: m.ImportParams, entity: EntityId | None, adopt: Adopting,
        persona: AddEntity | None = None,
    ) -> m.ImportResult:  # fmt: skip
        """The guest as this entity, of the story `p` names, or of a new one, where `persona` is who `you` is. Raises
        Fault."""
        if p.story is None:
            return await self._new(guest, p, entity or "a", adopt, persona)
        return await self._joining(guest, p, entity)

    async def _new(
        self, guest: Guest, p: m.ImportParams, entity: EntityId, adopt: Adopting, persona: AddEntity | None
    ) -> m.ImportResult:
        """A story that has the name of the character, with the greetings as takes of the first line."""
        other: EntityId = "you" if entity != "you" else "a"
        user = tidy(p.user or (persona.name if persona is not None else "")) or SOMEBODY
        by = _chance(p)
        comes = await asyncio.to_thread(guest.comes, user, by, p.card)
        greetings = comes.greetings if entity != "you" and _speaks(comes.identity) else ()
        setup = _player(other, comes.user, persona, needed=other == "you" or bool(p.user))
        commands = [*setup, *guest.commands(comes, entity, by, p.lens)]
        begun = await asyncio.to_thread(opening, commands, entity, greetings)
        created = {"stories": 1, "entities": len(setup) + 1, **({"greetings": len(greetings)} if greetings else {})}
        told = _with_book(_told(guest, comes, greetings, created), comes, _knowing(p.lens, entity), by)
        if p.preview:
            return shown(told, guest)
        stories = self.writer.open_stories
        id, names = stories.new_story(), [stories.new_branch() for _ in greetings or ("",)]
        files = guest.files.assets
        story, head = await adopt(lambda base: adopted(begun, base, id, comes.name, names, files))
        self.writer.hub.changed(id, story.current, frozenset(d.payload.kind for d in begun.drafts))
        return msgspec.structs.replace(told, story=story.id, branch=story.current, head=head)

    async def _joining(self, guest: Guest, p: m.ImportParams, entity: EntityId | None) -> m.ImportResult:
        """Somebody more in a story. What it is about and its note stay, if it has them; nobody says a greeting."""
        story = self.writer.open_stories.get(p.story or "")
        async with self.writer.change(story) as change:
            world = await change.world()
            truth = world.truth
            who = entity or free_in(truth.entities)
            user = tidy(p.user or "") or _called(truth, "you" if who != "you" else "a")
            by = _chance(p, truth.clock)
            comes = _without_what_is_there(await asyncio.to_thread(guest.comes, user, by, p.card), truth)
            commands = guest.commands(comes, who, by, p.lens)
            told = _with_book(_told(guest, comes, (), {"entities": 1}), comes, _knowing(p.lens, who), by)
            if p.preview:
                await asyncio.to_thread(decide_all, world, commands, Ids(story.ids.next))
                return shown(told, guest)
            undo = await self.writer.open_stories.head(story, story.current)
            written = await change.commit(commands, assets=guest.files.assets)
        return msgspec.structs.replace(told, story=story.id, branch=story.current, head=written.head, undo=undo)


def shown(told: m.ImportResult, guest: Guest) -> m.ImportResult:
    """What is told of a guest, with their picture, if it is not too large to be shown."""
    picture = next((x for x in guest.files.assets if x.digest == guest.files.picture), None)
    if told.card is None or picture is None or len(picture.data) > SHOWN:
        return told
    card = msgspec.structs.replace(told.card, picture=assets.data_uri(picture))
    return msgspec.structs.replace(told, card=card)


def _with_book(told: m.ImportResult, comes: Proposal, lens: list[EntityId], by: Chance) -> m.ImportResult:
    """What is said of a guest, with their lorebook, and what macros were drawn by, if any were."""
    seed = by.seed if comes.drawn else None
    if comes.book is None:
        return msgspec.structs.replace(told, seed=seed)
    created = told.created | counted(comes.book)
    return msgspec.structs.replace(told, created=created, lorebook=imported(comes.book, lens), seed=seed)


def told_of(guest: Guest, comes: Proposal) -> m.ImportResult:
    """What is said of a guest who is saved in the library."""
    return _told(guest, comes, comes.greetings, {"templates": 1})


def _player(other: EntityId, user: str, persona: AddEntity | None, *, needed: bool) -> Sequence[Command]:
    """What adds whoever plays with the character."""
    if persona is not None:
        return [msgspec.structs.replace(persona, entity=other, name=user)]
    return [AddEntity(entity=other, name=user)] if needed else []


def _speaks(identity: Identity) -> bool:
    """Whether it is said who somebody is, so that they can speak."""
    return msgspec.structs.replace(identity, talkativeness=None, picture=None) != Identity()


def free_in(taken: Collection[EntityId]) -> EntityId:
    """A place in the cast that nobody has; `a` where there is none."""
    return next((e for e in (*ENTITIES[1:], ENTITIES[0]) if e not in taken), ENTITIES[1])


def _called(truth: State, who: EntityId) -> str:
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


def _told(guest: Guest, comes: Proposal, greetings: Sequence[str], created: dict[str, int]) -> m.ImportResult:
    """What is said of a guest before anything is made of them."""
    kept = [*comes.kept, *(["first_mes"] if comes.greetings and not greetings else [])]
    listed = guest.card.data.get("assets") if guest.card is not None else None
    if guest.files.picture and all(x.get("type") == "icon" for x in assets.entries(listed)):
        kept = [x for x in kept if x != "assets"]
    pictures = sum(x.type in images.ENDINGS for x in guest.files.assets)
    card = m.ImportedCard(
        spec=guest.card.spec if guest.card is not None else "v3", name=comes.name, user=comes.user,
        identity=comes.identity, premise=comes.premise, note=comes.note.text if comes.note is not None else "",
        greetings=list(greetings), creator_notes=comes.creator_notes,
    )  # fmt: skip
    created = {**created, **({"pictures": pictures} if pictures else {})}
    return m.ImportResult(created=created, kept=kept, odd=[*comes.odd, *_odd(guest, listed)], card=card)


def _odd(guest: Guest, listed: object) -> list[str]:
    """What a person should look at of the files that belong to somebody."""
    far = sum(str(x.get("uri")).lower().startswith(("http:", "https:")) for x in assets.entries(listed))
    told = []
    if guest.files.left:
        told.append(
            f"Not kept, since they are too large or damaged: {guest.files.left} of the card's pictures and files."
        )
    if far:
        told.append(f"Not fetched, since they lie elsewhere: {far} of the card's pictures. Their addresses are kept.")
    return told
