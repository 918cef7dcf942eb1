"""Feelings that moments stir: they have inertia, and what is left over counts later."""

import pytest

from daemon.story.decide import Stir
from protocol.world import Leaning
from tests.story.given import Story, do, house, masks


def warmth(*pushes: int, start: int = 0) -> list[int]:
    """The warmth after each of these pushes."""
    story = house(do("set", what="edge", id="a>you", values={"warmth": start}))
    found = []
    for push in pushes:
        story.give([Stir(from_="a", to="you", warmth=push)])
        found.append(story.state("a").edges["a>you"].warmth)
    return found


@pytest.mark.parametrize(
    ("start", "pushes", "after"),
    [
        (0, [1], [1]), (0, [-1], [-1]), (0, [2], [1]),
        (1, [1, 1], [2, 2]), (2, [1, 1, 1], [2, 3, 3]), (2, [2, 2], [3, 3]),
        (4, [1, 1, 1, 1, 1], [4, 4, 4, 5, 5]), (5, [2, 2, 2, 2], [5, 5, 5, 5]), (-5, [-2, -2], [-5, -5]),
        (3, [-1], [2]), (-3, [1], [-2]), (1, [-2], [0]),
        (1, [1, -1, 1], [2, 1, 2]),
        (2, [0, 0, 0], [2, 2, 2]),
        (0, [9], [1]), (2, [1, 1, 0, 1], [2, 3, 3, 3]),
    ],
)  # fmt: skip
def test_the_further_a_number_is_from_nothing_the_more_it_takes(
    start: int, pushes: list[int], after: list[int]
) -> None:
    assert warmth(*pushes, start=start) == after


def test_a_few_kind_acts_are_no_great_love() -> None:
    assert warmth(*[1] * 6)[-1] == 3
    assert warmth(*[1] * 40)[-1] == 5


def test_what_somebody_feels_is_theirs_alone_with_its_note() -> None:
    story = house(do("feel", from_="a", to="you", note="a stranger, and cold"))
    happened = story.give(
        [Stir(from_="a", to="you", trust=1, note="the man with the watch", because="he gave it back")]
    )
    assert masks(happened) == [("edge.changed", "a")]
    edge = story.state("a").edges["a>you"]
    assert (edge.trust, edge.note, happened[0].payload.because) == (1, "the man with the watch", "he gave it back")
    assert "a>you" not in story.state("you").edges
    story.give([Stir(from_="a", to="you", trust=1)])
    assert story.state("a").edges["a>you"].note == "the man with the watch", "it stays until it is renewed"


def test_what_leans_toward_a_change_is_kept_until_the_author_sets_it() -> None:
    story = house(do("set", what="edge", id="a>you", values={"warmth": 2}))
    story.give([Stir(from_="a", to="you", warmth=1)])
    assert story.state("a").edges["a>you"].leaning == Leaning(warmth=1)
    story.when(do("feel", from_="a", to="you", trust=1))
    assert story.state("a").edges["a>you"].leaning == Leaning(warmth=1)
    story.when(do("set", what="edge", id="a>you", values={"warmth": 2}))
    assert story.state("a").edges["a>you"].leaning == Leaning()


def test_nobody_is_stirred_toward_themselves_or_somebody_who_is_not_there() -> None:
    story: Story = house()
    assert story.may(Stir(from_="a", to="a", warmth=1)) == []
    alone = Story(do("add_entity", entity="you", name="Sam"))
    assert alone.may(Stir(from_="you", to="b", warmth=1)) == []
