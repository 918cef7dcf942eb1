"""What comes and goes with revisions on random stories in memory, against the simple account of them.

`FABULA_LONG=1000` runs so many examples of each law.
"""

import os
from collections.abc import Sequence
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.ids import Seq
from tests.laws.listed import ROOT, Listed, shown
from tests.laws.naive import STAYING

MANY = int(os.environ.get("FABULA_LONG", "0"))
"""Examples of each law, if so said."""


WHAT = (*("say",) * 4, *("remember",) * 4, *("revise",) * 5, *("unrevise", "delete", "reinstate") * 3,
        "reword", "sum_up", "sum_up", "fork")  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from(WHAT), st.integers(0, 30), st.integers(0, 11), st.integers(0, 7)), min_size=5, max_size=30
)
Step = tuple[str, int, int, int]


def after(steps: Sequence[Step]) -> Listed:
    it = Listed()
    it.say(ROOT, 3, 2)
    for step in steps:
        take(it, step)
    return it


def take(it: Listed, step: Step) -> str:
    what, a, b, n = step
    branch = [*it.tree][n % len(it.tree)] if n > 3 else ROOT
    getattr(it, what)(branch, a, b)
    return branch


def agrees(it: Listed, branch: str) -> None:
    """What is deleted and current is what the simple account says; nothing is shown that was made of a text that is not
    current, or of what is deleted."""
    sees = {r["seq"] for r in it.naive.all(branch)}
    assert it.tree.deleted(branch).all & sees == it.naive.gone(branch)
    texts, deleted = it.texts(branch), it.tree.deleted(branch).all
    current = {p: texts.current(p, deleted) for p, said in texts.said.items() if said not in deleted}
    assert current == {p: seq for p, (_, _, seq) in it.naive.words(branch).items()}
    assert not it.naive.of_other_words(branch)
    assert not it.naive.orphans(branch)


@settings(max_examples=MANY or 60)
@given(STEPS)
def test_every_branch_shows_what_is_of_its_current_texts(steps: list[Step]) -> None:
    it = Listed()
    it.say(ROOT, 3, 2)
    for step in steps:
        agrees(it, take(it, step))
    for branch in it.tree:
        agrees(it, branch)


@settings(max_examples=MANY or 30)
@given(STEPS, st.integers(0, 7), st.integers(0, 40))
def test_a_fork_has_the_texts_of_the_branch(steps: list[Step], n: int, at: int) -> None:
    it = after(steps)
    of = [*it.tree][n % len(it.tree)]
    before = it.naive.words(of)
    new = it.fork(of, at, 0)
    there = it.naive.words(new)
    fork = it.tree[new].fork_seq
    assert {p: x[:2] for p, x in there.items()} == {p: x[:2] for p, x in before.items() if x[0] <= fork}
    agrees(it, new)


@settings(max_examples=MANY or 30)
@given(STEPS, st.lists(st.integers(0, 40), min_size=1, max_size=4))
def test_what_is_deleted_and_reinstated_is_as_it_was(steps: list[Step], which: list[int]) -> None:
    # Without `reinstate`: a part that was deleted while its line was revised comes back without what it caused. That
    # was retired with all else of the line, and may come back where the line's current text changes.
    it = after([step for step in steps if step[0] != "reinstate"])
    before = shown(it, ROOT)
    targets: list[Seq] = []
    for n in which:
        if now := [s for s in shown(it, ROOT) if s in before and s > 1]:
            targets.append(Seq(now[n % len(now)]))
            it.delete_these(ROOT, targets[-1:])
    for target in targets:
        if target in it.tree.deleted(ROOT).by_target:
            it.reinstate_this(ROOT, target)
    agrees(it, ROOT)
    assert shown(it, ROOT) == before


@settings(max_examples=MANY or 30)
@given(STEPS, st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2)), min_size=1, max_size=4), st.randoms())
def test_revisions_that_are_deleted_again_leave_no_trace(
    steps: list[Step], made: list[tuple[int, int]], rng: Random
) -> None:
    # Without `reinstate`: what was written instead of what comes back is retired though its text is current, and so may
    # come back where the current text changes to and fro. Without `reword`: a memory in other words, which went with
    # the memory at a revision, is not retired with it again where that revision is reinstated.
    it = after([step for step in steps if step[0] not in ("reinstate", "reword")])
    before, last = shown(it, ROOT), it.seq
    for a, b in made:
        it.revise(ROOT, a, b)
    revised, new = shown(it, ROOT), [s for s in it.naive.revisions(ROOT) if s > last]
    rng.shuffle(new)
    for seq in new:
        if seq in it.naive.revisions(ROOT):
            it.delete_these(ROOT, [Seq(seq)])
            agrees(it, ROOT)
    assert shown(it, ROOT) == before
    deleted = [s for s in it.tree.deleted(ROOT).by_target if s in new]
    rng.shuffle(deleted)
    for seq in deleted:
        it.reinstate_this(ROOT, seq)
        agrees(it, ROOT)
    assert shown(it, ROOT) == revised


@settings(max_examples=MANY or 30)
@given(STEPS, st.integers(0, 40))
def test_a_purge_of_a_revision_is_of_its_words_on_all_branches(steps: list[Step], n: int) -> None:
    it = after(steps)
    payloads = {r["seq"]: it.naive.payload(r) for r in it.naive.rows if r["kind"] == "line.revised"}
    if not payloads:
        return
    purged = [*payloads][n % len(payloads)]
    same = {s for s, p in payloads.items() if p == payloads[purged]}
    part = payloads[purged].line, payloads[purged].part
    made: set[int] = set()
    for row in it.naive.rows:
        _, _, text = it.naive.words(row["branch"], at=row["seq"]).get(part, (0, "", 0))
        of = it.naive.sources(row)
        line = {r["seq"] for r in it.naive.rows if r["kind"] in STAYING and r["subject"] == part[0]
                and it.naive.payload(r).part == part[1]}  # fmt: skip
        if row["kind"] not in STAYING and (of & made or (text in same and of & line)):
            made.add(row["seq"])
    assert it.in_same_words({purged}) == same | made
