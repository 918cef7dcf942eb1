"""The times that a question names, as stretches of story time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.telling.when import YEARS, times

NOW = "2023-10-22T10:55:00"  # a Sunday


def days(text: str, now: str | None = NOW) -> list[tuple[str, str]]:
    return [(first.removesuffix("T00:00:00"), beyond.removesuffix("T00:00:00")) for first, beyond in times(text, now)]


@pytest.mark.parametrize(
    ("text", "first", "beyond"),
    [
        ("What happened on 2023-07-13?", "2023-07-13", "2023-07-14"),
        ("in 2023-12", "2023-12-01", "2024-01-01"),
        ("What did she show you on October 13, 2023?", "2023-10-13", "2023-10-14"),
        ("on 3 July 2023", "2023-07-03", "2023-07-04"),
        ("on the 1st of February 2022", "2022-02-01", "2022-02-02"),
        ("in March 2021", "2021-03-01", "2021-04-01"),
        ("How often in 2022?", "2022-01-01", "2023-01-01"),
        ("What did we do yesterday?", "2023-10-21", "2023-10-22"),
        ("what was said today", "2023-10-22", "2023-10-23"),
        ("last Friday", "2023-10-20", "2023-10-21"),
        ("on sunday", "2023-10-15", "2023-10-16"),
        ("two weeks ago", "2023-10-06", "2023-10-11"),
    ],
)
def test_a_time_is_a_stretch(text: str, first: str, beyond: str) -> None:
    assert days(text) == [(first, beyond)]


def test_without_a_year_it_may_be_any_of_the_last() -> None:
    assert days("in June") == [(f"{y}-06-01", f"{y}-07-01") for y in range(2024 - YEARS, 2024)]
    assert ("2020-02-29", "2020-03-01") in days("on 29 February"), "where the calendar has the day"
    assert len(days("on 29 February")) == 1


def test_words_that_only_look_like_a_month_name_no_time() -> None:
    for text in ("May I come in?", "They march on.", "in 25 minutes", "What did Mara say?", "31 February 2023"):
        assert times(text, NOW) == []
    assert len(days("in May")) == YEARS


def test_no_time_is_named_where_no_clock_is_set() -> None:
    assert times("yesterday, on 3 July 2023", None) == []


@given(
    st.text()
    | st.builds("{} {} {} {} ago in {}".format, st.integers(0, 40), st.sampled_from(["june", "may"]),
                st.integers(0, 9999), st.sampled_from(["years", "months"]), st.integers(0, 9999)),
    st.sampled_from([NOW, "0001-01-01T00:00:00", "9999-12-31T23:59:59"]),
)  # fmt: skip
def test_any_text_names_stretches_or_none(text: str, now: str) -> None:
    assert all(first < beyond for first, beyond in times(text, now))


def test_numbers_of_any_length_name_no_time_or_one() -> None:
    assert times(f"{'9' * 5000} years ago", NOW) == []
