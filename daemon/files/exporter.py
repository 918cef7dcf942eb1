"""Writing files for the outside: states, scenes, transcripts, chats, characters, whole stories. Changes no story."""

import asyncio
import base64
import re
from typing import IO

import msgspec

from daemon.files import formats as f
from daemon.files.cards import writing
from daemon.files.cards.card import card as read_card
from daemon.files.cards.macros import Chance
from daemon.files.cards.proposal import proposal
from daemon.files.chats.lines import ChatLines
from daemon.files.lorebooks import exporting as lorebooks
from daemon.files.lorebooks import writing as lore_writing
from daemon.files.reader import Chronicle
from daemon.files.transfers import Transfers
from daemon.live.open_stories import OpenStory
from daemon.live.views import Viewpoint, Views
from daemon.live.writing import Writer
from daemon.store.queries import assets, reads
from daemon.store.sqlite import SqliteConnection
from daemon.story.lenses import ALONE, NAMED, lens_name, named
from daemon.story.state import Entity, State, to_builtins
from daemon.telling import markdown
from protocol import methods as m
from protocol.errors import INVALID_PARAMS, STORAGE, Fault, not_found
from protocol.events import Event
from protocol.ids import BEGINNING, EntityId, Seq
from protocol.world import Identity

INLINE = 1024 * 1024
"""Bytes of a file that still goes into the answer."""

SPAN = 4096
"""Seqs of the log that are written in one go."""

MARKDOWN, JSON, PNG, ZIP = "text/markdown", "application/json", "image/png", "application/zip"
LINES = "application/jsonl"

TAKES: dict[str, frozenset[str]] = {
    "state": frozenset({"at", "lens"}),
    "scene-markdown": frozenset({"at", "lens", "scene"}),
    "scene-json": frozenset({"at", "lens", "scene"}),
    "transcript": frozenset({"at", "lens"}),
    "character": frozenset({"at", "entity", "memories"}),
    "card": frozenset({"at", "entity", "spec", "as_"}),
    "chat": frozenset({"at", "lens", "as_"}),
    "lorebook": frozenset({"at", "book", "spec"}),
    "story": frozenset(),
}
"""What else than story and branch each format goes by."""

_CARDS = {"json": ("card.json", JSON), "png": ("png", PNG), "charx": ("charx", ZIP)}
"""How the name of a card ends and its media type, by its sort."""

WRITTEN_AS: dict[str, frozenset[str]] = {"card": frozenset(_CARDS), "chat": frozenset({"jsonl", "markdown"})}
"""The sorts of files that a format may be written as."""

OTHERS = sorted({*m.ExportParams.__struct_fields__} - {"story", "branch", "format"})


class Exporter:
    """Writes the files. `made_by` is this program and its version."""

    def __init__(self, writer: Writer, views: Views, transfers: Transfers, made_by: str) -> None:
        self.writer, self.views, self.transfers, self.made_by = writer, views, transfers, made_by
        self.chronicle = Chronicle(views)
        self.chat_lines = ChatLines(self.chronicle)
        self.database = writer.database

    async def export(self, p: m.ExportParams) -> m.ExportResult:
        """A file in one of the formats: its bytes, or where they can be fetched. Raises Fault."""
        given = {n for n in OTHERS if getattr(p, n) not in (None, False)}
        if wrong := sorted(given - TAKES[p.format]):
            raise Fault(INVALID_PARAMS, f"the format {p.format} takes no `{wrong[0].rstrip('_')}`")
        if p.as_ is not None and p.as_ not in WRITTEN_AS[p.format]:
            listed = " or ".join(sorted(WRITTEN_AS[p.format]))
            raise Fault(INVALID_PARAMS, f"a {p.format} is written `as` {listed}, not {p.as_}")
        story = self.writer.open_stories.get(p.story)
        try:
            file = self.transfers.spool()
            try:
                name, type = await self._write(p, story, file)
                return await self._answer(name, type, file)
            except BaseException:
                file.close()
                raise
        except OSError as failed:
            why = f"the file cannot be written: {failed.strerror}"
            raise Fault(STORAGE, why, why=why) from failed

    async def _write(self, p: m.ExportParams, story: OpenStory, file: IO[bytes]) -> tuple[str, str]:
        """Writes the file; what to call it, and its media type."""
        if p.format == "story":
            await self._story(story, file)
            return _file_name(story.title, "story.json"), JSON
        lens = p.lens or []
        asked = m.ProjectParams(story=p.story, branch=p.branch, view="state", lens=lens, at=p.at)
        where = await self.views.where(asked)
        match p.format:
            case "state":
                await _put(file, msgspec.json.encode(await self._state(where, every=p.lens is None)))
                return _file_name(story.title, "state.json"), JSON
            case "character":
                character = await self._character(where, p.entity, p.memories)
                await _put(file, msgspec.json.encode(character))
                return _file_name(character.name, "character.json"), JSON
            case "card":
                return await self._card(where, p, file)
            case "chat" if p.as_ != "markdown":
                await self._chat(where, file)
                return _file_name(story.title, "jsonl"), LINES
            case "lorebook":
                return await self._lorebook(where, p, file)
            case "transcript" | "chat":
                await self._transcript(where, file)
                return _file_name(story.title, "md"), MARKDOWN
        scene = await self._scene(where, p.scene)
        name = f"{story.title} - {scene.title or scene.scene}"
        if p.format == "scene-json":
            await _put(file, msgspec.json.encode(scene))
            return _file_name(name, "scene.json"), JSON
        heading = {scene.scene: _heading(scene.title, scene.place, scene.opened)}
        then = (await self.chat_lines.names(where)).upto
        pieces = markdown.transcript(story.title, self._eyes(where, scene.names), scene.lines, then, heading)
        await _put(file, "".join(pieces).encode())
        return _file_name(name, "md"), MARKDOWN

    async def _answer(self, name: str, type: str, file: IO[bytes]) -> m.ExportResult:
        size = file.tell()
        if size > INLINE:
            word = self.transfers.offer(name, type, size, file)
            return m.ExportResult(name=name, type=type, bytes=size, download=f"/download/{word}")
        file.seek(0)
        data = base64.b64encode(file.read()).decode()
        file.close()
        return m.ExportResult(name=name, type=type, bytes=size, data=data)

    # the formats

    async def _state(self, where: Viewpoint, every: bool) -> f.StateFile:
        lenses = NAMED if every else [where.lens]
        seen = [msgspec.structs.replace(where, lens=lens) for lens in lenses]
        states = {lens_name(x.lens): to_builtins(await self.views.state(x)) for x in seen}
        story = where.story
        return f.StateFile("state", f.STATE, story.id, story.title, where.branch, where.at, states)

    async def _character(self, where: Viewpoint, entity: EntityId | None, memories: bool) -> f.CharacterFile:
        entity, x = _somebody(await self.views.state(where), entity)
        identity = msgspec.structs.replace(_identity(x), picture=None)
        [*pictures] = await self.database.read.run(assets.found, [x.picture] if x.picture else [])
        kept = await self.chronicle.memories(msgspec.structs.replace(where, lens=ALONE[entity])) if memories else []
        return f.CharacterFile(
            "character",
            f.CHARACTER,
            x.name,
            identity,
            x.mood or None,
            x.goals,
            x.status or None,
            kept,
            base64.b64encode(pictures[0].data).decode() if pictures else "",
        )

    async def _card(self, where: Viewpoint, p: m.ExportParams, file: IO[bytes]) -> tuple[str, str]:
        """Somebody as a card: the one that they came of, if any, with what has changed since."""
        truth = await self.views.state(where)
        entity, x = _somebody(truth, p.entity)
        kept = await self.chronicle.card(where, entity)
        if p.spec == "sillytavern":
            raise Fault(INVALID_PARAMS, "the spec `sillytavern` goes with a lorebook only; a card is `v2` or `v3`")
        spec: writing.Version = p.spec or ("v3" if p.as_ == "charx" else "v2")
        if p.as_ == "charx" and spec == "v2":
            raise Fault(INVALID_PARAMS, "a CHARX holds a card of version 3; leave `spec` out, or write `png` or `json`")
        named = [*([x.picture] if x.picture else []), *(kept.assets if kept is not None else [])]
        files = tuple(await self.database.read.run(assets.found, dict.fromkeys(named)))
        picture = next((y for y in files if y.digest == x.picture), None)

        def text() -> bytes:
            came = None if kept is None else read_card(kept.card.encode())
            by = Chance() if kept is None else Chance(kept.seed, kept.clock)
            before = None if kept is None or came is None else (came, proposal(came, kept.user, by))
            book = lorebooks.for_card(truth, entity, None if kept is None else lorebooks.of_card(kept))
            character = writing.Character(x.name, _identity(x), truth.premise, before, picture, files, book)
            if p.as_ == "charx":
                return writing.zipped(character)
            return (writing.picture if p.as_ == "png" else writing.json)(character, spec)

        await _put(file, await asyncio.to_thread(text))
        ending, type = _CARDS[p.as_ or "json"]
        return _file_name(x.name, ending), type

    async def _lorebook(self, where: Viewpoint, p: m.ExportParams, file: IO[bytes]) -> tuple[str, str]:
        """A lorebook: the one that came, if it came in a file, with what has changed since."""
        now = await lorebooks.book_now(self.chronicle, where, await self.views.state(where), p.book)
        await _put(file, await asyncio.to_thread(lore_writing.json, now, p.spec))
        return _file_name(now.book.name, "lorebook.json"), JSON

    async def _scene(self, where: Viewpoint, wanted: str | None) -> f.SceneFile:
        scenes = await self.chronicle.scenes(where)
        on = (await self.views.state(where)).scene
        id = wanted or (on.scene if on is not None else next(reversed(scenes), None))
        if id is None or id not in scenes:
            raise not_found("scene", wanted or "current")
        scene = scenes[id]
        lines = [x async for x in self.chronicle.lines(where, Seq(scene.opened.seq - 1)) if x.scene == id]
        before = await self.chronicle.at(where, scene.opened.seq)
        closed = None if scene.closed is None else (await self.chronicle.at(where, scene.closed.seq)).clock
        place = before.containers.get(scene.what.container)
        names: dict[EntityId, str] = {e: x.name for e, x in (await self.views.state(where)).entities.items()}
        return f.SceneFile(
            "scene", f.SCENE, where.story.id, id, scene.what.title, scene.what.container,
            place.name if place else "", list(named(where.lens)), before.clock, closed,
            list(scene.what.present), names, lines,
        )  # fmt: skip

    async def _transcript(self, where: Viewpoint, file: IO[bytes]) -> None:
        state = await self.views.state(where)
        names: dict[EntityId, str] = {e: x.name for e, x in state.entities.items()}
        headings: dict[str, str] = {}
        for id, scene in (await self.chronicle.scenes(where)).items():
            before = await self.chronicle.at(where, scene.opened.seq)
            place = before.containers.get(scene.what.container)
            headings[id] = _heading(scene.what.title, place.name if place else "", before.clock)
        lines = [x async for x in self.chronicle.lines(where, BEGINNING)]
        then = (await self.chat_lines.names(where)).upto
        pieces = markdown.transcript(where.story.title, self._eyes(where, names), lines, then, headings)
        await _put(file, "".join(pieces).encode())

    async def _chat(self, where: Viewpoint, file: IO[bytes]) -> None:
        """All lines with their takes, as SillyTavern keeps a chat."""
        async for piece in self.chat_lines.written(where):
            await _put(file, piece)

    async def _story(self, story: OpenStory, file: IO[bytes]) -> None:
        """Everything up to the end of the log as it is now; commits of the story that land meanwhile are left out."""
        upto = self.writer.log.seq
        branches = [
            f.StoryBranch(b.branch, b.parent, b.fork_seq, b.kind, b.name, b.came_from)
            for b in sorted(story.tree.values(), key=lambda b: b.created)
        ]
        head = {
            "fabula": "story", "version": f.STORY, "made_by": self.made_by, "title": story.title,
            "current": story.current, "turns": story.next_turn, "ids": story.ids.next, "branches": branches,
        }  # fmt: skip
        await _put(file, msgspec.json.encode(head)[:-1] + b',"events":[')
        after = max(BEGINNING, Seq(min(b.created for b in story.tree.values()) - SPAN))
        between = b"\n"
        named: dict[str, None] = {}
        while after < upto:
            until = min(upto, Seq(after + SPAN))
            lines, digests = await self.database.read.run(_events, story.id, after, until)
            named |= dict.fromkeys(digests)
            if lines:
                await _put(file, between + b",\n".join(lines))
                between = b",\n"
            after = until
        await _put(file, b"\n]")
        between = b',"assets":[\n'
        for digest in named:
            for asset in await self.database.read.run(assets.found, [digest]):
                data = base64.b64encode(asset.data).decode()
                await _put(file, between + msgspec.json.encode(f.StoryAsset(digest, data)))
                between = b",\n"
        await _put(file, b"}\n" if between.startswith(b',"') else b"\n]}\n")

    def _eyes(self, where: Viewpoint, names: dict[EntityId, str]) -> str:
        return " and ".join(names.get(e, e) for e in named(where.lens))


def _events(c: SqliteConnection, story: str, after: Seq, upto: Seq) -> tuple[list[bytes], list[str]]:
    """The story's events in a span of the log, each as a line of the file; and the digests of the files they name."""
    rows = list(reads.of_story(c, story, after, upto))
    digests = [x for e, *_ in rows for x in assets.named_by(e.kind, bytes(e.data))]
    return [msgspec.json.encode(_event(*row)) for row in rows], digests


def _event(e: Event, ends: bool, background: bool, subject: str | None) -> f.StoryEvent:
    return f.StoryEvent(
        e.seq, e.branch, e.turn, e.cause, e.kind, e.version, e.at, e.witnesses, e.data,
        ends, background, subject if bytes(e.data) == b"null" else None, e.seems,
    )  # fmt: skip


def _somebody(truth: State, entity: EntityId | None) -> tuple[EntityId, Entity]:
    """Who is written. Raises Fault: bad params, not found."""
    if entity is None:
        raise Fault(INVALID_PARAMS, "say by the param `entity` who is written")
    if entity not in truth.entities:
        raise not_found("entity", entity)
    return entity, truth.entities[entity]


def _identity(x: Entity) -> Identity:
    parts = {name: getattr(x, name) for name in Identity.__struct_fields__ if hasattr(x, name)}
    return Identity(
        **{
            name: value
            for name, value in parts.items()
            if value not in (None, "", []) or (name == "depth_prompt" and value == "")
        }
    )


async def _put(file: IO[bytes], text: bytes) -> None:
    await asyncio.to_thread(file.write, text)


def _heading(title: str, place: str, clock: str | None) -> str:
    text = ", ".join(x for x in (title, place if place != title else "") if x) or "A scene"
    return f"{text} ({clock.replace('T', ' ')[:16]})" if clock else text


def _file_name(title: str, ending: str) -> str:
    """A name that any disk takes."""
    plain = re.sub(r"[^\w ,.()'-]+", "_", title).strip(" ._")[:80].strip(" ._")
    return f"{plain or 'story'}.{ending}"
