"""What is to be read: the parts of a turn that one mind perceived, and all that this mind could name. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from daemon.story.state import State
from daemon.story.words import stem, telling, words
from protocol.ids import BITS, ENTITIES, NOBODY, EntityId, Mask, Seq, entities_of, union
from protocol.world import Manner

MOST_PLACES, MOST_THINGS, MOST_OTHERS = 24, 40, 8
"""How many places, things, and occasions or threads are offered: more would make a schema that no endpoint takes."""


class Heard(msgspec.Struct, frozen=True):
    """A part of a line. `witnesses` is the mask of those who got its words; without words only that it happened.

    `mode` says how a model's part came about; it is empty for what a person typed.
    """

    seq: Seq
    who: EntityId | None
    manner: Manner
    text: str
    to: Sequence[EntityId] = ()
    witnesses: Mask = NOBODY
    mode: str = ""

    @property
    def typed(self) -> bool:
        """Whether it is the author's own hand: what a person typed for `you`, or as a narrator."""
        return not self.mode and self.who in ("you", None)


@dataclass(frozen=True)
class Passage:
    """Parts to be read by a mind: that of a speaker, or what all who are present share where a narrator (None) spoke.

    `parts` are those to be read, numbered from 1; `before` others that the mind perceived, for understanding only.
    `knowing` is the mask, for each thread, of who knows of it. `still` where nothing is to be moved, but only what
    goes on in minds. `timed` unless the turn's time has passed already.
    """

    who: EntityId | None
    mind: State
    parts: Sequence[Heard]
    before: Sequence[Heard] = ()
    knowing: Mapping[str, Mask] = field(default_factory=dict)
    still: bool = False
    timed: bool = True
    for_you: bool = False

    def may_act(self, part: Heard, who: EntityId) -> bool:
        """Whether a part's prose may act for somebody: the author's for all, a narrator's for the bots, else one's own.

        For `you` everybody's may, where the story allows it.
        """
        return part.typed or part.who == who or (self.for_you if who == "you" else part.who is None)

    @cached_property
    def people(self) -> list[EntityId]:
        """Those that the mind knows of."""
        return [e for e in ENTITIES if e in self.mind.entities]

    @cached_property
    def actors(self) -> list[EntityId]:
        """Those for whom some part may act."""
        return [e for e in self.people if any(self.may_act(part, e) for part in self.parts)]

    @cached_property
    def here(self) -> str | None:
        """The container that the mind is in."""
        if self.who is None and self.mind.scene is not None:
            return self.mind.scene.container
        minds = entities_of(self.mind.lens) if self.who is None else (self.who,)
        return next((self.mind.entities[e].container for e in minds if e in self.mind.entities), None)

    @cached_property
    def places(self) -> list[str]:
        """Containers, those near or mentioned first."""
        known = self.mind.containers
        near = [self.here or "", *(known[self.here].opens_to if self.here in known else ())]
        return self._first({id: x.name for id, x in known.items()}, near)[:MOST_PLACES]

    @cached_property
    def things(self) -> list[str]:
        """Props, those near or mentioned first. What an occasion keeps to itself is not in the world."""
        known = {id: x for id, x in self.mind.props.items() if x.in_ is None or x.in_.occasion is None}
        near = {id for id in known if self._is_near(id)}
        return self._first({id: x.name for id, x in known.items()}, near)[:MOST_THINGS]

    @cached_property
    def spots(self) -> list[str]:
        """Where a thing may be put or said to be: `container:ID`, `entity:ID` or `prop:ID`."""
        kinds = (("container", self.places), ("entity", self.people), ("prop", self.things))
        return [f"{kind}:{id}" for kind, ids in kinds for id in ids]

    @cached_property
    def slots(self) -> list[str]:
        """The names of the slots of these places."""
        return list(dict.fromkeys(s.slot for c in self.places for s in self.mind.containers[c].slots))

    @cached_property
    def threads(self) -> list[str]:
        """Those that are open, the latest touched last."""
        known = sorted((x.touched, id) for id, x in self.mind.threads.items() if x.status == "open")
        return [id for _, id in known[-MOST_OTHERS:]]

    def occasions(self, *statuses: str) -> list[str]:
        """Those in one of these statuses, the latest last."""
        return [id for id, x in self.mind.occasions.items() if x.status in statuses][-MOST_OTHERS:]

    def may_hear(self, text: str, part: Heard) -> Mask:
        """The mask of those who may be told a text that was written for this mind, because of a part.

        It was written by one who sees all that the mind knows. So others may have it only if they perceived the part,
        and heard each word of it lately.
        """
        mask = self.mind.lens
        for e in entities_of(part.witnesses):
            heard = (x.text for x in (*self.before, *self.parts) if x.witnesses & BITS[e])
            if says_no_more(text, *heard):
                mask = union(mask, BITS[e])
        return mask

    def _is_near(self, prop: str) -> bool:
        """Whether the mind believes a prop to be where it is itself, be it in a hand or inside something."""
        place, seen = self.mind.props[prop].in_, {prop}
        while place is not None and place.prop in self.mind.props and place.prop not in seen:
            seen.add(place.prop)
            place = self.mind.props[place.prop].in_
        if place is None:
            return False
        holder = self.mind.entities.get(place.entity) if place.entity is not None else None
        return (holder.container if holder is not None else place.container) == self.here

    def _first(self, names: Mapping[str, str], near: Collection[str]) -> list[str]:
        said = {stem(word) for x in (*self.before, *self.parts) for word in words(x.text)}
        return sorted(names, key=lambda id: (id not in near, said.isdisjoint(map(stem, telling(names[id])))))


def says_no_more(text: str, *heard: str) -> bool:
    """Whether a text holds no word that was not heard, but for those that tell nothing by themselves."""
    return {stem(word) for word in telling(text)} <= {stem(word) for x in heard for word in words(x)}
