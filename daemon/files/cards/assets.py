"""The files that a card brings along, such as pictures: taken out of it, and put in again.

A card of version 3 lists them in `assets`, each with a `uri`: a `data:` one holds the file itself, `embeded://` (so it
is written) names one in the same CHARX, `__asset:` a text chunk `chara-ext-asset_:` of the same PNG, `ccdefault:` is
the picture that the card lies in, and an address elsewhere is kept and never fetched. In the text of a card that is
kept, `sha256:` and a digest stands for each file that is kept; behind a `;`, what a `data:` address said that it is,
where that is something else.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from daemon.files import images
from daemon.store.queries.assets import Asset

EACH = 12 * 1024 * 1024
ALL = 24 * 1024 * 1024
MOST = 500
"""Bytes of a file, bytes of all files of a card, and how many of them are kept."""

KEPT = "sha256:"
"""What an address begins with that stands for a kept file, before its digest."""

_DATA = re.compile(rb'("uri"\s{0,9}:\s{0,9}")data:([^",]{0,200}?);base64,([A-Za-z0-9+/=\\]*+)"')
_NAMED = re.compile(rb'("uri"\s{0,9}:\s{0,9}")(?:embed+ed:\\?/\\?/|__asset:)([^"\\]{1,500})"')
_PLACED = re.compile(rb'"sha256:([0-9a-f]{64})(?:;([^"]{0,200}))?"')


class Files(NamedTuple):
    """The files of a card, each once, the digest of the picture of the character (empty for none), how many could not
    be kept, and the names of what lies beside the card and is named nowhere in it, which is not kept."""

    assets: tuple[Asset, ...] = ()
    picture: str = ""
    left: int = 0
    besides: tuple[str, ...] = ()

    def type(self, digest: str) -> str:
        """The media type of one of the files; empty where it is none."""
        return next((x.type for x in self.assets if x.digest == digest), "")


class Keeping:
    """Gathers files as they are found, within the bounds. `left` counts those that are not kept."""

    def __init__(self) -> None:
        self.found: dict[str, Asset] = {}
        self.left = 0
        self._room = ALL

    def keep(self, data: bytes | None) -> str:
        """Keeps a file, of which None is left; its digest, or an empty text."""
        if not data or len(data) > min(EACH, self._room) or len(self.found) >= MOST:
            self.left += 1
            return ""
        asset = Asset.of(images.type_of(data), data)
        if asset.digest not in self.found:
            self._room -= len(data)
            self.found[asset.digest] = asset
        return asset.digest

    @property
    def room(self) -> int:
        """How many bytes the next file may have."""
        return min(EACH, self._room)


def taken_out(text: bytes, keeping: Keeping, named: Callable[[str], bytes | None]) -> bytes:
    """The JSON text of a card with the place of a file where it lay or was named. `named`: the file of that name."""

    def placed(found: re.Match[bytes], data: bytes | None, said: bytes = b"") -> bytes:
        digest = keeping.keep(data)
        if not digest:
            return found[0]
        more = b";" + said if said and said.decode("utf-8", "replace") != keeping.found[digest].type else b""
        return found[1] + KEPT.encode() + digest.encode() + more + b'"'

    text = _NAMED.sub(lambda found: placed(found, named(found[2].decode("utf-8", "replace"))), text)
    return _DATA.sub(lambda found: placed(found, decoded(_plain(found[3])), _plain(found[2])), text)


def _plain(text: bytes) -> bytes:
    """A text of JSON whose slashes may be escaped."""
    return text.replace(b"\\/", b"/")


def decoded(text: bytes) -> bytes | None:
    """What a text in base64 holds; None for one that is none or too long."""
    if len(text) > EACH * 3 // 2:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return None


def put_in(text: bytes, kept: Mapping[str, Asset], uri: Callable[[Asset, str], str]) -> bytes:
    """The JSON text of a card with the files in their places again. `uri`: the address of each, given what was said of
    it."""

    def placed(found: re.Match[bytes]) -> bytes:
        asset = kept.get(found[1].decode())
        return found[0] if asset is None else b'"' + uri(asset, (found[2] or b"").decode()).encode() + b'"'

    return _PLACED.sub(placed, text)


def data_uri(asset: Asset, said: str = "") -> str:
    """The address that holds the file itself, and says of it what is said."""
    return f"data:{said or asset.type};base64,{base64.b64encode(asset.data).decode()}"


def icon(listed: Any) -> str | None:
    """The address of the picture of the character in the `assets` of a card: `main` before others; None for none."""
    icons = [x for x in entries(listed) if x.get("type") == "icon" and isinstance(x.get("uri"), str)]
    found = next((x for x in icons if x.get("name") == "main"), icons[0] if icons else None)
    return None if found is None else str(found["uri"])


def with_icon(listed: Any, uri: str, ending: str) -> list[Any]:
    """The `assets` of a card with this as the picture of the character, in place of the one that it had."""
    was = icon(listed)
    rest = list(listed) if isinstance(listed, list) else []
    for n, x in enumerate(rest):
        if isinstance(x, Mapping) and x.get("type") == "icon" and x.get("uri") == was:
            rest[n] = {**x, "uri": uri, "ext": ending}
            return rest
    return [{"type": "icon", "uri": uri, "name": "main", "ext": ending}, *rest]


def entries(listed: Any) -> Iterable[Mapping[str, Any]]:
    """What is listed and may be a file."""
    return [x for x in listed if isinstance(x, Mapping)] if isinstance(listed, list) else []
