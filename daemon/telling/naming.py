"""Whether a text names somebody: by the whole name, or by its first word. Pure."""

import re

_ARTICLES = ("a", "an", "the")


def named_at(text: str, name: str) -> int | None:
    """Where a text first names somebody, whatever the case; None where it does not."""
    found = re.search(rf"(?<!\w)({pattern(name)})(?!\w)", text, re.IGNORECASE)
    return found.start() if found else None


def pattern(name: str) -> str:
    """A pattern for what somebody is called."""
    first = next((w for w in name.split() if w.lower() not in _ARTICLES), name)
    return f"{re.escape(name)}|{re.escape(first)}"
