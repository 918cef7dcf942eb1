"""How much time lines take: more words more time, deeds more than words, and never absurdly much or none."""

from hypothesis import given
from hypothesis import strategies as st

from daemon.story.decide import Part
from daemon.telling.pace import LONGEST, minutes
from tests.telling.said import line

TEXT = st.text(alphabet="ab ", min_size=1, max_size=400)
MANNERS = st.sampled_from(["speech", "action", "thought", "whisper", "message", "narration"])


def test_an_exchange_takes_a_minute_and_a_letter_some() -> None:
    talk = [line(1, "you", "Have you a room for me?"), line(2, "a", "We are full, but come in.")]
    assert minutes(talk) == 1
    assert minutes([line(1, "you", Part("message", "word " * 100, ["a"]))]) == 3
    assert minutes([line(1, "a", Part("action", "digs a hole")), *talk * 6]) == 2


def test_what_is_said_out_of_the_story_takes_no_time() -> None:
    assert minutes([]) == 0
    assert minutes([line(1, "you", Part("ooc", "Shall we stop for today?"))]) == 0


@given(st.lists(st.tuples(MANNERS, TEXT), min_size=1, max_size=30))
def test_it_is_a_minute_at_least_and_grows_with_what_is_told(parts: list[tuple[str, str]]) -> None:
    lines = [line(n, "a", Part(manner, text)) for n, (manner, text) in enumerate(parts, 1)]  # type: ignore[arg-type]
    taken = [minutes(lines[:n]) for n in range(1, len(lines) + 1)]
    assert taken == sorted(taken)
    assert taken[0] >= 1 and taken[-1] <= LONGEST
