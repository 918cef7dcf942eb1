"""Times of a story in plain words: `Thursday night, about ten past eleven`, `Saturday at seven`. Pure; English."""

from datetime import datetime, timedelta

_HOURS = ("twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
_MINUTES = {5: "five", 10: "ten", 15: "a quarter", 20: "twenty", 25: "twenty-five", 30: "half"}
_PARTS = ((5, "before dawn"), (12, "morning"), (18, "afternoon"), (22, "evening"), (24, "night"))
"""The parts of a day, each with the hour at which it ends."""

_TODAY = {f"today {part}": f"this {part}" for part in ("morning", "afternoon", "evening")} | {"today night": "tonight"}
_WEEK = timedelta(days=7)
_NAMED = {0: "midnight", 12: "noon"}
"""The hours that have a name."""


def moment(clock: str, begun: str | None = None) -> str:
    """What a clock shows, as one says it: the day of the week, the part of the day, the time to five minutes, the
    date, unless that is the date of when it all has `begun`."""
    exact = _read(clock)
    if exact is None:
        return clock
    near = _to_five_minutes(exact)
    about = "" if near == exact.replace(second=0) else "about "
    same = (first := _read(begun or "")) is not None and first.date() == near.date()
    return f"{_day(near)}, {about}{_time(near)}" + ("" if same else f", {_date(near)}")


def date(clock: str) -> str:
    """The date that a clock shows; empty where it shows none."""
    exact = _read(clock)
    return _date(exact) if exact is not None else ""


def appointed(at: str, clock: str | None) -> str:
    """When something is to be, as one says it at a time of the story: `today at noon`, `tonight at eleven`, `Saturday
    evening at seven`."""
    exact, now = _read(at), _read(clock or "")
    if exact is None:
        return at
    if is_midnight(exact) and now is not None and now < exact <= now + _WEEK:
        return f"{night_before(exact, now)} at midnight"
    ahead = exact.date() - now.date() if now is not None else _WEEK
    near = {0: "today", 1: "tomorrow"}.get(ahead.days, f"{exact:%A}")
    part = "" if exact.minute % 5 or (exact.minute == 0 and exact.hour in _NAMED) else f" {_part(exact)}"
    far = "" if timedelta(0) <= ahead < _WEEK else f", {_date(exact)},"
    day = f"{exact:%A}{part}{far}" if far else _TODAY.get(f"{near}{part}", f"{near}{part}")
    time = _time(exact).removesuffix(" o'clock")
    return f"{day} at {time}"


def is_midnight(at: datetime) -> bool:
    """Whether a moment is one that one calls midnight."""
    return at.hour == at.minute == 0


def night_before(midnight: datetime, now: datetime) -> str:
    """The night of which a midnight is the middle, as one says it: `tonight`, `tomorrow night`, `Friday night`."""
    day = midnight - timedelta(days=1)
    return {0: "tonight", 1: "tomorrow night"}.get((day.date() - now.date()).days, f"{day:%A} night")


def _day(at: datetime) -> str:
    """The day of the week and the part of the day; midnight ends a night."""
    if at.minute == 0 and at.hour == 12:
        return f"{at:%A}"
    if at.minute == 0 and at.hour == 0:
        return f"the night before {at:%A}"
    return f"{at:%A} {_part(at)}"


def _part(at: datetime) -> str:
    return next(name for ends, name in _PARTS if at.hour < ends)


def _read(clock: str) -> datetime | None:
    try:
        return datetime.fromisoformat(clock)
    except ValueError:
        return None


def _to_five_minutes(at: datetime) -> datetime:
    whole = at.replace(minute=at.minute - at.minute % 5, second=0)
    try:
        return whole + timedelta(minutes=5) if at - whole >= timedelta(minutes=2, seconds=30) else whole
    except OverflowError:
        return whole


def _time(at: datetime) -> str:
    """A time of day: `noon`, `eleven o'clock`, `ten past eleven`; in figures to the minute."""
    if at.minute == 0:
        return _NAMED.get(at.hour, f"{_HOURS[at.hour % 12]} o'clock")
    if at.minute % 5:
        return f"{at:%H:%M}"
    if at.minute <= 30:
        return f"{_MINUTES[at.minute]} past {_HOURS[at.hour % 12]}"
    return f"{_MINUTES[60 - at.minute]} to {_HOURS[(at.hour + 1) % 12]}"


def _date(at: datetime) -> str:
    return f"{at.day} {at:%B} {at.year}"
