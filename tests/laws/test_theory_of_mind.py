"""Where will one look for a thing, where does one think that another will, where is it, where was it.

First and second order, by lenses of one and of two; a few famous stories by hand, and hundreds from a seed.
"""

from typing import Any, NamedTuple

import pytest

from tests.conftest import TIMES
from tests.support.where_stories import CAST, GROUPS, UNHEARD, Deed, Group, Minds, Place, command, house, into, told
from tests.support.wire_client import Client

STORIES = 200 * TIMES
TOGETHER = 20
"""Stories that are asked about in one go."""


def go(who: str, room: str) -> Deed:
    return Deed("go", who, into(room))


def put(who: str, place: str) -> Deed:
    return Deed("put", who, into(place))


def claim(who: str, to: str, place: str) -> Deed:
    return Deed("claim", who, into(place), to)


class Famous(NamedTuple):
    """A story by hand: where the ball is at first, what is done, and the answers by lens."""

    thing_in: str
    deeds: list[Deed]
    answers: dict[Group, Any]
    at: dict[str, str] = dict.fromkeys(CAST, "den")


FAMOUS = {
    "Sally puts her ball into the basket and goes; Anne moves it": Famous(
        "den",
        [put("you", "basket"), go("you", "hall"), put("a", "box"), go("you", "den")],
        {
            (): "box", ("a",): "box", ("b",): "box", ("a", "b"): "box",
            # She returns, and the open basket is empty: she knows that much and no more.
            ("you",): None, ("you", "a"): None, ("you", "b"): None,
        },
    ),
    "and before Sally returns": Famous(
        "den",
        [put("you", "basket"), go("you", "hall"), put("a", "box")],
        {("you",): "basket", ("you", "a"): "basket", ("a",): "box", ("a", "b"): "box", (): "box"},
    ),
    "from box to box a return corrects nothing": Famous(
        "den",
        [put("you", "box"), go("you", "hall"), put("a", "basket"), put("a", "box"), go("a", "hall"), go("you", "den")],
        {("you",): "box", ("a",): "box", ("you", "a"): "box"},
    ),
    "moved from one lid to another behind her back": Famous(
        "den",
        [put("you", "box"), go("you", "hall"), put("b", "b"), go("b", "attic"), put("b", "drawer"), go("you", "den")],
        {("you",): "box", ("a",): "b", ("b",): "drawer", ("you", "a"): "box", ("you", "b"): "box", ("a", "b"): "b"},
    ),
    "the van: both were told, each by himself": Famous(
        "basket",
        [
            go("you", "hall"), go("a", "attic"), put("b", "b"), put("b", "den"), put("b", "box"),
            go("b", "hall"), claim("b", "you", "box"), go("b", "attic"), claim("b", "a", "box"),
        ],
        {("you",): "box", ("a",): "box", ("you", "a"): "basket", ("you", "b"): "box", ("a", "b"): "box"},
    ),
    "a lie is believed by whom it is told, not by the liar, nor by the one who knows better": Famous(
        "basket",
        [go("you", "hall"), put("a", "box"), go("a", "hall"), go("b", "hall"), claim("a", "you", "trunk")],
        {
            ("you",): "trunk", ("a",): "box", ("b",): "box", (): "box",
            ("you", "a"): "trunk", ("you", "b"): "trunk", ("a", "b"): "box",
        },
    ),
    "who sees it does not believe that it is elsewhere": Famous(
        "basket",
        [claim("a", "you", "attic"), claim("a", "b", "drawer")],
        {("you",): "basket", ("b",): "basket", ("you", "a"): "basket", ("a", "b"): "basket"},
    ),
    "a lie lasts until eyes correct it": Famous(
        "basket",
        [go("you", "attic"), go("a", "attic"), claim("a", "you", "hall"), go("you", "hall")],
        {("you",): None, ("a",): "basket", ("you", "a"): "hall", (): "basket"},
    ),
    "she carries it away before his eyes, and puts it down behind his back": Famous(
        "basket",
        [put("a", "a"), go("a", "attic"), put("a", "trunk"), go("a", "den")],
        {("you",): None, ("a",): "trunk", ("you", "b"): None, ("you", "a"): None, (): "trunk"},
    ),
    "he sleeps through it, and sees on waking that the basket is empty": Famous(
        "basket",
        [Deed("sleep", "b"), put("a", "box"), Deed("wake", "b")],
        {("b",): None, ("you",): "box", ("a", "b"): None, ("you", "a"): "box"},
    ),
    "who was never there has not heard of it": Famous(
        "basket",
        [put("a", "box"), go("b", "den")],
        {("b",): UNHEARD, ("a", "b"): UNHEARD, ("you", "a"): "box"},
        at={"you": "den", "a": "den", "b": "attic"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAMOUS)
async def test_a_famous_story(direct: Client, name: str) -> None:
    tale = FAMOUS[name]
    s, _ = await happens(direct, tale.thing_in, tale.at, tale.deeds)
    wanted = {g: into(x) if isinstance(x, str) else x for g, x in tale.answers.items()}
    assert await answers(direct, s, list(wanted)) == wanted


@pytest.mark.parametrize("first", range(0, STORIES, TOGETHER))
async def test_hundreds_of_stories(direct: Client, first: int) -> None:
    for seed in range(first, first + TOGETHER):
        tale = told(seed)
        minds = Minds(tale.thing_in, tale.at)
        s, began = await happens(direct, tale.thing_in, tale.at, tale.deeds)
        at_first = {(): minds.ball, **minds.belief}
        for deed in tale.deeds:
            minds.do(deed)
        groups: list[Group] = [(), *GROUPS]
        assert await answers(direct, s, groups) == {(): minds.ball, **minds.belief}, seed
        assert await answers(direct, s, groups, at=began) == at_first, (seed, "at first")


async def happens(client: Client, thing_in: str, at: dict[str, str], deeds: list[Deed]) -> tuple[str, int]:
    """A story in which this was done; its id, and the head before."""
    made = await client.call("create", title="Where is the ball?", setup=house(thing_in, at))
    await client.call("append", story=made["story"], commands=[command(d) for d in deeds])
    return made["story"], made["head"]


async def answers(client: Client, story: str, groups: list[Group], **more: Any) -> dict[Group, Place]:
    """Where each of these lenses takes the ball to be."""
    asked = [("project", {"story": story, "view": "world", "lens": list(g), **more}) for g in groups]
    found: dict[Group, Place] = {}
    for group, answer in zip(groups, await client.batch(*asked), strict=True):
        assert isinstance(answer, dict), answer
        props = {p["prop"]: p["in"] for p in answer["data"]["props"]}
        found[group] = {k: v for k, v in place.items() if v} if (place := props.get("ball", UNHEARD)) else None
    return found
