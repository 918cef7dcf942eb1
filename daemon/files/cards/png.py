"""The texts in a PNG file, as cards are hidden in pictures: read without decoding the picture, and written.

A PNG is a signature and chunks: length, type, data, CRC. Texts stand in chunks of three types: `tEXt` (Latin-1), `zTXt`
(the same, deflated) and `iTXt` (UTF-8, deflated or not).
"""

import os
import struct
import zlib
from collections.abc import Collection
from typing import IO

from protocol.errors import bad_import

SIGNATURE = b"\x89PNG\r\n\x1a\n"

MOST_CHUNKS = 10_000
LARGEST = 8 * 1024 * 1024
"""How many chunks are looked at, and the bytes of one text, before and after it is inflated."""

_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_LONGEST_KEYWORD = 79
_CUT_SHORT = "the picture is cut short"


def texts(file: IO[bytes], keywords: Collection[str]) -> dict[str, bytes]:
    """The texts under these keywords, the first of each. Raises Fault(BAD_IMPORT), OSError."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if file.read(len(SIGNATURE)) != SIGNATURE:
        raise bad_import("byte 0", "is not the beginning of a PNG")
    found: dict[str, bytes] = {}
    at = len(SIGNATURE)
    for _ in range(MOST_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            raise bad_import(f"byte {at}", _CUT_SHORT)
        length, sort = struct.unpack(">I4s", head)
        if at + 12 + length > size:
            raise bad_import(f"byte {at}", _CUT_SHORT)
        if sort == b"IEND":
            return found
        if sort in _TEXTS:
            keyword, rest = _keyword(file.read(min(length, _LONGEST_KEYWORD + 1)))
            if keyword in keywords and keyword not in found:
                found[keyword] = _text(sort, keyword, rest, length - len(keyword) - 1 - len(rest), file)
        at += 12 + length
        file.seek(at)
    raise bad_import(f"byte {at}", f"the picture has more than {MOST_CHUNKS} chunks")


def _keyword(begins: bytes) -> tuple[str, bytes]:
    """The keyword that a text chunk begins with, and what was read beyond it."""
    keyword, _, rest = begins.partition(b"\0")
    return keyword.decode("latin-1"), rest


def _text(sort: bytes, keyword: str, begins: bytes, more: int, file: IO[bytes]) -> bytes:
    """The text of a chunk, of which `more` bytes are still in the file."""
    if len(begins) + more > LARGEST:
        raise bad_import(keyword, f"the text is longer than {LARGEST} bytes")
    data = begins + file.read(more)
    if sort == b"tEXt":
        return data
    if sort == b"zTXt":
        return _inflated(data[1:], keyword) if data[:1] == b"\0" else _unknown(keyword)
    flags, rest = data[:2], data[2:]
    _language, _, rest = rest.partition(b"\0")
    _translated, _, rest = rest.partition(b"\0")
    if flags[:1] == b"\0":
        return rest
    return _inflated(rest, keyword) if flags == b"\1\0" else _unknown(keyword)


def _unknown(keyword: str) -> bytes:
    raise bad_import(keyword, "the text is compressed in an unknown way")


def _inflated(data: bytes, keyword: str) -> bytes:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(data, LARGEST + 1)
    except zlib.error as wrong:
        raise bad_import(keyword, f"the text cannot be inflated: {wrong}") from None
    if len(text) > LARGEST:
        raise bad_import(keyword, f"the text is longer than {LARGEST} bytes")
    if not inflater.eof:
        raise bad_import(keyword, "the text is cut short")
    return text


def written(texts: dict[str, bytes], width: int = 400, height: int = 600, grey: int = 0xD8) -> bytes:
    """A PNG of one shade of `grey` (0 to 255), `width` by `height` pixels, with these texts, in Latin-1, by keyword."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes([grey]) * width) * height, 9)
    told = (_chunk(b"tEXt", keyword.encode("latin-1") + b"\0" + text) for keyword, text in texts.items())
    return b"".join([SIGNATURE, _chunk(b"IHDR", header), *told, _chunk(b"IDAT", rows), _chunk(b"IEND", b"")])


def _chunk(sort: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + sort + data + struct.pack(">I", zlib.crc32(sort + data))
