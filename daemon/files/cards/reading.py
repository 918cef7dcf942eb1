"""The card in a file, whatever it lies in: JSON as it is, a PNG with the texts `ccv3` or `chara`, a CHARX, alone or
behind a JPEG; with the files that it brings along."""

import base64
import binascii
from collections.abc import Callable
from typing import IO, NamedTuple

from daemon.files import images
from daemon.files.cards import assets, charx, png
from daemon.files.cards.card import Card, card
from daemon.files.foreign_json import LARGEST
from protocol.errors import Fault, bad_import

KEYWORDS = ("ccv3", "chara")
"""The texts of a PNG that hold a card in base64, the newer version first."""

FILE = "chara-ext-asset_"
"""What the keyword of a text of a PNG begins with that holds a file of a card, in base64."""

LONGEST = LARGEST + assets.EACH * 4 // 3
"""Bytes of a JSON file that is read: a card, with its files in it."""

_JPEG = b"\xff\xd8\xff"


class Found(NamedTuple):
    """A card, the sort of file that it lay in (`json`, `png` or `charx`), and the files that it brings along."""

    card: Card
    sort: str
    files: assets.Files = assets.Files()


def read(file: IO[bytes]) -> Found:
    """The card in a file. Raises Fault(BAD_IMPORT), OSError."""
    file.seek(0)
    begins = file.read(len(png.SIGNATURE))
    if begins == png.SIGNATURE:
        return _in_picture(file)
    if begins.startswith(charx.SIGNATURE) or (begins.startswith(_JPEG) and charx.follows(file)):
        return _in_zip(file)
    file.seek(0)
    return _found(file.read(LONGEST + 1), "json", assets.Keeping(), lambda name: None)


def _found(
    text: bytes, sort: str, keeping: assets.Keeping, named: Callable[[str], bytes | None], default: str = ""
) -> Found:
    """The card in a JSON text. `default`: the digest of the picture that it lies in."""
    if len(text) > LONGEST:
        raise bad_import("the card", f"is longer than {LONGEST} bytes")
    found = card(assets.taken_out(text, keeping, named))
    uri = assets.icon(found.data.get("assets")) or ""
    digest = uri.removeprefix(assets.KEPT).partition(";")[0] if uri.startswith(assets.KEPT) else default
    files = assets.Files(tuple(keeping.found.values()), left=keeping.left)
    picture = digest if files.type(digest) in images.ENDINGS else default
    return Found(found, sort, files._replace(picture=picture))


def _in_zip(file: IO[bytes]) -> Found:
    with charx.opened(file) as archive:
        text, keeping = charx.card(archive, LONGEST), assets.Keeping()
        return _found(text, "charx", keeping, lambda name: charx.member(archive, name, keeping.room))


def _in_picture(file: IO[bytes]) -> Found:
    places = png.places(file)
    keyword = next((x for x in KEYWORDS if x in places), None)
    if keyword is None:
        raise bad_import("the file", "is a picture without a character card in it")
    try:
        text = base64.b64decode(png.text(file, places[keyword]))
    except binascii.Error:
        raise bad_import(keyword, "is not base64") from None
    keeping = assets.Keeping()
    picture = png.without(file, _is_ours, assets.EACH)
    default = keeping.keep(picture) if picture != png.plain() else ""

    room = assets.ALL * 3 // 2  # in base64

    def named(name: str) -> bytes | None:
        nonlocal room
        place = places.get(f"{FILE}:{name}", places.get(FILE + name))
        if place is None or room < 0:
            return None
        try:
            kept = png.text(file, place)
        except Fault:
            room -= png.LARGEST
            return None
        room -= len(kept)
        return assets.decoded(kept)

    return _found(text, "png", keeping, named, default if default and _is_image(keeping, default) else "")


def _is_ours(keyword: str) -> bool:
    """Whether a text of a PNG belongs to a card."""
    return keyword in KEYWORDS or keyword.startswith(FILE)


def _is_image(keeping: assets.Keeping, digest: str) -> bool:
    return keeping.found[digest].type in images.ENDINGS
