"""Text from outside made harmless for a terminal. One character at a time, so that a stream is as safe as a whole."""

import json
from typing import Any

_PICTURES = {c: 0x2400 + c for c in range(0x20) if c not in (0x09, 0x0A)} | {0x7F: 0x2421}
_C1 = range(0x80, 0xA0)
_REORDERING = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SURROGATES = range(0xD800, 0xE000)
_HARMLESS = _PICTURES | dict.fromkeys((*_C1, *_REORDERING, *_SURROGATES), 0xFFFD)
_ESCAPED = {c: f"\\u{c:04x}" for c in (0x7F, *_C1, *_REORDERING, *_SURROGATES)}


def harmless(text: str) -> str:
    """The text with every character that could steer a terminal replaced by one that only shows.

    Control characters become their pictures (so `\\x1b[31m` reads as it was sent), the C1 set and what reorders
    the display become U+FFFD; tabs and newlines stay.
    """
    return text.translate(_HARMLESS)


def one_line(text: str, longest: int = 0) -> str:
    """The text harmless and on one line; cut with an ellipsis where it is longer than `longest` (0: never)."""
    flat = harmless(" ".join(text.split()))
    return flat[: longest - 1] + "…" if 0 < longest < len(flat) else flat


def harmless_json(value: Any, indent: int | None = None) -> str:
    """The value as JSON that means the same and holds no character that could steer a terminal."""
    return json.dumps(value, ensure_ascii=False, indent=indent).translate(_ESCAPED)
