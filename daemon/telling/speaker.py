"""Who answers: the bot that was asked for, addressed by name, or whose turn it is among those present. Pure."""

import re
from collections.abc import Sequence

from daemon.story.state import State
from daemon.telling.naming import named_at
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
    named = {e: at for e in near if (at := named_at(text, truth.entities[e].name)) is not None}
    told = [e for e in to if e in able] or sorted(named, key=named.__getitem__)
    waiting = [e for e in near if e != last]
    return next(iter([*told, *waiting, *near]), None)


_ALL = re.compile(r"\b(both of you|you two|you both|the two of you|everyone|everybody|all of you)\b", re.IGNORECASE)


def answering(
    truth: State, teller: EntityId, text: str, to: Sequence[EntityId], asked: EntityId | None, last: EntityId | None
) -> list[EntityId]:
    """Those who answer in one turn, in order: the next speaker and, where both are addressed, the other one."""
    first = choose(truth, teller, text, to, asked, last)
    if first is None or asked is not None:
        return [first] if first is not None else []
    others = [e for e in bots(truth) if e not in (first, teller) and truth.entities[e].awake]
    here = truth.entities[teller].container if teller in truth.entities else None
    return [first, *(e for e in others if e in to or (truth.entities[e].container == here and _meant(truth, e, text)))]


def _meant(truth: State, e: EntityId, text: str) -> bool:
    return bool(_ALL.search(text)) or named_at(text, truth.entities[e].name) is not None
