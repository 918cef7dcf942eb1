"""Giving a line other words: which part of it gets which of them. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from daemon.story.decide import Part
from protocol.events import LineSaid

ALOUD = ("speech", "action", "narration")
"""Manners that all who are present perceive, so that one may stand for the other."""


class Reworded(NamedTuple):
    """The new words of a part, empty where nothing is left of it, and how they were typed."""

    text: str
    raw: str


def reworded(old: Sequence[LineSaid], text: str, new: Sequence[Part]) -> list[Reworded] | None:
    """The new words of each part of a line; `new` is the text by its markup.

    A line of one part has it as it is. None where what is new (a thought, a whisper) has no part to go into: told in
    another part it would be perceived by others.
    """
    if len(old) == 1:
        return [Reworded(text.strip(), text.strip())]
    words = [Reworded("", "") for _ in old]
    free, last = list(range(len(old))), None
    for part in new:
        same = next((i for i in free if old[i].manner == part.manner), None)
        if same is not None:
            free = [i for i in free if i > same]
            words[same], last = Reworded(part.text, part.raw), same if part.manner in ALOUD else last
        elif part.manner in ALOUD:
            into = last if last is not None else next((i for i, p in enumerate(old) if p.manner in ALOUD), None)
            if into is None:
                return None
            there = words[into]
            words[into] = Reworded(f"{there.text} {part.text}".strip(), there.raw + part.raw)
            last = into
        else:
            return None
    return words
