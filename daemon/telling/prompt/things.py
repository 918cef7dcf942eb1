"""Things in a prompt: with what is known to be in them, and where those that came up are taken to be. Pure."""

from collections.abc import Iterable, Sequence

from daemon.story.state import inside
from daemon.story.words import stem, telling, words
from daemon.telling.prompt.telling import Telling, name_of, section, sources_of, where_of
from protocol.views import Section
from protocol.world import Place

RECENT_LINES = 6
"""Lines in which a thing has to have come up, so that it is told where it is taken to be."""

MOST_ELSEWHERE = 6


def named(t: Telling, props: Iterable[str]) -> str:
    """These things, each with what the speaker knows to be in it."""
    return ", ".join(_named(t, p, ()) for p in props)


def with_contents(t: Telling, props: Iterable[str]) -> list[str]:
    """These things and all that the speaker knows to be in them."""
    found: list[str] = []
    todo = list(props)
    while todo:
        p = todo.pop(0)
        if p not in found:
            found.append(p)
            todo += inside(t.mind, p)
    return found


def _named(t: Telling, p: str, around: Sequence[str]) -> str:
    thing = t.mind.props[p]
    known = [x for x in inside(t.mind, p) if x not in around and x != p]
    within = f"in it: {', '.join(_named(t, x, (*around, p)) for x in known)}" if known else ""
    told = "; ".join(x for x in ("closed" * thing.closed, within) if x)
    return f"{thing.name} ({told})" if told else thing.name


def elsewhere(t: Telling) -> Section:
    """Where the speaker takes things to be that are not here, right or wrong, of those that came up lately."""
    here = where_of(t)
    said = {stem(w) for line in t.lines[-RECENT_LINES:] for w in words(line.text)}
    names = {p: [stem(w) for w in telling(x.name)] for p, x in t.mind.props.items()}
    came_up = [p for p, name in names.items() if name and said.issuperset(name)]
    told: dict[str, str] = {}
    for p in came_up:
        where = _spot(t, t.mind.props[p].in_, here, (p,))
        if where and len(told) < MOST_ELSEWHERE:
            told[p] = f"- {t.mind.props[p].name}: {where}"
    heading = "Where things are that are not here, as far as you know:"
    text = "\n".join([heading, *told.values()]) if told else ""
    why = "they came up, and the speaker believes them to be there"
    sources = dict.fromkeys(key for p in told for key in _rests_on(t, p))
    return section(t, "elsewhere", why, sources_of(t, *sources), text)


def _rests_on(t: Telling, p: str) -> list[str]:
    """What tells where a thing is: where it is put, and what it lies in, and where who has that is."""
    found: list[str] = []
    place: Place | None = Place(prop=p)
    while place is not None and place.prop in t.mind.props and f"prop.{place.prop}" not in found:
        found.append(f"prop.{place.prop}")
        place = t.mind.props[place.prop].in_
    return [*found, f"activity.{place.entity}"] if place is not None and place.entity is not None else found


def _spot(t: Telling, place: Place | None, here: str | None, seen: Sequence[str]) -> str:
    """A place in words; empty where it is here, unknown, or kept by an occasion."""
    if place is None or place.occasion is not None:
        return ""
    if place.entity is not None:
        holder = t.mind.entities.get(place.entity)
        return f"with {name_of(t, place.entity)}" if holder is not None and holder.container != here else ""
    if place.prop is not None:
        outer = t.mind.props.get(place.prop)
        further = _spot(t, outer.in_, here, (*seen, place.prop)) if outer and place.prop not in seen else ""
        return f"in {outer.name}, {further}" if outer is not None and further else ""
    room = t.mind.containers.get(place.container or "")
    return f"in {room.name if room is not None else place.container}" if place.container != here else ""
