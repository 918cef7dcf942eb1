"""Significance: whether a moment is worth remembering, how much it matters from 0 to 10, and why. Pure.

What plain rules can tell comes first (something changed, was learned, is new); a model's rating shifts it, by how far
it is from what that model mostly rates. Of what has some weight that is kept which stands out from the moments before:
a memory of every moment would be a second transcript.
"""

import math
import re
from collections.abc import Sequence

import msgspec

from daemon.story.state import edge_id
from daemon.story.words import stem, telling, topics, words
from protocol import events as ev
from protocol.ids import EntityId

KEEP = 4.0
"""The least weight of a moment that is remembered, however dull the ones before were."""

STEEP = 0.42
"""How fast significance rises with weight: by this, what weighs half as much again as most has 4 to 5 of 10."""

LEAST = 3.0
"""The least significance of what is remembered."""

MOMENTS, SHARE = 8, 4
"""How many moments before are looked at, and of how many one may be remembered that all have some weight. A mind keeps
between a fifth and a third of turns so, and three together, who do not keep the same, nearly half."""

TIRED = (4.0, 3.0, 1.5)
"""What is taken from the weight of a moment where the one just before was remembered, where the one before that was,
and so on."""

ORDINARY = KEEP
"""What a moment is taken to weigh before there are any."""

PLAIN, NEW, TURNING, CHANGE, KNOWING, FELT, SECRET, NAMED, CHARGED = 1.0, 1.5, 3.0, 2.0, 2.0, 1.5, 2.0, 0.5, 1.0
"""Points: for any moment; for what is not remembered yet; a turn of events; what changes hands; what is learned;
a feeling that changes; what is meant for few; being addressed; a strong word (twice at the most)."""

STALE, BRIEF = -2.0, -2.0
"""For what is remembered already, and for hardly a word."""

RATED = 5.0
"""What a rating adds that is 5 above the usual one, and what one takes away that is 5 below it."""

USUAL, TRUSTED = 5.0, 3
"""What is taken for the usual rating before there are any, and as many ratings that weighs."""

FURTHER = 0.5
"""What each further change counts, as a share of the one before it, the greatest first."""

ALIKE, WORDS = 0.7, 4
"""The share of a moment's topics that a recent memory must have to hold it already, and how many telling words are
more than hardly a word."""

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
    called by name, `gist` is what they would remember of it, `recent` the topics of what they last remembered, `rating`
    what a model makes of it, from 0 to 10, and `usual` what it mostly gives.
    """

    lines: Sequence[ev.LineSaid]
    changes: Sequence[ev.Payload] = ()
    addressed: Sequence[EntityId] = ()
    gist: str = ""
    recent: Sequence[Sequence[str]] = ()
    rating: float | None = None
    usual: float = USUAL


class Weight(msgspec.Struct, frozen=True):
    """How much there is to a moment, from 0 and without upper end, why, and whether it turns the course of things."""

    points: float
    reasons: list[str]
    turning: bool = False


class Before(msgspec.Struct, frozen=True):
    """A moment before: its weight, and whether it was remembered."""

    points: float
    remembered: bool


class Verdict(msgspec.Struct, frozen=True):
    """Whether to remember, how significant it is (0 to 10), and the reasons in words."""

    keep: bool
    score: float
    reasons: list[str]


def judge(moment: Moment, before: Sequence[Before] = ()) -> Verdict:
    """The verdict on a moment; `before` are those before it, the latest last.

    What turns the course of things is kept whatever a model makes of it, and whatever was kept before.
    """
    weight, looked_at = weigh(moment), before[-MOMENTS:]
    tired = sum(by for by, was in zip(TIRED, reversed(before), strict=False) if was.remembered)
    points = weight.points - tired
    greater = sum(was.points >= points for was in looked_at)
    mostly = (ORDINARY * TRUSTED + sum(was.points for was in looked_at)) / (TRUSTED + len(looked_at))
    stands_out = points >= max(KEEP, mostly) and greater < max(1, len(looked_at) / SHARE)
    keep, score = weight.turning or stands_out, significance(weight.points / mostly)
    return Verdict(keep, max(LEAST, score) if keep else score, weight.reasons)


def significance(share: float) -> float:
    """How significant a moment is, from 0 to 10, that weighs so many times what moments mostly weigh: the more it
    weighs, the less is added by more of it, and nothing gets full marks."""
    return round(10 * (1 - math.exp(-STEEP * share)), 2)


def weigh(moment: Moment) -> Weight:
    """How much there is to a moment by itself."""
    changes = sorted((x for c in moment.changes for x in _change(c)), key=lambda x: -x[0])
    points = [(PLAIN, ""), *((p * FURTHER**n, why) for n, (p, why) in enumerate(changes)), *_words(moment)]
    if moment.rating is not None:
        points.append(((moment.rating - moment.usual) / 5 * RATED, f"a model rates it {moment.rating:g}"))
    turning = any(p >= TURNING for p, _ in changes)
    reasons = list(dict.fromkeys(why for _, why in points if why))
    return Weight(max(0.0, sum(p for p, _ in points)), reasons, turning)


def usual(ratings: Sequence[float]) -> float:
    """What a model mostly gives, by its latest ratings: many give 7 or more to everything."""
    return (USUAL * TRUSTED + sum(ratings)) / (TRUSTED + len(ratings))


def counts(change: ev.Payload) -> bool:
    """Whether an event makes a moment more significant."""
    return bool(_change(change))


def _change(change: ev.Payload) -> list[tuple[float, str]]:
    """What an event counts, and why; what is the ordinary course of things counts nothing."""
    match change:
        case ev.OccasionStarted():
            return [(TURNING, f"{change.title} began")]
        case ev.OccasionCompleted(gist=gist) if gist:
            return [(CHANGE, f"{change.title} is over")]  # its gist is a memory already
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
    own = set(topics(moment.gist or said))
    known = max((len(own.intersection(other)) / len(own) for other in moment.recent), default=0.0)
    return [*points, (STALE, "it is remembered already") if known >= ALIKE else (NEW, "it is new")]


def addressed(lines: Sequence[ev.LineSaid], who: EntityId, name: str) -> bool:
    """Whether somebody else speaks to this one: by name, or to them alone."""
    names = "|".join(re.escape(w) for w in dict.fromkeys([name, *name.split()]) if len(w) > 1)
    called = re.compile(rf"\b({names})\b", re.IGNORECASE) if names else None
    return any(x.who != who and (x.to == [who] or (called is not None and bool(called.search(x.text)))) for x in lines)
