"""Stories of who takes a thing to be where, made from a seed, with what everybody must believe worked out beside them.

The model here knows nothing of events, masks or folds: it keeps, for each one and each two, where they last saw the
thing together, or were told that it is; and for each one whether they have been with it since. Both tell of the same
few deeds: going, putting, taking, telling, sleeping.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations
from random import Random
from typing import Any, NamedTuple

Command = dict[str, Any]
Group = tuple[str, ...]
Place = dict[str, str] | None

CAST = {"you": "Sally", "a": "Anne", "b": "Max"}
ROOMS = {"den": ("basket", "box"), "hall": ("chest", "crate"), "attic": ("trunk", "drawer")}
"""Each room with something open in it, and something closed."""

OPEN = [furniture[0] for furniture in ROOMS.values()]
CLOSED = [furniture[1] for furniture in ROOMS.values()]
GROUPS: list[Group] = [g for size in (1, 2, 3) for g in combinations(CAST, size)]
UNHEARD: Place = {"unheard": "of"}
"""Where somebody takes a thing to be of which they know nothing."""


class Deed(NamedTuple):
    """Something done by somebody: `go` to a room, `put` or `claim` the thing to be somewhere (`to` is told), `wait`."""

    what: str
    who: str
    where: Place = None
    to: str = ""


def into(place: str) -> Place:
    """A place by its name: a room, somebody, or a piece of furniture."""
    return {"container": place} if place in ROOMS else {"entity": place} if place in CAST else {"prop": place}


def house(thing_in: str, at: dict[str, str]) -> list[Command]:
    """The rooms and what stands in them, the ball, and those three who come in after it, each where `at` says."""
    return [
        *({"do": "add_container", "container": r, "name": f"The {r}"} for r in ROOMS),
        *({"do": "add_entity", "entity": e, "name": n, "identity": {"description": n}} for e, n in CAST.items()),
        *(
            {"do": "add_prop", "prop": p, "name": f"the {p}", "in": {"container": r}, "closed": p in CLOSED}
            for r, furniture in ROOMS.items()
            for p in furniture
        ),
        {"do": "add_prop", "prop": "ball", "name": "the ball", "in": into(thing_in)},
        *({"do": "move", "who": e, "container": r} for e, r in at.items()),
    ]


def command(deed: Deed) -> Command:
    """The deed as a client asks for it."""
    match deed.what:
        case "go":
            return {"do": "move", "who": deed.who, **(deed.where or {})}
        case "put" if deed.where == into(deed.who):
            return {"do": "take", "who": deed.who, "prop": "ball"}
        case "put":
            return {"do": "hide", "who": deed.who, "prop": "ball", "in": deed.where}
        case "claim":
            claim = {"prop": "ball", "in": deed.where}
            return {"do": "share", "by": deed.who, "to": [deed.to], "claims": [claim]}
        case "sleep" | "wake":
            return {"do": "act", "who": deed.who, "awake": deed.what == "wake"}
    return {"do": "say", "who": deed.who, "text": "What a fine day for a peach."}


def room_of(place: Place, people: Mapping[str, str]) -> str | None:
    """The room of a place, with the rooms that people are in. Where somebody is, all who look around there can see."""
    if place is None or place == UNHEARD:
        return None
    if "entity" in place:
        return people[place["entity"]]
    return place.get("container") or next(r for r, furniture in ROOMS.items() if place["prop"] in furniture)


def in_the_open(place: Place) -> bool:
    """Whether who looks around sees what is there."""
    return place is not None and place.get("prop") not in CLOSED


class Minds:
    """Where the ball is, where everybody is, and where each one, two and three take the ball to be."""

    def __init__(self, thing_in: str, at: dict[str, str]) -> None:
        self.ball, self.room = into(thing_in), dict(at)
        self.asleep: set[str] = set()
        self.sure: set[str] = set()
        """Who saw or did themselves where the ball is, and has been with it since."""
        self.belief: dict[Group, Place] = dict.fromkeys(GROUPS, UNHEARD)
        arrived: dict[str, str] = {}
        for who, room in at.items():  # one after another, as they come in
            arrived[who] = room
            self._look_around([e for e in arrived if arrived[e] == room], room)

    def at(self) -> str | None:
        """The room that the ball is in."""
        return room_of(self.ball, self.room)

    def present(self, room: str | None) -> list[str]:
        """Who is in a room and awake."""
        return [e for e in CAST if self.room[e] == room and e not in self.asleep]

    def do(self, deed: Deed) -> None:
        """Takes in a deed."""
        here = self.room[deed.who]
        match deed.what:
            case "go":
                assert deed.where
                room = deed.where["container"]
                if room != here:
                    self._parted(deed.who, leaving=True)
                    self.room[deed.who] = room
                    self._look_around(self.present(room), room)
            case "put":
                self.ball = deed.where
                self._all(self.present(here), deed.where)
            case "claim":
                self._told(deed, self.present(here))
            case "sleep":
                self.asleep.add(deed.who)
                self._parted(deed.who, leaving=False)
            case "wake":
                self.asleep.discard(deed.who)
                self._look_around(self.present(here), here)

    def _told(self, deed: Deed, heard: list[str]) -> None:
        if self._knows_otherwise(deed):
            return
        if self.belief[(deed.to,)] != deed.where:
            self.sure.discard(deed.to)
        for group in _groups(heard):
            if deed.to in group:
                self.belief[group] = deed.where

    def _parted(self, who: str, *, leaving: bool) -> None:
        """Somebody is no more with what they do not have themselves; others no more with what one has who leaves."""
        has_it = {"entity": who}
        if self.ball != has_it:
            self.sure.discard(who)
        if leaving:
            self.sure -= {e for e in self.sure if e != who and self.belief[(e,)] == has_it}

    def _knows_otherwise(self, deed: Deed) -> bool:
        """Whether who is told sees, or has seen and been there since, that it is not so."""
        if deed.to in self.sure and self.belief[(deed.to,)] != deed.where:
            return True
        room = self.room[deed.to]
        if self.at() == room and in_the_open(self.ball):
            return self.ball != deed.where
        return room_of(deed.where, self.room) == room and in_the_open(deed.where)

    def _look_around(self, watching: list[str], room: str) -> None:
        """All of these see together what is in plain sight in the room."""
        if self.at() == room and in_the_open(self.ball):
            self.sure |= set(watching)
        for group in _groups(watching):
            believed = self.belief[group]
            if self.at() == room and in_the_open(self.ball):
                self.belief[group] = self.ball
            elif believed != UNHEARD and room_of(believed, self.room) == room and in_the_open(believed):
                self.belief[group] = None
                self.sure.difference_update(group if len(group) == 1 else ())

    def _all(self, watching: list[str], place: Place) -> None:
        self.sure |= set(watching)
        for group in _groups(watching):
            self.belief[group] = place


def _groups(people: list[str]) -> Iterator[Group]:
    return (g for g in GROUPS if set(g) <= set(people))


class OpenStory(NamedTuple):
    """A story: how the house is at first, and what is done."""

    thing_in: str
    at: dict[str, str]
    deeds: list[Deed]


def told(seed: int) -> OpenStory:
    """A story of some ten deeds that make sense where and when they are done."""
    random = Random(seed)
    at = {e: random.choice(["den", "den", "hall"]) for e in CAST}
    thing_in = random.choice(["basket", "den", "chest"])
    minds, deeds = Minds(thing_in, at), list[Deed]()
    while len(deeds) < 10:
        deed = _next(random, minds)
        if deed is not None:
            minds.do(deed)
            deeds.append(deed)
    return OpenStory(thing_in, at, deeds)


def _next(random: Random, minds: Minds) -> Deed | None:
    who = random.choice(list(CAST))
    here = minds.room[who]
    if who in minds.asleep:
        return Deed("wake", who) if random.random() < 0.5 else None
    what = random.choices(("go", "put", "claim", "sleep", "wait"), (6, 12, 3, 1, 1))[0]
    match what:
        case "go":
            rooms = [r for r in (*ROOMS, minds.at() or here) if r != here]  # where the ball is, something happens
            return Deed("go", who, into(random.choice(rooms)))
        case "put":
            return _put(random, minds, who, here)
        case "claim":
            near = [e for e in minds.present(here) if e != who]
            known = minds.belief[(who,)] != UNHEARD
            place = random.choice([*ROOMS, *OPEN, *CLOSED, *CAST])
            return Deed("claim", who, into(place), random.choice(near)) if near and known else None
    return Deed(what, who)


def _put(random: Random, minds: Minds, who: str, here: str) -> Deed | None:
    """Somebody who knows where the ball is, and is there, puts it elsewhere in the room, or takes it along."""
    holder = (minds.ball or {}).get("entity")
    if minds.at() != here or minds.belief[(who,)] != minds.ball or holder not in (None, who):
        return None
    wanted = into(random.choice([*ROOMS[here], here, who]))
    return Deed("put", who, wanted) if wanted != minds.ball else None
