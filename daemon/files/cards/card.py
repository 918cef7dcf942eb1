"""A character card as one shape, whichever version it has: version 1 is a flat object, 2 and 3 lie in `data`.

Cards are loose about what they leave out: null is as good as nothing, and what Fabula does not use may be anything.
"""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from daemon.files.decoding import decoded
from daemon.files.foreign_json import LARGEST, bounded
from protocol.errors import bad_import

NO_CARD = "is no file that Fabula knows, and no character card (JSON, PNG or CHARX)"

Spec = Literal["v1", "v2", "v3"]
SPECS: dict[Any, Spec] = {"chara_card_v2": "v2", "chara_card_v3": "v3"}

Words = str | None


class Fields(msgspec.Struct, frozen=True):
    """What is used of a card, by the names that the specifications give."""

    name: Words = None
    description: Words = None
    personality: Words = None
    scenario: Words = None
    first_mes: Words = None
    mes_example: Words = None
    creator_notes: Words = None
    alternate_greetings: list[str] | None = None
    nickname: Words = None
    system_prompt: Words = None
    post_history_instructions: Words = None
    extensions: dict[str, Any] | None = None


class Card(msgspec.Struct, frozen=True):
    """A card: its version, what is used of it, and the whole JSON object, with all that is not used.

    `newer` is what it calls itself where no such version is known; `unread` names the fields that are none of what they
    should be, of which nothing is used.
    """

    spec: Spec
    fields: Fields
    whole: dict[str, Any]
    newer: str = ""
    unread: tuple[str, ...] = ()

    @property
    def data(self) -> dict[str, Any]:
        """The object in which the fields stand."""
        data: dict[str, Any] = self.whole if self.spec == "v1" else self.whole["data"]
        return data

    @property
    def text(self) -> str:
        """The JSON text of the whole."""
        return msgspec.json.encode(self.whole).decode()


_any = msgspec.json.Decoder(Any)
_SIGNS = ("description", "personality", "first_mes", "mes_example", "scenario")


def card(text: bytes) -> Card:
    """The card in a JSON text. Raises Fault(BAD_IMPORT)."""
    text = bounded(text, "the card", NO_CARD)
    whole = decoded(_any, text, "the card")
    if not isinstance(whole, dict):
        raise bad_import("the file", "is no JSON object")
    said = whole.get("spec")
    if "data" in whole and (said is not None or not any(x in whole for x in _SIGNS)):
        spec: Spec = SPECS.get(said, "v3" if said else "v2")
        fields, unread = _fields(whole["data"], "the card.data")
        found = Card(spec, fields, whole, _newer(said), unread)
    else:
        fields, unread = _fields(whole, "the card")
        found = Card("v1", fields, whole, unread=unread)
    if not any(x in found.data for x in _SIGNS):
        raise bad_import("the file", "has none of the fields of a character card")
    if not (found.fields.name or "").strip():
        raise bad_import("name", "the card gives no name")
    try:
        if len(found.text.encode()) > LARGEST:
            raise bad_import("the card", f"is larger than {LARGEST // 1_000_000} MB, which is the most", "the card")
    except OverflowError:
        raise bad_import("the card", "holds a number that is too large") from None
    return found


def _fields(data: Any, where: str) -> tuple[Fields, tuple[str, ...]]:
    """What is used of a card, and the names of the fields of which something cannot be: what is none of what it should
    be, and no other way of saying it, is left out. Raises Fault(BAD_IMPORT) for what has no fields, or no name."""
    if not isinstance(data, dict):
        raise bad_import(where, "is no JSON object")
    taken: dict[str, Any] = {}
    unread: list[str] = []
    for name in Fields.__struct_fields__:
        read: Callable[[Any], tuple[Any, bool]] = _READ.get(name, _words)
        taken[name], whole = read(data.get(name))
        unread += [name] * (not whole)
    if "name" in unread:
        raise bad_import(f"{where}.name", "is no text")
    return Fields(**taken), tuple(unread)


def _words(said: Any) -> tuple[Words, bool]:
    """(A text, whether all of what was said is in it.) Some programs write a number, or a list of lines."""
    if isinstance(said, int | float) and not isinstance(said, bool) and abs(said) < 10**15:
        return str(said), True
    if isinstance(said, list):
        lines = [x for x in said if isinstance(x, str)]
        return "\n".join(lines), len(lines) == len(said)
    return (said, True) if said is None or isinstance(said, str) else (None, said == {})


def _list(said: Any) -> tuple[list[str] | None, bool]:
    """(Some texts, whether they are all of what was said.)"""
    if isinstance(said, str):
        return [said], True
    if not isinstance(said, list):
        return None, said is None
    return [x for x in said if isinstance(x, str)], all(x is None or isinstance(x, str) for x in said)


def _object(said: Any) -> tuple[dict[str, Any] | None, bool]:
    return (said, True) if isinstance(said, dict) else (None, said in (None, "", []))


_READ: dict[str, Callable[[Any], tuple[Any, bool]]] = {"alternate_greetings": _list, "extensions": _object}
"""How the fields are read that are no text: each with whether all of it could be."""


def _newer(said: Any) -> str:
    return "" if said in SPECS or said is None else str(said)[:40]
