"""Going back in the room, and forward again: what is shown, asked and told on the way."""

import asyncio

import pytest

from tests.support.scripted_model import Endpoint
from tests.support.terminal_user import CTRL_C, Seat

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_rewind_shows_what_goes_asks_and_can_be_undone(seat: Seat) -> None:
    await seat.does("One.", "So it is.\n")
    seat.type("/rewind\r")
    await seat.sees("These lines will be hidden:", "Kim: One.", "Maren: *She nods.* So it is.")
    await asyncio.sleep(0.1)
    seat.type("n\r")
    await seat.free()
    seat.type("/rewind 2\r")
    await seat.sees("Kim: One.")
    await asyncio.sleep(0.1)
    await seat.does("y", "Maren: The last boat is not coming tonight.")
    assert "One." not in await seat.does("/lines", "that chair is for show.")
    await seat.does("/undo", "Kim: One.\nMaren: *She nods.* So it is.\n")
    seat.type("/undo\r")
    await seat.sees("Undone.")


async def test_what_was_done_can_be_undone_and_redone(seat: Seat, endpoint: Endpoint) -> None:
    await seat.does("One.", "So it is.\n")
    endpoint.prose = lambda body: "*She shrugs.* Or not."
    await seat.does("/retake Shorter.", "Maren: *She shrugs.* Or not.\n", "take 2 of 2")
    assert "Shorter." in endpoint.prompts()[-1]
    await seat.does("/takes", "1  She nods. So it is.", "→  2  She shrugs. Or not.")
    await seat.does("/takes 1", "Maren: *She nods.* So it is.\n")
    await seat.does("/undo", "Maren: *She shrugs.* Or not.\n")
    await seat.does("/edit One more time.", "Kim: One more time.")
    seat.type("/undo\r")
    await seat.free()
    assert "One more time." not in await seat.does("/lines", "Or not.")
    await seat.does("/redo", "Kim: One more time.")
    seat.type("/delete\r")
    await seat.sees("This will be deleted", "Maren: *She shrugs.* Or not.")
    await asyncio.sleep(0.1)
    await seat.does("y", "Deleted.")
    assert "Or not." not in await seat.does("/lines", "One more time.")
    await seat.does("/undo", "Maren: *She shrugs.* Or not.\n")
    await seat.does("/fork the tea", "You're still here; /switch the tea goes there.")
    await seat.does("And now?", "Maren: *She shrugs.* Or not.\n")
    await seat.does("/undo", "Undone.")
    seat.type(CTRL_C, "/redo\r")
    await seat.sees("Kim: And now?")
