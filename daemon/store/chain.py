"""The hash chain over the log: any flipped bit and any lost tail can be found. Reads and writes no database.

digest = SHA-256(salt || payload); chain = SHA-256(chain before || the other columns || digest). Purging takes payload
and salt away and leaves the digest, so the chain stays whole and nothing can be guessed from it.
"""

import contextlib
import hashlib
import os
from pathlib import Path

from daemon.atomic import PASSING
from protocol.ids import BEGINNING, Seq

GENESIS = bytes(32)
"""The chain before the first event."""

SALT_BYTES = 16


def salts(count: int) -> list[bytes]:
    """Fresh salts, drawn at once."""
    drawn = os.urandom(SALT_BYTES * count)
    return [drawn[i : i + SALT_BYTES] for i in range(0, len(drawn), SALT_BYTES)]


def digest(salt: bytes, data: bytes) -> bytes:
    """The digest of a payload."""
    return hashlib.sha256(salt + data).digest()


def link(before: bytes, columns: bytes, digest: bytes) -> bytes:
    """The chain after an event; `columns` is its other columns as text, joined by unit separators."""
    return hashlib.sha256(before + columns + digest).digest()


def columns(*values: object) -> bytes:
    """The columns of an event as the chain takes them: seq to subject, in the order of the schema, and `seems` where it
    is said."""
    return "\x1f".join(["" if v is None else str(v) for v in values]).encode()


class HeadFile:
    """The head of the log, kept outside the database: one small write after each commit, not synced.

    Tells a lost tail: the file may lag behind the log by a commit, but is never ahead of it.
    """

    def __init__(self, path: Path) -> None:
        """Makes the file where there is none. One that cannot be written is opened for writing when it can be."""
        self._path = path
        self._fd, self._writes = -1, False
        try:
            self._open()
        except OSError as wrong:
            if wrong.errno not in PASSING:
                raise
            with contextlib.suppress(OSError):  # there may be none yet
                self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def read(self) -> tuple[Seq, bytes]:
        """The seq and chain that were written last; (0, GENESIS) where none were, or the file is damaged.

        Raises OSError.
        """
        text = os.pread(self._fd, 128, 0).split() if self._fd >= 0 else []
        try:
            seq, chain = Seq(int(text[0])), bytes.fromhex(text[1].decode())
        except (IndexError, ValueError):
            return BEGINNING, GENESIS
        return (seq, chain) if len(chain) == len(GENESIS) else (BEGINNING, GENESIS)

    def write(self, seq: Seq, chain: bytes) -> None:
        """Notes the end of the log. Raises OSError."""
        if not self._writes:
            self._open()
        os.pwrite(self._fd, f"{seq:020d} {chain.hex()}\n".encode(), 0)

    def sync(self) -> None:
        """Waits until what was written last would survive a power cut."""
        os.fsync(self._fd)

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd, self._writes = -1, False

    def _open(self) -> None:
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.close()
        self._fd, self._writes = fd, True
