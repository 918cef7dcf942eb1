"""Reading a file from elsewhere: what it says it is, and its shape. Errors name the place in the file.

What is long is taken apart first (json_pieces.py)."""

import re
from typing import IO, TypeVar

import msgspec

from daemon.files.chats.reading import is_chat
from daemon.files.foreign_json import LARGEST
from daemon.files.formats import Head
from protocol.errors import bad_import
from protocol.foreign import is_lorebook
from protocol.methods import ImportFormat

T = TypeVar("T")

_head = msgspec.json.Decoder(Head)
_OURS = re.compile(rb'\s*\{\s*"fabula"\s*:\s*"(story|character)?')


def sort_of(file: IO[bytes]) -> ImportFormat:
    """What a file holds: what is none of ours, no lorebook and no chat is taken for a card. Raises OSError."""
    file.seek(0)
    begins = file.read(1000)
    ours = _OURS.match(begins)
    if ours is None:
        is_json = begins.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
        if is_json and is_lorebook(begins + file.read(LARGEST)):
            return "lorebook"
        return "chat" if is_chat(file) else "card"
    return "character" if ours[1] == b"character" else "story"


def decoded(
    decoder: msgspec.json.Decoder[T], text: bytes | msgspec.Raw, where: str, head: tuple[str, int] | None = None
) -> T:
    """The JSON text in a shape; with a `head`, once it is a file of this sort and of at most this version.

    Raises Fault(BAD_IMPORT).
    """
    if head is not None:
        check_head(text, *head)
    return _decoded(decoder, text, where)


def check_head(text: bytes | msgspec.Raw, sort: str, version: int) -> None:
    """Raises Fault(BAD_IMPORT) unless the file says that it is of this sort, and of at most this version."""
    found = _decoded(_head, text, "the file")
    if found.fabula != sort:
        raise bad_import("fabula", f"this is a file of sort {found.fabula[:40]!r}, not {sort!r}")
    if not 1 <= found.version <= version:
        raise bad_import("version", f"{found.version} is not known here (up to {version} is): a newer Fabula wrote it")


def _decoded(decoder: msgspec.json.Decoder[T], text: bytes | msgspec.Raw, where: str) -> T:
    try:
        return decoder.decode(text)
    except msgspec.ValidationError as wrong:
        why, _, place = str(wrong).partition(" - at `$")
        raise bad_import(where + place.rstrip("`"), why[:300]) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise bad_import(where, f"not JSON: {str(wrong)[:200]}") from None
    except RecursionError:
        raise bad_import(where, "nests too deep") from None
