"""The card in a file, whatever it lies in: JSON as it is, a PNG with the texts `ccv3` or `chara`, a CHARX."""

import base64
import binascii
from typing import IO, NamedTuple

from daemon.files.cards import charx, png
from daemon.files.cards.card import Card, card
from daemon.files.foreign_json import LARGEST
from protocol.errors import bad_import

KEYWORDS = ("ccv3", "chara")
"""The texts of a PNG that hold a card in base64, the newer version first."""


class Found(NamedTuple):
    """A card, and the sort of file that it lay in: `json`, `png` or `charx`."""

    card: Card
    sort: str


def read(file: IO[bytes]) -> Found:
    """The card in a file. Raises Fault(BAD_IMPORT), OSError."""
    file.seek(0)
    begins = file.read(len(png.SIGNATURE))
    if begins == png.SIGNATURE:
        return Found(card(_in_picture(file)), "png")
    if begins.startswith(charx.SIGNATURE):
        return Found(card(charx.card(file, LARGEST)), "charx")
    file.seek(0)
    return Found(card(file.read(LARGEST + 1)), "json")


def _in_picture(file: IO[bytes]) -> bytes:
    texts = png.texts(file, KEYWORDS)
    keyword = next((x for x in KEYWORDS if x in texts), None)
    if keyword is None:
        raise bad_import("the file", "is a picture without a character card in it")
    try:
        return base64.b64decode(texts[keyword])
    except binascii.Error:
        raise bad_import(keyword, "is not base64") from None
