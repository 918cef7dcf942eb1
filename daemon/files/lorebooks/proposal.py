"""What a lorebook would make of a story: a book and its entries; what is kept besides, and what looks odd. Pure."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec

from daemon.files.cards import macros
from daemon.files.lorebooks.book import Json, Lorebook
from daemon.files.lorebooks.entry import Entry, Names, Read, read
from daemon.files.tidy import tidy
from daemon.telling.lore.keys import MOST_EXPRESSIONS, is_expression
from daemon.telling.lore.patterns import compiled, slashed
from protocol.commands import AddBook, Command
from protocol.errors import bad_import
from protocol.ids import EntityId

UNNAMED = "Lorebook"
MOST_KEYS, MOST_PATTERNS = 20_000, 500
"""Keys that a book may have, and regular expressions of it that are looked over."""

ODD, KEPT = 30, 100
"""The most sentences on what is odd, and names of what is kept."""

DESCRIPTION = 4000
"""Characters of a description that are kept by themselves."""

_HEAD = frozenset({
    "name", "description", "scan_depth", "token_budget", "recursive_scanning", "entries", "spec", "data",
})  # fmt: skip


class Heading(msgspec.Struct, frozen=True):
    """What the entries of a book have in common."""

    name: str
    description: str
    scan_depth: int | None
    budget: int | None
    stirring: bool


class Proposal(msgspec.Struct, frozen=True):
    """What a lorebook comes to. `entries` are those that say something; `drawn`: whether anything was left to chance,
    and `timely`: whether anything depends on the story's clock."""

    heading: Heading
    entries: list[Entry]
    drawn: bool
    timely: bool
    kept: list[str]
    odd: list[str]

    def commands(self, book: str, lens: list[EntityId], card: EntityId | None = None) -> list[Command]:
        """What adds the book under this id, known to these."""
        head = self.heading
        added = AddBook(
            book=book, name=head.name, description=head.description, scan_depth=head.scan_depth, budget=head.budget,
            stirring=head.stirring, lens=lens, card=card,
        )  # fmt: skip
        return [added, *(x.command(book, lens) for x in self.entries)]


def proposal(book: Lorebook, names: Names, called: str = "", within: str = "") -> Proposal:
    """What a lorebook comes to; `called` is its name where it has none, `within` the place of a book in a card.

    Raises Fault(BAD_IMPORT) for a text that is too long, and for too many keys.
    """
    entries = read_entries(book, names, within)
    if sum(len(x.entry.keys) for x in entries) > MOST_KEYS:
        raise bad_import(f"{within}entries", f"have more than {MOST_KEYS} keys")
    raw = [_content(x) for x in book.entries.values()]
    return Proposal(
        heading=heading(book, names, called), entries=[x.entry for x in entries if x.entry.text],
        drawn=macros.leaves_to_chance(raw), timely=macros.asks_the_time(raw), kept=_kept(book.head, entries),
        odd=_some(_odd(entries)),
    )  # fmt: skip


def heading(book: Lorebook, names: Names, called: str = "") -> Heading:
    """What the entries of a book have in common; `called` is its name where it has none."""
    head = book.head
    return Heading(
        name=tidy(_text(head.get("name")) or called) or UNNAMED,
        description=names.put_into(_text(head.get("description"))[:DESCRIPTION], "description"),
        scan_depth=_number(head.get("scan_depth"), 1000), budget=_number(head.get("token_budget"), 10**6),
        stirring=_flag(head.get("recursive_scanning"), book.form == "sillytavern"),
    )  # fmt: skip


def read_entries(book: Lorebook, names: Names, within: str = "") -> list[Read]:
    """All entries of a book, also those that say nothing. Raises Fault(BAD_IMPORT) for a text that is too long."""
    world = book.form == "sillytavern"
    return [read(name, x, world, names, f"{within}entries[{name[:40]}]") for name, x in book.entries.items()]


def id_of(name: str, seed: int) -> str:
    """An id for a book, which another import of the same would not have."""
    return f"book-{hashlib.sha256(f'{seed} {name}'.encode()).hexdigest()[:10]}"


def _content(entry: Json) -> str:
    return _text(entry.get("content"))


def _kept(head: Json, entries: Sequence[Read]) -> list[str]:
    names = [x for x, value in head.items() if x not in _HEAD and value not in (None, "", [], {})]
    names += [f"entries.{x}" for x in dict.fromkeys(x for entry in entries for x in entry.unused)]
    return [tidy(x)[:80] for x in names[:KEPT]]


def _odd(entries: Sequence[Read]) -> Iterator[str]:
    """What a person should look at, in sentences."""
    silent = sum(not x.entry.text for x in entries)
    if silent:
        yield f"{_entries(silent)} no text, so nothing is made of {'it' if silent == 1 else 'them'}."
    for x in entries:
        if x.wrong:
            yield f"In {_called(x.entry)}, {', '.join(dict.fromkeys(x.wrong))} can't be read and is left out."
    idle = [x.entry for x in entries if x.entry.text and not x.entry.keys and not x.entry.rules.constant]
    if idle:
        yield f"{_entries(len(idle))} no keys and would never come up: {', '.join(_called(x) for x in idle[:5])}."
    yield from _bad_patterns(x.entry for x in entries)
    expressions = sum(is_expression(key, x.entry.rules) for x in entries for key in _keys(x.entry))
    if expressions > MOST_EXPRESSIONS:
        yield (
            f"{expressions:,} keys are regular expressions; for each prompt, the first {MOST_EXPRESSIONS:,} are tried,"
            " and the others find nothing. Plain words cost much less."
        )
    if unknown := macros.unknown(x.entry.text for x in entries):
        named = ", ".join("{{" + x + "}}" for x in unknown[:10])
        yield f"These macros are not known here and stand as they are: {named}."


def _bad_patterns(entries: Iterator[Entry]) -> Iterator[str]:
    keys = ((x, key) for x in entries for key in _keys(x))
    written = ((x, key, found) for x, key in keys if (found := slashed(key)) is not None)
    for x, key, found in islice(written, MOST_PATTERNS):
        pattern = compiled(*found)
        if pattern.compiled is None:
            yield f"The key {tidy(key)[:60]} of {_called(x)} {pattern.why}, so it finds nothing."


def _keys(x: Entry) -> tuple[str, ...]:
    return (*x.keys, *x.rules.secondary, *x.rules.also, *x.rules.never)


def _some(odd: Iterator[str]) -> list[str]:
    found = list(odd)
    more = len(found) - ODD
    return found if more <= 0 else [*found[:ODD], f"And so in {more} other places."]


def _entries(count: int) -> str:
    return "1 entry has" if count == 1 else f"{count} entries have"


def _called(entry: Entry) -> str:
    return f"“{entry.name[:60]}”" if entry.name else f"entry {tidy(entry.entry)[:40]}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any, most: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10**15:
        return None
    return min(int(value), most)


def _flag(value: Any, otherwise: bool) -> bool:
    return value if isinstance(value, bool) else otherwise
