"""Who perceives what: co-location first, then what walls let through. Functions of the truth alone.

A mask that comes from here names those who perceive an act naturally; a client's `witnesses` may replace it. Who seems
to have perceived it, to those who did, is seeming.py.
"""

from collections.abc import Sequence
from typing import Literal

from daemon.story.state import Entity, State, having, inside, lying_in, people_in, scene_at
from protocol.events import ActivityStated, Perceived, PropStated, SceneStated
from protocol.ids import BITS, ENTITIES, NOBODY, EntityId, Mask, entities_of, intersection, mask_of, union
from protocol.world import Manner, Place

Channel = Literal["sound", "sight"]


def neighbours(truth: State, container: str) -> list[str]:
    """The containers next to one: its parent, its children, and where either opens to the other."""
    here = truth.containers.get(container)
    if here is None:
        return []
    return [
        id
        for id, other in truth.containers.items()
        if id != container
        and (here.parent == id or other.parent == container or id in here.opens_to or container in other.opens_to)
    ]


def within(truth: State, container: str | None, channel: Channel) -> list[str | None]:
    """The container and those neighbours from which this channel carries; both walls must let it through."""
    if container is None or container not in truth.containers:
        return [container]
    if not getattr(truth.containers[container].walls, channel):
        return [container]
    open_ones = [n for n in neighbours(truth, container) if getattr(truth.containers[n].walls, channel)]
    return [container, *open_ones]


def awake(truth: State, entities: Sequence[EntityId]) -> Mask:
    """The mask of those among these who are awake."""
    return mask_of(e for e in entities if e in truth.entities and truth.entities[e].awake)


def audience(truth: State, container: str | None, channel: Channel) -> Mask:
    """The mask of those awake who perceive, over a channel, what happens in a container."""
    return union(*(awake(truth, people_in(truth, place)) for place in within(truth, container, channel)))


def present(truth: State, container: str | None) -> Mask:
    """The mask of those awake in the container itself."""
    return awake(truth, people_in(truth, container))


def onlookers(truth: State, actor: EntityId) -> Mask:
    """The mask of those who see what somebody does, the actor included while awake."""
    return union(audience(truth, truth.entities[actor].container, "sight"), awake(truth, [actor]))


def inattentive(truth: State, watching: Mask, actor: EntityId | None, *concerned: str | None) -> Mask:
    """The mask of those of `watching` who miss a silent deed of `actor` before their eyes, by this table.

        their attention                                                      they
        is not said, or is on anything but what the next rows say            see it
        is, by its id or name, on a place where they are not                 miss it
        is, by its id or name, on a thing or on somebody in another place    miss it
        the deed is their own, is meant for them or done to what they have   see it

    Words, comings and goings are missed by nobody. Attention in other words says nothing that a rule could tell from
    somebody who looks up, so it makes nobody miss anything: who would, is said with `witnesses` and `seems`.
    """
    spared = {actor, *concerned, *(room_of(truth, x)[1] for x in concerned if x is not None and x in truth.props)}
    return mask_of(e for e in entities_of(watching) if e not in spared and _minds_elsewhere(truth, e, spared))


def _minds_elsewhere(truth: State, who: EntityId, spared: set[str | None]) -> bool:
    """Whether somebody's attention is on a place, thing or person that is not where they are."""
    minded, here = _plain(truth.entities[who].attention or ""), truth.entities[who].container
    if not minded or here is None:
        return False
    places = [id for id, x in truth.containers.items() if minded in (_plain(id), _plain(x.name))]
    things = [id for id, x in truth.props.items() if minded in (_plain(id), _plain(x.name))]
    people = [e for e, x in truth.entities.items() if minded in (_plain(e), _plain(x.name))]
    where = [*places, *(room_of(truth, p)[0] for p in things), *(truth.entities[e].container for e in people)]
    seen = within(truth, here, "sight")
    return bool(where) and not spared & {*things, *people} and all(x is not None and x not in seen for x in where)


def _plain(name: str) -> str:
    """A name without its article, in small letters."""
    words = name.casefold().split()
    return " ".join(words[1:] if words[:1] in (["the"], ["a"], ["an"]) else words)


def stage(truth: State) -> str | None:
    """The container where the story is told: where `you` are; where `you` are nowhere, that of the scene that is on."""
    you = truth.entities["you"].container if "you" in truth.entities else None
    return you if you is not None or truth.scene is None else truth.scene.container


def hearers(truth: State, who: EntityId | None, manner: Manner, to: Sequence[EntityId]) -> Mask:
    """The mask of those who get the words of a line: of narration without a teller, those who are with `you`.

    Nothing is brought out before nobody but what is out of character: where nobody else gets the words, whoever brought
    them out does, and of narration `you`.
    """
    if manner == "ooc":
        return NOBODY
    if who is None:
        here = stage(truth)
        return union(present(truth, here) if here is not None else awake(truth, ENTITIES), _yours(truth, here))
    return _listening(truth, who, manner, to) or BITS[who]


def _yours(truth: State, here: str | None) -> Mask:
    """The bit of `you`, where the story is told where `you` are: even asleep one is told what goes on."""
    there = "you" in truth.entities and truth.entities["you"].container == here
    return BITS["you"] if there else NOBODY


def _listening(truth: State, who: EntityId, manner: Manner, to: Sequence[EntityId]) -> Mask:
    own, place = awake(truth, [who]), truth.entities[who].container
    match manner:
        case "thought":
            return own
        case "message":
            return union(own, awake(truth, to))
        case "whisper":
            return union(own, intersection(awake(truth, to), present(truth, place)))
        case "action":
            return onlookers(truth, who)
        case "narration":
            return union(BITS[who], present(truth, place))
        case _:
            return union(own, audience(truth, place, "sound"))


def noticers(truth: State, who: EntityId | None, manner: Manner) -> Mask:
    """The mask of those to whom it is evident that a whisper happened: all present. Other manners: nobody."""
    if manner != "whisper" or who is None:
        return NOBODY
    return present(truth, truth.entities[who].container)


def stated(truth: State, prop: str) -> PropStated:
    """A prop as somebody who sees it now sees it."""
    known = truth.props[prop]
    return PropStated(prop, known.name, known.in_, known.description, known.closed, known.condition)


def contents(truth: State, prop: str, *, lid: bool = False) -> list[str]:
    """The props in plain sight in and on a prop; with the `lid` down only those on it."""
    found: list[str] = []
    for inner in inside(truth, prop):
        place = truth.props[inner].in_
        if not lid or (place is not None and place.on):
            found += shown_with(truth, [inner])
    return found


def keeps_in(truth: State, prop: str) -> bool:
    """Whether what is in a prop is out of the sight of those around: it is closed, or worn, as a pocket is."""
    place = truth.props[prop].in_
    return truth.props[prop].closed or (place is not None and place.how == "worn")


def shown_with(truth: State, props: Sequence[str]) -> list[str]:
    """These props, what lies on them, and what all around can see inside them."""
    found: list[str] = []
    for prop in props:
        found += [prop, *contents(truth, prop, lid=keeps_in(truth, prop))]
    return found


def visibly_had(truth: State, entity: EntityId) -> list[str]:
    """The ids of the props that somebody holds or wears, which all around can see."""
    return having(truth, entity, "held", "worn")


def carried(truth: State, entity: EntityId) -> list[PropStated]:
    """What somebody is seen to bring along: what they hold and wear, and what is on and in that."""
    return [stated(truth, p) for p in shown_with(truth, visibly_had(truth, entity))]


def activity(entity: EntityId, known: Entity) -> ActivityStated:
    """Somebody's activity as it shows."""
    return ActivityStated(entity, known.container, known.slot, known.doing, known.attention, known.awake, known.spot)


def plain_sight(truth: State, by: EntityId, believers: Mask) -> Perceived | None:
    """All that stands before the eyes of somebody where they are; None where they are nowhere."""
    container = truth.entities[by].container
    if container is None:
        return None
    rooms = [r for r in within(truth, container, "sight") if r is not None]
    people = [e for r in rooms for e in people_in(truth, r)]
    props = shown_with(
        truth, [p for r in rooms for p in lying_in(truth, r)] + [p for e in people for p in visibly_had(truth, e)]
    )
    seen = (
        [Place(container=r) for r in rooms]
        + [Place(entity=e) for e in people]
        + [Place(prop=p) for p in props if not keeps_in(truth, p)]
    )
    return Perceived(
        by=by,
        believers=list(entities_of(believers)),
        seen=seen,
        people=[activity(e, truth.entities[e]) for e in people],
        props=[stated(truth, p) for p in props],
        scene=scene_in(truth, container),
    )


def scene_in(truth: State, container: str) -> SceneStated | None:
    """The scene that is on in a container, as one finds it who comes there."""
    on = scene_at(truth, container)
    return SceneStated(on.scene, on.container, on.title) if on is not None else None


def look_inside(truth: State, by: EntityId, prop: str, believers: Mask, *, lid: bool = False) -> Perceived:
    """All that can be seen in and on a prop by one who looks into it; with the `lid` down only what is on it."""
    props = contents(truth, prop, lid=lid)
    return Perceived(
        by=by,
        believers=list(entities_of(believers)),
        seen=[Place(prop=prop, on=lid), *(Place(prop=p) for p in props if not truth.props[p].closed)],
        props=[stated(truth, p) for p in props],
    )


def found_in(truth: State, by: EntityId, container: str, believers: Mask) -> Perceived:
    """All that is hidden in a container, as one finds it who searches there."""
    props = shown_with(truth, lying_in(truth, container, hidden=True))
    return Perceived(
        by=by,
        believers=list(entities_of(believers)),
        seen=[Place(container=container, hidden=True), *(Place(prop=p) for p in props if not truth.props[p].closed)],
        props=[stated(truth, p) for p in props],
    )


def room_of(truth: State, prop: str) -> tuple[str | None, EntityId | None]:
    """The container a prop is in after all, and who has it, if somebody does; (None, None) if nowhere."""
    place = outermost(truth, prop)
    if place is None or place.occasion is not None:
        return None, None
    if place.entity is not None:
        holder = truth.entities.get(place.entity)
        return (holder.container if holder is not None else None), place.entity
    return place.container, None


def lids_over(truth: State, prop: str) -> list[str]:
    """The closed props that a prop lies in, innermost first; empty where none is shut over it."""
    lids: list[str] = []
    place, seen = truth.props[prop].in_, {prop}
    while place is not None and place.prop is not None and place.prop not in seen:
        seen.add(place.prop)
        outer = truth.props.get(place.prop)
        if outer is None:
            break
        if outer.closed and not place.on:
            lids.append(place.prop)
        place = outer.in_
    return lids


def outermost(truth: State, prop: str) -> Place | None:
    """The place of the outermost prop that a prop lies in or on: a room, somebody, an occasion, or unknown."""
    place, seen = truth.props[prop].in_, {prop}
    while place is not None and place.prop is not None and place.prop not in seen:
        seen.add(place.prop)
        outer = truth.props.get(place.prop)
        place = outer.in_ if outer is not None else None
    return place if place is not None and place.prop is None else None


def out_of_sight(truth: State, prop: str) -> bool:
    """Whether a prop is hidden in a room or carried by somebody, itself or what it lies in, or lies in what somebody
    wears."""
    place = outermost(truth, prop)
    return place is not None and (place.hidden or place.how == "carried" or _in_what_is_worn(truth, prop))


def _in_what_is_worn(truth: State, prop: str) -> bool:
    """Whether a prop lies in, not on, something worn, with or without something in between."""
    place, seen = truth.props[prop].in_, {prop}
    while place is not None and place.prop in truth.props and place.prop not in seen:
        seen.add(place.prop)
        inside, place = not place.on, truth.props[place.prop].in_
        if inside and place is not None and place.how == "worn":
            return True
    return False


def viewers(truth: State, prop: str) -> Mask:
    """The mask of those awake who see a prop where it is now; nobody while it is under a lid or hidden, and
    while it is carried, or in what somebody wears, only the one who has it."""
    room, holder = room_of(truth, prop)
    if lids_over(truth, prop) or (room is None and holder is None):
        return NOBODY
    own = awake(truth, [holder]) if holder is not None else NOBODY
    return own if out_of_sight(truth, prop) else union(audience(truth, room, "sight"), own)
