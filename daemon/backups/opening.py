"""Opening the store of a home: its folder, a restore that was broken off, the file. What is in it is yet to be read."""

import asyncio
import contextlib
from pathlib import Path

from daemon.backups.keeper import in_thread, make
from daemon.store.backups import Folder
from daemon.store.chain import HeadFile
from daemon.store.database import Database, Refused
from daemon.store.log import Log
from daemon.store.swapping import finish
from protocol.errors import STORAGE, Fault
from protocol.places import BACKUPS


def store_of(home: Path) -> Path:
    """The store's file, its folder made. Raises Refused."""
    folder = home / "store"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as wrong:
        raise Refused(
            f"the home directory cannot be used: its folder `store` cannot be made: {wrong.strerror}"
        ) from wrong
    return folder / "fabula.db"


async def opened_log(file: Path, backups: Folder, stack: contextlib.AsyncExitStack) -> Log:
    """The log of a store; what is in it is yet to be read. A restore that was broken off is finished first."""
    try:
        await asyncio.to_thread(finish, file.parent, backups.path)
    except OSError as wrong:
        why = (
            f"a restore that was broken off cannot be finished: {wrong.strerror}; make the home writable and try again"
        )
        raise Refused(why) from wrong
    database = await Database.open(file, lambda: make(backups, "migration", file))
    stack.push_async_callback(database.close)
    head = HeadFile(file.with_suffix(".head"))
    stack.callback(head.close)
    return Log(database, head)


async def opened_backups(folder: Folder) -> None:
    """Opens the folder of backups. Raises Fault(STORAGE) where none can be made; the stories can be played all the
    same."""
    try:
        await in_thread(folder.open)
    except Fault as fault:
        why = f"no backups can be made; see to the folder `{BACKUPS}` of the home: {fault.message}"
        raise Fault(STORAGE, why, why=why, waits=True) from fault
