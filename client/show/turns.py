"""What a client knows of the turns that it waits for, from the notifications about them. Talks to nobody."""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from client.show.trouble import fault_of
from protocol import errors
from protocol.errors import Fault

FREE = ("reading", "done", "failed", "stopped")
"""Phases of a turn from which on one may play again."""

UNHURT = ("ok", "off")
"""What came of the reading where a reason given is about the reply."""


class Item(msgspec.Struct):
    """One thing that a turn changed, in words, and the seqs that it consists of; `gone` once it was taken back."""

    text: str
    seqs: list[int]
    gone: bool = False


class Refused(msgspec.Struct):
    """A change that a turn's prose proposed (`what`, in a sentence), and why it did not come to pass."""

    rule: str
    why: str
    what: str = ""


class Read(msgspec.Struct):
    """What reading made of a turn. `reading` is ok, off, unreadable, unavailable or failed; `why` tells more."""

    reading: str
    changes: list[Item] = []
    refused: list[Refused] = []
    why: str = ""


class Turns:
    """Phases by turn. `own`: turns begun here; `thinking`: a model reasons, and has not written since.

    `read`: what the latest turn that was read came to; `told`: the same of the one of which that was told last.
    """

    def __init__(self) -> None:
        self.own: set[int] = set()
        self.thinking = False
        self.read: Read | None = None
        self.told: Read | None = None
        self._latest_read = 0
        self._phases: dict[int, tuple[str, object]] = {}
        self._replied: set[int] = set()
        self._failures: dict[int, str] = {}
        self._news = asyncio.Event()

    def phase(self, turn: int, phase: str, detail: object = None) -> None:
        """A turn has got that far."""
        self._phases[turn] = (phase, detail)
        self.thinking = False
        if phase == "done" and isinstance(detail, dict) and "reading" in detail:
            self.told = msgspec.convert(detail, Read)
            if self.told.reading in UNHURT:
                self.told.why = ""  # that is about the reply, and a remark
            if self.read is None or turn >= self._latest_read:  # an earlier one may have taken longer
                self.read, self._latest_read = self.told, turn
        self._news.set()

    def happened(self, events: Iterable[Mapping[str, Any]]) -> None:
        """Events tell how a turn went even to one who was not connected when it did."""
        for e in events:
            if e["kind"] == "line.said" and e["data"].get("mode"):
                self._replied.add(e["turn"])
            elif e["kind"] == "model.called" and e["data"].get("error"):
                self._failures[e["turn"]] = e["data"]["error"]

    def over(self, turn: int) -> bool:
        """Whether one may play again."""
        return self._phases.get(turn, ("", None))[0] in FREE

    def reading(self) -> bool:
        """Whether a turn is still being read."""
        return any(phase == "reading" for phase, _ in self._phases.values())

    def silent(self, turn: int) -> bool:
        """Whether somebody is still to begin to speak."""
        return self._phases.get(turn, ("", None))[0] in ("", "started", "recalling", "rendering")

    def wordless(self, turn: int) -> bool:
        """Whether a turn was stopped before the first word of its reply."""
        return self._phases.get(turn, ("", None))[0] == "stopped" and turn not in self._replied

    def failure(self, turn: int) -> Fault | None:
        """Why a turn failed, if it did."""
        phase, detail = self._phases.get(turn, ("", None))
        return fault_of(detail) if phase == "failed" else None

    def remark(self, turn: int) -> str:
        """What the daemon has to say about a turn that did not fail, above all its replies: who said nothing, or that
        one broke off.

        Empty for most turns, and for one that failed or is not known. Why nothing was read from a turn is in `read`.
        """
        phase, detail = self._phases.get(turn, ("", None))
        if not isinstance(detail, dict) or phase == "failed":
            return ""
        of_reply = detail.get("reading", "ok") in UNHURT
        return str(detail.get("message") or (of_reply and detail.get("why")) or "")

    def gap(self, turn: int, another_daemon: bool) -> None:
        """Ends a turn whose end must have passed us by while there was no connection."""
        if turn in self._replied:
            self.phase(turn, "done")
        elif turn in self._failures or another_daemon:
            why = self._failures.get(turn, "the daemon ended before a reply came")
            self.phase(turn, "failed", {"code": errors.MODEL_UNAVAILABLE, "message": why, "data": {"why": why}})

    async def news(self, seconds: float) -> None:
        """Waits for the next phase of any turn, at most so long."""
        self._news.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)
