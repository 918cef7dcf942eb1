"""Deeds that the prose calls unseen: nobody but the doer perceives them. Pure; the words are English.

    waits until Sam has gone, until the door is shut behind her      what comes after is unseen
    while nobody is looking; while Sam is not looking                unseen
    behind Sam's back; unseen, unnoticed, unobserved                 unseen
    so that Sam does not see, notices nothing                        unseen

Where another language has no such table, nothing is taken for unseen.
"""

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from daemon.story.decide import Part

_AWAY = (
    r"(?:gone(?!\s+(?:over|to|back)\b)|left|away|asleep|out of (?:sight|earshot|the room)|dissolved|vanished|"
    r"disappeared|turned|passed|faded|(?:shut|closed) behind \w+)"
)
_LOOKS = r"(?:looking|watching|paying attention)"
_SEES = r"(?:see|sees|notice|notices|look|looks)"


def unseen(parts: Sequence[Part], names: Iterable[str]) -> list[Part]:
    """The parts, those actions marked that are done unseen: from the words that say so up to the next that is said."""
    pattern = _pattern("|".join(re.escape(n) for n in names))
    found: list[Part] = []
    hidden = False
    for part in parts:
        if part.manner == "action":
            hidden = hidden or pattern.search(part.text) is not None
        elif part.manner != "thought":
            hidden = False
        found.append(replace(part, unseen=True) if hidden and part.manner == "action" else part)
    return found


def _pattern(names: str) -> re.Pattern[str]:
    somebody = rf"(?:{names + '|' if names else ''}you|he|she|they)"
    forms = [
        rf"\bwait(?:s|ed)?\b[^.!?]{{0,20}}\b(?:until|till)\b[^.!?]{{0,80}}\b{_AWAY}\b",
        rf"\b(?:nobody|no one)\s+(?:is|was)\s+{_LOOKS}\b",
        rf"\b{somebody}\s+(?:is|are|was|were)(?:n['’]t|\s+not)\s+{_LOOKS}\b",
        rf"\bbehind\s+(?:{names + '|' if names else ''}your)(?:['’]s)?\s+back\b",
        r"\b(?:unseen|unnoticed|unobserved|unwatched)\b",
        rf"\b(?:so that|where)\s+(?:nobody|no one)\s+(?:can\s+|could\s+|will\s+)?{_SEES}\b",
        rf"\b(?:so that|where)\s+{somebody}\s+(?:do|does|can|could|will|would)(?:n['’]t|not|\s+not)\s+{_SEES}\b",
    ]
    return re.compile("|".join(forms), re.IGNORECASE)
