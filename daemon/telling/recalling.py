"""Recalling: what a question asks for, how well each find answers it, and which finds a prompt is given. Pure.

How well words match, and how close a meaning is, is the index's to say; this fuses both and adds what else tells: who
spoke, when it was, what else its scene has, how recent, how grave.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from daemon.story.words import LITTLE, likeness, telling, topics, words
from protocol.ids import BEGINNING, EntityId, Seq
from protocol.views import LineView
from protocol.world import RecalledKind

WORDS, OWN, AROUND = 0.5, 0.25, 0.25
"""What words, the meaning of a text and the meaning of a line with its neighbours count for in a score, each as a share
of the best among what is found."""

OF_SCENE, BEST = 0.3, 3
"""The share of the mean of the best so many lines of its scene that a line is given; all else is a scene of its own."""

SPOKEN = 0.8
"""What it adds to a line, as a share of its words and meaning, that the one who is asked about says it."""

TIMELY = 1.0
"""The same for what happened at a time that is asked about."""

NAMED = 0.25
"""What a name of the cast counts as a word: whoever speaks seldom names themselves."""

RECENT, GRAVE = 0.02, 0.05
"""What the latest find gets for that, and a memory of significance 10: enough to settle a tie."""

MOST_WORDS = 48
"""Words of a question that are looked for."""

ASIDE = 0.3
"""What a word of a long message counts beside one of the question that ends it."""

FEW = 3
"""Telling words that a question needs to be understood by itself; one of fewer is asked with the sentence before it."""

RUN = 7
"""Words in a row that two texts have in common where one repeats the other."""

AHEAD = 0.0001
"""By how much a gist goes before the lines that it was made from."""

MOST_CUES = 24
"""Words of the last lines that bring something to mind."""

LINES = (1.0, 0.6, 0.4, 0.3)
"""How much the last lines count for what comes to mind, the latest first."""

LIKE = 0.6
"""Of two finds so alike a prompt is given one."""

LEAST = 0.05
"""A find that answers less of what was said does not come to mind."""

CLOSE = 0.35
"""A cosine from which on a text has to do with what was said, though it shares no word with it."""

DECIDED, FEW_WORDS = 0.8, 2
"""Where the best find has as much of a question of so few words, words decide, and meaning is not asked for."""

TIRED = 0.5
"""What is left of a find's score for each of the last replies that had it in its prompt."""


_SENTENCE = re.compile(r"[^.!?…。？！؟]+[.!?…。？！؟]*[\"”’')*`]*\s*")
_DEED = re.compile(r"\*[^*]+\*\s*$")


class Question(msgspec.Struct, frozen=True):
    """What is looked for: words with their weights, and who is asked about."""

    words: Mapping[str, float]
    about: frozenset[EntityId] = frozenset()


class Match(msgspec.Struct, frozen=True):
    """How a find matches a question, before it is read: who says it, its seq, how well words match (about 1 where all
    do), and how close its meaning and that of the lines around it are, as cosines; `scene` is where its scene began, 0
    for what is no line or in none."""

    who: EntityId | None
    seq: Seq
    words: float
    own: float = 0.0
    around: float = 0.0
    scene: Seq = BEGINNING


class Parts(msgspec.Struct, frozen=True):
    """What a score is made of; all of it together is the score."""

    words: float
    meaning: float = 0.0
    around: float = 0.0
    speaker: float = 0.0
    time: float = 0.0
    scene: float = 0.0
    recency: float = 0.0
    significance: float = 0.0
    gist: float = 0.0

    @property
    def score(self) -> float:
        return float(sum(msgspec.structs.astuple(self)))


class Memory(msgspec.Struct, frozen=True):
    """Something that may be put into a prompt: its text as the speaker would think of it. `raw` where that is a line as
    it was told, and no gist."""

    memory: str
    seq: Seq
    text: str
    from_: list[Seq]
    score: float
    raw: bool = False


def question(query: str, names: Mapping[EntityId, str]) -> Question:
    """What a query looks for; `names` are those of the cast as the lens knows them."""
    by_word = {w: e for e, name in names.items() for w in telling(name)}
    asked, aside = _asked(query)
    first = dict.fromkeys(telling(asked), 1.0)
    rest = {w: ASIDE for w in telling(aside) if w not in first} if aside else {}
    found = dict(list({**first, **rest}.items())[:MOST_WORDS])
    about = frozenset(by_word[w] for w in first if w in by_word)
    return Question({w: by * (NAMED if w in by_word else 1.0) for w, by in found.items()}, about)


def _asked(text: str) -> tuple[str, str]:
    """(The questions that end a text, what stands beside them); the whole text where it does not end with a question.

    Deeds after the question do not count, and a question of few words takes the sentence before it along.
    """
    sentences = [s for s in _SENTENCE.findall(_DEED.sub(_kept, text)) if words(s)]
    if not sentences or not _is_question(sentences[-1]):
        return text, ""
    first = len(sentences) - 1
    while first > 0 and _is_question(sentences[first - 1]):
        first -= 1
    if first > 0 and sum(w not in LITTLE for w in telling("".join(sentences[first:]))) < FEW:
        first -= 1
    return "".join(sentences[first:]), "".join(sentences[:first])


def _is_question(sentence: str) -> bool:
    return sentence.rstrip(" \n\"”’')*`").endswith(("?", "？", "؟", "?!"))


def _kept(deed: re.Match[str]) -> str:
    """A deed between asterisks; of one that ends a text nothing, since it comes after what was asked."""
    return "" if not deed.string[deed.end() :].strip() and deed.string[: deed.start()].strip() else deed.group()


def as_embedded(line: LineView, names: Mapping[EntityId, str]) -> str:
    """The last line as a question to a model of embeddings: with its speaker, as lines are embedded."""
    name = names.get(line.who) if line.who is not None else None
    return f"{name}: {line.text}" if name else line.text


def cue(lines: Sequence[LineView], names: Mapping[EntityId, str]) -> Question:
    """What the last lines bring to mind; who speaks in them is not asked about."""
    words: dict[str, float] = {}
    for line, weight in zip(reversed(lines), LINES, strict=False):
        for word, of_word in question(line.text, names).words.items():
            words[word] = max(words.get(word, 0.0), weight * of_word)
    return Question(dict(sorted(words.items(), key=lambda item: -item[1])[:MOST_CUES]))


def may_decide(asked: Question) -> bool:
    """Whether words alone might answer a question, as it has so few."""
    return len(asked.words) <= FEW_WORDS


def decided(asked: Question, found: Sequence[Match], most: int) -> bool:
    """Whether words answer a question, so that nobody need ask for meanings: it has few, and enough is found by all."""
    return may_decide(asked) and len(found) >= most and found[0].words >= DECIDED


def matters(match: Match) -> bool:
    """Whether a find has to do with what was said at all."""
    return match.words >= LEAST or match.own >= CLOSE


def by_words(found: Sequence[Match], asked: Question, timely: Sequence[range]) -> list[Parts]:
    """What can be told of finds before they are read, by words alone."""
    return [_told(match, Parts(match.words), asked, timely) for match in found]


def fused(found: Sequence[Match], asked: Question, timely: Sequence[range], *, relative: bool) -> list[Parts]:
    """What can be told of finds before they are read, by words and meaning. `relative` compares with the best of these;
    otherwise scores of different questions can be compared."""
    most_words = max((m.words for m in found), default=0.0) if relative else 1.0
    closest = max((m.own for m in found), default=0.0) if relative else 1.0
    told = [
        _told(
            m,
            Parts(
                WORDS * _share(m.words, most_words), OWN * _share(m.own, closest), AROUND * _share(m.around, closest)
            ),
            asked,
            timely,
        )
        for m in found
    ]
    return [
        msgspec.structs.replace(p, scene=OF_SCENE * mean) for p, mean in zip(told, _of_scenes(found, told), strict=True)
    ]


def _share(value: float, most: float) -> float:
    return value / most if most > 0 else 0.0


def _told(match: Match, parts: Parts, asked: Question, timely: Sequence[range]) -> Parts:
    """Adds who speaks, and when it was. Where two are asked about, both may have said it."""
    spoken = len(asked.about) == 1 and match.who in asked.about
    in_time = any(match.seq in stretch for stretch in timely)
    score = parts.score
    return msgspec.structs.replace(parts, speaker=SPOKEN * score * spoken, time=TIMELY * score * in_time)


def _of_scenes(found: Sequence[Match], told: Sequence[Parts]) -> list[float]:
    """For each find the mean of the best of its scene; its own score for what is in none."""
    scores: dict[Seq, list[float]] = {}
    for match, parts in zip(found, told, strict=True):
        scores.setdefault(match.scene, []).append(parts.score)
    means = {scene: sum(sorted(of, reverse=True)[:BEST]) / BEST for scene, of in scores.items()}
    return [means[m.scene] if m.scene else p.score for m, p in zip(found, told, strict=True)]


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
    for memory in sorted(tired, key=lambda m: (m.raw, -m.score, -m.seq)):
        own = topics(memory.text)
        if memory.score >= LEAST and not any(_holds(other, own, memory, had) for other, had in chosen):
            chosen.append((memory, own))
    return sorted((memory for memory, _ in chosen), key=lambda m: (-m.score, -m.seq))


def _holds(other: Memory, own: Sequence[str], memory: Memory, had: Sequence[str]) -> bool:
    """Whether another find tells what this one does. A gist tells what a line does only where it leaves little out."""
    if memory.raw and not other.raw:
        return len({*own} & {*had}) >= LIKE * len({*own})
    return likeness(own, had) >= LIKE


def _times(memory: Memory, recalled: Sequence[Sequence[Seq]]) -> int:
    return sum(memory.seq in seqs for seqs in recalled)


def gists_first(finds: Sequence[tuple[RecalledKind, Seq, Sequence[Seq], Parts]]) -> list[Parts]:
    """The parts of finds, given with their kinds, seqs and what they derive from; each gist ahead of the lines that it
    was made from, if it is found at all."""
    lines = [(seq, frozenset(from_), p.score) for kind, seq, from_, p in finds if kind == "line"]

    def ahead(kind: RecalledKind, from_: Sequence[Seq], p: Parts) -> Parts:
        own = frozenset(from_) if kind not in ("line", "lore") else frozenset[Seq]()
        best = max((score for seq, parts, score in lines if own & {seq, *parts}), default=0.0)
        return msgspec.structs.replace(p, gist=best - p.score + AHEAD) if best >= p.score else p

    return [ahead(kind, from_, p) for kind, _, from_, p in finds]


def fitting(
    memories: Sequence[Memory], shown: frozenset[Seq], told: str, budget: int, count: Callable[[str], int]
) -> list[Memory]:
    """The first of these that fit a budget of tokens, gists before raw lines; without lines that are `shown` anyway or
    gists that derive only from those, and without what repeats words of what is `told` beside them, or of each other.
    """
    chosen: list[Memory] = []
    known = f" {' '.join(words(told))} "
    for memory in memories:
        cost = count(memory.text) + 2
        if cost <= budget and not _is_shown(memory, shown) and not any(run in known for run in _runs(memory.text)):
            chosen.append(memory)
            budget -= cost
            known += f" {' '.join(words(memory.text))} "
    return sorted(chosen, key=lambda m: m.raw)


def _is_shown(memory: Memory, shown: frozenset[Seq]) -> bool:
    """Whether a part of a line is shown anyway, or all that a gist derives from."""
    if memory.raw and shown.intersection(memory.from_):
        return True
    return memory.seq in shown or (bool(memory.from_) and shown.issuperset(memory.from_))


def _runs(text: str) -> list[str]:
    """The runs of words of a text by which it is known again; all of a short one."""
    found = words(text)
    last = max(0, len(found) - RUN)
    return [f" {' '.join(found[n : n + RUN])} " for n in range(last + 1) if found]
