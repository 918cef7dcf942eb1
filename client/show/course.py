"""Where and when it plays, as it goes on: headings between lines where the place changes or time jumps."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from client.text.plain import one_line

UNITS = ((525_600, "year"), (43_800, "month"), (1440, "day"), (60, "hour"), (1, "minute"))
"""Minutes in each unit, and what it is called."""

JUMP = 15
"""Minutes between two lines from which on a heading tells of them."""


class Course:
    """The place and the clock of the next line, and what the last heading told. `who`: whose place it is."""

    def __init__(self, who: str = "you") -> None:
        self.who = who
        self._place: str | None = None
        self._clock: str | None = None
        self._elapsed: int | None = None
        self._told: str | None = None
        self._since: int | None = None
        self._summary = ""

    def stands(self, place: str | None, clock: str | None, elapsed: int) -> None:
        """Takes how it is at some point, of which nothing has been told yet."""
        self._place, self._clock, self._elapsed = place, clock, elapsed

    def told(self) -> None:
        """Takes what is so now as known to the reader."""
        self._told, self._since, self._summary = self._place, self._elapsed, ""

    def heard(self, kind: str, data: Mapping[str, Any]) -> None:
        """Takes an event of the story; those of place and time count."""
        match kind:
            case "time.passed" | "time.skipped":
                if not data.get("minutes"):
                    self._since = None  # the clock was set by hand: there is no telling how long that was
                self._clock, self._elapsed = data.get("clock"), data["elapsed"]
                self._summary = data.get("summary") or self._summary
            case "scene.opened" if not data.get("present") or self.who in data["present"]:
                self._place = data["container"]
            case "activity.arrived" if data["entity"] == self.who:
                self._place = data["container"]

    def heading(self, names: Mapping[str, str]) -> tuple[str, str]:
        """The heading that belongs before the next line, and what happened in the time that was left out. Both are
        empty where nothing is to be told; told once."""
        later = self._elapsed - self._since if self._elapsed is not None and self._since is not None else 0
        moved = self._place is not None and self._place != self._told
        summary = self._summary if later >= JUMP else ""
        first = self._since is None
        self.told()
        if not (moved or later >= JUMP):
            return "", ""
        when = moment(self._clock, self._elapsed or 0)
        if later >= JUMP and not first:
            when = ", ".join(x for x in (f"{span(later)} later", self._clock and when) if x)
        place = one_line(names.get(self._place, self._place)) if self._place else ""
        return f"── {' · '.join(x for x in (_capital(place), when) if x)} ──", one_line(summary)


def moment(clock: str | None, elapsed: int) -> str:
    """A reading of the story's clock, shortly: `Sun 00:44`; where it was never set, the minutes counted so far."""
    if clock is None:
        return f"{span(elapsed)} in" if elapsed else ""
    try:
        read = datetime.fromisoformat(clock)
    except ValueError:
        return clock
    return f"{read:%a} {read:%H:%M}"


def span(minutes: int) -> str:
    """So much time in words, roughly: in the largest unit that it fills, minutes in fives."""
    for size, unit in UNITS:
        if minutes >= size:
            count = round(minutes / size * 2) / 2 if size > 1 else max(1, round(minutes / 5) * 5)
            return f"{count:g} {unit}{'s' * (count != 1)}"
    return "no time"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
