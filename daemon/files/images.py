"""What an image is, by its first bytes, whatever its name says: PNG, JPEG, GIF and WebP, and nothing else.

SVG is left out, since it may hold scripts. Only the head is read, so a picture that unfolds into more than can be
shown is found out by the size that it states, and nothing is decoded here.
"""

import struct
from collections.abc import Callable

PNG, JPEG, GIF, WEBP = "image/png", "image/jpeg", "image/gif", "image/webp"

ENDINGS = {PNG: "png", JPEG: "jpg", GIF: "gif", WEBP: "webp"}
"""The media types that are images here, each with the usual end of a file's name."""

OTHER = "application/octet-stream"
"""The media type of all else."""

WIDEST = 16_384
MOST_PIXELS = 80_000_000
"""Pixels of a side, and of all of it, up to which something is an image."""

_NO_FRAME = frozenset({0xC4, 0xC8, 0xCC})
"""Markers of JPEG among those of frames (0xC0 to 0xCF) that begin none."""


def type_of(data: bytes) -> str:
    """The media type of a file: one of ENDINGS, or OTHER for what is no image of a bearable size."""
    for begins, type, size in _SORTS:
        if data.startswith(begins):
            try:
                width, height = size(data)
            except (struct.error, IndexError, ValueError):
                return OTHER
            fits = 0 < width <= WIDEST and 0 < height <= WIDEST and width * height <= MOST_PIXELS
            return type if fits else OTHER
    return OTHER


def _png(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR" or b"IEND" not in data[24:]:  # one that is cut short could carry no card
        raise ValueError
    return struct.unpack_from(">II", data, 16)


def _gif(data: bytes) -> tuple[int, int]:
    if data[4:6] not in (b"7a", b"9a"):
        raise ValueError
    return struct.unpack_from("<HH", data, 6)


def _jpeg(data: bytes) -> tuple[int, int]:
    """The size in the first frame; before it stand segments with their lengths."""
    at = 2
    for _ in range(1000):
        while data[at] != 0xFF or data[at + 1] == 0xFF:
            if data[at] != 0xFF:
                raise ValueError
            at += 1
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in _NO_FRAME:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    raise ValueError


def _webp(data: bytes) -> tuple[int, int]:
    if data[8:12] != b"WEBP":
        raise ValueError
    match data[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", data, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", data, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    raise ValueError


_SORTS: tuple[tuple[bytes, str, Callable[[bytes], tuple[int, int]]], ...] = (
    (b"\x89PNG\r\n\x1a\n", PNG, _png),
    (b"\xff\xd8\xff", JPEG, _jpeg),
    (b"GIF8", GIF, _gif),
    (b"RIFF", WEBP, _webp),
)
"""How each sort begins, and what reads its width and height."""
