"""What is too large for a message, on its way in or out: kept in files without a name, so that nothing is left behind.

An upload is taken once by the import that names it, a download once by whoever asks for its name; both lapse.
"""

import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterable
from pathlib import Path
from typing import IO

import msgspec

from protocol.errors import BUSY, Fault, bad_import, not_found

LAPSES_S = 600.0
"""How long an upload or a download waits to be taken."""

WAITING = 8
"""How many of each may wait; one more download takes the place of the oldest."""

CHUNK = 256 * 1024
SMALL = 1024 * 1024
"""Bytes of a file that is kept in memory."""


class Waiting(msgspec.Struct, frozen=True):
    """A file that waits, read from its beginning: what it is called, its media type and its size in bytes."""

    name: str
    type: str
    size: int
    file: IO[bytes]


class Transfers:
    """All that waits. `folder` is on the disk that has room for stories, `most` the bytes that an upload may have."""

    def __init__(self, folder: Path, most: int) -> None:
        self.folder, self.most = folder, most
        self._up: dict[str, Waiting] = {}
        self._down: dict[str, Waiting] = {}
        self._lapsing: dict[str, asyncio.TimerHandle] = {}

    def spool(self) -> IO[bytes]:
        """A file to write to that has no name and goes when it is closed; a small one stays in memory.

        Raises OSError.
        """
        return tempfile.SpooledTemporaryFile(SMALL, dir=str(self._roomy()))

    def _roomy(self) -> Path:
        """Where there is room for a large one: the disk of the stories may be full or read-only."""
        free = shutil.disk_usage(self.folder).free if os.access(self.folder, os.W_OK) else 0
        if free > self.most:
            return self.folder
        elsewhere = Path(tempfile.gettempdir())
        return elsewhere if shutil.disk_usage(elsewhere).free > free else self.folder

    def offer(self, name: str, type: str, size: int, file: IO[bytes]) -> str:
        """The word under which a file can be downloaded, once."""
        while len(self._down) >= WAITING:
            self._drop(next(iter(self._down)))
        return self._keep(self._down, Waiting(name, type, size, file))

    def download(self, word: str) -> Waiting:
        """The file offered under this word, which is then offered no more; the caller closes it. Raises not found."""
        return self._take(self._down, word, "download")

    def offered(self, word: str) -> Waiting:
        """The file offered under this word, which stays so: only to look at. Raises not found."""
        if word not in self._down:
            raise not_found("download", word[:64])
        return self._down[word]

    async def receive(self, chunks: AsyncIterable[bytes]) -> tuple[str, int]:
        """Keeps what comes: the word by which an import names it, and its size in bytes.

        Raises Fault: BAD_IMPORT for one that is too large, BUSY for one too many. Raises OSError.
        """
        if len(self._up) >= WAITING:
            raise Fault(BUSY, f"{WAITING} uploads wait to be imported already", limit=WAITING, retry=LAPSES_S)
        file, size = self.spool(), 0
        try:
            async for chunk in chunks:
                size += len(chunk)
                if size > self.most:
                    raise self.too_large()
                await asyncio.to_thread(file.write, chunk)
        except BaseException:
            file.close()
            raise
        return self._keep(self._up, Waiting("", "", size, file)), size

    def upload(self, word: str) -> Waiting:
        """What was uploaded under this word, which is then gone; the caller closes it. Raises not found."""
        return self._take(self._up, word, "upload")

    def too_large(self) -> Fault:
        """What is said of more bytes than are taken in."""
        return bad_import("the file", f"is larger than {self.most} bytes; [web] upload_mb in config.toml allows more")

    def forget(self) -> None:
        """Drops all that waits."""
        for word in [*self._up, *self._down]:
            self._drop(word)

    def _keep(self, among: dict[str, Waiting], waiting: Waiting) -> str:
        waiting.file.seek(0)
        word = secrets.token_urlsafe(24)
        among[word] = waiting
        self._lapsing[word] = asyncio.get_running_loop().call_later(LAPSES_S, self._drop, word)
        return word

    def _take(self, among: dict[str, Waiting], word: str, what: str) -> Waiting:
        found = among.pop(word, None)
        if found is None:
            raise not_found(what, word[:64])
        self._lapsing.pop(word).cancel()
        return found

    def _drop(self, word: str) -> None:
        for among in (self._up, self._down):
            if word in among:
                self._take(among, word, "file").file.close()
