"""Putting a new file in the place of a store that need not be readable: wholly, or not at all, and nothing is lost.

What is there is moved, never deleted and never opened: into the backups, or beside the store where it is no file. Once
a mark says that the new file is ready, whatever comes next finishes what a crash broke off. Nobody else may serve the
home meanwhile.
"""

import contextlib
import errno
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from daemon import atomic
from protocol.errors import STORAGE, Fault

STORE, HEAD = "fabula.db", "fabula.head"
READY, MARK = "fabula.restored", "restoring.json"

ENDINGS = ("-head", "-shm", "-wal", "")
"""What lies beside a store's file under its name and an ending; the last is the file itself. In the order of moving."""

LOCKS = (512, 0x4000_0000)
"""Length and start of the bytes that SQLite locks: whoever has the file open holds some of them."""


class Mark(msgspec.Struct, frozen=True):
    """Where what was there is to be kept: the name of a backup."""

    kept: str


def swap(folder: Path, kept: Path) -> Path | None:
    """Makes the file `READY` of a folder its store; where what was there is kept, None where there was nothing.

    `kept` is the name of a backup that is to be. Raises Fault(STORAGE) where another program uses the store, OSError.
    """
    with _unused(folder / STORE):
        atomic.write_whole(folder / MARK, msgspec.json.encode(Mark(kept.name)))
        return finish(folder, kept.parent)


def finish(folder: Path, backups: Path) -> Path | None:
    """Finishes what was begun and broken off, if anything was. Raises OSError."""
    ready, mark = folder / READY, folder / MARK
    if not mark.is_file():
        with contextlib.suppress(
            OSError
        ):  # it was not ready yet, and nothing has been moved: what is left does no harm
            ready.unlink()
        return None
    kept = backups / _kept(mark)
    if ready.exists():  # so what is in its place is what was there before
        for ending in ENDINGS:
            _set_aside(folder / (HEAD if ending == "-head" else STORE + ending), kept.with_name(kept.name + ending))
        atomic.sync(backups)
        atomic.move(ready, folder / STORE)
    mark.unlink()
    atomic.sync(folder)
    return next((p for p in (kept, _beside(folder / STORE, kept)) if os.path.lexists(p)), None)


def _kept(mark: Path) -> str:
    try:
        return Path(msgspec.json.decode(mark.read_bytes(), type=Mark).kept).name
    except msgspec.MsgspecError:  # it was changed by hand: nothing is lost for that
        return "before-restore.db"


def _set_aside(path: Path, to: Path) -> None:
    """Moves what is there to another name, or beside itself where it is no file or the other is on another disk."""
    if not os.path.lexists(path):
        return
    if path.is_file():
        try:
            path.rename(to)
            return
        except OSError as wrong:
            if wrong.errno != errno.EXDEV:
                raise
    path.rename(_beside(path, to))


def _beside(path: Path, kept: Path) -> Path:
    return path.with_name(f"{path.name}.{kept.name.partition('.')[0]}")


@contextlib.contextmanager
def _unused(store: Path) -> Iterator[None]:
    """While this lasts nobody opens the store; raises Fault(STORAGE) where somebody has it open."""
    if not store.is_file():
        yield
        return
    try:
        file = os.open(store, os.O_RDWR | os.O_CLOEXEC)
    except OSError:  # it cannot be written: then nobody of ours writes it
        yield
        return
    try:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, *LOCKS)
        except OSError:
            why = "another program has the store open; close it, then try again"
            raise Fault(STORAGE, why, why=why) from None
        yield
    finally:
        os.close(file)
