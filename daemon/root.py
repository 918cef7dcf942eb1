"""Puts the daemon together, serves, and takes it apart again within five seconds of being told to."""

import asyncio
import contextlib
import dataclasses
import importlib.metadata
import logging
import os
import platform
import signal
import sys
import time
from pathlib import Path

import msgspec

from daemon import config, descriptors, keys, logs
from daemon.consequences import Consequences
from daemon.explaining import Explaining
from daemon.exporting import Exporter
from daemon.gate import Gate
from daemon.health import Health
from daemon.histories import Histories
from daemon.hub import Hub
from daemon.importing import Importer
from daemon.keeping import Keeping, in_thread, make
from daemon.leftovers import recover
from daemon.looking import Looking
from daemon.model.models import Models
from daemon.model.presets import PRESETS, switched
from daemon.prompting import Prompting
from daemon.purging import Purging
from daemon.reading import Reader
from daemon.recollection import Recollection
from daemon.remembering import Rememberer
from daemon.restoring import Restoring
from daemon.retracting import Retracting
from daemon.revising import Revising
from daemon.rpc.access import Access
from daemon.rpc.dispatch import Dispatcher
from daemon.rpc.files import FileServices
from daemon.rpc.gated import gated
from daemon.rpc.greeting import Greeting, door_methods
from daemon.rpc.history import Services as HistoryServices
from daemon.rpc.keeping import KeepingServices
from daemon.rpc.load import Load
from daemon.rpc.methods import Services, handlers
from daemon.rpc.private import CannotOpen
from daemon.rpc.transfer import add_routes
from daemon.rpc.unix import UnixDoor, serve_unix
from daemon.rpc.web import CONNECTIONS, WebDoor, serve_web
from daemon.store import sqlite
from daemon.store.backups import Folder
from daemon.store.chain import HeadFile
from daemon.store.database import VERSION as SCHEMA_VERSION
from daemon.store.database import Database, Refused
from daemon.store.log import Log
from daemon.store.projector import Projector
from daemon.store.recall import RecallIndex
from daemon.store.swapping import finish
from daemon.stories import Stories
from daemon.streams import Streams
from daemon.summing import Summing
from daemon.tales import Shelf
from daemon.templates import Templates
from daemon.transfers import Transfers
from daemon.turns import Turns
from protocol.catalogue import LIMITS, METHODS
from protocol.catalogue import VERSION as PROTOCOL
from protocol.errors import Fault
from protocol.model import Endpoint, Role
from protocol.places import BACKUPS, SOCKET, TOKEN, runtime_dir

log = logging.getLogger(__name__)

WEB_CLIENT = Path(__file__).resolve().parents[1] / "client" / "web"
"""Plain files; the daemon knows nothing of what is in them."""

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


async def run(settings: Settings) -> str:
    """Serves until SIGTERM or SIGINT. What prevents it from starting, in words; empty where it served."""
    started = time.monotonic()
    recent = logs.set_up(settings.home)
    asyncio.get_running_loop().set_exception_handler(logs.log_stray)
    try:
        chosen = config.load(settings.home)
        async with contextlib.AsyncExitStack() as stack:
            await _served(settings, chosen, recent, started, stack)
    except (config.ConfigError, sqlite.Unfit, Refused, CannotOpen) as wrong:
        return str(wrong)
    except Fault as fault:
        return fault.message
    log.info("stopped")
    return ""


async def _served(
    settings: Settings, chosen: config.Config, recent: logs.Recent, started: float, stack: contextlib.AsyncExitStack
) -> None:
    store = settings.home / "store"
    store.mkdir(mode=0o700, exist_ok=True)
    backups, file = Folder(settings.home / BACKUPS), store / "fabula.db"
    await in_thread(backups.open)
    await in_thread(finish, store, backups.path)
    database = await Database.open(file, lambda: make(backups, "migration", file))
    stack.push_async_callback(database.close)
    head = HeadFile(store / "fabula.head")
    stack.callback(head.close)
    the_log = Log(database, head)
    await the_log.start()
    if the_log.lost and settings.accept_tail:
        the_log.accept_tail()
    models = Models(chosen.models, lambda reference: keys.find_key(settings.home, reference))
    stack.push_async_callback(models.aclose)
    hub, projector = Hub(), Projector(database)
    shelf = Shelf(database, projector)
    await shelf.load()
    streams = Streams(database, shelf, hub)
    stories = Stories(the_log, projector, shelf, hub, streams, chosen.play.hands)
    stack.push_async_callback(stories.close)
    looking = Looking(shelf, projector)
    index = RecallIndex(database, the_log)
    await index.start()
    stack.push_async_callback(index.close)
    index.follow()
    recollection = Recollection(looking, index)
    prompting = Prompting(looking, recollection)
    reader = Reader(stories, looking, lambda: models.role("read"), chosen.play.reading)
    stack.push_async_callback(reader.close)
    health = Health(the_log)
    await health.start(backups)
    keeping, gate = Keeping(the_log, health, backups, chosen.backups, projector.drop_snapshots), Gate()
    rememberer, retracting = Rememberer(stories, looking), Retracting(stories, keeping.job)
    after = Consequences(stories, looking, reader, rememberer)
    turns = Turns(stories, looking, prompting, lambda: models.role("render"), after)
    stack.push_async_callback(turns.close)
    revising = Revising(stories, looking, retracting, reader, rememberer, after)
    stack.push_async_callback(revising.close)
    stories.told_otherwise = revising.told_otherwise
    stack.push_async_callback(keeping.close)
    moving = _files(settings, chosen, stories, looking, keeping, stack)

    async def renew() -> int:
        # What waits to be downloaded may hold what is purged.
        moving.transfers.forget()
        await health.refresh()
        return await keeping.renew()

    history = HistoryServices(
        turns, Histories(stories), retracting, revising, Purging(stories, index, turns.busy, keeping.held, renew)
    )
    summing = Summing(stories, prompting, lambda: models.role("read"), lambda: models.role("render").endpoint)
    stack.push_async_callback(summing.close)
    if not the_log.lost:
        await recover(stories)
        summing.start()
    keeping.start()
    halt = (turns.close, revising.close, reader.close, summing.close)
    restoring = Restoring(keeping, stories, index, gate, halt, (turns.resume, summing.resume))
    stack.push_async_callback(restoring.close)
    services = Services(
        stories=stories,
        looking=looking,
        streams=streams,
        turns=turns,
        history=history,
        keeping=KeepingServices(keeping, restoring),
        files=moving,
        prompting=prompting,
        summing=summing,
        recollection=recollection,
        reader=reader,
        explaining=Explaining(looking, prompting, lambda: models.role("render").endpoint),
        models=models,
        database=database,
        presets=[{"preset": name, **msgspec.to_builtins(x)} for name, x in PRESETS.items()],
        use_model=lambda role, model, base_url: _use_model(settings.home, models, summing, role, model, base_url),
        versions=_versions(settings),
        load=Load(),
        warnings=lambda: [f"read-only: {the_log.lost}"] * bool(the_log.lost) + health.warnings() + list(recent.lines),
        started=started,
    )
    unix, web = await _open_doors(settings, chosen, services, gate, stack)
    _say_ready(settings, unix, web, database)
    warming = asyncio.create_task(_warm(models, stories))
    stack.callback(warming.cancel)
    await _told_to_stop()
    # Whatever still runs is parked; what does not end in time is left to the next start.
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(turns.close(), CLOSING_S / 2)


def _files(
    settings: Settings,
    chosen: config.Config,
    stories: Stories,
    looking: Looking,
    keeping: Keeping,
    stack: contextlib.AsyncExitStack,
) -> FileServices:
    transfers = Transfers(settings.home / "store", chosen.web.upload_mb * 1024 * 1024)
    stack.callback(transfers.forget)
    importer = Importer(stories, transfers, keeping.job)
    stack.push_async_callback(importer.close)
    exporter = Exporter(stories, looking, transfers, f"fabula {settings.version}")
    return FileServices(exporter, importer, Templates(settings.home / TEMPLATES, looking), transfers)


async def _open_doors(
    settings: Settings, chosen: config.Config, services: Services, gate: Gate, stack: contextlib.AsyncExitStack
) -> tuple[UnixDoor, WebDoor]:
    runtime = runtime_dir(settings.home)
    capabilities: dict[str, object] = {"limits": LIMITS, "methods": sorted(METHODS)}
    bound = gated(handlers(services), gate)
    # The socket's directory must exist, private, before the token is put into it.
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
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


def _say_ready(settings: Settings, unix: UnixDoor, web: WebDoor, database: Database) -> None:
    ready = {
        "socket": str(unix.path),
        "http": web.url,
        "token_file": str(runtime_dir(settings.home) / TOKEN),
        "store": str(database.path),
        "pid": os.getpid(),
    }
    sys.stdout.write(f"ready {msgspec.json.encode(ready).decode()}\n")
    sys.stdout.flush()
    log.info("serving at %s", web.url)


async def _told_to_stop() -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    await told.wait()


async def _warm(models: Models, stories: Stories) -> None:
    """Loads what the first call to a model would wait for, once those who came at once have been answered."""
    await asyncio.sleep(1.0)
    await models.warm()
    await stories.refresh()


async def _use_model(
    home: Path, models: Models, summing: Summing, role: Role, model: str, base_url: str | None
) -> Endpoint:
    """From now on and at every start, this role has this model."""
    endpoint = switched(models.settings(role), model, base_url)
    await asyncio.to_thread(config.save_model, home, role, endpoint)
    used = await models.use(role, endpoint)
    summing.wake()
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
