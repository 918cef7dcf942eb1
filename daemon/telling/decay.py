"""Against decay: how a speaker repeats itself or shrinks, and a note to the renderer that counters it. Pure.

Distinct-n is the share of different n-grams among all (Li et al. 2016, "A Diversity-Promoting Objective Function").
"""

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from protocol.events import Freshness

RECENT = 12
"""Replies that are looked at."""

OPENING = 3
"""Words that make an opening."""

PHRASE = 4
"""Words that make a phrase."""

OFTEN = 3
"""Replies in which a phrase stands that is worn out."""

SAMEY, COPIED = 0.6, 0.4
"""Of the last replies' pairs of words less than this share differ, or of one reply's triples more stood before: then
they are alike."""

SHORT = 40
"""Words; replies that are longer are not told to be longer still."""

LEAST_WORDS, WORN = 4, 0.6
"""A sentence of so many words or more of whose triples this share stood before says nothing new."""

OFTEN_SAID = 2
"""Replies after which a shorter sentence, but for a single word, is worn too."""

_WORD = re.compile(r"[\w']+")
_SENTENCE = re.compile(r"[^.!?…\n]*(?:[.!?…]+[\"”»*`')]*\s*|\n+|$)")

Grams = Sequence[str]


def measure(replies: Sequence[str]) -> Freshness:
    """What the last of these replies of one speaker, oldest first, is like beside those before it."""
    recent = [words_of(r) for r in replies[-RECENT:]]
    if not recent:
        return Freshness()
    *before, last = recent
    opening = last[:OPENING]
    known = {g for words in before for g in _grams(words, 3)}
    fresh = _grams(last, 3)
    return Freshness(
        words=len(last),
        usual=float(median([len(w) for w in before])) if before else 0.0,
        distinct=[round(distinct(recent, n), 3) for n in (1, 2, 3)],
        copied=round(sum(g in known for g in fresh) / len(fresh), 3) if fresh else 0.0,
        openings=sum(bool(opening) and words[:OPENING] == opening for words in before),
        phrases=_recurring(recent),
        shrinking=_shrinking([len(w) for w in recent]),
    )


def distinct(texts: Sequence[Grams], n: int) -> float:
    """The share of different n-grams among all in these lists of words; 1 where there are none."""
    grams = [g for words in texts for g in _grams(words, n)]
    return len(set(grams)) / len(grams) if grams else 1.0


def unrepeated(texts: Sequence[str]) -> list[str]:
    """Replies of one speaker, oldest first, each without the sentences that say nearly word for word what stood in it
    or in an earlier one; what is left may be nothing. A model that is shown how it repeats itself goes on doing so.

    What is left out depends on nothing that comes later, so what a server has read of a prompt stays as it was.
    """
    stood, short = set[tuple[str, ...]](), Counter[tuple[str, ...]]()
    found = []
    for text in texts:
        kept, brief = [], set[tuple[str, ...]]()
        for sentence in sentences(text):
            words = tuple(words_of(sentence))
            triples = _grams(words, 3)
            if len(words) >= LEAST_WORDS:
                worn = sum(t in stood for t in triples) >= WORN * len(triples)
            else:
                worn = len(words) > 1 and short[words] >= OFTEN_SAID
                brief.add(words)
            if not worn:
                kept.append(sentence)
            stood.update(triples)
        short.update(brief)
        fresh = "".join(kept).strip()
        found.append(text if fresh == text.strip() else fresh if words_of(fresh) else "")
    return found


def sentences(text: str) -> list[str]:
    """The sentences of a reply, each with all that stands up to the next; together they are the text."""
    return _SENTENCE.findall(text)


def words_of(text: str) -> list[str]:
    """The words of a reply, without its markup."""
    return _WORD.findall(text.lower())


def _grams(words: Grams, n: int) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def _recurring(texts: Sequence[Grams]) -> int:
    """How many phrases stand in several of the replies; of those that overlap, one counts."""
    counted = Counter(gram for words in texts for gram in dict.fromkeys(_grams(words, PHRASE)))
    kept: list[tuple[str, ...]] = []
    for gram, count in counted.items():
        if count >= OFTEN and all(len(set(gram) & set(other)) < PHRASE - 1 for other in kept):
            kept.append(gram)
    return len(kept)


def _shrinking(lengths: Sequence[int]) -> bool:
    """Whether the latest four are much shorter than the ones before, and short."""
    if len(lengths) < 8:
        return False
    late, early = median(lengths[-4:]), median(lengths[:-4])
    return late < early * 0.6 and late < SHORT


BEGINNINGS = (
    "with something done",
    "with a question",
    "with something seen, heard or smelled here",
    "in the middle of a thought",
    "with an answer, and its reason after it",
)
"""How a reply may begin that should not begin as the last ones did; one of them at a time."""


def counter(replies: Sequence[str]) -> tuple[str, str]:
    """A note to the renderer against what a speaker's latest replies show, and why it is given; both may be empty.

    The note says what to do and does not quote what is worn: that would bring it up once more. Nor does the reason,
    which is kept with the record of the call: a line may be purged.
    """
    seen = measure(replies)
    found: list[tuple[str, str]] = []
    if _open_alike(replies):
        how = BEGINNINGS[len(replies[-1]) % len(BEGINNINGS)]
        found.append((f"Begin unlike before: {how}.", "they begin alike"))
    if phrases := _recurring([words_of(r) for r in replies[-RECENT:]]):
        found.append(("Use other words than before, plain and exact ones.", f"{phrases} phrases recur"))
    if seen.shrinking:
        found.append(("Take more room this time.", f"they shrink, to {seen.words} words"))
    if len(replies) >= 4 and (seen.distinct[1] < SAMEY or seen.copied > COPIED):
        why = f"distinct pairs of words {seen.distinct[1]:g}, {seen.copied:.0%} of the last one stood before"
        found.append(("Let something else happen or be said now.", why))
    return " ".join(advice for advice, _ in found), "; ".join(why for _, why in found)


def _open_alike(replies: Sequence[str]) -> bool:
    """Whether two of the last four begin with the same few words, or three of them with the same one."""
    begun = [w for r in replies[-4:] if (w := words_of(r))]
    few, first = Counter(tuple(w[:OPENING]) for w in begun), Counter(w[0] for w in begun)
    return max(few.values(), default=0) >= 2 or max(first.values(), default=0) >= 3
