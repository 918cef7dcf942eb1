"""Who answers: the bot that was asked for, addressed by name, or whose turn it is among those present. Pure."""

import re
from collections.abc import Sequence

from daemon.story.state import State
from protocol.ids import ENTITIES, EntityId


def bots(truth: State) -> list[EntityId]:
    """The bots of the cast."""
    return [e for e in ENTITIES if e != "you" and e in truth.entities]


def choose(
    truth: State, teller: EntityId, text: str, to: Sequence[EntityId], asked: EntityId | None, last: EntityId | None
) -> EntityId | None:
    """The next speaker, or None where nobody is there who could answer.

    Those named in `to` answer wherever they are, as a message may reach them; `last` is the bot that spoke last. Those
    who sleep do not answer unless they are asked for.
    """
    if asked is not None:
        return asked
    able = [e for e in bots(truth) if e != teller and truth.entities[e].awake]
    here = truth.entities[teller].container if teller in truth.entities else None
    near = [e for e in able if truth.entities[e].container == here]
    named = {e: at for e in near if (at := _named_at(text, truth.entities[e].name)) is not None}
    told = [e for e in to if e in able] or sorted(named, key=named.__getitem__)
    waiting = [e for e in near if e != last]
    return next(iter([*told, *waiting, *near]), None)


_ARTICLES = ("a", "an", "the")


def _named_at(text: str, name: str) -> int | None:
    """Where a text first names somebody, by the whole name or its first word; None where it does not."""
    first = next((w for w in name.split() if w.lower() not in _ARTICLES), name)
    found = re.search(rf"(?<!\w)({re.escape(name)}|{re.escape(first)})(?!\w)", text, re.IGNORECASE)
    return found.start() if found else None
