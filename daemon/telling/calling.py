"""How places, people and things may be called in prose: by the whole of their names, or by a word of it. Pure."""

import re
from collections.abc import Mapping
from typing import TypeVar

from daemon.story.state import State

K = TypeVar("K")

_SMALL = (
    "the", "a", "an", "of", "in", "on", "at", "to", "by", "for", "and", "old", "new", "big", "small", "little", "great",
    "upper", "lower", "inner", "outer",
)  # fmt: skip


def places(mind: State) -> dict[str, str]:
    """Places by what they are called: the name, and any word of it that fits no other place."""
    found = called({id: x.name for id, x in mind.containers.items()})
    by_word: dict[str, set[str]] = {}
    for id, x in mind.containers.items():
        for word in re.findall(r"[\w'’-]+", x.name.casefold()):
            by_word.setdefault(word, set()).add(id)
    one = {w: next(iter(ids)) for w, ids in by_word.items() if len(ids) == 1 and w not in _SMALL}
    return {**one, **found}


def called(names: Mapping[K, str], *, first: bool = False, last: bool = False) -> dict[str, K]:
    """Ids by what they are called, folded: the whole name, without its article, and by its `first` or `last` word where
    that is done. What two are called is no name."""
    found: dict[str, K] = {}
    twice: set[str] = set()
    for id, name in names.items():
        bare = re.sub(r"^(?:the|a|an)\s+", "", name.casefold())
        for called in {name.casefold(), bare, *bare.split()[:1] * first, *bare.split()[-1:] * last}:
            twice |= {called} if called in found else set()
            found[called] = id
    return {called: id for called, id in found.items() if called and called not in twice}


def any_of(names: Mapping[str, object]) -> str:
    """A pattern for any of these, the longest first; one that nothing matches, if there are none."""
    return "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True)) or "(?!)"
