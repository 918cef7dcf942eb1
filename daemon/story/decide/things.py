"""Deciding where props are and how: adding, changing, taking, putting, handing over, opening, looking, searching."""

from daemon.story import perception as see
from daemon.story.decide.desk import (
    Context,
    Drafted,
    acted,
    apply,
    besides,
    bit,
    called,
    check_hands,
    check_not_inside_itself,
    check_place,
    check_reach,
    container,
    entity,
    mask,
    narrowed,
    new_id,
    prop,
    refuse,
    restated,
)
from daemon.story.state import State
from protocol.commands import AddProp, ChangeProp, Close, Command, Drop, Hand, LookInto, Open, Put, Search, Take
from protocol.events import ActivityChanged, Perceived, PropAdded, PropChanged, PropMoved
from protocol.ids import NOBODY, EntityId, Mask, difference, entities_of, intersection, union
from protocol.world import Place


def add_prop(truth: State, c: AddProp, context: Context) -> list[Drafted]:
    """A prop that the author puts somewhere; nobody sees one that appears in something closed, or hidden."""
    id = new_id(truth.props, c.prop, "thing", context)
    check_place(truth, c.in_)
    check_not_inside_itself(truth, id, c.in_)
    added = PropAdded(id, c.name, c.in_, c.description, c.closed, c.condition)
    there = apply(truth, [Drafted(added, NOBODY)])
    return [acted(c, added, see.viewers(there, id))]


def change_prop(truth: State, c: ChangeProp, context: Context) -> list[Drafted]:
    """What is different about it, before the eyes of those who see it; what somebody changes is within their reach."""
    now = prop(truth, c.prop)
    if c.who is not None:
        entity(truth, c.who)
        check_reach(truth, c.who, c.prop, context)
    given = {"name": c.name, "description": c.description, "condition": c.condition}
    stated = {k: x for k, x in given.items() if x is not None}
    if not stated:
        refuse("wrong_value", "say what is different: `name`, `description` or `condition`")
    changed = restated(PropChanged, c.prop, now, **stated)
    watching = union(see.viewers(truth, c.prop), see.awake(truth, [c.who]) if c.who is not None else NOBODY)
    return [acted(c, changed, watching, missed=see.inattentive(truth, watching, c.who, c.prop))]


def moved(truth: State, c: Command, actor: EntityId, id: str, to: Place) -> list[Drafted]:
    """A prop that somebody visibly puts there; what thereby comes into sight with it is perceived as well."""
    now = truth.props[id]
    if now.in_ == to:
        return []  # Nothing is done, so nothing is seen; least of all what lies under a lid.
    moved = restated(PropMoved, id, now, in_=to)
    watching = see.onlookers(truth, actor)
    if to.entity is not None:
        watching = union(watching, see.onlookers(truth, to.entity))
    missed = see.inattentive(truth, watching, actor, id, to.entity)
    drafts = [acted(c, moved, watching, missed=missed)]
    after = apply(truth, drafts)
    came_out = see.lids_over(truth, id) or (see.out_of_sight(truth, id) and not see.out_of_sight(after, id))
    return drafts + revealed(after, c, id, actor, missed=missed) if came_out else drafts


def revealed(
    truth: State, c: Command, id: str, actor: EntityId | None = None, after: int = 0, missed: Mask = NOBODY
) -> list[Drafted]:
    """What is to be seen in and on a prop by all who see it, and by the one who handles it unless it is under a lid
    itself; where the author's hand shows it, one of them looks. Those who `missed` what was done miss this too, and
    into what somebody wears they alone see."""
    looking = see.awake(truth, [actor]) if actor is not None and not see.lids_over(truth, id) else NOBODY
    looking = union(see.viewers(truth, id), looking)
    place, closed = truth.props[id].in_, truth.props[id].closed
    if closed or place is None or place.entity is None or place.how != "worn":
        return _shown(truth, c, id, actor, looking, after, missed, lid=closed)
    having = intersection(looking, bit(place.entity))
    return [
        *_shown(truth, c, id, actor, having, after, missed, lid=False),
        *_shown(truth, c, id, actor, difference(looking, having), after, missed, lid=True),
    ]


def _shown(
    truth: State, c: Command, id: str, actor: EntityId | None, looking: Mask, after: int, missed: Mask, *, lid: bool
) -> list[Drafted]:
    """What these see in and on a prop; with the `lid` down only what is on it."""
    believers = narrowed(c, difference(looking, missed))
    if not believers or (lid and not see.contents(truth, id, lid=lid)):
        return []
    by = actor if actor is not None and looking & bit(actor) else entities_of(believers)[0]
    shown = see.look_inside(truth, by, id, believers, lid=lid)
    return [besides(c, shown, looking, after, intersection(looking, missed))]


def take(truth: State, c: Take, context: Context) -> list[Drafted]:
    """The prop is held, worn or carried by the one who takes it."""
    entity(truth, c.who)
    prop(truth, c.prop)
    check_reach(truth, c.who, c.prop, context)
    check_hands(truth, c.who, c.prop, context, c.how)
    return moved(truth, c, c.who, c.prop, Place(entity=c.who, how=c.how))


def _check_held(truth: State, who: EntityId, id: str) -> None:
    _, holder = see.room_of(truth, id)
    if holder != who:
        refuse("not_held", f"{called(truth, who)} does not have {called(truth, id)}")


def drop(truth: State, c: Drop, context: Context) -> list[Drafted]:
    """The prop lies where somebody is now: in the open, unless it is hidden."""
    where = entity(truth, c.who).container
    prop(truth, c.prop)
    _check_held(truth, c.who, c.prop)
    check_reach(truth, c.who, c.prop, context)
    if where is None:
        refuse(
            "one_place", f"{called(truth, c.who)} is nowhere that a thing could be put down; move them somewhere first"
        )
    return moved(truth, c, c.who, c.prop, Place(container=where, spot=c.spot, hidden=c.hidden))


def hand(truth: State, c: Hand, context: Context) -> list[Drafted]:
    """One gives what one has or what lies within reach, but not what is another's."""
    giver, taker = entity(truth, c.who), entity(truth, c.to)
    prop(truth, c.prop)
    if giver.container != taker.container:
        refuse("out_of_reach", f"{called(truth, c.to)} is not within reach of {called(truth, c.who)}")
    check_reach(truth, c.who, c.prop, context)
    check_hands(truth, c.to, c.prop, context, c.how)
    _, holder = see.room_of(truth, c.prop)
    to = Place(entity=c.to, how=c.how)
    if holder not in (None, c.who) and truth.props[c.prop].in_ != to:
        whose = f"{called(truth, holder)} has {called(truth, c.prop)}"
        refuse("not_held", f"{whose}, so it is not {called(truth, c.who)}'s to give; take it first")
    return moved(truth, c, c.who, c.prop, to)


def put(truth: State, c: Put, context: Context) -> list[Drafted]:
    """Puts a prop somewhere within reach; those present see it done, and so where it is."""
    who = entity(truth, c.who)
    prop(truth, c.prop)
    check_place(truth, c.in_)
    check_not_inside_itself(truth, c.prop, c.in_)
    check_reach(truth, c.who, c.prop, context)
    if c.in_.occasion is not None:
        refuse("out_of_reach", "an occasion is no place to put things; name a container or a prop")
    if c.in_.container is not None and c.in_.container != who.container:
        refuse("out_of_reach", f"{called(truth, c.in_.container)} is not where {called(truth, c.who)} is")
    if c.in_.prop is not None:
        check_reach(truth, c.who, c.in_.prop, context)
    if c.in_.entity is not None:
        if truth.entities[c.in_.entity].container != who.container:
            refuse("out_of_reach", f"{called(truth, c.in_.entity)} is not within reach of {called(truth, c.who)}")
        check_hands(truth, c.in_.entity, c.prop, context, c.in_.how)
    return moved(truth, c, c.who, c.prop, c.in_)


def open_(truth: State, c: Open, context: Context) -> list[Drafted]:
    """The lid is up: what is inside is now in plain sight of those who see the thing."""
    return _lid(truth, c, context, closed=False)


def close(truth: State, c: Close, context: Context) -> list[Drafted]:
    """The lid is down; what is inside is out of sight."""
    return _lid(truth, c, context, closed=True)


def _lid(truth: State, c: Open | Close, context: Context, *, closed: bool) -> list[Drafted]:
    entity(truth, c.who)
    now = prop(truth, c.prop)
    check_reach(truth, c.who, c.prop, context)
    changed = restated(PropChanged, c.prop, now, closed=closed)
    # Others see no lid that is itself under a lid.
    watching = union(see.viewers(truth, c.prop), see.awake(truth, [c.who]))
    missed = see.inattentive(truth, watching, c.who, c.prop)
    drafts = [acted(c, changed, watching, missed=missed)]
    opened = not closed and now.closed
    return drafts + revealed(apply(truth, drafts), c, c.prop, c.who, missed=missed) if opened else drafts


LOOKING = ("looking into", "searching")
"""How it begins what one minds who looks for what is inside or hidden."""


def look_into(truth: State, c: LookInto, context: Context) -> list[Drafted]:
    """The contents are the looker's alone; that somebody looked is seen by those around."""
    entity(truth, c.who)
    prop(truth, c.prop)
    check_reach(truth, c.who, c.prop, context)
    # Of what lies under a lid or out of sight, those around see no more than the outermost.
    shown = truth.props[[c.prop, *see.lids_over(truth, c.prop)][-1]]
    into, _ = LOOKING
    doing = f"{into} {'something' if see.out_of_sight(truth, c.prop) else shown.name}"
    return _looked(truth, c, doing, see.look_inside(truth, c.who, c.prop, mask(c, bit(c.who))))


def search(truth: State, c: Search, context: Context) -> list[Drafted]:
    """What is hidden there is the searcher's alone to perceive; that somebody searched is seen by those around."""
    where = entity(truth, c.who).container
    if (c.container is None) == (c.prop is None):
        refuse("wrong_value", "search a `container` or a `prop`, one of them")
    if c.prop is not None:
        return look_into(truth, LookInto(who=c.who, prop=c.prop, witnesses=c.witnesses, seems=c.seems), context)
    room = c.container or ""
    name = container(truth, room).name
    if where != room:
        refuse("out_of_reach", f"{called(truth, c.who)} is not in {called(truth, room)}")
    return _looked(truth, c, f"{LOOKING[1]} {name}", see.found_in(truth, c.who, room, mask(c, bit(c.who))))


class Find(Command, frozen=True, kw_only=True):
    """Somebody comes upon a thing that is out of sight, within their reach; not a command of the wire."""

    who: EntityId
    prop: str


def find(truth: State, c: Find, context: Context) -> list[Drafted]:
    """The finder alone perceives it, and each thing that it lies in with what is on that; of what else is hidden there,
    nothing."""
    entity(truth, c.who)
    found = prop(truth, c.prop)
    path, place = [c.prop], found.in_
    while place is not None and place.prop in truth.props and place.prop not in path:
        path.append(place.prop)
        place = truth.props[place.prop].in_
    shown = dict.fromkeys([*path, *(on for p in path for on in see.contents(truth, p, lid=True))])
    seen = Perceived(by=c.who, believers=[c.who], seen=[], props=[see.stated(truth, p) for p in shown])
    return [Drafted(seen, mask(c, bit(c.who)))]


def _looked(truth: State, c: LookInto | Search, doing: str, found: Perceived) -> list[Drafted]:
    """That somebody looked, before the eyes of those around; and what they found."""
    looker = truth.entities[c.who]
    looked = ActivityChanged(c.who, looker.container, looker.slot, looker.doing, doing, looker.awake, looker.spot)
    watching = see.onlookers(truth, c.who)
    missed = see.inattentive(truth, watching, c.who)
    return [acted(c, looked, watching, missed=missed), acted(c, found, bit(c.who), after=0)]
