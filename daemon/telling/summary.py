"""What is asked of a model that sums up for one mind: a scene, its older part, the time between two scenes. Pure.

Everything here is made of a Telling, so of what one lens shows. The summary belongs to the speaker of the Telling.
"""

import re
from collections.abc import Callable, Sequence

import msgspec

from daemon.story import time_in_words
from daemon.story.summaries import Summary
from daemon.telling.prompt import Telling, about, plain
from daemon.telling.tokens import PER_MESSAGE
from protocol.ids import Seq
from protocol.model import Message
from protocol.views import LineView

MOST_WORDS, LEAST_WORDS, BETWEEN_WORDS = 300, 60, 60
"""The most words of a summary of lines, as many as it may always have, and the most of one of a time left out."""

AT_ONCE = 4
"""How many summaries a prompt is to have room for."""

SHARE = 3
"""A summary has at most one word for so many that it sums up."""

TOKENS_PER_WORD = 1.5
"""Tokens of a word, cautiously."""

LAST_SUMMARIES, LAST_LINES = 2, 12
"""The most earlier summaries, and the most lines, that a summary of a time left out is made from."""

LONGEST = 4000
"""The most characters of a summary that are kept, however long a model goes on."""

LEAST_ROOM = 200
"""Tokens that are given to what is summed up, however much else there is to say."""

_SENTENCE = re.compile(r"[.!?…][\"'”’)*]*(?=\s|$)")


class Piece(msgspec.Struct, frozen=True):
    """Something to sum up: a line, or what was summed up before (`lines` False). `seqs` are those it derives from."""

    text: str
    seqs: list[Seq]
    lines: bool = True


def pieces(t: Telling, before: Sequence[Summary], lines: Sequence[LineView]) -> list[Piece]:
    """What was summed up before of a stretch, and then its lines."""
    summed = [Piece(a.gist, a.from_, lines=False) for a in before]
    return [*summed, *(Piece(plain(t, [x]), [p.seq for p in x.parts]) for x in lines)]


def fitting(found: Sequence[Piece], room: int, count: Callable[[str], int]) -> list[Piece]:
    """The first of these that fit, one line at the least; a text that is too long for all the room is cut."""
    chosen: list[Piece] = []
    for piece in found:
        size = count(piece.text)
        if size > room and any(p.lines for p in chosen):
            break
        allowed = max(room, LEAST_ROOM // 4)
        text = piece.text if size <= allowed else piece.text[: len(piece.text) * allowed // size]
        chosen.append(msgspec.structs.replace(piece, text=text))
        room -= count(text)
    return chosen


def room_beside(t: Telling, ask: Callable[[Telling, Sequence[Piece]], tuple[Message, ...]]) -> int:
    """Tokens that there are for pieces in a prompt with nothing else in it."""
    return max(LEAST_ROOM, t.budget - sum(t.count(m.content) + PER_MESSAGE for m in ask(t, [])))


def length(room: int, found: Sequence[Piece]) -> int:
    """How many words a summary of these pieces may have, where prompts have so many tokens for summaries: as many as
    fit, by tens, but no more than there is to say."""
    told = sum(len(p.text.split()) for p in found)
    fit = int(room / AT_ONCE / TOKENS_PER_WORD)
    return max(LEAST_WORDS, min(MOST_WORDS, fit, told // SHARE) // 10 * 10)


def of_scene(t: Telling, found: Sequence[Piece], words: int = MOST_WORDS) -> tuple[Message, ...]:
    """Asks for what somebody keeps of a scene that is over."""
    sections = ["# The scene that is over", _as_text(found)]
    return _asked(t, sections, f"Write what {_name(t)} remembers of this scene, in at most {words} words.")


def of_older(t: Telling, found: Sequence[Piece], words: int = MOST_WORDS) -> tuple[Message, ...]:
    """Asks for what somebody keeps of the older part of a scene, which is to stand in its place."""
    sections = ["# The scene so far", _as_text(found)]
    return _asked(t, sections, f"Write what {_name(t)} remembers of this so far, in at most {words} words.")


def of_between(t: Telling, minutes: int, begun: Sequence[str]) -> tuple[Message, ...]:
    """Asks for what somebody did in a time that is left out, after the past and the lines of the telling.

    `begun` are the occasions that they know to have begun in it.
    """
    me, recent = _name(t), fitting(pieces(t, t.past, t.lines), t.budget // 2, t.count)
    sections = ["# What was before", _as_text(recent) if recent else "Nothing of note."]
    sections += [f"Meanwhile this began: {'; '.join(begun)}."] * bool(begun)
    until = f", until {time_in_words.moment(t.mind.clock)}" if t.mind.clock is not None else ""
    sections.append(f"Then {lasting(minutes)} went by{until}, of which nothing is told.")
    wanted = (
        f"Write how {me} spent that time, in at most {BETWEEN_WORDS} words. Keep to everyday things that fit what "
        "stands above: nothing that changes anything for somebody else, and no talk with anybody named above."
    )
    return _asked(t, sections, wanted, "what is written must go with it")


def excerpt(found: Sequence[Piece], words: int) -> str:
    """The first of these and as many of the last as have so many words: what there is without a model to sum up."""
    texts = [_beginning(p.text, words // 3) for p in found]
    last = len(texts)
    left = words - len(texts[0].split())
    while last > 1 and (left := left - len(texts[last - 1].split())) >= 0:
        last -= 1
    return "\n".join([texts[0], *["…"] * (last > 1), *texts[last:]])


def _beginning(text: str, words: int) -> str:
    said = text.split(" ")
    return text if len(said) <= words else " ".join([*said[:words], "…"])


def went_by(minutes: int, begun: Sequence[str]) -> str:
    """The same for a time that is left out."""
    passed = f"{lasting(minutes).capitalize()} went by."
    return " ".join([passed, *(f"This began: {title}." for title in begun)])


def _as_text(found: Sequence[Piece]) -> str:
    return "\n".join(p.text if p.lines else f"({p.text})" for p in found)


def _asked(
    t: Telling, sections: Sequence[str], wanted: str, rule: str = "invent nothing, and tell of nothing else"
) -> tuple[Message, ...]:
    me = _name(t)
    system = (
        f"You write down what {me}, a character in an interactive story, keeps in mind. Write in the first person as "
        f"{me}, in the past tense and in the language of the story, as plain prose without headings or lists. Keep who "
        f"was there, what happened, what was said and promised, what changed hands, and what {me} made of it. {me} "
        f"knows only what stands below: {rule}."
    )
    user = "\n\n".join([about(t), *sections, f"{wanted} Write nothing but that."])
    return Message("system", system), Message("user", user)


def _name(t: Telling) -> str:
    known = t.mind.entities.get(t.speaker) if t.speaker is not None else None
    return known.name if known is not None else str(t.speaker)


def lasting(minutes: int) -> str:
    """A length of time in words."""
    for unit, length, least in (("days", 24 * 60, 48 * 60), ("hours", 60, 120), ("minutes", 1, 2)):
        if minutes >= least:
            return f"{round(minutes / length)} {unit}"
    return "a minute" if minutes == 1 else "a while"


def tidied(text: str, whole: bool) -> str:
    """What a model wrote, as it is kept; one that did not come to its end (`whole` False) up to its last sentence."""
    text = re.sub(r"\n{2,}", "\n", text.strip())
    if not whole or len(text) > LONGEST:
        text = text[:LONGEST]
        ends = [m.end() for m in _SENTENCE.finditer(text)]
        text = text[: ends[-1]] if ends else text
    return text
