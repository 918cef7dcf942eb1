"""What a speaker is told: a prompt built from its own lens, itemised, within a budget of tokens. Pure.

What never changes comes first, then the transcript; what is true just now stands at the end of the last user message,
after its words, so that a server can reuse what it has read. One system message, then user and assistant in turn.
"""

import hashlib
from collections.abc import Callable, Sequence

import msgspec

from daemon.story.accounts import Account
from daemon.story.state import Entity, State, edge_id, holding, lying_in, people_in
from daemon.telling.decay import RECENT, counter
from daemon.telling.markup import written
from daemon.telling.recalling import Memory, fitting
from daemon.telling.tokens import PER_MESSAGE
from protocol.ids import ENTITIES, EntityId, entities_of
from protocol.model import Message
from protocol.views import LineView, Section

SILENCE = "(silence)"
"""What a speaker writes who chooses to say nothing."""

BLOCK = 8
"""Turns that leave a full prompt together, so that its beginning stays the same for a while."""

RECALLED, RECALLED_MOST = 0.1, 400
"""The share of a budget, and tokens at the most, kept free for what comes to mind."""

PAST = 0.25
"""The share of a budget that summaries may take; the oldest go first."""

NEW_SCENE = "(A new scene begins.)"
EARLIER, MOMENT_PASSES = "(Earlier.)", "(A moment passes.)"
"""What the user says where the speaker's own line comes first, or last."""


class Told(msgspec.Struct, frozen=True):
    """A prompt: its messages and, itemised, what it is made of."""

    messages: tuple[Message, ...]
    sections: list[Section]
    tokens: int

    def sha256(self) -> str:
        """A fingerprint of the messages, in hex."""
        return hashlib.sha256(msgspec.json.encode(self.messages)).hexdigest()


class Telling(msgspec.Struct, frozen=True):
    """What a prompt is made from.

    `mind` is the state through the speaker's lens (a narrator's is what all present share), `lines` what that lens
    perceived and no summary stands for, oldest first, `past` those summaries, in their order, `memories` what the lines
    bring to mind, best first. `note` and `note_from` are the author's steering. `budget` is in tokens by `count`.
    """

    speaker: EntityId | None
    mind: State
    lines: Sequence[LineView]
    budget: int
    count: Callable[[str], int]
    mode: str = "reply"
    may_pass: bool = False
    note: str = ""
    note_from: Sequence[int] = ()
    memories: Sequence[Memory] = ()
    past: Sequence[Account] = ()


def build(t: Telling) -> Told:
    """The prompt. Each section knows the seqs it comes from."""
    system, moment = _stable(t), _volatile(t)
    lines = shown(t)
    moment[:0] = [s for s in (_memories(t, lines),) if s.text]
    transcript = _section(t, "transcript", "the lines that the speaker perceived", _seqs(lines), plain(t, lines))
    messages = _messages(t, system, lines, moment)
    tokens = sum(t.count(m.content) + PER_MESSAGE for m in messages)
    return Told(messages, [*system, transcript, *moment], tokens)


def shown(t: Telling) -> list[LineView]:
    """The lines that the prompt has, whatever comes to mind."""
    return _fitting(t, room(t))


def room(t: Telling) -> int:
    """Tokens that the lines may have in the prompt."""
    return _room(t, _stable(t), _volatile(t))


def size(t: Telling, line: LineView) -> int:
    """Tokens that a line has in the prompt."""
    return t.count(_said(t, line)) + PER_MESSAGE


def about(t: Telling) -> str:
    """What the speaker is, feels and knows of those around, in words."""
    return _joined([s for s in (_identity(t), _others(t), _place(t), _feelings(t)) if s.text])


def _stable(t: Telling) -> list[Section]:
    return [s for s in (_style(t), _identity(t), _others(t), _place(t), _past(t)) if s.text]


def _volatile(t: Telling) -> list[Section]:
    return [s for s in (_lore(t), _moment(t), _feelings(t), _note(t), _instruction(t)) if s.text]


def _room(t: Telling, system: Sequence[Section], moment: Sequence[Section]) -> int:
    spent = sum(t.count(text) + PER_MESSAGE for text in (_joined(system), _joined(moment), EARLIER + MOMENT_PASSES))
    return t.budget - spent - _kept_free(t)


def _kept_free(t: Telling) -> int:
    """Tokens for what comes to mind: free even if unused, so that the transcript begins at the same line each turn."""
    return min(RECALLED_MOST, int(t.budget * RECALLED))


def _joined(sections: Sequence[Section]) -> str:
    return "\n\n".join(s.text for s in sections)


def _section(t: Telling, name: str, why: str, from_: Sequence[int], text: str) -> Section:
    return Section(name, t.count(text) if text else 0, why, sorted({s for s in from_ if s}), text)


def _from(t: Telling, *keys: str) -> list[int]:
    return [t.mind.sources[k] for k in keys if k in t.mind.sources]


def _name(t: Telling, e: EntityId) -> str:
    known = t.mind.entities.get(e)
    return known.name if known is not None else e


def _names(t: Telling) -> dict[EntityId, str]:
    return {e: _name(t, e) for e in ENTITIES}


# what never changes


def _style(t: Telling) -> Section:
    if t.speaker is None:
        text = (
            "You narrate an interactive story. Write one short passage in the third person, present tense: what can be "
            "seen and heard. Never speak or decide for the characters."
        )
    else:
        me = _name(t, t.speaker)
        text = (
            f"You are {me} in an interactive story. Write only what {me} says and does next, in a few sentences. "
            "Put actions between *asterisks* and private thoughts between `backticks`; write spoken words plainly. "
            "Never write for anybody else. Answer what was just said, and say something new each time."
        )
    return _section(t, "style", "how to write", [], text)


def _identity(t: Telling) -> Section:
    if t.speaker is None or t.speaker not in t.mind.entities:
        return _section(t, "identity", "", [], "")
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
    return _section(t, "identity", "who the speaker is", _from(t, f"identity.{t.speaker}"), text)


def _others(t: Telling) -> Section:
    others = [e for e in t.mind.entities if e != t.speaker]
    told = [_introduced(t.mind.entities[e]) for e in others]
    text = "\n".join(["# Who else there is", *told]) if told else ""
    return _section(t, "others", "whom the speaker knows of", _from(t, *(f"identity.{e}" for e in others)), text)


def _introduced(other: Entity) -> str:
    return f"{other.name}: {other.appearance}" if other.appearance else other.name


def _place(t: Telling) -> Section:
    where = _where(t)
    place = t.mind.containers.get(where) if where is not None else None
    text = f"# The place: {place.name}\n{place.description}".rstrip() if place is not None else ""
    return _section(t, "place", "where the speaker is", _from(t, f"container.{where}"), text)


def _where(t: Telling) -> str | None:
    """Where the speaker is. A narrator is in the scene; if not all saw it begin, where those of its lens are."""
    if t.speaker is None and t.mind.scene is not None:
        return t.mind.scene.container
    here = entities_of(t.mind.lens) if t.speaker is None else (t.speaker,)
    return next((t.mind.entities[e].container for e in here if e in t.mind.entities), None)


def _past(t: Telling) -> Section:
    """The summaries that stand for lines which are not told any more: the latest that fit their share."""
    left, first = int(t.budget * PAST), len(t.past)
    while first > 0 and (left := left - t.count(t.past[first - 1].gist) - 1) >= 0:
        first -= 1
    chosen = t.past[first:]
    heading = "# What happened before" if t.speaker is None else "# What you remember of before"
    text = "\n\n".join([heading, *(a.gist for a in chosen)]) if chosen else ""
    return _section(t, "past", "summed up, in place of the lines", [s for a in chosen for s in (a.seq, *a.from_)], text)


# what is true just now


def _lore(t: Telling) -> Section:
    recent = " ".join(x.text for x in t.lines[-6:]).lower()
    found = {
        id: x
        for id, x in t.mind.lore.items()
        if _given(t, x.lens) and (not x.keys or any(k.lower() in recent for k in x.keys if k))
    }
    text = "\n".join(["Worth knowing now:", *(x.text for x in found.values())]) if found else ""
    return _section(t, "lore", "its keys were mentioned", _from(t, *(f"lore.{id}" for id in found)), text)


def _memories(t: Telling, lines: Sequence[LineView]) -> Section:
    """What comes to mind and is not told by these lines themselves, or summed up."""
    heading = "What comes to mind:"
    told = frozenset(_seqs(lines)) | {a.seq for a in t.past}
    chosen = fitting(t.memories, told, _kept_free(t) - t.count(heading), t.count)
    text = "\n".join([heading, *(f"- {x.text}" for x in chosen)]) if chosen else ""
    return _section(t, "memories", "what was said brings it to mind", [x.seq for x in chosen], text)


def _given(t: Telling, lens: Sequence[EntityId]) -> bool:
    return not lens or (t.speaker is not None and t.speaker in lens)


def _moment(t: Telling) -> Section:
    where = _where(t)
    told, sources = [], ["scene", "time"]
    if t.mind.clock is not None:
        told.append(f"It is {t.mind.clock.replace('T', ', ')}.")
    for e in people_in(t.mind, where):
        told.append(_doing(t, e))
        sources += [f"activity.{e}", *(f"prop.{p}" for p in holding(t.mind, e))]
    absent = [e for e, x in t.mind.entities.items() if x.container != where]
    if absent:
        told.append(f"Not here: {', '.join(_name(t, e) for e in absent)}.")
    if where is not None:
        lying = lying_in(t.mind, where)
        if lying:
            told.append(f"Within reach: {', '.join(t.mind.props[p].name for p in lying)}.")
            sources += [f"prop.{p}" for p in lying]
        told += _ways(t, where)
    text = "\n".join(["Just now:", *told]) if told else ""
    return _section(t, "moment", "what the speaker sees now", _from(t, *sources), text)


def _doing(t: Telling, e: EntityId) -> str:
    known = t.mind.entities[e]
    held = [t.mind.props[p].name for p in holding(t.mind, e)]
    more = [
        known.slot and f"in {known.slot}",
        known.doing,
        held and f"holding {', '.join(held)}",
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


def _feelings(t: Telling) -> Section:
    if t.speaker is None or t.speaker not in t.mind.entities:
        return _section(t, "feelings", "", [], "")
    me = t.mind.entities[t.speaker]
    told = [f"Your mood: {me.mood}."] * bool(me.mood) + [f"You want: {'; '.join(me.goals)}."] * bool(me.goals)
    told += [f"Your state: {me.status}."] * bool(me.status)
    sources = [f"identity.{t.speaker}"] if told else []
    for e in t.mind.entities:
        edge = t.mind.edges.get(edge_id(t.speaker, e))
        if edge is not None:
            note = f" ({edge.note})" if edge.note else ""
            told.append(
                f"Toward {_name(t, e)}: warmth {edge.warmth}, trust {edge.trust}, tension {edge.tension}{note}."
            )
            sources.append(f"edge.{edge_id(t.speaker, e)}")
    return _section(t, "feelings", "the speaker's own mood and feelings", _from(t, *sources), "\n".join(told))


def _fresh(t: Telling) -> Section:
    """Against decay: what this speaker has worn out, told to the renderer alone."""
    own = [x for x in t.lines if x.who is not None and x.who == t.speaker]
    text = counter([x.text for x in own[-RECENT:]])
    return _section(t, "freshness", "how the speaker's last replies repeat themselves", _seqs(own[-RECENT:]), text)


def _note(t: Telling) -> Section:
    text = f"A note from the author, not part of the story: {t.note}" if t.note else ""
    return _section(t, "note", "the author steers", t.note_from, text)


def _instruction(t: Telling) -> Section:
    who = _name(t, t.speaker) if t.speaker is not None else "the narrator"
    text = {
        "continue": f"Go on with what {who} was just saying, from where it stopped, without repeating any of it.",
        "narrate": "Narrate what happens next.",
        "impersonate": f"Write what {who} says or does next.",
    }.get(t.mode, f"Now write what {who} says or does next.")
    if t.may_pass:
        text += f" If {who} would say nothing now, write only {SILENCE}."
    return _section(t, "instruction", f"the mode is {t.mode}", [], text)


# the transcript


def _fitting(t: Telling, room: int) -> list[LineView]:
    """The latest lines that fit. What is left out goes in blocks of turns, so that the beginning seldom changes."""
    spent, first = 0, len(t.lines)
    while first > 0:
        spent += size(t, t.lines[first - 1])
        between = _between(t, t.lines, first)
        spent += t.count(between) + PER_MESSAGE if between else 0
        if spent > room and first < len(t.lines):
            break
        first -= 1
    if first == 0:
        return list(t.lines)
    for start in range(first, len(t.lines)):
        if t.lines[start].turn // BLOCK != t.lines[start - 1].turn // BLOCK:
            return list(t.lines[start:])
    return list(t.lines[first:])


def _begins_scene(lines: Sequence[LineView], at: int) -> bool:
    """Whether the line here is the first of another scene than the line before."""
    return 0 < at < len(lines) and lines[at].scene not in (None, lines[at - 1].scene)


def _between(t: Telling, lines: Sequence[LineView], at: int) -> str:
    """What the user says before a line: that a scene begins, or that time passed between two lines of the speaker's.

    Without the latter, the second would change the message that holds the first, and all that was read after it.
    """
    if _begins_scene(lines, at):
        return NEW_SCENE
    own_again = t.speaker is not None and 0 < at < len(lines) and lines[at].who == lines[at - 1].who == t.speaker
    return MOMENT_PASSES if own_again else ""


def _said(t: Telling, line: LineView) -> str:
    text = written(line, _names(t))
    if line.who is None or line.who == t.speaker:
        return text
    return f"{_name(t, line.who)}: {text}"


def plain(t: Telling, lines: Sequence[LineView]) -> str:
    """These lines as a text, each with who brought it out."""
    return "\n".join(
        f"{_name(t, x.who)}: {_said(t, x)}" if x.who is not None and x.who == t.speaker else _said(t, x) for x in lines
    )


def _seqs(lines: Sequence[LineView]) -> list[int]:
    return [p.seq for x in lines for p in x.parts]


def _messages(
    t: Telling, system: Sequence[Section], lines: Sequence[LineView], moment: Sequence[Section]
) -> tuple[Message, ...]:
    """One system message, then user and assistant strictly in turn, the last one the user's."""
    said: list[tuple[bool, str]] = []
    for i, line in enumerate(lines):
        if between := _between(t, lines, i):
            said.append((False, between))
        said.append((line.who is not None and line.who == t.speaker, _said(t, line)))
    turns: list[tuple[bool, list[str]]] = []
    for own, text in said:
        if turns and turns[-1][0] == own:
            turns[-1][1].append(text)
        else:
            turns.append((own, [text]))
    if not turns or turns[0][0]:
        turns.insert(0, (False, [EARLIER if turns else NEW_SCENE if t.past else "(The story begins.)"]))
    if turns[-1][0]:
        turns.append((False, [MOMENT_PASSES]))
    turns[-1][1].append(f"[{_joined(moment)}]")
    first = Message("system", _joined(system))
    return (first, *(Message("assistant" if own else "user", "\n".join(told)) for own, told in turns))


def is_silence(text: str) -> bool:
    """Whether a reply says that its speaker says nothing."""
    return text.strip(" *_.…()\n").lower() in ("silence", "silent", "says nothing", "")
