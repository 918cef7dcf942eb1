"""A home is held by one process at a time: its daemon, or whoever works on the store without one."""

import asyncio
import errno
import fcntl
import os
import stat
from pathlib import Path

from daemon.atomic import PASSING
from protocol.errors import STORAGE, Fault

LOCK = "rpcd.lock"


class Held(Exception):  # noqa: N818 - says that it is
    """Another process holds the home."""


class Hold:
    """The hold on a home, until the process ends.

    Both its directory and a file in it are locked: the file alone cannot be made on a read-only disk, and some network
    disks lock no directories.
    """

    def __init__(self, home: Path) -> None:
        """Raises Held, OSError."""
        self._path = home / LOCK
        self._folder = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._file = -1
        is_locked = _lock(self._folder)
        try:
            self.complete()
        except OSError as wrong:
            if wrong.errno not in PASSING or not is_locked:
                raise

    def complete(self) -> None:
        """Locks the file, where there was none and can be one by now. Raises Held, OSError."""
        if self._file >= 0:
            return
        file = _opened(self._path)
        try:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise OSError(errno.EINVAL, f"{LOCK} in it is not a plain file: move it elsewhere")
            _lock(file)
        except BaseException:
            os.close(file)
            raise
        self._file = file


async def held_wholly(hold: Hold) -> None:
    """Completes a hold. Raises Fault(STORAGE) where the lock's file cannot be made yet."""
    try:
        await asyncio.to_thread(hold.complete)
    except (OSError, Held):
        raise Fault(STORAGE, "rpcd.lock in the home cannot be locked; see to its permissions", waits=True) from None


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    except OSError as wrong:
        if wrong.errno not in PASSING:
            raise OSError(wrong.errno, f"{LOCK} in it is no file that can be opened: {wrong.strerror}") from wrong
        try:
            return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            raise wrong from None


def _lock(file: int) -> bool:
    """Whether such a file can be locked. Raises Held where another process has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Held from None
    except OSError:
        return False
    return True
