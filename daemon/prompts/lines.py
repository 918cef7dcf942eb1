"""Which lines are read for a prompt: as many as may fit, though a thousand were told. Writes nothing."""

from collections.abc import Sequence

from daemon.live.views import Viewpoint, Views
from daemon.prompts.secrets import LINES
from daemon.story.summaries import Summary, covering
from daemon.telling.prompt import BLOCK
from daemon.telling.tokens import PER_MESSAGE, estimate
from protocol.events import Event, LineNoticed, LineSaid, Payload
from protocol.ids import Seq
from protocol.views import LineView

LEAST_PER_LINE = 8
"""About the fewest tokens of a line: a budget divided by this is how many lines are worth reading."""

LEAST_LINES, MOST_LINES = max(64, LINES), 4000


async def latest(
    views: Views, where: Viewpoint, budget: int, factor: float, past: Sequence[Summary], *, every: bool
) -> list[LineView]:
    """The latest lines of a lens, oldest first: those that no summary of the `past` covers, until they have more tokens
    than a budget, and the last LEAST_LINES whatever covers them; in whole blocks of turns, so that they seldom begin
    with another one. `every`: all that are worth reading, be they too many.
    """
    window = Window(2**31 if every else budget, factor, past)
    most = min(MOST_LINES, max(20, budget // LEAST_PER_LINE))
    found = await views.lines_for(where, most, window.passes, window.takes)
    return [x for x in found if x.manner != "ooc" and x.turn // BLOCK >= window.first]


class Window:
    """How far back lines are read, while they are read: it depends on them alone, so a prompt can be built again."""

    def __init__(self, budget: int, factor: float, past: Sequence[Summary]) -> None:
        self._left, self._factor, self._covered = budget, factor, covering(past)
        self._lines = set[str]()
        self.first = 0
        """The block of turns that the lines begin with, where there are more than may fit."""

    def passes(self, seq: Seq) -> bool:
        """Whether a part of another line need not be read."""
        return len(self._lines) >= LEAST_LINES and seq in self._covered.seqs

    def takes(self, event: Event, payload: Payload) -> bool:
        """Takes in a part of a line; returns whether more lines are to be read."""
        if isinstance(payload, LineSaid | LineNoticed) and payload.manner != "ooc":
            if not self._covered.holds(payload.scene, event.seq, [event.seq]):
                text = payload.text if isinstance(payload, LineSaid) else ""
                self._left -= estimate(text, self._factor) + PER_MESSAGE * (payload.line not in self._lines)
            self._lines.add(payload.line)
        if self._left <= 0 and len(self._lines) >= LEAST_LINES:
            self.first = self.first or event.turn // BLOCK
        return event.turn // BLOCK >= self.first
