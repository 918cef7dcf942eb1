"""A client of the services in the test's own process: for tests of what they answer, where no daemon is the point.

What is said and answered is checked against the catalogue as over the socket, and goes through the same dispatcher; but
there is no transport, no model and nothing behind play, and of the methods those of stories, branches, deletion, files
and templates.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

from daemon.files.exporter import Exporter
from daemon.files.importer import Importer
from daemon.files.templates import Templates
from daemon.files.transfers import Transfers
from daemon.history.deletion import Deletion, unseen
from daemon.rpc import messages
from daemon.rpc.dispatch import Dispatcher, refuse
from daemon.rpc.handler import Handlers, NeedsCaller
from daemon.rpc.imports import Imports
from daemon.rpc.messages import Refusal
from daemon.story.decide.desk import HANDS
from tests.support.open_store import Store, opened
from tests.support.wire_client import Client, talking

LARGEST = 10**8
"""Bytes of the largest file that is taken in."""


class Here:
    """The caller, as far as these methods ask: it is on this machine, and has room for any answer."""

    transport = "unix"

    def making(self) -> contextlib.AbstractAsyncContextManager[None]:
        return contextlib.nullcontext()


CALLER: Any = Here()


class Within:
    """A link that leads to a dispatcher in this process. It serves one message after another."""

    code = None

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._answers: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def send(self, text: str) -> None:
        message = messages.read(text.encode())
        found = [await self._answer(entry) for entry in message.entries]
        answers = [answer for answer in found if answer is not None]
        for whole in [b"[" + b",".join(answers) + b"]"] if message.batch else answers:
            self._answers.put_nowait(whole)

    async def receive(self) -> bytes | None:
        return await self._answers.get()

    async def close(self) -> None:
        self._answers.put_nowait(None)

    async def _answer(self, entry: messages.Call | Refusal) -> bytes | None:
        found = self._dispatcher.prepare(entry) if isinstance(entry, messages.Call) else entry
        if found is None:
            return None
        return refuse(found) if isinstance(found, Refusal) else await self._dispatcher.answer(CALLER, found)


def templates_in(folder: Path, store: Store) -> Templates:
    """The templates that are saved in the folder `templates` of this one."""
    return Templates(folder / "templates", store.views, store.writer)


def methods(store: Store, folder: Path, importer: Importer) -> Handlers:
    """Returns what serves each of the methods, with saved templates in the folder `templates` of this one."""
    branches, deletion = store.branches, Deletion(store.writer)
    templates = templates_in(folder, store)
    exporter = Exporter(store.writer, store.views, importer.transfers, "test")
    return {
        "stories": store.writer.list,
        "create": templates.create,
        "append": store.writer.append,
        "project": store.views.project,
        "takes": branches.takes,
        "rewind": branches.rewind,
        "fork": branches.fork,
        "branches": branches.branches,
        "switch": branches.switch,
        "delete": deletion.delete,
        "reinstate": deletion.reinstate,
        "export": exporter.export,
        "import": NeedsCaller(Imports(importer).take),
        "templates": templates.all,
        "save_template": templates.save,
        "remove_template": templates.remove,
    }


@contextlib.asynccontextmanager
async def served(folder: Path, hands: int = HANDS) -> AsyncIterator[Client]:
    """Opens the store in this folder and yields a client of its services; everybody can hold so many things."""
    async with opened(folder, hands=hands) as store:
        transfers = Transfers(folder, LARGEST)
        importer = Importer(store.writer, transfers, templates_in(folder, store), partial(unseen, story="", branch=""))
        handlers = methods(store, folder, importer)
        try:
            async with talking(Within(Dispatcher(handlers))) as client:
                yield client
        finally:
            await importer.close()
