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

    `last` is the bot that spoke last. Those who sleep do not answer unless they are asked for.
    """
    if asked is not None:
        return asked
    here = truth.entities[teller].container if teller in truth.entities else None
    able = [
        e for e in bots(truth) if e != teller and truth.entities[e].awake and truth.entities[e].container == here
    ] or [e for e in bots(truth) if e in to and e != teller and truth.entities[e].awake]
    if not able:
        return None
    addressed = [e for e in able if e in to] or [e for e in able if _names(text, truth.entities[e].name)]
    if addressed:
        return addressed[0]
    waiting = [e for e in able if e != last]
    return (waiting or able)[0]


def _names(text: str, name: str) -> bool:
    first = name.split()[0] if name.split() else name
    return bool(re.search(rf"\b({re.escape(name)}|{re.escape(first)})\b", text, re.IGNORECASE))
