"""What a speaker was not told: what the truth holds and its lens does not, in words. Pure.

This is for the author, whose the truth is; it goes into no prompt.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from daemon.story import in_words
from daemon.story.lenses import perceives, shows
from daemon.story.state import Edge, Entity, State, Thread, edge_id
from protocol.events import Event, MemoryFormed
from protocol.ids import ENTITIES, EntityId, Seq, mask_of
from protocol.views import LineView

Sort = Literal["line", "memory", "person", "mind", "feeling", "thing", "place", "scene", "occasion", "thread", "lore"]

Kept = Sequence[tuple[Event, MemoryFormed]]
"""Memories, each as it was last told."""

MIND = ("appearance", "description", "personality", "voice", "mood", "status")
ACTIVITY = ("doing", "attention")


class Withheld(msgspec.Struct, frozen=True):
    """One thing that the speaker was not told, and the seqs that tell it."""

    sort: Sort
    text: str
    seqs: list[Seq]


def withheld(truth: State, mind: State, lines: Sequence[LineView], memories: Kept) -> list[Withheld]:
    """All that the truth holds and the mind's lens does not; of lines and memories those that are given."""
    parts = (
        _lines(truth, mind, lines), _memories(truth, mind, memories), _things(truth, mind), _people(truth, mind),
        _minds(truth, mind), _feelings(truth, mind), _surroundings(truth, mind), _course(truth, mind),
    )  # fmt: skip
    return [item for part in parts for item in part]


def _lines(truth: State, mind: State, lines: Sequence[LineView]) -> Iterator[Withheld]:
    for line in lines:
        who = _name(truth, line.who) if line.who is not None else "the narrator"
        for part in line.parts:
            if not shows(mind.lens, mask_of(part.witnesses)) and part.text:
                to = f" to {_names(truth, part.to)}" if part.to else ""
                yield Withheld("line", f"{who} ({part.manner}{to}): {part.text}", [part.seq])


def _memories(truth: State, mind: State, memories: Kept) -> Iterator[Withheld]:
    for event, memory in memories:
        if not perceives(mind.lens, event):
            who = _names(truth, event.witnesses) or "nobody"
            yield Withheld("memory", f"{who} ({memory.memory_kind}): {memory.gist}", [event.seq])


def _things(truth: State, mind: State) -> Iterator[Withheld]:
    for p, thing in truth.props.items():
        known, kept = mind.props.get(p), thing.in_ is not None and thing.in_.occasion is not None
        if kept and (known is None or known.in_ is None):  # what an occasion keeps in its record is nowhere to be seen
            continue
        if known is None:
            text = f"{thing.name}: {in_words.where(truth, thing.in_)}; not known of"
        elif known.in_ != thing.in_:
            text = f"{thing.name}: {in_words.where(truth, thing.in_)}; believed {in_words.where(mind, known.in_)}"
        elif replace(known, firsthand=thing.firsthand) != thing:
            like = (thing.description, thing.condition, "closed" if thing.closed else "open")
            text = f"{thing.name}: {', '.join(x for x in like if x)}; known otherwise"
        else:
            continue
        yield Withheld("thing", text, _seqs(truth, f"prop.{p}"))
    for p, believed in mind.props.items():
        if p not in truth.props and believed.in_ is not None:
            yield Withheld("thing", f"{believed.name}: gone; believed {in_words.where(mind, believed.in_)}", [])


def _people(truth: State, mind: State) -> Iterator[Withheld]:
    for e, person in truth.entities.items():
        known = mind.entities.get(e, Entity(person.name))
        found = []
        stands, stood = (in_words.at(x.slot, x.spot) for x in (person, known))
        if person.container is not None and (person.container, stands) != (known.container, stood):
            last = f"last known in {_room(mind, known.container)}" if known.container else "whereabouts not known"
            found.append(f"in {_room(truth, person.container)}{f', {stands}' * bool(stands)}; {last}")
        found += [f"{x}: {getattr(person, x)}" for x in ACTIVITY if _more(person, known, x)]
        if person.awake != known.awake:
            found.append("awake" if person.awake else "asleep")
        if found:
            yield Withheld("person", f"{person.name}: {'; '.join(found)}", _seqs(truth, f"activity.{e}"))


def _minds(truth: State, mind: State) -> Iterator[Withheld]:
    for e, person in truth.entities.items():
        known = mind.entities.get(e, Entity(person.name))
        found = [f"{x}: {getattr(person, x)}" for x in MIND if _more(person, known, x)]
        found += [f"wants: {'; '.join(person.goals)}"] if _more(person, known, "goals") else []
        found += [f"talks like: {' / '.join(person.examples)}"] if _more(person, known, "examples") else []
        if found:
            yield Withheld("mind", f"{person.name}, {', '.join(found)}", _seqs(truth, f"identity.{e}"))


def _feelings(truth: State, mind: State) -> Iterator[Withheld]:
    for from_ in ENTITIES:
        for to in ENTITIES:
            id = edge_id(from_, to)
            edge = truth.edges.get(id, Edge())
            if edge == mind.edges.get(id, Edge()):
                continue
            numbers = f"warmth {edge.warmth}, trust {edge.trust}, tension {edge.tension}"
            note = f" ({edge.note})" if edge.note else ""
            text = f"{_name(truth, from_)} toward {_name(truth, to)}: {numbers}{note}"
            yield Withheld("feeling", text, _seqs(truth, f"edge.{id}"))
    if truth.group != mind.group:
        found = [x for x in (truth.group.tone, truth.group.note, *truth.group.habits) if x]
        yield Withheld("feeling", f"what they are together: {'; '.join(found)}", _seqs(truth, "group"))


def _surroundings(truth: State, mind: State) -> Iterator[Withheld]:
    for c, place in truth.containers.items():
        if mind.containers.get(c) != place:
            known = "known otherwise" if c in mind.containers else "not known of"
            yield Withheld("place", f"{place.name}: {place.description or known}", _seqs(truth, f"container.{c}"))
    if truth.scene is not None and truth.scene != mind.scene:
        title = f"“{truth.scene.title}”, " if truth.scene.title else ""
        yield Withheld("scene", f"{title}{_room(truth, truth.scene.container)}", _seqs(truth, "scene"))


def _course(truth: State, mind: State) -> Iterator[Withheld]:
    for o, occasion in truth.occasions.items():
        known = mind.occasions.get(o)
        if known is None or known.status != occasion.status:
            yield Withheld("occasion", f"{occasion.title}: {occasion.status}", _seqs(truth, f"occasion.{o}"))
    for id, thread in truth.threads.items():
        known_thread = mind.threads.get(id, Thread(""))
        if (known_thread.title, known_thread.status, known_thread.note) != (thread.title, thread.status, thread.note):
            note = f" ({thread.note})" if thread.note else ""
            yield Withheld("thread", f"{thread.title}: {thread.status}{note}", _seqs(truth, f"thread.{id}"))
    for id, lore in truth.lore.items():
        if id not in mind.lore:
            yield Withheld("lore", lore.text, _seqs(truth, f"lore.{id}"))


def _more(person: Entity, known: Entity, field: str) -> bool:
    """Whether the truth has something to say there that the mind does not know."""
    value: Any = getattr(person, field)
    return bool(value) and value != getattr(known, field)


def _room(state: State, id: str | None) -> str:
    return in_words.room(state, id) if id is not None else "nowhere"


def _name(state: State, e: EntityId) -> str:
    return state.entities[e].name if e in state.entities else e


def _names(state: State, who: Sequence[EntityId]) -> str:
    return " and ".join(_name(state, e) for e in who)


def _seqs(state: State, key: str) -> list[Seq]:
    return [state.sources[key]] if key in state.sources else []
