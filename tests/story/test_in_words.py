"""Places and times in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.story import in_words, time_in_words
from protocol.world import Place
from tests.story.given import do, house, inside, room, thing


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (None, "gone"),
        (Place(entity="a"), "in Mara's hands"),
        (Place(entity="a", how="worn"), "worn by Mara"),
        (Place(entity="a", how="carried"), "carried by Mara, out of sight"),
        (Place(container="kitchen"), "in the kitchen"),
        (Place(container="kitchen", slot="counter"), "at the counter, in the kitchen"),
        (Place(container="kitchen", spot="under the stair", hidden=True), "under the stair, in the kitchen, hidden"),
        (Place(container="kitchen", spot="spread on the table"), "spread on the table, in the kitchen"),
        (
            Place(container="kitchen", spot="side by side before the stove"),
            "side by side before the stove, in the kitchen",
        ),
        (Place(container="kitchen", spot="face down on the table"), "face down on the table, in the kitchen"),
        (Place(container="kitchen", spot="crumpled under the sink"), "crumpled under the sink, in the kitchen"),
        (Place(container="kitchen", spot="standing in the drift"), "standing in the drift, in the kitchen"),
        (Place(container="kitchen", spot="across the sill"), "across the sill, in the kitchen"),
        (Place(container="kitchen", spot="right by the door"), "right by the door, in the kitchen"),
        (Place(container="kitchen", spot="table by the window"), "at the table by the window, in the kitchen"),
        (Place(container="kitchen", spot="landing by the stairs"), "at the landing by the stairs, in the kitchen"),
        (Place(container="kitchen", spot="shed by the gate"), "at the shed by the gate, in the kitchen"),
        (Place(prop="box"), "in the box"),
        (Place(prop="box", on=True), "on the box"),
    ],
)
def test_a_place_in_words(place: Place | None, words: str) -> None:
    assert in_words.where(house(thing("box", room("kitchen"))).state(), place) == words


def test_what_lies_in_things_is_told_with_all_of_them() -> None:
    story = house(thing("box", room("cellar")), thing("bag", inside("box"), name="bag"))
    assert in_words.all_around(story.state(), Place(prop="bag")) == "in the bag, in the box, in the cellar"
    story.when(do("set", what="prop", id="box", values={"in": None}))
    assert in_words.all_around(story.state(), Place(prop="bag")) == "in the bag, in the box"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("The cellar under the stage", "in the cellar under the stage"), ("The stage", "on the stage"),
        ("The lower deck of the Mary Ann", "on the lower deck of the Mary Ann"), ("The quay", "on the quay"),
        ("The room by the stairs", "in the room by the stairs"), ("Roof", "on Roof"), ("The hall", "in the hall"),
    ],
)  # fmt: skip
def test_one_is_in_or_on_a_place_by_what_it_is(name: str, words: str) -> None:
    state = house(do("add_container", container="x", name=name)).state()
    assert in_words.inside(state, "x") == words


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        ("2031-11-06T23:11:00", "Thursday night, about ten past eleven, 6 November 2031"),
        ("2031-11-08T21:40:00", "Saturday evening, twenty to ten, 8 November 2031"),
        ("2031-11-06T23:58:30", "the night before Friday, about midnight, 7 November 2031"),
        ("2031-11-06T12:00:59", "Thursday, noon, 6 November 2031"),
        ("2031-11-06T02:32:30", "Thursday before dawn, about twenty-five to three, 6 November 2031"),
        ("2031-11-06T09:45:00", "Thursday morning, a quarter to ten, 6 November 2031"),
        ("2031-13-06T09:45:00", "2031-13-06T09:45:00"),
    ],
)
def test_a_clock_in_words(clock: str, words: str) -> None:
    assert time_in_words.moment(clock) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2031-11-08T19:00:00", "Saturday evening at seven"),
        ("2031-11-06T12:00:00", "today at noon"),
        ("2031-11-06T17:00:00", "this afternoon at five"),
        ("2031-11-07T06:00:00", "tomorrow morning at six"),
        ("2031-11-07T00:00:00", "tonight at midnight"),
        ("2031-11-08T00:00:00", "tomorrow night at midnight"),
        ("2031-11-09T00:00:00", "Saturday night at midnight"),
        ("2031-11-13T00:00:00", "Wednesday night at midnight"),
        ("2031-11-07T07:07:00", "tomorrow at 07:07"),
        ("2031-11-06T23:30:00", "tonight at half past eleven"),
        ("2031-11-13T04:00:00", "Thursday before dawn, 13 November 2031, at four"),
        ("2031-11-05T10:00:00", "Wednesday morning, 5 November 2031, at ten"),
    ],
)
def test_an_appointment_in_words(at: str, words: str) -> None:
    assert time_in_words.appointed(at, "2031-11-06T09:45:00") == words


@given(st.datetimes(), st.datetimes())
def test_every_time_has_words(one: object, other: object) -> None:
    first, second = (str(x)[:19].replace(" ", "T") for x in (one, other))
    assert "T" not in time_in_words.moment(first).replace("Thursday", "").replace("Tuesday", "")
    assert time_in_words.appointed(first, second) and time_in_words.appointed(first, None)
