"""Changes of where things are and how somebody has them, made into commands; and how they come into being. Pure."""

import msgspec
from msgspec.structs import replace

from daemon.story.decide import Find
from daemon.story.decide.desk import refuse
from daemon.story.perception import awake, keeps_in, lids_over, onlookers, out_of_sight, room_of
from daemon.story.words import topics
from daemon.telling.reading.items import Item
from daemon.telling.reading.names import found, kin, kin_of, slug, unused
from daemon.telling.reading.passage import CONDITION, head
from daemon.telling.reading.placing import in_hands, is_brought, target
from daemon.telling.reading.reader import Desk
from protocol.commands import AddProp, Command, Hand, Put, Set, Take
from protocol.ids import BITS, NOBODY, EntityId, Mask, difference, entities_of, intersection, mask_of, union
from protocol.world import Place


def put(d: Desk, item: Item) -> list[Command]:
    """A thing is somewhere now, by somebody's hand; one that is not listed comes into being thereby."""
    if not item.it:
        refuse("wrong_value", "say in `it` which thing")
    id = d.thing(item.it, item.part)
    item = _by_the_speaker(d, item)
    to = target(d, item)
    if id is None:
        return perceived(d, item, brought_up(d, item, to))
    if item.who is None:
        return [_told(d, item, id, to)]
    who = d.actor(item)
    to, emptied = in_hands(d, d.truth.props[id].name, to, id)
    giver = _by_the_giver(d, item, id, to) if not item.unseen else None
    if giver is not None:
        return [*emptied, Hand(who=giver, prop=id, to=who, how=to.how)]
    brought = [Set(what="prop", id=id, values={"in": _plain(Place(entity=who))})] if is_brought(d, who, id) else []
    moved = [*brought, *emptied, _moved(d, who, id, to)]
    return [*come_upon(d, item, who, id), *perceived(d, item, moved, _kept_from(d, item, id, to))]


def _told(d: Desk, item: Item, id: str, to: Place) -> Command:
    """The command by which a thing is there since a line says so, for those who perceived it."""
    seeing = BITS[item.who] if item.who is not None and item.unseen else item.part.witnesses
    seeing = difference(seeing, _kept_from(d, item, id, to))
    return Set(what="prop", id=id, values={"in": _plain(to)}, witnesses=list(entities_of(seeing)))


def _kept_from(d: Desk, item: Item, id: str, to: Place) -> Mask:
    """The mask of those who learn nothing of a thing that passes from out of sight to out of sight, and that the line
    does not name."""
    covered = to.prop is not None and (keeps_in(d.truth, to.prop) or out_of_sight(d.truth, to.prop))
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


def _moved(d: Desk, who: EntityId, id: str, to: Place) -> Command:
    """The command by which somebody puts a thing there."""
    if to.entity is not None and to.entity != who:
        return Hand(who=who, prop=id, to=to.entity, how=to.how)
    if to.entity is not None and d.truth.props[id].in_ != Place(entity=who):
        return Take(who=who, prop=id, how=to.how)
    return Put(who=who, prop=id, in_=to)


def brought_up(d: Desk, item: Item, to: Place) -> list[Command]:
    """The commands by which a thing comes into being: where it is seen at once, or by a hand that puts it there."""
    alone = BITS[item.who] if item.who is not None else NOBODY
    seeing = alone if to.hidden or to.how == "carried" else d.around(item.who)
    name = d.new_name(item.it, item.part, d.but_the_doer(seeing, item.who, item.it, item.part))
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
    to, emptied = in_hands(d, name, to)
    if own:
        return [*emptied, replace(added, in_=to)]
    if to.container is not None and not to.hidden:
        return [added]
    if to.prop is not None and not keeps_in(d.truth, to.prop):
        return [added]
    hidden_already = to.entity == who and not _shows(item)
    if hidden_already:
        return [replace(added, in_=Place(entity=who, how="carried"))]
    given = to.entity is not None and to.entity != who
    last = Hand(who=who, prop=id, to=to.entity, how=to.how) if given and to.entity else Put(who=who, prop=id, in_=to)
    return [replace(added, in_=Place(entity=who)), *emptied, last]


def _shows(item: Item) -> bool:
    """Whether others see how a thing is put away, and so learn of it."""
    return item.part.deed and not item.unseen


def perceived(d: Desk, item: Item, commands: list[Command], kept_from: Mask = NOBODY) -> list[Command]:
    """The commands, perceived by those alone who perceived the line or came there since, without those from whom it is
    kept; by the doer alone where nobody else sees it."""
    if item.who is None:
        return commands
    seeing = awake(d.truth, [item.who])  # who sleeps does not see what their own hands do
    if not item.unseen:
        natural = difference(onlookers(d.truth, item.who), kept_from)
        if not kept_from and item.part.manner not in ("whisper", "message") and natural & ~item.part.witnesses == 0:
            return commands
        looking = union(item.part.witnesses, d.came if item.part.deed else NOBODY)
        seeing = union(seeing, intersection(natural, looking))
    return [replace(c, witnesses=list(entities_of(seeing))) for c in commands]


def come_upon(d: Desk, item: Item, who: EntityId, id: str) -> list[Command]:
    """Who handles what is out of sight where they are, and is named in these lines, has found it, if they did not know
    of it."""
    room, holder = room_of(d.truth, id)
    shut = bool(lids_over(d.truth, id))
    covered = shut or (holder != who and out_of_sight(d.truth, id))
    here = d.truth.entities[who].container
    if not covered or room is None or room != here or not d.p.mentions(head(d.truth.props[id].name)):
        return []
    return [Find(who=who, prop=id)] if not knows_where(d, who, id) else []


def knows_where(d: Desk, who: EntityId, id: str) -> bool:
    """Whether somebody has it right where a thing is, seen or not, and what it lies in: who hid it can handle it."""
    mind, place = d.world.minds[who].props, d.truth.props[id].in_
    right = id in mind and mind[id].in_ == place
    return right and (place is None or place.prop is None or knows_where(d, who, place.prop))


def _plain(to: Place) -> dict[str, object]:
    """A place as the values of `set` take it."""
    plain: dict[str, object] = msgspec.to_builtins(to)
    return plain
