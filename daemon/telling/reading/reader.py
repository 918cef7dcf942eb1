"""Shared by all that makes commands of changes: the world as it is by then, and what of it an item names. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from daemon.story.decide.desk import called, refuse
from daemon.story.perception import audience, onlookers
from daemon.story.state import State
from daemon.story.words import LITTLE, words
from daemon.story.world import World
from daemon.telling.reading.ears import SHORT, Ears, clipped
from daemon.telling.reading.items import Item
from daemon.telling.reading.names import bare, found, kin, kin_of, own_name, owner, person, slug
from daemon.telling.reading.passage import Heard, Passage
from daemon.telling.reading.whereabouts import is_near
from protocol.ids import BITS, NOBODY, EntityId, Mask, difference, entities_of, union

_JOINED = re.compile(r"(\s+(?:of|with|from|for|in|on|to)\s+)", re.IGNORECASE)


def not_for(truth: State, by: EntityId | None, who: EntityId) -> str:
    """Why a line of somebody's, or of the narrator's, does not act for somebody else."""
    return f"{called(truth, by) if by else 'the narrator'} can't act for {called(truth, who)}"


@dataclass(frozen=True)
class Desk:
    """What a change is made of: the passage, who may hear what, and the world that the changes before it left; those of
    the same answer that come `next`; who `came` to where they are by a change before it, and sees what is done there,
    though the lines were told when they were elsewhere; and the ids of what the answer `brought` into being, by its own
    names for that (`own_name`)."""

    p: Passage
    ears: Ears
    world: World
    next: Sequence[Item] = ()
    came: Mask = NOBODY
    brought: Mapping[str, str] = field(default_factory=dict)

    @property
    def truth(self) -> State:
        """The world as it is before this change."""
        return self.world.truth

    def actor(self, item: Item) -> EntityId:
        """Who does it. Raises a refusal where the line does not act for them."""
        if item.who is None:
            refuse("wrong_value", "the reader didn't say who does that (`who`)")
        if not self.p.may_act(item.part, item.who):
            refuse("not_yours", not_for(self.truth, item.part.who, item.who))
        return item.who

    def thing(self, named: str, part: Heard) -> str | None:
        """The id of a thing, those near first. Not of one that whoever the line is of neither knows nor heard named:
        the reader alone knows of that, so nobody handles it or talks of it."""
        rooms = {x.container for x in self.truth.entities.values() if x.container is not None}
        names = {
            id: x.name
            for id, x in self.truth.props.items()
            if (x.in_ is None or x.in_.occasion is None) and self._is_known(id, part)
        }
        if named.strip() in names:
            return named.strip()
        new = self.brought.get(own_name(named))
        if new is not None and new in names:
            return new
        stranger = self.stranger(named)
        if stranger is not None:  # not what others have of that name
            own = {id: name for id, name in names.items() if (owner(name) or "").casefold() == stranger.casefold()}
            return next((id for id, name in own.items() if kin(name) == kin(named)), None)
        here = self.truth.entities[part.who].container if part.who in self.truth.entities else None
        for places in ({here}, rooms):
            near = frozenset(id for id in names if is_near(self.truth, id, {x for x in places if x is not None}))
            if (id := found(named, {x: names[x] for x in near}, near)) is not None:
                return id
        return found(named, names)

    def stranger(self, named: str) -> str | None:
        """Whose a thing is by its name, where that is nobody of the cast: `Ilse's tin` is not just any tin."""
        whose = owner(named)
        return whose if whose is not None and person(whose, self.truth) is None else None

    def _is_known(self, id: str, part: Heard) -> bool:
        """Whether whoever a line is of knows a thing, or a word of its name."""
        those = [part.who] if part.who is not None else entities_of(part.witnesses)
        name = kin(self.truth.props[id].name)
        return any(id in self.world.minds[e].props or not name <= self.ears.secrets(e) for e in those)

    def known_thing(self, named: str, part: Heard) -> str:
        """The same; raises a refusal where there is none."""
        id = self.thing(named, part)
        if id is None:
            refuse("not_known", f"“{named[:80]}” isn't a thing in the story")
        return id

    def place(self, named: str) -> str | None:
        """The id of a place."""
        return found(named, {id: x.name for id, x in self.truth.containers.items()})

    def is_within(self, who: EntityId | None, named: str) -> bool:
        """Whether somebody is in the place of that name, also where a thing is called so: who is in a boat puts what
        goes into the boat down where they are."""
        here = self.truth.entities[who].container if who is not None else None
        return here is not None and (named.strip() == here or kin(named) == kin(self.truth.containers[here].name))

    def person(self, named: str) -> EntityId | None:
        """Somebody of the cast."""
        return person(named, self.truth)

    def visible(self, text: str, part: Heard, seeing: Mask, longest: int) -> str:
        """A text about what one sees, for those who perceived the line and those who look on: whoever looks there later
        reads it as well, so it holds nothing that is a secret to one of them. Empty where nothing of it may be told."""
        reading = union(part.witnesses, seeing)
        return self.ears.seen(clipped(text, longest), reading, done=part.deed) if reading else ""

    def around(self, who: EntityId | None, there: str | None = None) -> Mask:
        """The mask of those who see what somebody does, who does it among them; and of those who are where they go."""
        own = union(onlookers(self.truth, who), BITS[who]) if who is not None else NOBODY
        return union(own, audience(self.truth, there, "sight")) if there is not None else own

    def spot(self, text: str, part: Heard, who: EntityId | None, there: str | None = None) -> str | None:
        """Where in a place somebody puts something or goes, in words for all who look on; None where none is said."""
        return self.visible(text, part, self.but_the_doer(self.around(who, there), who, text, part), SHORT) or None

    def but_the_doer(self, seeing: Mask, who: EntityId | None, text: str, part: Heard) -> Mask:
        """Those among these without whoever does it, where the line of their deed holds all that is a secret to them:
        who does something knows what that is."""
        known = who is not None and part.deed and self.ears.secrets(who) & kin_of(text) <= kin_of(part.text)
        return difference(seeing, BITS[who]) if who is not None and known else seeing

    def slot(self, container: str, spot: str) -> str | None:
        """The slot of a place that a spot means, such as `window table` for `at the window table`."""
        known = self.truth.containers.get(container)
        said = kin(spot)
        fitting = [s.slot for s in known.slots if kin(s.slot) and kin(s.slot) <= said] if known is not None else []
        return max(fitting, key=len, default=None)

    def new_name(self, named: str, part: Heard, seeing: Mask = NOBODY) -> str:
        """The name of something new, in words that those who perceived the line heard, and those who look on.

        Raises a refusal where the word that says what it is (`cup` of `cup of tea`) was not heard.
        """
        name = clipped(bare(named), SHORT)
        if slug(name) is None or LITTLE.issuperset(words(name)):
            refuse("wrong_value", "a new thing needs a name")
        head, joining, rest = (*_JOINED.split(name, maxsplit=1), "", "")[:3]
        hearing = union(part.witnesses, seeing)
        last = head.split()[-1] if head.split() else ""
        known = [w for w in head.split() if self._is_heard(w, hearing)]
        if not known or known[-1] != last:
            refuse("not_in_prose", f"“{name}” isn't in the text")
        whole = bool(rest) and all(self._is_heard(w, hearing) for w in rest.split())
        whose = self.stranger(named)
        owned = f"{whose}'s " if whose is not None and self._is_heard(whose, hearing) else ""
        return owned + " ".join(known) + (joining + rest) * whole

    def _is_heard(self, word: str, hearing: Mask) -> bool:
        """Whether a word stands in a line or names something, and is no secret to any of these."""
        stems = kin(word)
        known = all(not stems & self.ears.secrets(e) for e in entities_of(hearing))
        return bool(hearing) and known and not self.ears.unsaid(stems)
