"""Against decay: how a speaker repeats itself or shrinks, and a note to the renderer that counters it. Pure.

Distinct-n is the share of different n-grams among all (Li et al. 2016, "A Diversity-Promoting Objective Function").
"""

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

import msgspec

RECENT = 12
"""Replies that are looked at."""

OPENING = 3
"""Words that make an opening."""

PHRASE = 4
"""Words that make a phrase."""

_WORD = re.compile(r"[\w']+")


class Measures(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a reply is like beside the ones before it.

    `words` of this one and `usual` (median) of those before; `distinct` bigrams over all of them, 0 to 1; the `opening`
    if it was used before; `phrases` that recur; `shrinking` where the latest are much shorter than the earlier ones.
    """

    words: int = 0
    usual: float = 0.0
    distinct: float = 1.0
    opening: str = ""
    phrases: list[str] = []
    shrinking: bool = False


def measure(replies: Sequence[str]) -> Measures:
    """The measures of the last of these replies of one speaker, oldest first."""
    recent = [_WORD.findall(r.lower()) for r in replies[-RECENT:]]
    if not recent:
        return Measures()
    *before, last = recent
    openings = [tuple(words[:OPENING]) for words in before if len(words) >= OPENING]
    opening = tuple(last[:OPENING])
    return Measures(
        words=len(last),
        usual=float(median([len(w) for w in before])) if before else 0.0,
        distinct=round(_distinct(recent, 2), 3),
        opening=" ".join(opening) if opening in openings else "",
        phrases=_recurring(recent),
        shrinking=_shrinking([len(w) for w in recent]),
    )


def _distinct(texts: Sequence[Sequence[str]], n: int) -> float:
    grams = [tuple(words[i : i + n]) for words in texts for i in range(len(words) - n + 1)]
    return len(set(grams)) / len(grams) if grams else 1.0


def _recurring(texts: Sequence[Sequence[str]]) -> list[str]:
    """Phrases that stand in three or more of the replies, the most frequent first, at most four."""
    counted = Counter(
        gram for words in texts for gram in {tuple(words[i : i + PHRASE]) for i in range(len(words) - PHRASE + 1)}
    )
    often = [(count, gram) for gram, count in counted.items() if count >= 3]
    return [" ".join(gram) for _, gram in sorted(often, key=lambda x: (-x[0], x[1]))[:4]]


def _shrinking(lengths: Sequence[int]) -> bool:
    """Whether the latest four are less than half as long as the ones before, and short."""
    if len(lengths) < 8:
        return False
    late, early = median(lengths[-4:]), median(lengths[:-4])
    return late < early / 2 and late < 40


def counter(replies: Sequence[str]) -> str:
    """A note to the renderer against what the latest replies show; empty where there is nothing to say."""
    seen = measure(replies)
    advice: list[str] = []
    starts = {r.split("\n", 1)[0][:40].split(" ")[0] for r in replies[-3:] if r.strip()}
    if seen.opening:
        advice.append(f'Do not begin with "{seen.opening}" again.')
    elif len(replies) >= 3 and len(starts) == 1:
        advice.append(f'Do not begin with "{next(iter(starts))}" this time.')
    if seen.phrases:
        advice.append("Avoid these worn phrases: " + "; ".join(f'"{p}"' for p in seen.phrases) + ".")
    if seen.shrinking:
        advice.append("The last replies grew short; take more room this time.")
    if seen.distinct < 0.6 and len(replies) >= 4:
        advice.append("The last replies were alike; do something different now.")
    return " ".join(advice)
