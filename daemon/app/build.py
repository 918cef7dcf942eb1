"""Builds the daemon, a function for each group of packages, from the folder up to what plays, keeps and mends.

Nothing is served here. Who is let in, and to which methods, is said in doors.py.
"""

import contextlib
import dataclasses
from pathlib import Path

from daemon.backups.health import Health
from daemon.backups.keeper import Backups
from daemon.backups.opening import opened_backups, opened_log, store_of
from daemon.files.exporter import Exporter
from daemon.files.importer import Importer
from daemon.files.templates import Templates
from daemon.files.transfers import Transfers
from daemon.history.branches import Branches
from daemon.home import config, keys, lists
from daemon.home.hold import Hold, held_wholly
from daemon.imported.reading import ChatReader, Notes
from daemon.live.catching_up import CatchingUp
from daemon.live.open_stories import OpenStories
from daemon.live.subscriptions import Subscriptions
from daemon.live.upkeep import Upkeep
from daemon.live.vectors import Vectors
from daemon.live.views import Views
from daemon.live.writing import Writer
from daemon.model.models import Models
from daemon.prompts.builder import PromptBuilder
from daemon.prompts.recall import PromptRecall
from daemon.reading.memories import Rememberer
from daemon.reading.reader import Reader
from daemon.store.backups import Folder
from daemon.store.log import Log
from daemon.store.recall.index import RecallIndex
from daemon.store.snapshots import Projector
from daemon.summaries.agenda import Agenda
from daemon.summaries.scheduler import Scheduler
from daemon.turn.follow_up import FollowUp
from daemon.turn.recovery import recover
from daemon.turn.turns import Turns
from protocol.model import Endpoint
from protocol.places import BACKUPS

TEMPLATES = "templates"
"""The folder of the home with the templates that were saved."""


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the command line says."""

    home: Path
    listen: str
    port: int
    any_port: bool
    accept_tail: bool
    version: str


@dataclasses.dataclass(frozen=True)
class Base:
    """What everything stands on; what is built last is closed first, by the `stack`."""

    settings: Settings
    config: config.Config
    stack: contextlib.AsyncExitStack
    folder: Folder
    log: Log
    models: Models

    def endpoint(self) -> Endpoint:
        """Where replies are written by now."""
        return self.models.role("render").endpoint


@dataclasses.dataclass(frozen=True)
class Live:
    """Of daemon/live, what it looks things up in, and the agenda and the notes, which watch it."""

    agenda: Agenda
    notes: Notes
    open_stories: OpenStories
    projector: Projector
    streams: CatchingUp
    writer: Writer
    views: Views
    index: RecallIndex
    vectors: Vectors
    recall: PromptRecall
    prompts: PromptBuilder


@dataclasses.dataclass(frozen=True)
class Playing:
    """Of daemon/reading, daemon/turn, daemon/summaries and daemon/imported, and the branches that a retake makes."""

    reader: Reader
    after: FollowUp
    branches: Branches
    turns: Turns
    summaries: Scheduler
    chats: ChatReader


@dataclasses.dataclass(frozen=True)
class Keeping:
    """Of daemon/backups and daemon/files."""

    health: Health
    backups: Backups
    exporter: Exporter
    importer: Importer
    templates: Templates
    transfers: Transfers


async def build_base(settings: Settings, chosen: config.Config, stack: contextlib.AsyncExitStack) -> Base:
    """Opens the log and sets up the models; the `stack` closes both."""
    folder = Folder(settings.home / BACKUPS)
    the_log = await opened_log(store_of(settings.home), folder, stack)
    models = Models(chosen.models, lambda reference: keys.find_key(settings.home, reference))
    stack.push_async_callback(models.aclose)
    return Base(settings, chosen, stack, folder, the_log, models)


def build_live(base: Base) -> Live:
    """Builds the open stories, the one way to write to them, and what they are looked up in."""
    database = base.log.database
    agenda, notes, projector = Agenda(), Notes(), Projector(database)
    hub = Subscriptions([agenda, notes])
    open_stories = OpenStories(database, projector)
    streams = CatchingUp(database, open_stories, hub)
    writer = Writer(base.log, projector, open_stories, hub, streams, base.config.play.hands)
    base.stack.push_async_callback(writer.close)
    views, index = Views(open_stories, projector), RecallIndex(database, base.log)
    base.stack.push_async_callback(index.close)
    index.follow()
    models = base.models
    vectors = Vectors(database, base.log, lambda: models.role("embed"), models.calls)
    base.stack.push_async_callback(vectors.close)
    recall = PromptRecall(views, index, vectors)
    prompts = PromptBuilder(
        views, recall, base.config.play.hands, lists.overused(base.settings.home, base.config.play.overused)
    )
    return Live(agenda, notes, open_stories, projector, streams, writer, views, index, vectors, recall, prompts)


def build_playing(base: Base, live: Live) -> Playing:
    """Builds what plays: readings, turns, branches, summaries, and what reads imported chats."""
    models, writer, views = base.models, live.writer, live.views
    reader = Reader(writer, views, lambda: models.role("read"), base.config.play.reading, models.calls)
    base.stack.push_async_callback(reader.close)
    rememberer = Rememberer(writer, views)
    after = FollowUp(writer, views, reader, rememberer)
    branches = Branches(writer, after.reread_on)
    turns = Turns(writer, views, live.prompts, lambda: models.role("render"), branches, after, models.calls)
    base.stack.push_async_callback(turns.close)
    base.stack.push_async_callback(after.close)
    summaries = Scheduler(live.agenda, writer, live.prompts, lambda: models.role("read"), base.endpoint)
    base.stack.push_async_callback(summaries.close)
    chats = ChatReader(live.notes, writer, reader, rememberer)
    base.stack.push_async_callback(chats.close)
    return Playing(reader, after, branches, turns, summaries, chats)


def build_keeping(base: Base, live: Live) -> Keeping:
    """Builds what keeps stories safe, and what takes them out of the store and into it."""
    settings, chosen = base.settings, base.config
    health = Health(base.log, base.log.database.path.with_name("health.json"))
    backups = Backups(base.log, health, base.folder, chosen.backups, live.projector.drop_snapshots)
    base.stack.push_async_callback(backups.close)
    transfers = Transfers(settings.home / "store", chosen.web.upload_mb * 1024 * 1024)
    base.stack.callback(transfers.forget)
    templates = Templates(settings.home / TEMPLATES, live.views, live.writer)
    importer = Importer(live.writer, transfers, templates, backups.job)
    base.stack.push_async_callback(importer.close)
    exporter = Exporter(live.writer, live.views, transfers, f"fabula {settings.version}")
    return Keeping(health, backups, exporter, importer, templates, transfers)


async def build_upkeep(base: Base, live: Live, playing: Playing, keeping: Keeping, hold: Hold) -> Upkeep:
    """Brings what was built to life, as far as the store lets it just now."""

    async def begin() -> None:
        await base.log.start()
        if base.log.lost and base.settings.accept_tail:
            base.log.accept_tail()

    upkeep = Upkeep(
        base.log,
        (begin, live.open_stories.load, live.index.load, keeping.health.start),
        (
            lambda: held_wholly(hold),
            lambda: opened_backups(base.folder),
            live.index.start,
            live.vectors.start,
            lambda: recover(live.writer, playing.branches, playing.turns.busy),
            playing.summaries.begin,
            playing.chats.begin,
        ),
        lambda: [job.what for job in keeping.backups.jobs()],
    )
    await upkeep.start()
    base.stack.push_async_callback(upkeep.close)
    keeping.backups.start()
    return upkeep
