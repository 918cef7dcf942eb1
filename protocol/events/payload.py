"""What every payload is. Payloads state results, never differences, and hold no masks: those are in the envelope."""

from typing import ClassVar

import msgspec


class Payload(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an event says. Subclasses name their kind and version."""

    kind: ClassVar[str]
    version: ClassVar[int] = 1
