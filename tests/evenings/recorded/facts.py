"""The words in which facts are told: what somebody, or nobody in particular, would call true of the story just now.

    fact("Pim is in the green room", person("b", at="green"))
    fact("Casimir believes the envelope to be on the table", thing("envelope", spot="table"), "a")
    secret("Casimir, above, does not hear them", "nobody hears us", "a")

What one can say of things and people is in bodies.py, what of minds and of the story in minds.py. Names and texts are
patterns, found anywhere and in any case. A fact is about the truth unless a lens is given.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

Lens = tuple[str, ...]
Data = dict[str, Any]
Key = tuple[str, Lens]


class Wanting(Exception):  # noqa: N818 - no error: it says which view a fact needs
    """Raised by Views for a view that has not been looked at yet."""

    def __init__(self, view: str, lens: Lens) -> None:
        super().__init__(view, lens)
        self.view, self.lens = view, lens


class Views:
    """The story as its views show it after a turn. `earlier` are the feelings and moods after each turn before, that at
    the start first; `prompts` all that was sent for somebody's mind."""

    def __init__(self, turn: int, earlier: Sequence[Mapping[str, Any]], prompts: Mapping[str, Sequence[str]]) -> None:
        self.turn, self.earlier, self.prompts = turn, earlier, prompts
        self.seen: dict[Key, Data] = {}

    def of(self, view: str, lens: Lens) -> Data:
        """A view through a lens. Raises Wanting where it is still to be fetched."""
        if (view, lens) not in self.seen:
            raise Wanting(view, lens)
        return self.seen[view, lens]

    def entity(self, who: str, lens: Lens) -> Data:
        """Somebody as the lens has them."""
        return self.of(f"entity {who}", lens)

    def places(self, lens: Lens) -> Mapping[str | None, str]:
        """What each place is called."""
        return {c["container"]: c["name"] for c in self.of("world", lens)["containers"]}

    def parts(self, lens: Lens) -> list[tuple[Data, Data]]:
        """Each part of each line, with the line."""
        return [(line, part) for line in self.of("transcript", lens)["lines"] for part in line["parts"] or [line]]


Check = Callable[[Views, Lens], bool]


class Without(str):
    """A pattern that is not found."""


class Fact(NamedTuple):
    """What is true in words, and how that is seen. It is so after one turn; a secret up to the turn `until`."""

    says: str
    check: Check
    lens: Lens
    until: int = 0


def fact(says: str, check: Check, *lens: str) -> Fact:
    """A fact, seen by all of the lens together; by nobody in particular where none is given."""
    return Fact(says, check, lens)


def fits(text: str | None, pattern: str) -> bool:
    """Whether a pattern is found in a text; or is not, where it is to be Without."""
    return (re.search(pattern, text or "", re.IGNORECASE | re.DOTALL) is not None) is not isinstance(pattern, Without)


# what joins facts


def never(check: Check) -> Check:
    """That something is not so."""
    return lambda v, lens: not check(v, lens)


def either(*checks: Check) -> Check:
    """That one of these is so."""
    return lambda v, lens: any(check(v, lens) for check in checks)


def both(*checks: Check) -> Check:
    """That all of these are so."""
    return lambda v, lens: all(check(v, lens) for check in checks)


def seen_by(*lens: str, so: Check) -> Check:
    """That something is so for others than the fact is about."""
    return lambda v, _: so(v, lens)
