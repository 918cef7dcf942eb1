"""A chat as SillyTavern keeps it: a head, then a message a line, as JSON. Pure.

Versions of a message are its `swipes`. Who was there is told as the extension Presence does, where anybody missed
anything: then of every message, as that takes silence for nobody.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

NARRATOR, NOTE = "System", "Note"
"""What SillyTavern calls whoever narrates, and its remarks."""

NOBODY = "unused"
"""Stands in the head for who is not named there."""


class Version(msgspec.Struct, frozen=True):
    """A version of a message, and when it was written."""

    text: str
    at: str


class Line(msgspec.Struct, frozen=True):
    """A message: whose it is (empty: the narrator's), whether the player's, whether it is kept from the model; its
    versions, and which of them stands. `present` names the characters who were there; None: it is not told."""

    name: str
    user: bool
    hidden: bool
    versions: Sequence[Version]
    chosen: int
    present: Sequence[str] | None = None


def head(user: str, characters: Sequence[str], began: str) -> bytes:
    """The first line of the file. A group's head names nobody."""
    group = len(characters) != 1
    told = {
        "user_name": NOBODY if group else user,
        "character_name": NOBODY if group else characters[0],
        "create_date": began,
        "chat_metadata": {},
    }
    return msgspec.json.encode(told) + b"\n"


def line(x: Line, *, group: bool) -> bytes:
    """A message, as a line of the file."""
    narrated = not x.name
    stands = x.versions[x.chosen]
    sort = "narrator" if narrated and not x.hidden else "comment" if narrated else ""
    extra = {"type": sort} if sort else {}
    told: dict[str, Any] = {
        "name": x.name or (NOTE if x.hidden else NARRATOR),
        "is_user": x.user,
        "is_system": x.hidden,
        "send_date": stands.at,
        "mes": stands.text,
        "extra": extra,
    }
    if group and x.name and not x.user:
        told["original_avatar"] = file_of(x.name)
    if not x.user and not x.hidden and not narrated:
        told |= {
            "swipe_id": x.chosen,
            "swipes": [v.text for v in x.versions],
            "swipe_info": [{"send_date": v.at, "extra": {}} for v in x.versions],
        }
    elif len(x.versions) > 1:
        told |= {"swipe_id": x.chosen, "swipes": [v.text for v in x.versions]}
        told["swipe_info"] = [{"send_date": v.at, "extra": extra} for v in x.versions]
    if x.present is not None:
        told["present"] = [file_of(name) for name in x.present]
        if x.hidden:
            told["presence_manually_hidden"] = True
    return msgspec.json.encode(told) + b"\n"


def file_of(name: str) -> str:
    """The file of a character's card, by which Presence names them."""
    return f"{name}.png"
