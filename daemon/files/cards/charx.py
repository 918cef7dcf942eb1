"""CHARX files: a zip with `card.json` at its top and, perhaps, pictures and other files that the card names.

The directory of a zip is read whole by the standard library, so what it says of its own size is looked at first.
"""

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from protocol.errors import bad_import

SIGNATURE = b"PK\x03\x04"
CARD = "card.json"

MOST_FILES = 10_000
LARGEST_DIRECTORY = 4 * 1024 * 1024
"""How many files the zip may name, and the bytes of its directory."""

_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_END_SIZE, _END_64_SIZE, _COMMENT = 22, 20, 0xFFFF
_WRONG = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    OSError,
)


@contextmanager
def opened(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """The zip, while its files are read. Raises Fault(BAD_IMPORT), OSError."""
    _check_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except _WRONG as wrong:
        raise bad_import("the zip", f"is damaged: {str(wrong)[:200]}") from None


def card(archive: zipfile.ZipFile, most: int) -> bytes:
    """The bytes of the card, `most` at most. Raises Fault(BAD_IMPORT), and what a damaged zip raises."""
    try:
        member = archive.getinfo(CARD)
    except KeyError:
        raise bad_import("the file", f"is a zip without {CARD}, so it holds no character card") from None
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise bad_import(CARD, "is compressed in an unknown way")
    text = _read(archive, member, most)
    if text is None:
        raise bad_import(CARD, f"is larger than {most // 1_000_000} MB, which is the most", "the card")
    return text


def member(archive: zipfile.ZipFile, name: str, most: int) -> bytes | None:
    """The bytes of a file in it, `most` at most; None for one that is not there, too long or damaged."""
    try:
        return _read(archive, archive.getinfo(name), most)
    except (KeyError, *_WRONG):
        return None


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes | None:
    """The bytes of a member; None where there are more than `most`, of which no more are unpacked."""
    if member.file_size > most:
        return None
    with archive.open(member) as opened:
        data = opened.read(most + 1)
    return None if len(data) > most else data


def follows(file: IO[bytes]) -> bool:
    """Whether a file ends as a zip does: some lie behind a picture."""
    file.seek(max(0, file.seek(0, os.SEEK_END) - _END_SIZE - _COMMENT))
    return _END in file.read()


def written(card: bytes, files: Mapping[str, bytes]) -> bytes:
    """A CHARX with this card and these files by name, none of them compressed: pictures are already."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in {CARD: card, **files}.items():
            member = zipfile.ZipInfo(name)  # of no time: the same character makes the same file
            member.compress_type = zipfile.ZIP_DEFLATED if name == CARD else zipfile.ZIP_STORED
            archive.writestr(member, data)
    return made.getvalue()


def _check_directory(file: IO[bytes]) -> None:
    """Raises Fault(BAD_IMPORT) for a zip whose directory is too large to be read, or that is none."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END_64_SIZE - _END_SIZE - _COMMENT))
    tail = file.read()
    if _END_64 in tail:
        raise bad_import("the zip", "is larger than 4 GiB, or says so")
    ends = []
    at = tail.find(_END)
    while at >= 0:  # whichever of them is read, it is small
        ends.append(tail[at : at + _END_SIZE])
        at = tail.find(_END, at + 1)
        if len(ends) > MOST_FILES:
            break
    whole = [struct.unpack("<4s4H2IH", end) for end in ends if len(end) == _END_SIZE]
    if not whole:
        raise bad_import("the zip", "is damaged: it has no directory")
    for _, _, _, _, files, directory, _, _ in whole:
        if files > MOST_FILES or directory > LARGEST_DIRECTORY:
            raise bad_import("the zip", f"holds more than {MOST_FILES} files")
