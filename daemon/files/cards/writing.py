"""A character as a card of version 2 or 3, as JSON, in a PNG or as a CHARX. Pure.

What came in a card goes out as it came, macros and unknown extensions too; only what has changed since is written anew.
"""

import base64
from collections.abc import Callable
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from daemon.files import images
from daemon.files.cards import assets, charx, png
from daemon.files.cards.card import Card
from daemon.files.cards.proposal import BOOK, DEPTH, Proposal
from daemon.store.queries.assets import Asset
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
    then, if they came from one; their picture, and the files that came with the card. `book` is their lorebook, None
    for none; left out, it is as it came."""

    name: str
    identity: Identity
    premise: str = ""
    came: tuple[Card, Proposal] | None = None
    picture: Asset | None = None
    files: tuple[Asset, ...] = ()
    book: dict[str, Any] | UnsetType | None = UNSET


def json(character: Character, version: Version) -> bytes:
    """The card as a JSON text, with its files in it, as far as its version has a place for them."""
    uri = assets.data_uri(character.picture) if character.picture is not None else ""
    whole = _with_picture(_whole(character, version), character, version, uri)
    return _with_files(msgspec.json.format(msgspec.json.encode(whole), indent=1), character, assets.data_uri)


def picture(character: Character, version: Version) -> bytes:
    """The card in the picture of the character, or in a plain one where they have none that is a PNG; version 3 besides
    as version 2, for those who know no other."""
    carries = character.picture if character.picture is not None and character.picture.type == images.PNG else None
    uri = "ccdefault:" if carries is not None or character.picture is None else assets.data_uri(character.picture)
    cards = {"chara": _whole(character, "v2")}
    if version == "v3":
        cards["ccv3"] = _with_picture(_whole(character, "v3"), character, "v3", uri)
    texts = {x: _with_files(msgspec.json.encode(y), character, assets.data_uri) for x, y in cards.items()}
    encoded = {x: base64.b64encode(y) for x, y in texts.items()}
    return png.with_texts(carries.data if carries is not None else png.plain(), encoded)


def zipped(character: Character) -> bytes:
    """The card as a CHARX: version 3, with its files beside it."""
    members: dict[str, bytes] = {}

    def uri(asset: Asset, said: str = "") -> str:
        sort = "images" if asset.type in images.ENDINGS else "other"
        name = f"assets/{sort}/{asset.digest[:16]}.{images.ENDINGS.get(asset.type, 'bin')}"
        members[name] = asset.data
        return f"embeded://{name}"

    main = uri(character.picture) if character.picture is not None else ""
    whole = _with_picture(_whole(character, "v3"), character, "v3", main)
    text = _with_files(msgspec.json.format(msgspec.json.encode(whole), indent=1), character, uri)
    return charx.written(text, members)


def _with_files(text: bytes, character: Character, uri: Callable[[Asset, str], str]) -> bytes:
    return assets.put_in(text, {x.digest: x for x in character.files}, uri)


def _with_picture(whole: dict[str, Any], character: Character, version: Version, uri: str) -> dict[str, Any]:
    """A card that says where the picture of the character is, if they have one and it can say so."""
    if character.picture is None or version != "v3":
        return whole
    listed = whole["data"].get("assets")
    was = assets.icon(listed)
    if uri == was or (was is None and uri == "ccdefault:"):  # which is so unless said otherwise
        return whole
    ending = images.ENDINGS.get(character.picture.type, "png")
    return {**whole, "data": {**whole["data"], "assets": assets.with_icon(listed, uri, ending)}}


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
        made: dict[str, Any] = {x: y for x, y in now.items() if y is not None} | {"scenario": character.premise}
        made["extensions"] = _at_depth(character.identity, Identity())
        return usual | made | ({BOOK: character.book} if character.book else {})
    card, then = character.came
    as_it_came = {x: y for x, y in card.data.items() if y is not None or x not in usual}
    if version == "v2" and "assets" in as_it_came:  # the files would stand there twice
        far = [x for x in assets.entries(as_it_came["assets"]) if not str(x.get("uri")).startswith(assets.KEPT)]
        as_it_came["assets"] = far
    before, now = _fields(then.name, then.identity), _fields(character.name, character.identity)
    changed = {x: y or "" for x, y in now.items() if y != before[x]}
    if not now["nickname"]:
        changed.pop("nickname", None)  # it may have come before nicknames were kept
    said = as_it_came.get("extensions")
    extensions = dict(said) if isinstance(said, dict) else {}
    if character.identity.talkativeness not in (None, then.identity.talkativeness):
        extensions["talkativeness"] = str(character.identity.talkativeness / 10)
    extensions |= _at_depth(character.identity, then.identity)
    if character.book is None and then.book is not None:
        as_it_came.pop(BOOK, None)
    book = {BOOK: character.book} if character.book else {}
    return usual | as_it_came | changed | book | {"extensions": extensions}


def _at_depth(who: Identity, was: Identity) -> dict[str, Any]:
    """The prompt at a depth, in the extension in which SillyTavern has it; nothing where it is as it was, or never came
    into the story."""
    if who.depth_prompt is None or (who.depth_prompt, who.depth) == (was.depth_prompt, was.depth):
        return {}
    depth = DEPTH if who.depth is None else who.depth
    return {"depth_prompt": {"prompt": who.depth_prompt, "depth": depth, "role": "system"}}


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
        "nickname": who.nickname or None,
    }
