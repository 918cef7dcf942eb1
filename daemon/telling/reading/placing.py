"""Where a change puts a thing: with somebody, in or on a thing, in a place; and how hands make room. Pure."""

import re

from daemon.story.decide.desk import HANDS, refuse
from daemon.story.perception import room_of
from daemon.story.state import holding
from daemon.telling.reading.items import Item
from daemon.telling.reading.names import bare, kin, kin_of, owner
from daemon.telling.reading.passage import head
from daemon.telling.reading.reader import Desk
from protocol.commands import Command, Put
from protocol.ids import EntityId
from protocol.world import How, Place

POCKETABLE = kin_of(
    "key coin ring letter note photograph photo picture envelope pencil pen page sheet paper watch ticket card knife "
    "match matches lighter stone shell fork thread needle button medal phone glasses comb handkerchief"
)
"""What goes into a pocket where a hand is needed, by its name in English; all else is laid down."""

POCKETS = kin_of("pocket sleeve bosom boot cuff waistband bodice sock")
"""What one carries things in unseen, by its name in English."""

CARRIED = ("carried", "pocket", "pocketed", "concealed")
IN_HAND: dict[str, How] = {"worn": "worn", "wear": "worn", "wearing": "worn", **dict.fromkeys(CARRIED, "carried")}

_ANOTHERS = re.compile(r"\b(?:his|her|their|your)\s", re.IGNORECASE)
_ONES_OWN = re.compile(r"\b(?:I|my)\b")


def target(d: Desk, item: Item) -> Place:
    """Where a change puts a thing: with somebody, in or on a thing, or in a place. Raises a refusal."""
    who, how = item.who, item.how.casefold()
    if not item.to and who is not None and (how in IN_HAND or not item.spot) and how not in ("hidden", "in", "on"):
        return Place(entity=who, how=IN_HAND.get(how, "held"))
    here = d.truth.entities[who].container if who is not None else None
    carrier = _carrier(d, item, here)
    if carrier is not None:
        return Place(entity=carrier, how="carried")
    named = item.to or here or ""
    person = d.person(named)
    if person is not None:
        return Place(entity=person, how=IN_HAND.get(how, "held"))
    place, thing = d.place(named), d.thing(named, item.part)
    if thing is not None and (place is None or named in d.truth.props) and not d.is_within(who, named):
        return Place(prop=thing, on=how == "on")
    spot = d.spot(item.spot, item.part, who)
    if place is None:  # a counter, a stair: no thing that is listed, and no place, so a spot of where they are
        if here is None:
            refuse("not_known", f"“{named[:80]}” isn't a place, person or thing in the story")
        at = " ".join(x for x in (how if how in ("in", "on") else "", item.to) if x)
        place, spot = here, d.spot(f"{at}, {item.spot}" if item.spot else at, item.part, who)
    slot = d.slot(place, item.spot) if item.spot else None
    plain = slot is not None and kin(slot) == kin(item.spot)
    hidden = how in ("hidden", "hide") or "out of sight" in item.spot.casefold()
    return Place(container=place, slot=slot if plain else None, spot=None if plain else spot, hidden=hidden)


def _carrier(d: Desk, item: Item, here: str | None) -> EntityId | None:
    """In whose pocket, sleeve or bosom a thing is put: theirs whose it is said to be, else the doer's. A thing or a
    place of that name is none, and whatever else a thing is said to be carried in is."""
    into = item.to if item.to and (here is None or d.place(item.to) != here) else item.spot
    if not into or d.place(into) is not None or d.thing(into, item.part) is not None:
        return None
    carried = item.how.casefold() in CARRIED and d.person(into) is None
    if not carried and not kin(head(bare(into))) & POCKETS:
        return None
    whose = owner(into)
    named = d.person(whose) if whose is not None else None
    if (
        named is not None
        or item.who is None
        or not _ANOTHERS.search(f"{into} ")
        or not _ONES_OWN.search(item.part.text)
    ):
        return named or item.who
    with_them = [e for e, x in d.truth.entities.items() if e != item.who and x.container == here]
    return with_them[0] if len(with_them) == 1 else item.who


def in_hands(d: Desk, name: str, to: Place, id: str = "") -> tuple[Place, list[Command]]:
    """A place where hands are free for what is put there, and the commands by which they come to be: where both are
    full, a small thing that is held goes into a pocket, the longest held first; else the new one does if that is small;
    else what was held longest is laid down."""
    taker = to.entity
    if taker is None or to.how != "held" or id in holding(d.truth, taker) or len(holding(d.truth, taker)) < HANDS:
        return to, []
    held = sorted(holding(d.truth, taker), key=lambda p: d.truth.sources.get(f"prop.{p}", 0))
    small = [p for p in held if kin(d.truth.props[p].name) & POCKETABLE]
    here = d.truth.entities[taker].container
    if small or here is None:
        return to, [Put(who=taker, prop=(small or held)[0], in_=Place(entity=taker, how="carried"))]
    if kin(name) & POCKETABLE:
        return Place(entity=taker, how="carried"), []
    return to, [Put(who=taker, prop=held[0], in_=Place(container=here))]


def is_brought(d: Desk, who: EntityId, id: str) -> bool:
    """Whether a thing that somebody handles was brought along unsaid: they know it to be in another place, where nobody
    has it."""
    room, holder = room_of(d.truth, id)
    here, mind = d.truth.entities[who].container, d.world.minds[who]
    known = mind.props[id].in_ if id in mind.props else None
    return holder is None and room is not None and room != here and known == d.truth.props[id].in_
