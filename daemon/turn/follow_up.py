"""What follows a turn once its replies have landed: time passes, prose is read into changes, moments are remembered.

None of it fails the turn: what goes wrong is told in the detail, and the story plays on.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from daemon.live.open_stories import Tale
from daemon.live.takes import one_action
from daemon.live.views import Looking, Where
from daemon.live.writing import Stories
from daemon.reading.reader import Rated, Reader
from daemon.store.queries import derivations, pages
from daemon.telling.pace import minutes
from protocol.commands import PassTime
from protocol.errors import Fault
from protocol.events import TimePassed
from protocol.ids import NOBODY

log = logging.getLogger(__name__)

MOST_LINES = 20
"""Lines that are looked through for those of a turn."""


class Rememberer(Protocol):
    """Forms memories of a turn, given what its readers made of it."""

    async def remember(self, tale: Tale, branch: str, turn: int, rated: Sequence[Rated]) -> None: ...


class Consequences:
    """Runs after each turn, on the turn's own branch."""

    def __init__(self, stories: Stories, looking: Looking, reader: Reader, rememberer: Rememberer) -> None:
        self.stories, self.looking, self.reader, self.rememberer = stories, looking, reader, rememberer

    async def follow(self, tale: Tale, branch: str, turn: int, reading: Callable[[], None]) -> dict[str, Any]:
        """What the turn changed. `reading` is called when a model is about to be asked."""
        detail: dict[str, Any] = {}
        rated: Sequence[Rated] = ()
        told_the_time = False
        try:
            if self.reader.mode != "off":
                reading()
                changes = await self.reader.read(tale, branch, turn)
                detail, rated = changes.detail(), changes.rated
                told_the_time = any(isinstance(payload, TimePassed) for _, payload in changes.events)
            if not told_the_time:
                await self._pass_time(tale, branch, turn)
            await self.rememberer.remember(tale, branch, turn, rated)
        except Fault as fault:
            log.warning("what followed a turn failed with %d", fault.code)
            detail["why"] = fault.message
        return detail

    async def _pass_time(self, tale: Tale, branch: str, turn: int) -> None:
        """Lets as much story time pass as the lines of the turn take."""
        async with tale.lock:
            head = await self.stories.shelf.head(tale, branch)
            recent = await self.looking.lines(Where(tale, branch, head, NOBODY), MOST_LINES)
            said = await self.looking.database.read.run(derivations.events, [x.seq for x in recent])
            turns = await one_action(self.looking.database, pages.decoded(said), turn)
            lines = [x for x in recent if x.turn in turns]
            taken = minutes(lines)
            if taken:
                await self.stories.derive(tale, branch, turn, [(PassTime(minutes=taken), lines[-1].parts[-1].seq)])
