"""Cards, pictures and those of the library as they come in: into a story, into a new one, or into the library."""

import asyncio
from typing import IO, get_args

import msgspec

from daemon.files import images
from daemon.files.cards import assets, charx, png
from daemon.files.cards.macros import Chance
from daemon.files.cards.reading import KEYWORDS, read
from daemon.files.cards.taking import Adopting, Guest, Guests, shown, told_of
from daemon.files.library import USER, guest_of, template_of, who
from daemon.files.templates import Templates
from daemon.live.writing import Writer
from daemon.store.queries.assets import Asset, found
from daemon.story.decide import Ids
from daemon.story.world import decide_all
from protocol import methods as m
from protocol.commands import ChangeEntity
from protocol.errors import INVALID_PARAMS, Fault, bad_import
from protocol.ids import ENTITIES, EntityId
from protocol.world import Identity

ONE_SOURCE = "name the file by one of `data`, `path`, `upload` and `template`"


class Arrivals:
    """Sees where each of them is to go."""

    def __init__(self, writer: Writer, templates: Templates) -> None:
        self.writer, self.templates = writer, templates
        self._guests = Guests(writer)

    async def card(self, file: IO[bytes], p: m.ImportParams, adopt: Adopting) -> m.ImportResult:
        """Whoever the card in a file tells of; where somebody of a story is named, and the file is a picture without a
        card, it is of them. Raises Fault, OSError."""
        if p.format is None and p.story is not None and p.as_ is not None and await asyncio.to_thread(_is_bare, file):
            return await self.picture(file, p)
        return await self._guest(Guest.of_card(await asyncio.to_thread(read, file)), p, adopt)

    async def from_library(self, p: m.ImportParams, adopt: Adopting) -> m.ImportResult:
        """Somebody of the library, into a story. Raises Fault."""
        if any(x is not None for x in (p.data, p.path, p.upload)) or p.format not in (None, "character", "card"):
            raise Fault(INVALID_PARAMS, ONE_SOURCE)
        template = await self.templates.find(p.template or "")
        added = who(template)
        named = dict.fromkeys([*template.assets, added.identity.picture or "" if added is not None else ""])
        kept = await self.writer.database.read.run(found, named)
        return await self._guest(await asyncio.to_thread(guest_of, template, assets.Files(tuple(kept))), p, adopt)

    async def picture(self, file: IO[bytes], p: m.ImportParams) -> m.ImportResult:
        """Shows somebody of a story by the picture in a file from now on. Raises Fault, OSError."""
        if p.story is None or p.as_ is None:
            raise Fault(INVALID_PARAMS, "a picture is of somebody: name the `story`, and who it is by `as`")
        picture = await asyncio.to_thread(_image, file)
        shows = ChangeEntity(entity=entity_of(p.as_, "a"), identity=Identity(picture=picture.digest))
        told = m.ImportResult(created={"pictures": 1}, kept=[])
        story = self.writer.open_stories.get(p.story)
        async with self.writer.change(story) as change:
            if p.preview:
                await asyncio.to_thread(decide_all, await change.world(), [shows], Ids(story.ids.next))
                return told
            undo = await self.writer.open_stories.head(story, story.current)
            written = await change.commit([shows], assets=[picture])
        return msgspec.structs.replace(told, story=story.id, branch=story.current, head=written.head, undo=undo)

    async def saved(self, guest: Guest, p: m.ImportParams) -> m.ImportResult:
        """Somebody, into the library. Raises Fault."""
        name, what, about = p.library or "", "persona" if p.as_ == "you" else "character", ""
        if p.template is not None:
            was = await self.templates.find(p.template)
            what, about = was.what if p.as_ is None else what, was.about
        made = await asyncio.to_thread(template_of, name, what, about, guest, p.card)
        told = told_of(guest, await asyncio.to_thread(guest.comes, USER, Chance(), p.card))
        if p.preview:
            return shown(told, guest)
        await self.templates.keep(made, guest.files.assets)
        return msgspec.structs.replace(told, template=name)

    async def _guest(self, guest: Guest, p: m.ImportParams, adopt: Adopting) -> m.ImportResult:
        if p.library is not None:
            return await self.saved(guest, p)
        as_ = None if p.as_ is None else entity_of(p.as_, "a")
        persona = None if p.persona is None else who(await self.templates.find(p.persona))
        if p.persona is not None and persona is None:
            raise Fault(INVALID_PARAMS, f"{p.persona} is not a template of one character", what="persona")
        return await self._guests.take(guest, p, as_, adopt, persona)


def entity_of(asked: str | None, otherwise: EntityId) -> EntityId:
    """Who somebody becomes. Raises Fault(INVALID_PARAMS)."""
    if asked is None:
        return otherwise
    for entity in ENTITIES:
        if asked == entity:
            return entity
    raise Fault(INVALID_PARAMS, f"a character comes `as` one of {', '.join(get_args(EntityId))}, not {asked[:40]!r}")


def _is_bare(file: IO[bytes]) -> bool:
    """Whether a file is a picture without a card in it. Raises OSError."""
    file.seek(0)
    begins = file.read(64 * 1024)
    if begins.startswith(png.SIGNATURE):
        try:
            return not png.places(file).keys() & {*KEYWORDS}
        except Fault:
            return False
    return images.type_of(begins) != images.OTHER and not charx.follows(file)


def _image(file: IO[bytes]) -> Asset:
    """The picture in a file. Raises Fault(BAD_IMPORT), OSError."""
    file.seek(0)
    data = file.read(assets.EACH + 1)
    if len(data) > assets.EACH:
        raise bad_import("the picture", f"is larger than {assets.EACH // 1024 // 1024} MiB")
    picture = Asset.of(images.type_of(data), data)
    if picture.type == images.OTHER:
        raise bad_import("the picture", "is no PNG, JPEG, GIF or WebP, is damaged, or has too many pixels")
    return picture
