"""What is true just now, told at the end of a prompt: lore, what is in sight, feelings, what to write. Pure."""

from collections.abc import Sequence

from daemon.story.state import edge_id, holding, lying_in, people_in
from daemon.telling.decay import counter
from daemon.telling.prompt.course import course
from daemon.telling.prompt.telling import Telling, is_alone, kept_free, name_of, section, sources_of, where_of
from daemon.telling.prompt.things import elsewhere, named, with_contents
from daemon.telling.prompt.transcript import seqs
from daemon.telling.recalling import fitting
from protocol.ids import EntityId
from protocol.views import LineView, Section

SILENCE = "(silence)"
"""What a speaker writes who chooses to say nothing."""

LONGEST_SILENCE = 24
"""Characters; a longer reply says something."""


def volatile(t: Telling) -> list[Section]:
    return [
        s
        for s in (_lore(t), _moment(t), elsewhere(t), *course(t), feelings(t), *_notes(t), _fresh(t), _instruction(t))
        if s.text
    ]


def _lore(t: Telling) -> Section:
    recent = " ".join(x.text for x in t.lines[-6:]).lower()
    found = {
        id: x
        for id, x in t.mind.lore.items()
        if _given(t, x.lens) and (not x.keys or any(k.lower() in recent for k in x.keys if k))
    }
    text = "\n".join(["Worth knowing now:", *(x.text for x in found.values())]) if found else ""
    return section(t, "lore", "its keys were mentioned", sources_of(t, *(f"lore.{id}" for id in found)), text)


def memories(t: Telling, lines: Sequence[LineView]) -> Section:
    """What comes to mind and is not told by these lines themselves, or summed up."""
    heading = "What comes to mind:"
    told = frozenset(seqs(lines)) | {a.seq for a in t.past}
    chosen = fitting(t.memories, told, kept_free(t) - t.count(heading), t.count)
    text = "\n".join([heading, *(f"- {x.text}" for x in chosen)]) if chosen else ""
    return section(t, "memories", "what was said brings it to mind", [x.seq for x in chosen], text)


def _given(t: Telling, lens: Sequence[EntityId]) -> bool:
    return not lens or (t.speaker is not None and t.speaker in lens)


def _moment(t: Telling) -> Section:
    where = where_of(t)
    told, sources = [], ["scene", "time"]
    if t.mind.clock is not None:
        told.append(f"It is {t.mind.clock.replace('T', ', ')}.")
    for e in people_in(t.mind, where):
        told.append(_doing(t, e))
        sources += [f"activity.{e}", *(f"prop.{p}" for p in with_contents(t, holding(t.mind, e)))]
    absent = [e for e, x in t.mind.entities.items() if x.container != where]
    if absent:
        told.append(f"Not here: {', '.join(name_of(t, e) for e in absent)}.")
    if where is not None:
        lying = lying_in(t.mind, where)
        if lying:
            told.append(f"Within reach: {named(t, lying)}.")
            sources += [f"prop.{p}" for p in with_contents(t, lying)]
        told += _ways(t, where)
    text = "\n".join(["Just now:", *told]) if told else ""
    return section(t, "moment", "what the speaker sees now", sources_of(t, *sources), text)


def _doing(t: Telling, e: EntityId) -> str:
    known = t.mind.entities[e]
    held = named(t, holding(t.mind, e))
    more = [
        known.slot and f"in {known.slot}",
        known.doing,
        held and f"holding {held}",
        not known.awake and "asleep",
    ]
    who = f"{known.name} (you)" if e == t.speaker else known.name
    told = ", ".join(str(x) for x in more if x)
    return f"{who} is here{': ' + told if told else ''}."


def _ways(t: Telling, where: str) -> list[str]:
    place = t.mind.containers.get(where)
    if place is None:
        return []
    taken = [x.slot for x in t.mind.entities.values() if x.container == where]
    free = [s.slot for s in place.slots if taken.count(s.slot) < s.capacity]
    ways = [t.mind.containers[c].name for c in place.opens_to if c in t.mind.containers]
    return [f"Free: {', '.join(free)}."] * bool(free) + [f"Ways out: {', '.join(ways)}."] * bool(ways)


def feelings(t: Telling) -> Section:
    if t.speaker is None or t.speaker not in t.mind.entities:
        return section(t, "feelings", "", [], "")
    me = t.mind.entities[t.speaker]
    told = [f"Your mood: {me.mood}."] * bool(me.mood) + [f"You want: {'; '.join(me.goals)}."] * bool(me.goals)
    told += [f"Your state: {me.status}."] * bool(me.status)
    sources = [f"identity.{t.speaker}"] if told else []
    for e in t.mind.entities:
        edge = t.mind.edges.get(edge_id(t.speaker, e))
        if edge is not None:
            note = f" ({edge.note})" if edge.note else ""
            told.append(
                f"Toward {name_of(t, e)}: warmth {edge.warmth}, trust {edge.trust}, tension {edge.tension}{note}."
            )
            sources.append(f"edge.{edge_id(t.speaker, e)}")
    return section(t, "feelings", "the speaker's own mood and feelings", sources_of(t, *sources), "\n".join(told))


def _fresh(t: Telling) -> Section:
    """Against decay: what this speaker has worn out, told to the renderer alone."""
    text, why = counter([x.text for x in t.own]) if t.mode != "continue" else ("", "")
    return section(t, "freshness", f"measured on the speaker's last replies: {why}", seqs(t.own), text)


def note(t: Telling) -> Section:
    """What the author wants of the telling, which is for nobody in the story."""
    text = f"A note from the author, not part of the story: {t.note}" if t.note else ""
    return section(t, "note", "the author steers", t.note_from, text)


def _notes(t: Telling) -> list[Section]:
    steer = f"For this reply alone: {t.steer}" if t.steer else ""
    return [*([note(t)] if not t.note_depth else []), section(t, "steer", "the author steers this take", (), steer)]


def _instruction(t: Telling) -> Section:
    who = name_of(t, t.speaker) if t.speaker is not None else "the narrator"
    text = {
        "continue": f"Go on with what {who} was just saying, from where it stopped, without repeating any of it.",
        "narrate": "Narrate what happens next.",
        "impersonate": f"Write what {who} says or does next.",
    }.get(t.mode, f"Now write what {who} says or does next.")
    if is_alone(t):
        you = name_of(t, "you")
        text += f" {you} is alone: nobody is there to answer. Tell what there is, and what comes of what {you} does."
    if t.may_pass:
        text += f" If {who} would say nothing now, write only {SILENCE}."
    return section(t, "instruction", f"the mode is {t.mode}", [], text)


_SILENT = ("silence", "silent", "says nothing", "")
_AROUND = " *_.…()\n"


def is_silence(text: str) -> bool:
    """Whether a reply says that its speaker says nothing."""
    return text.strip(_AROUND).lower() in _SILENT


def may_be_silence(text: str) -> bool:
    """Whether a reply that begins like this may yet come to say nothing."""
    bare = text.lstrip(_AROUND).lower()
    return len(text) < LONGEST_SILENCE and (is_silence(text) or any(s.startswith(bare) for s in _SILENT))
