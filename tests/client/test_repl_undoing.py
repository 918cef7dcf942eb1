"""Going back in the room, and forward again: what is shown, asked and told on the way."""

import asyncio

import pytest

from tests.endpoint import Endpoint
from tests.seat import CTRL_C, Seat

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_rewind_shows_what_goes_asks_and_can_be_undone(seat: Seat) -> None:
    seat.type("One.\r")
    await seat.sees("So it is.\n")
    await seat.free()
    seat.type("/rewind\r")
    await seat.sees("This goes from view:", "Kim: One.", "Maren: *She nods.* So it is.")
    await asyncio.sleep(0.1)
    seat.type("n\r")
    await seat.free()
    seat.type("/rewind 2\r")
    await seat.sees("Kim: One.")
    await asyncio.sleep(0.1)
    seat.type("y\r")
    await seat.sees("Maren: That was the last boat not coming.")
    await seat.free()
    seat.type("/lines\r")
    assert "One." not in await seat.sees("that chair is for show.")
    await seat.free()
    seat.type("/undo\r")
    await seat.sees("Kim: One.\nMaren: *She nods.* So it is.\n")
    await seat.free()
    seat.type("/undo\r")
    await seat.sees("Your last turn is undone")


async def test_what_was_done_can_be_undone_and_redone(seat: Seat, endpoint: Endpoint) -> None:
    seat.type("One.\r")
    await seat.sees("So it is.\n")
    await seat.free()
    endpoint.prose = lambda body: "*She shrugs.* Or not."
    seat.type("/retake Shorter.\r")
    await seat.sees("Maren: *She shrugs.* Or not.\n", "take 2 of 2")
    await seat.free()
    assert "Shorter." in endpoint.prompts()[-1]
    seat.type("/takes\r")
    await seat.sees("1  She nods. So it is.", "→  2  She shrugs. Or not.")
    await seat.free()
    seat.type("/takes 1\r")
    await seat.sees("Maren: *She nods.* So it is.\n")
    await seat.free()
    seat.type("/undo\r")
    await seat.sees("Maren: *She shrugs.* Or not.\n")
    await seat.free()
    seat.type("/edit One more time.\r")
    await seat.sees("Kim: One more time.")
    await seat.free()
    seat.type("/undo\r")
    await seat.free()
    seat.type("/lines\r")
    assert "One more time." not in await seat.sees("Or not.")
    await seat.free()
    seat.type("/redo\r")
    await seat.sees("Kim: One more time.")
    await seat.free()
    seat.type("/delete\r")
    await seat.sees("This goes:", "Maren: She shrugs. Or not.")
    await asyncio.sleep(0.1)
    seat.type("y\r")
    await seat.sees("It never happened.")
    await seat.free()
    seat.type("/lines\r")
    assert "Or not." not in await seat.sees("One more time.")
    await seat.free()
    seat.type("/undo\r")
    await seat.sees("Maren: *She shrugs.* Or not.\n")
    await seat.free()
    seat.type("/fork the tea\r")
    await seat.sees("begins here; you stay on this one. /switch the tea")
    await seat.free()
    seat.type("And now?\r")
    await seat.sees("Maren: *She shrugs.* Or not.\n")
    await seat.free()
    seat.type("/undo\r")
    await seat.sees("Your last turn is undone")
    await seat.free()
    seat.type(CTRL_C, "/redo\r")
    await seat.sees("Kim: And now?")
