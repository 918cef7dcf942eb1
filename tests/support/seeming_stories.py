"""Stories of who takes whom to know where a thing is, made from a seed, with an oracle that was written apart.

Three people enter and leave, sneak in, nod off, pretend to sleep, mind something elsewhere, move a ball, are watched
from outside, and tell, aloud or in private, what may be a lie. The oracle keeps of every deed who really perceived it
and who seems to have, and from these two sets, for each one and for each two in both orders, where they take the ball
to be. It knows nothing of events, masks or folds.
"""

from collections.abc import Callable, Collection
from random import Random
from typing import Any, NamedTuple

from tests.support.eyes import EYES, may_see
from tests.support.where_stories import CAST, CLOSED, OPEN, ROOMS, UNHEARD, Command, Place, in_the_open, into, room_of

Lens = tuple[str, ...]


class Deed(NamedTuple):
    """Something done by somebody, `where`; `to` is told, or watches; `really` and `seemingly` are said by hand."""

    what: str
    who: str
    where: Place = None
    to: str = ""
    really: Collection[str] | None = None
    seemingly: Collection[str] | None = None


def command(deed: Deed) -> Command:
    """The deed as a client asks for it."""
    by_hand: Command = {}
    if deed.really is not None:
        by_hand["witnesses"] = sorted(deed.really)
    if deed.seemingly is not None:
        by_hand["seems"] = sorted(deed.seemingly)
    match deed.what:
        case "go":
            return {"do": "move", "who": deed.who, **(deed.where or {}), **by_hand}
        case "put" if deed.where == into(deed.who):
            return {"do": "take", "who": deed.who, "prop": "ball", **by_hand}
        case "put":
            return {"do": "put", "who": deed.who, "prop": "ball", "in": deed.where, **by_hand}
        case "claim":
            claim = {"prop": "ball", "in": deed.where}
            return {"do": "share", "by": deed.who, "to": [deed.to], "claims": [claim], **by_hand}
        case "mind":
            return {"do": "act", "who": deed.who, "attention": (deed.where or {}).get("container"), **by_hand}
    return {"do": "act", "who": deed.who, "awake": deed.what == "wake", **by_hand}


class Oracle:
    """What is so, what each one takes the others to be about, and where each lens takes the ball to be."""

    def __init__(self, thing_in: str, at: dict[str, str]) -> None:
        self.ball, self.room = into(thing_in), dict(at)
        self.asleep: set[str] = set()
        self.elsewhere: set[str] = set()
        self.sure: set[str] = set()
        """Who saw or did themselves where the ball is, and has been with it since."""
        self.seen_at: dict[tuple[str, str], str | None] = {}
        """Where one takes another to be awake; nothing for nowhere that one would know, or asleep."""
        self.last_at: dict[tuple[str, str], str | None] = {}
        self.belief: dict[Lens, Place] = dict.fromkeys(EYES, UNHEARD)
        self.belief[()] = self.ball
        arrived: dict[str, str] = {}
        for who, room in at.items():  # one after another, as they come in
            arrived[who] = room
            there = [e for e in arrived if arrived[e] == room]
            self._look_around(there, there, room, there)

    def present(self, room: str) -> list[str]:
        """Who is in a room and awake."""
        return [e for e in CAST if self.room[e] == room and e not in self.asleep]

    def do(self, deed: Deed) -> None:
        """Takes in a deed."""
        {"go": self._go, "put": self._put, "claim": self._claim, "mind": self._mind}.get(deed.what, self._rest)(deed)
        self.belief[()] = self.ball

    def sets(self, deed: Deed) -> tuple[set[str], set[str]]:
        """Who really perceives a deed done in a room, and who seems to, to them."""
        if deed.really is not None or deed.seemingly is not None:
            really = set(self.present(self.room[deed.who]) if deed.really is None else deed.really)
            return really, set(really if deed.seemingly is None else deed.seemingly)
        here = self.room[deed.who]
        there = set(self.present(here))
        minding = self._minding(deed) & there if deed.what == "put" else set()
        really = there - minding
        seemingly = {e for e in there if e == deed.who or self._counted(e, here, really - {e})}
        if deed.what == "put" and deed.where in map(into, CAST):
            seemingly |= {e for e in there if into(e) == deed.where}
        away = {e for e in CAST if e not in there}
        return really, seemingly | {e for e in away if all(self._sees(w, e, here) for w in really)}

    def _minding(self, deed: Deed) -> set[str]:
        """Who minds something elsewhere, and would miss what is done silently."""
        holder = (self.ball or {}).get("entity")
        return {e for e in self.elsewhere if e not in (deed.who, holder) and deed.where != into(e)}

    def _counted(self, e: str, here: str, others: set[str]) -> bool:
        return not others or any(self._sees(w, e, here) for w in others)

    def _sees(self, w: str, e: str, room: str) -> bool:
        """Whether one takes another to be awake in a room."""
        return self.seen_at.get((w, e)) == room

    # deeds

    def _go(self, deed: Deed) -> None:
        who, (origin, room) = deed.who, (self.room[deed.who], (deed.where or {})["container"])
        secret = deed.really is not None
        leaving = {who} if secret else set(self.present(origin))
        if self.ball != into(who):
            self.sure.discard(who)
        self.sure -= {e for e in self.sure & leaving if e != who and self.belief[(e,)] == into(who)}
        for w in leaving - {who}:
            self.seen_at[w, who] = self.last_at[w, who] = None
        self.room[who] = room
        self.elsewhere.discard(who)
        watching = [who] if secret else self.present(room)
        self._look_around(watching, watching, room, [e for e in CAST if self.room[e] == room])

    def _put(self, deed: Deed) -> None:
        assert deed.where
        really, seemingly = self.sets(deed)
        self.ball = deed.where
        self.sure |= really
        for lens in EYES:
            if may_see(lens, really, seemingly):
                self.belief[lens] = deed.where

    def _claim(self, deed: Deed) -> None:
        really, seemingly = self.sets(deed)
        if self._knows_otherwise(deed):
            return
        if self.belief[(deed.to,)] != deed.where:
            self.sure.discard(deed.to)
        for lens in EYES:
            if deed.to in lens and may_see(lens, really, seemingly):
                self.belief[lens] = deed.where

    def _mind(self, deed: Deed) -> None:
        (self.elsewhere.add if deed.where else self.elsewhere.discard)(deed.who)
        for w in set(self.present(self.room[deed.who])) - {deed.who}:
            self._learn(w, deed.who)

    def _rest(self, deed: Deed) -> None:
        """Falling asleep and waking, noticed or not."""
        who, here = deed.who, self.room[deed.who]
        awake_before = set(self.present(here))
        if deed.what == "sleep":
            self.asleep.add(who)
            if self.ball != into(who):
                self.sure.discard(who)
        else:
            self.asleep.discard(who)
        really = set(deed.really) if deed.really is not None else awake_before | set(self.present(here))
        for w in really - {who}:
            self._learn(w, who)
        if deed.what == "wake":
            watching = [e for e in self.present(here) if e in really]
            self._look_around(watching, watching, here, [e for e in CAST if self.room[e] == here])

    # what one sees

    def _learn(self, w: str, e: str) -> None:
        """One sees where another is, and whether awake."""
        self.last_at[w, e] = self.room[e]
        self.seen_at[w, e] = None if e in self.asleep else self.room[e]

    def _look_around(self, watching: list[str], seemingly: list[str], room: str, there: list[str]) -> None:
        """All of these see together what and who is in plain sight in the room."""
        for w in watching:
            for e in CAST:
                if e != w and e in there:
                    self._learn(w, e)
                elif e != w and self.last_at.get((w, e)) == room:
                    self.seen_at[w, e] = self.last_at[w, e] = None
        ball_here = room_of(self.ball, self.room) == room and in_the_open(self.ball)
        if ball_here:
            self.sure |= set(watching)
        for lens in EYES[1:]:
            if not may_see(lens, watching, seemingly):
                continue
            believed = self.belief[lens]
            if ball_here:
                self.belief[lens] = self.ball
            elif believed != UNHEARD and room_of(believed, self.room) == room and in_the_open(believed):
                self.belief[lens] = None
                self.sure.difference_update(lens if len(lens) == 1 else ())

    def _knows_otherwise(self, deed: Deed) -> bool:
        """Whether who is told sees, or has seen and been there since, that it is not so."""
        room = self.room[deed.to]
        if room_of(self.ball, self.room) == room and in_the_open(self.ball):
            return self.ball != deed.where
        if room_of(deed.where, self.room) == room and in_the_open(deed.where):
            return True
        return deed.to in self.sure and self.belief[(deed.to,)] != deed.where


class SeemingStory(NamedTuple):
    """A story: where the ball and everybody are at first, and what is done."""

    thing_in: str
    at: dict[str, str]
    deeds: list[Deed]


def told(seed: int, count: int = 12) -> SeemingStory:
    """A story of so many deeds that make sense where and when they are done."""
    random = Random(seed)
    at = {e: random.choice(["den", "den", "hall"]) for e in CAST}
    thing_in = random.choice(["basket", "den", "chest"])
    oracle, deeds = Oracle(thing_in, at), list[Deed]()
    while len(deeds) < count:
        deed = _next(random, oracle)
        if deed is not None:
            oracle.do(deed)
            deeds.append(deed)
    return SeemingStory(thing_in, at, deeds)


def _next(random: Random, o: Oracle) -> Deed | None:
    who = random.choice(list(CAST))
    if who in o.asleep:
        return Deed("wake", who, really=[who] if random.random() < 0.4 else None) if random.random() < 0.6 else None
    kinds: dict[str, tuple[int, Callable[[Random, Oracle, str], Deed | None]]] = {
        "go": (6, _going), "put": (10, _putting), "claim": (4, _claiming), "mind": (2, _minding),
        "sleep": (2, lambda r, o, w: Deed("sleep", w, really=[w] if r.random() < 0.4 else None)),
    }  # fmt: skip
    weights: Any = [w for w, _ in kinds.values()]
    (kind,) = random.choices(list(kinds), weights)
    return kinds[kind][1](random, o, who)


def _going(random: Random, o: Oracle, who: str) -> Deed:
    """To another room, mostly where something happens; now and then unnoticed."""
    here = o.room[who]
    rooms = [r for r in (*ROOMS, room_of(o.ball, o.room) or here) if r != here]
    return Deed("go", who, into(random.choice(rooms)), really=[who] if random.random() < 0.25 else None)


def _putting(random: Random, o: Oracle, who: str) -> Deed | None:
    """Somebody who knows where the ball is puts it elsewhere in the room, or takes it along; now and then somebody
    elsewhere peeks unnoticed, or somebody there misses it."""
    here, holder = o.room[who], (o.ball or {}).get("entity")
    if room_of(o.ball, o.room) != here or o.belief[(who,)] != o.ball or holder not in (None, who):
        return None
    wanted = into(random.choice([*ROOMS[here], here, who]))
    if wanted == o.ball:
        return None
    there, chance = set(o.present(here)), random.random()
    outside = [e for e in CAST if o.room[e] != here and e not in o.asleep]
    others = sorted(there - {who})
    if chance < 0.2 and outside:
        return Deed("put", who, wanted, really={*there, random.choice(outside)}, seemingly=there)
    if chance < 0.35 and others:
        return Deed("put", who, wanted, really=there - {random.choice(others)}, seemingly=there)
    return Deed("put", who, wanted)


def _claiming(random: Random, o: Oracle, who: str) -> Deed | None:
    """Told to somebody of whom the teller knows that they are there and listen."""
    here = o.room[who]
    near = [e for e in o.present(here) if e != who and o._sees(who, e, here)]
    if not near or o.belief[(who,)] == UNHEARD:
        return None
    to = random.choice(near)
    place = into(random.choice([*ROOMS, *OPEN, *CLOSED, *CAST]))
    return Deed("claim", who, place, to, really={who, to} if random.random() < 0.4 else None)


def _minding(random: Random, o: Oracle, who: str) -> Deed:
    """Somebody's attention goes to another room, or comes back."""
    elsewhere = random.choice([r for r in ROOMS if r != o.room[who]])
    return Deed("mind", who, None if who in o.elsewhere else into(elsewhere))
