"""A character as a card of version 2 or 3, as JSON or in a PNG. Pure.

What came in a card goes out as it came, macros and unknown extensions too; only what has changed since is written anew.
"""

import base64
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from daemon.files.cards import png
from daemon.files.cards.card import Card
from daemon.files.cards.proposal import BOOK, Proposal
from protocol.world import Identity

Version = Literal["v2", "v3"]

_EMPTY: dict[str, Any] = {
    "name": "", "description": "", "personality": "", "scenario": "", "first_mes": "", "mes_example": "",
    "creator_notes": "", "system_prompt": "", "post_history_instructions": "", "alternate_greetings": [], "tags": [],
    "creator": "", "character_version": "", "extensions": {},
}  # fmt: skip
"""What every card of version 2 has."""

_NEWER: dict[str, Any] = {"group_only_greetings": []}
"""What every card of version 3 has besides."""


class Character(msgspec.Struct, frozen=True):
    """Somebody as they are in a story, what the story is about, and the card that they came from with what it came to
    then, if they came from one. `book` is their lorebook, None for none; left out, it is as it came."""

    name: str
    identity: Identity
    premise: str = ""
    came: tuple[Card, Proposal] | None = None
    book: dict[str, Any] | UnsetType | None = UNSET


def json(character: Character, version: Version) -> bytes:
    """The card as a JSON text."""
    return msgspec.json.format(msgspec.json.encode(_whole(character, version)), indent=1)


def picture(character: Character, version: Version) -> bytes:
    """The card in a plain picture: version 3 besides as version 2, for those who know no other."""
    cards = {"chara": _whole(character, "v2")}
    if version == "v3":
        cards["ccv3"] = _whole(character, "v3")
    return png.written({name: base64.b64encode(msgspec.json.encode(card)) for name, card in cards.items()})


def _whole(character: Character, version: Version) -> dict[str, Any]:
    came = character.came[0] if character.came is not None else None
    head = {"spec": f"chara_card_{version}", "spec_version": f"{version[1:]}.0"}
    data = _data(character, version)
    around = {} if came is None or came.spec == "v1" else {x: y for x, y in came.whole.items() if x not in head}
    # Some programs write the fields of version 1 besides: there they must not say what is not so any more.
    now = {x: data[x] for x in around if came is not None and x in data and around[x] == came.data.get(x)}
    return {**head, **around, **now, "data": data}


def _data(character: Character, version: Version) -> dict[str, Any]:
    usual = _EMPTY | (_NEWER if version == "v3" else {})
    if character.came is None:
        now = _fields(character.name, character.identity)
        made = {x: y for x, y in now.items() if y is not None} | {"scenario": character.premise}
        return usual | made | ({BOOK: character.book} if character.book else {})
    card, then = character.came
    as_it_came = {x: y for x, y in card.data.items() if y is not None or x not in usual}
    before, now = _fields(then.name, then.identity), _fields(character.name, character.identity)
    changed = {x: y or "" for x, y in now.items() if y != before[x]}
    said = as_it_came.get("extensions")
    extensions = dict(said) if isinstance(said, dict) else {}
    if character.identity.talkativeness not in (None, then.identity.talkativeness):
        extensions["talkativeness"] = str(character.identity.talkativeness / 10)
    if character.book is None and then.book is not None:
        as_it_came.pop(BOOK, None)
    book = {BOOK: character.book} if character.book else {}
    return usual | as_it_came | changed | book | {"extensions": extensions}


def _fields(name: str, who: Identity) -> dict[str, str | None]:
    """What is written of somebody, by field."""
    examples = [who.examples] if isinstance(who.examples, str) else who.examples or []
    described = "\n\n".join(x for x in (who.appearance, who.description) if x)
    return {
        "name": name,
        "description": described or None,
        "personality": who.personality or None,
        "mes_example": "\n".join(f"<START>\n{x}" for x in examples) or None,
        "system_prompt": who.instructions or None,
        "post_history_instructions": who.reminder or None,
    }
