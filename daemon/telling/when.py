"""The times that a question names ("in June", "on 3 July 2023", "yesterday"), as stretches of story time. Pure."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

YEARS = 5
"""The words are English. Where a month or a day is named without a year: how many years back it may be."""

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "couple of": 2}

_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_DATED = re.compile(rf"(?:\b{_DAY}\s+(?:of\s+)?)?\b({'|'.join(_MONTHS)})\b(?:\s+{_DAY}\b)?(?:,?\s+(\d{{4}})\b)?")
_ISO = re.compile(r"\b(\d{4})-(\d{2})(?:-(\d{2}))?\b")
_YEAR = re.compile(r"\b(?:in|of|during|since)\s+((?:1\d|20)\d\d)\b")
_AGO = re.compile(rf"\b(\d{{1,9}}|{'|'.join(_NUMBERS)})\s+(day|week|month|year)s?\s+ago\b")
_LAST = re.compile(rf"\b(?:last|this past|past)\s+(week|month|year|{'|'.join(_DAYS)})\b|\bon\s+({'|'.join(_DAYS)})\b")
_BARE = re.compile(r"(?:in|on|during|since|until|of|early|late|last|next|by|from|to)\s+$")
"""What stands before a month's name that is also another word."""

_LENGTHS = {"day": 1, "week": 7, "month": 30, "year": 365}


def times(text: str, now: str | None) -> list[tuple[str, str]]:
    """The stretches of story time named, each from its first moment to the first beyond; none where no clock is set."""
    if now is None:
        return []
    today, folded = datetime.fromisoformat(now).date(), text.casefold()
    found = [*_dates(folded, today)] or [*_years(folded)]
    return [(_moment(first), _moment(beyond)) for first, beyond in [*found, *_relative(folded, today)]]


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00"


def _dates(text: str, today: date) -> Iterator[tuple[date, date]]:
    for m in _ISO.finditer(text):
        yield from _stretch(int(m[1]), int(m[2]), int(m[3] or 0))
    for m in _DATED.finditer(text):
        if m[2] in ("may", "march") and not (m[1] or m[3] or m[4] or _BARE.search(text[: m.start()])):
            continue
        month, day = _MONTHS.index(m[2]) + 1, int(m[1] or m[3] or 0)
        for year in [int(m[4])] if m[4] else range(max(1, today.year - YEARS + 1), today.year + 1):
            yield from _stretch(year, month, day)


def _stretch(year: int, month: int, day: int) -> Iterator[tuple[date, date]]:
    """A day, or a whole month (day 0); nothing where the calendar has none such."""
    try:
        if day:
            yield date(year, month, day), date(year, month, day) + timedelta(days=1)
        else:
            yield date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    except (ValueError, OverflowError):
        return


def _years(text: str) -> Iterator[tuple[date, date]]:
    return ((date(int(m[1]), 1, 1), date(int(m[1]) + 1, 1, 1)) for m in _YEAR.finditer(text))


def _relative(text: str, today: date) -> Iterator[tuple[date, date]]:
    """What is told from today on, generously: "a week ago" is a few days."""
    try:
        if re.search(r"\b(today|tonight|this morning|this evening)\b", text):
            yield today, today + timedelta(days=1)
        if re.search(r"\b(yesterday|last night)\b", text):
            yield today - timedelta(days=1), today
        for m in _AGO.finditer(text):
            length = _LENGTHS[m[2]]
            middle = today - timedelta(days=length * (_NUMBERS.get(m[1]) or int(m[1])))
            yield middle - timedelta(days=length // 3), middle + timedelta(days=length // 3 + 1)
        for m in _LAST.finditer(text):
            named = m[1] or m[2]
            if named in _DAYS:
                day = today - timedelta(days=(today.weekday() - _DAYS.index(named) - 1) % 7 + 1)
                yield day, day + timedelta(days=1)
            else:
                yield today - timedelta(days=2 * _LENGTHS[named]), today - timedelta(days=_LENGTHS[named] // 7)
    except OverflowError:
        return
