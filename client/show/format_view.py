"""How views read on a terminal: each function turns one view into lines of text. Asks the daemon for nothing."""

import re
from collections.abc import Mapping, Sequence

from client.text.plain import one_line
from protocol import views as v
from protocol.events import LineSaid
from protocol.ids import EntityId
from protocol.naming import at as spotted
from protocol.naming import the, within
from protocol.world import Manner, Place, Trigger

Names = Mapping[str, str]
"""What entities, containers and props are called, by id."""

FEELINGS = ("warmth", "trust", "tension")

STATUS = {"planned": "upcoming", "active": "happening", "completed": "done", "cancelled": "called off"}
"""How far a plan is, in words for people."""


def name_of(id: str | None, names: Names) -> str:
    """What somebody or something is called; a line of nobody's is the narrator's."""
    return "Narrator" if id is None else names.get(id, id)


def joined(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def where(place: Place | None, names: Names) -> str:
    """Where a thing is, in words."""
    match place:
        case Place(container=str(id), hidden=hidden):
            return f"{'hidden ' * hidden}{within(names.get(id, id))}" + (f", {spot}" if (spot := at(place)) else "")
        case Place(entity=str(id), how=how):
            return f"{how} by {names.get(id, id)}"
        case Place(prop=str(id), on=on):
            return f"{'on' if on else 'inside'} {the(names.get(id, id))}"
        case Place(occasion=str(id)):
            return f"put away for {the(names.get(id, id))}"
        case _:
            return "somewhere unknown"


def at(p: Place | v.Present | v.EntityView) -> str:
    """Where in its place something or somebody is; empty where that is not known."""
    return one_line(spotted(p.slot, p.spot))


def had(p: v.Present | v.EntityView, names: Names) -> list[tuple[str, str]]:
    """What somebody holds, wears and carries: how, and what."""
    ways = (("holding", p.holding), ("wearing", p.wearing), ("carrying out of sight", p.carrying))
    return [(how, joined([names.get(x, x) for x in things])) for how, things in ways if things]


def lead(manner: Manner, to: Sequence[str], names: Names) -> str:
    """What stands before words that are not simply said: how and to whom they are brought out; empty for most."""
    hearers = f" to {joined([names.get(e, e) for e in to])}" if to else ""
    return f"(whispers{hearers}) " if manner == "whisper" else f"(writes{hearers}) " if manner == "message" else ""


def printed(text: str, manner: Manner, to: Sequence[str], names: Names) -> tuple[str, str]:
    """A part of a line as it is printed, and its style; the marks are those in which one may write it, too."""
    match manner:
        case "action":
            return f"*{text}*", "action"
        case "thought":
            return f"`{text}`", "action"
        case "whisper":
            return lead(manner, to, names) + text, "dim"
        case "message":
            return lead(manner, to, names) + text, ""
        case "narration":
            return text, "action"
        case "ooc":
            return f"[{text}]", "dim"
        case _:
            return text, ""


def words(parts: Sequence[v.PartView] | Sequence[LineSaid], names: Names) -> list[tuple[str, str]]:
    """The parts of a line as they are printed one after another, each with its style: as they were typed or written,
    with the paragraphs of that, or in their marks where that is not known."""
    known = any(p.raw for p in parts)
    found: list[tuple[str, str]] = []
    for p in parts:
        text, style = printed(p.text, p.manner, p.to, names)
        if known and p.text:
            found.append(((p.raw or p.text) if found else (p.raw or p.text).lstrip(), style))
        else:
            found.append((f" {text}" if found else text, style))
    return found


def scene(view: v.SceneView, names: Names) -> list[str]:
    """Where and when it plays, and who is there."""
    if view.scene is None:
        return ["No scene is open."]
    title = f"“{one_line(view.title)}”, " if view.title else ""
    head = f"{title}{names.get(view.container or '', view.container or 'somewhere')}"
    return [f"{head} · {clock(view.clock, view.elapsed)}", *(person(p, names) for p in view.present)]


def person(p: v.Present | v.EntityView, names: Names) -> str:
    """Somebody present: place, occupation, mood and state, what they have."""
    about = [at(p), p.doing, None if p.awake else "asleep"]
    about += [f"attending to {p.attention}" if p.attention else None, f"mood: {p.mood}" if p.mood else None]
    about += [f"state: {p.status}" if isinstance(p, v.EntityView) and p.status else None]
    known = [one_line(a) for a in about if a] + [f"{how} {things}" for how, things in had(p, names)]
    return f"  {one_line(p.name)}" + (": " + "; ".join(known) if known else "")


def look(
    who: str, scene_: v.SceneView, world: v.WorldView, people: Mapping[EntityId, v.EntityView], names: Names
) -> list[str]:
    """What is where somebody is (else where the scene is): the place, the people, the things, the ways out."""
    here = place_of(who, world) or next((c for c in world.containers if c.container == scene_.container), None)
    if here is None:
        return scene(scene_, names)
    if here.container == scene_.container:
        lines = [scene(scene_, names)[0]]
    else:
        lines = [f"{one_line(here.name)} · {clock(scene_.clock, scene_.elapsed)}"]
    lines += [f"  {here.description}"] if here.description else []
    lines += [person(people[e], names) for e in here.present if e in people]
    things = [p for p in world.props if p.in_ and p.in_.container == here.container]
    within = [p for p in world.props if p.in_ and p.in_.prop in {t.prop for t in things}]
    for p in (*things, *within):
        about = f" — {p.description}" if p.description else ""
        lines.append(f"  · {one_line(p.name)}{_place_here(p.in_, names)}{_state(p)}{about}")
    if here.opens_to:
        lines.append("  Opens to " + joined([the(names.get(o, o)) for o in here.opens_to]) + ".")
    return lines


def _place_here(place: Place | None, names: Names) -> str:
    """Where in the place at hand a thing is."""
    if place is None:
        return ""
    told = [where(place, names) if place.prop else at(place), "hidden" if place.hidden else ""]
    return "".join(f", {x}" for x in told if x)


def _state(p: v.PropView) -> str:
    """What a thing is like now."""
    told = [x for x in ("closed" if p.closed else "", one_line(p.condition)) if x]
    return f" ({'; '.join(told)})" if told else ""


def place_of(who: str, view: v.WorldView) -> v.ContainerView | None:
    """Where this lens last knew somebody."""
    return next((c for c in view.containers if who in c.present), None)


def world(view: v.WorldView, names: Names) -> list[str]:
    """Every place and who is there, every thing and where it is, as this lens last knew it."""
    lines = []
    for c in view.containers:
        parent = f" {within(names.get(c.parent, c.parent))}" if c.parent else ""
        people = joined([names.get(e, e) for e in c.present])
        lines.append(f"{one_line(c.name)}{parent}" + (f": {people}" if people else ""))
    lines += [f"· {one_line(p.name)}: {where(p.in_, names)}{_state(p)}" for p in view.props]
    return lines or ["Nothing is known about the world."]


def entity(view: v.EntityView, names: Names) -> list[str]:
    """All that the lens knows of somebody."""
    place = names.get(view.container, view.container) if view.container else "somewhere unknown"
    lines = [f"{one_line(view.name)}: {place}" + (f", {spot}" if (spot := at(view)) else "")]
    for label, text in (
        ("appearance", view.appearance), ("description", view.description), ("personality", view.personality),
        ("voice", view.voice), ("mood", view.mood), ("goals", "; ".join(view.goals)), ("status", view.status),
        ("doing", view.doing if view.awake else "asleep"), ("attention", view.attention), *had(view, names),
        ("instructions", view.instructions), ("reminder", view.reminder),
    ):  # fmt: skip
        if text:
            lines.append(f"  {label}: {one_line(text)}")
    return lines


def edges(view: v.EdgesView, names: Names) -> list[str]:
    """What each feels for each, and what the group is like."""
    lines = []
    for e in view.edges:
        numbers = " ".join(f"{f} {getattr(e, f):+d}" for f in FEELINGS)
        note = f" — {e.note}" if e.note else ""
        lines.append(f"{names.get(e.from_, e.from_)} → {names.get(e.to, e.to)}: {numbers}{note}")
    group = "; ".join(x for x in (view.group.tone, view.group.note, *view.group.habits) if x)
    return lines + ([f"Together: {group}"] if group else []) or ["No feelings yet."]


ENTRIES = {"occasion": "plan", "thread": "question"}
"""Kinds of entries of a timeline that people call otherwise."""

STYLED = 12
"""Columns of the names of the parts of a style."""


def story(view: v.StoryView, names: Names) -> list[str]:
    """What the story is about, and how it is written."""
    parts = {name: getattr(view.style, name) for name in view.style.__struct_fields__}
    told = {"premise": view.premise, **parts}
    lines = [f"{name + ':':<{STYLED}}{one_line(value) or '(not set)'}" for name, value in told.items()]
    you = "may" if view.writes_for_you else "never"
    alone = "the narrator answers" if view.alone == "narrate" else "nobody answers"
    return [
        *lines,
        f"{'for you:':<{STYLED}}others {you} write what you do or say",
        f"{'alone:':<{STYLED}}{alone} when nobody else is there",
    ]


def decay(view: v.DecayView, names: Names) -> list[str]:
    """How each bot repeats itself, and how often its replies were cut."""
    lines = []
    for x in view.speakers:
        one, two, three = x.distinct
        lines += [
            f"{names.get(x.entity, x.entity)}, last {x.replies} replies: {x.words:g} words each"
            + ", getting shorter" * x.shrinking,
            f"  Variety: {one:.0%} different words, {two:.0%} different pairs, {three:.0%} different triples",
            f"  Same beginning: {x.openings}, same ending: {x.endings}, repeated phrases: {x.phrases}, "
            f"from your list: {x.overused}",
            f"  Cut off for speaking for others: {x.cut_for_others}, for repeating itself: {x.cut_in_circles}",
        ]
    return lines or ["No replies yet."]


def transcript(view: v.TranscriptView, names: Names) -> list[str]:
    """The lines, each with its first seq."""
    lines = [f"… more before @{view.lines[0].seq}"] if view.more and view.lines else []
    for x in view.lines:
        text = "".join(text for text, _ in words(x.parts, names)).strip()
        marks = (" [cut short]" if x.cut else "") + (f" [take {x.take} of {x.takes}]" if x.takes > 1 else "")
        label = f"{f'@{x.seq}':>7}  {name_of(x.who, names)}: "
        lines.append(label + (text or "(noticed, not heard)").replace("\n", "\n" + " " * 8) + marks)
    return lines or ["No lines yet."]


def memories(view: v.MemoriesView, names: Names) -> list[str]:
    """What is remembered, by whom."""
    found = []
    for m in view.memories:
        by = joined([names.get(w, w) for w in m.witnesses])
        teller = f" (told by {names.get(m.told_by, m.told_by)})" if m.told_by else ""
        found.append(f"{'@' + str(m.seq):>7}  {by}{teller}: {one_line(m.text)}")
    return found or ["No memories yet."]


def occasions(view: v.OccasionsView, names: Names) -> list[str]:
    """What is planned, under way and over."""
    titles = {o.occasion: one_line(o.title) for o in view.occasions}
    lines = []
    for o in view.occasions:
        about = [STATUS.get(o.status, o.status), _due(o, names, titles) if o.status == "planned" else ""]
        about += [within(names.get(o.where, o.where)) if o.where else "", o.purpose]
        about += [f"with {joined([names.get(p, p) for p in o.props])}" if o.props and o.status != "completed" else ""]
        about += [f"known to {joined([names.get(e, e) for e in o.who])}" if o.who else "", o.gist]
        lines.append(f"{one_line(o.title)}: {'; '.join(one_line(x) for x in about if x)}")
    return lines or ["No plans yet."]


def _due(o: v.OccasionView, names: Names, titles: Names) -> str:
    match o.when:
        case str(moment):
            return f"at {clock(moment, 0)}"
        case Trigger(arrives=str(who), container=place):
            return f"when {names.get(who, who)} comes to {the(names.get(place or '', place or ''))}"
        case Trigger(after=str(other)):
            return f"after {the(titles.get(other, other))}"
        case Trigger(resolved=str(thread)):
            return f"once a question is answered: {thread}"
        case _:
            return "starts when you start it"


def threads(view: v.ThreadsView, names: Names) -> list[str]:
    """The questions that are open, and those that were answered."""
    found = [
        f"{one_line(t.title)}: {'answered' if t.status == 'resolved' else t.status}"
        f"{f' — {one_line(t.note)}' if t.note else ''}"
        for t in view.threads
    ]
    return found or ["No open questions."]


def knows(mind: v.WorldView, truth: v.WorldView, names: Names) -> list[str]:
    """Where a lens believes everybody and everything to be, and where that is wrong."""
    lines = []
    for e in (e for c in truth.containers for e in c.present):
        believed, is_in = place_of(e, mind), place_of(e, truth)
        thought = within(one_line(believed.name)) if believed else "somewhere unknown"
        wrong = believed is None or is_in is None or believed.container != is_in.container
        lines.append(
            f"{names.get(e, e)}: {thought}" + (f" (really {within(one_line(is_in.name))})" if wrong and is_in else "")
        )
    there = {p.prop: p for p in truth.props}
    for p in mind.props:
        real = there.get(p.prop)
        wrong = real is None or real.in_ != p.in_
        really = "gone" if real is None else where(real.in_, names)
        lines.append(f"· {one_line(p.name)}: {where(p.in_, names)}" + (f" (really {really})" if wrong else ""))
    unknown = [one_line(p.name) for p in truth.props if p.prop not in {x.prop for x in mind.props}]
    return lines + ([f"Hasn't heard of: {joined(unknown)}."] if unknown else [])


def secrets(view: v.SecretsView, names: Names) -> list[str]:
    """What somebody knows and those with them do not."""
    found = []
    for x in view.secrets:
        who, lacks = joined([names.get(e, e) for e in x.who]), "doesn't" if len(x.who) == 1 else "don't"
        found.append(f"{who} {lacks} know: {one_line(x.text)}.")
    return found


def deleted(view: v.DeletedView, names: Names) -> list[str]:
    """What was deleted and can be put back, each with its number."""
    found = ["… and more before"] if view.more else []
    for x in view.deleted:
        line = x.kind.startswith("line.")
        what = f"{name_of(x.who, names)}: {x.text}" if line else x.text or "(a change in the world)"
        with_it = " (with what it caused)" if x.events > 1 else ""
        found.append(f"{'@' + str(x.seq):>7}  {one_line(what, 90)}{with_it}")
    return found or ["Nothing has been deleted."]


def timeline(view: v.TimelineView, names: Names) -> list[str]:
    """What happened, by story time."""
    found = []
    for t in view.entries:
        when, what = clock(t.clock, t.elapsed), ENTRIES.get(t.entry, t.entry)
        text = _time(t.text) if t.entry == "time" else t.text
        found.append(f"{'@' + str(t.seq):>7}  {when:<17} {what:<9} {one_line(text, 90)}")
    return found or ["Nothing has happened yet."]


def _time(text: str) -> str:
    """What an entry of a timeline says of time (`125 minutes`, `set`), in words for people."""
    minutes = re.fullmatch(r"(\d+) minutes", text)
    return lasting(int(minutes[1])) if minutes else "the clock is set" if text == "set" else text


def lasting(minutes: int) -> str:
    """So much time: `1 minute`, `2 hours 5 minutes`, `3 days`."""
    units = ((minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute"))
    return " ".join(f"{n:,} {unit}{'s' * (n != 1)}" for n, unit in units if n) or "no time"


def prompt(view: v.PromptView, names: Names) -> list[str]:
    """What the next speaker would be given, section by section, and why."""
    lines = [f"The next prompt for {name_of(view.speaker, names)} ({view.tokens} of {view.budget} tokens):"]
    for s in view.sections:
        lines.append(f"— {s.name} ({s.tokens} tokens): {s.why}")
        lines += [f"    {line}" for line in s.text.splitlines()]
    return lines


def clock(reading: str | None, elapsed: int) -> str:
    """The story clock; where it was never set, the minutes counted so far."""
    if reading:
        return reading.replace("T", " ").removesuffix(":00")
    return f"{lasting(elapsed)} in" if elapsed else "at the beginning"
