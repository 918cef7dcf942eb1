"""A lorebook as one shape, whichever form it has. Nothing of it is lost: the whole of the file is beside what is read.

Forms: SillyTavern's world files, in which `entries` is an object; the `character_book` of cards of version 2, in which
it is a list; and the file of version 3, `{"spec": "lorebook_v3", "data": …}`, around such a book.
"""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from daemon.files.decoding import decoded
from daemon.files.foreign_json import bounded
from protocol.errors import bad_import

Form = Literal["sillytavern", "v2", "v3"]

ENTRIES = 2500
"""The most entries of a book: each is an event, and all of them are looked at for each prompt."""

NO_BOOK = "is no lorebook (SillyTavern's world info, or the book of a character card, as JSON)"

Json = dict[str, Any]

_any = msgspec.json.Decoder(Any)


class Lorebook(msgspec.Struct, frozen=True):
    """A lorebook: its form, the whole JSON object, and each entry by what names it in the file."""

    form: Form
    whole: Json
    entries: dict[str, Json]

    @property
    def head(self) -> Json:
        """The object that holds the entries."""
        head: Json = self.whole["data"] if self.form == "v3" else self.whole
        return head

    @property
    def text(self) -> str:
        """The JSON text of the whole."""
        return msgspec.json.encode(self.whole).decode()


def lorebook(text: bytes) -> Lorebook:
    """The lorebook in a JSON text. Raises Fault(BAD_IMPORT)."""
    whole = decoded(_any, bounded(text, "the lorebook", NO_BOOK), "the lorebook")
    if not isinstance(whole, dict):
        raise bad_import("the file", NO_BOOK)
    found = of_object(whole)
    try:
        msgspec.json.encode(whole)
    except OverflowError:
        raise bad_import("the lorebook", "holds a number that is too large") from None
    return found


def of_object(whole: Json) -> Lorebook:
    """The lorebook that a JSON object is. Raises Fault(BAD_IMPORT)."""
    form: Form = "v3" if whole.get("spec") == "lorebook_v3" else "v2"
    head = whole.get("data") if form == "v3" else whole
    if not isinstance(head, dict) or "entries" not in head:
        raise bad_import("the file", NO_BOOK)
    entries, where = head["entries"], "data.entries" if form == "v3" else "entries"
    if isinstance(entries, Mapping):
        form = "sillytavern" if form == "v2" else form
        named = {str(name): x for name, x in entries.items()}
    elif isinstance(entries, list):
        named = {str(number): x for number, x in enumerate(entries)}
    else:
        raise bad_import(where, "is no list of entries")
    if len(named) > ENTRIES:
        raise bad_import(where, f"holds more than {ENTRIES} entries")
    for name, x in named.items():
        if not isinstance(x, dict):
            raise bad_import(f"{where}[{name[:40]}]", "is no object")
    return Lorebook(form, whole, named)
