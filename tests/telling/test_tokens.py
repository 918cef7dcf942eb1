"""How many tokens a text has: the estimate, and how it is set right by what an endpoint counts."""

from hypothesis import given
from hypothesis import strategies as st

from daemon.telling.tokens import Calibration, estimate


@given(st.text(), st.text(), st.floats(0.3, 3.0))
def test_an_estimate_is_never_nothing_and_never_more_for_less(one: str, other: str, factor: float) -> None:
    assert estimate(one, factor) >= 1
    assert estimate(one + other, factor) >= estimate(one, factor)
    assert estimate(one + other, factor) <= estimate(one, factor) + estimate(other, factor)


def test_an_estimate_is_near_what_usual_vocabularies_make_of_prose() -> None:
    prose = "The inn stood at the end of the lane, where the river bent and the willows leaned over it. " * 10
    assert 180 <= estimate(prose) <= 280
    assert estimate(prose, 2.0) in range(2 * estimate(prose) - 2, 2 * estimate(prose) + 1)


def test_an_endpoint_that_counts_otherwise_is_believed_in_a_few_replies() -> None:
    calibration = Calibration()
    for _ in range(8):
        estimated = int(1000 * calibration.factor("host"))
        calibration.learn("host", estimated, 1500)
    assert abs(calibration.factor("host") - 1.5) < 0.02
    assert calibration.factor("other") == 1.0


def test_what_an_endpoint_counts_is_not_believed_beyond_reason() -> None:
    calibration = Calibration()
    for _ in range(20):
        calibration.learn("high", int(1000 * calibration.factor("high")), 10**9)
        calibration.learn("low", int(1000 * calibration.factor("low")), 50)
    assert (calibration.factor("high"), calibration.factor("low")) == (3.0, 0.3)


def test_a_prompt_too_short_to_tell_teaches_nothing() -> None:
    calibration = Calibration()
    for estimated, counted in ((10, 400), (400, 10), (0, 0)):
        calibration.learn("host", estimated, counted)
    assert calibration.factor("host") == 1.0
