"""Directories and files that only their owner may read: the runtime directory and its token. Knows no contents."""

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

from daemon.atomic import PASSING


class CannotOpen(Exception):  # noqa: N818 - said to people, as it reads
    """A door cannot be opened; the message says to a person why, and what to do."""


def own_directory(path: Path) -> None:
    """Makes the directory with mode 0700, or narrows it to that. Raises CannotOpen where it is somebody else's, OSError
    where it cannot be made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    # A link or a stranger's directory in a shared place such as /tmp would hand our socket to its owner.
    if not _is_own_directory(found):
        raise CannotOpen(f"{path} is not a directory of yours: remove it, or choose another --home")
    if stat.S_IMODE(found.st_mode) != 0o700:
        path.chmod(0o700)


def own_place(folders: Sequence[Path], token: str, socket: str) -> Path:
    """The first of these directories that is ours and can be written.

    A socket that an earlier daemon left in another one is removed: clients would look there. Raises CannotOpen.
    """
    why = "there is none"
    for folder in folders:
        try:
            _try_out(folder, token)
        except OSError as wrong:
            why = wrong.strerror or why
            if wrong.errno in PASSING:
                continue
            break
        for other in folders:
            if other != folder:
                _remove_socket(other, socket)
        return folder
    raise CannotOpen(f"no directory for the socket and the token can be used: {folders[0]}: {why}")


def _try_out(folder: Path, token: str) -> None:
    """Raises OSError where the socket cannot be made there, or a token that is missing."""
    own_directory(folder)
    if not os.access(folder, os.W_OK):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))
    if (folder / token).is_dir() and not (folder / token).is_symlink():
        raise CannotOpen(f"{folder / token} is in the way and is no file: move it elsewhere")
    if not is_own_file(folder / token):
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(bytes(64))


def _remove_socket(folder: Path, socket: str) -> None:
    with contextlib.suppress(OSError):
        if _is_own_directory(folder.lstat()):
            (folder / socket).unlink()


def _is_own_directory(found: os.stat_result) -> bool:
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def is_own_file(path: Path) -> bool:
    """Whether a plain file is there that is ours and that nobody else may read or write."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077
