"""Which entries of lore come up, and why: by their keys in the last lines, or in each other's texts. Pure.

Only what the mind itself knows is looked at: its own entries, and lines that it perceived. Nothing is drawn from a
clock or from numbers of the log: what comes up by chance is drawn by the words that were said, so that a prompt can be
built again to the same bytes, and nothing that a mind does not know can change what it draws.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from daemon.story.state import Lore, State
from daemon.telling.lore.keys import Search, Text
from protocol.views import LineView
from protocol.world import LoreRules

DEPTH = 6
"""Lines in which keys are looked for where nobody says how many."""

SCANNED, STIRRING = 40_000, 20_000
"""Characters of the last lines, and of texts of entries, in which keys are looked for."""

ROUNDS = 8
"""How often what came up may bring up more."""

SHARE = 0.25
"""The share of a prompt that lore may have."""

DRAWN_BY = 4
"""The last lines by which is drawn what comes up by chance."""

ALWAYS = "always"


class Came(msgspec.Struct, frozen=True):
    """An entry that came up: its id, its words, what brought it up, how many lines above the end it stands (None:
    with the others), and whether it is there in every prompt (`lasts`)."""

    lore: str
    text: str
    why: str
    depth: int | None = None
    lasts: bool = False


def counts_lines(mind: State) -> bool:
    """Whether a mind has an entry that asks how many lines of bots were told."""
    return any(x.rules.after or x.rules.every for x in mind.lore.values())


def coming_up(
    mind: State, lines: Sequence[LineView], count: Callable[[str], int], budget: int, told: int = 0
) -> list[Came]:
    """The entries that come up after these lines, in the order in which they stand; `told` are the lines of bots so
    far, `budget` the tokens of the whole prompt by `count`."""
    said = [x.text for x in lines if x.text]
    came = _Coming(mind, said, told).all()
    kept = _within_budgets(mind, came, count, int(budget * SHARE))
    return [
        Came(id, mind.lore[id].text, why, mind.lore[id].rules.depth or None, _lasts(mind.lore[id]))
        for id, why in sorted(kept.items(), key=lambda x: mind.lore[x[0]].rules.order)
    ]


class _Coming:
    """Finds out what comes up, in rounds: first by what was said, then by the texts of what came up."""

    def __init__(self, mind: State, said: Sequence[str], told: int) -> None:
        self.mind, self.said = mind, said
        self.may = {id: x for id, x in mind.lore.items() if _may(x.rules, told)}
        self.came: dict[str, str] = {}
        self._search = Search()
        self._texts: dict[int, Text] = {}
        self._stirring = ""
        self._taken: set[str] = set()

    def all(self) -> dict[str, str]:
        """Why each entry came up, by its id, in the order in which the mind has them."""
        new = self._round({id: x for id, x in self.may.items() if not x.rules.stirred_only}, None)
        for _ in range(ROUNDS):
            text = self._texts_of(new)
            if not text.strip():
                break
            self._stirring += text
            stirred = {id: x for id, x in self.may.items() if not x.rules.unstirred and _stirs(self.mind, x)}
            new = self._round(stirred, Text(text))
        return {id: self.came[id] for id in self.mind.lore if id in self.came}

    def _round(self, asked: Mapping[str, Lore], stirring: Text | None) -> list[str]:
        """The ids of those of these that come up in this round; who might have and lost a draw, may no more."""
        found: dict[str, str] = {}
        for id, x in asked.items():
            why = self._why(x, stirring)
            if why and id not in self.came:
                self.may.pop(id)
                if self._drawn(x.rules.probability, x.text, *x.keys):
                    found[id] = why
        new = self._one_of_each_group(found)
        self.came |= {id: found[id] for id in new}
        return new

    def _why(self, x: Lore, stirring: Text | None) -> str:
        """What brings an entry up; nothing, if it does not come up."""
        rules, search = x.rules, self._search
        if rules.constant or not x.keys:
            return ALWAYS if stirring is None else ""
        text = self._text(x)
        key = search.first(x.keys, rules, stirring or text)
        if key is None:
            return ""
        if stirring is not None:
            text = Text(f"{text.as_is}\n{self._stirring}")
        also = search.first(rules.also, rules, text)
        if (rules.also and also is None) or search.first(rules.never, rules, text) is not None:
            return ""
        second = self._second(rules, text)
        if second is None:
            return ""
        where = " in the text of another" if stirring is not None else ""
        return " with ".join(f"“{k}”" for k in (key, also, second) if k) + where

    def _second(self, rules: LoreRules, text: Text) -> str | None:
        """What of the secondary keys is told as a reason, perhaps nothing; None where they keep the entry away."""
        if not rules.secondary:
            return ""
        search = self._search
        match rules.logic:
            case "any":
                return search.first(rules.secondary, rules, text)
            case "all":
                return ", ".join(rules.secondary) if search.every(rules.secondary, rules, text) else None
            case "not_any":
                return None if search.first(rules.secondary, rules, text) is not None else ""
        return None if search.every(rules.secondary, rules, text) else ""

    def _text(self, x: Lore) -> Text:
        """The last lines in which the keys of an entry are looked for."""
        book = self.mind.books.get(x.book)
        depths = (x.rules.scan_depth, book.scan_depth if book is not None else None, DEPTH)
        depth = next(d for d in depths if d is not None)
        if depth not in self._texts:
            self._texts[depth] = Text("\n".join(self.said[-depth:] if depth else [])[-SCANNED:])
        return self._texts[depth]

    def _texts_of(self, new: Iterable[str]) -> str:
        """The texts of these entries that may bring up others, as long as all such texts are not too long."""
        texts = [x.text for id in new for x in (self.mind.lore[id],) if _stirs(self.mind, x) and not x.rules.stirs_none]
        return "".join(f"{text}\n" for text in texts)[: max(0, STIRRING - len(self._stirring))]

    def _one_of_each_group(self, found: Mapping[str, str]) -> list[str]:
        """The ids of what comes up: of those that share a group one, and none where one came up before."""
        groups: dict[str, list[str]] = {}
        for id in found:
            for group in _groups(self.mind.lore[id]):
                groups.setdefault(group, []).append(id)
        lost = {id for group, ids in groups.items() for id in ids if group in self._taken}
        for group, ids in groups.items():
            left = [id for id in ids if id not in lost]
            if left:
                won = self._winner(group, left)
                lost |= {id for id in left if id != won}
                self._taken.add(group)
        return [id for id in found if id not in lost]

    def _winner(self, group: str, ids: Sequence[str]) -> str:
        lore = self.mind.lore
        preferred = [id for id in ids if lore[id].rules.preferred]
        if preferred:
            return max(preferred, key=lambda id: lore[id].rules.order)
        at = self._chance(group, *(lore[id].text for id in ids)) * sum(lore[id].rules.weight for id in ids)
        for id in ids:
            at -= lore[id].rules.weight
            if at < 0:
                return id
        return ids[0]

    def _drawn(self, probability: int, *what: str) -> bool:
        return probability >= 100 or self._chance(*what) * 100 < probability

    def _chance(self, *what: str) -> float:
        """A number from 0 up to 1 that depends on these words and on the last lines alone."""
        words = msgspec.json.encode([self.said[-DRAWN_BY:], what])
        return int.from_bytes(hashlib.sha256(words).digest()[:6]) / 2**48


def _lasts(x: Lore) -> bool:
    """Whether nothing that is said or drawn decides on an entry."""
    rules = x.rules
    always = rules.constant or not x.keys
    return always and not (rules.group or rules.probability < 100 or rules.after or rules.every)


def _may(rules: LoreRules, told: int) -> bool:
    return rules.enabled and told >= rules.after and (not rules.every or told % rules.every == 0)


def _stirs(mind: State, x: Lore) -> bool:
    book = mind.books.get(x.book)
    return book is not None and book.stirring


def _groups(x: Lore) -> Iterator[str]:
    yield from (group for name in x.rules.group.split(",") if (group := name.strip()))


def _within_budgets(
    mind: State, came: Mapping[str, str], count: Callable[[str], int], budget: int
) -> dict[str, str]:  # fmt: skip
    """What came up and fits, by the ids: first what is always there, then by priority and order."""
    left = {id: book.budget for id, book in mind.books.items() if book.budget is not None}
    kept: set[str] = set()

    def rank(id: str) -> tuple[bool, int, int]:
        rules = mind.lore[id].rules
        return (not _lasts(mind.lore[id]), -rules.priority, -rules.order)

    for id in sorted(came, key=rank):
        cost, book = count(mind.lore[id].text) + 1, mind.lore[id].book
        if cost <= budget and cost <= left.get(book, cost):
            budget -= cost
            left |= {book: left[book] - cost} if book in left else {}
            kept.add(id)
    return {id: why for id, why in came.items() if id in kept}
