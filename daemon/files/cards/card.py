"""A character card as one shape, whichever version it has: version 1 is a flat object, 2 and 3 lie in `data`.

Cards are loose about what they leave out: null is as good as nothing, and what Fabula does not use may be anything.
"""

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


class Wrapped(msgspec.Struct, frozen=True):
    """A card of version 2 or 3."""

    data: Fields


class Card(msgspec.Struct, frozen=True):
    """A card: its version, what is used of it, and the whole JSON object, with all that is not used.

    `newer` is what it calls itself where no such version is known.
    """

    spec: Spec
    fields: Fields
    whole: dict[str, Any]
    newer: str = ""

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
_fields = msgspec.json.Decoder(Fields)
_wrapped = msgspec.json.Decoder(Wrapped)
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
        found = Card(spec, decoded(_wrapped, text, "the card").data, whole, _newer(said))
    else:
        found = Card("v1", decoded(_fields, text, "the card"), whole)
    if not any(x in found.data for x in _SIGNS):
        raise bad_import("the file", "has none of the fields of a character card")
    if not (found.fields.name or "").strip():
        raise bad_import("name", "the card gives no name")
    try:
        if len(found.text.encode()) > LARGEST:
            raise bad_import("the card", f"is longer than {LARGEST} bytes")
    except OverflowError:
        raise bad_import("the card", "holds a number that is too large") from None
    return found


def _newer(said: Any) -> str:
    return "" if said in SPECS or said is None else str(said)[:40]
