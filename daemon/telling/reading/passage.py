"""What is to be read: the lines of a turn with who perceived each, and the world as it is when they end. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import msgspec

from daemon.story.state import State
from daemon.story.words import stem, telling, words
from daemon.story.world import World
from daemon.telling.reading.whereabouts import is_near
from protocol.ids import BEGINNING, BITS, ENTITIES, NOBODY, EntityId, Mask, Seq, mask_of
from protocol.world import Manner

MOST_PLACES, MOST_THINGS, MOST_OTHERS = 12, 28, 4
"""How many places, things, and occasions or threads are listed with their ids, of those near or mentioned."""


CONDITION = 200
"""Characters of the condition of a thing."""

LIKE = 60
"""Characters of how a thing is, of those that are mentioned, as it is shown: what is written on it is shown whole."""

_JOINED = re.compile(r"\s+(?:of|with|from|for|in|on|to)\s+", re.IGNORECASE)

FEW = 3
"""Words that tell something, in a part in which there is no more to read than what was done."""


class Heard(msgspec.Struct, frozen=True):
    """A part of a line. `witnesses` is the mask of those who got its words; without words only that it happened.

    `mode` says how a model's part came about; it is empty for what a person typed. `seems` is the mask of those who
    seem to have got them, None where those are the witnesses.
    """

    seq: Seq
    who: EntityId | None
    manner: Manner
    text: str
    to: Sequence[EntityId] = ()
    witnesses: Mask = NOBODY
    mode: str = ""
    seems: Mask | None = None

    @property
    def typed(self) -> bool:
        """Whether it is the author's own hand: what a person typed for `you`, or as a narrator."""
        return not self.mode and self.who in ("you", None)

    @property
    def deed(self) -> bool:
        """Whether it tells of what is done, which those who are there see; not of what is said."""
        return self.manner in ("action", "narration")


class Moved(msgspec.Struct, frozen=True):
    """That somebody came to a place in these lines, by plain rules: from where, and the mask of those who saw it."""

    seq: Seq
    who: EntityId
    origin: str | None
    to: str
    seen: Mask = NOBODY


@dataclass(frozen=True)
class Passage:
    """The parts of a turn, `before` them others for understanding only, and the `world` in which they end.

    `still` where nothing is to be moved, but only what goes on in minds. `timed` unless the turn's time has passed
    already. `for_you` where others' prose may act for `you`. `done` are the seqs of parts of which plain rules have
    done something already, and `moves` who went where by that, in order. `mind`: whose mind is read with the
    world, by one call (together.py). `earlier` are parts before those, which are not shown; who perceived them knows
    their words. `past` where later lines were read already: how somebody is now, and what they want, stands by then.
    `read_before` is the last seq that was.
    """

    world: World
    all: Sequence[Heard]
    before: Sequence[Heard] = ()
    still: bool = False
    timed: bool = True
    for_you: bool = False
    done: Collection[Seq] = frozenset()
    moves: Sequence[Moved] = ()
    mind: EntityId | None = None
    earlier: Sequence[Heard] = ()
    past: bool = False
    read_before: Seq = BEGINNING

    @property
    def read_up_to(self) -> Seq:
        """The last seq that is read once these lines are."""
        return max(self.all[-1].seq, self.read_before)

    @property
    def settled(self) -> bool:
        """Whether nothing is left to read: short typed lines of which the rules did what they say, and no reply."""
        brief = all(x.typed and x.manner in ("speech", "action") and len(telling(x.text)) <= FEW for x in self.all)
        acted = [x for x in self.all if x.manner == "action"]
        return brief and bool(self.done) and all(x.seq in self.done for x in acted)

    @property
    def truth(self) -> State:
        """The world as it is."""
        return self.world.truth

    @cached_property
    def parts(self) -> list[Heard]:
        """The parts from which the world is read, numbered from 1. Thoughts are read by the thinker's mind alone."""
        return [x for x in self.all if x.manner != "thought"]

    @cached_property
    def heads(self) -> list[Heard]:
        """The parts before these, without thoughts."""
        return [x for x in self.before if x.manner != "thought"]

    @cached_property
    def people(self) -> list[EntityId]:
        """The cast."""
        return [e for e in ENTITIES if e in self.truth.entities]

    @cached_property
    def minds(self) -> list[EntityId]:
        """Those who perceived something of these lines, or thought something."""
        return [e for e in self.people if any(x.witnesses & BITS[e] for x in self.all)]

    def knowing(self, thread: str) -> Mask:
        """The mask of those who know of a thread."""
        return mask_of(e for e, mind in self.world.minds.items() if thread in mind.threads)

    def may_act(self, part: Heard, who: EntityId) -> bool:
        """Whether a part's prose may act for somebody: the author's for all, a narrator's for the bots, else one's own.

        For `you` everybody's may, where the story allows it.
        """
        return part.typed or part.who == who or (self.for_you if who == "you" else part.who is None)

    @cached_property
    def rooms(self) -> set[str]:
        """The containers in which somebody is who perceived something of these lines."""
        known = self.truth.entities
        return {x for e in self.minds or self.people if (x := known[e].container) is not None}

    @cached_property
    def places(self) -> list[str]:
        """Containers in which somebody is, those next to where the lines are told, and those that are mentioned."""
        known = self.truth.containers
        near = {x.container for x in self.truth.entities.values() if x.container is not None}
        near |= {o for r in self.rooms if r in known for o in known[r].opens_to}
        return self._first({id: x.name for id, x in known.items() if id in near or self.mentions(x.name)}, near)[
            :MOST_PLACES
        ]

    @cached_property
    def things(self) -> list[str]:
        """Props that are near or mentioned by what they are. What an occasion keeps to itself is not in the world."""
        known = {id: x for id, x in self.truth.props.items() if x.in_ is None or x.in_.occasion is None}
        near = {id for id in known if is_near(self.truth, id, self.rooms)}
        listed = {id: x.name for id, x in known.items() if id in near or self.mentions(head(x.name))}
        return self._first(listed, near)[:MOST_THINGS]

    def shows(self, prop: str) -> bool:
        """Whether all of the condition of a thing is shown to the reader."""
        known = self.truth.props.get(prop)
        return known is not None and self.mentions(known.name) and len(known.condition) <= shown_of(known.condition)

    def mentions(self, name: str, to: EntityId | None = None) -> bool:
        """Whether a word of a name that tells something stands in these lines or just before: in what is shown of them
        to the reader of the world, or in what somebody perceived."""
        heard = [x for x in (*self.before, *self.all) if to is not None and x.witnesses & BITS[to]]
        said = self._said if to is None else _stems(x.text for x in heard)
        return not said.isdisjoint(stem(word) for word in telling(name))

    @cached_property
    def _said(self) -> frozenset[str]:
        return _stems(x.text for x in (*self.heads, *self.parts))

    @cached_property
    def threads(self) -> list[str]:
        """Those that are open to more than one, those mentioned first, then the latest touched."""
        shared = [id for id, x in self.truth.threads.items() if x.status == "open" and self._is_shared(id)]
        said = {id: self.mentions(self.truth.threads[id].title) for id in shared}
        return sorted(shared, key=lambda id: (not said[id], -self.truth.threads[id].touched))[:MOST_OTHERS]

    def _is_shared(self, thread: str) -> bool:
        """Whether more than one asks a question, or the only one there is."""
        knowing = self.knowing(thread)
        return knowing not in BITS.values() or len(self.people) == 1

    @cached_property
    def occasions(self) -> list[str]:
        """Those that are planned or on, the latest last."""
        known = self.truth.occasions.items()
        return [id for id, x in known if x.status in ("planned", "active")][-MOST_OTHERS:]

    def _first(self, names: Mapping[str, str], near: Collection[str]) -> list[str]:
        return sorted(names, key=lambda id: (id not in near, not self.mentions(names[id]), id))


def shown_of(like: str) -> int:
    """How many characters are shown of how a thing is."""
    return CONDITION if re.search(r"\"[^\"]+\"|“[^”]+”", like) else LIKE


def head(name: str) -> str:
    """The word of a name that says what it is: `cup`, of `a cup of tea`."""
    return (_JOINED.split(name)[0].split() or [name])[-1]


def _stems(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for text in texts for word in words(text))
