"""Things in a prompt: what they are like now and what is in and on them, and where those are taken to be that are not
here. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from daemon.story import in_words
from daemon.story.perception import outermost
from daemon.story.state import Prop, State, having, inside, lying_in, people_in
from daemon.story.words import stem, telling, topics, words
from daemon.telling.prompt.telling import Telling, section, sources_of, where_of
from daemon.telling.prompt.unread import DONE, handled, names
from protocol.views import Section
from protocol.world import Place

RECENT_LINES = 6
"""Lines in which a thing has to have come up, or been missed, so that it is told where it is taken to be."""

MOST_ELSEWHERE = 4

DESCRIBED = 240
"""Characters that are told of what the things in sight are like, beginning with what came up lately."""

LONG, SHORT = 240, 80
"""Characters of the description of a thing that came up lately, and of another."""

FEW = 5
"""Things in one place of which it is told where in it they are; of more, only of those that came up lately."""

JUST = 8
"""Lines of which a prompt says nothing again."""

CONDITION, BRIEF = 80, 60
"""Characters that are told of what is different now about a thing that came up lately, and about another."""

SAID = 0.7
"""The share of a clause's words that its thing's name and description have, if it says nothing new."""

_ANAPHOR = re.compile(r"\W*(?:[\w'’]+\s+){0,2}(?:it|its|one|ones|them|which|that|whose)\b", re.IGNORECASE)
"""What a clause begins with that goes on with the one before."""

_CLAUSE = re.compile(r"[^,;.]+[,;.]*\s*")
_ENDS = " ,;."
_LACKS = re.compile(r"\b(?:without|no|not|off|bare|gone|lost)\b", re.IGNORECASE)
_NUMBERS = frozenset(
    words(
        "none one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred dozen"
    )
)


def named(t: Telling, props: Iterable[str], like: Mapping[str, str]) -> str:
    """These things, each with where it is in its place, what it is `like`, and what is known to be on and in it;
    without those of which the last lines say where they are."""
    loose, recent, there = handled(t), _came_up(t), list(props)
    placed = there if len(there) <= FEW else [p for p in there if p in recent]
    return ", ".join(_named(t, p, like, loose, placed=p in placed) for p in there if p not in loose)


def changed(t: Telling, props: Sequence[str]) -> list[str]:
    """Those of these things that came up lately, or are not as was told before the lines."""
    told, recent = seen_from(t, t.then) if t.then is not None else [], _came_up(t)
    return [p for p in props if p in recent or p not in told or not _stands(t, p)]


def _stands(t: Telling, p: str) -> bool:
    """Whether a thing, and all in and on it, is as it was when the lines began."""
    before = t.then.props.get(p) if t.then is not None else None
    within = inside(t.mind, p)
    same = t.then is not None and before == t.mind.props[p] and within == inside(t.then, p)
    return same and all(_stands(t, x) for x in within)


def in_play(t: Telling, props: Iterable[str], like: Mapping[str, str]) -> str:
    """Of these things those of which the last lines say where they are and not what they are `like`."""
    loose = handled(t)
    told = {p: _named(t, p, like, loose, placed=False) for p in props if p in loose}
    return ", ".join(text for p, text in told.items() if text != t.mind.props[p].name)


def with_contents(mind: State, props: Iterable[str]) -> list[str]:
    """These things and all that a mind knows to be in and on them."""
    found: list[str] = []
    todo = list(props)
    while todo:
        p = todo.pop(0)
        if p not in found:
            found.append(p)
            todo += inside(mind, p)
    return found


def seen_from(t: Telling, mind: State) -> list[str]:
    """The things around the speaker in a state of the mind: what lies there and what those have who are there."""
    where = where_of(t, mind)
    if where is None:
        return []
    lying = [*lying_in(mind, where), *lying_in(mind, where, hidden=True)]
    return with_contents(mind, [*(p for e in people_in(mind, where) for p in having(mind, e)), *lying])


def likenesses(t: Telling, props: Sequence[str]) -> dict[str, str]:
    """What these things are like; where there is no room for that, only what is different about them now.

    What was described before the lines is not described again.
    """
    recent = set(_came_up(t))
    before = t.then.props if t.then is not None else {}
    told_before = {p for p in seen_from(t, t.then) if t.mind.props.get(p)} if t.then is not None else set()
    left, found = DESCRIBED, dict[str, str]()
    for p in sorted(props, key=lambda p: p not in recent):
        thing = t.mind.props[p]
        known = p in told_before and before[p].description == thing.description
        told = "" if known else described(thing, LONG if p in recent else SHORT)
        new = (
            "" if known and before[p].condition == thing.condition else _now(thing, CONDITION if p in recent else BRIEF)
        )
        told, new = ("" if just_said(t, x) else x for x in (told, new))
        left -= len(told) + len(new)
        found[p] = "; ".join(x for x in (told if left >= 0 else "", new) if x)
    return found


def ways_out(mind: State, where: str) -> list[str]:
    """The places that one gets to from a place, as far as a mind knows."""
    place = mind.containers.get(where)
    return [c for c in place.opens_to if c in mind.containers] if place is not None else []


def is_recent(t: Telling, p: str) -> bool:
    """Whether a thing came up lately, or few lines were told at all."""
    return len(t.lines) < RECENT_LINES or p in _came_up(t)


def just_said(t: Telling, text: str) -> bool:
    """Whether the last lines say what a text does, so that it need not be said again."""
    about = [w for w in topics(text) if w != "now"]
    if not about:
        return False
    said = {w for line in t.lines[-JUST:] for w in topics(line.text)}
    return sum(w in said for w in about) >= SAID * len(about)


def _named(
    t: Telling, p: str, like: Mapping[str, str], loose: frozenset[str], around: Sequence[str] = (), placed: bool = True
) -> str:
    thing = t.mind.props[p]
    known = [x for x in inside(t.mind, p) if x not in around and x != p and x not in loose]
    on = [x for x in known if (place := t.mind.props[x].in_) is not None and place.on]
    within = [x for x in known if x not in on]
    told = [
        in_words.at(thing.in_.slot, thing.in_.spot) if placed and thing.in_ is not None else "",
        "closed" * thing.closed,
        like.get(p, ""),
        *(
            f"{where} it: {', '.join(_named(t, x, like, loose, (*around, p)) for x in found)}"
            for where, found in (("on", on), ("in", within))
            if found
        ),
    ]
    text = "; ".join(x for x in told if x)
    return f"{thing.name} ({text})" if text else thing.name


def _now(thing: Prop, longest: int = CONDITION) -> str:
    """What is different about a thing now, without what its name and description say already."""
    said = {*topics(thing.name), *topics(thing.description)}
    clauses = _CLAUSE.findall(thing.condition)
    first = next((n for n, c in enumerate(clauses) if _is_new(c, said)), 0)
    first -= bool(first) and _ANAPHOR.match(clauses[first]) is not None
    text = within("".join(clauses[first:]), longest)
    return text if not text or "now" in words(text) else f"now: {text}"


def _is_new(clause: str, said: Collection[str]) -> bool:
    about = topics(clause)
    return bool(about) and sum(w in said for w in about) < SAID * len(about)


def within(text: str, longest: int) -> str:
    """As many whole clauses as there is room for, one at the least, and that not beyond its room."""
    kept = ""
    for clause in _CLAUSE.findall(text):
        if len(kept) + len(clause) > longest:
            kept = kept or f"{clause[:longest].rsplit(' ', 1)[0]} …"
            break
        kept += clause
    return kept.strip(_ENDS)


def placed_likeness(thing: Prop) -> str:
    """Where in its place a thing is, and what it is like by now."""
    spot = in_words.at(thing.in_.slot, thing.in_.spot) if thing.in_ is not None else ""
    return "; ".join(x for x in (spot, described(thing), _now(thing)) if x)


def described(thing: Prop, longest: int = LONG) -> str:
    """As much of a description as still holds, up to so many characters."""
    holds = (c for c in _CLAUSE.findall(thing.description) if not _replaced(c, thing.condition))
    return within("".join(holds), longest)


def new_in(text: str, before: str) -> str:
    """The clauses of a text that say what did not stand in it before, or that something is there no more."""
    said = topics(before)
    return "".join(c for c in _CLAUSE.findall(text) if _is_new(c, said) or _LACKS.search(c)).strip(_ENDS)


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
    came_up = [p for p in _came_up(t) if p not in handled(t)]
    missed = [p for p in t.mind.props if p not in came_up and _is_gone(t, p) and _is_missed_lately(t, p)]
    told: dict[str, str] = {}
    told_of = {p for p in came_up if _is_gone(t, p) and _was_moved(t, p)}
    for p in [*came_up, *missed]:
        where = "" if p in told_of else "gone from where you last knew it to be" if _is_gone(t, p) else _away(t, p)
        if where and len(told) < MOST_ELSEWHERE:
            told[p] = f"- {t.mind.props[p].name}: {where}"
    heading = "Elsewhere, as far as you know:"
    text = "\n".join([heading, *told.values()]) if told else ""
    why = "they came up or were missed, and the speaker believes them to be there, or gone"
    sources = dict.fromkeys(key for p in told for key in _rests_on(t, p))
    return section(t, "elsewhere", why, sources_of(t, *sources), text)


def _is_gone(t: Telling, p: str) -> bool:
    return t.mind.props[p].in_ is None and f"gone.{p}" in t.mind.sources


def _was_moved(t: Telling, p: str) -> bool:
    """Whether the last lines tell what became of a thing: then they say where it is."""
    done = [part for line in t.lines[-RECENT_LINES:] for part in line.parts if part.manner in DONE]
    called = names(t)[p]
    return any(not called.isdisjoint(stem(w) for w in words(part.text)) for part in done)


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
