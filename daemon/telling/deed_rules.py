"""The rules of what a line plainly does, for one mind where it is: the places, people and things that it could name.

The words that tell of deeds are in deed_words.py and going_words.py; here is what they come to. Pure; English.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from daemon.story.decide import Arrive, Deed, Go, Part
from daemon.story.perception import neighbours
from daemon.story.state import State, having, people_in
from daemon.telling import deed_words as words
from daemon.telling import going_words as going
from daemon.telling import sleeping, ways
from daemon.telling.calling import any_of, called, places
from daemon.telling.clauses import SENTENCES, clauses, end_of
from daemon.telling.reading.names import slug
from daemon.telling.stowing import stowed
from daemon.telling.undone import thwarted, unreal
from protocol.commands import Act, AddContainer, Hand, Move
from protocol.ids import EVERYBODY, EntityId


class Author(msgspec.Struct, frozen=True):
    """Whose line it is, and what it may do: a `reply` may be told of in the third person, and moves nobody but its
    speaker, and `you` where the story allows that (`for_you`). It calls its teller `she` where it is `third`, who
    has `left` a place in this line before. `thought` is what they thought just before."""

    who: EntityId
    reply: bool = False
    for_you: bool = False
    third: bool = False
    left: bool = False
    thought: str = ""

    def leads(self, other: EntityId) -> bool:
        """Whether the line may take somebody along."""
        return not self.reply or (self.for_you and other == "you")


class Rules:
    """The patterns for one mind where it is: the places, people and things that it could name."""

    def __init__(self, mind: State, author: Author) -> None:
        self._mind, self._author, self.who = mind, author, author.who
        me = mind.entities[author.who]
        self._here = me.container
        self._near = [e for e in people_in(mind, me.container) if e != author.who]
        asleep = [e for e in self._near if not mind.entities[e].awake]
        self._places = places(mind)
        self._people = self._called(self._near)
        self._sleepers = self._called(asleep)
        self._things = called({id: mind.props[id].name for id in having(mind, author.who)}, last=True)
        self._everyone = self._called([e for e in mind.entities if e != author.who])
        others = called({e: x.name for e, x in mind.entities.items() if e != author.who}, first=True)
        self._others = re.compile(rf"(?<!\w)(?:{any_of(others)})(?!\w)", re.IGNORECASE)
        known = mind.containers.get(me.container) if me.container is not None else None
        here = {k: c for k, c in self._places.items() if c == me.container} if known is not None else {}
        doers = [r"I|we", *([any_of(called({author.who: me.name}, first=True))])]
        if author.third:  # it tells of nobody else's deeds
            doers.append("he|she|they")
        self._doers = "|".join(doers)
        self._doer = re.compile(rf"^(?:{'|'.join(doers)})(?!\w)", re.IGNORECASE)
        doer = rf"(?=(?:{'|'.join(doers)})(?!\w))"
        self._opening = re.compile(
            rf"^(?:(?:{words.WITH})\s+(?P<who>{any_of(self._people)})(?:\s+by\s+\w+\s+\w+)?,?\s+|\w+ing\s+[^,;]*,\s+){doer}",
            re.IGNORECASE,
        )
        self._patterns = words.patterns(
            going.Names(
                "|".join(doers), any_of(self._places), any_of(here), any_of(self._people), any_of(self._everyone),
                any_of(self._sleepers), any_of(self._things),
            )
        )  # fmt: skip

    def _called(self, some: Sequence[EntityId]) -> dict[str, EntityId]:
        """How these may be called: by name, by a pronoun where there is one of them, and `you` where a bot tells."""
        names = {k: e for e in some for k in called({e: self._mind.entities[e].name}, first=True)}
        if self._author.reply and "you" in some:
            names["you"] = "you"
        elif len(some) == 1:
            names["you"] = some[0]
        return names | (dict.fromkeys(("him", "her", "them"), some[0]) if len(some) == 1 else {})

    def told(self, part: Part, moved: bool) -> Iterator[tuple[int, int, list[Deed]]]:
        """What a part does, each with where in its text it is told of, from and to; `moved` where it goes on after a
        move."""
        named = False
        for sentence in SENTENCES.finditer(part.text):
            clean = sentence[0].strip(" \t\n.!;…")  # a question keeps its mark, by which nothing is done
            if part.manner == "speech":
                called = [Act(who=self._sleepers[m["who"].casefold()], awake=True)
                          for m in self._found("call", part.text[: sentence.end()], sentence.start())]  # fmt: skip
                done = self._deed(clean, "", whole=True) if words.SPOKEN.match(clean) else []
                if called or done:
                    yield sentence.start(), sentence.end(), [*called, *done]
                continue
            if "?" in sentence[0]:
                continue
            led: EntityId | None = None
            before = part.text[: sentence.start()]
            some = list(clauses(clean))
            begins = sentence.start()
            for (at, words_of_it), after in zip(some, [*(c for _, c in some[1:]), ""], strict=True):
                opening = self._opening.match(words_of_it)
                start, clause = (at + opening.end(), words_of_it[opening.end() :]) if opening else (at, words_of_it)
                led = self._people[opening["who"].casefold()] if opening and opening["who"] else led
                if clause.casefold() in self._people and self._doer.match(after):
                    led = self._people[clause.casefold()]
                    continue  # `Mara and I`
                found = self._deed(clause, before + clean[:start], led=led, pronouns=not named, moved=moved)
                goes = any(isinstance(d, Move) for d in found)
                if goes and thwarted(clause, clean[start:], part.text[sentence.end() :]):
                    break
                if found == [Act(who=self.who, awake=False)] and sleeping.is_brief(
                    f"{clean[start:]}. {part.text[sentence.end() :]}"
                ):
                    continue
                if found:
                    end = end_of(part.text, sentence.start(), clean, start + len(clause))
                    yield begins, end, found
                    begins = end
                    continue
                begins = end_of(part.text, sentence.start(), clean, at + len(words_of_it))
                moved = any(p.match(clause) for p in self._patterns["going"])
                by_hand = next((m for p in self._patterns["by_hand"] if (m := p.match(clause))), None)
                led = self._people[by_hand["who"].casefold()] if by_hand else led
                others = self._doer.sub("", clause) if not named else clause
                if by_hand is None and (self._others.search(others) or words.SOMEBODY_ELSE.search(others)):
                    break  # who does what comes next is not plain any more
            named = named or self._others.search(clean) is not None

    def stowed(self, part: Part, end: int) -> list[Deed]:
        """What is put away before a move, in the sentence of a part that tells of it up to there."""
        sentence = [*SENTENCES.finditer(part.text[:end])][-1:] if part.manner == "action" else []
        return [put for s in sentence for put in stowed(self._mind, self.who, self._doers, s[0].strip())]

    def _found(self, sort: str, text: str, start: int) -> Iterator[re.Match[str]]:
        for pattern in self._patterns[sort]:
            yield from (
                m for m in pattern.finditer(text) if m.start("who") >= start and m["who"].casefold() not in _PRONOUNS
            )

    def _deed(
        self,
        clause: str,
        before: str,
        *,
        whole: bool = False,
        led: EntityId | None = None,
        pronouns: bool = True,
        moved: bool = False,
    ) -> list[Deed]:
        """What a clause plainly does, if anything, after the text `before`; `whole` where nothing may come after it."""
        asleep = not self._mind.entities[self.who].awake
        if not pronouns and _PRONOUN.match(clause):
            return []
        if sleeping.falls_asleep(clause, self._doers, whole=whole) and not asleep:
            return [Act(who=self.who, awake=False)]
        for sort, some in self._patterns.items():
            if sort in _NO_DEEDS or (sort in _AFTER_A_MOVE and not moved) or (sort in _TOLD_ONLY and whole):
                continue
            if sort == "there" and unreal(f"{self._author.thought} {before}"):
                continue
            for pattern in some:
                found = pattern.match(clause)
                if found is not None and not (whole and found.end() < len(clause)):
                    them = led is None and found.groupdict().get("them") is not None
                    along = (
                        self._last(before)
                        if them
                        else self._along(clause, found.end(), before)
                        if led is None
                        else [led]
                    )
                    done = self._comes_to(sort, found, along)
                    return _arriving(done) if self._arrives(sort, clause) else done
        return []

    def _arrives(self, sort: str, clause: str) -> bool:
        """Whether a move is told of from where it leads: as coming there, or by one who leaves nobody behind (in a line
        that has gone somewhere before: and goes back, since nobody knows yet who was there)."""
        if sort in ("other", "new"):
            return False
        if sort in _ARRIVALS or any(p.match(clause) for p in self._patterns["arrives"]):
            return going.LEFT_BEHIND.search(clause) is None
        if going.LEAVES.match(clause) or (self._author.left and "back" not in clause.casefold().split()):
            return False
        return not any(self._mind.entities[e].awake for e in self._near)

    def _comes_to(self, sort: str, found: re.Match[str], along: Sequence[EntityId]) -> list[Deed]:
        group = {k: v.casefold() for k, v in found.groupdict().items() if v is not None}
        asleep = not self._mind.entities[self.who].awake
        match sort:
            case "go" | "on" | "led" | "there" | "stops":
                named = [self._people[group[k]] for k in ("led", "who") if k in group]
                if "them" in group and not along:
                    return []  # nobody knows who
                place = self._places[group["place"]]
                return self._moves(place, named or along, named=True, ahead=self._ahead(group, place))
            case "along":
                beside = neighbours(self._mind, self._here) if self._here is not None else []
                place = self._places[group["place"]]
                return self._moves(place, along, named=True) if place in beside else []
            case "again":
                return self._moves(self._mind.entities[self.who].came_from, []) if self._author.left else []
            case "in":
                return self._moves(ways.inside(self._mind, self.who), along)
            case "new":
                return self._discovers(found["new"], along, self._ahead(group, slug(found["new"])))
            case "other":
                other, place = self._people[group["who"]], self._places[group["place"]]
                leads = group["who"] not in _PRONOUNS and self._author.leads(other) and place != self._here
                return [Go(who=other, container=place, told=EVERYBODY)] if leads else []
            case "follow":
                return self._moves(self._mind.entities[self._everyone[group["who"]]].container, [])
            case "to":
                return self._moves(ways.to_people(self._mind, self.who, self._meant(group["who"])), along)
            case "stairs":
                return self._moves(ways.by_stairs(self._mind, self.who, group["way"]), along)
            case "doorway":
                return self._moves(ways.to_the_door(self._mind, self.who), [])
            case "back":
                return self._moves(self._mind.entities[self.who].came_from, along)
            case "home":
                free = self._author.left or not self._near
                return self._moves(self._mind.entities[self.who].came_from, []) if free else []
            case "alone":
                return self._moves(self._mind.entities[self.who].came_from, [])
            case "out":
                out = neighbours(self._mind, self._here) if self._here is not None else []
                return self._moves(out[0], along) if len(out) == 1 else []
            case "hand":
                return [Hand(who=self.who, prop=self._things[group["thing"]], to=self._people[group["who"]])]
            case "wake":
                return [Act(who=self.who, awake=True)] if asleep else []
            case _:
                return [Act(who=self._sleepers[group["who"]], awake=True)]

    def _meant(self, named: str) -> list[EntityId]:
        """Who is elsewhere and meant by a name, or by `them`; nobody where who is near may be."""
        if named in _PRONOUNS:
            return [] if self._near else [e for e in self._mind.entities if e != self.who]
        return [self._everyone[named]] if self._everyone[named] not in self._near else []

    def _along(self, clause: str, end: int, before: str) -> list[EntityId]:
        """Who goes along by what a clause says beside its move; `she` is who was named last before it."""
        if going.TOGETHER.search(clause):
            return self._near or self._next_door()
        beside = next((m for p in self._patterns["with"] if (m := p.search(clause, end))), None)
        if beside is None:
            return []
        meant = self._people.get(beside["who"].casefold())
        return [meant] if meant is not None else self._last(before)

    def _last(self, before: str) -> list[EntityId]:
        """Who of those near was named last, if anybody."""
        last = max(((before.casefold().rfind(name), e) for name, e in self._people.items()), default=(-1, None))
        return [last[1]] if last[0] >= 0 and last[1] is not None else []

    def _ahead(self, group: Mapping[str, str], place: str | None) -> list[EntityId]:
        """Who is here and is followed, if anybody; `her` may be another, who is there or nobody knows where."""
        ahead = self._people.get(group.get("ahead", ""))
        gone = [e for where in (None, place) for e in people_in(self._mind, where)]
        another = group.get("ahead") in ("him", "her", "them") and gone
        if ahead is None or not self._mind.entities[ahead].awake or another:
            return []
        return [ahead]

    def _going(self, along: Sequence[EntityId], ahead: Sequence[EntityId]) -> list[EntityId]:
        """Who goes, in order, of those whom the line may take along."""
        return [e for e in dict.fromkeys([*ahead, self.who, *along]) if e == self.who or self._author.leads(e)]

    def _discovers(self, name: str, along: Sequence[EntityId], ahead: Sequence[EntityId]) -> list[Deed]:
        """Going to a place that is none yet, beside where one is; none comes to be where another is called alike."""
        id, sort = slug(name), name.split()[-1].casefold()
        alike = any(sort in x.name.casefold().split() for x in self._mind.containers.values())
        if id is None or alike or id in self._mind.containers or self._here is None:
            return []
        made = AddContainer(container=id, name=f"The {name}", opens_to=[self._here])
        return [made, *(Go(who=e, container=id, told=EVERYBODY) for e in self._going(along, ahead))]

    def _next_door(self) -> list[EntityId]:
        """Those next door, or one does not know where, whom one who says `we` has met on the way."""
        rooms = [None, *(neighbours(self._mind, self._here) if self._here is not None else [])]
        return [e for room in rooms for e in people_in(self._mind, room) if e != self.who]

    def _moves(
        self, place: str | None, along: Sequence[EntityId], *, named: bool = False, ahead: Sequence[EntityId] = ()
    ) -> list[Deed]:
        """Going somewhere else, with those whom the line may take along; who is where they are goes nowhere."""
        if place is None or place == self._here or place not in self._mind.containers:
            return []
        going = self._going(along, ahead)
        return [Go(who=e, container=place, told=EVERYBODY) if named else Move(who=e, container=place) for e in going]


_PRONOUNS = ("him", "her", "them", "you")


def _arriving(done: Sequence[Deed]) -> list[Deed]:
    return [Arrive(who=d.who, container=d.container) if isinstance(d, Move) else d for d in done]


_ARRIVALS = ("there", "stops", "doorway", "again", "in")
_NO_DEEDS = ("call", "by_hand", "with", "going", "arrives")
_AFTER_A_MOVE = ("on", "stops")
_TOLD_ONLY = ("there", "stops", "new", "to", "stairs", "doorway", "along", "again", "in")
"""The sorts of patterns that are no deeds by themselves, or only after a move; and those that one does not do by saying
so."""
_PRONOUN = re.compile(r"(?:he|she|they)\b", re.IGNORECASE)
