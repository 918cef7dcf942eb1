"""How much of a reply that is being written is certain: what others perceive of it won't change with what comes. Pure.

The rules by which a text is read look beyond a sentence: words that were spoken are thought once `she thinks` follows
them, whispered once somebody is told to have whispered, and plain words are told where a later paragraph is written as
in a novel. So a reply is certain up to the first sentence that says, read either way, what somebody thinks, writes to
somebody or does unseen, that they go or fall asleep, or (where a third might be meant) that they whisper; what stands
in brackets may say any of that. What stands between backticks is a thought in any case, and changes nothing beside it.
Of a reply to somebody who wrote from elsewhere nothing is certain: mere words are sent back, until something is done.

Before that sentence whole paragraphs are certain; one that does not end a sentence is looked at with the next. Where
only two are there, who talk to each other, so are sentences, once the next one is whole: no rule but those of whispers
to a third looks further back.

What is certain is shown as it is written, since the marks that its words come to have may not be certain yet, nor
whether a sign that stands alone beside a thought is left out with it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from daemon.story.decide import Ids, Part, Utter
from daemon.story.lenses import ALONE, LENSES, TRUTH, Lens, shows
from daemon.story.perception import present
from daemon.story.state import State, people_in
from daemon.story.world import World, decide_all
from daemon.telling import messages, thoughts, whispers
from daemon.telling.deed_rules import Author
from daemon.telling.deeds import deeds
from daemon.telling.unseen import unseen
from protocol.commands import Act, Move
from protocol.errors import Fault
from protocol.events import LineSaid
from protocol.ids import EntityId, entities_of

_END = re.compile(r"[.!?…]+[\"”»*)\]\0]*(?=\s)|\n+")
"""How a sentence ends; line breaks end whatever stands before them."""

_ENDED = re.compile(r"[.!?][\"”»*)\]\0\s]*$")
_MARKS = re.compile(r"[*\"“”«»\0\n]+")
_BETWEEN = " \t\n,;:—–-"
_PIECES = re.compile(r"[*\"“”«»\0\n.!?…]+")
_THOUGHT = re.compile(r"`[^`\n]+(?:`|(?=\n)|$)")
_BY_ITSELF = re.compile(rf"\s*(?:{_THOUGHT.pattern})")
_MASK = "\0"
"""What stands for each letter of a thought, while the rest is looked at."""

LONGEST = 1000
"""Letters of a sentence that are looked at again with the next paragraph, where it may go on."""

AT_ONCE = 8
"""Sentences that are looked at in one go, which takes some ten milliseconds; the others wait for the next time."""

NEAR, FAR = 20, 1000
"""Letters after a sentence within which the next one begins, unless there are mere blanks and marks; and with the
thoughts between them."""


class Certain:
    """What the others are certain to perceive of a draft, as it grows: those who look through one of `lenses`.

    Each sentence is looked at once. It is `behind` while there are whole sentences that have yet to be looked at.
    """

    def __init__(self, world: World, speaker: EntityId | None, answers: EntityId | None = None) -> None:
        """`speaker` (None is the narrator) answers the message of somebody, if of anybody."""
        self.lenses = overhearing(world, speaker)
        self.behind = False
        self._truth, self._speaker = world.truth, speaker
        self._mind = world.minds.get(speaker or "you", world.truth)
        self._two = two_alone(world.truth, speaker)
        self._sent_back = answers is not None and not _beside(world.truth, speaker, answers)
        self._begin()

    def of(self, text: str) -> str:
        """What is certain of a draft that is this text by now, as it is written."""
        if self._speaker is None:
            return text  # all who are there hear a narrator
        if not text.startswith(self._seen):
            self._begin()
        self.behind = False
        end = self._end
        if not self._over:
            self._look(text)
        if end != self._end:
            self._heard = _BY_ITSELF.sub("", text[: self._end]).strip()
        return self._heard

    def _begin(self) -> None:
        """Takes note that a draft begins: `_seen` of it was looked at, up to `_end` it is certain; a sentence that was
        not ended by its paragraph is `_going_on`."""
        self._seen, self._paragraph, self._end, self._over = "", 0, 0, self._sent_back
        self._heard = self._going_on = ""

    def _look(self, text: str) -> None:
        """Looks at the sentences that have become whole."""
        masked = text[: self._paragraph] + _THOUGHT.sub(lambda t: _MASK * len(t[0]), text[self._paragraph :])
        looked, at = 0, len(self._seen)
        for start, stop in _sentences(masked, at):
            sentence = masked[start:stop]
            if looked == AT_ONCE:
                self.behind = True
                break
            at = stop
            if sentence.isspace():
                if not self._going_on and _closed(masked[self._paragraph : start]):
                    self._end = start
                self._paragraph = stop
                continue
            looked += 1
            sentence = self._going_on + sentence
            if _may_be_kept(sentence, self._truth, self._mind, self._speaker or "you", two=self._two):
                self._over = True
                break
            if (self._two or self._going_on) and _closed(masked[self._paragraph : start]):
                self._end = start
            self._going_on = "" if _ENDED.search(sentence) else f"{sentence[-LONGEST:]}\n"
        self._seen = text[:at]


def overhearing(world: World, speaker: EntityId | None) -> frozenset[Lens]:
    """Through which lenses one perceives whatever somebody says and does, without being them: who hears but does not
    see them, as next door, is not certain to perceive what may be either."""
    parts = [Part("narration", "…")] if speaker is None else [Part("speech", "…"), Part("action", "…")]
    try:
        drafts, _ = decide_all(world, [Utter(line="", who=speaker, parts=parts)], Ids(1))
    except Fault:
        return frozenset()
    said = [d for d in drafts if isinstance(d.payload, LineSaid)]
    own = {TRUTH} if speaker is None else {TRUTH, ALONE[speaker]}
    return frozenset(n for n in LENSES if n not in own and all(shows(n, d.witnesses, d.seems) for d in said))


def two_alone(truth: State, speaker: EntityId | None) -> bool:
    """Whether the speaker is with one other, both awake, in a story without a third."""
    if speaker is None or speaker not in truth.entities or len(truth.entities) != 2:
        return False
    return len(entities_of(present(truth, truth.entities[speaker].container))) == 2


def _beside(truth: State, speaker: EntityId | None, other: EntityId) -> bool:
    return (
        speaker is not None
        and speaker in truth.entities
        and other in people_in(truth, truth.entities[speaker].container)
    )


def _sentences(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where each whole sentence of a text begins and ends, from `start` on, and each stretch of line breaks."""
    for found in _END.finditer(text, start):
        breaks = found[0].isspace()
        if breaks and found.start() > start:
            yield start, found.start()
            start = found.start()
        if breaks or text[found.end()] == "\n" or _begins(text, found.end()):
            yield start, found.end()
            start = found.end()


def _begins(text: str, at: int) -> bool:
    """Whether a sentence begins here, or after a thought."""
    first = next((c for c in text[at : at + FAR].replace(_MASK, "")[:NEAR] if c.isalnum()), "")
    return first.isupper() or first.isdigit()


def _closed(text: str) -> bool:
    """Whether all marks in a text have their fellows."""
    return all(text.count(mark) % 2 == 0 for mark in ("*", '"')) and text.count("“") == text.count("”")


def _may_be_kept(sentence: str, truth: State, mind: State, speaker: EntityId, *, two: bool) -> bool:
    """Whether a sentence, spoken or told, may have itself or what is beside it kept from somebody."""
    if "(" in sentence or "`" in sentence:
        return True
    bare = re.sub(f"{_MASK}+", " ", sentence).strip(' \t\n*"“”')
    some = [p.lstrip(_BETWEEN).rstrip() for cut in (_MARKS, _PIECES) for p in cut.split(sentence)]
    some = [p for p in dict.fromkeys([bare, *some]) if any(c.isalnum() for c in p)]
    names = {x.name.lower(): e for e, x in truth.entities.items() if e != speaker}
    return any(_is_private(piece, names, two=two) for piece in some) or _moves(some, truth, mind, speaker)


def _is_private(piece: str, names: Mapping[str, EntityId], *, two: bool) -> bool:
    """Whether words, spoken or told, say of themselves or of what is beside them that somebody does not perceive it."""
    return (
        any(private for _, private in thoughts.pieces(piece))
        or thoughts.tags(piece)
        or thoughts.leads_in(piece)
        or messages.message(piece, names) is not None
        or (not two and (whispers.whisper(piece, names) is not None or whispers.low(piece)))
        or any(whispers.asides(piece))
        or any(part.unseen for part in unseen([Part("action", piece)], names))
    )


def _moves(some: Sequence[str], truth: State, mind: State, speaker: EntityId) -> bool:
    """Whether somebody goes somewhere, or falls asleep, in any of these words."""
    author = Author(speaker, reply=True, for_you=truth.writes_for_you)
    done = (deed for piece in some for _, deed in deeds(mind, author, [Part("action", piece)])[1])
    return any(isinstance(deed, Move) or (isinstance(deed, Act) and deed.awake is False) for deed in done)
