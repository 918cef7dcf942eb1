"""Deciding by the author's own hand: absolute values without regard to reach, notes, taking away."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from daemon.story import perception as see
from daemon.story.decide import lore
from daemon.story.decide.cast import bind, change_entity
from daemon.story.decide.clock import set_clock
from daemon.story.decide.desk import (
    Context,
    Drafted,
    acted,
    apply,
    besides,
    bit,
    check_not_inside_itself,
    check_place,
    container,
    entity,
    prop,
    refuse,
    restated,
    the,
)
from daemon.story.decide.places import act, change_container, move
from daemon.story.decide.things import revealed
from daemon.story.decide.values import Values, values
from daemon.story.state import Edge, State, inside, lying_in, people_in
from protocol.commands import (
    Act,
    Bind,
    ChangeContainer,
    ChangeEntity,
    Move,
    Note,
    Remove,
    Set,
)
from protocol.errors import INVALID_PARAMS, Fault, not_found
from protocol.events import (
    ContainerRemoved,
    EdgeChanged,
    MemoryFormed,
    NoteSet,
    PropChanged,
    PropEvent,
    PropMoved,
    PropRemoved,
    StoryChanged,
)
from protocol.ids import ENTITIES, EVERYBODY, NOBODY, EntityId, Feeling, Id, Name, StoryTime, difference
from protocol.world import Alone, Identity, Place, Slot, Spot, Style, Walls, Words


class PropValues(Values, frozen=True, rename={"in_": "in"}):
    in_: Place | UnsetType | None = UNSET
    name: Name | None = None
    description: str | None = None
    closed: bool | None = None
    condition: str | None = None


class EntityValues(Values, frozen=True):
    container: Id | None = None
    slot: Name | None = None
    name: Name | None = None
    identity: Identity = Identity()
    mood: str | None = None
    goals: str | list[str] | None = None
    status: str | None = None
    doing: str | UnsetType | None = UNSET
    attention: str | UnsetType | None = UNSET
    awake: bool | None = None
    spot: Spot | UnsetType | None = UNSET


class EdgeValues(Values, frozen=True):
    warmth: Feeling | None = None
    trust: Feeling | None = None
    tension: Feeling | None = None
    note: str | None = None


class ClockValues(Values, frozen=True):
    clock: StoryTime


class MemoryValues(Values, frozen=True):
    gist: str | None = None
    significance: float | None = None


class GroupValues(Values, frozen=True):
    tone: str | None = None
    note: str | None = None
    habits: list[str] | None = None


class ContainerValues(Values, frozen=True):
    name: Name | None = None
    description: str | None = None
    parent: Id | UnsetType | None = UNSET
    slots: list[Slot] | None = None
    opens_to: list[Id] | None = None
    walls: Walls | None = None


Premise = Annotated[str, msgspec.Meta(max_length=4000)]


class StyleValues(Values, frozen=True):
    person: Literal["first", "second", "third"] | None = None
    tense: Literal["present", "past"] | None = None
    length: Words | None = None
    tone: Words | None = None
    language: Words | None = None
    form: Literal["asterisks", "novel"] | None = None


class StoryValues(Values, frozen=True):
    premise: Premise | None = None
    style: StyleValues | None = None
    writes_for_you: bool | None = None
    alone: Alone | None = None
    moves: bool | None = None


def _set_prop(truth: State, c: Set, context: Context) -> list[Drafted]:
    id, v = c.id or "", values(c, PropValues)
    now = prop(truth, id)
    there = now.in_ if v.in_ is UNSET else v.in_
    check_place(truth, there)
    check_not_inside_itself(truth, id, there)
    shape: type[PropEvent] = PropChanged if there == now.in_ else PropMoved
    given = {"name": v.name, "description": v.description, "closed": v.closed, "condition": v.condition}
    result = restated(shape, id, now, in_=there, **{k: x for k, x in given.items() if x is not None})
    after = apply(truth, [Drafted(result, NOBODY)])
    before, then = see.viewers(truth, id), see.viewers(after, id)
    # What the author puts under a lid is seen by nobody, not even by those who saw it before.
    drafts = [acted(c, result, before if there is None else then)]
    if there is not None and difference(before, then) and c.witnesses is None and not see.lids_over(after, id):
        # Those whom it goes from see that it is gone, and not where to.
        left = Drafted(restated(PropMoved, id, now, in_=None), difference(before, then))
        drafts = [left, msgspec.structs.replace(drafts[0], after=0)]
    new_to_some = now.closed or (difference(then, before) and inside(after, id))
    return drafts + (revealed(after, c, id, after=len(drafts) - 1) if new_to_some else [])


def _set_entity(truth: State, c: Set, context: Context) -> list[Drafted]:
    who, v = _entity_id(c.id), values(c, EntityValues)
    entity(truth, who)
    changed = ChangeEntity(
        entity=who, name=v.name, identity=v.identity, mood=v.mood, goals=v.goals, status=v.status, witnesses=c.witnesses
    )
    drafts = change_entity(truth, changed, context)
    if v.container is not None or v.slot is not None:
        where = v.container or truth.entities[who].container
        if where is None:
            raise not_found("container", where)
        drafts += move(truth, Move(who=who, container=where, slot=v.slot, witnesses=c.witnesses), context)
    if v.awake is not None or not all(x is UNSET for x in (v.doing, v.attention, v.spot)):
        doing = Act(
            who=who, doing=v.doing, attention=v.attention, awake=v.awake, spot=v.spot, witnesses=c.witnesses
        )  # fmt: skip
        drafts += act(apply(truth, drafts), doing, context)
    # What the author sets at once did not bring one another about.
    return [msgspec.structs.replace(d, after=None) for d in drafts]


def _entity_id(id: str | None) -> EntityId:
    found = next((e for e in ENTITIES if e == id), None)
    if found is None:
        raise not_found("entity", id)
    return found


def _set_edge(truth: State, c: Set, context: Context) -> list[Drafted]:
    from_, _, to = (c.id or "").partition(">")
    ends = _entity_id(from_), _entity_id(to)
    for e in ends:
        entity(truth, e)
    if from_ == to:
        refuse("wrong_value", "feelings are one character's for another")
    v, now = values(c, EdgeValues), truth.edges.get(c.id or "", Edge())
    result = EdgeChanged(  # what the author sets leans nowhere
        from_=ends[0],
        to=ends[1],
        warmth=now.warmth if v.warmth is None else v.warmth,
        trust=now.trust if v.trust is None else v.trust,
        tension=now.tension if v.tension is None else v.tension,
        note=now.note if v.note is None else v.note,
    )
    return [acted(c, result, bit(ends[0]))]


def _set_clock(truth: State, c: Set, context: Context) -> list[Drafted]:
    return [Drafted(set_clock(truth, values(c, ClockValues).clock), EVERYBODY)]


def _set_memory(truth: State, c: Set, context: Context) -> list[Drafted]:
    """The same memory with other words: the last event of an id is what is kept. It stays of the kind that it was."""
    known = context.memories.get(c.id or "")
    if known is None:
        raise not_found("memory", c.id)
    gist, keepers, seq = known
    v, was = values(c, MemoryValues), context.formed.get(c.id or "", MemoryFormed(c.id or "", gist, from_=[seq]))
    kept = msgspec.structs.replace(
        was,
        gist=gist if v.gist is None else v.gist,
        significance=was.significance if v.significance is None else v.significance,
        from_=was.from_ or [seq],
    )
    return [Drafted(kept, keepers)]


def _set_group(truth: State, c: Set, context: Context) -> list[Drafted]:
    v = values(c, GroupValues)
    return bind(truth, Bind(tone=v.tone, note=v.note, habits=v.habits, witnesses=c.witnesses), context)


def _set_story(truth: State, c: Set, context: Context) -> list[Drafted]:
    """How it is told is the author's: nobody of the story witnesses it."""
    v = values(c, StoryValues)
    changed = StoryChanged(
        truth.writes_for_you if v.writes_for_you is None else v.writes_for_you,
        truth.alone if v.alone is None else v.alone,
        truth.moves if v.moves is None else v.moves,
        truth.premise if v.premise is None else v.premise.strip(),
        _styled(truth.style, v.style),
    )
    return [Drafted(changed, NOBODY)]


def _styled(now: Style, v: StyleValues | None) -> Style:
    """A style with what is given of it, without blanks at the edges."""
    given = {f: x.strip() for f in v.__struct_fields__ if (x := getattr(v, f)) is not None} if v is not None else {}
    return msgspec.structs.replace(now, **given)


def _set_container(truth: State, c: Set, context: Context) -> list[Drafted]:
    v = values(c, ContainerValues)
    given: dict[str, Any] = {f: getattr(v, f) for f in v.__struct_fields__}
    return change_container(truth, ChangeContainer(container=c.id or "", witnesses=c.witnesses, **given), context)


SETTABLE: dict[str, Callable[[State, Set, Context], list[Drafted]]] = {
    "prop": _set_prop,
    "entity": _set_entity,
    "edge": _set_edge,
    "clock": _set_clock,
    "memory": _set_memory,
    "group": _set_group,
    "container": _set_container,
    "lore": lore.set_entry,
    "book": lore.set_book,
    "story": _set_story,
}


def set_(truth: State, c: Set, context: Context) -> list[Drafted]:
    step = SETTABLE.get(c.what)
    if step is None:
        raise Fault(INVALID_PARAMS, f"{c.what!r} can't be set, only {', '.join(SETTABLE)}")
    return step(truth, c, context)


def remove(truth: State, c: Remove, context: Context) -> list[Drafted]:
    """Takes away what was made; what lay in it comes to lie where it was."""
    if c.what == "prop":
        return _remove_prop(truth, c)
    if c.what == "container":
        return _remove_container(truth, c)
    if c.what == "lore":
        return [lore.removed(truth, c.id)]
    if c.what == "book":
        return lore.book_removed(truth, c.id)
    raise Fault(INVALID_PARAMS, f"{c.what!r} can't be removed, only a prop, a container, lore or a book")


def _remove_prop(truth: State, c: Remove) -> list[Drafted]:
    removed = prop(truth, c.id)
    watching = see.viewers(truth, c.id)
    drafts = [
        besides(c, restated(PropMoved, p, x, in_=removed.in_), watching)
        for p in inside(truth, c.id)
        for x in (truth.props[p],)
    ]
    return [*drafts, acted(c, PropRemoved(c.id, removed.name), watching)]


def _remove_container(truth: State, c: Remove) -> list[Drafted]:
    removed = container(truth, c.id)
    nested = any(x.parent == c.id for x in truth.containers.values())
    if people_in(truth, c.id) or lying_in(truth, c.id) or nested:
        refuse("one_place", f"{the(truth, c.id)} isn't empty; move everything out first")
    return [acted(c, ContainerRemoved(c.id, removed.name), EVERYBODY)]


def note(truth: State, c: Note, context: Context) -> list[Drafted]:
    """A steering note is the author's: nobody of the story witnesses it."""
    return [Drafted(NoteSet(c.text, c.depth), NOBODY)]
