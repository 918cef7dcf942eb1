"""Deciding where people are and what they do: containers, moving, acting."""

import msgspec
from msgspec import UNSET

from daemon.story import perception as see
from daemon.story.decide.desk import (
    Context,
    Drafted,
    acted,
    apply,
    besides,
    check_slot,
    container,
    entity,
    narrowed,
    new_id,
    refuse,
)
from daemon.story.state import State
from protocol.commands import Act, AddContainer, ChangeContainer, Command, Move
from protocol.events import (
    ActivityArrived,
    ActivityChanged,
    ActivityLeft,
    ActivityStated,
    ContainerAdded,
    ContainerChanged,
    OccasionSeen,
)
from protocol.ids import EVERYBODY, NOBODY, EntityId, Mask, difference, entities_of, intersection, mask_of, union


def _check_nesting(truth: State, id: str, parent: str | None, opens_to: list[str]) -> None:
    for other in opens_to:
        if other != id:
            container(truth, other)
    outer, seen = parent, set[str]()
    while outer is not None and outer not in seen:
        if outer == id:
            refuse("one_place", "a place can't be inside itself")
        seen.add(outer)
        outer = container(truth, outer).parent


def _check_slots(names: list[str]) -> None:
    if len(set(names)) != len(names):
        refuse("wrong_value", "each spot in a place needs a name of its own")


def add_container(truth: State, c: AddContainer, context: Context) -> list[Drafted]:
    id = new_id(truth.containers, c.container, "place", context)
    _check_nesting(truth, id, c.parent, c.opens_to)
    _check_slots([s.slot for s in c.slots])
    added = ContainerAdded(id, c.name, c.description, c.parent, c.slots, c.opens_to, c.walls)
    return [acted(c, added, EVERYBODY)]


def change_container(truth: State, c: ChangeContainer, context: Context) -> list[Drafted]:
    """The container as it is after the change; slots that somebody is in cannot be taken away under them."""
    now = container(truth, c.container)
    changed = ContainerChanged(
        container=c.container,
        name=now.name if c.name is None else c.name,
        description=now.description if c.description is None else c.description,
        parent=now.parent if c.parent is UNSET else c.parent,
        slots=now.slots if c.slots is None else c.slots,
        opens_to=now.opens_to if c.opens_to is None else c.opens_to,
        walls=now.walls if c.walls is None else c.walls,
    )
    # What it opened to before may have been removed since.
    _check_nesting(truth, c.container, None if c.parent is UNSET else c.parent, c.opens_to or [])
    _check_slots([s.slot for s in changed.slots])
    capacity = {s.slot: s.capacity for s in changed.slots}
    sitting = [x.slot for x in truth.entities.values() if x.container == c.container and x.slot is not None]
    for slot in set(sitting):
        if sitting.count(slot) > capacity.get(slot, 0):
            refuse("slot_full", f"somebody is at the “{slot}”")
    return [acted(c, changed, EVERYBODY)]


class Go(Move, frozen=True, kw_only=True):
    """A move that was announced: `told` is the mask of those who learned where to; not a command of the wire."""

    told: Mask = NOBODY


class Arrive(Move, frozen=True, kw_only=True):
    """A move that is told of from where it leads, as in `she comes into the hall`; not a command of the wire."""


def move(truth: State, c: Move, context: Context) -> list[Drafted]:
    """The events of a move: leaving, seen at the origin; arriving, seen at the destination; and what is in sight there.
    Raises not found, and a refusal."""
    mover = entity(truth, c.who)
    container(truth, c.container)
    check_slot(truth, c.who, c.container, c.slot)
    if mover.container == c.container:
        within = see.activity(c.who, mover)
        shifted = ActivityChanged(c.who, c.container, c.slot, within.doing, within.attention, within.awake, c.spot)
        return [acted(c, shifted, see.onlookers(truth, c.who))]
    left = _leaving(c, mover.container, see.onlookers(truth, c.who)) if mover.container is not None else []
    came = arrive(truth, c, context, c.who, c.container, c.slot, c.spot)
    if not left:
        return came
    return left + [msgspec.structs.replace(d, after=0 if d.after is None else len(left) + d.after) for d in came]


def _leaving(c: Move, origin: str, seen: Mask) -> list[Drafted]:
    """That somebody left, for those who know where to, and for those who do not."""
    left, knowing = acted(c, ActivityLeft(c.who, origin), seen), c.told if isinstance(c, Go) else NOBODY
    told, others = intersection(left.witnesses, knowing), difference(left.witnesses, knowing)
    if not told:
        return [left]
    seems = left.seems
    toward = Drafted(
        ActivityLeft(c.who, origin, c.container), told, seems=None if seems is None else intersection(seems, knowing)
    )
    rest = Drafted(left.payload, others, seems=None if seems is None else difference(seems, knowing))
    return [toward, rest] if others else [toward]


def arrive(
    truth: State,
    c: Command,
    context: Context,
    who: EntityId,
    where: str,
    slot: str | None = None,
    spot: str | None = None,
) -> list[Drafted]:
    """Being there: the arrival with what is visibly carried, then what is in plain sight, and what place it is."""
    mover = truth.entities[who]
    arrived = Drafted(ActivityArrived(who, where, slot, mover.awake, see.carried(truth, who), spot), NOBODY)
    there = apply(truth, [arrived])
    arrived = acted(c, arrived.payload, see.onlookers(there, who))
    return [arrived, *sight(there, c, context, who, after=0), *_made_known(truth, c, context, where, arrived.witnesses)]


def _made_known(truth: State, c: Command, context: Context, where: str, seeing: Mask) -> list[Drafted]:
    """What a container is, for those who did not know of it and come there, or see somebody come there."""
    strangers = mask_of(e for e in entities_of(seeing) if where not in context.minds[e].containers)
    x = truth.containers[where]
    known = ContainerChanged(where, x.name, x.description, x.parent, x.slots, x.opens_to, x.walls)
    return [besides(c, known, strangers, after=0)] if narrowed(c, strangers) else []


def sight(truth: State, c: Command, context: Context, who: EntityId, after: int | None) -> list[Drafted]:
    """What is before the eyes of all where somebody is now; of a sleeper too, the others see what they hold."""
    there = see.present(truth, truth.entities[who].container)
    believers = narrowed(c, there)
    if not believers:
        return []
    by = who if truth.entities[who].awake else entities_of(believers)[0]
    shown = see.plain_sight(truth, by, believers)
    if shown is None:
        return []
    people = [_as_they_look(truth, context, p, believers) for p in shown.people]
    shown = msgspec.structs.replace(shown, people=people, occasions=_on_here(truth, context, who, believers))
    return [besides(c, shown, there, after)]


def _as_they_look(truth: State, context: Context, seen: ActivityStated, believers: Mask) -> ActivityStated:
    """Somebody as they are seen; with how they look, where one of the believers knows no better than before."""
    looks, minds = truth.entities[seen.entity].appearance, [context.minds[e] for e in entities_of(believers)]
    known = all(seen.entity in m.entities and m.entities[seen.entity].appearance == looks for m in minds)
    return seen if known else msgspec.structs.replace(seen, appearance=looks)


def _on_here(truth: State, context: Context, who: EntityId, believers: Mask) -> list[OccasionSeen]:
    """The occasions that are on where somebody comes; not those behind the back of one who has been there."""
    where = truth.entities[who].container
    others = [context.minds[e].occasions for e in entities_of(believers) if e != who]
    return [
        OccasionSeen(id, on.title, where)
        for id, on in truth.occasions.items()
        if where is not None and on.status == "active" and on.where == where
        if all(id in known and known[id].status == "active" for known in others)
    ]


def at_rest(truth: State) -> list[tuple[EntityId, ActivityChanged]]:
    """Everybody who was doing or minding something, as they are when that is over."""
    return [
        (e, ActivityChanged(e, x.container, x.slot, None, None, x.awake, x.spot))
        for e, x in truth.entities.items()
        if x.doing or x.attention
    ]


def act(truth: State, c: Act, context: Context) -> list[Drafted]:
    """All of the activity as it is after the act. Who wakes perceives as one who arrives."""
    now = entity(truth, c.who)
    woken = c.awake is True and not now.awake
    changed = ActivityChanged(
        c.who,
        now.container,
        now.slot,
        now.doing if c.doing is UNSET else c.doing,
        now.attention if c.attention is UNSET else c.attention,
        now.awake if c.awake is None else c.awake,
        now.spot if c.spot is UNSET else c.spot,
    )
    after = apply(truth, [Drafted(changed, NOBODY)])
    natural = union(see.onlookers(truth, c.who), see.onlookers(after, c.who))
    drafts = [acted(c, changed, natural)]
    return drafts + (sight(after, c, context, c.who, after=0) if woken else [])
