"""What the last lines did that has not been read into the world yet: there the world is behind them, so a prompt leaves
it to the lines to say where these things are and what these people do. Pure.

In doubt something counts as done: what is left out of a moment stands in the lines right above it.
"""

import re
from collections.abc import Sequence

from daemon.story.words import LITTLE, stem, telling, words
from daemon.telling.naming import named_at
from daemon.telling.prompt.telling import Telling, all_names_of, name_of
from protocol.ids import EntityId, Seq
from protocol.views import LineView, PartView

DONE = ("action", "narration")
"""Manners of parts that do something."""

MOST = 12
"""Lines that count as unread: where nothing is read at all, the older ones are told as the world has them."""

_TAIL = re.compile(r"\s(?:with|of|for|from|in|on|by)\s.*", re.IGNORECASE)
_LOOKS = frozenset(
    words(
        "old new big small little large long short tall wide broad thick thin heavy light dark bright red blue green "
        "yellow black white grey gray brown silver gold golden wooden iron brass tin glass paper leather silk wool "
        "wet dry damp warm cold empty full first second third last other half"
    )
)
"""Words of a name that are of many things."""


def unread(t: Telling) -> list[LineView]:
    """The lines that nobody has read yet."""
    return [x for x in t.lines[-MOST:] if t.unread_from is not None and x.seq >= t.unread_from]


def done(t: Telling) -> list[tuple[EntityId | None, PartView]]:
    """What was done in these lines, each with who did it."""
    return [(x.who, p) for x in unread(t) for p in x.parts if p.text and p.manner in DONE]


def acted(t: Telling) -> frozenset[EntityId]:
    """Those who did something, or of whom it was told, since it was last known how they are."""

    def is_of(e: EntityId, who: EntityId | None, part: PartView) -> bool:
        known = t.mind.sources.get(f"activity.{e}", 0)
        return part.seq > known and (who == e or named_at(part.text, all_names_of(t, e)) is not None)

    told = done(t)
    return frozenset(e for e in t.mind.entities if any(is_of(e, who, part) for who, part in told))


def handled(t: Telling) -> frozenset[str]:
    """The things that were named by what was done since it was last known where they are."""
    told: list[tuple[Seq, set[str]]] = [(p.seq, {stem(w) for w in words(p.text)}) for _, p in done(t)]
    if not told:
        return frozenset()
    called = names(t)
    return frozenset(
        p
        for p in t.mind.props
        if any(seq > t.mind.sources.get(f"prop.{p}", 0) and not called[p].isdisjoint(said) for seq, said in told)
    )


def names(t: Telling) -> dict[str, set[str]]:
    """By which words, as stems, each thing is known where it is named: what it is, and what no other is called."""
    every = {p: [stem(w) for w in telling(x.name)] for p, x in t.mind.props.items()}
    people = {stem(w) for e in t.mind.entities for w in words(name_of(t, e))}
    common = {stem(w) for w in _LOOKS | LITTLE} | people
    found = {}
    for p, mine in every.items():
        others = {w for q, theirs in every.items() if q != p for w in theirs}
        own = {w for w in mine if w not in others and w not in common and len(w) > 2}
        found[p] = own | {w for w in heads(t.mind.props[p].name) if w not in people}
    return found


def heads(name: str) -> Sequence[str]:
    """The word, as a stem, for what a thing is: `case` of `leather case`, `tray` of `tray with eight glasses`."""
    return [stem(w) for w in telling(_TAIL.sub("", name))[-1:]]
