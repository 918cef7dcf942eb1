"""The card in a CHARX file: a zip with `card.json` at its top and, perhaps, pictures, which are left alone.

The directory of a zip is read whole by the standard library, so what it says of its own size is looked at first.
"""

import os
import struct
import zipfile
import zlib
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


def card(file: IO[bytes], most: int) -> bytes:
    """The bytes of the card, `most` at most. Raises Fault(BAD_IMPORT), OSError."""
    _check_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            member = archive.getinfo(CARD)
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise bad_import(CARD, "is compressed in an unknown way")
            if member.file_size > most:
                raise bad_import(CARD, f"is longer than {most} bytes")
            with archive.open(member) as opened:
                text = opened.read(most + 1)
    except KeyError:
        raise bad_import("the file", f"is a zip without {CARD}, so it holds no character card") from None
    except _WRONG as wrong:
        raise bad_import("the zip", f"is damaged: {str(wrong)[:200]}") from None
    if len(text) > most:
        raise bad_import(CARD, f"is longer than {most} bytes")
    return text


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
