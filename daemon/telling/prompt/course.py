"""What is going on in a story, as a prompt tells it: occasions, open questions, what they all are together. Pure."""

from daemon.story import time_in_words
from daemon.story.state import Occasion
from daemon.telling.prompt.telling import Telling, name_of, section, sources_of, where_of
from daemon.telling.threads import mattering
from protocol.views import Section

COMING = 3
"""Occasions to come that are told of."""


def course(t: Telling) -> list[Section]:
    """All of it."""
    return [_occasions(t), _threads(t), _group(t)]


def _occasions(t: Telling) -> Section:
    """What is on, and what is planned; what is over is a memory, and told as such."""
    on = {id: x for id, x in t.mind.occasions.items() if x.status == "active"}
    planned = [(id, x) for id, x in t.mind.occasions.items() if x.status == "planned"]
    timed = sorted((x.when, id) for id, x in planned if isinstance(x.when, str))
    coming = [id for _, id in timed] + [id for id, x in planned if not isinstance(x.when, str)]
    told = [f"Going on now: {_titled(t, x)}." for x in on.values()]
    told += [f"Planned: {_titled(t, t.mind.occasions[id])}." for id in coming[:COMING]]
    sources = sources_of(t, *(f"occasion.{id}" for id in (*on, *coming[:COMING])))
    return section(t, "occasions", "what the speaker knows to be on or planned", sources, "\n".join(told))


def _titled(t: Telling, x: Occasion) -> str:
    place = t.mind.containers.get(x.where) if x.where is not None else None
    more = [
        x.purpose,
        place.name if place is not None else "",
        time_in_words.appointed(x.when, t.mind.clock) if isinstance(x.when, str) and x.status == "planned" else "",
        "with " + ", ".join(name_of(t, e) for e in x.who) if x.who else "",
    ]
    told = "; ".join(m for m in more if m)
    return f"{x.title} ({told})" if told else x.title


def _threads(t: Telling) -> Section:
    found = mattering(t.mind, t.speaker, where_of(t), t.lines, t.past)
    told = [f"- {x.thread.title}{f' ({x.thread.note})' if x.thread.note else ''}" for x in found]
    text = "\n".join(["Questions still open:", *told]) if told else ""
    open_ = sum(x.status == "open" for x in t.mind.threads.values())
    weights = ", ".join(f"{x.id} {x.weight:g} (came up {x.ago} parts ago)" for x in found)
    why = f"of {open_} open questions those that matter now: {weights}"
    sources = sources_of(t, *(f"{kind}.{x.id}" for x in found for kind in ("thread", "rating")))
    return section(t, "threads", why, sources, text)


def _group(t: Telling) -> Section:
    group = t.mind.group
    among = "you" if t.speaker is not None else "them"
    told = [f"The tone among {among}: {group.tone}."] * bool(group.tone) + [f"{group.note}"] * bool(group.note)
    told += [f"What all of {among} share: {'; '.join(group.habits)}."] * bool(group.habits)
    return section(t, "group", "what they are together", sources_of(t, "group"), " ".join(told))
