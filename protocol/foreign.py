"""What files of other programs seem to be, by the names of their fields alone: both sides have to tell them apart."""

from typing import Any

import msgspec

NOTHING = msgspec.Raw()
"""Of a field that is not there."""


class _Sight(msgspec.Struct, frozen=True):
    """What tells a lorebook from a card."""

    spec: Any = None
    entries: msgspec.Raw = NOTHING
    first_mes: msgspec.Raw = NOTHING
    mes_example: msgspec.Raw = NOTHING


_sight = msgspec.json.Decoder(_Sight)


def is_lorebook(text: bytes) -> bool:
    """Whether a text that is none of Fabula's files seems to be a lorebook."""
    try:
        seen = _sight.decode(text.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    card = bytes(seen.first_mes) or bytes(seen.mes_example)
    return seen.spec == "lorebook_v3" or bool(bytes(seen.entries) and seen.spec is None and not card)
