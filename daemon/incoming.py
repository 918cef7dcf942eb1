"""Reading a file from elsewhere: what it says it is, and its shape. Errors name the place in the file."""

import re
from typing import Any, TypeVar

import msgspec

from daemon.formats import Head
from protocol.errors import bad_import

T = TypeVar("T")

_head = msgspec.json.Decoder(Head)


def decoded(
    decoder: msgspec.json.Decoder[T], text: bytes | msgspec.Raw, where: str, head: tuple[str, int] | None = None
) -> T:
    """The JSON text in a shape; with a `head`, once it is a file of this sort and of at most this version.

    Raises Fault(BAD_IMPORT).
    """
    try:
        if head is not None:
            _check_head(text, *head)
        return decoder.decode(text)
    except msgspec.ValidationError as wrong:
        why, _, place = str(wrong).partition(" - at `$")
        raise bad_import(where + place.rstrip("`"), why[:300]) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise bad_import(where, f"not JSON: {str(wrong)[:200]}") from None
    except RecursionError:
        raise bad_import(where, "nests too deep") from None


def check_characters(text: bytes) -> None:
    r"""Raises Fault(BAD_IMPORT) for text that no request could bring: not UTF-8, or with NUL (\u0000) in it."""
    try:
        text.decode()
    except UnicodeDecodeError as wrong:
        raise bad_import(f"byte {wrong.start}", "is not UTF-8") from None
    if rb"\u0000" in text and re.search(rb"(?<!\\)(\\\\)*\\u0000", text):
        raise bad_import("the file", r"text must not hold the character NUL (\u0000)")


def _check_head(text: Any, sort: str, version: int) -> None:
    found = _head.decode(text)
    if found.fabula != sort:
        raise bad_import("fabula", f"this is a file of sort {found.fabula[:40]!r}, not {sort!r}")
    if not 1 <= found.version <= version:
        raise bad_import("version", f"{found.version} is not known here (up to {version} is): a newer Fabula wrote it")
