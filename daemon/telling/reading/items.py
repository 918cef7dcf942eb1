"""One change as a reader wrote it, taken for what it plainly means: its line, its words, whom it names. Pure."""

import re
from typing import Any

import msgspec

from daemon.story.decide.desk import refuse
from daemon.telling.reading.names import person
from daemon.telling.reading.passage import Heard, Passage
from protocol.ids import EntityId

NONE = ("", "null", "none", "nobody", "-")
"""Words that stand for nothing where a field may be left out."""

THE_LINES_OWN = ("", "null", "-", "narrator", "the narrator", "speaker", "the speaker", "i", "me", "myself")
"""Words for whoever's line it is, where a field says who; the first of them leave it out."""

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_DIGITS = re.compile(r"-?\d+(?:\.\d+)?")


class Item(msgspec.Struct, frozen=True):
    """A change as it was answered. `part` is the line that it comes of; texts that were left out are empty. `doubted`:
    that the mind which is read with the world does not believe what was told. `by`: that `who` was named."""

    do: str
    part: Heard
    who: EntityId | None
    it: str = ""
    to: str = ""
    how: str = ""
    spot: str = ""
    text: str = ""
    name: str = ""
    place: str = ""
    when: str = ""
    awake: bool | None = None
    done: bool = False
    unseen: bool = False
    doubted: bool = False
    by: bool = False


ALIASES = {
    "take": "put", "drop": "put", "hand": "put", "give": "put", "hide": "put", "wear": "put", "add_prop": "put",
    "add": "put", "new": "put", "place": "put", "go": "move", "leave": "move", "arrive": "move", "do": "act",
    "change": "is", "change_prop": "is", "condition": "is", "look": "looks", "share": "tell", "claim": "tell",
    "say": "tell", "complete": "end", "finish": "end", "begin": "start", "open_thread": "ask", "question": "ask",
    "advance_thread": "answer", "resolve_thread": "answer", "resolve": "answer", "bind": "bond", "tone": "bond",
    "habit": "bond", "status": "state", "look_into": "search", "remove": "gone", "used": "gone", "wake": "act",
    "sleep": "act", "change_occasion": "plan",
}  # fmt: skip
"""Other words by which models call a change than those of the table in kinds.py."""

MEANT: dict[str, dict[str, Any]] = {
    "drop": {"how": "in"}, "wear": {"how": "worn"}, "hide": {"how": "hidden"}, "wake": {"awake": True},
    "sleep": {"awake": False}, "resolve": {"done": True}, "resolve_thread": {"done": True},
}  # fmt: skip
"""What such a word says besides, where the answer leaves it out."""

FIELDS = {
    "n": ("n", "line", "number"), "who": ("who", "by", "speaker", "entity"),
    "it": ("it", "thing", "prop", "id", "what"),
    "to": ("to", "into", "at", "target"), "how": ("how",), "spot": ("spot", "slot"),
    "text": ("text", "doing", "condition", "title", "gist", "note", "status", "looks", "tone", "habit"),
    "name": ("name",), "place": ("place", "from", "where"), "when": ("when", "time"), "awake": ("awake",),
    "done": ("done", "resolved", "settled"), "unseen": ("unseen", "secretly"),
    "doubted": ("doubted", "disbelieved"),
}  # fmt: skip
"""The fields of a change, each with other words by which models call it."""


DOS = ("action", "type", "kind", "change", "op")
"""Other words by which models call `do`."""

TEXTS = ("it", "to", "how", "spot", "text", "name", "place", "when")
"""Those of them that are texts, in the order of Item."""


def item(said: Any, p: Passage) -> Item:
    """The change that an answer names. Raises a refusal where it names none.

    A line that is not there is taken for the nearest that is; who is left out is whoever speaks the line.
    """
    said = _shaped(said)
    do = _text(said.get("do")).casefold()
    said = {**MEANT.get(do, {}), **said}
    fields = {field: next((said[w] for w in words if w in said), None) for field, words in FIELDS.items()}
    part = p.parts[(number(fields["n"], 1, len(p.parts)) or len(p.parts)) - 1]
    it, to, how, spot, text, name, place, when = (_text(fields[f]) for f in TEXTS)
    return Item(
        ALIASES.get(do, do), part, _who(fields["who"], part, p), it, to, how, spot, text, name, place, when,
        awake=flag(fields["awake"]), done=flag(fields["done"]) or False, unseen=flag(fields["unseen"]) or False,
        doubted=flag(fields["doubted"]) or False, by=_text(fields["who"]) != "",
    )  # fmt: skip


def _shaped(said: Any) -> dict[str, Any]:
    """A change with its `do`: also where that is written `DO` or `action`, or where all else stands under it."""
    if not isinstance(said, dict):
        refuse("no_such_change", "the reader's answer isn't a change (an object with `do`)")
    if isinstance(said.get("do"), str):
        return said
    plain = {str(k).casefold(): v for k, v in said.items()}
    if len(plain) == 1 and isinstance(next(iter(plain.values())), dict):
        named, within = next(iter(plain.items()))
        return {**within, "do": named}
    do = next((plain[w] for w in ("do", *DOS) if isinstance(plain.get(w), str)), None)
    return {**plain, "do": do}


def number(value: Any, low: int, high: int) -> int | None:
    """A whole number brought between these two, be it a word or within a text; None where there is none."""
    if isinstance(value, str):
        found = _DIGITS.search(value)
        word = value.strip().casefold()
        value = found[0] if found is not None else WORDS.index(word) if word in WORDS else None
    try:
        return max(low, min(high, round(float(value)))) if not isinstance(value, bool) else None
    except (TypeError, ValueError, OverflowError):
        return None


def _who(named: Any, part: Heard, p: Passage) -> EntityId | None:
    """Whom a change names as its doer: whose line it is where that is left out or said in so many words. Raises a
    refusal where it is nobody of the cast: what nobody is said to do is not done by whoever speaks."""
    if isinstance(named, list) and len(named) < 2:
        named = named[0] if named else None
    if named is None or (isinstance(named, str) and named.strip().casefold() in THE_LINES_OWN):
        return part.who
    found = person(named, p.truth) if isinstance(named, str) else None
    if found is None:
        refuse("not_known", f"the reader named somebody who isn't in this scene: “{str(named)[:80]}”")
    return found


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = " ".join(x for x in value if isinstance(x, str))
    if isinstance(value, dict):  # `{"container": "quay"}` for `quay`
        value = next((x for x in value.values() if isinstance(x, str)), "")
    text = value.strip() if isinstance(value, str) else ""
    return "" if text.casefold() in NONE else text


def flag(value: Any) -> bool | None:
    """A yes or no, also as a word; None where there is neither."""
    if isinstance(value, str) and value.strip().casefold() in ("true", "false", "yes", "no"):
        return value.strip().casefold() in ("true", "yes")
    return value if isinstance(value, bool) else None
