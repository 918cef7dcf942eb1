"""Reading a compressed tar that holds plain files only, one after another. Writes nothing, and trusts no header.

The standard library takes whatever a tar may hold: headers as long as they say of themselves, one after another, sparse
files too. Here a member has at most one extended header, as `tarfile` writes it for long names, and nothing is read
before it is known to be small.
"""

import gzip
import tarfile
import zlib
from typing import IO

BLOCK = tarfile.BLOCKSIZE
LONGEST_HEADER = 16 * 1024
"""Bytes of an extended header: a name, and a size."""

PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE)


class Damaged(Exception):  # noqa: N818 - said of the file
    """The file is no such archive; the message says why, in words."""


class Archive:
    """The members of an archive: `next` goes on to one, `read` reads on in it. Both raise Damaged, and OSError."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = gzip.GzipFile(fileobj=file)
        self._left = self._padding = 0

    def next(self) -> tuple[str, int] | None:
        """The name and the size in bytes of the next member, once all of the one before has been read; None at the
        end."""
        self._bytes(self._padding)
        header = self._header()
        more: dict[bytes, bytes] = {}
        if header is not None and header.type == tarfile.XHDTYPE:
            if not 0 < header.size <= LONGEST_HEADER:
                raise Damaged("a header is too long")
            more = _records(self._bytes(header.size + -header.size % BLOCK)[: header.size])
            header = self._header()
            if header is None:
                raise Damaged("cut short")
        if header is None:
            return None
        if header.type not in PLAIN:
            raise Damaged("the file holds something else than plain files")
        try:
            name, size = more.get(b"path", b"").decode() or header.name, int(more.get(b"size", header.size))
        except ValueError:
            raise Damaged("a header is malformed") from None
        if size < 0:
            raise Damaged("a header is malformed")
        self._left, self._padding = size, -size % BLOCK
        return name, size

    def read(self, most: int) -> bytes:
        """So many bytes of this member at most; none at its end."""
        found = self._bytes(min(most, self._left))
        self._left -= len(found)
        return found

    def _header(self) -> tarfile.TarInfo | None:
        block = self._bytes(BLOCK)
        if not any(block):
            return None
        try:
            return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.TarError as wrong:
            raise Damaged(str(wrong)) from None

    def _bytes(self, count: int) -> bytes:
        """Just so many, which are few."""
        try:
            found = self._file.read(count)
        except (gzip.BadGzipFile, EOFError, zlib.error) as wrong:
            raise Damaged(str(wrong)[:200]) from None
        if len(found) < count:
            raise Damaged("cut short")
        return found


def _records(text: bytes) -> dict[bytes, bytes]:
    """What an extended header says, as POSIX lays it down: `LENGTH KEY=VALUE` and a newline, LENGTH bytes in all."""
    found: dict[bytes, bytes] = {}
    while text:
        digits, _, _ = text.partition(b" ")
        length = int(digits) if digits.isdigit() and len(digits) < 6 else 0
        if not len(digits) < length <= len(text):
            raise Damaged("a header is malformed")
        key, _, value = text[len(digits) + 1 : length - 1].partition(b"=")
        found[key], text = value, text[length:]
    return found
