"""Text from outside as it may be shown: on one line, cut, or as JSON. What is harmless: protocol/harmless.py."""

import json
from typing import Any

from protocol.harmless import HARMFUL, harmless

_ESCAPED = {c: json.dumps(chr(c))[1:-1] for c in HARMFUL if c >= 0x7F}


def one_line(text: str, longest: int = 0) -> str:
    """The text harmless and on one line; cut with an ellipsis where it is longer than `longest` (0: never)."""
    flat = harmless(" ".join(text.split()))
    return flat[: longest - 1] + "…" if 0 < longest < len(flat) else flat


def harmless_json(value: Any, indent: int | None = None) -> str:
    """The value as JSON that means the same and holds no character that could steer a terminal."""
    return json.dumps(value, ensure_ascii=False, indent=indent).translate(_ESCAPED)
