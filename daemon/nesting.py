"""How deep a JSON text nests, without building what is in it."""

from itertools import accumulate

_OPENING, _CLOSING = b"[{", b"]}"
_STEP = [(byte in _OPENING) - (byte in _CLOSING) for byte in range(256)]
_FLAT = bytes(byte for byte in range(256) if not _STEP[byte])


def depth(text: bytes) -> int:
    """How deep arrays and objects nest in a valid JSON text."""
    outside_strings = text.replace(rb"\\", b"").replace(rb"\"", b"").split(b'"')[::2]
    brackets = b"".join(outside_strings).translate(None, _FLAT)
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0)
