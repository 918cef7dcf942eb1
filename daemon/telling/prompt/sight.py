"""What a speaker sees now: the time, who is here and how, who is not, the things within reach, the ways out. Pure."""

from collections.abc import Collection, Mapping, Sequence

from daemon.story import in_words, time_in_words
from daemon.story.perception import within
from daemon.story.state import having, holding, inside, lying_in, people_in
from daemon.story.words import topics
from daemon.telling.prompt.telling import Telling, name_of, section, sources_of, where_of
from daemon.telling.prompt.things import (
    changed,
    in_play,
    is_recent,
    just_said,
    likenesses,
    named,
    new_in,
    seen_from,
    ways_out,
    with_contents,
)
from daemon.telling.prompt.unread import acted, done, heads
from protocol.ids import EntityId
from protocol.views import Section

_AS_YOU_THINK = ", you think,"

NEW = 3
"""Lines for which a place is new to somebody."""

BEHIND = " (the last lines are newer)"


def moment(t: Telling) -> Section:
    """What is before the speaker's eyes, and what they know besides of who and what is here."""
    where = where_of(t)
    here = people_in(t.mind, where)
    near = [
        e for e in t.mind.entities if e not in here and t.mind.entities[e].container in within(t.mind, where, "sight")
    ]
    lying = lying_in(t.mind, where) if where is not None else []
    hidden = lying_in(t.mind, where, hidden=True) if where is not None else []
    things = with_contents(t.mind, [*(p for e in (*here, *near) for p in having(t.mind, e)), *lying, *hidden])
    like = likenesses(t, things)
    told = [_elsewhere_now(t, where)] * (t.then is not None and where is not None and where != where_of(t, t.then))
    told += [x for e in sorted(here, key=lambda e: e != t.speaker) if (x := _present(t, e, like))]
    told += [_in_sight(t, e, like) for e in near]
    told += _absent(t, [e for e in t.mind.entities if e not in here and e not in near])
    told += [f"Within reach: {x}."] if (x := named(t, changed(t, lying), like)) else []
    told += [f"Hidden here, {_as_known(t)}: {x}."] if (x := named(t, hidden, like)) else []
    told += [f"In play in the last lines: {x}."] if (x := in_play(t, things, like)) else []
    told += [f"The tone among {'you' if t.speaker is not None else 'them'}: {t.mind.group.tone}."] * bool(
        t.mind.group.tone
    )
    ways, ways_from = _ways(t, where) if where is not None else ([], [])
    clock = _clock(t)
    text = "\n".join([f"Just now{clock}{BEHIND if done(t) else ''}:", *told, *ways]) if told or ways or clock else ""
    people = [f"{part}.{e}" for e in t.mind.entities for part in _parts_told(t, e, e in here or e in near)]
    sources = [
        "scene",
        "time",
        *people,
        *(f"prop.{p}" for p in things),
        *ways_from,
        *["group"] * bool(t.mind.group.tone),
    ]
    return section(t, "moment", "what the speaker sees now", sources_of(t, *sources), text)


def _clock(t: Telling) -> str:
    """What time it is; of what date it is that is told which is not as the lines began."""
    if t.mind.clock is None:
        return ""
    begun = t.then.clock if t.then is not None and where_of(t, t.then) in t.then.containers else None
    return f", {time_in_words.moment(t.mind.clock, begun)}"


def _elsewhere_now(t: Telling, where: str | None) -> str:
    """The place where the speaker is by now, who was elsewhere as the lines began."""
    place = t.mind.containers.get(where or "")
    if place is None:
        return ""
    name = in_words.inside(t.mind, where or "")
    who = "You are" if t.speaker is not None else "All this is"
    came = t.mind.sources.get(f"activity.{t.speaker or 'you'}", 0)
    is_new = not t.lines or len(t.lines) <= NEW or came >= t.lines[-NEW].seq
    return f"{who} {name} now{f': {place.description}' if place.description and is_new else '.'}"


def _parts_told(t: Telling, e: EntityId, seen: bool) -> list[str]:
    """The parts of the state that tell what is said of somebody."""
    looks = seen and e != t.speaker and bool(t.mind.entities[e].status or _changed_looks(t, e))
    woken = ["waking"] if seen and _has_just_woken(t, e) else []
    return ["activity", *["identity"] * looks, *woken]


def _present(t: Telling, e: EntityId, like: Mapping[str, str]) -> str:
    told = _how(t, e, like)
    if e == t.speaker:
        return f"You: {told}." if told else ""
    return f"{name_of(t, e)} is here{f': {told}' if told else ''}."


def _in_sight(t: Telling, e: EntityId, like: Mapping[str, str]) -> str:
    """Somebody in another room that can be seen from here."""
    heard = t.mind.entities[e].container in within(t.mind, where_of(t), "sound")
    told = _how(t, e, like)
    far = "within sight and hearing" if heard else "within sight but out of hearing"
    return f"{name_of(t, e)} is {_room(t, e)}, {far}{f': {told}' if told else ''}."


def _how(t: Telling, e: EntityId, like: Mapping[str, str]) -> str:
    """Where in the place somebody is, how they are, what they do, and what they have, as far as the speaker knows."""
    known, own = t.mind.entities[e], e == t.speaker
    more = [
        None if own else _changed_looks(t, e),
        *_posture(t, e),
        None if own else known.status,
        _having(t, "holding", _untold(t, e, holding(t.mind, e), like), like),
        own and e not in acted(t) and len(holding(t.mind, e)) >= t.hands and "no hand free",
        _having(t, "wearing", _untold(t, e, having(t.mind, e, "worn"), like), like),
        _carrying(t, e, like),
    ]
    return "; ".join(str(x) for x in more if x)


def _untold(t: Telling, e: EntityId, props: Sequence[str], like: Mapping[str, str]) -> list[str]:
    """Those of somebody's things that are not in how they look now or what they do, or of which more is to be told."""
    looks, doing = "" if e == t.speaker else _changed_looks(t, e), "; ".join(_posture(t, e))
    told = set(topics(f"{looks}; {doing}"))
    return [p for p in props if like.get(p) or inside(t.mind, p) or told.isdisjoint(heads(t.mind.props[p].name))]


def _posture(t: Telling, e: EntityId) -> list[str]:
    """Where somebody is and what they do; of who did something in the last lines, those tell it."""
    known = t.mind.entities[e]
    if e in acted(t):
        return [_asleep(t, e)]
    doing = known.doing or ""
    spot, said = known.spot or known.slot or "", set(topics(doing))
    asleep = "" if not known.awake and "asleep" in said and e != t.speaker else _asleep(t, e)
    attending = _attending(known.attention) if known.attention and not _is_needless(t, known.attention, said) else ""
    return [
        "" if said.issuperset(topics(spot)) and spot else in_words.at(known.slot, known.spot),
        asleep,
        doing,
        attending,
    ]


def _changed_looks(t: Telling, e: EntityId) -> str:
    """How somebody looks who looked otherwise as the lines began: what is new of it."""
    before = t.then.entities.get(e) if t.then is not None else None
    looks = t.mind.entities[e].appearance
    if before is None or before.appearance == looks or just_said(t, looks):
        return ""
    return new_in(looks, before.appearance)


def _asleep(t: Telling, e: EntityId) -> str:
    if t.mind.entities[e].awake:
        return "just woken" * _has_just_woken(t, e)
    return "asleep, perceiving nothing" if e == t.speaker else "asleep"


def _has_just_woken(t: Telling, e: EntityId) -> bool:
    """Whether somebody woke and has said nothing since."""
    woke = t.mind.sources.get(f"waking.{e}", 0)
    said = next((x.seq for x in reversed(t.lines) if x.who == e), 0)
    return t.mind.entities[e].awake and woke > max(said, t.lines[0].seq if t.lines else 0)


def _is_needless(t: Telling, attention: str, said: Collection[str]) -> bool:
    """Whether somebody attended to a thing that is elsewhere by now, or is in what they are `said` to do."""
    about = set(topics(attention))
    named = {p for p, x in t.mind.props.items() if about.issuperset(topics(x.name)) and topics(x.name)}
    here = named.intersection(seen_from(t, t.mind))
    return bool(named) and all(set(topics(t.mind.props[p].name)) <= {*said} for p in here)


def _attending(attention: str) -> str:
    return attention if attention.split(" ", 1)[0].endswith("ing") else f"attending to {attention}"


def _having(t: Telling, how: str, props: Sequence[str], like: Mapping[str, str]) -> str:
    told = named(t, props, like)
    return f"{how} {told}" if told else ""


def _carrying(t: Telling, e: EntityId, like: Mapping[str, str]) -> str:
    """What somebody carries, which only those know who saw it put away, or were told."""
    carried = having(t.mind, e, "carried")
    if t.speaker not in (None, e):
        carried = [p for p in carried if is_recent(t, p)]
    guessed = t.speaker not in (None, e) and not all(t.mind.props[p].firsthand for p in carried)
    return _having(t, f"carrying out of sight{_AS_YOU_THINK * guessed}", carried, like)


def _absent(t: Telling, who: Sequence[EntityId]) -> list[str]:
    """Who is not in sight, and where the speaker takes them to be."""
    told = [f"{name_of(t, e)} ({_last_known(t, e)})" for e in who]
    return [f"Not here: {', '.join(told)}.{_how_to_write(t, who)}"] * bool(told)


def _how_to_write(t: Telling, who: Sequence[EntityId]) -> str:
    """How a message to one of these is told, where messages are sent to and fro."""
    wrote = [x for x in t.lines if any(p.manner == "message" for p in x.parts)]
    if t.speaker is None or not wrote or not who:
        return ""
    to = name_of(t, next((e for x in reversed(wrote) for e in who if x.who == e), who[0]))
    return f" A paragraph that begins with (message to {to}) reaches {to} alone."


def _last_known(t: Telling, e: EntityId) -> str:
    known = t.mind.entities[e]
    if known.container is None:
        return "where is not known"
    heard = known.container in within(t.mind, where_of(t), "sound")
    told = [
        _room(t, e), "asleep" * (not known.awake), "within hearing" * heard, "as far as you know" * bool(t.speaker),
    ]  # fmt: skip
    return ", ".join(x for x in told if x)


def _room(t: Telling, e: EntityId) -> str:
    return in_words.inside(t.mind, t.mind.entities[e].container or "")


def _as_known(t: Telling) -> str:
    return "as you know" if t.speaker is not None else "as all of them know"


def _ways(t: Telling, where: str) -> tuple[list[str], list[str]]:
    """The free slots and the ways out, and the parts of the state that tell them."""
    place = t.mind.containers.get(where)
    if place is None:
        return [], []
    taken = [x.slot for x in t.mind.entities.values() if x.container == where]
    said = {w for _, part in done(t) for w in topics(part.text)}
    free = [s.slot for s in place.slots if taken.count(s.slot) < s.capacity and said.isdisjoint(topics(s.slot))]
    told_before = ways_out(t.then, where) if t.then is not None and where == where_of(t, t.then) else []
    out = [c for c in ways_out(t.mind, where) if c not in told_before]
    ways = [t.mind.containers[c].name for c in out]
    told = [f"Free: {', '.join(free)}."] * bool(free) + [f"Ways out: {', '.join(ways)}."] * bool(ways)
    return [" ".join(told)] * bool(told), [f"container.{c}" for c in (where, *out)] if told else []
