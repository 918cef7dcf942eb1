"""Whether a text names somebody: by the whole name or by its first word, as people do. Pure."""

import re

_ARTICLES = ("a", "an", "the")


def named_at(text: str, name: str) -> int | None:
    """Where a text first names somebody, whatever the case; None where it does not."""
    first = next((w for w in name.split() if w.lower() not in _ARTICLES), name)
    found = re.search(rf"(?<!\w)({re.escape(name)}|{re.escape(first)})(?!\w)", text, re.IGNORECASE)
    return found.start() if found else None
