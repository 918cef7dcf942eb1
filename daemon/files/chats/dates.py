"""When a message was sent, in the forms in which SillyTavern and its kin have written it over the years.

    1718031720123, "1718031720123"         milliseconds since 1970 (fewer digits: seconds)
    2024-06-10T14:22:00.123Z               ISO 8601, with or without an offset
    2024-06-10 @14h 22m 00s 123ms          as files are named, in the writer's own time zone
    2024-06-10@14h22m00s123ms              the same without blanks, also without milliseconds
    June 10, 2024 2:22pm                   as it is shown to people, in the writer's own time zone

A time without a zone is of this machine, as the program itself takes it. What is none of these says nothing.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

_NAMED = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})\s{0,3}@\s{0,3}(\d{1,2})h\s?(\d{1,2})m\s?(\d{1,2})s(?:\s?(\d{1,3})ms)?"
)
_SHOWN = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}), (\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))?\s?([ap]m)?", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_SECONDS = 100_000_000_000
"""Numbers below this are seconds: as milliseconds they would lie before 1974."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(said: Any) -> str | None:
    """The time as the log writes it (UTC, to the millisecond); None for what tells no time."""
    try:
        found = _parsed(said)
        if found is None:
            return None
        known = found.astimezone(UTC)
        if not 1970 <= known.year <= 9998:
            return None
        return known.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return None


def _parsed(said: Any) -> datetime | None:
    if isinstance(said, bool):
        return None
    if isinstance(said, int | float):
        return _EPOCH + timedelta(milliseconds=said if abs(said) >= _SECONDS else said * 1000)
    if not isinstance(said, str) or len(said) > 60:
        return None
    text = said.strip()
    if text.isascii() and text.isdigit():
        return _parsed(int(text))
    if named := _NAMED.fullmatch(text):
        year, month, day, hour, minute, second, millis = (int(x or 0) for x in named.groups())
        return datetime(year, month, day, hour, minute, second, millis * 1000)
    if shown := _SHOWN.fullmatch(text):
        month = _MONTHS.index(shown[1][:3].lower()) + 1
        hour = int(shown[4])
        if shown[7]:
            hour = hour % 12 + (12 if shown[7].lower() == "pm" else 0)
        return datetime(int(shown[3]), month, int(shown[2]), hour, int(shown[5]), int(shown[6] or 0))
    return datetime.fromisoformat(text) if text[:1].isdigit() and "-" in text else None
