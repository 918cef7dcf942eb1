"""Templates to start stories from: built-in ones, and those that were saved, each a file in the home's folder."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

import msgspec

from daemon.atomic import open_plain, write_whole
from daemon.files import library
from daemon.files.builtin_templates import STARTS
from daemon.files.decoding import decoded
from daemon.files.formats import TEMPLATE, TemplateFile
from daemon.files.json_pieces import parted
from daemon.files.reader import Chronicle
from daemon.live.views import Views
from daemon.live.writing import Writer
from daemon.store.queries.assets import Asset
from daemon.store.queries.assets import keep as keep_assets
from daemon.story import templating
from daemon.story.decide import Ids
from daemon.story.world import EMPTY, decide_all
from protocol import methods as m
from protocol.commands import AddContainer, AddEntity, AnyCommand
from protocol.errors import INVALID_PARAMS, STORAGE, Fault, bad_import, not_found
from protocol.ids import ENTITIES, EntityId
from protocol.views import ASSET

log = logging.getLogger(__name__)

LARGEST = 16 * 1024 * 1024
MOST = 20_000
"""Bytes of a file that is read, and commands in it."""

_file = msgspec.json.Decoder(TemplateFile)
_command: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)


class Templates:
    """The templates of a home. `folder` is made when the first one is saved."""

    def __init__(self, folder: Path, views: Views, writer: Writer) -> None:
        self.folder, self.views, self.writer = folder, views, writer
        self.chronicle = Chronicle(views)

    async def create(self, p: m.CreateParams) -> m.CreateResult:
        """Makes a story that starts as its templates say, if it names any. Raises Fault."""
        names = [p.template] if isinstance(p.template, str) else p.template or []
        templates = [await self.find(name) for name in names]
        return await self.writer.create(p, library.begun(templates, p.setup))

    async def all(self, p: m.TemplatesParams) -> m.TemplatesResult:
        """The built-in ones, then the saved ones by name; or the one that is asked for. Raises not found."""
        if p.name is not None:
            found = await self.find(p.name)
            shown = _shown(found, built_in=found in STARTS)
            return m.TemplatesResult(
                templates=[msgspec.structs.replace(shown, setup=found.setup, greetings=found.greetings)]
            )
        saved = await asyncio.to_thread(self._saved)
        built_in = [_shown(t, built_in=True) for t in STARTS]
        return m.TemplatesResult(templates=[*built_in, *(_shown(t, built_in=False) for t in saved)])

    async def save(self, p: m.SaveTemplateParams) -> m.SaveTemplateResult:
        """Saves what a story has now as a template, in place of an earlier one with the same name, or writes one, or
        changes one. Raises not found, and bad params for a built-in template's name or what does not fit."""
        _check_free(p.name)
        if (p.story is None) == (p.setup is None):
            raise Fault(INVALID_PARAMS, "name a `story` to keep what it has, or give the `setup`, but not both")
        if (p.entity is not None) != (p.what == "character" and p.story is not None):
            raise Fault(INVALID_PARAMS, "`entity` says whom a template of one character is of, and goes with no other")
        made = await (self._of_story(p) if p.story is not None else self._given(p))
        await self.keep(made)
        return m.SaveTemplateResult(template=_shown(made, built_in=False))

    async def keep(self, made: TemplateFile, assets: Sequence[Asset] = ()) -> None:
        """Writes a template, with the files that its character has. Raises STORAGE, bad params."""
        _check_free(made.name)
        if assets:
            await self.writer.log.change(keep_assets, assets)
        await asyncio.to_thread(self._write, made)

    async def _of_story(self, p: m.SaveTemplateParams) -> TemplateFile:
        """What a story has now."""
        story = self.views.open_stories.get(p.story or "")
        asked = m.ProjectParams(story=story.id, branch=p.branch, view="state")
        where = await self.views.where(asked)
        world, what = await self.views.open_stories.world(story, where.branch), p.what or "all"
        wanted: EntityId | None = "you" if what == "persona" else p.entity
        if wanted is not None and wanted not in world.truth.entities:
            raise not_found("entity", wanted)
        match what:
            case "all":
                setup = templating.everything(world)
            case "places":
                setup = templating.places(world.truth)
            case _:
                setup = templating.cast(world.truth, ENTITIES if wanted is None else (wanted,))
        made = TemplateFile("template", TEMPLATE, p.name, what, story.title, p.about or "", setup)
        kept = None if wanted is None else await self.chronicle.card(where, wanted)
        if kept is None:
            return made
        greetings = await asyncio.to_thread(library.greetings, kept.card)
        return msgspec.structs.replace(made, card=kept.card, assets=kept.assets, greetings=greetings)

    async def _given(self, p: m.SaveTemplateParams) -> TemplateFile:
        """What a person wrote, in place of what was saved under this name, if anything was. Raises a refusal."""
        try:
            was = await self.find(p.name)
        except Fault:
            was = TemplateFile("template", TEMPLATE, p.name, p.what or "all", p.name, "", [])
        setup = p.setup or []
        await asyncio.to_thread(decide_all, EMPTY, library.begun([msgspec.structs.replace(was, setup=setup)]), Ids(1))
        made = msgspec.structs.replace(was, what=p.what or was.what, setup=setup)
        made = made if p.about is None else msgspec.structs.replace(made, about=p.about)
        return made if p.greetings is None else msgspec.structs.replace(made, greetings=p.greetings)

    async def named(self) -> set[str]:
        """The digests of the files that templates name."""
        saved = await asyncio.to_thread(self._saved)
        pictures = {c.identity.picture or "" for t in saved for c in t.setup if isinstance(c, AddEntity)}
        return pictures | {digest for t in saved for digest in t.assets}

    async def remove(self, p: m.RemoveTemplateParams) -> m.Empty:
        """Removes a saved template. Raises not found, bad params for a built-in one, STORAGE."""
        _check_free(p.name)
        try:
            await asyncio.to_thread(self._path(p.name).unlink)
        except FileNotFoundError:
            raise not_found("template", p.name) from None
        except OSError as wrong:
            raise _storage(wrong) from wrong
        return m.Empty()

    async def find(self, name: str) -> TemplateFile:
        """A template by its name. Raises not found."""
        for start in STARTS:
            if start.name == name:
                return start
        try:
            return await asyncio.to_thread(self._read, self._path(name))
        except FileNotFoundError:
            raise not_found("template", name) from None
        except OSError as wrong:
            raise _storage(wrong) from wrong
        except Fault as wrong:
            raise Fault(STORAGE, f"the template {name} cannot be read: {wrong.message}", why=wrong.message) from wrong

    def _path(self, name: str) -> Path:
        # Disks may take `Inn` and `inn` for one name; here they are one everywhere.
        return self.folder / f"{name.casefold().lstrip('.') or '_'}.json"

    def _saved(self) -> list[TemplateFile]:
        found = []
        for path in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else ():
            try:
                found.append(self._read(path))
            except (Fault, OSError) as wrong:
                why = wrong.message if isinstance(wrong, Fault) else wrong.strerror
                log.warning("the template %s cannot be read: %s", path.name, why)
        return found

    def _read(self, path: Path) -> TemplateFile:
        file = open_plain(path)
        if file is None:
            raise bad_import(path.stem, "is not a plain file")
        with file:
            head, setup = parted(file, "setup", MOST, LARGEST)
        found = decoded(_file, head, path.stem, ("template", TEMPLATE))
        commands = [decoded(_command, text, f"{path.stem}.setup[{n}]") for n, text in enumerate(setup)]
        return msgspec.structs.replace(found, setup=commands)

    def _write(self, made: TemplateFile) -> None:
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            write_whole(self._path(made.name), msgspec.json.format(msgspec.json.encode(made)))
        except OSError as wrong:
            raise _storage(wrong) from wrong


def _check_free(name: str) -> None:
    if name.startswith("."):
        raise Fault(INVALID_PARAMS, "a template's name does not begin with a dot", what="name", id=name)
    if any(s.name == name.casefold() for s in STARTS):
        raise Fault(INVALID_PARAMS, f"{name} is a built-in template: choose another name", what="name", id=name)


def _shown(t: TemplateFile, built_in: bool) -> m.Template:
    cast = [m.TemplateMember(entity=c.entity, name=c.name) for c in t.setup if isinstance(c, AddEntity)]
    there = [c.name for c in t.setup if isinstance(c, AddContainer)]
    pictures = (c.identity.picture for c in t.setup if isinstance(c, AddEntity) and c.identity.picture)
    picture = next((ASSET + digest for digest in pictures), None)
    return m.Template(
        name=t.name, what=t.what, title=t.title, about=t.about, cast=cast, places=there, built_in=built_in,
        picture=picture,
    )  # fmt: skip


def _storage(wrong: OSError) -> Fault:
    why = f"the templates cannot be read or written: {wrong.strerror}"
    return Fault(STORAGE, why, why=why)
