"""Versions of two kinds as they might have been before the first: what a payload was called, and what shape it had.

They go by the versions 0 and -1, since no real event has those; so all that reads a store can be tried on them.
"""

from typing import Any

from daemon.store.upcasters import UPCASTERS, Lifting, Upcaster
from protocol.events import PAYLOADS


def _whispered(old: dict[str, Any]) -> dict[str, Any]:
    """The oldest version of a line told whispers apart by a flag."""
    return {"manner": "whisper" if old.pop("quiet") else "speech", **old}


def _renamed(old: dict[str, Any]) -> dict[str, Any]:
    """The next one called the text words."""
    return {"text": old.pop("words"), **old}


def _flattened(old: dict[str, Any]) -> dict[str, Any]:
    """Feelings lay in a table of their own, and ran from 0 to 10."""
    return {**{name: value - 5 for name, value in old.pop("feelings").items()}, **old}


STEPS: dict[tuple[str, int], Upcaster] = {
    ("line.said", -1): _whispered,
    ("line.said", 0): _renamed,
    ("edge.changed", 0): _flattened,
}

RETIRED = Lifting({**UPCASTERS, **STEPS})


def as_written(kind: str, data: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """The version and payload that an older program would have written; those of the present for other kinds."""
    match kind:
        case "line.said" if data.get("manner", "speech") in ("speech", "whisper"):
            return -1, {"words": data.pop("text"), "quiet": data.pop("manner", "") == "whisper", **data}
        case "line.said":
            return 0, {"words": data.pop("text"), **data}
        case "edge.changed":
            feelings = {n: data.pop(n, 0) + 5 for n in ("warmth", "trust", "tension")}
            return 0, {"feelings": feelings, **data}
    return PAYLOADS[kind].version, data
