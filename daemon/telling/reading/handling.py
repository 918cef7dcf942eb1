"""Changes of things, made into commands: where they are and how, that they come into being, their condition. Pure."""

import msgspec
from msgspec.structs import replace

from daemon.story.decide.desk import HANDS, called, refuse
from daemon.story.perception import awake, lids_over, onlookers, out_of_sight, room_of, viewers
from daemon.story.state import holding
from daemon.story.words import topics
from daemon.telling.reading.ears import clipped
from daemon.telling.reading.items import Item
from daemon.telling.reading.names import found, kin, kin_of, slug, unused
from daemon.telling.reading.reader import Desk
from protocol.commands import (
    AddProp,
    ChangeContainer,
    ChangeProp,
    Close,
    Command,
    Hand,
    Open,
    Put,
    Remove,
    Search,
    Set,
    Take,
)
from protocol.ids import BITS, NOBODY, EntityId, Mask, difference, entities_of, intersection, mask_of, union
from protocol.world import How, Place

CONDITION = 200
"""Characters of the condition of a thing."""

POCKETABLE = kin_of(
    "key coin ring letter note photograph photo picture envelope pencil pen page sheet paper watch ticket card knife "
    "match matches lighter stone shell fork thread needle button medal phone glasses comb handkerchief"
)
"""What goes into a pocket where a hand is needed, by its name in English; all else is laid down."""

CARRIED = ("carried", "pocket", "pocketed", "concealed")
IN_HAND: dict[str, How] = {"worn": "worn", "wear": "worn", "wearing": "worn", **dict.fromkeys(CARRIED, "carried")}


def put(d: Desk, item: Item) -> list[Command]:
    """A thing is somewhere now, by somebody's hand; one that is not listed comes into being thereby."""
    if not item.it:
        refuse("wrong_value", "say in `it` which thing")
    id = d.thing(item.it, item.part)
    item = _by_the_speaker(d, item)
    to = _target(d, item)
    if id is None:
        return _unseen(d, item, _brought_up(d, item, to))
    if item.who is None:
        return [_told(d, item, id, to)]
    who = d.actor(item)
    giver = _by_the_giver(d, item, id, to)
    if giver is not None:
        return [*_emptied(d, giver, id, to), Hand(who=giver, prop=id, to=who, how=to.how)]
    brought = [Set(what="prop", id=id, values={"in": _plain(Place(entity=who))})] if _brings(d, who, id) else []
    moved = [*brought, *_emptied(d, who, id, to), _moved(d, who, id, to)]
    return _unseen(d, item, moved, _kept_from(d, item, id, to))


def _told(d: Desk, item: Item, id: str, to: Place) -> Command:
    """The command by which a thing is there since a line says so, for those who perceived it."""
    seeing = BITS[item.who] if item.who is not None and item.unseen else item.part.witnesses
    seeing = difference(seeing, _kept_from(d, item, id, to))
    return Set(what="prop", id=id, values={"in": _plain(to)}, witnesses=list(entities_of(seeing)))


def _kept_from(d: Desk, item: Item, id: str, to: Place) -> Mask:
    """The mask of those who learn nothing of a thing that passes from out of sight to out of sight, and that the line
    does not name."""
    covered = to.prop is not None and (d.truth.props[to.prop].closed or out_of_sight(d.truth, to.prop))
    was_shown = not lids_over(d.truth, id) and not out_of_sight(d.truth, id)
    is_shown = not (to.hidden or to.how == "carried" or covered)
    named = not set(topics(d.truth.props[id].name)).isdisjoint(topics(item.part.text))
    if was_shown or is_shown or named:
        return NOBODY
    return mask_of(e for e in d.p.people if e != to.entity and id not in d.world.minds[e].props)


def _by_the_speaker(d: Desk, item: Item) -> Item:
    """What another is said to take from the line of somebody who gives it is given by the one whose line it is; what a
    narrator tells is so by nobody's hand where it may not act for whom it is said of."""
    giver = item.part.who
    if item.who is None or item.who == giver or d.p.may_act(item.part, item.who):
        return item
    if giver is None:
        return replace(item, who=None)
    return replace(item, who=giver, to=item.to or item.who)


def _by_the_giver(d: Desk, item: Item, id: str, to: Place) -> EntityId | None:
    """Who hands over what somebody takes: the one who has it, where a line of theirs tells of it."""
    _, holder = room_of(d.truth, id)
    if holder is None or to.entity is None or holder == to.entity or item.who != to.entity:
        return None
    words = kin(d.truth.props[id].name) | kin(id.replace("-", " "))
    telling = (x for x in d.p.parts if d.p.may_act(x, holder) and kin_of(x.text) & words)
    return holder if next(telling, None) is not None else None


def _brings(d: Desk, who: EntityId, id: str) -> bool:
    """Whether a thing that somebody handles was brought along unsaid: they know it to be in another place, where nobody
    has it."""
    room, holder = room_of(d.truth, id)
    here, mind = d.truth.entities[who].container, d.world.minds[who]
    known = mind.props[id].in_ if id in mind.props else None
    return holder is None and room is not None and room != here and known == d.truth.props[id].in_


def _target(d: Desk, item: Item) -> Place:
    """Where a change puts a thing: with somebody, in or on a thing, or in a place. Raises a refusal."""
    who, how = item.who, item.how.casefold()
    if not item.to and who is not None and not item.spot and how not in ("hidden", "in", "on"):
        return Place(entity=who, how=IN_HAND.get(how, "held"))
    here = d.truth.entities[who].container if who is not None else None
    named = item.to or here or ""
    person = d.person(named)
    if person is not None:
        return Place(entity=person, how=IN_HAND.get(how, "held"))
    place, thing = d.place(named), d.thing(named, item.part)
    if thing is not None and (place is None or named in d.truth.props):
        return Place(prop=thing, on=how == "on")
    spot = d.spot(item.spot, item.part, who)
    if place is None:  # a counter, a stair: no thing that is listed, and no place, so a spot of where they are
        if here is None:
            refuse("not_known", f"{named[:80]!r} is no place, person or thing that is listed or came up")
        at = " ".join(x for x in (how if how in ("in", "on") else "", item.to) if x)
        place, spot = here, d.spot(f"{at}, {item.spot}" if item.spot else at, item.part, who)
    slot = d.slot(place, item.spot) if item.spot else None
    plain = slot is not None and kin(slot) == kin(item.spot)
    hidden = how in ("hidden", "hide") or "out of sight" in item.spot.casefold()
    return Place(container=place, slot=slot if plain else None, spot=None if plain else spot, hidden=hidden)


def _moved(d: Desk, who: EntityId, id: str, to: Place) -> Command:
    """The command by which somebody puts a thing there."""
    if to.entity is not None and to.entity != who:
        return Hand(who=who, prop=id, to=to.entity, how=to.how)
    if to.entity is not None and d.truth.props[id].in_ != Place(entity=who):
        return Take(who=who, prop=id, how=to.how)
    return Put(who=who, prop=id, in_=to)


def _emptied(d: Desk, who: EntityId, id: str, to: Place) -> list[Command]:
    """The hands of one who takes a thing are free for it: what they have held longest is pocketed or laid down."""
    taker = to.entity
    if taker is None or to.how != "held" or id in holding(d.truth, taker) or len(holding(d.truth, taker)) < HANDS:
        return []
    oldest = min(holding(d.truth, taker), key=lambda p: d.truth.sources.get(f"prop.{p}", 0))
    here = d.truth.entities[taker].container
    pocketed = here is None or bool(kin(d.truth.props[oldest].name) & POCKETABLE)
    there = Place(entity=taker, how="carried") if pocketed else Place(container=here)
    return [Put(who=taker, prop=oldest, in_=there)]


def _brought_up(d: Desk, item: Item, to: Place) -> list[Command]:
    """The commands by which a thing comes into being: where it is seen at once, or by a hand that puts it there."""
    alone = BITS[item.who] if item.who is not None else NOBODY
    seeing = alone if to.hidden or to.how == "carried" else d.around(item.who)
    name = d.new_name(item.it, item.part, seeing)
    if found(name, {p: x.name for p, x in d.truth.props.items() if x.in_ is not None and x.in_.occasion}) is not None:
        refuse("not_known", f"{name!r} is kept for an occasion that is not on")
    id = unused(slug(name) or "thing", d.truth.props)
    who = item.who
    words = d.visible(item.text, item.part, d.around(who), CONDITION)
    added = AddProp(prop=id, name=name, in_=to, condition=words)
    if who is None:
        return [added]
    d.actor(item)
    own = to.entity == who and to.how != "carried"
    if to.container is not None and to.container != d.truth.entities[who].container:
        refuse("out_of_reach", f"{to.container} is not where {who} is")
    if own:
        return [*_emptied(d, who, id, to), added]
    if to.container is not None and not to.hidden:
        return [added]
    if to.prop is not None and not d.truth.props[to.prop].closed:
        return [added]
    hidden_already = to.entity == who and not _shows(item)
    if hidden_already:
        return [replace(added, in_=Place(entity=who, how="carried"))]
    given = to.entity is not None and to.entity != who
    last = Hand(who=who, prop=id, to=to.entity, how=to.how) if given and to.entity else Put(who=who, prop=id, in_=to)
    return [replace(added, in_=Place(entity=who)), *_emptied(d, who, id, to), last]


def _shows(item: Item) -> bool:
    """Whether others see how a thing is put away, and so learn of it."""
    return item.part.manner in ("action", "narration") and not item.unseen


def _unseen(d: Desk, item: Item, commands: list[Command], kept_from: Mask = NOBODY) -> list[Command]:
    """The commands, perceived by those alone who perceived the line, without those from whom it is kept; by the doer
    alone where nobody else sees it."""
    if item.who is None:
        return commands
    seeing = awake(d.truth, [item.who])  # who sleeps does not see what their own hands do
    if not item.unseen:
        natural = difference(onlookers(d.truth, item.who), kept_from)
        if not kept_from and item.part.manner not in ("whisper", "message") and natural & ~item.part.witnesses == 0:
            return commands
        seeing = union(seeing, intersection(natural, item.part.witnesses))
    return [replace(c, witnesses=list(entities_of(seeing))) for c in commands]


def _plain(to: Place) -> dict[str, object]:
    """A place as the values of `set` take it."""
    plain: dict[str, object] = msgspec.to_builtins(to)
    return plain


def open_(d: Desk, item: Item) -> list[Command]:
    """A thing is opened: what is in it is in sight."""
    id = d.known_thing(item.it, item.part)
    return _unseen(d, item, [Open(who=d.actor(item), prop=id)])


def close(d: Desk, item: Item) -> list[Command]:
    """A thing is shut."""
    id = d.known_thing(item.it, item.part)
    return _unseen(d, item, [Close(who=d.actor(item), prop=id)])


def search(d: Desk, item: Item) -> list[Command]:
    """Somebody looks into a thing, or for what is hidden where they are."""
    who, thing = d.actor(item), d.thing(item.it, item.part) if item.it else None
    if thing is not None:
        return [Search(who=who, prop=thing)]
    here = d.truth.entities[who].container
    if here is None:
        refuse("not_known", "say in `it` which thing is searched")
    return [Search(who=who, container=here)]


def is_(d: Desk, item: Item) -> list[Command]:
    """What is different about a thing now, in a phrase that replaces the one before; or what it turns out to be. Of a
    place, what it is like now."""
    place = d.place(item.it)
    if place is not None and item.text and d.thing(item.it, item.part) is None:
        return [_place_is(d, item, place)]
    id = d.known_thing(item.it, item.part)
    if not item.text and not item.name:
        refuse("wrong_value", "say in `text` what is different, or in `name` what it is called")
    knowing = mask_of(e for e in entities_of(item.part.witnesses) if _knows_where(d, e, id))
    seeing = union(viewers(d.truth, id), knowing)
    if not intersection(seeing, item.part.witnesses):
        refuse("not_known_there", f"nobody who perceived the line sees {called(d.truth, id)}")
    name = d.new_name(item.name, item.part, seeing) if item.name else None
    condition = d.visible(item.text, item.part, seeing, CONDITION)
    if item.text and not condition:
        refuse("not_in_prose", "what is different about it was said to some only")
    witnesses = list(entities_of(seeing)) if difference(knowing, viewers(d.truth, id)) else None
    changed: list[Command] = [ChangeProp(prop=id, name=name, condition=condition or None, witnesses=witnesses)]
    return _unseen(d, item, changed) if item.unseen else changed


def _place_is(d: Desk, item: Item, place: str) -> ChangeContainer:
    """What a place is like now, for those who perceived the line and know of the place; whoever comes there later is
    told as well, so it holds nothing that is a secret to anybody."""
    like = d.ears.freed(clipped(item.text, CONDITION), mask_of(d.p.people))
    perceiving = [e for e in entities_of(item.part.witnesses) if place in d.world.minds[e].containers]
    if not perceiving:
        refuse("not_known", f"nobody who perceived the line knows of {place}")
    if not like:
        refuse("not_in_prose", "what is different about it was said to some only")
    return ChangeContainer(container=place, description=like, witnesses=perceiving)


def _knows_where(d: Desk, who: EntityId, id: str) -> bool:
    """Whether somebody has it right where a thing is, seen or not: who hid it can still handle it."""
    mind = d.world.minds[who]
    return id in mind.props and mind.props[id].in_ == d.truth.props[id].in_


def gone(d: Desk, item: Item) -> list[Command]:
    """A thing is used up, or is no more."""
    return [Remove(what="prop", id=d.known_thing(item.it, item.part))]
