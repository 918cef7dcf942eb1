"""Whether a text names somebody: by the whole name, by its first word, or by what else they are called. Pure."""

import re

from daemon.story.state import State
from daemon.story.words import LITTLE

_ARTICLES = ("a", "an", "the")


Names = str | tuple[str, ...]
"""A name, or all names of one and the same."""


def named_at(text: str, name: Names) -> int | None:
    """Where a text first names somebody, whatever the case; None where it does not."""
    found = re.search(rf"(?<!\w)({pattern(name)})(?!\w)", text, re.IGNORECASE)
    return found.start() if found else None


def words_of_names(mind: State) -> frozenset[str]:
    """The words, in lower case, of what people, places, things and plans are called."""
    called = [x.name for part in (mind.entities, mind.containers, mind.props) for x in part.values()]
    called += [x.nickname for x in mind.entities.values()]
    called += [x.title for x in mind.occasions.values()]
    called += [s.slot for c in mind.containers.values() for s in c.slots]
    return frozenset(w for name in called for w in re.findall(r"[\w']+", name.lower())) - LITTLE


def pattern(name: Names) -> str:
    """A pattern for what somebody is called."""
    if not isinstance(name, str):
        return "|".join(map(pattern, name))
    first = next((w for w in name.split() if w.lower() not in _ARTICLES), name)
    return f"{re.escape(name)}|{re.escape(first)}"
