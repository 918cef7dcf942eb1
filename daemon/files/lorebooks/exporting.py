"""Which lore of a story goes into a lorebook, with the files that it came from."""

import asyncio

from daemon.files.cards.card import card as read_card
from daemon.files.cards.macros import Chance
from daemon.files.cards.proposal import BOOK, called
from daemon.files.lorebooks.book import Json, lorebook, of_object
from daemon.files.lorebooks.entry import Names
from daemon.files.lorebooks.writing import Came, Now, whole
from daemon.files.reader import Chronicle
from daemon.live.views import Viewpoint
from daemon.story.state import Book, State
from protocol.errors import Fault, not_found
from protocol.events import CardKept
from protocol.ids import EntityId


async def book_now(chronicle: Chronicle, where: Viewpoint, truth: State, book: str | None) -> Now:
    """A book as it is now; without an id the only one, or else all lore of the story together. Raises not found."""
    if book is None and len(truth.books) == 1 and all(x.book in truth.books for x in truth.lore.values()):
        book = next(iter(truth.books))
    if book is None:
        return Now(Book(where.story.title, stirring=True), list(truth.lore.values()))
    if book not in truth.books:
        raise not_found("book", book)
    now, entries = truth.books[book], [x for x in truth.lore.values() if x.book == book]
    if now.card is not None:
        kept = await chronicle.card(where, now.card)
        return Now(now, entries, await asyncio.to_thread(of_card, kept) if kept is not None else None)
    file = await chronicle.book(where, book)
    if file is None:
        return Now(now, entries)
    came = await asyncio.to_thread(lorebook, file.file.encode())
    return Now(now, entries, Came(came, Names(file.char, file.user, Chance(file.seed, file.clock)), file.called))


def of_card(kept: CardKept) -> Came | None:
    """The book that a kept card has, if it has one that could be read."""
    card = read_card(kept.card.encode())
    raw, char = card.data.get(BOOK), called(card)
    try:
        found = of_object(raw if isinstance(raw, dict) else {})
    except Fault:
        return None
    return Came(found, Names(char, kept.user, Chance(kept.seed, kept.clock)), char)


def for_card(truth: State, entity: EntityId, came: Came | None) -> Json | None:
    """The book of a character's card: the one that it came with, and what they alone know besides; None for none."""
    id, book = next(((id, x) for id, x in truth.books.items() if x.card == entity), ("", None))
    entries = [x for x in truth.lore.values() if (x.book == id if x.book else x.lens == [entity])]
    if book is None and not entries:
        return None
    if book is None:
        return whole(Now(Book(truth.entities[entity].name), entries), "v2")
    return whole(Now(book, entries, came), None if came is not None else "v2")
