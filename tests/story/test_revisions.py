"""Which text is current and what comes and goes with a revision: the table of story/revisions.py line by line."""

from collections.abc import Iterable, Sequence

import pytest

from daemon.story.lineage import Branch, Tree
from daemon.story.retraction import Act, Consequences, Derivation
from daemon.story.revisions import (
    Change,
    Dependents,
    LineRow,
    RetiredRow,
    Texts,
    Written,
    carried,
    in_same_words,
    retired_by_revision,
    returning,
    written_instead,
)
from protocol.ids import BEGINNING, Mask, Seq
from tests.laws.listed import ROOT, Listed, shown

PART = "l1", 0


def texts(*seqs: int, acts: Sequence[Act] = ()) -> Texts:
    """Of one part, said first and then revised, after these acts."""
    tree = Tree()
    tree[ROOT] = Branch(ROOT, "s1", None, BEGINNING, "root", "", Seq(1))
    for act in acts:
        tree.add_act(ROOT, act)
    return Texts(tree, ROOT, [
        LineRow(Seq(seq), ROOT, "line.revised" if n else "line.said", *PART, f"Text {seq}.")
        for n, seq in enumerate(seqs)
    ])  # fmt: skip


def listed(seqs: Iterable[int]) -> list[Seq]:
    return [Seq(s) for s in seqs]


def memory(seq: int, *from_: int, cause: int | None = None) -> Derivation:
    return Derivation(Seq(seq), "memory.formed", None if cause is None else Seq(cause), f"m{seq}", 0, listed(from_))


def deleting(seq: int, *targets: int) -> Act:
    return Act(Seq(seq), {Seq(t): listed((t,)) for t in targets})


@pytest.mark.parametrize(
    ("deleted", "at", "current"), [((), 9, 5), ((), 4, 3), ((5,), 9, 3), ((3,), 4, 1), ((3, 5), 9, 1), ((), 1, 1)]
)
def test_current_is_the_latest_revision_that_is_not_deleted_or_else_what_was_said(
    deleted: tuple[int, ...], at: int, current: int
) -> None:
    assert texts(1, 3, 5).current(PART, listed(deleted), Seq(at)) == current


def test_the_text_that_was_current_then_is_that_of_what_was_deleted_then() -> None:
    of = texts(1, 3, 5, acts=[deleting(4, 3), Act(Seq(7), {}, reinstates=listed((3,))), deleting(8, 5)])
    assert [of.current_then(PART, Seq(at)) for at in range(1, 9)] == [1, 1, 3, 1, 5, 5, 5, 3]


def test_a_revision_retires_what_depends_on_the_line_except_what_holds_for_any_text() -> None:
    kinds = ("line.noticed", "time.passed", "model.called", "note.set", "note.set")
    found = Consequences([Seq(1)]).take([
        Derivation(Seq(1), "line.said", None, "l1", 0, ()), memory(2, 1), memory(3, 1),
        *(Derivation(Seq(4 + n), kind, Seq(1), "l1" if n == 0 else None, 0, ()) for n, kind in enumerate(kinds)),
    ])  # fmt: skip
    assert found.by_target[Seq(1)] == [1, 2, 3, 4, 5, 6, 7, 8]
    retired = texts(
        1,
        acts=[
            deleting(9, 3),
            Act(Seq(10), {}, retires=listed((8,))),
            Act(Seq(11), {Seq(2): listed((2,)), Seq(99): listed((99, 7))}),
        ],
    ).deleted
    assert retired_by_revision(found, retired) == [7], "which went with another one"


@pytest.mark.parametrize(
    ("at", "acts", "repeated"),
    [(2, (), [5]), (4, (), [5]), (5, (), []), (0, (), []), (2, (deleting(6, 5),), [3]), (4, (deleting(6, 5),), []),
     (2, (deleting(6, 1),), [])],
)  # fmt: skip
def test_a_fork_repeats_the_current_text_of_what_was_said_before_it(
    at: int, acts: Sequence[Act], repeated: list[int]
) -> None:
    assert carried(texts(1, 3, 5, acts=acts), Seq(at)) == repeated


@pytest.mark.parametrize(
    ("made_of", "before", "after", "coming", "outdated"),
    [
        # T is the text that the dependent was made of: 1 at seq 2, 3 at seq 4, 5 at seq 6.
        (5, 5, 5, False, False),
        (5, 5, 5, True, False),
        (5, 5, 3, False, True),
        (5, 5, 3, True, True),
        (3, 5, 3, False, False),
        (3, 5, 3, True, False),
        (1, 5, 3, False, False),
        (1, 5, 3, True, True),
        (1, 5, 5, False, False),
        (1, 5, 5, True, True),
    ],
)
def test_a_dependent_is_outdated_when_the_text_it_was_made_of_goes_and_comes_back_with_no_other(
    made_of: int, before: int, after: int, coming: bool, outdated: bool
) -> None:
    of = texts(1, 3, 5)
    assert before == of.current(PART, of.deleted.all)
    d = memory(made_of + 1, 1)
    assert of.current_then(PART, d.seq) == made_of
    change = Change(of, [PART], [d], {Seq(5)} if after == 3 else set(), [d.seq] if coming else ())
    assert change.outdated() == ({d.seq} if outdated else set())


def test_what_lacks_a_source_or_has_an_outdated_one_is_outdated_as_well() -> None:
    of = texts(1, 3, acts=[deleting(20, 8, 9), Act(Seq(21), {}, retires=listed((11,)))])
    old, on_old, lacks, there, retired = memory(4, 1), memory(5, 4), memory(9, 8), memory(10, 8), memory(11, 4)
    change = Change(of, [PART], [old, on_old, lacks, there, retired], {Seq(3), Seq(8), Seq(10)}, [Seq(9)])
    assert change.outdated() == {4, 5, 9, 11}
    assert change.to_delete() == [4, 5, 9], "what is retired already is left"


def dependents(of: Texts, *found: Derivation, retired: Sequence[RetiredRow]) -> Dependents:
    said = Derivation(Seq(1), "line.said", None, "l1", 0, ())
    return Dependents(of, Consequences([Seq(1)]).take([said, *found]), dict.fromkeys(of.revisions[PART], "l1"), retired)


def test_what_is_retired_comes_back_with_its_text_and_all_that_it_was_made_of() -> None:
    found = memory(2, 1), memory(4, 1), memory(6, 2), memory(7, 1), memory(8, 1, 9), memory(12, 1), memory(13, 7)
    of = texts(1, 3, 5, acts=[Act(Seq(14), {}, retires=listed((2, 4, 6, 8, 12, 13))), deleting(15, 9)])
    of_another_line = RetiredRow(Seq(11), {Seq(10)})
    retired = [*(RetiredRow(d.seq, d.made_of) for d in found if d.seq != 7), of_another_line]
    rows, deleted = dependents(of, *found, retired=retired), of.deleted.all
    assert returning(rows, [Seq(5)], {Seq(5), *deleted}) == [4], "of text 3"
    assert returning(rows, [Seq(3), Seq(5)], {Seq(3), Seq(5), *deleted}) == [2, 6], "of text 1, and what was made of it"
    assert returning(rows, [Seq(3)], {Seq(3), *deleted}) == [], "no current text has changed"


def test_of_several_summaries_of_the_same_the_one_of_the_most_comes_back() -> None:
    one, other = (Seq(9), Mask(1)), (Seq(9), Mask(2))
    sizes = {Seq(10): (1, one), Seq(11): (2, one), Seq(12): (2, one), Seq(13): (1, other)}
    of = texts(1, 15, acts=[Act(Seq(20), {}, retires=[*sizes])])
    retired = [RetiredRow(seq, {Seq(1)}, *row) for seq, row in sizes.items()]
    rows = dependents(of, *(memory(seq, 1) for seq in sizes), retired=retired)
    assert returning(rows, [Seq(15)], {Seq(15), *sizes}) == [11, 13]


def test_what_was_written_instead_is_later_of_the_same_cause_for_the_same_mind() -> None:
    coming = [Written(Seq(10), Seq(5), Mask(1)), Written(Seq(12), Seq(5), Mask(1)), Written(Seq(13), Seq(6), Mask(2))]
    later = [
        Written(Seq(9), Seq(5), Mask(1)),
        Written(Seq(11), Seq(5), Mask(1)),
        Written(Seq(12), Seq(5), Mask(1)),
        Written(Seq(14), Seq(5), Mask(2)),
        Written(Seq(15), Seq(6), Mask(2)),
    ]
    assert written_instead(coming, later, {Seq(10), Seq(12), Seq(13)}) == [11, 15]


def last_act(it: Listed) -> tuple[list[int], list[int]]:
    act = it.naive.payload(it.naive.rows[-1])
    return act.targets, act.retires


@pytest.mark.parametrize("target", [2, 3])
def test_what_is_reinstated_after_its_line_was_revised_is_retired_and_comes_back_with_its_text(target: int) -> None:
    it = Listed()
    it.say(ROOT, 0, 0)
    it.remember(ROOT, 0, 0)
    it.remember(ROOT, 0, 0)
    assert [it.naive.payload(r).from_ for r in it.naive.rows[1:]] == [[1], [2]], "one of the line, one of that"
    it.delete_these(ROOT, [Seq(target)])
    it.revise(ROOT, 0, 0)
    revision = it.seq
    it.reinstate_this(ROOT, target)
    assert last_act(it) == ([target], [target])
    assert it.tree.deleted(ROOT).retired == {2, 3}
    it.delete_these(ROOT, [Seq(revision)])
    assert last_act(it) == ([2, 3], [])
    assert shown(it, ROOT) == [1, 2, 3]


def test_what_was_retired_comes_back_with_a_revision_that_is_reinstated() -> None:
    it = Listed()
    it.say(ROOT, 0, 0)
    it.revise(ROOT, 0, 0)
    it.remember(ROOT, 0, 0)
    it.revise(ROOT, 0, 1)
    assert it.naive.revisions(ROOT) == [2, 5] and it.tree.deleted(ROOT).retired == {3}
    it.delete_these(ROOT, [Seq(2)])
    it.delete_these(ROOT, [Seq(5)])
    it.reinstate_this(ROOT, 2)
    assert last_act(it) == ([2, 3], [])
    assert shown(it, ROOT) == [1, 2, 3]


@pytest.mark.parametrize("deleted", [False, True])
def test_a_summary_that_comes_back_retires_the_one_that_was_written_instead_unless_that_was_deleted(
    deleted: bool,
) -> None:
    it = Listed()
    it.say(ROOT, 3, 0)
    it.sum_up(ROOT, 0, 0)
    first = it.seq
    it.delete_these(ROOT, [Seq(first)])
    it.sum_up(ROOT, 0, 0)
    instead = it.seq
    if deleted:
        it.delete_these(ROOT, [Seq(instead)])
    it.reinstate_this(ROOT, first)
    assert last_act(it) == ([first], [] if deleted else [instead])


def test_a_purge_of_a_revision_takes_its_words_on_forks_and_what_was_made_of_them_at_any_remove() -> None:
    it = Listed()
    it.say(ROOT, 0, 0)
    it.remember(ROOT, 0, 0)
    it.revise(ROOT, 0, 0)
    revision = it.seq
    it.remember(ROOT, 0, 0)
    it.remember(ROOT, 0, 0)
    assert [it.naive.payload(r).from_ for r in it.naive.rows[-2:]] == [[revision], [revision + 1]]
    new = it.fork_at(ROOT, 1)
    repeated = it.seq
    assert it.naive.revisions(new) == [repeated]
    assert it.in_same_words({Seq(revision)}) == {revision, revision + 1, revision + 2, repeated}
    assert it.in_same_words({Seq(repeated)}) == {revision, revision + 1, revision + 2, repeated}


def test_a_purge_of_a_revision_leaves_what_holds_for_any_text() -> None:
    tree = Tree()
    tree[ROOT] = Branch(ROOT, "s1", None, BEGINNING, "root", "", Seq(1))
    rows = [LineRow(Seq(1), ROOT, "line.said", *PART, "Old."), LineRow(Seq(3), ROOT, "line.revised", *PART, "New.")]
    caused = [
        (ROOT, Derivation(Seq(4 + n), kind, Seq(1), None, 0, ())) for n, kind in enumerate(("time.passed", "note.set"))
    ]
    assert in_same_words(tree, {Seq(3)}, rows, caused) == {3, 5}
