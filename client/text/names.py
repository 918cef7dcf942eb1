"""From what a person types to the ids it means: names, beginnings of names, lenses."""

import re
from collections.abc import Mapping
from typing import Any

from client.text.plain import one_line
from protocol.ids import ENTITIES, EntityId

TRUTH = ("truth", "all", "-", "nobody")
"""What one may type for no lens: everything is shown."""

ME = ("me", "i", "myself")
"""What one may type for one's own character, where nobody is called so."""

MOST = 12
"""Names that a message lists; the rest are counted."""


class Unclear(Exception):  # noqa: N818 - what is told to the user
    """What was typed names nothing or too much; the message says what there is."""


def find(word: str, names: Mapping[str, str], what: str) -> str:
    """The id that the word means among `{id: name}`: the id or name that it equals (an article of the name may be
    left off), else the one id or name that begins with it; a name may begin at any of its words. Case does not matter.

    `what` says in messages what is looked for. Raises Unclear for no word, where nothing fits, and where several do.
    """
    wanted = word.strip().casefold()
    if word in names:
        return word
    if not wanted:
        raise Unclear(f"Which {what}? You can choose {listed(names, 'or')}." if names else f"There is no {what} yet.")
    exact = [id for id, name in names.items() if wanted in (id.casefold(), name.casefold(), bare(name))]
    begins = [id for id, name in names.items() if wanted and _begins(wanted, id, name)]
    for found in (exact, begins):
        if len(found) == 1:
            return found[0]
        if found:
            raise Unclear(f"“{one_line(word, 40)}” could be {listed({id: names[id] for id in found}, 'or')}.")
    there = f" You can choose {listed(names, 'or')}." if names else ""
    raise Unclear(f"There is no {what} “{one_line(word, 40)}”.{there}")


def lens_of(words: str, names: Mapping[str, str]) -> list[EntityId]:
    """The lens that these words name (`a`, `Mara,you`: what Mara takes you to know, `me`); none of them, or `truth`, is
    the truth."""
    given = [w for w in re.split(r"[\s,+&]+", words) if w]
    if [w.casefold() for w in given] in [[t] for t in TRUTH]:
        return []
    found = list(dict.fromkeys(_person(w, names) for w in given))
    return found if len(found) < 3 else list(ENTITIES)


def _person(word: str, names: Mapping[str, str]) -> EntityId:
    """Who a word of a lens means: somebody may be named by id who is not there yet. Raises Unclear."""
    id = "you" if word.casefold() in ME and "you" in names else word
    return next(e for e in ENTITIES if e == (id if id in ENTITIES else find(word, names, "person")))


def listed(names: Mapping[Any, str], word: str = "and") -> str:
    """Names as a phrase: `Mara, Oren and Sam`; with the ids of those that share one."""
    shared = [name for name in names.values() if list(names.values()).count(name) > 1]
    told = [one_line(f"{name} ({id})" if name in shared else name, 60) for id, name in names.items()]
    if len(told) > MOST:
        told[MOST - 1 :] = [f"{len(told) - MOST + 1:,} more"]
    return f" {word} ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def split_name(words: str, names: Mapping[str, str], what: str) -> tuple[str, str]:
    """The id that the beginning of the words means (the longest that does) and the rest of them."""
    parts = words.split()
    for n in range(len(parts), 0, -1):
        try:
            id = find(" ".join(parts[:n]), names, what)
        except Unclear:
            continue
        return id, words.split(None, n)[n] if len(parts) > n else ""
    return find(parts[0] if parts else "", names, what), ""


def bare(name: str) -> str:
    """A name folded, without its article."""
    return re.sub(r"^(the|a|an)\s+", "", name.casefold())


def _begins(wanted: str, id: str, name: str) -> bool:
    words = name.casefold().split()
    return id.casefold().startswith(wanted) or any(" ".join(words[i:]).startswith(wanted) for i in range(len(words)))
