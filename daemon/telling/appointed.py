"""The moment for which something is agreed, by the words for it ("tomorrow at nine", "in two hours"). Pure.

The words are English. What names a day without an hour, or an hour that nothing places, is no moment.
"""

import re
from datetime import datetime, timedelta

_ISO = re.compile(r"^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(?:Z|[+-]\d\d:?\d\d)?$")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {"a": 1, "an": 1, **{word: n for n, word in enumerate(_HOURS, 1)}}
_HOUR = rf"(\d{{1,2}}|{'|'.join(_HOURS)})"
_HALF = r"(?:and a half\s+)?"
_IN = re.compile(rf"\bin\s+(half an|\d{{1,3}}|{'|'.join(_NUMBERS)})\s+{_HALF}(minute|hour|day|week)s?\b")
_CLOCK = re.compile(
    rf"\b(?:(half past|quarter past|quarter to)\s+)?{_HOUR}(?:[:.](\d\d))?\s*(o['’]clock|a\.?m\b|p\.?m\b)?"
)
_DAY = re.compile(rf"\b(the day after tomorrow|tomorrow|today|tonight|{'|'.join(_DAYS)})\b")
_LATE = re.compile(r"\b(?:afternoon|evening|night|tonight)\b")
_NAMED = re.compile(r"\b(noon|midday|midnight)\b")
_PARTS = {"half past": 30, "quarter past": 15, "quarter to": -15}
_EARLIEST = 7
"""The first hour that is one of the morning where neither is said: at three is in the afternoon."""


def appointed(text: str, now: str | None) -> str | None:
    """A story time; None where these words name no moment, or none that can be told as no clock is set."""
    said = _ISO.match(text.strip())
    if said is not None:
        return _told(f"{said[1]}T{said[2]}{said[3] or ':00'}")
    if now is None:
        return None
    words, present = text.casefold(), datetime.fromisoformat(now)
    try:
        found = _after(words, present) or _on(words, present)
    except (ValueError, OverflowError):
        return None
    return found.isoformat(timespec="seconds") if found is not None else None


def _told(text: str) -> str | None:
    try:
        return datetime.fromisoformat(text).isoformat(timespec="seconds")
    except ValueError:
        return None


def _after(words: str, now: datetime) -> datetime | None:
    """So long from now; where an hour of that day is said, at that hour."""
    said = _IN.search(words)
    if said is None:
        return None
    many = 0.5 if said[1] == "half an" else _NUMBERS.get(said[1]) or int(said[1])
    then = now + timedelta(**{f"{said[2]}s": many + 0.5 * ("and a half" in said[0])})
    hour = _hour(words.replace(said[0], "")) if said[2] in ("day", "week") else None
    return _at(then, *_likely(words, *hour)) if hour is not None else then


def _on(words: str, now: datetime) -> datetime | None:
    """At an hour of a day; without a day the next time that it is that hour."""
    day = _DAY.search(words)
    hour = _hour(words.replace(day[0], "", 1) if day is not None else words)
    if hour is None:
        return None
    minutes, sure = _likely(words, *hour)
    if day is None or day[1] in ("today", "tonight"):
        times = [minutes] if sure else [minutes, minutes + 12 * 60]
        coming = [_at(now + timedelta(days=later), m, True) for later in (0, 1) for m in times]
        return next((t for t in coming if t > now), None)
    return _at(now + timedelta(days=_days(day[1], now)), minutes, sure)


def _likely(words: str, minutes: int, sure: bool) -> tuple[int, bool]:
    """The minutes since midnight by what else is said of the day, and whether that is sure."""
    if not sure and _LATE.search(words) and minutes < 12 * 60:
        return minutes + 12 * 60, True
    return minutes, sure or "morning" in words


def _at(day: datetime, minutes: int, sure: bool) -> datetime:
    """So many minutes after the midnight with which a day began."""
    late = 0 if sure or minutes >= _EARLIEST * 60 else 12 * 60
    return day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(minutes=minutes + late)


def _days(named: str, now: datetime) -> int:
    if named in _DAYS:
        return (_DAYS.index(named) - now.weekday() - 1) % 7 + 1
    return 2 if "after" in named else 1


def _hour(words: str) -> tuple[int, bool] | None:
    """The minutes since midnight, and whether it is sure which half of the day is meant."""
    named = _NAMED.search(words)
    if named is not None:
        return (24 * 60, True) if named[1] == "midnight" else (12 * 60, True)
    for said in _CLOCK.finditer(words):
        hour = _HOURS.index(said[2]) + 1 if said[2] in _HOURS else int(said[2])
        before = words[: said.start()].rstrip()
        plain = said[1] or said[3] or said[4] or before == "" or before.endswith(("at", "by", "around", "about", ","))
        if not plain or hour > 24 or int(said[3] or 0) > 59:
            continue
        half = (said[4] or "")[:1]
        sure = half in ("a", "p") or hour > 12 or hour == 0 or bool(said[3] and len(said[2]) == 2 and said[2][0] == "0")
        hour = hour % 12 + 12 * (half == "p") if half in ("a", "p") else hour
        return hour * 60 + int(said[3] or 0) + _PARTS.get(said[1] or "", 0), sure or hour == 12
    return None
