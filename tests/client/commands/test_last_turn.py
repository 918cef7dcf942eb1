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

HIDES = {"do": "put", "n": 1, "who": "you", "it": "ring", "to": "drawer", "how": "in"}
OPENS_THE_MOON = {"do": "open", "n": 1, "who": "you", "it": "moon"}
GLAD = {"gist": "Sam put the ring away.", "matters": 3, "mood": "glad"}
"""What Mara's mind comes to."""


def reads(model: Endpoint, *changes: dict[str, Any]) -> None:
    """Has the model read these changes of the world, and that no mind is moved."""
    moves(model, *changes, mind={"gist": "", "matters": 0})


def moves(model: Endpoint, *changes: dict[str, Any], mind: dict[str, Any] = GLAD) -> None:
    """Has it read these changes, and that Mara is glad of it."""
    world = {"changes": list(changes), "minds": ["a"]}
    model.reading = lambda body: mind if "You read one mind" in str(body["messages"]) else world


async def test_what_a_turn_changed_is_one_line_and_any_item_can_be_taken_back(hand: Hand, model: Endpoint) -> None:
    moves(model, HIDES)
    await hand("*puts the ring into the drawer*")
    assert await hand.changed() == "1 Sam puts the ring in the drawer · 2 Mara feels glad"
    assert await hand("/wrong") == "1 Sam puts the ring in the drawer · 2 Mara feels glad\n"
    assert await hand("/wrong 1") == "Undone: Sam puts the ring in the drawer\n"
    assert await ring(hand) == {"entity": "you"}
    assert (await hand.truth("entity", entity="a"))["mood"] == "glad"
    assert await hand("/wrong") == "2 Mara feels glad\n"
    with pytest.raises(Unclear, match="2 Mara feels glad"):
        await hand("/wrong 1")
    await hand("/wrong 2")
    with pytest.raises(Unclear, match="nothing"):
        await hand("/wrong")


async def test_a_turn_that_was_undone_changed_nothing(hand: Hand, model: Endpoint) -> None:
    moves(model, HIDES)
    await hand("*puts the ring into the drawer*")
    await hand.changed()
    await hand("/undo")
    with pytest.raises(Unclear, match="nothing"):
        await hand("/wrong")


async def test_what_is_taken_back_comes_back_by_undo_and_takes_no_line_along(hand: Hand, model: Endpoint) -> None:
    moves(model, HIDES)
    await hand("*puts the ring into the drawer*")
    await hand.changed()
    said = [x["text"] for x in (await hand.truth("transcript"))["lines"]]
    await hand("/wrong 1")
    assert [x["text"] for x in (await hand.truth("transcript"))["lines"]] == said
    await hand("/undo")
    assert await ring(hand) == {"prop": "drawer"}


async def test_a_memory_outlives_a_change_that_is_taken_back(hand: Hand, model: Endpoint) -> None:
    moves(model, HIDES)
    await hand("*puts the ring into the drawer* I swear that I will never sell it, Mara, whatever you offer.")
    await hand.changed()
    kept = [m["text"] for m in (await hand.truth("memories"))["memories"]]
    assert kept
    await hand("/wrong 1")
    await hand("/wrong 2")
    assert [m["text"] for m in (await hand.truth("memories"))["memories"]] == kept


async def test_a_player_who_looks_through_one_mind_is_shown_nothing_of_another_mind(
    hand: Hand, model: Endpoint
) -> None:
    """Neither what she thinks while she writes it or when it stands, nor what changed in her."""
    moves(model, HIDES, OPENS_THE_MOON)
    model.prose = lambda body: "`He will sell it.` So you keep it.\n\nWell. `He lies.`\n\nGood."
    assert "From now on you see only what Sam sees" in await hand("/lens you")
    shown = await hand("*puts the ring into the drawer*")
    assert await hand.changed() == "1 Sam puts the ring in the drawer"
    assert "So you keep it." in shown and "Good." in shown
    assert "sell it" not in shown and "lies" not in shown
    with pytest.raises(Unclear, match="/lens by itself"):
        await hand("/refused")
    assert "Well." in await hand("/takes") and "lies" not in await hand("/takes")
    await hand("/lens")
    assert "He lies." in await hand("/takes")
    assert "2 Mara feels glad · 1 ignored" in await hand("/wrong")
    assert "He lies." in await hand("/lines")
    assert "He lies." in await hand("*nods*")


async def ring(hand: Hand) -> Any:
    """Where the ring truly is."""
    return next(p["in"] for p in (await hand.truth("world"))["props"] if p["prop"] == "ring")


async def test_what_was_refused_is_told_in_sentences(hand: Hand, model: Endpoint) -> None:
    reads(model, OPENS_THE_MOON)
    await hand("Mara, look.")
    assert await hand.changed() == "1 ignored (/refused)"
    assert await hand("/refused") == ("Ignored: “Sam opens the moon”. “moon” isn't a thing in the story.\n")
    reads(model)
    assert await hand("/reread") == "Nothing changed.\n"
    assert await hand("/refused") == "Nothing was ignored in the last turn.\n"


async def test_what_could_not_be_read_is_told_and_the_story_plays_on(hand: Hand, model: Endpoint) -> None:
    model.reading = lambda body: "no JSON at all"
    await hand("Hello?")
    assert (await hand.changed()).startswith("(Changes weren't tracked: ")
    reads(model, HIDES)
    await hand("/reread")
    assert await hand.changed() == "1 Sam puts the ring in the drawer"


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
    assert await hand("/wrong") == "1 Sam puts the ring in the drawer\n"


async def test_who_opens_a_story_finds_what_its_last_turn_changed(hand: Hand, model: Endpoint, daemon: Daemon) -> None:
    reads(model, HIDES)
    await hand("*puts the ring into the drawer*")
    await hand.game.settled()
    another = await Hand.at(daemon.home, hand.client, hand.story)
    assert await another("/wrong") == "1 Sam puts the ring in the drawer\n"
    assert another.err.getvalue() == ""
    await another.game.close()
