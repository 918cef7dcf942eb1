"""What goes with many events at once is what goes with each of them, by a simple account of one."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from daemon.story.retraction import KEEPS, LINES, Consequences, Derivation
from protocol.ids import Seq

KINDS = (*LINES, *LINES, "memory.formed", "memory.formed", "time.passed", "prop.placed", *sorted(KEEPS))


@st.composite
def stories(draw: st.DrawFn) -> list[Derivation]:
    """Derivations of events that name a few lines and memories again and again, with gaps between them."""
    derivations: list[Derivation] = []
    seq = 0
    for _ in range(draw(st.integers(1, 25))):
        seq += draw(st.sampled_from([1, 1, 1, 2]))
        kind = draw(st.sampled_from(KINDS))
        before = [t.seq for t in derivations]
        cause = draw(st.sampled_from([None, *before]))
        told = kind in LINES or kind == "memory.formed"
        subject = draw(st.sampled_from(["l1", "l2"] if kind in LINES else ["m1", "m2", "l1"])) if told else None
        part = draw(st.integers(0, 2)) if kind in LINES else 0
        from_ = draw(st.lists(st.sampled_from(before), max_size=3)) if before and kind == "memory.formed" else ()
        derivations.append(Derivation(Seq(seq), kind, cause, subject, part, from_))
    return derivations


def alone(derivations: Sequence[Derivation], target: int, rewritten: bool) -> list[int]:
    """What goes with one event: gone through once, from it on."""
    gone: list[int] = []
    subjects: set[str | None] = set()
    parts: set[tuple[str | None, int]] = set()
    next_part: tuple[int, str | None] = 0, None
    for t in derivations:
        asked = t.seq == target
        if t.seq < target or t.kind in KEEPS:
            continue
        if t.kind in LINES:
            goes = asked or t.subject in subjects or (t.subject, t.part) in parts
            if t.kind == "line.revised" and (asked if t.part == 0 else (t.seq, t.subject) == next_part):
                goes, next_part = True, (t.seq + 1, t.subject)
            if asked and t.kind == "line.said":
                (subjects.add(t.subject) if t.part == 0 else parts.add((t.subject, t.part)))
        else:
            memory = t.kind == "memory.formed"
            goes = asked or t.cause in gone or (memory and (t.subject in subjects or bool({*gone} & {*t.from_})))
            if goes and memory and not (asked and rewritten):
                subjects.add(t.subject)
        if goes:
            gone.append(t.seq)
    return gone


@given(stories(), st.data())
def test_what_goes_with_many_is_what_goes_with_each(derivations: list[Derivation], data: st.DataObject) -> None:
    seqs = [t.seq for t in derivations]
    targets = data.draw(st.sets(st.sampled_from(seqs), min_size=1))
    rewritten = data.draw(st.sets(st.sampled_from(seqs)))
    consequences, cut = Consequences(targets, rewritten), data.draw(st.integers(0, len(derivations)))
    consequences.take(derivations[:cut]).take(derivations[cut:])
    assert consequences.by_target == {t: alone(derivations, t, t in rewritten) for t in targets}
    assert set(consequences.all) == {s for some in consequences.by_target.values() for s in some}
    assert all(consequences.derivations[s].seq == s for s in consequences.all)
