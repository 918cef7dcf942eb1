"""What stands first in a prompt and seldom changes: how to write, who there is, the place, what was summed up. Pure."""

from daemon.story.state import Entity
from daemon.telling.prompt.telling import Telling, name_of, section, sources_of, where_of
from protocol.views import Section

PAST = 0.25
"""The share of a budget that summaries may take; the oldest go first."""


def stable(t: Telling) -> list[Section]:
    return [s for s in (_style(t), identity(t), others(t), place(t), _past(t)) if s.text]


def _style(t: Telling) -> Section:
    you = name_of(t, "you") if t.for_you and t.speaker != "you" and "you" in t.mind.entities else ""
    but = f" but {you}, for whom you may when the story calls for it" if you else ""
    if t.speaker is None:
        text = (
            "You narrate an interactive story. Write one short passage in the third person, present tense: what can be "
            f"seen and heard. Never speak or decide for {'anybody' if but else 'the characters'}{but}."
        )
    else:
        me = name_of(t, t.speaker)
        only = f"what {me} and, if need be, {you} say and do" if you else f"only what {me} says and does"
        text = (
            f"You are {me} in an interactive story. Write {only} next, in a few sentences. "
            "Put actions between *asterisks* and private thoughts between `backticks`; write spoken words plainly. "
            "Begin a paragraph that is whispered with (whispers to NAME); nobody else hears it. "
            f"Never write for anybody else{but}. Answer what was just said, and say something new each time."
        )
    return section(t, "style", "how to write", t.for_you_from if you else [], text)


def identity(t: Telling) -> Section:
    if t.speaker is None or t.speaker not in t.mind.entities:
        return section(t, "identity", "", [], "")
    me = t.mind.entities[t.speaker]
    told = [
        f"{label}: {value}"
        for label, value in (
            ("Appearance", me.appearance),
            ("About you", me.description),
            ("Personality", me.personality),
            ("Voice", me.voice),
        )
        if value
    ]
    examples = [f"An example of how you talk: {x}" for x in me.examples]
    text = "\n".join([f"# Who you are: {me.name}", *told, *examples])
    return section(t, "identity", "who the speaker is", sources_of(t, f"identity.{t.speaker}"), text)


def others(t: Telling) -> Section:
    others = [e for e in t.mind.entities if e != t.speaker]
    told = [_introduced(t.mind.entities[e]) for e in others]
    text = "\n".join(["# Who else there is", *told]) if told else ""
    return section(t, "others", "whom the speaker knows of", sources_of(t, *(f"identity.{e}" for e in others)), text)


def _introduced(other: Entity) -> str:
    return f"{other.name}: {other.appearance}" if other.appearance else other.name


def place(t: Telling) -> Section:
    where = where_of(t)
    place = t.mind.containers.get(where) if where is not None else None
    text = f"# The place: {place.name}\n{place.description}".rstrip() if place is not None else ""
    return section(t, "place", "where the speaker is", sources_of(t, f"container.{where}"), text)


def _past(t: Telling) -> Section:
    """The summaries that stand for lines which are not told any more: the latest that fit their share."""
    left, first = int(t.budget * PAST), len(t.past)
    while first > 0 and (left := left - t.count(t.past[first - 1].gist) - 1) >= 0:
        first -= 1
    chosen = t.past[first:]
    heading = "# What happened before" if t.speaker is None else "# What you remember of before"
    text = "\n\n".join([heading, *(a.gist for a in chosen)]) if chosen else ""
    return section(t, "past", "summed up, in place of the lines", [s for a in chosen for s in (a.seq, *a.from_)], text)
