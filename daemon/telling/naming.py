"""Whether a text names somebody: by the whole name, or by its first word. Pure."""

import re

from daemon.story.state import State
from daemon.story.words import LITTLE

_ARTICLES = ("a", "an", "the")


def named_at(text: str, name: str) -> int | None:
    """Where a text first names somebody, whatever the case; None where it does not."""
    found = re.search(rf"(?<!\w)({pattern(name)})(?!\w)", text, re.IGNORECASE)
    return found.start() if found else None


def words_of_names(mind: State) -> frozenset[str]:
    """The words, in lower case, of what people, places, things and plans are called."""
    called = [x.name for part in (mind.entities, mind.containers, mind.props) for x in part.values()]
    called += [x.title for x in mind.occasions.values()]
    called += [s.slot for c in mind.containers.values() for s in c.slots]
    return frozenset(w for name in called for w in re.findall(r"[\w']+", name.lower())) - LITTLE


def pattern(name: str) -> str:
    """A pattern for what somebody is called."""
    first = next((w for w in name.split() if w.lower() not in _ARTICLES), name)
    return f"{re.escape(name)}|{re.escape(first)}"
