"""Whether a text names somebody, by the whole name or by its first word, and whether it calls them by it. Pure."""

import re

_ARTICLES = ("a", "an", "the")
_STOP = r"[,.!?;:…—*\"“”‘’'`\n]"


def named_at(text: str, name: str) -> int | None:
    """Where a text first names somebody, whatever the case; None where it does not."""
    found = re.search(rf"(?<!\w)({_called(name)})(?!\w)", text, re.IGNORECASE)
    return found.start() if found else None


def calls(text: str, name: str) -> bool:
    """Whether a text calls somebody by name: the name stands by itself between stops, as in `Wake up, Mara!`"""
    return re.search(rf"(?:^|{_STOP})\s*({_called(name)})\s*(?:$|{_STOP})", text, re.IGNORECASE) is not None


def _called(name: str) -> str:
    """A pattern for what somebody is called."""
    first = next((w for w in name.split() if w.lower() not in _ARTICLES), name)
    return f"{re.escape(name)}|{re.escape(first)}"
