"""How much of a reply that is being written is certain: what `you` perceive of it won't change with what comes. Pure.

The rules by which a text is read look beyond a sentence: words that were spoken are thought once `she thinks` follows
them, whispered once somebody is told to have whispered, and plain words are told where a later paragraph is written as
in a novel. So a reply is certain up to the first sentence that says, read either way, what somebody thinks, writes to
somebody or does unseen, where they go, or (where a third might be meant) that they whisper; what stands in brackets may
say any of that. What stands between backticks is a thought in any case, and harms nothing.

Before that sentence whole paragraphs are certain. Where only two are there, who talk to each other, so are sentences,
once the next one is whole: no rule but those of whispers to a third looks further back.
"""

import re
from collections.abc import Iterator

from daemon.story.decide import Part
from daemon.story.state import State
from daemon.telling import messages, thoughts, whispers
from daemon.telling.deed_rules import Author
from daemon.telling.deeds import deeds
from daemon.telling.unseen import unseen
from protocol.commands import Move
from protocol.ids import EntityId

_END = re.compile(r"[.!?…]+[\"”»*)\]`]*(?=\s)|\n+")
"""How a sentence ends; line breaks end whatever stands before them."""

_MARK = re.compile(r"[*\"“”»]")
_THOUGHT = re.compile(r"`[^`\n]*`")


AT_ONCE = 8
"""Sentences that are looked at in one go, which takes some ten milliseconds; the others wait for the next time."""

NEAR = 20
"""Letters after a sentence within which the next one begins, unless there are mere blanks and marks."""


def two_alone(truth: State, speaker: EntityId | None) -> bool:
    """Whether the speaker is with `you`, both awake, in a story without a third."""
    if speaker in (None, "you") or truth.entities.keys() != {"you", speaker}:
        return False
    you, other = truth.entities["you"], truth.entities[speaker]
    return you.container == other.container and you.awake and other.awake


class Certain:
    """What is certain of a draft, as it grows; each sentence is looked at once."""

    def __init__(self, truth: State, mind: State, speaker: EntityId | None) -> None:
        """`mind` is the speaker's (None is the narrator)."""
        self._truth, self._mind, self._speaker = truth, mind, speaker
        self._two = two_alone(truth, speaker)
        self._known: dict[str, bool] = {}

    def of(self, text: str) -> str:
        """The beginning of a draft that is certain."""
        end = paragraph = 0
        most = len(self._known) + AT_ONCE
        for start, stop in _sentences(text):
            if len(self._known) == most:
                break
            if text[start:stop].isspace():
                if _closed(text[paragraph:start]):
                    end = start
                paragraph = stop
            elif self._uncertain(text[start:stop]):
                break
            elif self._two and _closed(text[paragraph:start]):
                end = start
        return text[:end].rstrip()

    def _uncertain(self, sentence: str) -> bool:
        """Whether a sentence may have itself, or what is beside it, kept from somebody."""
        if self._speaker is None:
            return False  # all who are there hear a narrator
        if sentence not in self._known:
            self._known[sentence] = _may_be_kept(sentence, self._truth, self._mind, self._speaker, two=self._two)
        return self._known[sentence]


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each whole sentence of a text begins and ends, and each stretch of line breaks."""
    start = 0
    for found in _END.finditer(text):
        breaks = found[0].isspace()
        if breaks and found.start() > start:
            yield start, found.start()
            start = found.start()
        if breaks or text[found.end()] == "\n" or _begins(text[found.end() : found.end() + NEAR]):
            yield start, found.end()
            start = found.end()


def _begins(rest: str) -> bool:
    """Whether a sentence begins here."""
    first = next((c for c in rest if c.isalnum()), "")
    return first.isupper() or first.isdigit()


def _closed(text: str) -> bool:
    """Whether all marks in a text have their fellows."""
    return all(text.count(mark) % 2 == 0 for mark in ("*", '"', "`")) and text.count("“") == text.count("”")


def _may_be_kept(sentence: str, truth: State, mind: State, speaker: EntityId, *, two: bool) -> bool:
    """Whether a sentence, spoken or told, may have itself or what is beside it kept from somebody."""
    if "(" in sentence or sentence.count("`") % 2:
        return True
    bare = _THOUGHT.sub(" ", sentence).strip(' \t\n*"“”')
    names = {x.name.lower(): e for e, x in truth.entities.items() if e != speaker}
    _, done = deeds(mind, Author(speaker, reply=True, for_you=truth.writes_for_you), [Part("action", bare)])
    return (
        any(private for _, private in thoughts.pieces(bare))
        or any(thoughts.tags(piece) for piece in _MARK.split(bare))
        or thoughts.leads_in(bare)
        or messages.message(bare, names) is not None
        or (not two and (whispers.whisper(bare, names) is not None or whispers.low(bare)))
        or any(part.unseen for part in unseen([Part("action", bare)], names))
        or any(isinstance(deed, Move) for _, deed in done)
    )
