"""What stands first in a prompt and seldom changes: how to write, what the story is about, who there is, lore that is
always there, the place and what is in it, what was summed up. Pure.

What may change as the story goes on is told as it was when the lines below begin: they tell what came after.
"""

from daemon.story import time_in_words
from daemon.story.state import Entity, State
from daemon.telling.prompt.lore import lasting
from daemon.telling.prompt.telling import Telling, section, sources_of, where_of
from daemon.telling.prompt.things import placed_likeness, seen_from, ways_out
from protocol.ids import Seq
from protocol.views import Section

PAST = 0.25
"""The share of a budget that summaries may take; the oldest go first."""


def stable(t: Telling) -> list[Section]:
    told = (premise(t), identity(t), others(t), lasting(t), place(t), things(t), among(t), _past(t))
    return [s for s in told if s.text]


def premise(t: Telling) -> Section:
    """What the story is about, as the author put it."""
    text = f"# The story\n{t.premise}" if t.premise else ""
    return section(t, "premise", "the author's own words", t.told_from, text)


def identity(t: Telling) -> Section:
    """Who the speaker is. What an author wrote of them beforehand is told as such: much may have come of it since."""
    if t.speaker is None or t.speaker not in t.mind.entities:
        return section(t, "identity", "", [], "")
    me = t.mind.entities[t.speaker]
    told = [
        f"{label}: {value}"
        for label, value in (
            ("Appearance", _then(t, me, t.speaker).appearance),
            ("About you, as the story began", me.description),
            ("Personality", me.personality),
            ("Voice", me.voice),
        )
        if value
    ]
    examples = [f"An example of how you talk: {x}" for x in me.examples]
    text = "\n".join([f"# Who you are: {me.name}", *told, *examples])
    return section(t, "identity", "who the speaker is", _sources(t, f"identity.{t.speaker}"), text)


def others(t: Telling) -> Section:
    others = [e for e in t.mind.entities if e != t.speaker]
    told = [_introduced(_then(t, t.mind.entities[e], e)) for e in others]
    text = "\n".join(["# Who else there is", *told]) if told else ""
    return section(t, "others", "whom the speaker knows of", _sources(t, *(f"identity.{e}" for e in others)), text)


def _introduced(other: Entity) -> str:
    return f"{other.name}: {other.appearance}" if other.appearance else other.name


def place(t: Telling) -> Section:
    """Where the speaker is, or was as the lines begin: then with the ways out and the date, which the moment does not
    tell again."""
    where, mind = where_of(t, was(t)), was(t)
    place = mind.containers.get(where) if where is not None else None
    if where is None or place is None:
        return section(t, "place", "", [], "")
    told, ways = [f"# The place: {place.name}", place.description], list[str]()
    if t.then is not None:
        ways = ways_out(mind, where)
        told = [", ".join([f"# Where the lines below begin: {place.name}", *begun_on(t)]), place.description]
        told += [f"Ways out: {', '.join(mind.containers[c].name for c in ways)}."] * bool(ways)
    sources = _sources(t, *(f"container.{c}" for c in (where, *ways)), *["time"] * bool(begun_on(t)))
    return section(t, "place", "where the speaker is", sources, "\n".join(x for x in told if x))


def begun_on(t: Telling) -> list[str]:
    """The date on which the lines begin, where that is known."""
    return [time_in_words.date(t.then.clock)] if t.then is not None and t.then.clock else []


def things(t: Telling) -> Section:
    """Where the things were and what they were like that were in sight as the lines began."""
    if t.then is None:
        return section(t, "things", "", [], "")
    props, seen = t.then.props, seen_from(t, t.then)
    told = {p: f"{props[p].name}: {x}" for p in seen if (x := placed_likeness(props[p]))}
    bare = [p for p in seen if p not in told and (place := props[p].in_) is not None and place.entity is None]
    besides = [f"Besides: {', '.join(props[p].name for p in bare)}."] * bool(bare)
    text = "\n".join(["# What was there then", *told.values(), *besides]) if told or bare else ""
    why = "what was in sight as the lines begin"
    return section(t, "things", why, [t.then.sources.get(f"prop.{p}", Seq(0)) for p in (*told, *bare)], text)


def among(t: Telling) -> Section:
    """What they all are together; the tone of just now is told with the moment."""
    group = was(t).group
    who = "you" if t.speaker is not None else "them"
    told = [group.note] * bool(group.note) + [f"What all of {who} share: {'; '.join(group.habits)}."] * bool(
        group.habits
    )
    text = "\n".join([f"# Among {who}", *told]) if told else ""
    return section(t, "among", "what they are together", _sources(t, "group"), text)


def _past(t: Telling) -> Section:
    """The summaries that stand for lines which are not told any more: the latest that fit their share."""
    left, first = int(t.budget * PAST), len(t.past)
    while first > 0 and (left := left - t.count(t.past[first - 1].gist) - 1) >= 0:
        first -= 1
    chosen = t.past[first:]
    heading = "# What has happened so far" + (", as you remember it" if t.speaker is not None else "")
    text = "\n\n".join([heading, *(a.gist for a in chosen)]) if chosen else ""
    return section(t, "past", "summed up, in place of the lines", [s for a in chosen for s in (a.seq, *a.from_)], text)


def was(t: Telling) -> State:
    """The mind as the lines begin."""
    return t.mind if t.then is None else t.then


def _then(t: Telling, now: Entity, e: str) -> Entity:
    """Somebody as they were known as the lines began; as now, if they were not known then."""
    return next((x for id, x in was(t).entities.items() if id == e), now)


def _sources(t: Telling, *keys: str) -> list[Seq]:
    """What states these parts, then and now."""
    return [*sources_of(t, *keys), *(was(t).sources[k] for k in keys if k in was(t).sources)]
