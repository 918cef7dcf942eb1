"""The keys of the prompt: what each does, and that what was being typed stays."""

import asyncio

import pytest
from prompt_toolkit.enums import EditingMode

from tests.support.scripted_model import Endpoint
from tests.support.terminal_user import Seat

pytestmark = pytest.mark.asyncio(loop_scope="module")

F2, CTRL_R, ESC_ESC, CTRL_A, CTRL_K = "\x1bOQ", "\x12", "\x1b\x1b", "\x01", "\x0b"


async def prompt_with(seat: Seat, text: str) -> None:
    """Waits until this stands at the prompt."""
    async with asyncio.timeout(20):
        while seat.room._prompt.default_buffer.text != text or not seat.room.screen.at_prompt:
            await asyncio.sleep(0.01)


async def test_f2_shows_the_other_view_and_what_was_typed_stays(seat: Seat) -> None:
    seat.type("Half a sen")
    await prompt_with(seat, "Half a sen")
    seat.type(F2)
    await seat.sees("[only what Kim sees; F2 goes back]", "that chair is for show.")
    await prompt_with(seat, "Half a sen")
    assert seat.room.game.lens == ["you"]
    seat.type(F2)
    await seat.sees("[everything; F2 goes back]")
    await prompt_with(seat, "Half a sen")
    seat.type(CTRL_A, CTRL_K)
    assert seat.room.game.lens == [] == seat.room.game.chosen


async def test_ctrl_r_asks_for_another_take(seat: Seat, endpoint: Endpoint) -> None:
    await seat.does("Good evening.", "So it is.\n")
    endpoint.prose = lambda body: "*She shrugs.* Or not."
    seat.type(CTRL_R)
    await seat.sees("Or not.\n", "[take 2 of 2")
    await seat.free()


async def test_esc_esc_offers_the_last_line_and_edits_it(seat: Seat) -> None:
    await seat.does("Good *evening*, you.", "So it is.\n")
    seq = (await seat.room.game.transcript(limit=2)).lines[0].seq
    seat.type(ESC_ESC)
    await prompt_with(seat, f"/edit @{seq} Good *evening*, you.")
    seat.type(" And you.\r")
    await seat.sees("Kim: Good *evening*, you. And you.\n")


async def test_with_vi_keys_escape_moves(seat: Seat, endpoint: Endpoint) -> None:
    await seat.does("/keys vi", "as in vi: Esc")
    assert seat.room._prompt.editing_mode == EditingMode.VI
    seat.type("Hello\x1b")
    await asyncio.sleep(0.7)
    seat.type("0iOh. \r")
    await seat.sees("So it is.\n")
    assert any("Oh. Hello" in p for p in endpoint.prompts())
    await seat.free()
    await seat.does("/keys emacs", "you type as usual")
    assert seat.room._prompt.editing_mode == EditingMode.EMACS
