"""The moments for which something is agreed, by the words for them."""

import pytest

from daemon.telling.appointed import appointed

NOW = "2031-05-01T10:30:00"
"""A Thursday."""


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("2031-05-02 09:00", "2031-05-02T09:00:00"), ("2031-05-02T09:00:30", "2031-05-02T09:00:30"),
        ("tomorrow at nine", "2031-05-02T09:00:00"), ("tomorrow at 3", "2031-05-02T15:00:00"),
        ("nine tomorrow", "2031-05-02T09:00:00"), ("at half past eight tomorrow evening", "2031-05-02T20:30:00"),
        ("tonight at eleven", "2031-05-01T23:00:00"), ("eleven tonight", "2031-05-01T23:00:00"),
        ("at eleven", "2031-05-01T11:00:00"), ("at ten", "2031-05-01T22:00:00"), ("09:00", "2031-05-02T09:00:00"),
        ("at 4 p.m.", "2031-05-01T16:00:00"), ("quarter to one", "2031-05-01T12:45:00"),
        ("midnight", "2031-05-02T00:00:00"), ("tomorrow at noon", "2031-05-02T12:00:00"),
        ("Friday at 14:00", "2031-05-02T14:00:00"), ("on Thursday at nine", "2031-05-08T09:00:00"),
        ("in two hours", "2031-05-01T12:30:00"), ("in half an hour", "2031-05-01T11:00:00"),
        ("in three days at nine", "2031-05-04T09:00:00"), ("in three days", "2031-05-04T10:30:00"),
        ("the day after tomorrow at six", "2031-05-03T18:00:00"),
        ("tomorrow", None), ("after the harvest", None), ("when the two of us are alone", None),
        ("2031-13-45 09:00", None),
    ],
)  # fmt: skip
def test_words_for_a_moment(words: str, moment: str | None) -> None:
    assert appointed(words, NOW) == moment


def test_without_a_clock_only_a_date_is_a_moment() -> None:
    assert appointed("tomorrow at nine", None) is None
    assert appointed("2031-05-02 09:00", None) == "2031-05-02T09:00:00"
