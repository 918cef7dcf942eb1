"""What the deciders share: the context of a decision, drafted events, refusals, and the checks that recur."""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TypeVar

import msgspec

from daemon.story import in_words
from daemon.story.evolve import evolve, whereabouts
from daemon.story.lenses import ALONE, shows
from daemon.story.perception import lids_over, out_of_sight, outermost, room_of
from daemon.story.state import Container, Entity, Prop, State, holding
from protocol.commands import Command
from protocol.errors import REFUSED, Fault, not_found
from protocol.events import MemoryFormed, Payload, PropEvent
from protocol.ids import BITS, NOBODY, EntityId, Mask, Seq, difference, intersection, mask_of, union
from protocol.rules import RULES
from protocol.world import How, Place

HANDS = 2
"""How many things somebody can hold, unless the context says otherwise."""


class Ids:
    """Numbers the ids that the daemon makes, from a count that the story keeps. The count only goes up."""

    def __init__(self, next: int) -> None:
        self.next = next

    def make(self, prefix: str) -> str:
        """A new id such as `l12`; no two are alike in a story."""
        made = f"{prefix}{self.next}"
        self.next += 1
        return made


class Context(msgspec.Struct, frozen=True):
    """What a decision knows besides the truth: each mind's own state, ids, and the play so far.

    `known` tells the witness mask of a seq that a memory may derive from (None: no such event here).
    `memories` maps a memory's id to its gist, its mask and its seq, `formed` to all that its last event says.
    """

    minds: Mapping[EntityId, State]
    ids: Ids
    hands: int = HANDS
    known: Mapping[Seq, Mask] = {}
    memories: Mapping[str, tuple[str, Mask, Seq]] = {}
    formed: Mapping[str, MemoryFormed] = {}


class Drafted(msgspec.Struct, frozen=True):
    """An event that is decided but not yet in the log.

    `after` is the index of the one that caused it, in its list; `cause` the seq of one that is in the log already.
    `seems` is the mask of those who seem to have perceived it, to those who did; None for the witnesses.
    """

    payload: Payload
    witnesses: Mask
    after: int | None = None
    cause: Seq | None = None
    seems: Mask | None = None


def refuse(rule: str, why: str) -> NoReturn:
    """Raises the refusal of a named rule, saying why in words for people."""
    assert rule in RULES, rule  # noqa: S101 - a rule without a name could not be looked up by a client
    raise Fault(REFUSED, why, rule=rule, why=why)


def the(truth: State, id: str) -> str:
    """A thing or place as one speaks of it, with its article."""
    return in_words.the(called(truth, id))


def called(truth: State, *ids: str) -> str:
    """What people, things or places are called, for whoever reads why something was refused."""
    names: dict[str, str] = {id: x.name for id, x in truth.containers.items()}
    names |= {id: x.name for id, x in truth.props.items()} | {e: x.name for e, x in truth.entities.items()}
    return " and ".join(names.get(id) or id for id in ids)


def entity(truth: State, id: EntityId) -> Entity:
    """Somebody of the cast; raises not found."""
    found = truth.entities.get(id)
    if found is None:
        raise not_found("entity", id)
    return found


def container(truth: State, id: str) -> Container:
    found = truth.containers.get(id)
    if found is None:
        raise not_found("container", id)
    return found


def prop(truth: State, id: str) -> Prop:
    found = truth.props.get(id)
    if found is None:
        raise not_found("prop", id)
    return found


E = TypeVar("E", bound=PropEvent)


def restated(event: type[E], id: str, known: Prop, **now: Any) -> E:
    """An event of a prop that says all of the prop as it is `known`, except what is given as it is `now`."""
    said = {"in_": known.in_, "description": known.description, "closed": known.closed, "condition": known.condition}
    return event(**{"prop": id, "name": known.name, **said, **now})


def check_place(truth: State, place: Place | None) -> None:
    """Raises not found where a place names something that is not there."""
    if place is None:
        return
    if place.container is not None:
        slots = container(truth, place.container).slots
        if place.slot is not None and slots and place.slot not in {s.slot for s in slots}:
            refuse("no_such_slot", f"there is no “{place.slot}” in {the(truth, place.container)}")
    elif place.entity is not None:
        entity(truth, place.entity)
    elif place.prop is not None:
        prop(truth, place.prop)
    elif place.occasion is not None and place.occasion not in truth.occasions:
        raise not_found("occasion", place.occasion)


def check_slot(truth: State, who: EntityId, where: str, slot: str | None) -> None:
    """Refuses a slot that the container lacks or that is full."""
    if slot is None:
        return
    capacity = {s.slot: s.capacity for s in container(truth, where).slots}.get(slot)
    if capacity is None:
        refuse("no_such_slot", f"there is no “{slot}” in {the(truth, where)}")
    taken = [e for e, x in truth.entities.items() if e != who and x.container == where and x.slot == slot]
    if len(taken) >= capacity:
        refuse("slot_full", f"{called(truth, *taken)} already took the “{slot}” in {the(truth, where)}")


def check_not_inside_itself(truth: State, id: str, place: Place | None) -> None:
    """Refuses to put a prop inside itself or inside something that lies in it."""
    outer, seen = (place.prop if place is not None else None), set[str]()
    while outer is not None and outer not in seen:
        if outer == id:
            refuse("inside_itself", f"{the(truth, id)} can't be inside itself")
        seen.add(outer)
        next_place = prop(truth, outer).in_
        outer = next_place.prop if next_place is not None else None


def check_reach(truth: State, who: EntityId, id: str, context: Context) -> None:
    """Refuses what is not within reach of somebody; and what is under a lid, hidden, or carried by another, unless they
    know it to be there."""
    room, holder = room_of(truth, id)
    if holder != who and (room is None or room != entity(truth, who).container):
        refuse("out_of_reach", f"{called(truth, who)} can't reach {the(truth, id)}")
    if not _known_to_lie(truth, context.minds[who], id):
        refuse("not_known_there", f"{called(truth, who)} doesn't know {the(truth, id)} is in there")
    if holder != who and out_of_sight(truth, id) and not _known_out_of_sight(truth, context.minds[who], id):
        refuse("not_known_there", f"{called(truth, who)} doesn't know {the(truth, id)} is there")


def _known_to_lie(truth: State, mind: State, id: str) -> bool:
    """Whether a mind has it right where a prop lies, step by step up to the outermost lid over it."""
    for lid in lids_over(truth, id):
        while id != lid:
            believed, place = mind.props.get(id), truth.props[id].in_
            if believed is None or believed.in_ != place or place is None or place.prop is None:
                return False
            id = place.prop
    return True


def _known_out_of_sight(truth: State, mind: State, id: str) -> bool:
    """Whether a mind has it right where a prop is hidden, or who carries it."""
    real, believed = outermost(truth, id), outermost(mind, id) if id in mind.props else None
    return believed is not None and whereabouts(believed) == whereabouts(real)


def check_hands(truth: State, who: EntityId, id: str, context: Context, how: How = "held") -> None:
    """Refuses to hold one thing more than hands can; what is worn or carried takes none."""
    if how != "held":
        return
    held = holding(truth, who)
    if id not in held and len(held) >= context.hands:
        refuse("hands_full", f"{called(truth, who)}'s hands are full, with {called(truth, *held)}")


def new_id(taken: Mapping[str, object], asked: str | None, prefix: str, context: Context) -> str:
    """The id asked for, or one made; refuses one that is given already."""
    if asked is None:
        made = context.ids.make(prefix)
        while made in taken:
            made = context.ids.make(prefix)
        return made
    if asked in taken:
        refuse("already_there", f"there already is a “{asked}”")
    return asked


def mask(command: Command, natural: Mask) -> Mask:
    """Who perceives an act: the client's witnesses if it gives any, else those who do by nature."""
    return natural if command.witnesses is None else mask_of(command.witnesses)


def narrowed(command: Command, natural: Mask) -> Mask:
    """Who perceives what an act shows besides itself: never more than do by nature."""
    return natural if command.witnesses is None else intersection(natural, mask_of(command.witnesses))


def acted(
    command: Command, payload: Payload, natural: Mask, after: int | None = None, missed: Mask = NOBODY
) -> Drafted:
    """An event of an act, perceived by those the client says, else by those who do by nature, and not by those who
    `missed` it though it happens before their eyes. What the client says of it is also who seems to have."""
    if command.witnesses is None and command.seems is None:
        seems = union(natural, missed) if missed else None
        return Drafted(payload, difference(natural, missed), after, seems=seems)
    seems = mask_of(command.witnesses or () if command.seems is None else command.seems)
    return Drafted(payload, mask(command, difference(natural, missed)), after, seems=seems)


def besides(
    command: Command, payload: Payload, natural: Mask, after: int | None = None, missed: Mask = NOBODY
) -> Drafted:
    """An event of what an act shows besides itself: never perceived by more than do by nature."""
    done = acted(command, payload, natural, after, missed)
    seems = done.seems if done.seems is None else intersection(done.seems, natural)
    return msgspec.structs.replace(done, witnesses=intersection(done.witnesses, natural), seems=seems)


def apply(truth: State, drafts: Sequence[Drafted]) -> State:
    """The truth after these drafts."""
    for draft in drafts:
        truth = evolve(truth, draft.payload)
    return truth


def following(context: Context, drafts: Sequence[Drafted]) -> Context:
    """The context after these drafts: each mind has perceived its own of them."""
    minds = {e: apply(mind, [d for d in drafts if shows(ALONE[e], d.witnesses)]) for e, mind in context.minds.items()}
    return msgspec.structs.replace(context, minds=minds)


def shifted(draft: Drafted, by: int) -> Drafted:
    """The same draft, its cause counted in a longer list."""
    return draft if draft.after is None else msgspec.structs.replace(draft, after=draft.after + by)


def bit(id: EntityId) -> Mask:
    """The mask of one entity."""
    return BITS[id]
