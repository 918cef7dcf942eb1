"""Small phrases that sentences about changes are made of: names, lists, amounts, times. Pure; English."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from daemon.story import in_words
from daemon.story.in_words import the
from daemon.story.state import State
from daemon.story.time_in_words import is_midnight, night_before
from protocol.events import Payload
from protocol.ids import EntityId
from protocol.world import Trigger, When

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_HOURS = ("twelve", *_NUMBERS[1:12])
_STATED = ("is", "are", "has", "have", "was", "were", "had", "lies", "stands", "smells", "looks", "feels")
"""Words with which a phrase about something already makes a sentence of it."""


class Telling(msgspec.Struct, frozen=True):
    """What a sentence about an event is made from: the state `before` it and `after` it, as one lens knows it.

    `was` is the truth before it: where a thing that somebody is seen to take really was. `by` is who brought the event
    about, where that is known; `to` those of the lens (of the truth: all) who perceived it; `beside` all events that
    the lens perceives of the same change.
    """

    before: State
    after: State
    was: State
    by: EntityId | None
    to: Sequence[EntityId]
    beside: Sequence[Payload]

    def name(self, e: EntityId) -> str:
        """The name of somebody."""
        return in_words.people(self.after, [e])

    def names(self, who: Sequence[EntityId]) -> str:
        """The names of several."""
        return joined([self.name(e) for e in who])

    def room(self, id: str | None) -> str:
        """A place, with its article."""
        return in_words.room(self.after, id) if id is not None else "somewhere unknown"


def joined(words: Sequence[str]) -> str:
    """Words as a list: `a`, `a and b`, `a, b and c`."""
    return " and ".join([*[", ".join(words[:-1])] * (len(words) > 1), *words[-1:]])


def some(name: str) -> str:
    """A thing that is mentioned for the first time, with its article: `a bell`, `an oar`, `scissors`."""
    if not the(name).startswith("the ") or name.lower().startswith("the "):
        return name
    head = name.split(" of ")[0]
    if head.endswith("s") and not head.endswith("ss"):
        return name
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def now(subject: str, phrase: str) -> str:
    """A sentence that says how somebody or something is now, in a phrase such as `broken` or `has a crack`."""
    verb = "" if phrase.split(" ", 1)[0].lower() in _STATED else "is "
    return f"{subject} {verb}{phrase}{'' if phrase.endswith(' now') else ' now'}"


def going_on(phrase: str) -> str:
    """A doing as the predicate of a sentence: `is humming`, `sits by the fire`."""
    first = phrase.split(" ", 1)[0]
    return phrase if first.endswith("s") and not first.endswith("ss") else f"is {phrase}"


def span(minutes: int) -> str:
    """A stretch of time as the subject and verb of a sentence: `two minutes pass`, `an hour passes`."""
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = [_count(days, "a day", "days")] * bool(days) + [_count(hours, "an hour", "hours")] * bool(hours)
    parts += [_count(left, "a minute", "minutes")] * bool(left)
    one = len(parts) == 1 and 1 in (days, hours, left)
    return f"{joined(parts)} {'passes' if one else 'pass'}"


def _count(n: int, one: str, many: str) -> str:
    return one if n == 1 else f"{_NUMBERS[n] if n < len(_NUMBERS) else n} {many}"


def when(state: State, at: When | None) -> str:
    """When something is planned for, with its preposition: `for Saturday at seven`; empty where that is open."""
    if isinstance(at, Trigger):
        return f"for {in_words.when(state, at)}"
    try:
        moment = datetime.fromisoformat(at) if at else None
    except ValueError:
        return f"for {at}"
    return f"for {_day(moment, state.clock)} at {_hour(moment)}" if moment is not None else ""


def _day(moment: datetime, clock: str | None) -> str:
    """A day as one says it at a time of the story: `today`, `Saturday`, `3 July`."""
    try:
        ahead = (moment.date() - datetime.fromisoformat(clock).date()) if clock else None
    except ValueError:
        ahead = None
    if ahead is not None and clock and is_midnight(moment) and timedelta(0) < ahead <= timedelta(days=7):
        return night_before(moment, datetime.fromisoformat(clock))
    if ahead is not None and timedelta(0) <= ahead < timedelta(days=7):
        return {0: "today", 1: "tomorrow"}.get(ahead.days, f"{moment:%A}")
    return f"{moment.day} {moment:%B}" + (f" {moment.year}" if ahead is None or abs(ahead.days) > 300 else "")


def _hour(moment: datetime) -> str:
    if moment.minute:
        return f"{moment:%H:%M}"
    return {0: "midnight", 12: "noon"}.get(moment.hour, _HOURS[moment.hour % 12])
