"""Names as they stand within a sentence, with an article or a preposition. English; daemon and clients use it."""

import re

_PREPOSITIONS = (
    "aboard", "above", "across", "against", "along", "alongside", "amid", "among", "around", "astride", "at", "atop",
    "before", "behind", "below", "beneath", "beside", "between", "beyond", "by", "close", "down", "from", "half", "in",
    "inside", "into", "near", "next", "off", "on", "onto", "opposite", "out", "outside", "over", "round", "through",
    "to", "toward", "towards", "under", "underneath", "up", "upon", "with", "within",
)  # fmt: skip


_OPEN = frozenset((
    "balcony", "beach", "bridge", "deck", "doorstep", "jetty", "landing", "ledge", "pier", "platform", "porch",
    "quay", "road", "roof", "rooftop", "shore", "stage", "stair", "staircase", "stairs", "steps", "street",
    "terrace", "threshold", "veranda", "wharf",
))  # fmt: skip
"""Places that one is on."""

_STATED = re.compile(
    r"(?:bent|deep|draped|far|flat|folded|halfway|hanging|held|high|hung|just|kept|leaning|low|lying|nailed|pinned|propped|"
    r"pushed|slung|stuck|tied|tucked|wedged|spread|strewn|side by side|back to back|face (?:up|down)(?:wards?)?|upside|"
    r"upright|end to end|here|there|everywhere|somewhere|together|apart|alone|aloft|midway|partly|still)\b"
    r"|(?!(?:landing|railing|ceiling|building|awning|clearing|crossing|opening|paling)\b)(?:right|\w{3,}(?:ed|ing))\s+"
    rf"(?:{'|'.join(_PREPOSITIONS)})\b",
    re.IGNORECASE,
)
"""How a spot begins that is told as it is, without a preposition."""


def the(name: str) -> str:
    """A name with an article, unless it has one, is somebody's or is a proper name."""
    first = name.split(" ", 1)[0]
    if first in ("The", "A", "An"):
        return name[0].lower() + name[1:]
    begins = first.lower() in ("the", "a", "an", "my", "your", "his", "her", "its", "our", "their", "some")
    return name if begins or first.endswith(("'s", "’s")) or first[:1].isupper() else f"the {name}"


def within(name: str) -> str:
    """In a place of this name, or on one that has no inside: `in the garden`, `on the quay`."""
    return f"{'on' if _head(name) in _OPEN else 'in'} {the(name)}"


def at(slot: str | None, spot: str | None) -> str:
    """Where in a place, with a preposition: `under the stair`, `at the counter`; empty where it is not known."""
    told = spot or slot or ""
    as_it_is = not told or told.split(" ", 1)[0].lower() in _PREPOSITIONS or _STATED.match(told) is not None
    return told if as_it_is else f"at {the(told)}"


def _head(name: str) -> str:
    """The word of a name that says what it is: `cellar`, of `The cellar under the stage`."""
    some = name.lower().split()
    upto = next((n for n, word in enumerate(some) if n and (word == "of" or word in _PREPOSITIONS)), len(some))
    return some[upto - 1] if some else ""
