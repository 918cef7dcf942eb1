"""What a picnic brought along follows nobody home: after three of them, fifty turns without a basket but in memory.

At one all stay, from one Oren leaves early, to one Mara never comes though she knows of it. Each has a thing with a
name of its own, which no line ever says; only gists do.
"""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.conftest import config
from tests.support.asked_minds import asked
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Body, Endpoint
from tests.support.small_cast import INN, LENSES, look, play, said, story
from tests.support.wire_client import Client, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

Command = dict[str, Any]

THINGS = {"hamper": "the wicker hamper", "basket": "the willow basket", "pannier": "the rattan pannier"}
WORD = re.compile("wicker|willow|rattan")
GARDEN: Command = {"do": "add_container", "container": "garden", "name": "The garden", "opens_to": ["inn"]}
TURNS = 50


def go(container: str, *who: str) -> list[Command]:
    return [{"do": "move", "who": e, "container": container} for e in who]


def planned(occasion: str, thing: str) -> Command:
    brought = [{"prop": thing, "name": THINGS[thing]}, {"prop": f"cloth-{occasion}", "name": "a checked cloth"}]
    return {"do": "plan", "occasion": occasion, "title": f"The {occasion}", "where": "garden", "props": brought}


def over(occasion: str, thing: str, **more: Any) -> Command:
    return {"do": "complete", "occasion": occasion, "gist": f"They ate from {THINGS[thing]}.", **more}


PICNICS: list[Command] = [
    planned("breakfast", "hamper"),
    {"do": "start", "occasion": "breakfast"},
    *go("garden", "you", "a", "b"),
    {"do": "take", "who": "b", "prop": "hamper"},
    said("a", "Sit down, both of you."),
    over("breakfast", "hamper", acquired=[{"prop": "cloth-breakfast", "by": "a"}]),
    planned("lunch", "basket"),
    {"do": "start", "occasion": "lunch"},
    {"do": "look_into", "who": "b", "prop": "basket"},
    {"do": "add_prop", "prop": "ring", "name": "a ring", "in": {"prop": "basket"}},
    *go("inn", "b"),
    said("you", "Now there are two of us."),
    over("lunch", "basket"),
    *go("inn", "a"),
    planned("supper", "pannier"),
    {"do": "start", "occasion": "supper"},
    *go("garden", "b"),
    said("b", "She is not coming."),
    {"do": "hide", "who": "b", "prop": "pannier", "in": {"prop": "cloth-supper"}},
    {"do": "cancel", "occasion": "supper", "why": "She did not come."},
    *go("inn", "you", "b"),
]
"""The first with all; from the second Oren has gone; the third Mara only knows to have been planned."""

TALK = ("What a day that was.", "*looks around* Is anything left of what we ate?", "Did you like what you ate, Oren?",
        "Mara, do you know what we ate from?", "Both of you: let us go out again tomorrow.")  # fmt: skip


def wishes(body: Body) -> Body:
    """A reading that wants the things back, by their ids."""
    if asked(body).what == "mind":
        return {"gist": "They spoke of it.", "matters": 3}
    deeds = [{"do": "put", "n": 1, "who": who, "it": prop} for who in ("you", "a", "b") for prop in THINGS]
    return {"changes": deeds, "minds": ["a", "b"], "matters": 5, "minutes": 1}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home_again(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Client, str, Endpoint]]:
    """The story after fifty turns at home, and the model with what it was asked in these."""
    home = Path(str(tmp_path_factory.mktemp("b"))) / "h"
    async with (
        Endpoint(prose=lambda body: "*smiles* It was a fine day.", reading=wishes) as endpoint,
        Daemon(home, config(endpoint.url, reading="wait")) as daemon,
        daemon.unix() as c,
    ):
        s = await story(c, [*INN, GARDEN])
        await c.call("stream", story=s)
        for command in PICNICS:
            await c.call("append", story=s, commands=[command])
        for n in range(TURNS):
            more: dict[str, Any] = {"mode": "narrate"} if n % 9 == 8 else {}
            await play(c, s, TALK[n % len(TALK)], **more)
        yield c, s, endpoint


async def test_no_prompt_of_the_turns_after_holds_one_but_as_memory(
    home_again: tuple[Client, str, Endpoint],
) -> None:
    _, _, endpoint = home_again
    remembered: dict[str, set[str]] = {}
    asked_for = [asked(body) for body in endpoint.requests]
    assert sum(x.what in ("reply", "narration") for x in asked_for) >= TURNS
    for (what, name), body in zip(asked_for, endpoint.requests, strict=True):
        text = "\n".join(m["content"] for m in body["messages"])
        memories = "\n".join(re.findall(r"(?m)^(?:- |.* need not: (?:.*; )?)They ate from .*$", text))
        remembered.setdefault(name, set()).update(WORD.findall(memories))
        rest = json.dumps(body).replace("They ate from the", "They ate from a")
        assert len(WORD.findall(text)) == len(WORD.findall(memories)), (what, name, text)
        assert not any(thing in rest for thing in THINGS.values()), (what, name, rest)
        assert not any(f'"{prop}"' in rest or f"prop:{prop}" in rest for prop in THINGS), (what, name, rest)
    # As a memory each has what they were there for.
    assert remembered["Mara"] == {"wicker", "willow"}
    assert remembered["Oren"] == {"wicker"}


async def test_they_are_where_they_came_from_for_all_who_ever_knew_them(
    home_again: tuple[Client, str, Endpoint],
) -> None:
    c, s, _ = home_again
    kept = {"hamper": "breakfast", "basket": "lunch", "pannier": "supper", "cloth-lunch": "lunch"}
    for lens in LENSES:
        props = {p["prop"]: p["in"] for p in (await look(c, s, "world", lens=lens))["props"]}
        for prop, occasion in kept.items():
            place = props[prop]
            assert place is not None and place["occasion"] == occasion, (lens, prop, place)
        status = {o["occasion"]: o["status"] for o in (await look(c, s, "occasions", lens=lens))["occasions"]}
        assert status == {"breakfast": "completed", "lunch": "completed", "supper": "cancelled"}, lens


async def test_what_somebody_acquired_and_what_lay_in_them_stays(home_again: tuple[Client, str, Endpoint]) -> None:
    c, s, _ = home_again
    for lens in LENSES:
        props = {p["prop"]: p["in"] for p in (await look(c, s, "world", lens=lens))["props"]}
        assert props["cloth-breakfast"]["entity"] == "a", lens
    truth = {p["prop"]: p["in"] for p in (await look(c, s, "world"))["props"]}
    assert truth["ring"]["container"] == "garden", "it was put down where the basket stood"


async def test_no_hand_reaches_them_any_more(home_again: tuple[Client, str, Endpoint]) -> None:
    c, s, _ = home_again
    for who, prop in (("a", "hamper"), ("b", "basket"), ("you", "pannier")):
        with pytest.raises(Refused) as refused:
            await c.call("append", story=s, commands=[{"do": "take", "who": who, "prop": prop}])
        assert refused.value.data["rule"] == "out_of_reach"
    for occasion in ("breakfast", "lunch", "supper"):
        with pytest.raises(Refused) as again:
            await c.call("append", story=s, commands=[{"do": "complete", "occasion": occasion, "gist": "Again."}])
        assert again.value.data["rule"] == "lifecycle"
    refusals = [e["data"] for e in c.events() if e["kind"] == "proposal.refused"]
    assert {x["rule"] for x in refusals if x["command"].get("it") in THINGS} == {"not_known"}
