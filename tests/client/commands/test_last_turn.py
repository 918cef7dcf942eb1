"""What is told of a turn when it is over, and asked of it later: what it changed, what was refused, what failed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from client.text.names import Unclear
from tests.support.real_daemon import Daemon
from tests.support.scripted_model import Endpoint
from tests.support.slash_commands import Hand

pytestmark = pytest.mark.asyncio(loop_scope="module")

READING = "background"
"""The module's daemon has prose read."""

HIDES = {"do": "hide", "line": 1, "who": "you", "prop": "ring", "into": "prop:drawer"}
TRUSTS = {"do": "feel", "line": 2, "from": "a", "to": "you", "warmth": 0, "trust": 1, "tension": 0, "because": None}
LETS_GO = {"do": "drop", "line": 1, "who": "a", "prop": "ring"}


def reads(model: Endpoint, *changes: dict[str, Any]) -> None:
    model.reading = lambda body: {"changes": list(changes)}


async def test_what_a_turn_changed_is_one_line_and_any_item_can_be_taken_back(hand: Hand, model: Endpoint) -> None:
    reads(model, HIDES, TRUSTS)
    await hand("*puts the ring into the drawer*")
    assert await hand.changed() == "1 ring → drawer  2 a>you trust +1"
    assert await hand("/wrong") == "1 ring → drawer  2 a>you trust +1\n"
    assert await hand("/wrong 1") == "Taken back: ring → drawer\n"
    [ring] = [p for p in (await hand.truth("world"))["props"] if p["prop"] == "ring"]
    assert ring["in"] == {"entity": "you"}
    assert [e["trust"] for e in (await hand.truth("edges"))["edges"]] == [1]
    assert await hand("/wrong") == "2 a>you trust +1\n"
    with pytest.raises(Unclear, match="2 a>you trust"):
        await hand("/wrong 1")
    await hand("/wrong 2")
    with pytest.raises(Unclear, match="nothing"):
        await hand("/wrong")


async def test_what_was_refused_can_be_looked_at(hand: Hand, model: Endpoint) -> None:
    reads(model, LETS_GO)
    await hand("Mara, look.")
    assert await hand.changed() == "(1 refused: /refused)"
    shown = await hand("/refused")
    assert shown.count("\n") == 1 and "(" in shown
    model.reading = lambda body: {}
    assert await hand("/reread") == "That changed nothing.\n"
    assert await hand("/refused") == "Nothing was refused in the last turn.\n"


async def test_what_could_not_be_read_is_told_and_the_story_plays_on(hand: Hand, model: Endpoint) -> None:
    model.reading = lambda body: "no JSON at all"
    await hand("Hello?")
    assert (await hand.changed()).startswith("(not read: ")
    reads(model, HIDES)
    await hand("/reread")
    assert await hand.changed() == "1 ring → drawer"


async def test_who_comes_back_after_the_end_does_not_wait_for_ever(hand: Hand, model: Endpoint, daemon: Daemon) -> None:
    """The connection is lost while the turn runs, and comes back after its end was told."""
    released = asyncio.Event()

    async def slowly(body: Any) -> AsyncIterator[str]:
        yield "Wait"
        await released.wait()
        yield " no more."

    model.prose = slowly
    reads(model, HIDES)
    playing = asyncio.create_task(hand("*puts the ring into the drawer*"))
    while "Wait" not in hand.out.getvalue():
        await asyncio.sleep(0.01)
    turn = hand.game.running
    assert turn is not None
    await hand.client.call("stream", story=hand.story)
    coming_back = hand.game.connection._connect

    async def later() -> None:
        await hand.client.until(turn)
        await coming_back()

    hand.game.connection._connect = later  # type: ignore[method-assign]
    assert hand.game.connection._writer
    hand.game.connection._writer.close()
    released.set()
    shown = await asyncio.wait_for(playing, 20)
    assert shown.endswith("Wait no more.\n")
    assert await hand("/wrong") == "1 ring → drawer\n"


async def test_who_opens_a_story_finds_what_its_last_turn_changed(hand: Hand, model: Endpoint, daemon: Daemon) -> None:
    reads(model, HIDES)
    await hand("*puts the ring into the drawer*")
    await hand.game.settled()
    another = await Hand.at(daemon.home, hand.client, hand.story)
    assert await another("/wrong") == "1 ring → drawer\n"
    assert another.err.getvalue() == ""
    await another.game.close()
