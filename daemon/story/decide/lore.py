"""Deciding what there is to know about the world: entries of lore and the books that they are in, and who knows them.

Only those of a lens perceive that an entry is there, what it says, and that it goes. Where one is set for fewer than
before, all who knew it perceive that it is gone, before it is set for those: so nobody takes others to know it still.
"""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from daemon.story.decide.desk import Context, Drafted, entity, mask, new_id
from daemon.story.decide.values import Values, values
from daemon.story.state import Book, Lore, State
from protocol.commands import AddBook, AddLore, Command, Set
from protocol.errors import INVALID_PARAMS, Fault, not_found
from protocol.events import BookKept, BookSet, LoreSet
from protocol.ids import EVERYBODY, NOBODY, EntityId, Id, Mask, Name, Text, difference, mask_of
from protocol.world import Keys, Lines, LoreRules


class LoreValues(Values, frozen=True):
    keys: Keys | None = None
    text: Text | None = None
    lens: list[EntityId] | None = None
    name: str | None = None
    book: Id | UnsetType | None = UNSET
    rules: dict[str, Any] | None = None


class BookValues(Values, frozen=True):
    name: Name | None = None
    description: str | None = None
    scan_depth: Lines | UnsetType | None = UNSET
    budget: Annotated[int, msgspec.Meta(ge=0)] | UnsetType | None = UNSET
    stirring: bool | None = None
    lens: list[EntityId] | None = None


class KeepBook(Command, frozen=True, kw_only=True):
    """Keeps the JSON text of the file that a book came from, with what its macros came to by; not a command of the
    wire."""

    book: str
    file: str
    called: str
    char: str
    user: str
    seed: int
    clock: str | None = None


def add_entry(truth: State, c: AddLore, context: Context) -> list[Drafted]:
    """An entry is given to those of its lens, or to all. Raises Fault: not found, already there."""
    id = new_id(truth.lore, c.lore, "lore", context)
    if c.book is not None:
        _book(truth, c.book)
    known = mask_of(c.lens) or mask(c, EVERYBODY)
    return [Drafted(LoreSet(id, c.keys, c.text, c.lens, c.name, c.book or "", c.entry, c.rules), known)]


def add_book(truth: State, c: AddBook, context: Context) -> list[Drafted]:
    """What the entries of a book have in common. Raises Fault: not found, already there."""
    id = new_id(truth.books, c.book, "book", context)
    if c.card is not None:
        entity(truth, c.card)
    book = BookSet(id, c.name, c.description, c.scan_depth, c.budget, c.stirring, c.lens, c.card)
    return [Drafted(book, _knowing(c.lens))]


def keep(truth: State, c: KeepBook, context: Context) -> list[Drafted]:
    """A file is kept beside the story: nobody of it perceives that. Raises Fault: not found."""
    _book(truth, c.book)
    return [Drafted(BookKept(c.book, c.file, c.called, c.char, c.user, c.seed, c.clock), NOBODY)]


def set_entry(truth: State, c: Set, context: Context) -> list[Drafted]:
    """An entry with other values; of its rules those that are given. Raises Fault: bad params, not found."""
    v, was = values(c, LoreValues), _entry(truth, c.id or "")
    if v.text == "":
        raise Fault(INVALID_PARAMS, "an entry of lore says something; `remove` takes it away")
    if v.book is not UNSET and v.book is not None:
        _book(truth, v.book)
    given = {x: getattr(v, x) for x in ("keys", "text", "lens", "name") if getattr(v, x) is not None}
    if v.book is not UNSET:
        given["book"] = v.book or ""
    now = replace(was, rules=_ruled(was.rules, v.rules or {}), **given)
    return _restated(_stated(c.id or "", was), _stated(c.id or "", now))


def set_book(truth: State, c: Set, context: Context) -> list[Drafted]:
    """A book with other values; its entries stay as they are. Raises Fault: bad params, not found."""
    v, was = values(c, BookValues), _book(truth, c.id or "")
    given = {x: y for x in v.__struct_fields__ if (y := getattr(v, x)) is not UNSET}
    given = {x: y for x, y in given.items() if y is not None or x in ("scan_depth", "budget")}
    return _restated(_bound(c.id or "", was), _bound(c.id or "", replace(was, **given)))


def removed(truth: State, id: str) -> Drafted:
    """An entry is no more. Raises Fault: not found."""
    return _gone(_stated(id, _entry(truth, id)))


def book_removed(truth: State, id: str) -> list[Drafted]:
    """A book is no more, nor are its entries. Raises Fault: not found."""
    book = _book(truth, id)
    entries = [removed(truth, x) for x, entry in truth.lore.items() if entry.book == id]
    return [*entries, _gone(_bound(id, book))]


def _restated(was: LoreSet | BookSet, now: LoreSet | BookSet) -> list[Drafted]:
    fewer = difference(_knowing(was.lens), _knowing(now.lens))
    return [*([_gone(was)] if fewer else []), Drafted(now, _knowing(now.lens))]


def _gone(was: LoreSet | BookSet) -> Drafted:
    gone = replace(was, text="") if isinstance(was, LoreSet) else replace(was, removed=True)
    return Drafted(gone, _knowing(was.lens))


def _knowing(lens: list[EntityId]) -> Mask:
    return mask_of(lens) or EVERYBODY


def _stated(id: str, x: Lore) -> LoreSet:
    return LoreSet(id, x.keys, x.text, x.lens, x.name, x.book, x.entry, x.rules)


def _bound(id: str, x: Book) -> BookSet:
    return BookSet(id, x.name, x.description, x.scan_depth, x.budget, x.stirring, x.lens, x.card)


def _entry(truth: State, id: str) -> Lore:
    if id not in truth.lore:
        raise not_found("lore", id)
    return truth.lore[id]


def _book(truth: State, id: str) -> Book:
    if id not in truth.books:
        raise not_found("book", id)
    return truth.books[id]


def _ruled(was: LoreRules, given: dict[str, Any]) -> LoreRules:
    try:
        return msgspec.convert({**msgspec.to_builtins(was), **given}, LoreRules)
    except msgspec.ValidationError as wrong:
        raise Fault(INVALID_PARAMS, f"rules of lore: {wrong}") from wrong
