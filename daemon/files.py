"""Files written whole: under a name stands all that is new or what was there before, whenever the power fails. And
plain files opened for reading, where something else may lie under the name."""

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO


def open_plain(path: Path) -> IO[bytes] | None:
    """A plain file, open for reading; None for what is none: a folder, a device, a pipe that nobody writes to, for
    which nobody waits. Raises OSError, and ValueError for a path that no file can have."""
    file = open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")  # noqa: PTH123, SIM115 - flags; the caller's
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    return None


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Another name beside `path`, for a new file of mode 0600: written in the block, synced and renamed after it.

    Where the block raises, the new file goes and `path` is left alone. Raises OSError.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield draft
        sync(draft)
        move(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def move(synced: Path, path: Path) -> None:
    """Gives a file in the same directory another name, for good. Raises OSError."""
    synced.replace(path)
    sync(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Puts the content there at once and whole, with mode 0600. Raises OSError."""
    with replacing(path) as draft:
        draft.write_bytes(content)


def sync(path: Path) -> None:
    """Waits until a file, or the names in a directory, would survive a power cut. Raises OSError."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
