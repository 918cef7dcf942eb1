"""What was taken out of a line of history and brought back: the acts that did so, and what is gone after them. Pure.

A retraction names its targets, and for each what goes with it: what it caused and what derives from it. While any
target is retracted, so is all that went with it; several retractions of the same event do not get in each other's way.
What is retired is out as well, but nobody took it out: it was made of words that stand no more, or something was made
in its place. It comes back only with those words.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import msgspec

from protocol.events import EventReinstated, EventRetracted, Payload

ACTS = ("event.retracted", "event.reinstated")


class Act(msgspec.Struct, frozen=True):
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

    @property
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
        return self.retired.difference(targets).union(*(x for t, x in self.by_target.items() if t not in targets))

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


def goes_with(ties: Iterable[Tie], target: int, *, retold: bool = False) -> list[int]:
    """All that goes when an event is retracted, itself first: what it caused, but for further lines, and what derives
    from any of it. The first part of a line stands for the whole line, and its revision for the whole revision; a
    memory that is `retold` there is then as it was before. `ties` are the events from it on, in order."""
    gone: set[int] = set()
    parts: set[tuple[str | None, int]] = set()
    whole: set[str | None] = set()
    next_part: tuple[int, str | None] = 0, None
    for t in ties:
        asked = t.seq == target
        if t.kind in LINES:
            goes = asked or t.subject in whole or (t.subject, t.part) in parts
            if t.kind == "line.revised" and (asked if t.part == 0 else (t.seq, t.subject) == next_part):
                goes, next_part = True, (t.seq + 1, t.subject)
            if asked and t.kind == "line.said":
                (whole.add(t.subject) if t.part == 0 else parts.add((t.subject, t.part)))
        elif t.kind in KEEPS:
            goes = False
        else:
            goes = asked or t.cause in gone or (t.kind == "memory.formed" and _derives(t, gone, whole))
            if goes and t.kind == "memory.formed" and not (asked and retold):
                whole.add(t.subject)
        if goes:
            gone.add(t.seq)
    return sorted(gone)


def _derives(t: Tie, gone: set[int], whole: set[str | None]) -> bool:
    return t.subject in whole or not gone.isdisjoint(t.from_)
