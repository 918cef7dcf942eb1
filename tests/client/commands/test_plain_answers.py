"""What slash commands answer, read as somebody who plays: where and when it plays after going back, what stays behind,
and words instead of field names."""

import pytest
import pytest_asyncio

from client.text.names import Unclear
from tests.support.scripted_model import Endpoint
from tests.support.slash_commands import Hand

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def paged(hand: Hand, model: Endpoint) -> Hand:
    """Somebody whose screen is set as a page, with headings."""
    model.prose = lambda body: "So it is."
    hand.game.screen.live = True
    await hand.game.refresh()
    return hand


async def test_lines_that_are_shown_again_stand_under_where_and_when_they_were_said(paged: Hand) -> None:
    await paged("Here.")
    await paged("/move cellar")
    await paged("/skip 3 days")
    await paged("There.")
    shown = await paged("/undo")
    assert "── The Slow Lantern · Thu 23:10 ──" in shown and "The cellar" not in shown
    await paged("/move inn")
    shown = await paged("/edit @{} Right here.".format((await paged.truth("transcript"))["lines"][0]["seq"]))
    assert "days" not in shown and "Right here." in shown


async def test_another_take_does_not_come_after_what_was_left_out(paged: Hand, model: Endpoint) -> None:
    await paged("Well?")
    await paged("/skip 2h")
    shown = await paged("/retake")
    assert "later" not in shown and "── " not in shown
    assert "What you did after the other take isn't part of this one; /undo brings it back." in " ".join(shown.split())
    assert "version" not in await paged("/undo") and (await paged.truth("scene"))["clock"] > "1958-10-17T01"
    await paged("/undo")
    assert "What you did" not in await paged("/retake")
    assert "[now on take 1 of " in await paged("/takes 1")


async def test_how_models_do_is_told_alike_everywhere(hand: Hand) -> None:
    await hand("Well?")
    status, model = [
        [line for line in (await hand(asked)).splitlines() if "Writing:" in line] for asked in ("/status", "/model")
    ]
    assert status == model and "(working)" in status[0]


async def test_what_is_not_understood_says_what_to_type(hand: Hand) -> None:
    for typed, told in (
        ("/as", "/as Maren I never said that."),
        ("/whisper", "/whisper Maren Not here."),
        ("/as zed Hm.", "There is no person “zed”. You can choose Sam, Mara or Oren."),
        ("/feel", "/feel Mara Sam trust +1"),
        ("/feel Mara Sam trust +20", "Feelings go from -5 to +5"),
        ("/lens zed", "You can choose Sam, Mara or Oren."),
        ("/tour", "leave it with /quit, and type `rpc tour`"),
        ("/place", "/place The cellar"),
        ("/place Cellar", "There is a place of that name already. /move Cellar goes there."),
    ):
        with pytest.raises(Unclear) as said:
            await hand(typed)
        assert told in str(said.value), typed


async def test_places_are_told_as_one_says_them(hand: Hand) -> None:
    assert await hand("/move cellar") == "You go to the cellar.\n"
    assert await hand("/move Mara Oren cellar") == "Mara and Oren go to the cellar.\n"
    assert await hand("/move inn") == "You go to the Slow Lantern.\n"
    assert await hand("/place The quay: wet stone") == "Added the quay. /move The quay goes there.\n"
    assert "Opens to the Slow Lantern." in (await hand("/move quay")) + (await hand("/look"))
    assert "Sam: on the quay" in await hand("/knows Sam")
    assert "\n· drawer: in the Slow Lantern" in await hand("/knows Mara")


async def test_the_timeline_tells_time_in_words(hand: Hand) -> None:
    await hand("/time 1")
    await hand("/time 2h5m")
    told = await hand("/timeline")
    assert "time      the clock is set\n" in told and "time      1 minute\n" in told
    assert "time      2 hours 5 minutes\n" in told


async def test_two_eyes_are_told_in_the_order_in_which_they_were_named(hand: Hand) -> None:
    assert "[what Mara thinks Sam knows]" in await hand("/knows Mara me")
    assert "[what Sam thinks Mara knows]" in await hand("/knows Sam Mara")


async def test_the_keys_are_in_the_help(hand: Hand) -> None:
    told = await hand("/help")
    for key in ("F2", "Ctrl-R", "Esc Esc", "Ctrl-X Ctrl-E"):
        assert key in told


async def test_a_list_without_stories_tells_of_those_that_were_put_away(hand: Hand) -> None:
    await hand("/rename For the bin")
    hand.answers = ["y"]
    await hand("/bin")
    assert "in the bin (/stories bin)." in await hand("/stories")
    number = next(x.split()[0] for x in (await hand("/stories bin")).splitlines() if "For the bin" in x)
    await hand(f"/take-back {number}")
    assert hand.game.story == hand.story


async def test_the_help_has_room_in_a_narrow_window(paged: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    told = await paged("/help looking")
    assert "  /look [LENS]        where you are: place, people, things\n" in told
    assert "  LENS: one or more names; you see what they know.\n" in told
    assert max(len(line) for line in told.splitlines()) < 60
