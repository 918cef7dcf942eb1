"""Where there is something to sum up, and when: what the scheduler is notified of, and its waits after failures.

The agenda is a watcher of the subscriptions; it knows neither the store nor a model, so it is made before them.
"""

import asyncio

from protocol import methods as m
from protocol.ids import TurnNumber

FIRST_S, MOST_S = 1.0, 600.0
"""Seconds to wait after the first failure, doubled with each further one, and the most seconds to wait."""

QUIET_S = 2.0
"""Seconds without new lines after which lines that came without a turn are looked at."""

_TURNS = frozenset(("scene.closed", "time.skipped"))
_REWRITES = frozenset(("event.retracted", "event.reinstated"))
_LINES = frozenset(("line.said", "line.noticed", "line.revised"))

BranchKey = tuple[str, str]
"""The ids of a story and of one of its branches."""


class Agenda:
    """Notes the branches to look at and the turns that run. Play goes first: a turn cancels the running call.

    `unseen` are branches where a scene may have ended or the past may have changed, in order; `grown` are branches
    with new lines, each with the loop's time from which on it is looked at. `news` is set by whatever is noted.
    `call` is the call of a model that a turn cancels.
    """

    def __init__(self) -> None:
        self.unseen: dict[BranchKey, None] = {}
        self.grown: dict[BranchKey, float] = {}
        self.news = asyncio.Event()
        self.call: asyncio.Task[object] | None = None
        self._turns: set[tuple[str, TurnNumber]] = set()
        self._failures, self._not_before = 0, 0.0

    @property
    def paused(self) -> bool:
        """Whether a turn runs, during which nothing is summed up."""
        return bool(self._turns)

    def clear(self) -> None:
        """Forgets all branches and turns."""
        self.unseen.clear()
        self.grown.clear()
        self._turns.clear()

    # what happens

    def changed(self, story: str, branch: str, kinds: frozenset[str]) -> None:
        """Notes a branch on which summaries may have become pending; no kinds means any kind of event."""
        if not kinds or kinds & (_TURNS | _REWRITES):
            self.unseen[story, branch] = None
            self.news.set()
        if not kinds or kinds & _LINES:
            self.grown[story, branch] = asyncio.get_running_loop().time() + QUIET_S
            self.news.set()

    def turned(self, story: str, branch: str, turn: TurnNumber, phase: m.Phase) -> None:
        """Notes that a turn runs, and cancels the running call; or that the turn has ended."""
        if phase in ("done", "failed"):
            # Earlier turns of the story are dropped too: a turn whose end was never reported must not block for ever.
            self._turns = {(s, t) for s, t in self._turns if s != story or t > turn}
            if (story, branch) in self.grown:
                self.grown[story, branch] = 0.0
        else:
            self._turns.add((story, turn))
        if phase == "replied":
            self.wake()
        if self.paused and self.call is not None:
            self.call.cancel()
        self.news.set()

    # how long to wait

    def wake(self) -> None:
        """Ends the wait after failures, since a model may work again or another one is in use."""
        self.succeeded()
        self.news.set()

    def succeeded(self) -> None:
        """Forgets the failures before."""
        self._failures, self._not_before = 0, 0.0

    def put_off(self, retry: float = 0.0) -> None:
        """Puts off all work: longer each time and at least for `retry` seconds, but never for more than MOST_S."""
        self._failures += 1
        wait = min(MOST_S, max(retry, FIRST_S * 2.0 ** min(self._failures - 1, 20)))
        self._not_before = asyncio.get_running_loop().time() + wait

    def may_write(self) -> bool:
        """Whether a summary may be written now: no turn runs, and the wait after a failure is over."""
        return not self.paused and asyncio.get_running_loop().time() >= self._not_before

    def due(self) -> list[BranchKey]:
        """The branches with new lines that are to be looked at by now."""
        now = asyncio.get_running_loop().time()
        return [key for key, at in self.grown.items() if at <= now]

    async def wait(self, pending: bool) -> None:
        """Waits until something is noted or due; if summaries are `pending`, that is also the end of the wait."""
        due = [] if self.paused else [*self.grown.values()]
        if not self.paused and self._not_before and (self.unseen or pending):
            due.append(self._not_before)
        now = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(max(0.0, min(due) - now) if due else None):
                await self.news.wait()
        except TimeoutError:
            return
