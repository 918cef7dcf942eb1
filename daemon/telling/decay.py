"""Against decay: how a speaker repeats itself or shrinks, and a note to the renderer that counters it. Pure.

Distinct-n is the share of different n-grams among all (Li et al. 2016, "A Diversity-Promoting Objective Function").
"""

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from daemon.telling.overused import NOTHING, Overused, found
from protocol.events import Freshness

RECENT = 12
"""Replies that are looked at."""

OPENING = 3
"""Words that make an opening."""

PHRASE = 4
"""Words that make a phrase."""

OFTEN = 3
"""Replies in which a phrase stands that is worn out."""

LATELY = 4
"""The latest replies, of which no two should begin alike, and no three end so."""

WORN_OUT = 3
"""Phrases that are worn out by when a speaker is told to use other words."""

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
_MARKED = re.compile(r"(?:\*[^*\n]+\*|`[^`\n]+`|\"[^\"\n]+\"|“[^“”\n]+”)\s*")
_SENTENCE = re.compile(r"[^.!?…\n]*(?:[.!?…]+[\"”»*`')]*\s*|\n+|$)")

Grams = Sequence[str]
Names = frozenset[str]
"""Words, in lower case, of the names of places, things, people and plans: prose must use them again and again."""

NOBODYS: Names = frozenset()


def measure(replies: Sequence[str], names: Names = NOBODYS, overused: Overused = NOTHING) -> Freshness:
    """What the last of these replies of one speaker, oldest first, is like beside those before it. What has a word of
    the `names` of the world in it is no phrase that wears out; what is `overused` anyway is counted in the last."""
    recent = [words_of(r) for r in replies[-RECENT:]]
    if not recent:
        return Freshness()
    *before, last = recent
    opening, ending = last[:OPENING], last[-OPENING:]
    known = {g for words in before for g in _grams(words, 3)}
    fresh = _grams(last, 3)
    return Freshness(
        words=len(last),
        usual=float(median([len(w) for w in before])) if before else 0.0,
        distinct=[round(distinct(recent, n), 3) for n in (1, 2, 3)],
        copied=round(sum(g in known for g in fresh) / len(fresh), 3) if fresh else 0.0,
        openings=sum(bool(opening) and words[:OPENING] == opening for words in before),
        endings=sum(bool(ending) and words[-OPENING:] == ending for words in before),
        phrases=_recurring(replies[-RECENT:], names),
        overused=found(overused, replies[-1]),
        shrinking=_shrinking([len(w) for w in recent]),
    )


def overview(replies: Sequence[str], names: Names = NOBODYS, overused: Overused = NOTHING) -> Freshness:
    """What these replies of one speaker, oldest first, are like by themselves: how many open and end as one before did,
    and how many entries of the list all of them have."""
    texts = [words_of(r) for r in replies]
    openings = [tuple(w[:OPENING]) for w in texts if w]
    endings = [tuple(w[-OPENING:]) for w in texts if w]
    return Freshness(
        words=len(texts[-1]) if texts else 0,
        usual=float(median([len(w) for w in texts])) if texts else 0.0,
        distinct=[round(distinct(texts, n), 3) for n in (1, 2, 3)],
        openings=len(openings) - len(set(openings)),
        endings=len(endings) - len(set(endings)),
        phrases=_recurring(replies, names),
        overused=sum(found(overused, r) for r in replies),
        shrinking=_shrinking([len(w) for w in texts]),
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
    fresh_texts = []
    for text in texts:
        kept, brief = [], set[tuple[str, ...]]()
        some = units(text)
        for before, sentence in zip(["", *some], some, strict=False):
            words = tuple(words_of(sentence))
            triples = _grams(words, 3)
            if len(words) >= LEAST_WORDS:
                worn = sum(t in stood for t in triples) >= WORN * len(triples)
            else:
                worn = len(words) > 1 and short[words] >= OFTEN_SAID and not _is_tag(before, sentence)
                brief.add(words)
            if not worn:
                kept.append(sentence)
            stood.update(triples)
        short.update(brief)
        fresh = "".join(kept).strip()
        fresh_texts.append(text if fresh == text.strip() else fresh if words_of(fresh) else "")
    return fresh_texts


def _is_tag(before: str, sentence: str) -> bool:
    """Whether a sentence goes on with the words before it, as `she said` does with what is quoted."""
    return sentence.lstrip()[:1].islower() or before.rstrip(" \t\"”»’'").endswith(",")


def sentences(text: str) -> list[str]:
    """The sentences of a reply, each with all that stands up to the next; together they are the text."""
    return _SENTENCE.findall(text)


def units(text: str) -> list[str]:
    """A reply in the pieces that can be left out of it: what stands between marks is one, else a sentence is."""
    pieces, at = list[str](), 0
    for marked in _MARKED.finditer(text):
        pieces += [*sentences(text[at : marked.start()]), marked[0]]
        at = marked.end()
    return [x for x in (*pieces, *sentences(text[at:])) if x]


def words_of(text: str) -> list[str]:
    """The words of a reply, without its markup."""
    return _WORD.findall(text.lower())


def _grams(words: Grams, n: int) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def _recurring(replies: Sequence[str], names: Names = NOBODYS) -> int:
    """How many phrases, each within a sentence, stand in several of the replies and name nothing; a longer one is
    one."""
    counted = Counter(gram for reply in replies for gram in dict.fromkeys(_phrases(reply)))
    worn = [gram for gram, count in counted.items() if count >= OFTEN and names.isdisjoint(gram)]
    begin = {gram[:-1] for gram in worn}
    return sum(gram[1:] not in begin for gram in worn)


def _phrases(reply: str) -> list[tuple[str, ...]]:
    return [gram for sentence in sentences(reply) for gram in _grams(words_of(sentence), PHRASE)]


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


def counter(replies: Sequence[str], names: Names = NOBODYS, overused: Overused = NOTHING) -> tuple[str, str]:
    """A note to the renderer against what a speaker's latest replies show, and why it is given; both may be empty.

    The note says what to do and does not quote what is worn: that would bring it up once more. Nor does the reason,
    which is kept with the record of the call: a line may be purged.
    """
    seen = measure(replies, names, overused)
    told: list[tuple[str, str]] = []
    if _open_alike(replies):
        how = BEGINNINGS[len(replies[-1]) % len(BEGINNINGS)]
        told.append((f"Begin unlike before: {how}.", "they begin alike"))
    if _end_alike(replies):
        told.append(("End unlike before.", "they end alike"))
    phrases, listed = seen.phrases, sum(found(overused, r) for r in replies[-LATELY:])
    if phrases + listed >= WORN_OUT:
        why = f"{phrases} phrases recur" + (f", {listed} stand in the list of what is overused" if listed else "")
        told.append(("Use other words than before, plain and exact ones.", why))
    if seen.shrinking:
        told.append(("Take more room this time.", f"they shrink, to {seen.words} words"))
    if len(replies) >= 4 and (seen.distinct[1] < SAMEY or seen.copied > COPIED):
        why = f"distinct pairs of words {seen.distinct[1]:g}, {seen.copied:.0%} of the last one stood before"
        told.append(("Let something else happen or be said now.", why))
    return " ".join(advice for advice, _ in told), "; ".join(why for _, why in told)


def _end_alike(replies: Sequence[str]) -> bool:
    """Whether three of the last four end with the same few words."""
    ended = Counter(tuple(w[-OPENING:]) for r in replies[-LATELY:] if len(w := words_of(r)) > OPENING)
    return max(ended.values(), default=0) >= OFTEN


def _open_alike(replies: Sequence[str]) -> bool:
    """Whether two of the last four begin with the same few words, or three of them with the same one."""
    begun = [w for r in replies[-LATELY:] if (w := words_of(r))]
    few, first = Counter(tuple(w[:OPENING]) for w in begun), Counter(w[0] for w in begun)
    return max(few.values(), default=0) >= 2 or max(first.values(), default=0) >= 3
