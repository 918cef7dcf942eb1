"""Significance: whether a moment is worth remembering, how much it matters from 0 to 10, and why. Pure.

What plain rules can tell comes first (something changed, was learned, is new); a model's rating only shifts it.
"""

import re
from collections.abc import Sequence

import msgspec

from daemon.story.state import edge_id
from daemon.story.words import likeness, stem, telling, topics, words
from protocol import events as ev
from protocol.ids import EntityId

KEEP = 4.0
"""From here on a moment is remembered."""

PLAIN, NEW, TURNING, CHANGE, KNOWING, FELT, SECRET, NAMED, CHARGED = 1.0, 1.5, 3.0, 2.0, 2.0, 1.5, 2.0, 1.0, 1.0
"""Points: for any moment; for what was never said; a turn of events; a thing that changes hands; something learned;
a feeling that changes; what is meant for few; being addressed; a strong word (twice at the most)."""

STALE, BRIEF = -2.0, -2.0
"""For what is remembered already, and for hardly a word."""

RATED = 3.0
"""What a rating of 10 adds and one of 0 takes away."""

ALIKE, WORDS = 0.7, 4
"""How like a recent memory is too like, and how many telling words are more than hardly a word."""

STRONG = frozenset(
    stem(word)
    for word in words(
        "love loved hate hated kill killed die died dead death murder blood secret promise promised swear swore vow "
        "betray betrayed lie lied liar afraid terrified scared scream screamed cry cried weep wept tears marry married "
        "pregnant kiss kissed forgive forgiven sorry goodbye leave forever never always trust hurt wound stolen steal "
        "stole confess confessed birthday dream hope lost save saved danger"
    )
)
"""Words that seldom come in small talk; the list is English."""


class Moment(msgspec.Struct, frozen=True):
    """What some minds perceived of a turn, all of it by all of them.

    `lines` are the parts that were said and `changes` the other events. `addressed` are those of the minds that were
    called by name, `recent` the topics of what they last remembered, `rating` what a model makes of it, from 0 to 10.
    """

    lines: Sequence[ev.LineSaid]
    changes: Sequence[ev.Payload] = ()
    addressed: Sequence[EntityId] = ()
    recent: Sequence[Sequence[str]] = ()
    rating: float | None = None


class Verdict(msgspec.Struct, frozen=True):
    """Whether to remember, how significant it is (0 to 10), and the reasons in words."""

    keep: bool
    score: float
    reasons: list[str]


def judge(moment: Moment) -> Verdict:
    """The verdict on a moment. What turns the course of things is kept whatever a model makes of it."""
    points = [(PLAIN, "")]
    for change in moment.changes:
        points += _change(change)
    turning = any(p >= TURNING for p, _ in points)
    points += _words(moment)
    if moment.rating is not None:
        points.append(((moment.rating - 5) / 5 * RATED, f"a model rates it {moment.rating:g}"))
    score = min(10.0, max(0.0, sum(p for p, _ in points)))
    if turning:
        score = max(score, KEEP)
    return Verdict(score >= KEEP, round(score, 2), list(dict.fromkeys(why for _, why in points if why)))


def counts(change: ev.Payload) -> bool:
    """Whether an event makes a moment more significant."""
    return bool(_change(change))


def _change(change: ev.Payload) -> list[tuple[float, str]]:
    """What an event counts, and why; what is the ordinary course of things counts nothing."""
    match change:
        case ev.OccasionStarted():
            return [(TURNING, f"{change.title} began")]
        case ev.OccasionCompleted() | ev.OccasionCancelled():
            return [(TURNING, f"{change.title} is over")]
        case ev.ThreadOpened() | ev.ThreadResolved():
            return [(CHANGE, f"a question {'opened' if isinstance(change, ev.ThreadOpened) else 'was settled'}")]
        case ev.EdgeChanged():
            return [(FELT, f"a feeling changed: {edge_id(change.from_, change.to)}")]
        case ev.PropMoved() if change.in_ is not None and change.in_.entity is not None:
            return [(CHANGE, f"{change.in_.entity} has {change.name}")]
        case ev.Claimed() | ev.MemoryFormed(memory_kind="fact" | "hearsay"):
            return [(KNOWING, "something was learned")]
    return []


def _words(moment: Moment) -> list[tuple[float, str]]:
    """What the words themselves count."""
    said = " ".join(x.text for x in moment.lines)
    points = [(NAMED, f"{e} is addressed") for e in moment.addressed[:1]]
    points += [(CHARGED, "strong words")] * min(2, len(STRONG.intersection(topics(said))))
    if any(x.manner in ("whisper", "message") for x in moment.lines):
        points.append((SECRET, "it was meant for few"))
    if len(telling(said)) < WORDS:
        return [*points, (BRIEF, "hardly a word was said")]
    known = max((likeness(topics(said), other) for other in moment.recent), default=0.0)
    return [*points, (STALE, "it is remembered already") if known >= ALIKE else (NEW * (1 - known), "it is new")]


def addressed(lines: Sequence[ev.LineSaid], who: EntityId, name: str) -> bool:
    """Whether somebody else speaks to this one: by name, or to them alone."""
    names = "|".join(re.escape(w) for w in dict.fromkeys([name, *name.split()]) if len(w) > 1)
    called = re.compile(rf"\b({names})\b", re.IGNORECASE) if names else None
    return any(x.who != who and (x.to == [who] or (called is not None and bool(called.search(x.text)))) for x in lines)
