"""What each mind may be told of what a reader writes, who saw more than any of them. Pure.

A reader of the world sees every line of a turn, whispers and other rooms among them, and all things with their ids. So
a word of its own that stands only where a mind perceived nothing is a secret to that mind; all others are nobody's.
"""

import re
from collections.abc import Iterable
from functools import cached_property

from daemon.story.state import State
from daemon.story.words import stem, telling, words
from daemon.story.world import World
from daemon.telling.reading.passage import Heard, Passage
from protocol.ids import BITS, EntityId, Mask, entities_of, mask_of

SHORT = 60
"""Characters of a name or a spot."""

POSTURES = (
    "stand", "sit", "kneel", "crouch", "squat", "lean", "rise", "walk", "wait", "wake", "sleep", "beside", "near",
    "next", "hand", "arm", "foot", "feet", "head", "knee", "shoulder",
)  # fmt: skip
"""Words of how a body is placed, which tell nothing by themselves, wherever they stood first: they are no secrets."""

COLOURLESS = (
    "again", "always", "another", "answer", "anybody", "anything", "ask", "away", "back", "become", "begin", "behind",
    "both", "bring", "call", "change", "come", "day", "down", "each", "end", "enough", "ever", "every", "feel", "few",
    "find", "first", "found", "get", "give", "go", "good", "happen", "hear", "heard", "hold", "keep", "kept", "know",
    "known", "last", "learn", "leave", "left", "let", "like", "little", "long", "look", "lost", "made", "make", "man",
    "many", "more", "most", "much", "name", "need", "never", "new", "next", "night", "nobody", "nothing", "now", "old",
    "once", "one", "open", "other", "out", "over", "own", "people", "person", "place", "put", "read", "really", "room",
    "said", "say", "see", "seek", "show", "side", "somebody", "someone", "something", "speak", "stay", "still", "such",
    "take", "tell", "thing", "think", "thought", "through", "time", "told", "took", "try", "turn", "two", "under",
    "until", "up", "use", "want", "way", "well", "what", "whether", "while", "without", "woman", "word", "work", "year",
)  # fmt: skip
"""English words of which many a wish or a mood is made and no secret: heard from a mind, they tell nothing of it."""

CONDITIONS = (
    "broken", "burning", "closed", "cracked", "dirty", "empty", "extinguished", "full", "lit", "locked", "out", "open",
    "ripped", "shattered", "shut", "smashed", "smoking", "soaked", "split", "torn", "wet",
)  # fmt: skip
"""English words of how a thing plainly looks: who sees it sees that, whoever told of it."""

_PHRASE = re.compile(
    r"\s+(?=(?:in|into|on|onto|at|by|with|under|behind|beside|between|over|from|against|near|through|round|around)\s)"
)
_CLAUSE = re.compile(r"[,;:—–]\s+|\s+and\s+")
_SENTENCE = re.compile(r"[^.!?…]+[.!?…]*[\"”’']*\s*")


class Ears:
    """Tells which of a reader's words are no secret to whom, in the world of the passage or as it is `now`."""

    def __init__(self, p: Passage, world: World | None = None, before: "Ears | None" = None) -> None:
        self._p, self._world, self._before = p, world or p.world, before
        self._secrets: dict[EntityId, frozenset[str]] = {}

    def now(self, world: World) -> "Ears":
        """The same once the changes before this one are done: what somebody has seen by then is no secret to them."""
        return self if world.minds is self._world.minds else Ears(self._p, world, self)

    def may_hear(self, text: str, mask: Mask) -> Mask:
        """The mask of those among these to whom no word of a text is a secret."""
        said = _stems([text])
        return mask_of(e for e in entities_of(mask) if not said & self.secrets(e))

    def secrets(self, e: EntityId) -> frozenset[str]:
        """The stems of the words that only others perceived."""
        if e not in self._secrets and self._before is not None:
            self._secrets[e] = self._before.secrets(e) - _stems(_words_of(self._world.minds[e]))
        elif e not in self._secrets:
            lines = (*self._p.earlier, *self._p.before, *self._p.all)
            heard = (x.text for x in lines if x.witnesses & BITS[e])
            mind = self._p.world.minds[e]
            asked = (x for t in mind.threads.values() for x in (t.title, t.note))
            known = _stems([*heard, *asked, *_words_of(mind)])
            shown = self._everything if e == self._p.mind else self._everything | self._own
            self._secrets[e] = shown - known - _PLAIN
        return self._secrets[e]

    def unsaid(self, stems: frozenset[str]) -> frozenset[str]:
        """Those of these stems that stand in no line and name nothing that there is."""
        return stems - self._everything_said

    def worded(self, text: str, part: Heard, mask: Mask, longest: int) -> str:
        """A text for all of these: as it was written; where it holds what is a secret to one of them, those clauses of
        it that do not; where little is left of it, words of the part."""
        text = clipped(text, longest)
        freed = self.freed(text, mask)
        kept = 2 * len(_stems([freed])) >= len(_stems([text]))
        return freed if kept else excerpt(part.text, text, longest)

    def freed(self, text: str, mask: Mask) -> str:
        """Those clauses of a text that are no secret to any of these."""
        if self.may_hear(text, mask) == mask:
            return text
        return ", ".join(c.strip() for c in _CLAUSE.split(text) if c.strip() and self.may_hear(c, mask) == mask)

    def seen(self, text: str, mask: Mask, *, done: bool) -> str:
        """What of a text about what these see may be told them: its clauses that are no secret to one of them, or else
        the first up to the phrase that is (`sitting`, of `sitting in his chair`). How things look is plain where it is
        told as `done`."""
        plain = _PLAIN | _stems(CONDITIONS) if done else _PLAIN
        secret = frozenset().union(*(self.secrets(e) for e in entities_of(mask))) - plain
        if not secret & _stems([text]):
            return text
        clauses = [c.strip() for c in _CLAUSE.split(text) if c.strip()]
        return ", ".join(c for c in clauses if not secret & _stems([c])) or _up_to(clauses[0], secret)

    @cached_property
    def _everything_said(self) -> frozenset[str]:
        return self._everything | frozenset(stem(w) for x in (*self._p.before, *self._p.all) for w in words(x.text))

    @cached_property
    def _own(self) -> frozenset[str]:
        """The stems of what a reader is shown of a mind that it reads with the world."""
        who = self._p.mind
        within = _words_within(self._p.world.minds[who], who) if who is not None else ()
        return _stems(within) - _stems(COLOURLESS)

    @cached_property
    def _everything(self) -> frozenset[str]:
        lines = (x.text for x in (*self._p.before, *self._p.all))
        asked = (self._p.truth.threads[t].title for t in self._p.threads)
        return _stems([*lines, *asked, *_words_of(self._p.truth)])


def _words_of(state: State) -> Iterable[str]:
    """All that a state has names and words for, of what a reader is shown or might take up."""
    for who in state.entities.values():
        yield from (who.name, who.appearance, who.doing or "", who.status or "")
    for place in state.containers.values():
        yield from (place.name, place.description)
    for thing in state.props.values():
        where = thing.in_.spot or "" if thing.in_ is not None else ""
        yield from (thing.name, thing.description, thing.condition, where)
    for occasion in state.occasions.values():
        yield from (occasion.title, occasion.purpose)
    yield from (state.group.tone, *state.group.habits)


def _up_to(clause: str, secret: frozenset[str]) -> str:
    """A clause up to the first of its phrases that holds one of these stems; empty where that is the first."""
    phrases = _PHRASE.split(clause)
    first = next((n for n, x in enumerate(phrases) if secret & _stems([x])), len(phrases))
    return " ".join(phrases[:first])


def _words_within(mind: State, who: EntityId) -> Iterable[str]:
    """All that a mind keeps to itself, of what its reader is shown (mind_call.py)."""
    own = mind.entities[who]
    yield from (own.description or "", own.personality or "", own.mood or "", *own.goals)
    for edge in mind.edges.values():
        yield edge.note or ""
    for thread in mind.threads.values():
        yield thread.title


def _stems(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for text in texts for word in telling(text))


def clipped(text: str, longest: int) -> str:
    """A text in one line, ended where it is too long: at a sentence, though not within quotes, or else at a word."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    whole = _until(_SENTENCE.findall(line), longest).strip()
    return whole or line[: longest - 1].rsplit(" ", 1)[0] + "…"


def excerpt(text: str, like: str, longest: int) -> str:
    """The sentence of a text that has most in common with another text, clipped."""
    wanted = _stems([like])
    sentences = [s.strip() for s in _SENTENCE.findall(" ".join(text.split())) if s.strip()] or [text]
    return clipped(max(sentences, key=lambda s: len(wanted & _stems([s]))), longest)


_PLAIN = _stems(POSTURES)


def _until(sentences: list[str], longest: int) -> str:
    text = whole = ""
    for sentence in sentences:
        text += sentence
        if len(text) > longest:
            break
        if text.count('"') % 2 == 0 and text.count("“") <= text.count("”"):
            whole = text
    return whole
