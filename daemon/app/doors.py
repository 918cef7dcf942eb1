"""Builds the methods and opens the doors. What they serve was built in build.py."""

import importlib.resources
from collections.abc import Callable
from pathlib import Path

from aiohttp import web as web_server

from daemon.app.build import Base, Keeping, Live, Playing
from daemon.backups.gate import Gate
from daemon.backups.restore import Restorer
from daemon.chat.chats import Chats
from daemon.history.deletion import Deletion
from daemon.history.purge import Purger
from daemon.history.revise import Reviser
from daemon.live.upkeep import Upkeep
from daemon.prompts.explain import Explainer
from daemon.prompts.projections import Projections
from daemon.rpc import assets, descriptors, transfer
from daemon.rpc.access import Access
from daemon.rpc.chat import add_chat_routes
from daemon.rpc.dispatch import Dispatcher
from daemon.rpc.entrance import Entrance
from daemon.rpc.handler import Handlers
from daemon.rpc.imports import Imports
from daemon.rpc.load import Load
from daemon.rpc.methods import table
from daemon.rpc.models import ModelService
from daemon.rpc.private import own_place
from daemon.rpc.status import StatusService, versions
from daemon.rpc.streams import Streams
from daemon.rpc.unix import UnixDoor, serve_unix
from daemon.rpc.web import CONNECTIONS, WebDoor, serve_web
from protocol.catalogue import LIMITS, METHODS
from protocol.places import SOCKET, TOKEN, runtime_dirs

WEB_CLIENT = Path(str(importlib.resources.files("client") / "web"))
"""Plain files beside the client's code; the daemon knows nothing of what is in them."""


def _build_purger(live: Live, playing: Playing, keeping: Keeping) -> Purger:
    async def renew() -> int:
        # What waits to be downloaded may hold what is purged.
        keeping.transfers.forget()
        await keeping.health.refresh()
        return await keeping.backups.renew()

    held, named = keeping.backups.held, keeping.templates.named
    return Purger(live.writer, live.index, live.vectors, playing.turns.busy, held, renew, named)


def _build_restorer(base: Base, live: Live, playing: Playing, keeping: Keeping, gate: Gate) -> Restorer:
    halt = (
        playing.turns.close, playing.after.close, playing.chats.close, playing.reader.close, playing.summaries.close,
    )  # fmt: skip
    resume = (playing.turns.resume, playing.summaries.resume, playing.chats.resume)
    restorer = Restorer(keeping.backups, live.writer, live.index, live.vectors, gate, halt, resume)
    base.stack.push_async_callback(restorer.close)
    return restorer


def _build_methods(
    base: Base,
    live: Live,
    playing: Playing,
    keeping: Keeping,
    restorer: Restorer,
    entrance: Entrance,
    status: StatusService,
) -> Handlers:
    deletion = Deletion(live.writer, keeping.backups.job)

    def chosen() -> None:
        live.agenda.wake()
        live.vectors.chosen()
        playing.chats.chosen()

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
        purger=_build_purger(live, playing, keeping),
        models=ModelService(base.models, base.settings.home, chosen),
        backups=keeping.backups,
        restorer=restorer,
        exporter=keeping.exporter,
        imports=Imports(keeping.importer),
    )


async def open_doors(
    base: Base,
    live: Live,
    playing: Playing,
    keeping: Keeping,
    upkeep: Upkeep,
    warnings: Callable[[], list[str]],
    started: float,
) -> tuple[UnixDoor, WebDoor]:
    """Opens both doors, on the same methods; the base's stack closes them. Raises CannotOpen."""
    settings, runtime = base.settings, own_place(runtime_dirs(base.settings.home), TOKEN, SOCKET)
    load, gate, access = Load(), Gate(upkeep.check_readable), Access(runtime / TOKEN)
    capabilities: dict[str, object] = {"limits": LIMITS, "methods": sorted(METHODS)}
    entrance = Entrance(f"fabula {settings.version}", lambda: base.log.database.name, capabilities, access)
    status = StatusService(
        live.writer, playing.turns, playing.summaries, playing.chats, keeping.backups, base.models, live.vectors, load,
        versions(settings.version), warnings, started,
    )  # fmt: skip
    restorer = _build_restorer(base, live, playing, keeping, gate)
    methods = _build_methods(base, live, playing, keeping, restorer, entrance, status)
    dispatcher = Dispatcher(methods, load, gate.among_others)
    # Each door has its own share of what may be open: a flood on the port never keeps this user's own programs out.
    most = min(CONNECTIONS, descriptors.raise_limit() // 4)
    chats = Chats(live.writer, live.views, playing.turns, playing.branches, live.streams, gate.among_others)

    def routes(app: web_server.Application) -> None:
        transfer.add_routes(app, keeping.transfers, access)
        assets.add_routes(app, base.log.database, access)
        add_chat_routes(app, chats, access)

    web = await serve_web(
        dispatcher, listen=settings.listen, port=settings.port, any_port=settings.any_port,
        origins=base.config.web.origins, static=WEB_CLIENT,
        routes=routes, most=most,
    )  # fmt: skip
    base.stack.push_async_callback(web.close, 1.0)
    entrance.capabilities["http"] = web.url
    unix = await serve_unix(runtime / SOCKET, dispatcher, most)
    base.stack.push_async_callback(unix.close, 1.0)
    return unix, web
