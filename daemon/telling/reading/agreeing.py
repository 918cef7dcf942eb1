"""Changes of what is told, planned, asked and shared, made into commands. Pure."""

from msgspec.structs import replace

from daemon.story.decide import Tell
from daemon.story.decide.desk import refuse
from daemon.telling.appointed import appointed
from daemon.telling.reading.ears import clipped
from daemon.telling.reading.items import Item
from daemon.telling.reading.names import bare, found, kin, kin_of, owner, slug
from daemon.telling.reading.passage import Heard, head
from daemon.telling.reading.reader import Desk
from protocol.commands import (
    AdvanceThread,
    Bind,
    Cancel,
    ChangeOccasion,
    Claim,
    Command,
    Complete,
    OpenThread,
    Plan,
    ResolveThread,
    Start,
)
from protocol.ids import BITS, Mask, difference, entities_of, intersection, mask_of, union
from protocol.world import Place

TITLE, SENTENCE = 100, 240
"""Characters of a title, and of a sentence that is kept."""

HABITS = 12
"""Shared habits that are kept; the oldest give way."""

GONE = ("gone", "unknown", "lost", "missing")
FURNITURE = kin_of(
    "bed bunk cot mattress pillow table desk counter bench chair armchair sofa stool dresser drawer shelf cupboard "
    "wardrobe mantelpiece stove oven sink rug mat carpet floorboard barrel crate clock mirror picture "
    "window door stair step"
)
"""What is no place and nobody's hand, but where in a room something is, by its name in English."""


def tell(d: Desk, item: Item) -> list[Command]:
    """Somebody tells something that cannot be seen, true or not: the listeners keep it, and may believe it."""
    part = _spoken(d, item.part)
    by = part.who
    if by is None:
        refuse("not_yours", "only what somebody says tells others something")
    heard = difference(part.witnesses, BITS[by])
    person = d.person(item.to) if item.to else None
    told = intersection(BITS[person], heard) if person is not None else heard
    told = told or heard
    if not told:
        refuse("not_present", "nobody was told")
    claims = _claims(d, item, told)
    gist = clipped(item.text, SENTENCE)
    name = d.truth.entities[by].name
    if gist and d.ears.may_hear(gist, told) != told:
        gist = f"{name} said: “{d.ears.worded(gist, part, told, SENTENCE)}”"
    if not gist and not claims:
        refuse("wrong_value", "the reader didn't say what was told (`text`)")
    return [
        Tell(
            by=by, to=list(entities_of(told)), gist=gist or None, claims=claims, heard=part.witnesses,
            witnesses=list(entities_of(part.witnesses)),
        )
    ]  # fmt: skip


def _spoken(d: Desk, part: Heard) -> Heard:
    """The part itself, or of one that is not spoken the nearest that the same one speaks."""
    spoken = [x for x in d.p.parts if x.who == part.who and x.manner in ("speech", "whisper", "message")]
    if part.manner in ("speech", "whisper", "message") or not spoken:
        return part
    return min(spoken, key=lambda x: abs(x.seq - part.seq))


def _claims(d: Desk, item: Item, told: Mask) -> list[Claim]:
    """Where a thing is said to be, where a listed thing and such a place are named, whose name those told may hear."""
    id = d.thing(item.it, item.part) if item.it else None
    if id is None or not (item.place or item.spot or item.how):
        return []
    if d.ears.may_hear(d.truth.props[id].name, told) != told:
        return []
    if item.place.casefold() in GONE:
        return [Claim(prop=id, in_=None)]
    person = d.person(item.place) if item.place else None
    if person is not None:
        how = item.how.casefold()
        return [
            Claim(
                prop=id,
                in_=Place(entity=person, how="worn" if how == "worn" else "held" if how == "held" else "carried"),
            )
        ]
    place, thing = d.place(item.place) if item.place else None, d.thing(item.place, item.part) if item.place else None
    if thing is not None and thing != id and place is None:
        return [Claim(prop=id, in_=Place(prop=thing, on=item.how.casefold() == "on"))]
    spot = item.spot
    if place is None and (owner(item.place) or kin(head(bare(item.place))) & FURNITURE):  # `Oren's bed` is not Oren
        spot = f"{item.place}, {spot}" if spot else item.place
    if place is None and item.part.who is not None and spot:
        place = d.truth.entities[item.part.who].container
    if place is None:
        return []
    there = Place(container=place, spot=d.spot(spot, item.part, None), hidden=item.how.casefold() == "hidden")
    return [Claim(prop=id, in_=there)]


def plan(d: Desk, item: Item) -> list[Command]:
    """Something is agreed for later; or an occasion is moved or renamed. All who heard it know of it."""
    known = _occasion(d, item.it) if item.it else None
    where = d.place(item.place) if item.place else None
    when = appointed(item.when, d.truth.clock)
    heard = list(entities_of(item.part.witnesses))
    if known is not None:
        title = _new_title(d, item, known)
        changed = {k: v for k, v in (("title", title), ("where", where), ("when", when)) if v is not None}
        if not changed:
            refuse("wrong_value", "the reader didn't say what changes about the plan (`text`, `when` or `place`)")
        return [ChangeOccasion(occasion=known, **changed, witnesses=heard)]  # type: ignore[arg-type]
    if not item.text:
        refuse("wrong_value", "the reader didn't say what is planned (`text`)")
    if item.when and when is None:  # words that name no moment are kept as they are
        item = replace(item, text=f"{item.text} ({item.when})")
    title = _title(d, item)
    twice = found(title, {id: x.title for id, x in d.truth.occasions.items() if x.status in ("planned", "active")})
    if twice is not None:
        return [ChangeOccasion(occasion=twice, when=when, witnesses=heard)] if when is not None else []
    return [Plan(occasion=_free(title, d.truth.occasions), title=title, where=where, when=when, who=heard)]


def _new_title(d: Desk, item: Item, occasion: str) -> str | None:
    """What an occasion is called from now on; None where none is said, or none that all may hear who know of it."""
    knowing = mask_of(e for e, mind in d.world.minds.items() if occasion in mind.occasions)
    return d.ears.freed(clipped(item.text, TITLE), union(knowing, item.part.witnesses)) or None


def _title(d: Desk, item: Item) -> str:
    return d.ears.worded(item.text, item.part, item.part.witnesses, TITLE)


def _occasion(d: Desk, named: str) -> str | None:
    return found(named, {id: x.title for id, x in d.truth.occasions.items() if x.status in ("planned", "active")})


def _free(title: str, taken: object) -> str | None:
    id = slug(title)
    return id if id is not None and id not in taken else None  # type: ignore[operator]


def _known_occasion(d: Desk, item: Item) -> str:
    id = _occasion(d, item.it or item.text)
    if id is None:
        refuse("not_known", f"there is no plan “{(item.it or item.text)[:80]}”")
    return id


def start(d: Desk, item: Item) -> list[Command]:
    """An occasion begins, for those who know of it and perceived the line, wherever they are by then, or are by then
    where it is or with whoever said or did that."""
    id = _known_occasion(d, item)
    now = d.truth.occasions[id]
    if now.status == "active":
        return []
    seeing = union(item.part.witnesses, d.around(item.part.who, now.where))
    knowing = [e for e in entities_of(seeing) if id in d.world.minds[e].occasions]
    if not knowing:
        refuse("not_known", "nobody who noticed that knows of the plan")
    return [Start(occasion=id, witnesses=knowing)]


def end(d: Desk, item: Item) -> list[Command]:
    """An occasion is over; one that never began is over as well, once it is."""
    id = _known_occasion(d, item)
    on = d.truth.occasions[id]
    begun: list[Command] = [] if on.status == "active" else [Start(occasion=id)]
    return [*begun, Complete(occasion=id, gist=f"{on.title} came to its end.")]


def cancel(d: Desk, item: Item) -> list[Command]:
    """An occasion is called off. Without a reason: all who know of it would learn what others said."""
    return [Cancel(occasion=_known_occasion(d, item))]


def ask(d: Desk, item: Item) -> list[Command]:
    """A question arose that the story leaves open; all who heard it know of it. One that is open already moves on."""
    title = d.ears.worded(item.text or item.it, item.part, item.part.witnesses, TITLE)
    if not title:
        refuse("wrong_value", "the reader didn't say what the question is (`text`)")
    twice = found(title, {id: x.title for id, x in d.truth.threads.items() if x.status == "open"})
    if twice is not None:
        return []
    witnesses = list(entities_of(item.part.witnesses))
    return [OpenThread(title=title, witnesses=witnesses)]


def answer(d: Desk, item: Item) -> list[Command]:
    """An open question comes nearer to its answer, or is settled; told to all who perceived the line."""
    named = item.it or item.text
    id = found(named, {id: x.title for id, x in d.truth.threads.items() if x.status == "open"})
    if id is None:
        refuse("not_known", f"there is no open question “{named[:80]}”")
    note = d.ears.worded(item.text, item.part, item.part.witnesses, SENTENCE) if item.text and item.it else ""
    knowing = mask_of(e for e, mind in d.world.minds.items() if id in mind.threads)
    concerned = intersection(item.part.witnesses, knowing)
    if not concerned:
        refuse("not_present", "nobody who noticed that asks the question")
    command = ResolveThread if item.done else AdvanceThread
    return [command(thread=id, note=note, witnesses=list(entities_of(concerned)))]


def bond(d: Desk, item: Item) -> list[Command]:
    """They share a new habit or joke: it is for all, so all must have perceived it."""
    cast = mask_of(d.p.people)
    if cast & ~item.part.witnesses:
        refuse("not_present", "not all of them heard the line")
    habit = d.ears.worded(item.text, item.part, cast, TITLE)
    if not habit:
        refuse("wrong_value", "the reader didn't say what they share (`text`)")
    known = d.truth.group.habits
    new = kin(habit) not in [kin(h) for h in known]
    return [Bind(habits=[*known, habit][-HABITS:])] if new else []
