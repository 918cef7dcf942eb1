"""The write-ahead log of the open store: emptied where it has grown, and who keeps it from being emptied.

Never opens one of the store's files itself: to close it again would drop SQLite's own locks on it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from daemon.store.sqlite import PATIENCE_S, SqliteConnection

MOST = 64 * 1024 * 1024
"""Bytes beyond which it is emptied. SQLite does that by itself unless somebody is reading all the time."""

_READERS = range(123, 128)
"""The bytes of the `-shm` file that readers lock, by https://sqlite.org/walformat.html#wal_locks."""


def empty(c: SqliteConnection) -> bool:
    """Takes what is in it over into the file, and empties it; whether nobody who reads was in the way."""
    c.execute("PRAGMA busy_timeout = 0")  # who commits meanwhile must not wait for a reader
    try:
        busy, _, _ = c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        c.execute(f"PRAGMA busy_timeout = {round(PATIENCE_S * 1000)}")
    return not busy


def readers(store: Path, locks: Path = Path("/proc/locks")) -> list[int]:
    """The processes that read the store just now. Only Linux tells; elsewhere there are none."""
    try:
        inode = store.with_name(store.name + "-shm").stat().st_ino
        text = locks.read_text()
    except OSError:
        return []
    return sorted({pid for pid in _holders(text, inode) if pid > 0})


def others(pids: list[int]) -> list[str]:
    """The programs of these processes, in words, without this one and its children."""
    return [f"{_name(pid)} (pid {pid})" for pid in pids if pid != os.getpid() and _parent(pid) != os.getpid()]


def _holders(text: str, inode: int) -> Iterator[int]:
    """Of lines such as `1: POSIX  ADVISORY  READ 4242 fe:00:131 124 124`."""
    for line in text.splitlines():
        kind, *words = line.split()[1:]
        if kind == "POSIX" and len(words) == 6 and words[3].rpartition(":")[2] == str(inode):
            first, last = int(words[4]), _READERS.stop if words[5] == "EOF" else int(words[5])
            if first < _READERS.stop and last >= _READERS.start:
                yield int(words[2])


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() or "a program"
    except (OSError, UnicodeDecodeError):
        return "a program"


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0
