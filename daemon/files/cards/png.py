"""The texts in a PNG file, as cards are hidden in pictures: read without decoding the picture, taken out, and put in.

A PNG is a signature and chunks: length, type, data, CRC. Texts stand in chunks of three types: `tEXt` (Latin-1), `zTXt`
(the same, deflated) and `iTXt` (UTF-8, deflated or not).
"""

import os
import struct
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import IO, NamedTuple

from protocol.errors import bad_import

SIGNATURE = b"\x89PNG\r\n\x1a\n"

MOST_CHUNKS = 10_000
LARGEST = 8 * 1024 * 1024
"""How many chunks are looked at, and the bytes of one text, before and after it is inflated."""

_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_LONGEST_KEYWORD = 79
_CUT_SHORT = "the picture is cut short"
_WITHIN = "the card in the picture"
_TOO_LARGE = f"is larger than {LARGEST // 1024 // 1024} MiB, which is the most"


class Place(NamedTuple):
    """Where a text lies: its keyword, the type of its chunk, and from which byte to which."""

    keyword: str
    sort: bytes
    begins: int
    ends: int


def texts(file: IO[bytes], keywords: Collection[str]) -> dict[str, bytes]:
    """The texts under these keywords, the first of each. Raises Fault(BAD_IMPORT), OSError."""
    return {keyword: text(file, place) for keyword, place in places(file).items() if keyword in keywords}


def places(file: IO[bytes]) -> dict[str, Place]:
    """Where the texts lie, by keyword, the first of each. Raises Fault(BAD_IMPORT), OSError."""
    found: dict[str, Place] = {}
    for sort, at, length in _chunks(file):
        if sort in _TEXTS:
            keyword = _keyword(file, length)
            begins = at + 8 + len(keyword) + 1
            found.setdefault(keyword, Place(keyword, sort, min(begins, at + 8 + length), at + 8 + length))
    return found


def text(file: IO[bytes], place: Place) -> bytes:
    """The text that lies there. Raises Fault(BAD_IMPORT), OSError."""
    keyword, sort = place.keyword, place.sort
    if place.ends - place.begins > LARGEST:
        raise bad_import(keyword, _TOO_LARGE, _WITHIN)
    file.seek(place.begins)
    data = file.read(place.ends - place.begins)
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


def _chunks(file: IO[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """The chunks up to the end of the picture: the type of each, where it begins, and the bytes of its data. The file
    stands before the data then. Raises Fault(BAD_IMPORT), OSError."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if file.read(len(SIGNATURE)) != SIGNATURE:
        raise bad_import("byte 0", "is not the beginning of a PNG")
    at = len(SIGNATURE)
    for _ in range(MOST_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            raise bad_import(f"byte {at}", _CUT_SHORT)
        length, sort = struct.unpack(">I4s", head)
        if at + 12 + length > size:
            raise bad_import(f"byte {at}", _CUT_SHORT)
        yield sort, at, length
        if sort == b"IEND":
            return
        at += 12 + length
    raise bad_import(f"byte {at}", f"the picture has more than {MOST_CHUNKS} chunks")


def _keyword(file: IO[bytes], length: int) -> str:
    """The keyword that the data of a text chunk, before which the file stands, begins with."""
    return file.read(min(length, _LONGEST_KEYWORD + 1)).partition(b"\0")[0].decode("latin-1")


def _unknown(keyword: str) -> bytes:
    raise bad_import(keyword, "is compressed in an unknown way", _WITHIN)


def _inflated(data: bytes, keyword: str) -> bytes:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(data, LARGEST + 1)
    except zlib.error as wrong:
        raise bad_import(keyword, f"can't be unpacked: {wrong}", _WITHIN) from None
    if len(text) > LARGEST:
        raise bad_import(keyword, _TOO_LARGE, _WITHIN)
    if not inflater.eof:
        raise bad_import(keyword, "is cut short", _WITHIN)
    return text


def plain(width: int = 400, height: int = 600, grey: int = 0xD8) -> bytes:
    """A PNG of one shade of `grey` (0 to 255), `width` by `height` pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes([grey]) * width) * height, 9)
    return b"".join([SIGNATURE, _chunk(b"IHDR", header), _chunk(b"IDAT", rows), _chunk(b"IEND", b"")])


def without(file: IO[bytes], unwanted: Callable[[str], bool], most: int) -> bytes | None:
    """The PNG without the texts under these keywords, and without what follows its end; None for one that is longer
    than `most` bytes. Raises Fault(BAD_IMPORT), OSError."""
    pieces, room = [SIGNATURE], most - len(SIGNATURE)
    for sort, at, length in _chunks(file):
        if sort in _TEXTS and unwanted(_keyword(file, length)):
            continue
        room -= 12 + length
        if room < 0:
            return None
        file.seek(at)
        pieces.append(file.read(12 + length))
    return b"".join(pieces)


def with_texts(picture: bytes, texts: Mapping[str, bytes]) -> bytes:
    """A PNG with these texts, in Latin-1, by keyword, before the picture itself."""
    told = (_chunk(b"tEXt", keyword.encode("latin-1") + b"\0" + text) for keyword, text in texts.items())
    head = len(SIGNATURE) + 12 + struct.unpack_from(">I", picture, len(SIGNATURE))[0]
    return b"".join([picture[:head], *told, picture[head:]])


def _chunk(sort: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + sort + data + struct.pack(">I", zlib.crc32(sort + data))
