"""Reading payloads of any age: an older version is lifted, step by step, to the present one. Nothing is rewritten."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from protocol.events import PAYLOADS, Payload

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


def _as_it_was(old: dict[str, Any]) -> dict[str, Any]:
    """A version whose next only has more fields, which are left out where they say nothing."""
    return old


UPCASTERS: Mapping[tuple[str, int], Upcaster] = {
    ("story.changed", 1): _as_it_was,
    ("story.changed", 2): _as_it_was,
    ("story.changed", 3): _as_it_was,
    ("activity.left", 1): _as_it_was,
    ("activity.arrived", 1): _as_it_was,
    ("activity.changed", 1): _as_it_was,
    ("prop.added", 1): _as_it_was,
    ("prop.moved", 1): _as_it_was,
    ("prop.changed", 1): _as_it_was,
    ("edge.changed", 1): _as_it_was,
    ("perceived", 1): _as_it_was,
    ("claimed", 1): _as_it_was,
    ("line.said", 1): _as_it_was,
    ("line.revised", 1): _as_it_was,
    ("model.called", 1): _as_it_was,
    ("model.called", 2): _as_it_was,
    ("lore.set", 1): _as_it_was,
    ("entity.changed", 1): _as_it_was,
    ("card.kept", 1): _as_it_was,
}
"""From (kind, version) to the step that makes the payload one of the next version. Pure."""

DECODERS: dict[str, msgspec.json.Decoder[Any]] = {k: msgspec.json.Decoder(p) for k, p in PAYLOADS.items()}


class Lifting:
    """Lifts payloads by these steps."""

    def __init__(self, upcasters: Mapping[tuple[str, int], Upcaster]) -> None:
        self.upcasters = upcasters

    def decode(self, kind: str, version: int, data: str | bytes) -> Payload:
        """The payload in its present shape. Raises KeyError for an unknown kind or a missing step."""
        present = PAYLOADS[kind]
        if version == present.version:
            decoded: Payload = DECODERS[kind].decode(data)
            return decoded
        values = msgspec.json.decode(data)
        for step in range(version, present.version):
            values = self.upcasters[kind, step](values)
        return msgspec.convert(values, present)

    def readable(self, kind: str, version: int, data: str | bytes) -> Payload | None:
        """The same; None for JSON of another shape than its kind has.

        A faulty program committed that: what reads passes it over as if it were purged, so that it can do no more harm,
        and a check names it. A text that is no JSON was damaged after it was written, and raises msgspec.DecodeError.
        """
        try:
            return self.decode(kind, version, data)
        except msgspec.ValidationError:
            return None

    def shown(self, kind: str, version: int, data: bytes) -> tuple[int, bytes]:
        """The version and JSON of a payload as clients see it: in its present shape, unless it is unreadable."""
        present = PAYLOADS.get(kind)
        if present is None or version == present.version:
            return version, data
        lifted = self.readable(kind, version, data)
        return (present.version, msgspec.json.encode(lifted)) if lifted is not None else (version, data)


LIFTING = Lifting(UPCASTERS)
"""As this program lifts what it reads."""

decode = LIFTING.decode
readable = LIFTING.readable
