"""Files written whole, and read only where they are plain: under a name stands all that is new or what was there
before, whenever the power fails. Knows no contents."""

import contextlib
import errno
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


PASSING = frozenset({errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT})
"""Why a file cannot be written for now: where room or a permission is lacking, which may be given any time."""


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
        with contextlib.suppress(OSError):  # where it could not be made it cannot be removed, and that was told
            draft.unlink()


def move(synced: Path, path: Path) -> None:
    """Gives a file in the same directory another name, for good. Raises OSError."""
    synced.replace(path)
    sync(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Puts the content there at once and whole, with mode 0600. Raises OSError."""
    with replacing(path) as draft:
        draft.write_bytes(content)


def read_plain(path: Path, most: int) -> bytes:
    """The content of a plain file of at most so many bytes. Raises OSError, also for anything else that lies there:
    to open a pipe or a device may wait for ever, and to read one may never end."""
    file = open_plain(path)
    if file is None:
        raise OSError(errno.EINVAL, "it is not a plain file")
    with file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it is larger than {most} bytes")
    return content


def is_in_the_way(path: Path) -> bool:
    """Whether something else than a plain file lies where one belongs. Raises OSError where that cannot be seen."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return path.is_symlink()  # to nowhere


def sync(path: Path) -> None:
    """Waits until a file, or the names in a directory, would survive a power cut. Raises OSError."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
