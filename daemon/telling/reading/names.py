"""Finding what a reader names, by its id or by what it is called; and the ids of what is new. Pure."""

import re
import unicodedata
from collections.abc import Container, Mapping

from daemon.story.state import State
from daemon.story.words import stem, words
from daemon.telling.naming import named_at
from protocol.ids import ENTITIES, EntityId

_BEFORE = re.compile(
    r"^(?:(?:to|into|in|on|onto|at|from|a|an|the|some|one|my|your|his|her|its|our|their|\w+['’]s?)\s+)+", re.IGNORECASE
)
_OWNER = re.compile(r"^(?:(?:a|an|the|some|one|to|into|in|on|onto|at|from)\s+)*([\w-]+)['’]s?\s+\w", re.IGNORECASE)
_NOT_IN_ID = re.compile(r"[^a-z0-9]+")


def bare(name: str) -> str:
    """A name without articles, owners and what leads to it: `Robin's damp coat` is a damp coat."""
    return _BEFORE.sub("", name.strip()).strip(" .,;:") or name.strip()


def owner(name: str) -> str | None:
    """Whose a thing is by its name: Ilse, of `Ilse's tin`."""
    named = _OWNER.match(name.strip())
    return named[1] if named else None


def slug(name: str) -> str | None:
    """An id that says what it names; None where no letter is left of it."""
    plain = unicodedata.normalize("NFKD", bare(name)).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_ID.sub("-", plain).strip("-")[:40].strip("-") or None


def own_name(named: str) -> str:
    """What a reader calls something, however it begins and is written: `The  Topmost letter` is the topmost letter."""
    return " ".join(bare(named).casefold().split())


def unused(id: str, taken: Container[str]) -> str:
    """The id itself, or with the first number from 2 on with which it is not taken."""
    made, n = id, 2
    while made in taken:
        made, n = f"{id}-{n}", n + 1
    return made


def kin(name: str) -> frozenset[str]:
    """The stems of a name's words, by which singular and plural are one."""
    return frozenset(stem(w) for w in words(bare(name)))


def kin_of(text: str) -> frozenset[str]:
    """The stems of all words of a text."""
    return frozenset(stem(w) for w in words(text))


BODY = kin_of(
    "arm back beard body brow cheek chest chin ear eye face finger fist foot forehead grasp grip hair hand head heel "
    "hip jaw knee lap leg lip lips mouth neck nose palm shoulder thumb toe throat waist wrist"
)
"""Parts of the body, by their names in English: they are no things of their own."""


def found(named: str, names: Mapping[str, str], first: frozenset[str] = frozenset()) -> str | None:
    """The id that is meant: one of these ids, also where it was made of this name, else the one that is so called, else
    the only one that can be meant.

    Of several that are called alike those of `first` come first. A part of a name is enough where it fits one alone.
    """
    said = named.strip().rsplit(":", 1)[-1].strip() if named.strip() not in names else named.strip()
    if said in names:
        return said
    if (id := slug(said)) in names:
        return id
    wanted = kin(said)
    if not wanted:
        return None
    alike = {id: kin(name) for id, name in names.items()}
    exact = [id for id, called in alike.items() if called == wanted]
    if exact:
        return next((id for id in reversed(exact) if id in first), exact[-1])
    partly = [id for id, called in alike.items() if wanted < called]
    near = [id for id in partly if id in first] or partly
    return near[0] if len(near) == 1 else None


def person(named: str, state: State) -> EntityId | None:
    """Somebody of the cast, by id or by name; `Oren's hands` are Oren, `Oren's bed` is not, nor is what has this id."""
    said = named.strip()
    if owner(said) is not None and not (kin_of(said) & BODY):
        return None
    by_id = next((e for e in ENTITIES if e == said.casefold() and e in state.entities), None)
    if by_id is not None or said in state.containers or said in state.props:
        return by_id
    called = [e for e, x in state.entities.items() if named_at(said, x.names) == 0]
    return called[0] if len(called) == 1 else None
