"""The macros in the texts of cards and lorebooks: names are put in, what is left to chance is drawn, remarks are taken
out, and what is not understood is left and told.

All of it is put in when a file comes in, not when a prompt is made: its texts become descriptions, lines, a premise and
lore like any others, which people read and change, and nothing that tells a story has to know of macros. The file
itself is kept with its macros, and with what they were drawn by.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import msgspec

from protocol.errors import bad_import

LONGEST = 200_000
"""Characters of one text, once names are put in: all that somebody is must fit into one event."""

TIMELESS = "The story's clock is not set, so macros of the date and the time became “today” and “now”."
"""What is said where that is so."""

MOST_DICE, MOST_SIDES = 100, 1_000_000
"""Dice of one roll, and sides of a die."""

_NAMES = re.compile(r"\{\{\s{0,9}(char|user)\s{0,9}\}\}|<(bot|char|user)>", re.IGNORECASE)
_REMARK = re.compile(r"\{\{(?://|\s{0,9}(?:comment|hidden_key)\s{0,9}:)[^{}]*+\}\}", re.IGNORECASE)
_BARE = re.compile(
    r"\{\{\s{0,9}(date|time|weekday|isodate|isotime|newline|noop|trim|original)\s{0,9}\}\}", re.IGNORECASE
)
_GIVEN = re.compile(r"\{\{\s{0,9}(random|pick|roll|reverse)\s{0,9}::?([^{}]*+)\}\}|\{\{(roll)\s([^{}]*+)\}\}", re.I)
_DICE = re.compile(r"\s*(\d{0,6})\s*d\s*(\d{1,9})\s*([+-]\s*\d{1,9})?\s*|\s*(\d{1,9})\s*", re.IGNORECASE)
_OTHER = re.compile(r"\{\{\s{0,9}([A-Za-z_]{1,30}+)[^{}]*+\}\}")
_TIMELESS = {
    "date": "today", "time": "now", "weekday": "today", "isodate": "today", "isotime": "now",
}  # fmt: skip
_PLAIN = {"newline": "\n", "noop": "", "trim": "", "original": ""}


class Chance(msgspec.Struct, frozen=True):
    """What macros are drawn by: a seed, so that the same are drawn again, and the story's clock; None where it is not
    set."""

    seed: int = 0
    clock: str | None = None


def resolved(text: str, char: str, user: str, where: str, by: Chance = Chance()) -> str:  # noqa: B008 - frozen
    """A text with these names in it and with what was drawn, without remarks and without blanks around it. `where` is
    its place in the file, by which each text is drawn for itself.

    Raises Fault(BAD_IMPORT) for one that is too long.
    """
    size = len(text)
    for found in _NAMES.finditer(text):
        size += len(user if _is_user(found) else char) - len(found[0])
    if size > LONGEST:
        raise bad_import(where, f"is longer than {LONGEST} characters")
    named = _NAMES.sub(lambda found: user if _is_user(found) else char, _REMARK.sub("", text))
    if "{{" in named:
        named = _GIVEN.sub(_drawing(where, by), _BARE.sub(lambda found: _bare(found, _times(by)), named))
        if len(named) > LONGEST:
            raise bad_import(where, f"is longer than {LONGEST} characters")
    return named.replace("\r\n", "\n").strip()


def leaves_to_chance(texts: Iterable[str]) -> bool:
    """Whether anything in these texts is drawn."""
    return any(x[1] is None or x[1].lower() != "reverse" for text in texts for x in _GIVEN.finditer(text))


def asks_the_time(texts: Iterable[str]) -> bool:
    """Whether anything in these texts depends on the story's clock."""
    return any(found[1].lower() in _TIMELESS for text in texts for found in _BARE.finditer(text))


def unknown(texts: Iterable[str]) -> list[str]:
    """The names of the macros in these texts that are not understood, in lower case, in order."""
    return sorted({found[1].lower() for text in texts for found in _OTHER.finditer(text)} - {"char", "user"})


def _is_user(found: re.Match[str]) -> bool:
    return (found[1] or found[2]).lower() == "user"


def _times(by: Chance) -> Mapping[str, str]:
    """What macros of time come to: by the story's clock, or words that are right at any time."""
    if by.clock is None:
        return _TIMELESS
    at = datetime.fromisoformat(by.clock)
    return {
        "date": f"{at:%B} {at.day}, {at.year}", "time": f"{at.hour % 12 or 12}:{at:%M %p}", "weekday": f"{at:%A}",
        "isodate": f"{at:%Y-%m-%d}", "isotime": f"{at:%H:%M}",
    }  # fmt: skip


def _bare(found: re.Match[str], times: Mapping[str, str]) -> str:
    return times.get(found[1].lower(), _PLAIN.get(found[1].lower(), found[0]))


def _drawing(where: str, by: Chance) -> Callable[[re.Match[str]], str]:
    """Draws what stands in a text, one after the other."""
    number = 0

    def drawn(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        what, given = (found[1] or found[3]).lower(), found[2] if found[1] else found[4]
        draw = _Draw(f"{by.seed} {where} {number}")
        if what == "reverse":
            return given.strip()[::-1]
        if what == "roll":
            rolled = _rolled(given, draw)
            return found[0] if rolled is None else str(rolled)
        return draw.one_of(_choices(given))

    return drawn


def _choices(given: str) -> list[str]:
    """What is chosen from: between `::`, or else between commas, of which `\\,` is none."""
    if "::" in given:
        return [x.strip() for x in given.split("::")]
    return [x.replace("\0", ",").strip() for x in given.replace("\\,", "\0").split(",")]


def _rolled(given: str, draw: "_Draw") -> int | None:
    """The sum of dice such as `2d6+1`, or of one die of so many sides; None for what is no roll."""
    dice = _DICE.fullmatch(given)
    if dice is None:
        return None
    count, sides = (int(dice[1] or 1), int(dice[2])) if dice[2] else (1, int(dice[4]))
    if not (1 <= count <= MOST_DICE and 1 <= sides <= MOST_SIDES):
        return None
    return sum(1 + draw.below(sides) for _ in range(count)) + int((dice[3] or "0").replace(" ", ""))


class _Draw:
    """Numbers by chance that are the same for the same words."""

    def __init__(self, words: str) -> None:
        self._words, self._count = words, 0

    def below(self, most: int) -> int:
        """One from 0 up to `most`."""
        self._count += 1
        return int.from_bytes(hashlib.sha256(f"{self._words} {self._count}".encode()).digest()[:8]) % most

    def one_of(self, choices: list[str]) -> str:
        """One of these."""
        return choices[self.below(len(choices))]
