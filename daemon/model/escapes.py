"""Characters as they count where a text is searched, however they are written. Pure; knows nothing of keys.

Read are the escapes of addresses (`%73`), of JSON and Python (`\\u0073`, `\\u{73}`, `\\x73`) and of HTML (`&#115;`,
`&#x73;`, `&lowbar;`), one within another up to three times.
"""

import html
import re
import unicodedata
from typing import NamedTuple

_LAYERS = 3
_ESCAPE = re.compile(
    r"\\+u\{?(?P<u>[0-9a-f]{4,6})\}?|\\+x(?P<x>[0-9a-f]{2})|%(?P<p>[0-9a-f]{2})"
    r"|&#x(?P<h>[0-9a-f]{1,6});?|&#(?P<d>[0-9]{1,7});?|&(?P<name>[a-z][a-z0-9]{1,30});",
    re.IGNORECASE,
)
_BEGUN = re.compile(
    r"(?:\\+(?:u\{?[0-9a-f]{0,5}|x[0-9a-f]?)?|%(?:25){0,2}[0-9a-f]?|&(?:#?[0-9a-z]{0,30})?)\Z", re.IGNORECASE
)
_LONGEST = 40
_ASCII_BETWEEN = dict.fromkeys((*range(0x21), 0x7F))
_BETWEEN = re.compile(
    "[\x00-\x20\x7f-\xa0\xad\u0300-\u036f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]+"
)
"""Blanks, control characters, and what is drawn as nothing or upon another character."""


class Unit(NamedTuple):
    """A character as it counts, and where in the text it stands, be it as an escape."""

    char: str
    start: int
    end: int


def is_escaped(text: str) -> bool:
    """Whether there is an escape in a text, or what may become one."""
    if "\\" in text or "%" in text or "&" in text:
        return bool(_ESCAPE.search(text)) or begun(text) < len(text)
    return False


def begun(text: str) -> int:
    """Where an escape begins that may go on after the end of a text; the end if none does."""
    found = _BEGUN.search(text, max(0, len(text) - _LONGEST))
    return found.start() if found is not None else len(text)


def units(text: str) -> list[Unit]:
    """The characters of a text as they count for a comparison: unescaped, in lower case, without what is invisible."""
    found = [Unit(c, i, i + 1) for i, c in enumerate(text)]
    for _ in range(_LAYERS):
        chars = "".join(u.char for u in found)
        at, unescaped = 0, list[Unit]()
        for m in _ESCAPE.finditer(chars):
            unescaped += found[at : m.start()]
            unescaped += [Unit(c, found[m.start()].start, found[m.end() - 1].end) for c in _unescaped(m)]
            at = m.end()
        if not at:
            break
        found = unescaped + found[at:]
    return [Unit(c, start, end) for char, start, end in found for c in bare(char)]


def plain(text: str) -> str:
    """The same characters, without where they stand."""
    for _ in range(_LAYERS):
        unescaped = _ESCAPE.sub(_unescaped, text)
        if unescaped == text:
            break
        text = unescaped
    return bare(text)


def bare(text: str) -> str:
    """A text as it counts, but for escapes: in lower case and of plain width, without blanks and what is invisible."""
    if not text.isascii():
        return _BETWEEN.sub("", unicodedata.normalize("NFKD", text).lower())
    text = text.lower().replace(" ", "")
    return text if text.isprintable() else text.translate(_ASCII_BETWEEN)


def _unescaped(m: re.Match[str]) -> str:
    if m["name"]:
        found = html.unescape(m[0])
        return found if found != m[0] else m[0]
    code = int(m["d"]) if m["d"] else int(m["u"] or m["x"] or m["p"] or m["h"], 16)
    return chr(code) if code <= 0x10FFFF else ""
