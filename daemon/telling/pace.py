"""How much story time lines take: talk at the pace of talk, deeds by the half minute. Pure."""

from collections.abc import Iterable

from protocol.views import LineView
from protocol.world import Manner

SECONDS: dict[Manner, tuple[float, float]] = {
    "speech": (4.0, 0.45),
    "whisper": (4.0, 0.45),
    "message": (15.0, 1.5),
    "action": (25.0, 0.5),
    "thought": (2.0, 0.0),
    "narration": (60.0, 1.0),
    "ooc": (0.0, 0.0),
}
"""What a part takes by its manner: at the least, and more for each of its words."""

LONGEST = 15
"""Minutes that the lines of one turn take at the most; what takes longer is a skip of time."""


def minutes(lines: Iterable[LineView]) -> int:
    """The minutes that the lines of a turn take: 1 at the least, 0 where there is nothing in the story."""
    parts = [p for x in lines for p in x.parts if p.manner != "ooc"]
    seconds = sum(SECONDS[p.manner][0] + SECONDS[p.manner][1] * len(p.text.split()) for p in parts)
    return min(LONGEST, max(1, round(seconds / 60))) if parts else 0
