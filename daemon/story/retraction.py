"""What was taken out of a line of history and brought back: the acts that did so, and what is gone after them. Pure.

A retraction names its targets, and for each what goes with it: what it caused and what derives from it. While any
target is retracted, so is all that went with it; several retractions of the same event do not get in each other's way.
What is retired is out as well, but nobody took it out: it was made of words that stand no more, or something was made
in its place. It comes back only with those words.
"""

from collections.abc import Container, Iterable, Mapping, Sequence, Set
from functools import cached_property

import msgspec

from protocol.events import EventReinstated, EventRetracted, Payload

ACTS = ("event.retracted", "event.reinstated")


class Act(msgspec.Struct, frozen=True, dict=True):
    """An event of the log that retracts or reinstates: by target, what goes; what comes back, and what is retired."""

    seq: int
    gone: Mapping[int, Sequence[int]]
    back: Sequence[int] = ()
    retires: Sequence[int] = ()

    @classmethod
    def of(cls, seq: int, payload: Payload) -> "Act":
        """What such an event says."""
        if isinstance(payload, EventReinstated):
            return cls(seq, {}, payload.targets, payload.retires)
        assert isinstance(payload, EventRetracted)  # noqa: S101 - no other kind of event is an act
        if not payload.also:
            return cls(seq, {}, retires=payload.targets)
        return cls(seq, {t: (t, *more) for t, more in zip(payload.targets, payload.also, strict=True)})

    @cached_property
    def first(self) -> int:
        """The first seq before which it changes nothing."""
        return min([*self.back, *self.retires, *(s for seqs in self.gone.values() for s in seqs)], default=self.seq)


class Gone(msgspec.Struct, frozen=True, dict=True):
    """What is out: by target that was taken out, all that went with it; and what is retired."""

    by_target: Mapping[int, frozenset[int]]
    retired: frozenset[int] = frozenset()

    @cached_property
    def all(self) -> frozenset[int]:
        return self.retired.union(*self.by_target.values())

    @cached_property
    def by_itself(self) -> frozenset[int]:
        """What is out for its own sake, rather than with something else."""
        return self.retired.union(self.by_target)

    @cached_property
    def seqs(self) -> tuple[int, ...]:
        """All of it, in order."""
        return tuple(sorted(self.all))

    def without(self, targets: Sequence[int]) -> frozenset[int]:
        """What is still gone when these targets are back."""
        back = set(targets)
        return self.retired.difference(back).union(*(x for t, x in self.by_target.items() if t not in back))

    def upto(self, seq: int) -> "Gone":
        """As much of it as lies at or before a seq."""
        cut = {t: frozenset(s for s in seqs if s <= seq) for t, seqs in self.by_target.items()}
        return Gone({t: seqs for t, seqs in cut.items() if seqs}, frozenset(s for s in self.retired if s <= seq))


NONE = Gone({})


def after_acts(acts: Iterable[Act]) -> Gone:
    """What is gone after these acts, in their order."""
    gone: dict[int, frozenset[int]] = {}
    retired: set[int] = set()
    for act in acts:
        for target in act.back:
            gone.pop(target, None)
        gone.update({t: gone.get(t, frozenset()).union(seqs) for t, seqs in act.gone.items()})
        retired.difference_update(act.back)
        retired.update(act.retires)
    return Gone(gone, frozenset(retired))


def spoilt(acts: Sequence[Act]) -> list[tuple[int, int]]:
    """The spans of seqs (first and last) at which a state no longer holds for the end of a line: an act that came
    later changed what was before. In order, and apart."""
    spans = sorted((act.first, act.seq - 1) for act in acts if act.first < act.seq)
    merged: list[tuple[int, int]] = []
    for first, last in spans:
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(merged[-1][1], last)
        else:
            merged.append((first, last))
    return merged


def restated(here: Gone, wanted: Gone) -> list[EventRetracted | EventReinstated]:
    """The events that make of what is gone at the start of a fork what is to be gone there."""
    back = {t for t, seqs in here.by_target.items() if wanted.by_target.get(t) != seqs} | here.retired - wanted.retired
    gone = {t: seqs for t, seqs in wanted.by_target.items() if here.by_target.get(t) != seqs}
    retired = wanted.retired - here.retired | wanted.retired & back
    made: list[EventRetracted | EventReinstated] = [EventReinstated(sorted(back))] if back else []
    if gone:
        made.append(EventRetracted(sorted(gone), [sorted(gone[t] - {t}) for t in sorted(gone)]))
    if retired:
        made.append(EventRetracted(sorted(retired)))
    return made


class Tie(msgspec.Struct, frozen=True):
    """What ties an event to those before it: its cause, the line or memory it is about, what it derives from."""

    seq: int
    kind: str
    cause: int | None
    subject: str | None
    part: int
    from_: Sequence[int]


LINES = ("line.said", "line.noticed", "line.revised")

KEEPS = frozenset({"story.created", "branch.created", *ACTS})
"""What holds the history together and cannot be taken out of it."""


Targets = frozenset[int]

_NONE: Targets = frozenset()


class Following:
    """What goes with each of several events when it is retracted, itself first: what it caused, but for further lines,
    and what derives from any of it. The first part of a line stands for the whole line, and its revision for the whole
    revision; of a memory that is among the `retold`, what was told of it before stays.

    It is given the ties from the first target on, in order, a stretch at a time: what goes depends on what came before.
    """

    def __init__(self, targets: Iterable[int], retold: Container[int] = ()) -> None:
        self.by_target: dict[int, list[int]] = {t: [] for t in targets}
        self.ties: dict[int, Tie] = {}
        self._retold = retold
        self._gone: dict[int | None, Targets] = {}
        self._whole: dict[str | None, Targets] = {}
        self._parts: dict[tuple[str | None, int], Targets] = {}
        self._next: dict[tuple[int, str | None], Targets] = {}

    @property
    def all(self) -> Set[int]:
        """All that goes with any of them."""
        return self.ties.keys()

    def take(self, ties: Iterable[Tie]) -> "Following":
        """Goes on with these."""
        for t in ties:
            asked = frozenset((t.seq,)) if t.seq in self.by_target else _NONE
            if t.kind in KEEPS:
                continue
            of = self._line(t, asked) if t.kind in LINES else self._other(t, asked)
            if of:
                self.ties[t.seq] = t
                self._gone[t.seq] = of
                for target in of:
                    self.by_target[target].append(t.seq)
        return self

    def _line(self, t: Tie, asked: Targets) -> Targets:
        of = _either(asked, _either(self._whole.get(t.subject, _NONE), self._parts.get((t.subject, t.part), _NONE)))
        if t.kind == "line.revised":
            led = asked if t.part == 0 else self._next.pop((t.seq, t.subject), _NONE)
            if led:
                of = _either(of, led)
                self._next[t.seq + 1, t.subject] = led
        elif t.kind == "line.said" and asked:
            if t.part == 0:
                self._whole[t.subject] = _either(self._whole.get(t.subject, _NONE), asked)
            else:
                key = t.subject, t.part
                self._parts[key] = _either(self._parts.get(key, _NONE), asked)
        return of

    def _other(self, t: Tie, asked: Targets) -> Targets:
        of = _either(asked, self._gone.get(t.cause, _NONE))
        if t.kind != "memory.formed":
            return of
        told = self._whole.get(t.subject, _NONE)
        of = _either(of, told)
        for source in t.from_:
            of = _either(of, self._gone.get(source, _NONE))
        if later := of - asked if asked and t.seq in self._retold else of:
            self._whole[t.subject] = _either(told, later)
        return of


def _either(one: Targets, other: Targets) -> Targets:
    """The union, made only where there is something to unite."""
    if not one or one is other:
        return other
    return one | other if other else one
