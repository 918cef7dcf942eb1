"""Lore as a lorebook: as a world file of SillyTavern, a card's book, or a file of version 3. Pure.

What came in a file goes out as it came, macros and unknown fields too; only what has changed since is written anew.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from daemon.files.lorebooks.book import Form, Json, Lorebook
from daemon.files.lorebooks.entry import Entry, Names, plain, written
from daemon.files.lorebooks.fields import NAMES
from daemon.files.lorebooks.proposal import heading, read_entries
from daemon.story.state import Book, Lore

DEFAULT: Form = "sillytavern"


class Came(msgspec.Struct, frozen=True):
    """A file that a book came from, with what was put into it then; `called`: its name where the file has none."""

    book: Lorebook
    names: Names
    called: str = ""


class Now(msgspec.Struct, frozen=True):
    """A book as it is now, with its entries, and the file that it came from, if it came from one."""

    book: Book
    entries: list[Lore]
    came: Came | None = None


def json(now: Now, form: Form | None) -> bytes:
    """The file as a JSON text; without a `form`, in the one that it came in."""
    return msgspec.json.format(msgspec.json.encode(whole(now, form)), indent=1)


def whole(now: Now, form: Form | None) -> Json:
    """The whole of the file."""
    came = now.came.book if now.came is not None else None
    form = form or (came.form if came is not None else DEFAULT)
    world = form == "sillytavern"
    entries = _entries(now, world)
    named = world or (came is not None and came.form == form and isinstance(came.head["entries"], dict))
    head = _head(now, world) | {"entries": dict(entries) if named else [x for _, x in entries]}
    if form != "v3":
        return head
    around = came.whole if came is not None and came.form == "v3" else {"spec": "lorebook_v3"}
    return {**around, "data": head}


def _head(now: Now, world: bool) -> Json:
    """What the entries have in common; of what has not changed what the file said."""
    came, book = now.came.book if now.came is not None else None, now.book
    said = {
        "name": book.name, "description": book.description, "scan_depth": book.scan_depth,
        "token_budget": book.budget, "recursive_scanning": book.stirring,
    }  # fmt: skip
    if came is None or now.came is None:
        head: Json = {}
    elif (came.form == "sillytavern") != world:
        head = {x: y for x, y in came.head.items() if x == "extensions"}
    else:
        head = {x: y for x, y in came.head.items() if x != "entries"}
        then = msgspec.structs.astuple(heading(came, now.came.names, now.came.called))
        said = {x: y for (x, y), before in zip(said.items(), then, strict=True) if y != before}
    if not world and (came is None or came.form == "sillytavern"):
        head.setdefault("extensions", {})
    head |= said
    return {x: y for x, y in head.items() if y is not None or x not in said}


def _entries(now: Now, world: bool) -> list[tuple[str, Json]]:
    """The entries by what names them in the file, in its order; those that are new come last."""
    by_entry = {x.entry: x for x in now.entries if x.entry}
    found: list[tuple[str, Json]] = []
    if now.came is not None:
        same = (now.came.book.form == "sillytavern") == world
        for read in read_entries(now.came.book, now.came.names):
            then, is_now = read.entry, by_entry.pop(read.entry.entry, None)
            raw = now.came.book.entries[then.entry]
            if is_now is None and then.text:
                continue  # it was taken away
            entry = _entry(is_now) if is_now is not None else then
            found.append((then.entry, written(raw, world, then, entry) if same else _converted(raw, world, entry)))
    known = {name for name, _ in found}
    new = [x for x in now.entries if x.entry not in known]
    for x, name in zip(new, _free(known, len(new)), strict=True):
        found.append((name, written(plain(world, name), world, Entry(name), _entry(x))))
    return found


def _entry(x: Lore) -> Entry:
    return Entry(x.entry, x.name, x.keys, x.text, x.rules)


def _converted(raw: Json, world: bool, entry: Entry) -> Json:
    """An entry of one form in the other; what the other has no place for stays among its extensions."""
    made = written(plain(world, entry.entry), world, Entry(entry.entry), entry)
    extensions: Any = raw.get("extensions")
    kept = dict(extensions) if isinstance(extensions, dict) else {}
    if world:
        return made | ({"extensions": kept} if kept else {})
    kept |= {x: y for x, y in raw.items() if x != "extensions"}
    return made | {"extensions": {x: y for x, y in kept.items() if x not in NAMES} | made["extensions"]}


def _free(taken: Iterable[str], count: int) -> Sequence[str]:
    numbers = [int(x) for x in taken if x.isascii() and x.isdecimal() and len(x) < 10]
    first = max(numbers, default=-1) + 1
    return [str(first + n) for n in range(count)]
