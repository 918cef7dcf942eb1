"""Changes of where people are and what they do, made into commands. Pure."""

import re

from msgspec.structs import replace

from daemon.story.decide import Go, Show
from daemon.story.decide.desk import called, refuse
from daemon.story.perception import audience, room_of
from daemon.story.words import topics
from daemon.telling.reading.items import Item
from daemon.telling.reading.moment import is_done
from daemon.telling.reading.names import kin, slug, unused
from daemon.telling.reading.passage import Heard
from daemon.telling.reading.reader import Desk
from protocol.commands import Act, AddContainer, ChangeContainer, Command, Set
from protocol.ids import BITS, NOBODY, EntityId, Mask, entities_of, intersection, mask_of, union
from protocol.world import Walls

_GOES = re.compile(r"\b(?:(?:go|went|leav|walk|climb|com(?:e|ing)|head)\w*|off|bed)\b", re.IGNORECASE)
_UPRIGHT = re.compile(r"\b(?:stand|stood|walk|pac(?:e|ing)|kneel|knelt|crouch|cross)", re.IGNORECASE)

_SPEAKS_OF = re.compile(r"\b(?:you|your|he|his|him|she|her|they|their|them)\b", re.IGNORECASE)

DOING, LOOKS = 100, 200
"""Characters of what somebody does, and of how they look."""


def move(d: Desk, item: Item) -> list[Command]:
    """Somebody goes to a place, which may come to be thereby, or to a spot of where they are; or a vehicle goes."""
    vehicle, thing = _moving(d, item) if item.it else (None, None)
    if vehicle is not None:
        return _drive(d, item, vehicle, thing)
    if thing is not None and (item.to or item.spot) and room_of(d.truth, thing)[1] is None:
        return _carted(d, item, thing)
    if item.it and thing is None:  # a boat, a car that comes up
        return _new_place(d, replace(item, to=item.it), d.place(item.to or item.place))[0]
    if item.who is None and d.place(item.it or item.to) is None:  # a narrator tells of a place
        return _new_place(d, replace(item, to=item.it or item.to), d.place(item.place))[0]
    told_in = item.part
    if item.who is not None and not d.p.may_act(item.part, item.who):
        item = _own(d, item, item.who)
    who = d.actor(item)
    here = d.truth.entities[who].container
    if not item.to and (not item.spot or here is None):
        refuse("wrong_value", "say in `to` where to")
    there = d.place(item.to) if item.to else here
    made: list[Command] = []
    if there is None:
        made, there = _new_place(d, item, here)
    if not made and there != here:
        _check_known(d, who, there)
    if there is not None and there != here and is_done(d.p, item, who, there):
        return []
    if there == here:
        return _shift(d, item, who, here) if item.spot and here is not None else []
    spot = d.spot(item.spot, item.part, who, there)
    slot = d.slot(there, item.spot) if item.spot and not made else None
    slot = slot if slot is not None and _is_free(d, who, there, slot) else None
    told = union(_told(d, item, there), _watching(d, item, told_in))
    return [*made, Go(who=who, container=there, slot=slot, spot=None if slot else spot, told=told)]


def _check_known(d: Desk, who: EntityId, there: str | None) -> None:
    """Refuses a place that somebody neither knows nor heard named: the reader alone knows of it."""
    known = d.truth.containers.get(there or "")
    if known is not None and there not in d.world.minds[who].containers and d.ears.secrets(who) & kin(known.name):
        refuse("not_known", f"{who} knows of no {known.name}")


def _moving(d: Desk, item: Item) -> tuple[str | None, str | None]:
    """The place that goes (a boat, a car) and the thing that does; both where one that was a thing came to be a place
    as well, since somebody got in. Of two that are not called alike a thing that is so called goes before a place."""
    place, thing = d.place(item.it), d.thing(item.it, item.part)
    if place is None or thing is None:
        return place, thing
    of_place, of_thing, said = kin(d.truth.containers[place].name), kin(d.truth.props[thing].name), kin(item.it)
    if place == thing or of_place == of_thing:
        return place, thing
    exact = item.it.strip() == thing or (of_thing == said != of_place and item.it.strip() != place)
    return (None, thing) if exact else (place, None)


def _drive(d: Desk, item: Item, vehicle: str, thing: str | None) -> list[Command]:
    """A place that moves (a boat, a car) is beside another now; who and what is in it goes along. The thing that it is
    as well lies there."""
    if item.who is not None:
        d.actor(item)
    if thing is not None and room_of(d.truth, thing)[1] is not None:
        thing = None
    if not item.to and item.spot and thing is not None:
        return _laid(d, item, thing, room_of(d.truth, thing)[0])
    there = d.place(item.to) if item.to else None
    if not item.to or there == vehicle:
        refuse("wrong_value", "say in `to` where to")
    made: list[Command] = []
    if there is None:
        made, there = _new_place(d, item, None)
    return [
        *made,
        ChangeContainer(container=vehicle, opens_to=[there]),
        *(_laid(d, item, thing, there) if thing else []),
    ]


def _carted(d: Desk, item: Item, thing: str) -> list[Command]:
    """A thing that nobody has (a cart, a trunk) goes to a place or a spot, from where whoever moves it is or came from;
    somebody goes along only where the change says who."""
    who = d.actor(item) if item.who is not None else None
    room, _ = room_of(d.truth, thing)
    if who is not None and room not in _been(d, who):
        refuse("out_of_reach", f"{called(d.truth, thing)} is not within reach of {called(d.truth, who)}")
    made: list[Command] = []
    there = d.place(item.to) if item.to else room
    if there is None:
        made, there = _new_place(d, item, room)
    elif who is not None:
        _check_known(d, who, there)
    goes = who is not None and item.by and there != d.truth.entities[who].container
    going = [Go(who=who, container=there, told=_told(d, item, there))] if who is not None and goes else []
    return [*made, *_laid(d, item, thing, there), *going]


def _been(d: Desk, who: EntityId) -> set[str | None]:
    """Where somebody is, and was in these lines."""
    came = {m.origin for m in d.p.moves if m.who == who}
    return {d.truth.entities[who].container, d.p.truth.entities[who].container, *came}


def _laid(d: Desk, item: Item, thing: str, there: str | None) -> list[Command]:
    """The command by which a thing is at a place, at the spot that the change says; none where it is there already."""
    spot = d.spot(item.spot, item.part, item.who, there)
    now = d.truth.props[thing].in_
    if there is None or (not spot and now is not None and now.container == there):
        return []
    seeing = union(item.part.witnesses, audience(d.truth, there, "sight"))
    place = {"container": there, **({"spot": spot} if spot else {})}
    return [Set(what="prop", id=thing, values={"in": place}, witnesses=list(entities_of(seeing)))]


def _new_place(d: Desk, item: Item, here: str | None) -> tuple[list[Command], str]:
    """The command by which a place comes into being, reached from another; and its id."""
    thing = d.thing(item.to, item.part)
    said_by_id = thing is not None and thing == item.to.strip()  # of a boat that one gets into
    going = BITS[item.who] if item.who is not None else NOBODY  # who knows where they are, though they missed the line
    name = d.new_name(d.truth.props[thing].name if thing is not None and said_by_id else item.to, item.part, going)
    called = name if name[:1].isupper() else f"The {name}"
    id = unused(slug(name) or "place", d.truth.containers)
    origin = d.place(item.place) if item.place else here
    witnesses = None if not _secret(d, item) else union(item.part.witnesses, going)
    added = AddContainer(
        container=id, name=called, opens_to=[origin] if origin is not None else [],
        walls=Walls(), witnesses=None if witnesses is None else list(entities_of(witnesses)),
    )  # fmt: skip
    return [added], id


def _secret(d: Desk, item: Item) -> bool:
    """Whether the name of a new place is a secret to somebody."""
    cast = mask_of(d.p.people)
    return d.ears.may_hear(item.to, cast) != cast


def _told(d: Desk, item: Item, there: str) -> Mask:
    """The mask of those who learn from the line where somebody goes: it names the place."""
    named = item.to if there not in d.truth.containers else d.truth.containers[there].name
    return item.part.witnesses if _shares(item.part, named) else NOBODY


def _watching(d: Desk, item: Item, told_in: Heard) -> Mask:
    """The mask of whoever saw somebody leave and tells, in a deed of their own, how they go: "She waits until your step
    is heard on the stairs"."""
    teller = told_in.who
    if teller in (None, item.who) or told_in.manner != "action" or not _SPEAKS_OF.search(told_in.text):
        return NOBODY
    return intersection(item.part.witnesses, mask_of([teller] if teller is not None else []))


def _is_free(d: Desk, who: EntityId, container: str, slot: str) -> bool:
    capacity = next(s.capacity for s in d.truth.containers[container].slots if s.slot == slot)
    sitting = [e for e, x in d.truth.entities.items() if e != who and x.container == container and x.slot == slot]
    return len(sitting) < capacity


def _shift(d: Desk, item: Item, who: EntityId, here: str) -> list[Command]:
    """Somebody goes to another spot of where they are: they leave a slot even where the next one is taken."""
    slot = d.slot(here, item.spot)
    slot = slot if slot is not None and _is_free(d, who, here, slot) else None
    now = d.truth.entities[who]
    if slot is not None and slot == now.slot:
        return []
    return [Go(who=who, container=here, slot=slot, spot=None if slot else d.spot(item.spot, item.part, who))]


def act(d: Desk, item: Item) -> list[Command]:
    """What somebody does at the end of the lines; whether they wake or sleep; where in the place they are."""
    who = item.who
    if who is None:
        refuse("wrong_value", "say in `who` who does that")
    wakes = item.awake is True and not d.truth.entities[who].awake
    if not wakes and not d.p.may_act(item.part, who):
        item = _own(d, item, who)
    here = d.truth.entities[who].container
    shifted = _shift(d, item, who, here) if item.spot and here else _risen(d, item, who, here)
    woken = wakes and not d.p.may_act(item.part, who)  # who is woken by another does nothing yet
    doing = None if woken else d.visible(item.text, item.part, d.around(who), DOING) or None
    if item.text and not woken and doing is None and item.awake is None and not shifted:
        refuse("not_in_prose", "what one sees of it was said to some only")
    acted = Act(who=who, doing=doing, awake=item.awake)
    return [*shifted, acted] if doing or item.awake is not None or not shifted else shifted


def _risen(d: Desk, item: Item, who: EntityId, here: str | None) -> list[Command]:
    """Who stands or goes about by what they do, and was somewhere else in the place, is not there any more."""
    now = d.truth.entities[who]
    was = now.slot or now.spot
    if here is None or not was or not _UPRIGHT.search(item.text) or kin(was) & kin(item.text):
        return []
    return [Go(who=who, container=here)]


def _own(d: Desk, item: Item, who: EntityId) -> Item:
    """The change as one of the last line of that person's own, where a line of another's is named. A line of `you`,
    whom no bot's prose moves, and one that is not their own but may act for them, must have a word of the change."""
    wanted = f"{item.to} {item.spot} {item.text}"
    goes = item.do == "move"
    own = [
        x
        for x in d.p.parts
        if d.p.may_act(x, who)
        and (x.who == who != "you" or _shares(x, wanted) or (goes and x.who == who and _GOES.search(x.text)))
    ]
    if not own:
        refuse("not_yours", f"the line is {item.part.who or 'the narrator'}'s: it does not act for {who}")
    return replace(item, part=own[-1])


def _shares(part: Heard, text: str) -> bool:
    """Whether a line has a word of a text that tells something."""
    return not set(topics(part.text)).isdisjoint(topics(text))


def looks(d: Desk, item: Item) -> list[Command]:
    """How somebody looks now, in words of the reader's that replace the old."""
    who = _shown(d, item)
    return [Show(entity=who, appearance=_seen(d, item, who, LOOKS))]


def state(d: Desk, item: Item) -> list[Command]:
    """How somebody is now: hurt, bandaged, tired."""
    who = _shown(d, item)
    return [Show(entity=who, status=_seen(d, item, who, LOOKS))]


def _shown(d: Desk, item: Item) -> EntityId:
    who = item.who
    if who is None or not (d.p.may_act(item.part, who) or _together(d, item.part.who, who)):
        refuse("not_yours", "a line says only how somebody looks who is there")
    if not item.text:
        refuse("wrong_value", "say in `text` how")
    return who


def _seen(d: Desk, item: Item, who: EntityId, longest: int) -> str:
    """The text of a change, as far as all may read it who see somebody. Raises a refusal where that is nothing."""
    text = d.visible(item.text, item.part, d.around(who), longest)
    if not text:
        refuse("not_in_prose", "what one sees of it was said to some only")
    return text


def _together(d: Desk, one: EntityId | None, other: EntityId) -> bool:
    return one is not None and d.truth.entities[one].container == d.truth.entities[other].container
