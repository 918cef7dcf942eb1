"""Things in a prompt: what they are like now and what is in and on them, and where those are taken to be that are not
here. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence

from daemon.story import in_words
from daemon.story.perception import outermost
from daemon.story.state import Prop, inside
from daemon.story.words import stem, telling, topics, words
from daemon.telling.prompt.telling import Telling, section, sources_of, where_of
from protocol.views import Section
from protocol.world import Place

RECENT_LINES = 6
"""Lines in which a thing has to have come up, or been missed, so that it is told where it is taken to be."""

MOST_ELSEWHERE = 6

DESCRIBED = 480
"""Characters of the descriptions that are told of the things in sight, beginning with what came up lately."""

LONG, SHORT = 240, 100
"""Characters of the description of a thing that came up lately, and of another."""

_CLAUSE = re.compile(r"[^,;.]+[,;.]*\s*")
_NUMBERS = frozenset(
    words(
        "none one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred dozen"
    )
)


def named(t: Telling, props: Iterable[str], like: Mapping[str, str]) -> str:
    """These things, each with where it is in its place, what it is `like`, and what is known to be on and in it."""
    return ", ".join(_named(t, p, like, ()) for p in props)


def with_contents(t: Telling, props: Iterable[str]) -> list[str]:
    """These things and all that the speaker knows to be in and on them."""
    found: list[str] = []
    todo = list(props)
    while todo:
        p = todo.pop(0)
        if p not in found:
            found.append(p)
            todo += inside(t.mind, p)
    return found


def likenesses(t: Telling, props: Sequence[str]) -> dict[str, str]:
    """What these things are like; where there is no room for descriptions, only what is different about them now."""
    recent = set(_came_up(t))
    left, found = DESCRIBED, dict[str, str]()
    for p in sorted(props, key=lambda p: p not in recent):
        thing = t.mind.props[p]
        described = _described(thing, LONG if p in recent else SHORT)
        left -= len(described)
        found[p] = "; ".join(x for x in (described if left >= 0 else "", _now(thing)) if x)
    return found


def _named(t: Telling, p: str, like: Mapping[str, str], around: Sequence[str]) -> str:
    thing = t.mind.props[p]
    known = [x for x in inside(t.mind, p) if x not in around and x != p]
    on = [x for x in known if (place := t.mind.props[x].in_) is not None and place.on]
    within = [x for x in known if x not in on]
    told = [
        in_words.at(thing.in_.slot, thing.in_.spot) if thing.in_ is not None else "",
        "closed" * thing.closed,
        like.get(p, ""),
        *(
            f"{where} it: {', '.join(_named(t, x, like, (*around, p)) for x in found)}"
            for where, found in (("on", on), ("in", within))
            if found
        ),
    ]
    text = "; ".join(x for x in told if x)
    return f"{thing.name} ({text})" if text else thing.name


def _now(thing: Prop) -> str:
    """What is different about a thing now."""
    if not thing.condition or "now" in words(thing.condition):
        return thing.condition
    return f"now: {thing.condition}"


def _described(thing: Prop, longest: int) -> str:
    """As much of a description as still holds, up to so many characters."""
    kept = ""
    for clause in _CLAUSE.findall(thing.description):
        if _replaced(clause, thing.condition):
            continue
        if len(kept) + len(clause) > longest:
            kept = kept or f"{clause[:longest].rstrip()}…"
            break
        kept += clause
    return kept.strip(" ,;.")


def _replaced(clause: str, condition: str) -> bool:
    """Whether a condition tells what a clause of the description does: of the same things, or in other numbers."""
    if not condition:
        return False
    said, new = set(topics(clause)), set(topics(condition))
    return bool(said & new) or (_counts(clause) and _counts(condition))


def _counts(text: str) -> bool:
    return any(w in _NUMBERS or w.isdigit() for w in words(text))


def _came_up(t: Telling) -> list[str]:
    """The things that were named lately."""
    said = {stem(w) for line in t.lines[-RECENT_LINES:] for w in words(line.text)}
    names = {p: [stem(w) for w in telling(x.name)] for p, x in t.mind.props.items()}
    return [p for p, name in names.items() if name and said.issuperset(name)]


def elsewhere(t: Telling) -> Section:
    """Where the speaker takes things to be that are not here, right or wrong, of those that came up lately; and what is
    gone from where it was, if it came up or was missed lately."""
    came_up = _came_up(t)
    missed = [p for p in t.mind.props if p not in came_up and _is_gone(t, p) and _is_missed_lately(t, p)]
    told: dict[str, str] = {}
    for p in [*came_up, *missed]:
        where = "gone from where you last knew it to be" if _is_gone(t, p) else _away(t, p)
        if where and len(told) < MOST_ELSEWHERE:
            told[p] = f"- {t.mind.props[p].name}: {where}"
    heading = "Where things are that are not here, as far as you know:"
    text = "\n".join([heading, *told.values()]) if told else ""
    why = "they came up or were missed, and the speaker believes them to be there, or gone"
    sources = dict.fromkeys(key for p in told for key in _rests_on(t, p))
    return section(t, "elsewhere", why, sources_of(t, *sources), text)


def _is_gone(t: Telling, p: str) -> bool:
    return t.mind.props[p].in_ is None and f"gone.{p}" in t.mind.sources


def _is_missed_lately(t: Telling, p: str) -> bool:
    """Whether few lines have gone by since it was noticed to be gone."""
    recent = t.lines[-RECENT_LINES:]
    begins = len(recent) < RECENT_LINES and not t.past
    return begins or bool(recent and t.mind.sources[f"gone.{p}"] > recent[0].seq)


def _away(t: Telling, p: str) -> str:
    """The place of a thing in words; empty where it is here, unknown, or kept by an occasion."""
    place, here = outermost(t.mind, p), where_of(t)
    if place is None or place.occasion is not None:
        return ""
    holder = t.mind.entities.get(place.entity) if place.entity is not None else None
    room = place.container if place.entity is None else holder.container if holder is not None else here
    return in_words.all_around(t.mind, t.mind.props[p].in_) if room != here else ""


def _rests_on(t: Telling, p: str) -> list[str]:
    """What tells where a thing is: where it is put, and what it lies in, and where who has that is."""
    found: list[str] = [f"gone.{p}"] if _is_gone(t, p) else []
    place: Place | None = Place(prop=p)
    while place is not None and place.prop in t.mind.props and f"prop.{place.prop}" not in found:
        found.append(f"prop.{place.prop}")
        place = t.mind.props[place.prop].in_
    return [*found, f"activity.{place.entity}"] if place is not None and place.entity is not None else found
