"""Changes of how things are, made into commands: opened, shut, looked into, different, gone. Pure."""

from msgspec.structs import replace

from daemon.story.decide.desk import called, refuse
from daemon.story.perception import onlookers, stage, viewers
from daemon.story.state import inside
from daemon.story.words import topics
from daemon.telling.reading.ears import clipped
from daemon.telling.reading.handling import brought_up, come_upon, knows_where, perceived
from daemon.telling.reading.items import Item
from daemon.telling.reading.names import BODY, bare, kin, kin_of
from daemon.telling.reading.passage import CONDITION, head
from daemon.telling.reading.reader import Desk
from protocol.commands import AddProp, ChangeContainer, ChangeProp, Close, Command, Open, Remove, Search, Set
from protocol.ids import EntityId, difference, entities_of, intersection, mask_of, union
from protocol.world import Place


def open_(d: Desk, item: Item) -> list[Command]:
    """A thing is opened: what is in it is in sight."""
    return _lid(d, item, closed=False)


def close(d: Desk, item: Item) -> list[Command]:
    """A thing is shut."""
    return _lid(d, item, closed=True)


def _lid(d: Desk, item: Item, *, closed: bool) -> list[Command]:
    """A lid goes up or down by somebody's hand; where a narrator tells of it, by nobody's."""
    id, made = _thing(d, item)
    if made is not None:
        return perceived(d, item, [replace(made, closed=closed)])
    if item.who is None or (item.part.who is None and not d.p.may_act(item.part, item.who)):
        seeing = entities_of(intersection(viewers(d.truth, id), item.part.witnesses))
        return [Set(what="prop", id=id, values={"closed": closed}, witnesses=list(seeing))]
    who = d.actor(item)
    if not closed and _is_a_glance(d, who, item, id):
        item = replace(item, unseen=True)
    done = Close(who=who, prop=id) if closed else Open(who=who, prop=id)
    return [*come_upon(d, item, who, id), *perceived(d, item, [done])]


def _is_a_glance(d: Desk, who: EntityId, item: Item, id: str) -> bool:
    """Whether a thing is opened only to be shut again, and nobody around hears anything named that is in it: whoever
    opens it alone sees in."""
    shut = any(x.do == "close" and x.it and d.thing(x.it, item.part) == id for x in d.next)
    around = [e for e in entities_of(onlookers(d.truth, who)) if e != who]
    return shut and not any(d.p.mentions(head(d.truth.props[p].name), e) for p in inside(d.truth, id) for e in around)


def _thing(d: Desk, item: Item) -> tuple[str, AddProp | None]:
    """The thing that is meant; one that is not listed, but that the lines plainly name, comes into being where whoever
    does something with it is, by this command."""
    id = d.thing(item.it, item.part)
    if id is not None:
        return id, None
    what = kin(head(bare(item.it)))
    here = d.truth.entities[item.who].container if item.who is not None else stage(d.truth)
    heard = [x for x in d.p.parts if not difference(item.part.witnesses, x.witnesses)]
    named = bool(what) and any(what <= kin_of(x.text) for x in heard) and not what & BODY
    if not named or here is None or d.person(item.it) is not None or d.place(item.it) is not None:
        return d.known_thing(item.it, item.part), None
    added = brought_up(d, replace(item, text=""), Place(container=here))[-1]
    assert isinstance(added, AddProp)  # noqa: S101 - what lies in the open is there at once
    return added.prop or "", added


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
    if not item.text and not item.name:
        refuse("wrong_value", "say in `text` what is different, or in `name` what it is called")
    id, made = _thing(d, item)
    if made is not None:
        words = d.visible(item.text, item.part, d.around(item.who), CONDITION)
        return perceived(d, item, [replace(made, condition=words)])
    knowing = mask_of(e for e in entities_of(item.part.witnesses) if knows_where(d, e, id))
    seeing = union(viewers(d.truth, id), knowing)
    if not item.part.deed and not intersection(seeing, item.part.witnesses):
        refuse("not_known_there", f"nobody who perceived the line sees {called(d.truth, id)}")
    name = d.new_name(item.name, item.part, seeing) if item.name else None
    condition = d.visible(_with_what_was(d, item.text, id), item.part, seeing, CONDITION)
    if item.text and not condition:
        refuse("not_in_prose", "what is different about it was said to some only")
    witnesses = list(entities_of(seeing)) if difference(knowing, viewers(d.truth, id)) else None
    changed: list[Command] = [ChangeProp(prop=id, name=name, condition=condition or None, witnesses=witnesses)]
    return perceived(d, item, changed) if item.unseen else changed


def _with_what_was(d: Desk, text: str, id: str) -> str:
    """What is different about a thing, beside that of its condition which the reader was not shown, and so could not
    repeat: the clauses of it that are about something else."""
    was = d.truth.props[id].condition
    if not text or not was or d.p.shows(id):
        return text
    new = frozenset(topics(text))
    return ", ".join([text, *(x for x in was.split(", ") if new.isdisjoint(topics(x)))])


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


def gone(d: Desk, item: Item) -> list[Command]:
    """A thing is used up, or is no more; what a line plainly names, and is not listed, still is not."""
    id, made = _thing(d, item)
    return [Remove(what="prop", id=id)] if made is None else []
