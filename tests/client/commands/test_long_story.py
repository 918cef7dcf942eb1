"""A story longer than a page holds, on a real daemon: lines far back are found, and what goes is told whole."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from client.text.names import Unclear
from tests.support.real_daemon import Daemon
from tests.support.rpc_command import rpc
from tests.support.scripted_model import Endpoint
from tests.support.slash_commands import SETUP, Hand
from tests.support.small_cast import said, story
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")

BEYOND = 1_010
"""Lines after those that are meant: more than a page has."""


@pytest_asyncio.fixture(loop_scope="module")
async def hand(daemon: Daemon, client: Client, model: Endpoint) -> AsyncIterator[Hand]:
    """At a story that begins with a line of yours and a reply."""
    model.prose = lambda body: "She nods. So it is."
    made = await Hand.at(daemon.home, client, await story(client, SETUP))
    await made("Is all well?")
    yield made
    await made.game.close()


async def begun(hand: Hand) -> list[dict[str, Any]]:
    """The first two lines."""
    lines: list[dict[str, Any]] = (await hand.truth("transcript", after=0, limit=2))["lines"]
    return lines


async def goes_on(hand: Hand, who: str | None = "you") -> None:
    """So many lines more, all by you, or told by nobody."""
    more: dict[str, Any] = {} if who else {"manner": "narration"}
    await hand.game.append(*(said(who, f"filler {n}", **more) for n in range(BEYOND)))


async def current(hand: Hand) -> str:
    """The branch that one is on."""
    found = (await hand.client.call("branches", story=hand.story))["branches"]
    return next(str(b["branch"]) for b in found if b["current"])


def back_to(shown: str) -> int:
    """Where a rewind leads: the end of the commit before, and other stories may have been written to in between."""
    return int(shown.removeprefix("Go back to line ").partition("?")[0])


async def test_a_line_far_back_is_found_by_its_seq(hand: Hand, model: Endpoint) -> None:
    asked, replied = [x["seq"] for x in await begun(hand)]
    await goes_on(hand)
    assert await hand(f"/takes @{replied}") == "→  1  She nods. So it is.\n"
    assert "wrote this as Mara" in await hand(f"/why @{replied}")
    assert f"@{replied}  Mara: She nods. So it is.\n" in await hand(f"/lines @{replied}")
    assert await hand(f"/edit @{asked} Is it over?") == "Sam: Is it over?\n"
    assert f"@{asked}  Sam: Is it over?\n" in await hand(f"/lines {BEYOND + 2}")
    model.prose = lambda body: "She shrugs. Or not."
    assert "Mara: She shrugs. Or not.\n" in await hand(f"/retake @{replied} Shorter.")
    assert hand.err.getvalue() == "" and "take 2 of 2" in hand.out.getvalue()
    await hand("/undo")
    await hand(f"/edit-fork @{asked} Well?")
    assert [x["text"] for x in await begun(hand)] == ["Well?"]


async def test_a_seq_that_is_no_line_is_refused(hand: Hand) -> None:
    await goes_on(hand)
    for seq in (0, 1, 999_999_999_999_999):
        for typed in (
            f"/takes @{seq}",
            f"/retake @{seq}",
            f"/why @{seq}",
            f"/edit @{seq} So.",
            f"/edit-fork @{seq} So.",
        ):
            with pytest.raises(Unclear, match=f"There is no line @{seq}. /lines"):
                await hand(typed)


async def test_the_last_reply_is_found_however_far_back_it_lies(hand: Hand, daemon: Daemon) -> None:
    await goes_on(hand)
    assert await hand("/takes") == "→  1  She nods. So it is.\n"
    assert "wrote this as Mara" in await hand("/why")
    assert "wrote this as Mara" in (await rpc(daemon.home, "explain", "-s", hand.story)).out
    assert (await rpc(daemon.home, "reread", "-s", hand.story)).code == 0


async def test_the_last_reply_of_another_branch_is_found(hand: Hand, daemon: Daemon) -> None:
    left = await current(hand)
    asked = (await begun(hand))[0]["seq"]
    hand.answers = ["y"]
    await hand(f"/rewind @{asked - 1}")
    explained = await rpc(daemon.home, "explain", "-s", hand.story, "--branch", left)
    assert "wrote this as Mara" in explained.out


async def test_your_last_line_is_found_however_far_back_it_lies(hand: Hand) -> None:
    asked = (await begun(hand))[0]["seq"]
    await goes_on(hand, None)
    assert await hand("/edit Is it over?") == "Sam: Is it over?\n"
    hand.answers = ["n"]
    shown = await hand("/rewind")
    assert back_to(shown) < asked
    assert "? These lines will be hidden:\n  Sam: Is it over?\n  Mara: She nods." in shown
    assert f"and {BEYOND + 2 - 6:,} more lines\n" in shown
    await hand("/undo")  # the edit
    hand.game.steps.clear()  # and what was appended by hand
    await hand("/undo")
    assert hand.game.draft == "Is all well?"
    assert await begun(hand) == []


async def test_what_is_shown_before_a_rewind_is_what_goes(hand: Hand) -> None:
    replied = (await begun(hand))[1]["seq"]
    await goes_on(hand)
    hand.answers = ["y"]
    shown = await hand(f"/rewind @{replied}")
    assert shown.startswith(
        f"Go back to line {replied}? These lines will be hidden:\n  Sam: filler 0\n  Sam: filler 1\n"
    )
    assert f"  and {BEYOND - 6:,} more lines\n" in shown
    assert shown.endswith("Sam: Is all well?\nMara: She nods. So it is.\n")
    assert [x["seq"] for x in (await hand.truth("transcript"))["lines"]][-1] == replied
    with pytest.raises(Unclear, match="Nothing comes after line"):
        await hand("/rewind @999999999")
    assert f"Sam: filler {BEYOND - 1}\n" in await hand("/undo")


async def test_lines_are_counted_back_beyond_a_page(hand: Hand) -> None:
    asked, replied = [x["seq"] for x in await begun(hand)]
    await goes_on(hand)
    with pytest.raises(Unclear, match="There are only 1,012 lines to go back over"):
        await hand(f"/rewind {BEYOND + 3}")
    with pytest.raises(Unclear, match="/lines"):
        await hand("/rewind far")
    hand.answers = ["y"]
    shown = await hand(f"/rewind {BEYOND + 1}")
    assert asked <= back_to(shown) < replied
    assert "  Mara: She nods. So it is.\n  Sam: filler 0\n" in shown
    assert "filler" not in await hand("/lines")


async def test_a_version_is_called_by_what_switch_takes(hand: Hand) -> None:
    assert await hand("/fork mine") == "Saved as “mine”. You're still here; /switch mine goes there.\n"
    for name in ("Mine", "main", ""):
        advice = (await hand(f"/fork {name}")).partition("/switch ")[2].removesuffix(" goes there.\n")
        await hand(f"/switch {advice}")
        assert await current(hand) == (await hand.client.call("branches", story=hand.story))["branches"][-1]["branch"]
