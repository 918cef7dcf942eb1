"""One entry of a lorebook: what it comes to here, and the entry of a file that says what it is now. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

from daemon.files.cards import macros
from daemon.files.cards.macros import Chance
from daemon.files.lorebooks import decorators, fields
from daemon.files.lorebooks.fields import AT_DEPTH, Json
from daemon.files.tidy import tidy
from protocol.commands import AddLore
from protocol.ids import EntityId
from protocol.world import LoreRules

KEYS, KEY, GROUP = 500, 500, 200
"""The most keys of a sort, and characters of a key and of the name of a group."""

DEPTH = 4
"""Lines above the end where an entry says that it stands among the lines, and not where."""


class Names(msgspec.Struct, frozen=True):
    """What is put in for macros: names, and what is drawn by."""

    char: str
    user: str
    by: Chance = Chance()

    def put_into(self, text: str, where: str) -> str:
        """A text with these in it. Raises Fault(BAD_IMPORT) for one that is too long."""
        return macros.resolved(text, self.char, self.user, where, self.by)


class Entry(msgspec.Struct, frozen=True):
    """What an entry comes to. `entry` is what names it in the file."""

    entry: str
    name: str = ""
    keys: list[str] = []
    text: str = ""
    rules: LoreRules = LoreRules()

    def command(self, book: str, lens: list[EntityId]) -> AddLore:
        """What adds it to a book that these know."""
        return AddLore(
            keys=self.keys, text=self.text, lens=lens, name=self.name, book=book, entry=self.entry, rules=self.rules
        )


class Read(msgspec.Struct, frozen=True):
    """An entry that was read: what it comes to, the paths of what has a wrong shape, the names of what is not used."""

    entry: Entry
    wrong: list[str]
    unused: list[str]


def read(name: str, raw: Json, world: bool, names: Names, where: str) -> Read:
    """The entry that is called `name` in a world file, or in a book of a card, which stands at `where`.

    Raises Fault(BAD_IMPORT) for a text that is too long.
    """
    parts, wrong = fields.read(raw, world)
    said = decorators.parted(parts.get("content", ""))
    keys = _keys(parts.get("keys", []), names, where, wrong)
    rules = _rules(parts, world) | said.rules
    for sort in ("secondary", "also", "never"):
        rules[sort] = _keys(rules.get(sort, []), names, where, wrong)
    if not keys and not rules["constant"]:
        rules["enabled"] = False  # nothing could bring it up, and here what has no keys is always there
    entry = Entry(
        name, tidy(parts.get("name") or parts.get("comment") or ""), keys,
        names.put_into(said.text, f"{where}.content"), LoreRules(**rules),
    )  # fmt: skip
    return Read(entry, wrong, [*fields.unused(raw, world), *(f"@@{x}" for x in said.unknown)])


def written(raw: Json, world: bool, then: Entry, now: Entry) -> Json:
    """The entry of a file with what has changed since it came to `then`."""
    was, rules = msgspec.structs.asdict(then.rules), msgspec.structs.asdict(now.rules)
    changed = {rule: value for rule, value in rules.items() if value != was[rule]}
    if now.keys != then.keys or {"enabled", "constant"} & changed.keys():
        changed |= {rule: rules[rule] for rule in ("enabled", "constant")}
    parts: dict[str, Any] = {rule: value for rule, value in changed.items() if rule not in _ELSEWHERE}
    if now.keys != then.keys:
        parts["keys"] = now.keys
    if now.name != then.name:
        parts |= {"name": now.name, "comment": now.name}
    if "enabled" in changed:
        parts |= {"enabled": now.rules.enabled, "disabled": not now.rules.enabled}
    if "secondary" in changed:
        parts["selective"] = bool(now.rules.secondary)
    if "probability" in changed:
        parts["chance"] = True
    if "depth" in changed:
        parts |= {"position": AT_DEPTH if now.rules.depth is not None else 0}
        parts |= {} if now.rules.depth is not None else {"depth": DEPTH}
    if now.text != then.text or changed:
        parts |= _content(raw, world, then, now, changed)
    return fields.write(raw, world, parts) if parts else raw


def plain(world: bool, name: str) -> Json:
    """An entry that says nothing yet, with all that readers ask for."""
    if world:
        return {
            "uid": int(name) if name.isdecimal() else 0, "key": [], "keysecondary": [], "comment": "", "content": "",
            "constant": False, "vectorized": False, "selective": True, "selectiveLogic": 0, "addMemo": True,
            "order": 100, "position": 0, "disable": False, "excludeRecursion": False, "preventRecursion": False,
            "delayUntilRecursion": False, "probability": 100, "useProbability": True, "depth": DEPTH, "group": "",
            "groupOverride": False, "groupWeight": 100, "scanDepth": None, "caseSensitive": None,
            "matchWholeWords": None, "role": None,
        }  # fmt: skip
    return {
        "keys": [], "content": "", "extensions": {}, "enabled": True, "insertion_order": 100, "case_sensitive": False,
        "name": "", "comment": "", "constant": False, "selective": False, "secondary_keys": [],
        "position": "before_char", "use_regex": False,
    }  # fmt: skip


_ELSEWHERE = frozenset({"enabled", "also", "never", "after", "every"})
"""Rules that no field states under their own name."""


def _content(raw: Json, world: bool, then: Entry, now: Entry, changed: Mapping[str, Any]) -> dict[str, Any]:
    """The text with its decorators, where these or it say something else by now."""
    content = fields.read(raw, world)[0].get("content", "")
    said = decorators.parted(content)
    text = now.text if now.text != then.text else said.text
    if now.text == then.text and not any(rule in said.rules or rule in _ELSEWHERE - {"enabled"} for rule in changed):
        return {}
    return {"content": decorators.written(said.lines, changed, text)}


def _rules(parts: Json, world: bool) -> dict[str, Any]:
    """What the fields say of when an entry comes up."""
    same = ("constant", "order", "priority", "case", "whole_words", "regex", "scan_depth", "weight", "preferred",
            "unstirred", "stirs_none", "stirred_only", "logic")  # fmt: skip
    found = {rule: parts[rule] for rule in same if rule in parts}
    found["constant"] = parts.get("constant", False)
    found["enabled"] = not parts.get("disabled", False) if world else parts.get("enabled", True)
    found["secondary"] = parts.get("secondary", []) if parts.get("selective", world) else []
    found["probability"] = parts.get("probability", 100) if parts.get("chance", True) else 100
    found["group"] = parts.get("group", "")[:GROUP]
    found["depth"] = parts.get("depth", DEPTH) if parts.get("position") == AT_DEPTH else None
    return found


def _keys(given: list[str], names: Names, where: str, wrong: list[str]) -> list[str]:
    """Keys with the names in them; those that are too long, or too many, are left out."""
    put = [names.put_into(x, f"{where}.keys") for x in given[:KEYS]]
    found = [x for x in put if x and len(x) <= KEY]
    if len(given) > KEYS or any(len(x) > KEY for x in put):
        wrong.append("keys")
    return found
