"""A prompt as a script that breaks off where its speaker's next line begins, for models too small for a long one. Pure.

A tiny model recites whatever it is told and follows no rule, but it continues a text. So it is told what anybody in the
room could see and hear: who is there, how the speaker talks, the last lines. Nothing private stands in it: no
description, mood, wish, memory, thought or note. The author's notes do not either, since it would read them out.
"""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from daemon.story.state import people_in
from daemon.telling.decay import sentences
from daemon.telling.markup import mouth
from daemon.telling.prompt.telling import Prompt, Telling, name_of, section, sources_of, where_of
from daemon.telling.prompt.transcript import as_shown, seqs
from protocol.ids import EntityId
from protocol.model import Message
from protocol.views import LineView, Section

LINES, BLOCK = 8, 3
"""The lines that it has at the least, if there are as many; and the turns that leave it together, so that what a server
has read of it stays the same for a while."""

LONGEST = 400
"""Characters of a line, or of what is said of somebody; of a longer line its end is told, which is what is answered."""

NARRATOR = "Narrator"


def build(t: Telling) -> Prompt:
    """The prompt: one message, `script`. Each section knows the seqs it comes from."""
    lines = _latest(t)
    sections = [s for s in (_setting(t), _example(t), _transcript(t, lines), _cue(t, lines)) if s.text]
    text = "\n".join(s.text for s in sections)
    return Prompt((Message("script", text),), sections, t.count(text), tuple(x.text for x in t.own))


def _setting(t: Telling) -> Section:
    """Who is where, as anybody there sees."""
    where = where_of(t)
    here = people_in(t.mind, where)
    first = [t.speaker] if t.speaker in here else []
    who = [*first, *(e for e in here if e != t.speaker)]
    place = t.mind.containers.get(where) if where is not None else None
    told = " and ".join([", ".join(_seen(t, e) for e in who[:-1]), _seen(t, who[-1])] if who[1:] else
                        [_seen(t, e) for e in who])  # fmt: skip
    at = f"at {_uncapped(place.name)}" if place is not None else "together"
    text = f"{told} {'are' if who[1:] else 'is'} {at}." if told else ""
    if place is not None and place.description:
        text = f"{text} {_brief(place.description)}.".strip()
    sources = sources_of(t, *(f"{part}.{e}" for e in who for part in ("identity", "activity")), f"container.{where}")
    return section(t, "setting", "who is there, as anybody sees", sources, f"{text}\n" if text else "")


def _seen(t: Telling, e: EntityId) -> str:
    looks = _brief(t.mind.entities[e].appearance)
    return f"{name_of(t, e)} ({_uncapped(looks)})" if looks else name_of(t, e)


def _example(t: Telling) -> Section:
    """One line of the speaker's."""
    me = t.mind.entities.get(t.speaker) if t.speaker is not None else None
    spoken = [_one_line(x) for x in me.examples if x.strip()] if me is not None else []
    text = f"{_label(t, t.speaker)} {spoken[0]}" if spoken else ""
    return section(t, "example", "how the speaker talks", sources_of(t, f"identity.{t.speaker}"), text)


def _transcript(t: Telling, lines: Sequence[LineView]) -> Section:
    told = []
    for line, text in zip(lines, as_shown(t, lines), strict=True):
        who = mouth(line)
        own = who is None or who == t.speaker
        if text:
            told.append(f"{_label(t, who)} {_one_line(text)}" if own else _one_line(text))
    return section(t, "transcript", "the last lines that the speaker perceived", seqs(lines), "\n".join(told))


def _cue(t: Telling, lines: Sequence[LineView]) -> Section:
    """What the model goes on from: the name whose line it is, or the line that it continues."""
    if t.mode == "continue" and lines and lines[-1].who == t.speaker:
        return section(t, "cue", "", [], "")
    return section(t, "cue", f"the mode is {t.mode}", [], _label(t, t.speaker))


def _latest(t: Telling) -> list[LineView]:
    """The last lines, without what anybody thought; where one is continued, that is the last. They fit the budget."""
    lines = list(t.lines)
    if t.mode == "continue":
        while lines and lines[-1].who != t.speaker:
            lines.pop()
    first = max(0, len(lines) - LINES)
    while first and lines[first - 1].turn // BLOCK == lines[first].turn // BLOCK:
        first -= 1
    aloud = [replace(x, parts=[p for p in x.parts if p.manner != "thought"]) for x in lines[first:]]
    room = t.budget // 2
    while len(aloud) > 1 and sum(t.count(x.text[-LONGEST:]) for x in aloud) > room:
        del aloud[0]
    return [x for x in aloud if x.parts]


def _label(t: Telling, who: EntityId | None) -> str:
    return f"{name_of(t, who) if who is not None else NARRATOR}:"


def _one_line(text: str) -> str:
    """A text on one line; of a long one its last whole sentences."""
    whole = " ".join(text.split())
    if len(whole) <= LONGEST:
        return whole
    name, _, _ = whole.partition(" ")
    label = f"{name} " if name.endswith(":") else ""
    kept = sentences(whole)
    while len(kept) > 1 and sum(map(len, kept)) > LONGEST:
        del kept[0]
    return label + "".join(kept).strip()[-LONGEST:].removeprefix(label)


def _brief(text: str) -> str:
    """The first sentence of a description, without its end mark."""
    first = re.split(r"(?<=[.!?])\s", " ".join(text.split()), maxsplit=1)[0]
    return first[:LONGEST].rstrip(".!? ")


def _uncapped(text: str) -> str:
    """A phrase as it stands in the middle of a sentence: `The inn` becomes `the inn`; names stay as they are."""
    first, _, rest = text.partition(" ")
    return f"{first.lower()} {rest}" if first in ("The", "A", "An") and rest else text
