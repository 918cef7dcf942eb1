"""Which text of a line is current, and what comes and goes with a revision. Pure: rows in, seqs out.

A line has parts. The `line.said` of a part gives it its first text, each `line.revised` another; both are called a
*text* of the part and are known by their seqs. An event is *made of* its cause and of what a memory derives `from`.
Where a line is among that, it was made of the texts of its parts that were current then. A *dependent* of a part is an
event that goes with its `line.said` when that is deleted (`Consequences`), except the kinds in FOR_ANY_TEXT. *Deleted*
includes retired.

**Current** (`Texts.current`): the text of a part, as of a seq, given what is deleted

    revisions up to the seq that are not deleted      current text
    some                                              the latest of them
    none                                              the line.said

**A line is revised** (`retired_by_revision`): its dependents are retired, in the same commit

    FOR_ANY_TEXT    target of a deletion, or retired    retired now
    no              no                                  yes
    otherwise                                           no

**A branch forks at a seq** (`carried`): a part's current text is repeated on the new branch

    part said        line.said deleted    its current text       repeated
    up to the fork   no                   after the fork         yes
    up to the fork   no                   up to the fork         no: the new branch sees it
    up to the fork   yes                  any                    no
    after the fork   any                  any                    no: the new branch has no such part

**Revisions are deleted or reinstated** (`Change.outdated`): a dependent of the parts of their lines is outdated if one
of these parts makes it so. T is the text of the part that it was made of, *other* is any other; *coming back* is what
is deleted before and would not be after

    current before   current after   dependent is coming back     outdated
    T                T               any                          no
    T                other           any                          yes
    other            T               any                          no
    other            other           no                           no: it was kept, though of another text
    other            other           yes                          yes

    It is also outdated if it is coming back and an event that it was made of stays deleted, or if it was made of an
    outdated one. Nothing is done about it where it is not coming back and is already a target or retired.

**What becomes of the outdated**: on a deletion it goes with the target (`deletion`). On a reinstatement it is retired
(`reinstatement`), and so is what was written in the place of a summary that comes back (`written_instead`).

**Retired events come back** (`returning`), whatever they were retired for: where the deletion or reinstatement changes
a current text at all, a retired dependent of the parts of these lines comes back if all of this holds

    every part that it was made of has that text again (what is outdated counts as deleted)
    every event that it was made of is there, or comes back as well
    among summaries of the same cause for the same minds: it is made of the most events, and is the earliest of those

**A revision is purged** (`in_same_words`): so are, on all branches, the revisions that give the part the same text, and
what was made of the part while one of them was its current text, and what was made of that.
"""

from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence, Set
from functools import cached_property

import msgspec

from daemon.story.lineage import END, Tree, sees
from daemon.story.retraction import LINES, Consequences, Deleted, Derivation
from protocol.events import EventReinstated, LineRevised, LineSaid
from protocol.ids import Mask, Seq

FOR_ANY_TEXT = frozenset({*LINES, "time.passed", "model.called", "story.pressed"})
"""Kinds of events that hold whatever the text of the line is that caused them: other lines, the time that it took, the
records of the call and of what brought it about."""

PartId = tuple[str, int]
"""A line's id and the number of a part."""


class LineRow(msgspec.Struct, frozen=True):
    """A row: an event of a line, on any branch. `text` is empty where it gives none (`line.noticed`)."""

    seq: Seq
    branch: str
    kind: str
    line: str
    part: int
    text: str

    @property
    def of(self) -> PartId:
        """The part that it is of."""
        return self.line, self.part


class RetiredRow(msgspec.Struct, frozen=True):
    """A row: a retired event, what it was made of and from how many events it derives. `summary_of` is set where it is
    a summary that something caused: the cause and the mask of the witnesses."""

    seq: Seq
    made_of: Set[Seq]
    size: int = 0
    summary_of: tuple[Seq, Mask] | None = None


class Written(msgspec.Struct, frozen=True):
    """A row: a memory that something caused, with the mask of its witnesses."""

    seq: Seq
    cause: Seq
    witnesses: Mask


class Texts:
    """The texts of some lines' parts that a branch sees, deleted or not, and what is `deleted` on it now.

    `rows` may be of any branch and in any order. Parts without a readable `line.said` are left out.
    """

    def __init__(self, tree: Tree, branch: str, rows: Iterable[LineRow]) -> None:
        self._tree, self._branch = tree, branch
        self.deleted = tree.deleted(branch)  # as of now
        seen = sorted((r for r in rows if sees(tree, branch, r.branch, r.seq)), key=lambda r: r.seq)
        self.said = {r.of: r.seq for r in seen if r.kind == LineSaid.kind}
        self.part_of = {r.seq: r.of for r in seen if r.of in self.said}
        self.revisions: dict[PartId, list[Seq]] = {}
        for r in seen:
            if r.kind == LineRevised.kind and r.of in self.said:
                self.revisions.setdefault(r.of, []).append(r.seq)

    def current(self, part: PartId, deleted: Container[Seq], at: Seq = END) -> Seq:
        """The current text of a part as of a seq, given what is deleted."""
        revisions = (seq for seq in reversed(self.revisions.get(part, ())) if seq <= at and seq not in deleted)
        return next(revisions, self.said[part])

    def current_then(self, part: PartId, at: Seq) -> Seq:
        """The text of a part that was current at a seq, given what was deleted then."""
        return self.current(part, self._tree.deleted(self._branch, at).all, at)

    def parts(self, seqs: Iterable[Seq]) -> list[PartId]:
        """The parts that these events are of, as far as they are events of the lines."""
        return [self.part_of[s] for s in seqs if s in self.part_of]


class Dependents(msgspec.Struct, frozen=True, dict=True):
    """Rows: the texts of the lines of some revisions, and all that depends on them. They are fetched once, for whatever
    is then worked out about any of the revisions."""

    texts: Texts
    """Of the lines of the revisions, of those in `behind`, and of what the retired events were made of."""
    consequences: Consequences
    """Of each `line.said` of a part that was ever revised, of the lines of the revisions and of those in `behind`."""
    line_of: Mapping[Seq, str]
    """By revision, its line."""
    retired: Sequence[RetiredRow] = ()
    """Of what is retired now and depends on these lines, in order; without what is purged."""
    behind: frozenset[str] = frozenset()
    """Lines from which derives what is coming back, at any remove."""

    @cached_property
    def revised(self) -> dict[str, list[PartId]]:
        """By line, its parts that were ever revised."""
        found: dict[str, list[PartId]] = {}
        for part in self.texts.revisions:
            found.setdefault(part[0], []).append(part)
        return found

    def lines(self, seqs: Iterable[Seq]) -> set[str]:
        """The lines of the revisions among these events."""
        return {self.line_of[s] for s in seqs if s in self.line_of}

    def change(self, lines: Iterable[str], after: Set[Seq], coming: Collection[Seq] = ()) -> "Change":
        """The change of the parts of these lines to what is deleted `after`."""
        parts = [p for line in lines for p in self.revised.get(line, ())]
        seqs = {s for p in parts for s in self.consequences.by_target[self.texts.said[p]]}
        dependents = [d for s in sorted(seqs) if (d := self.consequences.derivations[s]).kind not in FOR_ANY_TEXT]
        return Change(self.texts, parts, dependents, after, coming)


class Change:
    """A change of what is deleted on a branch, from now to `after`, and of the current texts of some parts.

    `dependents` are those of the parts, in order; `coming` has the seqs that are deleted now and would not be after.
    """

    def __init__(
        self, texts: Texts, parts: Iterable[PartId], dependents: Sequence[Derivation], after: Set[Seq],
        coming: Collection[Seq] = (),
    ) -> None:  # fmt: skip
        self.texts, self.dependents, self.after, self._coming = texts, dependents, after, coming
        before = texts.deleted.all
        self._texts = {p: (texts.current(p, before), texts.current(p, after)) for p in parts}

    @property
    def of_texts(self) -> bool:
        """Whether any part has another current text after it."""
        return any(before != after for before, after in self._texts.values())

    def outdated(self) -> set[Seq]:
        """The dependents that are outdated, whether or not they are deleted already."""
        found: set[Seq] = set()
        for d in self.dependents:
            made_of, coming = d.made_of, d.seq in self._coming
            lacks = coming and not self.after.isdisjoint(made_of)
            if lacks or not found.isdisjoint(made_of) or any(self._other(p, d.seq, coming) for p in self._parts(d)):
                found.add(d.seq)
        return found

    def to_delete(self) -> list[Seq]:
        """The same, in order, without those that are a target or retired already and are not coming back."""
        by_itself = self.texts.deleted.by_itself
        return [s for s in sorted(self.outdated()) if s in self._coming or s not in by_itself]

    def _parts(self, d: Derivation) -> list[PartId]:
        return [p for p in self.texts.parts(d.made_of) if p in self._texts]

    def _other(self, part: PartId, seq: Seq, coming: bool) -> bool:
        """Whether a dependent with this seq is outdated by the text of a part that it was made of."""
        made_of, (before, after) = self.texts.current_then(part, seq), self._texts[part]
        return made_of != after and (made_of == before or coming)


def deletion(
    d: Dependents, plain: Mapping[Seq, Sequence[Seq]], step: Callable[[], None] = lambda: None
) -> tuple[dict[Seq, list[Seq]], list[Seq]]:
    """What deleting some targets comes to: by target all that goes with it, and the retired events that come back.

    `plain` has by target, in order, what goes with it, without itself; with each goes also what is outdated once it and
    those before it are deleted. `step` is called before each target, and may raise.
    """
    after, also = set(d.texts.deleted.all), dict[Seq, list[Seq]]()
    for target, seqs in plain.items():
        step()
        after.update((target, *seqs))
        also[target] = sorted({*seqs, *d.change(d.lines((target, *seqs)), after).to_delete()})
    return also, returning(d, d.line_of, after)


def reinstatement(
    d: Dependents, targets: Collection[Seq], instead: Iterable[Seq] = ()
) -> tuple[EventReinstated, list[Seq]]:
    """The event that reinstates some targets, and all seqs that are shown again after it.

    `instead`: what was written in the place of summaries among what comes back, with what goes with it.
    """
    deleted = d.texts.deleted
    with_targets = deleted.going_with(targets)
    after = deleted.without(targets)
    change = d.change(d.lines(with_targets) | d.behind, after, deleted.all - after)
    retires = sorted({*change.to_delete(), *(s for s in instead if s not in deleted.by_itself)})
    event = EventReinstated(sorted({*targets, *returning(d, with_targets, after)}), retires)
    return event, sorted(deleted.all - deleted.without(event.targets) - set(retires))


def returning(d: Dependents, revisions: Iterable[Seq], after: Set[Seq]) -> list[Seq]:
    """The retired events that come back where these revisions come or go and `after` is deleted then, in order."""
    change = d.change(d.lines(revisions), after)
    if not change.of_texts:
        return []
    deleted, dependents = after | change.outdated(), {x.seq for x in change.dependents}
    back: dict[Seq, RetiredRow] = {}
    for row in d.retired:
        texts = ((d.texts.current_then(p, row.seq), d.texts.current(p, deleted)) for p in d.texts.parts(row.made_of))
        there = not any(s in deleted and s not in back for s in row.made_of)
        if row.seq in dependents and there and all(then == now for then, now in texts):
            back[row.seq] = row
    return _one_summary_each(back.values())


def _one_summary_each(rows: Iterable[RetiredRow]) -> list[Seq]:
    """These without all but one of the summaries of the same: that made of the most events, the earliest of equals."""
    best: dict[tuple[Seq, Mask], tuple[int, int]] = {}
    others: list[Seq] = []
    for row in rows:
        if row.summary_of is None:
            others.append(row.seq)
        else:
            best[row.summary_of] = max(best.get(row.summary_of, (0, 0)), (row.size, -row.seq))
    return sorted([*others, *(Seq(-seq) for _, seq in best.values())])


def written_instead(coming: Iterable[Written], later: Iterable[Written], with_targets: Container[Seq]) -> list[Seq]:
    """The summaries among the `later` ones that were written in the place of one that is `coming` back: of the same
    cause for the same minds, after it, and not coming back themselves.

    Also where they are deleted for another reason, or the other stays deleted for one: they lack what comes back.
    """
    first: dict[tuple[Seq, Mask], Seq] = {}
    for row in coming:
        first.setdefault((row.cause, row.witnesses), row.seq)
    return [
        row.seq for row in later
        if row.seq not in with_targets and row.seq > first.get((row.cause, row.witnesses), END)
    ]  # fmt: skip


def retired_by_revision(consequences: Consequences, deleted: Deleted) -> list[Seq]:
    """What a revision retires, in order; `consequences` are those of the line's parts."""
    found = consequences.derivations.items()
    return sorted(s for s, d in found if d.kind not in FOR_ANY_TEXT and s not in deleted.by_itself)


def carried(texts: Texts, at: Seq) -> list[Seq]:
    """The current texts that a fork of the branch at a seq repeats, in the order in which their parts were said."""
    deleted = texts.deleted.all
    before = sorted(s for s in texts.said.values() if s <= at and s not in deleted)
    current = (texts.current(texts.part_of[s], deleted) for s in before)
    return [seq for seq in current if seq > at]


def in_same_words(
    tree: Tree, purged: Container[Seq], rows: Sequence[LineRow], dependents: Iterable[tuple[str, Derivation]]
) -> set[Seq]:
    """What goes with purged revisions, on all branches: the revisions that give the same part the same text, as forks
    repeat them, and what was made of a part while one of these was its current text.

    `rows` are all of the lines; `dependents` are with their branches, in order."""
    words = {(r.of, r.text) for r in rows if r.kind == LineRevised.kind and r.seq in purged}
    same = {r.seq for r in rows if r.kind == LineRevised.kind and (r.of, r.text) in words}
    made, texts = set[Seq](), dict[str, Texts]()
    for branch, d in dependents:
        on = texts.get(branch) or texts.setdefault(branch, Texts(tree, branch, rows))
        current = (on.current_then(p, d.seq) for p in on.parts(d.made_of))
        if d.kind not in FOR_ANY_TEXT and (not made.isdisjoint(d.made_of) or any(seq in same for seq in current)):
            made.add(d.seq)
    return same | made
