"""Recalling: what a question asks for, how well each find answers it, and which finds a prompt is given. Pure.

How well words match is the index's to say; this adds what else tells: who spoke, when it was, how recent, how grave.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from daemon.story.words import likeness, telling, topics
from protocol.ids import EntityId, Seq
from protocol.views import LineView
from protocol.world import RecalledKind

SPOKEN = 0.8
"""What it adds to a line, as a share of its words, that the one who is asked about says it."""

TIMELY = 1.0
"""The same for what happened at a time that is asked about."""

NAMED = 0.25
"""What a name of the cast counts as a word: whoever speaks seldom names themselves."""

RECENT, GRAVE = 0.02, 0.05
"""What the latest find gets for that, and a memory of significance 10: enough to settle a tie."""

MOST_WORDS = 48
"""Words of a question that are looked for."""

MOST_CUES = 24
"""Words of the last lines that bring something to mind."""

LINES = (1.0, 0.6, 0.4, 0.3)
"""How much the last lines count for what comes to mind, the latest first."""

LIKE = 0.6
"""Of two finds so alike a prompt is given one."""

LEAST = 0.05
"""A find that answers less of what was said does not come to mind."""

TIRED = 0.5
"""What is left of a find's score for each of the last replies that had it in its prompt."""


class Question(msgspec.Struct, frozen=True):
    """What is looked for: words with their weights, and who is asked about."""

    words: Mapping[str, float]
    about: frozenset[EntityId] = frozenset()


class Parts(msgspec.Struct, frozen=True):
    """What a score is made of; all of it together is the score."""

    words: float
    speaker: float = 0.0
    time: float = 0.0
    recency: float = 0.0
    significance: float = 0.0

    @property
    def score(self) -> float:
        return self.words + self.speaker + self.time + self.recency + self.significance


class Memory(msgspec.Struct, frozen=True):
    """Something that may be put into a prompt: its text as the speaker would think of it."""

    memory: str
    seq: Seq
    text: str
    from_: list[Seq]
    score: float


def question(query: str, names: Mapping[EntityId, str]) -> Question:
    """What a query looks for; `names` are those of the cast as the lens knows them."""
    by_word = {w: e for e, name in names.items() for w in telling(name)}
    found = telling(query)[:MOST_WORDS]
    about = frozenset(by_word[w] for w in found if w in by_word)
    return Question({w: NAMED if w in by_word else 1.0 for w in found}, about)


def cue(lines: Sequence[LineView], names: Mapping[EntityId, str]) -> Question:
    """What the last lines bring to mind; who speaks in them is not asked about."""
    words: dict[str, float] = {}
    for line, weight in zip(reversed(lines), LINES, strict=False):
        for word, of_word in question(line.text, names).words.items():
            words[word] = max(words.get(word, 0.0), weight * of_word)
    return Question(dict(sorted(words.items(), key=lambda item: -item[1])[:MOST_CUES]))


def first_parts(words: float, who: EntityId | None, seq: Seq, asked: Question, timely: Sequence[range]) -> Parts:
    """What can be told of a find before it is read. Where two are asked about, both may have said it."""
    spoken = len(asked.about) == 1 and who in asked.about
    in_time = any(seq in stretch for stretch in timely)
    return Parts(words, SPOKEN * words * spoken, TIMELY * words * in_time)


def weighed(finds: Sequence[tuple[Parts, int, float]]) -> list[Parts]:
    """The whole parts of finds, given with their seqs and significance.

    Recency goes by their order alone, and so tells nothing of what else lies between them.
    """
    order = {seq: n for n, seq in enumerate(sorted(seq for _, seq, _ in finds), start=1)}
    return [
        msgspec.structs.replace(p, recency=RECENT * order[seq] / len(order), significance=GRAVE * grave / 10)
        for p, seq, grave in finds
    ]


def as_thought(
    kind: RecalledKind, text: str, who: EntityId | None, speaker: EntityId | None, names: Mapping[EntityId, str]
) -> str:
    """What was found, as a speaker thinks of it; with nobody's speaker (None), as it is told."""
    name = "You" if who is not None and who == speaker else names.get(who, who) if who is not None else ""
    if kind == "line":
        return f"{name} said: {text}" if name else text
    if kind == "hearsay" and name:
        return f"{name} told {'you' if speaker is not None else 'them'}: {text}"
    return text


def coming_to_mind(found: Sequence[Memory], recalled: Sequence[Sequence[Seq]]) -> list[Memory]:
    """What comes to mind of these, best first: nothing weak, nothing twice, and not the same at every turn.

    `recalled` are the seqs that the prompts of the last replies were given.
    """
    tired = [msgspec.structs.replace(m, score=m.score * TIRED ** _times(m, recalled)) for m in found]
    chosen: list[tuple[Memory, list[str]]] = []
    for memory in sorted(tired, key=lambda m: (-m.score, -m.seq)):
        own = topics(memory.text)
        if memory.score >= LEAST and all(likeness(own, other) < LIKE for _, other in chosen):
            chosen.append((memory, own))
    return [memory for memory, _ in chosen]


def _times(memory: Memory, recalled: Sequence[Sequence[Seq]]) -> int:
    return sum(memory.seq in seqs for seqs in recalled)


def fitting(
    memories: Sequence[Memory], shown: frozenset[Seq], budget: int, count: Callable[[str], int]
) -> list[Memory]:
    """The first of these that fit a budget of tokens, without what derives only from seqs that are `shown` anyway."""
    chosen: list[Memory] = []
    for memory in memories:
        cost = count(memory.text) + 2
        if cost <= budget and not (memory.seq in shown or (memory.from_ and shown.issuperset(memory.from_))):
            chosen.append(memory)
            budget -= cost
    return chosen
