"""Words of other programs made bearable: names in one line, texts that end with a sentence."""

from protocol.harmless import harmless

NAME = 200
"""Characters that a name may have."""


def tidy(name: str) -> str:
    """A name in one line, of a bearable length, without characters that steer a terminal."""
    return " ".join(harmless(name[: 10 * NAME]).split())[:NAME].strip()


def shortened(text: str, most: int) -> str:
    """A text up to the end of its last sentence within so many characters, or its last word."""
    begins = text[:most]
    end = max(begins.rfind(mark) for mark in (".", "!", "?", "\n"))
    return begins[: end + 1].strip() if end > most // 2 else begins.rsplit(None, 1)[0]
