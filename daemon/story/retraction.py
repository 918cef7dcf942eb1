"""Deletion: the acts that take events out of a branch and bring them back, what is deleted after them, and which events
go with one that is deleted (its consequences). Pure.

The event log is only added to, so a deletion is an event itself: `event.retracted` names its targets and, for each,
what goes with it; `event.reinstated` names targets that come back. An event is deleted while at least one target that
it goes with is: several deletions of the same event do not disturb one another.

An event can also be *retired*, which nobody asks for: it was made of a text that a line no longer has, or something
else was made in its place. It comes back when that text does. Which events are retired is worked out in revisions.py.
"""

from collections.abc import Container, Iterable, Mapping, Sequence, Set
from functools import cached_property

import msgspec

from protocol.events import EventReinstated, EventRetracted, Payload
from protocol.ids import Seq

ACTS = ("event.retracted", "event.reinstated")


class Act(msgspec.Struct, frozen=True, dict=True):
    """An event of the log that deletes or reinstates others."""

    seq: Seq
    deletes: Mapping[Seq, Sequence[Seq]]
    """By target, the seqs that go with it, the target among them."""
    reinstates: Sequence[Seq] = ()
    """Targets, or retired events, that are back from here on."""
    retires: Sequence[Seq] = ()

    @classmethod
    def of(cls, seq: Seq, payload: Payload) -> "Act":
        """The act that an `event.retracted` or `event.reinstated` with this seq is."""
        if isinstance(payload, EventReinstated):
            return cls(seq, {}, payload.targets, payload.retires)
        assert isinstance(payload, EventRetracted)  # noqa: S101 - no other kind of event is an act
        if not payload.also:
            return cls(seq, {}, retires=payload.targets)
        return cls(seq, {t: (t, *more) for t, more in zip(payload.targets, payload.also, strict=True)})

    @cached_property
    def first(self) -> Seq:
        """The lowest seq that the act names: nothing before it is changed. The act's own seq where it names none."""
        deleted = (s for seqs in self.deletes.values() for s in seqs)
        return min([*self.reinstates, *self.retires, *deleted], default=self.seq)


class Deleted(msgspec.Struct, frozen=True, dict=True):
    """What a branch does not show although it is on its path."""

    by_target: Mapping[Seq, frozenset[Seq]]
    """By target of a deletion, the seqs that went with it, the target among them."""
    retired: frozenset[Seq] = frozenset()

    @cached_property
    def all(self) -> frozenset[Seq]:
        """The seqs of everything that is deleted or retired."""
        return self.retired.union(*self.by_target.values())

    @cached_property
    def by_itself(self) -> frozenset[Seq]:
        """The seqs that an act named: targets of deletions, and retired events."""
        return self.retired.union(self.by_target)

    @cached_property
    def seqs(self) -> tuple[Seq, ...]:
        """`all`, in order."""
        return tuple(sorted(self.all))

    def going_with(self, targets: Iterable[Seq]) -> frozenset[Seq]:
        """The seqs that went with these targets, the targets among them."""
        return frozenset[Seq]().union(*(self.by_target[t] for t in targets))

    def without(self, targets: Iterable[Seq]) -> frozenset[Seq]:
        """The seqs that are still deleted once these targets (or retired events) are reinstated."""
        back = set(targets)
        return self.retired.difference(back).union(*(x for t, x in self.by_target.items() if t not in back))

    def upto(self, seq: Seq) -> "Deleted":
        """The part of this `Deleted` that is at or before a seq."""
        cut = {t: frozenset(s for s in seqs if s <= seq) for t, seqs in self.by_target.items()}
        return Deleted({t: seqs for t, seqs in cut.items() if seqs}, frozenset(s for s in self.retired if s <= seq))


NONE = Deleted({})


def after_acts(acts: Iterable[Act]) -> Deleted:
    """What is deleted after these acts, which are taken in the order given."""
    by_target: dict[Seq, frozenset[Seq]] = {}
    retired: set[Seq] = set()
    for act in acts:
        for target in act.reinstates:
            by_target.pop(target, None)
        by_target.update({t: by_target.get(t, frozenset()).union(seqs) for t, seqs in act.deletes.items()})
        retired.difference_update(act.reinstates)
        retired.update(act.retires)
    return Deleted(by_target, frozenset(retired))


def spoilt(acts: Sequence[Act]) -> list[tuple[Seq, Seq]]:
    """The spans (first seq, last; in order, apart) at which a state of the branch is no basis for a later state.

    An act changes what lies before itself. A state at a seq from the first that the act names up to the act was folded
    over other events than the branch shows now.
    """
    spans = sorted((act.first, Seq(act.seq - 1)) for act in acts if act.first < act.seq)
    merged: list[tuple[Seq, Seq]] = []
    for first, last in spans:
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(merged[-1][1], last)
        else:
            merged.append((first, last))
    return merged


def restated(here: Deleted, wanted: Deleted) -> list[EventRetracted | EventReinstated]:
    """The events with which a fork begins so that `wanted` is deleted on it, where `here` would be without them."""
    back = {t for t, seqs in here.by_target.items() if wanted.by_target.get(t) != seqs} | here.retired - wanted.retired
    deleted = {t: seqs for t, seqs in wanted.by_target.items() if here.by_target.get(t) != seqs}
    retired = wanted.retired - here.retired | wanted.retired & back
    made: list[EventRetracted | EventReinstated] = [EventReinstated(sorted(back))] if back else []
    if deleted:
        made.append(EventRetracted(sorted(deleted), [sorted(deleted[t] - {t}) for t in sorted(deleted)]))
    if retired:
        made.append(EventRetracted(sorted(retired)))
    return made


class Derivation(msgspec.Struct, frozen=True):
    """How an event came about: what caused it, which line or memory it is about, what it was derived from."""

    seq: Seq
    kind: str
    cause: Seq | None
    subject: str | None
    """The id of a line or memory."""
    part: int
    """The number of a line's part; 0 for the first and for what is no line."""
    from_: Sequence[Seq]
    """The seqs that a memory derives from; empty for other kinds."""

    @property
    def made_of(self) -> set[Seq]:
        """The seqs that the event was made of: its cause and what it derives from."""
        return made_of(self.cause, self.from_)


def made_of(cause: Seq | None, from_: Iterable[Seq] = ()) -> set[Seq]:
    """The seqs that an event was made of which has this cause and derives from these."""
    return {*from_, *(() if cause is None else (cause,))}


LINES = ("line.said", "line.noticed", "line.revised")

SCENES = ("scene.opened", "scene.closed")
"""A scene begins, goes on and ends with the lines that are told in it, which stay where what they answer is deleted."""

KEEPS = frozenset({"story.created", "branch.created", *ACTS})
"""Kinds of events that hold a story's branches together, and so cannot be deleted."""


Targets = frozenset[Seq]

_NONE: Targets = frozenset()


class Consequences:
    """What goes with each of several targets when it is deleted, the target first. These go with a target:

    * the target itself;
    * what was caused by an event that goes with it, except lines and the scenes that they are told in;
    * a memory that derives from an event that goes with it;
    * later events of a memory of which an event goes with it. Where the target is itself a later event of a memory (one
      of `rewritten`), it does not count for this: a rewording can be deleted alone;
    * where the target is the `line.said` of a line's first part: all later events of the line. Of another part: the
      later events of that part;
    * where the target is a revision of a first part: the revisions of the same line with the seqs right after it, which
      revise the other parts.

    `take` is called with the derivations of all events from the first target on, in order, any number at a time.
    """

    def __init__(self, targets: Iterable[Seq], rewritten: Container[Seq] = ()) -> None:
        self.by_target: dict[Seq, list[Seq]] = {t: [] for t in targets}
        self.derivations: dict[Seq, Derivation] = {}
        """By seq, how each event came about that goes with any target."""
        self._rewritten = rewritten
        self._of_event: dict[Seq | None, Targets] = {}
        self._of_subject: dict[str | None, Targets] = {}
        self._of_part: dict[tuple[str | None, int], Targets] = {}
        self._of_next: dict[tuple[Seq, str | None], Targets] = {}

    @property
    def all(self) -> Set[Seq]:
        """The seqs that go with any of the targets."""
        return self.derivations.keys()

    def take(self, derivations: Iterable[Derivation]) -> "Consequences":
        """Works out what goes with the targets among these derivations; returns the `Consequences` itself."""
        for d in derivations:
            asked = frozenset((d.seq,)) if d.seq in self.by_target else _NONE
            if d.kind in KEEPS:
                continue
            targets = self._of_line(d, asked) if d.kind in LINES else self._of_other(d, asked)
            if targets:
                self.derivations[d.seq] = d
                self._of_event[d.seq] = targets
                for target in targets:
                    self.by_target[target].append(d.seq)
        return self

    def _of_line(self, d: Derivation, asked: Targets) -> Targets:
        """The targets that an event of a line goes with; `asked` is the event itself where it is a target."""
        line, part = self._of_subject.get(d.subject, _NONE), self._of_part.get((d.subject, d.part), _NONE)
        targets = _either(asked, _either(line, part))
        if d.kind == "line.revised":
            revised = asked if d.part == 0 else self._of_next.pop((d.seq, d.subject), _NONE)
            if revised:
                targets = _either(targets, revised)
                self._of_next[Seq(d.seq + 1), d.subject] = revised
        elif d.kind == "line.said" and asked:
            if d.part == 0:
                self._of_subject[d.subject] = _either(line, asked)
            else:
                self._of_part[d.subject, d.part] = _either(part, asked)
        return targets

    def _of_other(self, d: Derivation, asked: Targets) -> Targets:
        """The targets that an event of another kind goes with."""
        if d.kind in SCENES:
            return asked
        targets = _either(asked, self._of_event.get(d.cause, _NONE))
        if d.kind != "memory.formed":
            return targets
        memory = self._of_subject.get(d.subject, _NONE)
        targets = _either(targets, memory)
        for source in d.from_:
            targets = _either(targets, self._of_event.get(source, _NONE))
        if later := targets - asked if asked and d.seq in self._rewritten else targets:
            self._of_subject[d.subject] = _either(memory, later)
        return targets


def _either(one: Targets, other: Targets) -> Targets:
    """The union of both; no new set is made where one is empty or both are the same."""
    if not one or one is other:
        return other
    return one | other if other else one
