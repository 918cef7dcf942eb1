"""What follows a turn once its replies have landed: time passes, prose is read into changes, moments are remembered.

None of it fails the turn: what goes wrong is told in the detail, and the story plays on.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from daemon.reading import Rated, Reader
from daemon.tales import Tale
from protocol.errors import Fault

log = logging.getLogger(__name__)


class Rememberer(Protocol):
    """Forms memories of a turn, given what its readers made of it."""

    async def remember(self, tale: Tale, branch: str, turn: int, rated: Sequence[Rated]) -> None: ...


class Consequences:
    """Runs after each turn, on the turn's own branch."""

    def __init__(self, reader: Reader, rememberer: Rememberer | None) -> None:
        self.reader, self.rememberer = reader, rememberer

    async def follow(self, tale: Tale, branch: str, turn: int, reading: Callable[[], None]) -> dict[str, Any]:
        """What the turn changed. `reading` is called when a model is about to be asked."""
        detail: dict[str, Any] = {}
        rated: Sequence[Rated] = ()
        try:
            if self.reader.mode != "off":
                reading()
                changes = await self.reader.read(tale, branch, turn)
                detail, rated = changes.detail(), changes.rated
            if self.rememberer is not None:
                await self.rememberer.remember(tale, branch, turn, rated)
        except Fault as fault:
            log.warning("what followed a turn failed with %d", fault.code)
            detail["why"] = fault.message
        return detail
