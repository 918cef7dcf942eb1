"""Serves from the start to the end: says when it is ready, and takes the daemon apart when it is told to stop."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import time

import msgspec

from daemon import logs
from daemon.app.build import Base, Settings, build_base, build_keeping, build_live, build_playing, build_upkeep
from daemon.app.doors import open_doors
from daemon.home import config
from daemon.home.hold import Hold
from daemon.live.upkeep import Upkeep
from daemon.live.writing import Writer
from daemon.model.models import Models
from daemon.rpc.private import CannotOpen
from daemon.rpc.unix import UnixDoor
from daemon.rpc.web import WebDoor
from daemon.store import sqlite
from daemon.store.database import Refused
from daemon.store.log import Log
from protocol.errors import Fault
from protocol.places import TOKEN

log = logging.getLogger(__name__)

CLOSING_S = 2.0
"""Seconds within which the turns that run are parked."""


async def run(settings: Settings, hold: Hold) -> str:
    """Serves until SIGTERM or SIGINT. What prevents it from starting, in words; empty where it served."""
    started = time.monotonic()
    recent = logs.set_up(settings.home)
    asyncio.get_running_loop().set_exception_handler(logs.log_stray)
    try:
        chosen = config.load(settings.home)
        async with contextlib.AsyncExitStack() as stack:
            await _serve(await build_base(settings, chosen, stack), hold, recent, started)
    except (config.ConfigError, sqlite.Unfit, Refused, CannotOpen) as wrong:
        return str(wrong)
    except Fault as fault:
        return fault.message
    log.info("stopped")
    return ""


async def _serve(base: Base, hold: Hold, recent: logs.Recent, started: float) -> None:
    """Builds what is left, serves, and parks what still runs when it is told to stop."""
    live = build_live(base)
    playing = build_playing(base, live)
    keeping = build_keeping(base, live)
    upkeep = await build_upkeep(base, live, playing, keeping, hold)

    def warnings() -> list[str]:
        return upkeep.warnings() + keeping.health.warnings() + recent.lines

    unix, web = await open_doors(base, live, playing, keeping, upkeep, warnings, started)
    stop = _stop()  # before anybody hears that it serves, and may stop it
    _say_ready(unix, web, base.log)
    warming = asyncio.create_task(_warm(base.models, live.writer, upkeep))
    base.stack.callback(warming.cancel)
    await stop.wait()
    # Whatever still runs is parked; what does not end in time is left to the next start.
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(playing.turns.close(), CLOSING_S)


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
    """Does what can wait until those who came at once have been answered: after a second, imports what the first call
    to a model needs; once the upkeep is done, takes again the snapshots that another version of the fold made. What is
    loaded by then stays to the end, and is not looked through for garbage in the middle of a turn.

    While the store is read-only the upkeep is not done, and this waits until it is cancelled.
    """
    await asyncio.sleep(1.0)
    await models.warm()
    gc.freeze()
    await upkeep.done.wait()
    await writer.refresh()
