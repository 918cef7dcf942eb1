"""Files written whole: under a name stands all that is new or what was there before, whenever the power fails."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path


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
