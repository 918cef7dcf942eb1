"""Puts the daemon together, serves, and takes it apart again within five seconds of being told to."""

import asyncio
import contextlib
import dataclasses
import importlib.metadata
import importlib.resources
import logging
import os
import platform
import signal
import time
from pathlib import Path

import msgspec

from daemon import logs
from daemon.backups.gate import Gate
from daemon.backups.health import Health
from daemon.backups.keeper import Backups, in_thread
from daemon.backups.opening import opened_log, store_of
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
from daemon.home.hold import Held, Hold
from daemon.live.catching_up import CatchingUp
from daemon.live.open_stories import OpenStories
from daemon.live.subscriptions import Subscriptions
from daemon.live.upkeep import Upkeep
from daemon.live.views import Views
from daemon.live.writing import Writer
from daemon.model.models import Models
from daemon.model.presets import PRESETS, switched
from daemon.prompts.builder import PromptBuilder
from daemon.prompts.explain import Explainer
from daemon.prompts.recall import PromptRecall
from daemon.reading.memories import Rememberer
from daemon.reading.reader import Reader
from daemon.rpc import descriptors
from daemon.rpc.access import Access
from daemon.rpc.backups import BackupServices
from daemon.rpc.dispatch import Dispatcher
from daemon.rpc.files import FileServices
from daemon.rpc.gated import gated
from daemon.rpc.greeting import Greeting, door_methods
from daemon.rpc.history import Services as HistoryServices
from daemon.rpc.load import Load
from daemon.rpc.methods import Services, handlers
from daemon.rpc.private import CannotOpen, own_place
from daemon.rpc.transfer import add_routes
from daemon.rpc.unix import UnixDoor, serve_unix
from daemon.rpc.web import CONNECTIONS, WebDoor, serve_web
from daemon.store import sqlite
from daemon.store.backups import Folder
from daemon.store.database import VERSION as SCHEMA_VERSION
from daemon.store.database import Refused
from daemon.store.log import Log
from daemon.store.recall.index import RecallIndex
from daemon.store.snapshots import Projector
from daemon.summaries.scheduler import Scheduler
from daemon.turn.follow_up import FollowUp
from daemon.turn.recovery import recover
from daemon.turn.turns import Turns
from protocol.catalogue import LIMITS, METHODS
from protocol.catalogue import VERSION as PROTOCOL
from protocol.errors import STORAGE, Fault
from protocol.model import Endpoint, Role
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


async def run(settings: Settings, hold: Hold) -> str:
    """Serves until SIGTERM or SIGINT. What prevents it from starting, in words; empty where it served."""
    started = time.monotonic()
    recent = logs.set_up(settings.home)
    asyncio.get_running_loop().set_exception_handler(logs.log_stray)
    try:
        chosen = config.load(settings.home)
        async with contextlib.AsyncExitStack() as stack:
            await _served(settings, hold, chosen, recent, started, stack)
    except (config.ConfigError, sqlite.Unfit, Refused, CannotOpen) as wrong:
        return str(wrong)
    except Fault as fault:
        return fault.message
    log.info("stopped")
    return ""


async def _served(
    settings: Settings,
    hold: Hold,
    chosen: config.Config,
    recent: logs.Recent,
    started: float,
    stack: contextlib.AsyncExitStack,
) -> None:
    folder = Folder(settings.home / BACKUPS)
    the_log = await opened_log(store_of(settings.home), folder, stack)
    database = the_log.database
    models = Models(chosen.models, lambda reference: keys.find_key(settings.home, reference))
    stack.push_async_callback(models.aclose)
    hub, projector = Subscriptions(), Projector(database)
    open_stories = OpenStories(database, projector)
    streams = CatchingUp(database, open_stories, hub)
    writer = Writer(the_log, projector, open_stories, hub, streams, chosen.play.hands)
    stack.push_async_callback(writer.close)
    views = Views(open_stories, projector)
    index = RecallIndex(database, the_log)
    stack.push_async_callback(index.close)
    index.follow()
    recall = PromptRecall(views, index)
    prompts = PromptBuilder(views, recall)
    reader = Reader(writer, views, lambda: models.role("read"), chosen.play.reading)
    stack.push_async_callback(reader.close)
    health = Health(the_log, database.path.with_name("health.json"))
    backups, gate = Backups(the_log, health, folder, chosen.backups, projector.drop_snapshots), Gate()
    rememberer, deletion = Rememberer(writer, views), Deletion(writer, backups.job)
    after = FollowUp(writer, views, reader, rememberer)
    branches = Branches(writer, after.reread_on)
    turns = Turns(writer, views, prompts, lambda: models.role("render"), branches, after)
    stack.push_async_callback(turns.close)
    reviser = Reviser(writer, views, branches, deletion, after)
    stack.push_async_callback(after.close)
    stack.push_async_callback(backups.close)
    moving = _files(settings, chosen, writer, views, backups, stack)

    async def renew() -> int:
        # What waits to be downloaded may hold what is purged.
        moving.transfers.forget()
        await health.refresh()
        return await backups.renew()

    history = HistoryServices(
        turns, branches, deletion, reviser, Purger(writer, index, turns.busy, backups.held, renew)
    )
    summaries = Scheduler(writer, prompts, lambda: models.role("read"), lambda: models.role("render").endpoint)
    stack.push_async_callback(summaries.close)

    async def begin() -> None:
        await the_log.start()
        if the_log.lost and settings.accept_tail:
            the_log.accept_tail()

    upkeep = Upkeep(
        the_log,
        (begin, open_stories.load, index.load, health.start),
        (
            lambda: _held_wholly(hold), lambda: _opened_backups(folder), index.start,
            lambda: recover(writer, branches, turns.busy), summaries.begin,
        ),
        lambda: [job.what for job in backups.jobs()],
    )  # fmt: skip
    await upkeep.start()
    stack.push_async_callback(upkeep.close)
    backups.start()
    halt = (turns.close, after.close, reader.close, summaries.close)
    restorer = Restorer(backups, writer, index, gate, halt, (turns.resume, summaries.resume))
    stack.push_async_callback(restorer.close)
    services = Services(
        writer=writer,
        views=views,
        streams=streams,
        turns=turns,
        history=history,
        backups=BackupServices(backups, restorer),
        files=moving,
        prompts=prompts,
        summaries=summaries,
        recall=recall,
        reader=reader,
        explainer=Explainer(views, prompts, lambda: models.role("render").endpoint),
        models=models,
        database=database,
        presets=[{"preset": name, **msgspec.to_builtins(x)} for name, x in PRESETS.items()],
        use_model=lambda role, model, base_url: _use_model(settings.home, models, summaries, role, model, base_url),
        versions=_versions(settings),
        load=Load(),
        warnings=lambda: upkeep.warnings() + health.warnings() + recent.lines,
        started=started,
    )
    unix, web = await _open_doors(settings, chosen, services, gate, stack)
    told = _told_to_stop()  # before anybody hears that it serves, and may stop it
    _say_ready(unix, web, the_log)
    warming = asyncio.create_task(_warm(models, writer, upkeep))
    stack.callback(warming.cancel)
    await told.wait()
    # Whatever still runs is parked; what does not end in time is left to the next start.
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(turns.close(), CLOSING_S / 2)


async def _held_wholly(hold: Hold) -> None:
    """Raises Fault(STORAGE) where the lock of the home cannot be made yet."""
    try:
        await asyncio.to_thread(hold.complete)
    except (OSError, Held):
        raise Fault(STORAGE, "rpcd.lock in the home cannot be locked; see to its permissions", waits=True) from None


async def _opened_backups(backups: Folder) -> None:
    """Raises Fault(STORAGE) where no backups can be made; the stories can be played all the same."""
    try:
        await in_thread(backups.open)
    except Fault as fault:
        why = f"no backups can be made; see to the folder `{BACKUPS}` of the home: {fault.message}"
        raise Fault(STORAGE, why, why=why, waits=True) from fault


def _files(
    settings: Settings,
    chosen: config.Config,
    writer: Writer,
    views: Views,
    backups: Backups,
    stack: contextlib.AsyncExitStack,
) -> FileServices:
    transfers = Transfers(settings.home / "store", chosen.web.upload_mb * 1024 * 1024)
    stack.callback(transfers.forget)
    importer = Importer(writer, transfers, backups.job)
    stack.push_async_callback(importer.close)
    exporter = Exporter(writer, views, transfers, f"fabula {settings.version}")
    return FileServices(exporter, importer, Templates(settings.home / TEMPLATES, views), transfers)


async def _open_doors(
    settings: Settings, chosen: config.Config, services: Services, gate: Gate, stack: contextlib.AsyncExitStack
) -> tuple[UnixDoor, WebDoor]:
    runtime = own_place(runtime_dirs(settings.home), TOKEN, SOCKET)
    capabilities: dict[str, object] = {"limits": LIMITS, "methods": sorted(METHODS)}
    bound = gated(handlers(services), gate, services.database.check_readable)
    access = Access(runtime / TOKEN)
    greeting = Greeting(f"fabula {settings.version}", lambda: services.database.name, capabilities)
    dispatcher = Dispatcher({**bound, **door_methods(greeting, access)}, services.load)
    # Each door has its own share of what may be open: a flood on the port never keeps this user's own programs out.
    most = min(CONNECTIONS, descriptors.raise_limit() // 4)
    web = await serve_web(
        dispatcher, listen=settings.listen, port=settings.port, origins=chosen.web.origins, static=WEB_CLIENT,
        routes=lambda app: add_routes(app, services.files.transfers, access), most=most,
    )  # fmt: skip
    stack.push_async_callback(web.close, 1.0)
    capabilities["http"] = web.url
    unix = await serve_unix(runtime / SOCKET, dispatcher, most)
    stack.push_async_callback(unix.close, 1.0)
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


def _told_to_stop() -> asyncio.Event:
    """Is set by SIGTERM and SIGINT."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    return told


async def _warm(models: Models, writer: Writer, upkeep: Upkeep) -> None:
    """Loads what the first call to a model would wait for, once those who came at once have been answered."""
    await asyncio.sleep(1.0)
    await models.warm()
    await upkeep.done.wait()
    await writer.refresh()


async def _use_model(
    home: Path, models: Models, summaries: Scheduler, role: Role, model: str, base_url: str | None
) -> Endpoint:
    """From now on and at every start, this role has this model."""
    endpoint = switched(models.settings(role), model, base_url)
    try:
        await asyncio.to_thread(config.save_model, home, role, endpoint)
    except OSError as wrong:
        why = f"{config.FILE} cannot be written, so the model stays as it was: {wrong.strerror}"
        raise Fault(STORAGE, why, why=why) from wrong
    used = await models.use(role, endpoint)
    summaries.wake()
    return used.endpoint


def _versions(settings: Settings) -> dict[str, str]:
    return {
        "fabula": settings.version,
        "protocol": PROTOCOL,
        "schema": str(SCHEMA_VERSION),
        "sqlite": str(sqlite.library().sqlite_version),
        "python": platform.python_version(),
        "sqlite-vec": importlib.metadata.version("sqlite-vec"),
    }
