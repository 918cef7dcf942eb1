"""JSON of other programs, bounded before anything is built of it: its size, how deep it nests, how much it holds."""

from daemon.json_depth import brackets, depth, holds_nul
from protocol.catalogue import LIMITS
from protocol.errors import bad_import

LARGEST = 2_000_000
"""Bytes of a text: the log keeps it in one event."""

DEEPEST = LIMITS["depth"]
BRACKETS = 200_000
"""Arrays and objects in a text: to build more of them takes long."""


def bounded(text: bytes, what: str, otherwise: str) -> bytes:
    """The text without a mark of its encoding and blanks around it. `what` it is; `otherwise`: what is said of one that
    is no JSON object. Raises Fault(BAD_IMPORT)."""
    if len(text) > LARGEST:
        raise bad_import(what, f"is longer than {LARGEST} bytes")
    text = text.removeprefix(b"\xef\xbb\xbf").strip()
    if not text.startswith(b"{"):
        raise bad_import("the file", otherwise)
    if text.count(b"[") + text.count(b"{") > BRACKETS and brackets(text) > BRACKETS:
        raise bad_import(what, f"holds more than {BRACKETS} lists and objects")
    if depth(text) > DEEPEST:
        raise bad_import(what, "nests too deep")
    if holds_nul(text):
        raise bad_import(what, "holds the character NUL")
    return text
