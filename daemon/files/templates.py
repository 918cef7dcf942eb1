"""Templates to start stories from: built-in ones, and those that were saved, each a file in the home's folder."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

import msgspec

from daemon.atomic import open_plain, write_whole
from daemon.files.builtin_templates import STARTS
from daemon.files.decoding import decoded
from daemon.files.formats import TEMPLATE, TemplateFile
from daemon.files.json_pieces import parted
from daemon.live.views import Views
from daemon.live.writing import Writer
from daemon.story import templating
from protocol import methods as m
from protocol.commands import AddContainer, AddEntity, AnyCommand
from protocol.errors import INVALID_PARAMS, STORAGE, Fault, bad_import, not_found
from protocol.ids import ENTITIES, EntityId

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

    async def create(self, p: m.CreateParams) -> m.CreateResult:
        """Makes a story that starts as its templates say, if it names any. Raises Fault."""
        return await self.writer.create(p, await self.commands(p.template))

    async def all(self) -> m.TemplatesResult:
        """The built-in ones, then the saved ones by name."""
        saved = await asyncio.to_thread(self._saved)
        built_in = [_shown(t, built_in=True) for t in STARTS]
        return m.TemplatesResult(templates=[*built_in, *(_shown(t, built_in=False) for t in saved)])

    async def commands(self, asked: str | Sequence[str] | None) -> list[AnyCommand]:
        """What sets a story up as these templates say, in turn. Raises not found."""
        names = [asked] if isinstance(asked, str) else asked or []
        return [command for name in names for command in (await self._find(name)).setup]

    async def save(self, p: m.SaveTemplateParams) -> m.SaveTemplateResult:
        """Saves what a story has now as a template, in place of an earlier one with the same name. Raises not found,
        and bad params for a built-in template's name or an `entity` that does not fit."""
        _check_free(p.name)
        if (p.entity is not None) != (p.what == "character"):
            raise Fault(INVALID_PARAMS, "`entity` says whom a template of one character is of, and goes with no other")
        story = self.views.open_stories.get(p.story)
        world = await self.views.open_stories.world(story, story.branch(p.branch))
        wanted: EntityId | None = "you" if p.what == "persona" else p.entity
        if wanted is not None and wanted not in world.truth.entities:
            raise not_found("entity", wanted)
        match p.what:
            case "all":
                setup = templating.everything(world)
            case "places":
                setup = templating.places(world.truth)
            case _:
                setup = templating.cast(world.truth, ENTITIES if wanted is None else (wanted,))
        made = TemplateFile("template", TEMPLATE, p.name, p.what, story.title, p.about, setup)
        await asyncio.to_thread(self._write, made)
        return m.SaveTemplateResult(template=_shown(made, built_in=False))

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

    async def _find(self, name: str) -> TemplateFile:
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
    return m.Template(
        name=t.name, what=t.what, title=t.title, about=t.about, cast=cast, places=there, built_in=built_in
    )


def _storage(wrong: OSError) -> Fault:
    why = f"the templates cannot be read or written: {wrong.strerror}"
    return Fault(STORAGE, why, why=why)
