"""Deciding what the story clock reads: set by hand, or moved on as time passes."""

from datetime import datetime, timedelta

from daemon.story.decide.desk import Context, Drafted, acted, refuse
from daemon.story.state import State
from protocol.commands import PassTime
from protocol.events import TimePassed
from protocol.ids import EVERYBODY

CALENDAR = 10_000 * 366 * 24 * 60
"""Minutes: no calendar reaches further."""


def later(clock: str | None, minutes: int) -> str | None:
    """A story time some minutes later; None stays None. Refuses what no calendar holds."""
    try:
        reached = (datetime.fromisoformat(clock) if clock else datetime.min) + timedelta(minutes=minutes)
    except (OverflowError, ValueError):
        refuse("wrong_value", f"{minutes} minutes after {clock or 'the beginning'} is past the end of the calendar")
    return reached.isoformat(timespec="seconds") if clock else None


def elapsed(truth: State, minutes: int) -> int:
    """The minutes that have passed in all, some minutes later. Refuses more than any calendar holds."""
    if truth.elapsed + minutes > CALENDAR:
        refuse("wrong_value", f"{minutes} more minutes is past the end of the calendar")
    return truth.elapsed + minutes


def set_clock(truth: State, at: str) -> TimePassed:
    """The clock as set. Refuses a time that does not exist, or one before what the clock reads."""
    try:
        datetime.fromisoformat(at)
    except ValueError:
        refuse("wrong_value", f"{at} isn't a date and time")
    if truth.clock is not None and at < truth.clock:
        refuse("clock_backwards", f"it is already later than that: {truth.clock.replace('T', ' ')}")
    return TimePassed(at, elapsed(truth, _minutes_between(truth.clock, at)), 0)


def _minutes_between(before: str | None, after: str) -> int:
    if before is None:
        return 0
    return int((datetime.fromisoformat(after) - datetime.fromisoformat(before)).total_seconds() // 60)


def pass_time(truth: State, c: PassTime, context: Context) -> list[Drafted]:
    """Time is everybody's. A clock that was never set keeps count."""
    if c.minutes < 0:
        refuse("clock_backwards", "time can't run backwards")
    passed = TimePassed(later(truth.clock, c.minutes), elapsed(truth, c.minutes), c.minutes)
    return [acted(c, passed, EVERYBODY)]
