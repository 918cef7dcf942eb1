"""`/lore`: what there is to know, who knows it, and lorebooks that come in and go out."""

import json
from pathlib import Path

import pytest

from client.text.names import Unclear
from tests.support.lorebooks import FOLDER, book
from tests.support.slash_commands import Hand

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_lore_is_listed_added_changed_and_removed(hand: Hand) -> None:
    assert "No lore yet" in await hand("/lore")
    assert await hand("/lore add harbour, quay: The harbour freezes.") == (
        "Added, known to everybody. /lore lists it.\n"
    )
    assert "known to Mara" in await hand("/lore add for Mara: map: The map is false.")
    await hand("/lore add always: It is winter.")
    assert await hand("/lore") == (
        "  1  harbour, quay: The harbour freezes.\n  2  map: The map is false.  [known to Mara]\n"
        "  3  always there: It is winter.\n"
    )
    assert "map" not in await hand("/lore Oren")
    await hand("/lore edit 1 name The harbour")
    assert await hand("/lore edit 1 for Mara, Oren") == "Changed: The harbour (now number 3).\n"
    await hand("/lore edit 3 text The harbour never freezes.")
    await hand("/lore edit 3 chance 50")
    await hand("/lore edit 3 unless summer, July")
    assert await hand("/lore 3") == (
        "name:           The harbour\nkeys:           harbour, quay\nand:            none of summer, July\n"
        "chance:         50 %\nknown to:       Mara and Oren\ntext:           The harbour never freezes.\n"
    )
    await hand("/lore edit 2 off")
    assert "[off]" in await hand("/lore")
    assert await hand("/lore remove 1") == "Removed: map.\n"
    await hand("/undo")
    assert "The map is false." in await hand("/lore Mara")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("/lore add harbour", "then a colon"), ("/lore add for nobody: x: y", "who knows it"),
        ("/lore remove 9", "no lore yet"), ("/lore edit", "no lore yet"), ("/lore Zed", "Zed"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_told(hand: Hand, typed: str, why: str) -> None:
    with pytest.raises(Unclear, match=why):
        await hand(typed)


async def test_who_sees_through_somebody_s_eyes_sees_their_lore_alone(hand: Hand) -> None:
    await hand("/lore add for Mara: map: The map is false.")
    await hand("/lens Oren")
    assert "map" not in await hand("/lore")
    with pytest.raises(Unclear):
        await hand("/lore Mara")
    with pytest.raises(Unclear, match="no lore yet"):
        await hand("/lore edit 1 text True.")


async def test_a_lorebook_joins_the_story_at_hand_and_one_undo_takes_it_back(hand: Hand, tmp_path: Path) -> None:
    file = FOLDER / "v2.json"
    shown = await hand(f"/import preview {file} for Mara")
    assert "This would import 1 lorebook and 3 lore entries." in shown
    assert "Lorebook “The coast”, known to Mara:\n  · Lighthouse (lighthouse): The lighthouse is kept" in shown
    assert "No lore yet" in await hand("/lore")
    assert "Imported 1 lorebook and 3 lore entries." in await hand(f"/import {file} for Mara and Oren")
    assert hand.game.story == hand.story
    shown = await hand("/lore")
    assert (
        "The coast (known to Mara and Oren; at most 300 tokens; entries bring up each other):\n  1  Lighthouse" in shown
    )
    await hand(f"/export lorebook to {tmp_path / 'out.json'}")
    assert json.loads((tmp_path / "out.json").read_text()) == book("v2")
    await hand("/undo")
    assert "No lore yet" in await hand("/lore")


async def test_how_somebody_is_written_is_set_and_shown_with_the_style(hand: Hand) -> None:
    await hand("/set Mara instructions Write slowly.")
    assert "how to write Mara: Write slowly." in await hand("/style")
    assert "instructions: Write slowly." in await hand("/who Mara")
    assert "Write slowly." in await hand("/prompt Mara")
    assert "Write slowly." not in await hand("/prompt Oren")
    await hand("/lens Oren")
    assert "Write slowly." not in await hand("/style")
