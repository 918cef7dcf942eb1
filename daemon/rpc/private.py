"""Directories and files that only their owner may read: the runtime directory and its token. Knows no contents."""

import os
import stat
from pathlib import Path


class CannotOpen(Exception):  # noqa: N818 - said to people, as it reads
    """A door cannot be opened; the message says to a person why, and what to do."""


def own_directory(path: Path) -> None:
    """Makes the directory with mode 0700, or narrows it to that. Raises CannotOpen where it is somebody else's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        found = path.lstat()
        # A link or a stranger's directory in a shared place such as /tmp would hand our socket to its owner.
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise CannotOpen(f"{path} is not a directory of yours: remove it, or choose another --home") from None
    path.chmod(0o700)


def is_own_file(path: Path) -> bool:
    """Whether a plain file is there that is ours and that nobody else may read or write."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077
