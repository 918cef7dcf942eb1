"""How much is seen of a span, counted from what came since it was last looked at, is what counting all of it gives."""

from hypothesis import given
from hypothesis import strategies as st

from daemon.store.recall.visible import Sizes

KEYS = st.integers(0, 40)


@given(st.lists(KEYS), st.lists(st.tuples(KEYS, st.integers(-1, 40), st.integers(0, 2)), max_size=12))
def test_counts_are_those_of_the_whole_span(keys: list[int], looks: list[tuple[int, int, int]]) -> None:
    sizes, read = Sizes(), list[int]()

    def count(span: tuple[int, int]) -> tuple[int, int]:
        first, last = span
        assert first <= last, "what is empty is not counted"
        read.append(last - first + 1)
        found = [key for key in keys if first <= key <= last]
        return len(found), sum(found)

    for first, length, lens in looks:
        last = first + length
        expected = [key for key in keys if first <= key <= last]
        assert sizes.of((first, lens, 1), last, count) == (len(expected), sum(expected))
        read.clear()
        assert sizes.of((first, lens, 1), last, count) == (len(expected), sum(expected))
        assert not read, "it is counted once"
        sizes.of((first, lens, 1), last + 3, count)
        assert sum(read) == 3, "only what came since is counted"
