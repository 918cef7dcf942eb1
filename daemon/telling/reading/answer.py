"""Taking a model's answer apart: the JSON object in it, however it is wrapped or spoilt. Pure; nothing here raises."""

import re
from typing import Any

import json_repair
import msgspec

from daemon.json_depth import depth
from daemon.story.decide.desk import refuse
from daemon.story.world import World
from daemon.telling.reading.ears import Ears, clipped
from daemon.telling.reading.items import Item, item
from daemon.telling.reading.kinds import KINDS
from daemon.telling.reading.passage import Passage
from daemon.telling.reading.reader import Desk
from daemon.telling.reading.world_call import offered
from protocol.commands import Command, PassTime
from protocol.errors import Fault
from protocol.ids import EntityId, Seq

MOST = 40
"""Changes that one answer may propose."""

LONGEST_QUOTE, DEEPEST_QUOTE = 2000, 8
"""Bytes of a refused change that are kept, and how deep it may be nested; of another it is told how large it was."""

LONGEST_ANSWER = 64 * 1024
"""Characters of an answer that are looked at; no model that does what it is asked for writes a tenth of that."""

TONE = 40
"""Characters of a tone."""

LONGEST_TIME = 24 * 60
"""Minutes that one turn may take by its prose; more than that is a skip of time, which is the author's."""

_THINKING = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_BEGIN = re.compile(r"[{\[]")


class Declined(msgspec.Struct, frozen=True):
    """A proposed change that was refused: as it was answered, by which rule and why, and the seq of its line."""

    said: dict[str, Any]
    rule: str
    why: str
    cause: Seq


class Change(msgspec.Struct, frozen=True):
    """A change as it was answered, and what it was taken for; the commands are made of it in the world of its time."""

    said: dict[str, Any]
    item: Item


class Reading(msgspec.Struct, frozen=True):
    """What was read of the world: changes in order, what was refused, minutes, a rating, whom it mattered to, and the
    tone among them."""

    changes: list[Change] = []
    declined: list[Declined] = []
    minutes: int = 0
    matters: int | None = None
    minds: list[EntityId] = []
    tone: str = ""


class Unreadable(msgspec.Struct, frozen=True):
    """There is no JSON object in the answer, or not this one; `why` tells the model as well as people."""

    why: str


def parse(text: str, p: Passage) -> Reading | Unreadable:
    """The reading that an answer gives. What it leaves out counts as nothing."""
    answer = object_of(text, "changes")
    if isinstance(answer, Unreadable):
        return answer
    said = answer.get("changes", [])
    said = [said] if isinstance(said, dict) else said
    if not isinstance(said, list):
        return Unreadable("`changes` is no list")
    changes: list[Change] = []
    declined: list[Declined] = []
    for one in said[:MOST]:
        try:
            changes.append(Change(quoted(one), _item(one, p)))
        except Fault as refusal:
            declined.append(_declined(one, refusal, p))
    if len(said) > MOST:
        why = f"one turn leads to {MOST} changes at the most; {len(said) - MOST} were left out"
        declined.append(Declined({}, "wrong_value", why, p.parts[-1].seq))
    minutes = number(answer.get("minutes"), 0, LONGEST_TIME) if p.timed and not p.still else 0
    minds = answer.get("minds")
    named = [minds] if isinstance(minds, str) else minds if isinstance(minds, list) else []
    return Reading(
        changes=changes,
        declined=declined,
        minutes=minutes or 0,
        matters=number(answer.get("matters"), 0, 10),
        minds=[e for e in p.people if e in named or p.truth.entities[e].name in named],
        tone=clipped(answer["tone"], TONE) if isinstance(answer.get("tone"), str) else "",
    )


def _item(said: Any, p: Passage) -> Item:
    taken = item(said, p)
    if taken.do not in offered(p):
        refuse("no_such_change", f"{taken.do[:40]!r} is no change that this prose could lead to")
    return taken


def commands_of(change: Change, p: Passage, ears: Ears, world: World) -> list[Command]:
    """The commands that a change comes to in the world as it is by then. Raises a refusal."""
    try:
        return KINDS[change.item.do].make(Desk(p, ears, world), change.item)
    except msgspec.ValidationError as wrong:
        refuse("wrong_value", str(wrong))


def time_of(read: Reading) -> list[Command]:
    """The time that the turn took."""
    return [PassTime(minutes=read.minutes)] if read.minutes else []


def _declined(said: Any, refusal: Fault, p: Passage) -> Declined:
    return Declined(quoted(said), refusal.data.get("rule", "not_known"), refusal.message, p.parts[-1].seq)


def quoted(said: Any) -> dict[str, Any]:
    """A change for the record: as it was answered, or how large it was if it is no object, too long or too deep."""
    try:
        text = msgspec.json.encode(said)
    except (OverflowError, RecursionError, ValueError, TypeError):
        return {"left_out": "a change that cannot be kept"}
    if isinstance(said, dict) and len(text) <= LONGEST_QUOTE and depth(text) <= DEEPEST_QUOTE:
        return said
    return {"left_out": f"a change of {len(text)} bytes, nested {depth(text)} deep"}


def number(value: Any, low: int, high: int) -> int | None:
    """A whole number brought between these two; None where there is none."""
    try:
        return max(low, min(high, round(float(value)))) if not isinstance(value, bool) else None
    except (TypeError, ValueError, OverflowError):
        return None


def object_of(text: str, key: str) -> dict[str, Any] | Unreadable:
    """The JSON object with this key in a text: after any reasoning, within prose, fences or a wrapper; mended where it
    is spoilt, and as much of it as there is where it breaks off."""
    if len(text) > LONGEST_ANSWER:
        return Unreadable(f"it is longer than {LONGEST_ANSWER} characters")
    bare = _THINKING.sub("", text).replace("\x00", "").strip()
    begins = _BEGIN.search(bare)
    if begins is None:
        return Unreadable("there is no JSON object in it")
    try:
        value = msgspec.json.decode(bare)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        try:
            value = json_repair.loads(bare[begins.start() :])
        except (RecursionError, ValueError, IndexError):
            return Unreadable("it is no JSON that could be mended")
    found = _with(value, key)
    return found if found is not None else Unreadable(f"there is no JSON object with `{key}` in it")


def _with(value: Any, key: str, deep: int = 4) -> dict[str, Any] | None:
    """The object with this key: the value itself, or within a wrapper; a bare list is what the key was to hold."""
    if isinstance(value, dict):
        if key in value:
            return value
        inner = list(value.values())
    elif isinstance(value, list):
        if value and all(isinstance(x, dict) and "do" in x for x in value) and key == "changes":
            return {key: value}
        inner = value[::-1]
    else:
        return None
    return next((x for v in inner if deep and (x := _with(v, key, deep - 1)) is not None), None)
