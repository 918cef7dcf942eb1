"""Deciding where props are: adding, taking, putting down, handing over, hiding, opening, looking inside."""

from daemon.story import perception as see
from daemon.story.decide.desk import (
    Context,
    Drafted,
    apply,
    bit,
    called,
    check_hands,
    check_not_inside_itself,
    check_place,
    check_reach,
    entity,
    mask,
    narrowed,
    new_id,
    prop,
    refuse,
)
from daemon.story.state import State
from protocol.commands import AddProp, Close, Command, Drop, Hand, Hide, LookInto, Open, Take
from protocol.events import ActivityChanged, PropAdded, PropChanged, PropMoved
from protocol.ids import NOBODY, EntityId, entities_of, union
from protocol.world import Place


def add_prop(truth: State, c: AddProp, context: Context) -> list[Drafted]:
    """A prop that the author puts somewhere; nobody sees one that appears in something closed."""
    id = new_id(truth.props, c.prop, "thing", context)
    check_place(truth, c.in_)
    check_not_inside_itself(truth, id, c.in_)
    added = PropAdded(id, c.name, c.in_, c.description, c.closed)
    there = apply(truth, [Drafted(added, NOBODY)])
    return [Drafted(added, mask(c, see.viewers(there, id)))]


def moved(truth: State, c: Command, actor: EntityId, id: str, to: Place) -> list[Drafted]:
    """A prop that somebody visibly puts there; what thereby comes into sight with it is perceived as well."""
    now = truth.props[id]
    if now.in_ == to:
        return []  # Nothing is done, so nothing is seen; least of all what lies under a lid.
    moved = PropMoved(id, now.name, to, now.description, now.closed)
    watching = see.onlookers(truth, actor)
    if to.entity is not None:
        watching = union(watching, see.onlookers(truth, to.entity))
    drafts = [Drafted(moved, mask(c, watching))]
    return drafts + revealed(apply(truth, drafts), c, id, actor) if see.lids_over(truth, id) else drafts


def revealed(truth: State, c: Command, id: str, actor: EntityId | None = None, after: int = 0) -> list[Drafted]:
    """What is to be seen inside an open prop by all who see it; where the author's hand shows it, one of them looks.

    `after` is the index of the draft that brings it about.
    """
    believers = narrowed(c, see.viewers(truth, id))
    if truth.props[id].closed or not believers:
        return []
    by = entities_of(believers)[0] if actor is None else actor
    return [Drafted(see.look_inside(truth, by, id, believers), believers, after=after)]


def take(truth: State, c: Take, context: Context) -> list[Drafted]:
    entity(truth, c.who)
    prop(truth, c.prop)
    check_reach(truth, c.who, c.prop, context)
    check_hands(truth, c.who, c.prop, context)
    return moved(truth, c, c.who, c.prop, Place(entity=c.who))


def _check_held(truth: State, who: EntityId, id: str) -> None:
    _, holder = see.room_of(truth, id)
    if holder != who:
        refuse("not_held", f"{called(truth, who)} does not hold {called(truth, id)}")


def drop(truth: State, c: Drop, context: Context) -> list[Drafted]:
    """The prop lies in the open where somebody is now."""
    where = entity(truth, c.who).container
    prop(truth, c.prop)
    _check_held(truth, c.who, c.prop)
    check_reach(truth, c.who, c.prop, context)
    if where is None:
        refuse(
            "one_place", f"{called(truth, c.who)} is nowhere that a thing could be put down; move them somewhere first"
        )
    return moved(truth, c, c.who, c.prop, Place(container=where))


def hand(truth: State, c: Hand, context: Context) -> list[Drafted]:
    """One gives what one holds or what lies within reach, but not what is in somebody else's hands."""
    giver, taker = entity(truth, c.who), entity(truth, c.to)
    prop(truth, c.prop)
    if giver.container != taker.container:
        refuse("out_of_reach", f"{called(truth, c.to)} is not within reach of {called(truth, c.who)}")
    check_reach(truth, c.who, c.prop, context)
    check_hands(truth, c.to, c.prop, context)
    _, holder = see.room_of(truth, c.prop)
    if holder not in (None, c.who) and truth.props[c.prop].in_ != Place(entity=c.to):
        whose = f"{called(truth, holder)} holds {called(truth, c.prop)}"
        refuse("not_held", f"{whose}, so it is not {called(truth, c.who)}'s to give; take it first")
    return moved(truth, c, c.who, c.prop, Place(entity=c.to))


def hide(truth: State, c: Hide, context: Context) -> list[Drafted]:
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
        check_hands(truth, c.in_.entity, c.prop, context)
    return moved(truth, c, c.who, c.prop, c.in_)


def open_(truth: State, c: Open, context: Context) -> list[Drafted]:
    """The lid is up: what is inside is now in plain sight of those who see the thing."""
    return _lid(truth, c, context, closed=False)


def close(truth: State, c: Close, context: Context) -> list[Drafted]:
    return _lid(truth, c, context, closed=True)


def _lid(truth: State, c: Open | Close, context: Context, *, closed: bool) -> list[Drafted]:
    entity(truth, c.who)
    now = prop(truth, c.prop)
    check_reach(truth, c.who, c.prop, context)
    changed = PropChanged(c.prop, now.name, now.in_, now.description, closed)
    # Others see no lid that is itself under a lid.
    watching = union(see.viewers(truth, c.prop), see.awake(truth, [c.who]))
    drafts = [Drafted(changed, mask(c, watching))]
    return drafts if closed or not now.closed else drafts + revealed(apply(truth, drafts), c, c.prop, c.who)


def look_into(truth: State, c: LookInto, context: Context) -> list[Drafted]:
    """The contents are the looker's alone; that somebody looked is seen by those around."""
    looker = entity(truth, c.who)
    prop(truth, c.prop)
    check_reach(truth, c.who, c.prop, context)
    # Of what lies under a lid, those around see no more than the outermost.
    shown = truth.props[[c.prop, *see.lids_over(truth, c.prop)][-1]]
    looked = ActivityChanged(
        c.who, looker.container, looker.slot, looker.doing, f"looking into {shown.name}", looker.awake
    )
    lookers = mask(c, bit(c.who))
    contents = see.look_inside(truth, c.who, c.prop, lookers)
    return [Drafted(looked, mask(c, see.onlookers(truth, c.who))), Drafted(contents, lookers, after=0)]
