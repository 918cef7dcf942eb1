"""What is going on in a story, as a prompt tells it: occasions, open questions, what they all are together. Pure."""

from collections.abc import Collection
from itertools import accumulate

from daemon.story import in_words, time_in_words
from daemon.story.state import Occasion
from daemon.story.words import topics
from daemon.telling.prompt.telling import Telling, name_of, section, sources_of, where_of
from daemon.telling.prompt.things import within
from daemon.telling.threads import mattering
from protocol.views import Section

RECENT = 4
"""Lines in which an occasion came up lately."""

QUESTIONS, NOTED = 110, 50
"""Characters of the open questions that are told of, the weightiest one in any case; and of what is noted on one."""

COMING = 1
"""Occasions to come that are told of, besides those that came up lately."""


def course(t: Telling) -> list[Section]:
    """All of it."""
    return [_occasions(t), _threads(t)]


def _occasions(t: Telling) -> Section:
    """What is on, and what is planned; what is over is a memory, and told as such."""
    on = {id: x for id, x in t.mind.occasions.items() if x.status == "active"}
    planned = [(id, x) for id, x in t.mind.occasions.items() if x.status == "planned"]
    timed = sorted((x.when, id) for id, x in planned if isinstance(x.when, str))
    coming = [id for _, id in timed] + [id for id, x in planned if not isinstance(x.when, str)]
    lately = {w for line in t.lines[-RECENT:] for w in topics(line.text)}
    coming = [id for n, id in enumerate(coming) if n < COMING or _is_named(t.mind.occasions[id].title, lately)]
    told = [f"Going on now: {_titled(t, x)}." for x in on.values()]
    told += [f"Planned: {'; '.join(_titled(t, t.mind.occasions[id]) for id in coming)}."] * bool(coming)
    sources = sources_of(t, *(f"occasion.{id}" for id in (*on, *coming)))
    return section(t, "occasions", "what the speaker knows to be on or planned", sources, "\n".join(told))


def _titled(t: Telling, x: Occasion) -> str:
    place = t.mind.containers.get(x.where) if x.where is not None else None
    more = [
        x.purpose,
        in_words.inside(t.mind, x.where or "") if place is not None and not _names(x.title, place.name) else "",
        time_in_words.appointed(x.when, t.mind.clock) if isinstance(x.when, str) and x.status == "planned" else "",
        "with " + ", ".join(name_of(t, e) for e in x.who) if x.who and set(x.who) != set(t.mind.entities) else "",
    ]
    told = ", ".join(m for m in more if m)
    return f"{x.title} ({told})" if told else x.title


def _is_named(title: str, said: Collection[str]) -> bool:
    """Whether most of what a title is about was said."""
    about = topics(title)
    return bool(about) and sum(w in said for w in about) * 2 > len(about)


def _names(title: str, place: str) -> bool:
    return set(topics(place)) <= set(topics(title))


def _threads(t: Telling) -> Section:
    every = mattering(t.mind, t.speaker, where_of(t), t.lines, t.past)
    told = [f"- {x.thread.title}{f' ({within(x.thread.note, NOTED)})' if x.thread.note else ''}" for x in every]
    room = list(accumulate(len(x) for x in told))
    found = [x for n, x in enumerate(every) if n == 0 or room[n] <= QUESTIONS]
    text = "\n".join(["Still open:", *told[: len(found)]]) if told else ""
    open_ = sum(x.status == "open" for x in t.mind.threads.values())
    weights = ", ".join(f"{x.id} {x.weight:g} (came up {x.ago} parts ago)" for x in found)
    why = f"of {open_} open questions those that matter now: {weights}"
    sources = sources_of(t, *(f"{kind}.{x.id}" for x in found for kind in ("thread", "rating")))
    return section(t, "threads", why, sources, text)
