"""The macros in the texts of a card: names are put in, remarks taken out, and what is not understood is left and told.

Names are put in when a card comes in, not when a prompt is made: its texts become descriptions, lines and a premise
like any others, which people read and change, and nothing that tells a story has to know of macros. The card itself is
kept with its macros.
"""

import re
from collections.abc import Iterable

from protocol.errors import bad_import

LONGEST = 200_000
"""Characters of one text, once names are put in: all that somebody is must fit into one event."""

_NAMES = re.compile(r"\{\{\s{0,9}(char|user)\s{0,9}\}\}|<(bot|char|user)>", re.IGNORECASE)
_REMARK = re.compile(r"\{\{//[^{}]*+\}\}")
_OTHER = re.compile(r"\{\{\s{0,9}([A-Za-z_]{1,30}+)[^{}]*+\}\}")


def resolved(text: str, char: str, user: str, where: str) -> str:
    """A text with these names in it, without remarks and without blanks around it. `where` is its place in the card.

    Raises Fault(BAD_IMPORT) for one that is too long.
    """
    size = len(text)
    for found in _NAMES.finditer(text):
        size += len(user if _is_user(found) else char) - len(found[0])
    if size > LONGEST:
        raise bad_import(where, f"is longer than {LONGEST} characters")
    named = _NAMES.sub(lambda found: user if _is_user(found) else char, _REMARK.sub("", text))
    return named.replace("\r\n", "\n").strip()


def unknown(texts: Iterable[str]) -> list[str]:
    """The names of the macros in these texts that are not understood, in lower case, in order."""
    return sorted({found[1].lower() for text in texts for found in _OTHER.finditer(text)} - {"char", "user"})


def _is_user(found: re.Match[str]) -> bool:
    return (found[1] or found[2]).lower() == "user"
