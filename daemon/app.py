"""Puts the daemon together, a function for each package, serves, and takes it apart again when it is told to."""

import asyncio
import contextlib
import dataclasses
import importlib.resources
import logging
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from daemon import logs
from daemon.backups.gate import Gate
from daemon.backups.health import Health
from daemon.backups.keeper import Backups
from daemon.backups.opening import opened_backups, opened_log, store_of
from daemon.backups.restore import Restorer
from daemon.files.exporter import Exporter
from daemon.files.importer import Importer
from daemon.files.templates import Templates
from daemon.files.transfers import Transfers
from daemon.history.branches import Branches
from daemon.history.deletion import Deletion
from daemon.history.purge import Purger
from daemon.history.revise import Reviser
from daemon.home import config, keys
from daemon.home.hold import Hold, held_wholly
from daemon.live.catching_up import CatchingUp
from daemon.live.open_stories import OpenStories
from daemon.live.subscriptions import Subscriptions
from daemon.live.upkeep import Upkeep
from daemon.live.views import Views
from daemon.live.writing import Writer
from daemon.model.models import Models
from daemon.prompts.builder import PromptBuilder
from daemon.prompts.explain import Explainer
from daemon.prompts.projections import Projections
from daemon.prompts.recall import PromptRecall
from daemon.reading.memories import Rememberer
from daemon.reading.reader import Reader
from daemon.rpc import descriptors
from daemon.rpc.access import Access
from daemon.rpc.dispatch import Dispatcher
from daemon.rpc.entrance import Entrance
from daemon.rpc.handler import Handlers
from daemon.rpc.imports import Imports
from daemon.rpc.load import Load
from daemon.rpc.methods import table
from daemon.rpc.models import ModelService
from daemon.rpc.private import CannotOpen, own_place
from daemon.rpc.status import StatusService, versions
from daemon.rpc.streams import Streams
from daemon.rpc.transfer import add_routes
from daemon.rpc.unix import UnixDoor, serve_unix
from daemon.rpc.web import CONNECTIONS, WebDoor, serve_web
from daemon.store import sqlite
from daemon.store.backups import Folder
from daemon.store.database import Refused
from daemon.store.log import Log
from daemon.store.recall.index import RecallIndex
from daemon.store.snapshots import Projector
from daemon.summaries.agenda import Agenda
from daemon.summaries.scheduler import Scheduler
from daemon.turn.follow_up import FollowUp
from daemon.turn.recovery import recover
from daemon.turn.turns import Turns
from protocol.catalogue import LIMITS, METHODS
from protocol.errors import Fault
from protocol.model import Endpoint
from protocol.places import BACKUPS, SOCKET, TOKEN, runtime_dirs

log = logging.getLogger(__name__)

WEB_CLIENT = Path(str(importlib.resources.files("client") / "web"))
"""Plain files beside the client's code; the daemon knows nothing of what is in them."""

TEMPLATES = "templates"
"""The folder of the home with the templates that were saved."""

CLOSING_S = 4.0


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the command line says."""

    home: Path
    listen: str
    port: int
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
    """Of daemon/live, what it looks things up in, and what watches it."""

    agenda: Agenda
    open_stories: OpenStories
    projector: Projector
    streams: CatchingUp
    writer: Writer
    views: Views
    index: RecallIndex
    recall: PromptRecall
    prompts: PromptBuilder


@dataclasses.dataclass(frozen=True)
class Playing:
    """Of daemon/reading, daemon/turn and daemon/summaries, and the branches that a retake makes."""

    reader: Reader
    after: FollowUp
    branches: Branches
    turns: Turns
    summaries: Scheduler


@dataclasses.dataclass(frozen=True)
class Keeping:
    """Of daemon/backups and daemon/files."""

    health: Health
    backups: Backups
    exporter: Exporter
    importer: Importer
    templates: Templates
    transfers: Transfers


async def run(settings: Settings, hold: Hold) -> str:
    """Serves until SIGTERM or SIGINT. What prevents it from starting, in words; empty where it served."""
    started = time.monotonic()
    recent = logs.set_up(settings.home)
    asyncio.get_running_loop().set_exception_handler(logs.log_stray)
    try:
        chosen = config.load(settings.home)
        async with contextlib.AsyncExitStack() as stack:
            await _served(await _base(settings, chosen, stack), hold, recent, started)
    except (config.ConfigError, sqlite.Unfit, Refused, CannotOpen) as wrong:
        return str(wrong)
    except Fault as fault:
        return fault.message
    log.info("stopped")
    return ""


async def _served(base: Base, hold: Hold, recent: logs.Recent, started: float) -> None:
    """Builds what is left, serves, and parks what still runs when it is told to stop."""
    live = _live(base)
    playing = _playing(base, live)
    keeping = _keeping(base, live)
    upkeep = await _upkeep(base, live, playing, keeping, hold)

    def warnings() -> list[str]:
        return upkeep.warnings() + keeping.health.warnings() + recent.lines

    unix, web = await _doors(base, live, playing, keeping, upkeep, warnings, started)
    stop = _stop()  # before anybody hears that it serves, and may stop it
    _say_ready(unix, web, base.log)
    warming = asyncio.create_task(_warm(base.models, live.writer, upkeep))
    base.stack.callback(warming.cancel)
    await stop.wait()
    # Whatever still runs is parked; what does not end in time is left to the next start.
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(playing.turns.close(), CLOSING_S / 2)


async def _base(settings: Settings, chosen: config.Config, stack: contextlib.AsyncExitStack) -> Base:
    folder = Folder(settings.home / BACKUPS)
    the_log = await opened_log(store_of(settings.home), folder, stack)
    models = Models(chosen.models, lambda reference: keys.find_key(settings.home, reference))
    stack.push_async_callback(models.aclose)
    return Base(settings, chosen, stack, folder, the_log, models)


def _live(base: Base) -> Live:
    database = base.log.database
    agenda, projector = Agenda(), Projector(database)
    hub = Subscriptions([agenda])
    open_stories = OpenStories(database, projector)
    streams = CatchingUp(database, open_stories, hub)
    writer = Writer(base.log, projector, open_stories, hub, streams, base.config.play.hands)
    base.stack.push_async_callback(writer.close)
    views, index = Views(open_stories, projector), RecallIndex(database, base.log)
    base.stack.push_async_callback(index.close)
    index.follow()
    recall = PromptRecall(views, index)
    return Live(agenda, open_stories, projector, streams, writer, views, index, recall, PromptBuilder(views, recall))


def _playing(base: Base, live: Live) -> Playing:
    models, writer, views = base.models, live.writer, live.views
    reader = Reader(writer, views, lambda: models.role("read"), base.config.play.reading, models.calls)
    base.stack.push_async_callback(reader.close)
    after = FollowUp(writer, views, reader, Rememberer(writer, views))
    branches = Branches(writer, after.reread_on)
    turns = Turns(writer, views, live.prompts, lambda: models.role("render"), branches, after, models.calls)
    base.stack.push_async_callback(turns.close)
    base.stack.push_async_callback(after.close)
    summaries = Scheduler(live.agenda, writer, live.prompts, lambda: models.role("read"), base.endpoint)
    base.stack.push_async_callback(summaries.close)
    return Playing(reader, after, branches, turns, summaries)


def _keeping(base: Base, live: Live) -> Keeping:
    settings, chosen = base.settings, base.config
    health = Health(base.log, base.log.database.path.with_name("health.json"))
    backups = Backups(base.log, health, base.folder, chosen.backups, live.projector.drop_snapshots)
    base.stack.push_async_callback(backups.close)
    transfers = Transfers(settings.home / "store", chosen.web.upload_mb * 1024 * 1024)
    base.stack.callback(transfers.forget)
    importer = Importer(live.writer, transfers, backups.job)
    base.stack.push_async_callback(importer.close)
    exporter = Exporter(live.writer, live.views, transfers, f"fabula {settings.version}")
    templates = Templates(settings.home / TEMPLATES, live.views, live.writer)
    return Keeping(health, backups, exporter, importer, templates, transfers)


async def _upkeep(base: Base, live: Live, playing: Playing, keeping: Keeping, hold: Hold) -> Upkeep:
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
            lambda: recover(live.writer, playing.branches, playing.turns.busy),
            playing.summaries.begin,
        ),
        lambda: [job.what for job in keeping.backups.jobs()],
    )
    await upkeep.start()
    base.stack.push_async_callback(upkeep.close)
    keeping.backups.start()
    return upkeep


def _purger(live: Live, playing: Playing, keeping: Keeping) -> Purger:
    async def renew() -> int:
        # What waits to be downloaded may hold what is purged.
        keeping.transfers.forget()
        await keeping.health.refresh()
        return await keeping.backups.renew()

    return Purger(live.writer, live.index, playing.turns.busy, keeping.backups.held, renew)


def _restorer(base: Base, live: Live, playing: Playing, keeping: Keeping, gate: Gate) -> Restorer:
    halt = (playing.turns.close, playing.after.close, playing.reader.close, playing.summaries.close)
    resume = (playing.turns.resume, playing.summaries.resume)
    restorer = Restorer(keeping.backups, live.writer, live.index, gate, halt, resume)
    base.stack.push_async_callback(restorer.close)
    return restorer


def _methods(
    base: Base,
    live: Live,
    playing: Playing,
    keeping: Keeping,
    restorer: Restorer,
    entrance: Entrance,
    status: StatusService,
) -> Handlers:
    deletion = Deletion(live.writer, keeping.backups.job)
    return table(
        entrance=entrance,
        status=status,
        writer=live.writer,
        templates=keeping.templates,
        projections=Projections(live.views, live.prompts, base.endpoint),
        recall=live.recall,
        streams=Streams(live.streams),
        turns=playing.turns,
        explainer=Explainer(live.views, live.prompts, base.endpoint),
        reader=playing.reader,
        branches=playing.branches,
        reviser=Reviser(live.writer, live.views, playing.branches, deletion, playing.after),
        deletion=deletion,
        purger=_purger(live, playing, keeping),
        models=ModelService(base.models, base.settings.home, live.agenda.wake),
        backups=keeping.backups,
        restorer=restorer,
        exporter=keeping.exporter,
        imports=Imports(keeping.importer),
    )


async def _doors(
    base: Base,
    live: Live,
    playing: Playing,
    keeping: Keeping,
    upkeep: Upkeep,
    warnings: Callable[[], list[str]],
    started: float,
) -> tuple[UnixDoor, WebDoor]:
    settings, runtime = base.settings, own_place(runtime_dirs(base.settings.home), TOKEN, SOCKET)
    load, gate, access = Load(), Gate(upkeep.check_readable), Access(runtime / TOKEN)
    capabilities: dict[str, object] = {"limits": LIMITS, "methods": sorted(METHODS)}
    entrance = Entrance(f"fabula {settings.version}", lambda: base.log.database.name, capabilities, access)
    status = StatusService(
        live.writer, playing.turns, playing.summaries, keeping.backups, base.models, load, versions(settings.version),
        warnings, started,
    )  # fmt: skip
    restorer = _restorer(base, live, playing, keeping, gate)
    methods = _methods(base, live, playing, keeping, restorer, entrance, status)
    dispatcher = Dispatcher(methods, load, gate.among_others)
    # Each door has its own share of what may be open: a flood on the port never keeps this user's own programs out.
    most = min(CONNECTIONS, descriptors.raise_limit() // 4)
    web = await serve_web(
        dispatcher, listen=settings.listen, port=settings.port, origins=base.config.web.origins, static=WEB_CLIENT,
        routes=lambda app: add_routes(app, keeping.transfers, access), most=most,
    )  # fmt: skip
    base.stack.push_async_callback(web.close, 1.0)
    entrance.capabilities["http"] = web.url
    unix = await serve_unix(runtime / SOCKET, dispatcher, most)
    base.stack.push_async_callback(unix.close, 1.0)
    return unix, web


def _say_ready(unix: UnixDoor, web: WebDoor, the_log: Log) -> None:
    ready = {
        "socket": str(unix.path),
        "http": web.url,
        "token_file": str(unix.path.with_name(TOKEN)),
        "store": str(the_log.database.path),
        "pid": os.getpid(),
    }
    if the_log.read_only:
        ready["read_only"] = the_log.read_only
    with contextlib.suppress(OSError):  # standard output may be a file on a disk that is full
        os.write(1, b"ready " + msgspec.json.encode(ready) + b"\n")
    log.info("serving at %s", web.url)


def _stop() -> asyncio.Event:
    """Is set by SIGTERM and SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def _warm(models: Models, writer: Writer, upkeep: Upkeep) -> None:
    """Loads what the first call to a model would wait for, once those who came at once have been answered."""
    await asyncio.sleep(1.0)
    await models.warm()
    await upkeep.done.wait()
    await writer.refresh()
