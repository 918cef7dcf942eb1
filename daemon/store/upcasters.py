"""Reading payloads of any age: an older version is lifted, step by step, to the present one. Nothing is rewritten."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from protocol.events import PAYLOADS, Payload

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTERS: Mapping[tuple[str, int], Upcaster] = {}
"""From (kind, version) to the step that makes the payload one of the next version. Pure."""

DECODERS: dict[str, msgspec.json.Decoder[Any]] = {k: msgspec.json.Decoder(p) for k, p in PAYLOADS.items()}


def decode(
    kind: str, version: int, data: str | bytes, upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS
) -> Payload:
    """The payload in its present shape. Raises KeyError for an unknown kind or a missing step."""
    present = PAYLOADS[kind]
    if version == present.version:
        decoded: Payload = DECODERS[kind].decode(data)
        return decoded
    values = msgspec.json.decode(data)
    for step in range(version, present.version):
        values = upcasters[kind, step](values)
    return msgspec.convert(values, present)
