"""What can be told of a JSON text without building what is in it: how deep it nests, how much, whether it holds NUL."""

from itertools import accumulate

_OPENING, _CLOSING = b"[{", b"]}"
_STEP = [(byte in _OPENING) - (byte in _CLOSING) for byte in range(256)]
_FLAT = bytes(byte for byte in range(256) if not _STEP[byte])


def holds_nul(text: bytes) -> bool:
    r"""Whether a string in a valid JSON text holds the character NUL (`\u0000`), at which SQLite cuts texts short."""
    return rb"\u0000" in text and rb"\u0000" in text.replace(rb"\\", b"")


def depth(text: bytes) -> int:
    """How deep arrays and objects nest in a valid JSON text."""
    outside_strings = text.replace(rb"\\", b"").replace(rb"\"", b"").split(b'"')[::2]
    brackets = b"".join(outside_strings).translate(None, _FLAT)
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0)


def brackets(text: bytes) -> int:
    """How many lists and objects a valid JSON text holds, not counting brackets in words."""
    outside = text.replace(rb"\\", b"").replace(rb"\"", b"").split(b'"')[::2]
    return sum(x.count(b"[") + x.count(b"{") for x in outside)
