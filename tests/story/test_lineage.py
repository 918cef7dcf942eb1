"""Lines of history against a model that copies whole histories at every fork."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.story.lineage import END, Branch, Stretch, Tree, agree, ancestry, common, owner, sees, stretches
from protocol.ids import BEGINNING, Seq

EVENT, FORK = "event", "fork"
_ACT = st.tuples(st.sampled_from((EVENT, EVENT, FORK)), st.integers(0, 10**6), st.integers(0, 10**6))
ACTS = st.lists(_ACT, max_size=8) | st.lists(_ACT, min_size=15, max_size=40)
"""What happens, to which of the branches, and how far back."""


class Told:
    """A tree of branches, and beside it every branch's whole history: the seqs of its events, with their branches."""

    def __init__(self, acts: list[tuple[str, int, int]]) -> None:
        self.tree = {"b1": branch("b1", None, 0)}
        self.history: dict[str, list[tuple[int, str]]] = {"b1": []}
        self.seq = 0
        for act, which, back in acts:
            line = sorted(self.tree)[which % len(self.tree)]
            if act == EVENT:
                self.seq += 1 + back % 3  # other stories have seqs of their own
                self.history[line].append((self.seq, line))
            else:
                self._fork(line, back % (self.seq + 1))

    def _fork(self, line: str, at: int) -> None:
        """As the daemon does it: the new branch hangs on the one that owns the seq."""
        new = f"b{len(self.tree) + 1}"
        self.tree[new] = branch(new, owner(self.tree, line, Seq(at)), at)
        self.history[new] = [(seq, own) for seq, own in self.history[line] if seq <= at]

    def read(self, path: list[Stretch]) -> list[tuple[int, str]]:
        """The events of these stretches, read branch by branch."""
        own = {line: [x for x in events if x[1] == line] for line, events in self.history.items()}
        return [x for s in path for x in own[s.branch] if s.after < x[0] <= s.upto]


def branch(id: str, parent: str | None, fork_seq: int) -> Branch:
    return Branch(id, "s1", parent, Seq(fork_seq), "fork", "", BEGINNING)


@given(ACTS)
def test_a_line_sees_its_own_history_and_nothing_else(acts: list[tuple[str, int, int]]) -> None:
    told = Told(acts)
    everything = {x for events in told.history.values() for x in events}
    for line, events in told.history.items():
        assert told.read(stretches(told.tree, line)) == events
        for seq, own in everything:
            assert sees(told.tree, line, own, Seq(seq)) is ((seq, own) in events)


@given(ACTS, st.integers(0, 10**6), st.integers(0, 10**6))
def test_any_part_of_a_history_is_read_by_its_bounds(acts: list[tuple[str, int, int]], from_: int, to: int) -> None:
    told = Told(acts)
    after, upto = from_ % (told.seq + 2), to % (told.seq + 2)
    for line, events in told.history.items():
        path = stretches(told.tree, line, Seq(after), Seq(upto))
        assert told.read(path) == [x for x in events if after < x[0] <= upto]
        assert all(s.after < s.upto for s in path)
        assert [s.after for s in path[1:]] == [s.upto for s in path[:-1]]  # nothing twice, nothing left out between


@given(ACTS, st.integers(0, 60), st.integers(0, 60))
def test_a_tree_that_keeps_its_paths_says_the_same_as_it_grows(
    acts: list[tuple[str, int, int]], after: int, upto: int
) -> None:
    told, grown = Told(acts), Tree()
    for line, own in told.tree.items():
        grown[line] = own
        for known in grown:
            assert stretches(grown, known, Seq(after), Seq(upto)) == stretches(told.tree, known, Seq(after), Seq(upto))
            assert stretches(grown, known) == stretches(told.tree, known)
    late = Tree()
    late.update(told.tree)
    for known in (*reversed(told.tree), *told.tree):  # those that forked last come first, and lead along the others
        assert stretches(late, known) == stretches(told.tree, known)


@given(ACTS)
def test_the_owner_of_a_seq_is_the_branch_whose_event_it_is(acts: list[tuple[str, int, int]]) -> None:
    told = Told(acts)
    for line, events in told.history.items():
        for seq, own in events:
            assert owner(told.tree, line, Seq(seq)) == own
        assert owner(told.tree, line, Seq(told.seq + 1)) == line


@given(ACTS)
def test_two_lines_have_in_common_what_both_see_up_to_where_they_part(acts: list[tuple[str, int, int]]) -> None:
    told = Told(acts)
    for one, events in told.history.items():
        for other, others in told.history.items():
            last = common(told.tree, one, other)
            assert last == common(told.tree, other, one)
            assert [x for x in events if x[0] <= last] == [x for x in others if x[0] <= last]
            assert not {x for x in events if x[0] > last} & {x for x in others if x[0] > last}
            assert (last == END) is (one == other)


def test_going_back_again_and_again_does_not_nest() -> None:
    tree: dict[str, Branch] = {"b1": branch("b1", None, 0)}
    line = "b1"
    for n in range(2, 200):
        new = f"b{n}"
        tree[new] = branch(new, owner(tree, line, Seq(7)), 7)
        line = new
    assert tree[line].parent == "b1"
    assert stretches(tree, line) == [Stretch("b1", BEGINNING, Seq(7)), Stretch(line, Seq(7), END)]


@settings(max_examples=5)
@given(st.integers(1, 5))
def test_a_deep_lineage_is_walked_only_as_far_as_asked(step: int) -> None:
    tree: dict[str, Branch] = {"b0": branch("b0", None, 0)}
    for n in range(1, 3001):
        tree[f"b{n}"] = branch(f"b{n}", f"b{n - 1}", n * step)
    walked = Counted(tree)
    assert stretches(walked, "b3000", Seq(2990 * step)) == [
        *(Stretch(f"b{n}", Seq(n * step), Seq((n + 1) * step)) for n in range(2990, 3000)),
        Stretch("b3000", Seq(3000 * step), END),
    ]  # fmt: skip
    assert walked.asked <= 40
    assert len(stretches(tree, "b3000")) == 3001
    assert len(list(ancestry(tree, "b3000"))) == 3001


class Counted(Mapping[str, Branch]):
    """A tree that counts how often it is looked at."""

    def __init__(self, tree: Mapping[str, Branch]) -> None:
        self._tree, self.asked = tree, 0

    def __getitem__(self, key: str) -> Branch:
        self.asked += 1
        return self._tree[key]

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._tree)

    def __len__(self) -> int:
        return len(self._tree)


@st.composite
def ways(draw: st.DrawFn) -> list[Stretch]:
    """A way through a log of twenty events on three branches."""
    ends = sorted(draw(st.sets(st.integers(0, 20), min_size=2, max_size=8)))
    pairs = list(zip(ends[::2], ends[1::2], strict=False))
    return [Stretch(draw(st.sampled_from("pqr")), Seq(after), Seq(upto)) for after, upto in pairs]


@given(ways(), ways())
def test_two_ways_agree_up_to_where_they_part(one: list[Stretch], other: list[Stretch]) -> None:
    def seen(way: list[Stretch], upto: int) -> list[tuple[str, int]]:
        return [(s.branch, seq) for s in way for seq in range(s.after + 1, s.upto + 1) if seq <= upto]

    agreed = agree(one, other)
    assert seen(one, agreed) == seen(other, agreed), "no more than they share"
    assert agree(one, one) == END
    assert one == other or agreed <= max([s.upto for s in [*one, *other]], default=0)
