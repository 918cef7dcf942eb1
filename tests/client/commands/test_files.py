"""The slash commands about files, backups, what was deleted and what is purged, on a real daemon."""

import re
from pathlib import Path

import msgspec
import pytest

from client.text.names import Unclear
from protocol.errors import Fault
from tests.support.slash_commands import SETUP, Hand
from tests.support.small_cast import story
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_is_exported_lies_where_it_was_wanted(hand: Hand, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    await hand("Is anybody there?")
    assert await hand("/export transcript") == f"Wrote {tmp_path / 'Rain.md'} (130 B).\n"
    assert "Is anybody there?" in (tmp_path / "Rain.md").read_text()
    assert await hand("/export transcript") == "Nothing changed.\n"
    hand.answers = ["y"]
    await hand("/export transcript")
    await hand("/export character Mara with memories to mara.json")
    assert msgspec.json.decode((tmp_path / "mara.json").read_bytes())["name"] == "Mara"
    seq = (await hand.truth("transcript"))["lines"][0]["seq"]
    await hand("/scene inn: Dusk")
    await hand("/export scene json to dusk.json")
    await hand(f"/export state @{seq - 1} to then")
    states = msgspec.json.decode((tmp_path / "then").read_bytes())
    assert states["at"] < seq and len(states["states"]) == 11


async def test_only_what_the_lens_sees_is_exported(hand: Hand, tmp_path: Path) -> None:
    await hand("/think zirconium")
    await hand("/lens Mara")
    await hand(f"/export transcript to {tmp_path / 'hers.md'}")
    assert "zirconium" not in (tmp_path / "hers.md").read_text()


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("/export", "Say what"), ("/export everything", "Say what"), ("/export character", "Which character"),
        ("/export character Zed", "no person"), ("/export story to /nowhere/s.json", "can't be written"),
        ("/import", "Say which file"), ("/import no/such.json", "There is no file"), ("/pack", "Say which file"),
        ("/templates keep", "/templates save NAME"), ("/templates save", "/templates save NAME"),
        ("/templates save mine hats", "no person"), ("/backups restore", "/backups restore N"),
        ("/backups restore 99", "no backup “99”. /backups"), ("/verify all", "replay"), ("/purge", "/delete"),
        ("/purge everything", "/delete"), ("/restore soon", "number of a deleted line"),
        ("/fork @0", "line 0 is before the beginning"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_told(hand: Hand, typed: str, why: str) -> None:
    with pytest.raises((Unclear, Fault), match=why):
        await hand(typed)


async def test_a_story_comes_back_from_its_file_and_is_opened(hand: Hand, tmp_path: Path) -> None:
    await hand("A line to keep.")
    await hand(f"/export story to {tmp_path / 'all of it as was.json'}")
    shown = await hand(f"/import {tmp_path / 'all of it as was.json'}")
    assert "A line to keep." in shown and hand.game.story != hand.story
    shown = await hand(f"/import {tmp_path / 'all of it as was.json'} as Once More")
    assert hand.game.title == "Once More"


async def test_a_character_joins_the_story_at_hand(hand: Hand, client: Client, tmp_path: Path) -> None:
    await hand(f"/export character Mara to {tmp_path / 'mara.json'}")
    alone = await Hand.at(hand.game.home, client, await story(client, []))
    assert "Imported 1 character." in await alone(f"/import {tmp_path / 'mara.json'}")
    assert alone.game.cast == {"a": "Mara"}
    await alone.game.close()


async def test_templates_are_kept_listed_and_removed(hand: Hand) -> None:
    assert await hand("/templates save inn places") == "Saved inn: The cellar, The Slow Lantern\n"
    assert await hand("/templates save host Mara") == "Saved host: Mara\n"
    shown = await hand("/templates")
    assert "inn              places     The cellar, The Slow Lantern (yours)" in shown
    assert await hand("/templates remove host") == "Deleted the template host.\n"
    await hand("/templates remove inn")
    assert "(yours)" not in await hand("/templates")


async def test_a_backup_is_put_back_only_when_asked_twice(hand: Hand) -> None:
    assert (made := await hand("/backup")).endswith(" · verified\n") and "made by you" in made
    assert "/backups restore N" in await hand("/backups")
    assert "All fine" in await hand("/backups check 1") and "All fine" in await hand("/verify replay")
    await hand("Too late.")
    shown = await hand("/backups restore 1")
    assert "You would lose 2 lines:\n  Rain: 2 lines\n" in shown and shown.endswith("Nothing changed.\n")
    assert hand.asked[-1].startswith("Replace all your stories")
    hand.answers = ["y"]
    shown = await hand("/backups restore 1")
    assert "Restored. Your stories from before are kept" in shown and "Too late." not in shown.partition("Restored")[2]
    assert (await hand.truth("transcript"))["lines"] == [] and hand.game.story == hand.story
    await hand("Still playing.")
    assert len((await hand.truth("transcript"))["lines"]) == 2


async def test_a_story_that_no_backup_holds_is_gone_after_a_restore(hand: Hand, client: Client) -> None:
    await hand("/backup")
    later = await Hand.at(hand.game.home, client, await story(client, SETUP, title="Later"))
    later.answers = ["y"]
    assert "“Later” is gone" in await later("/backups restore 1") + later.out.getvalue()
    with pytest.raises(Unclear, match="No story is open"):
        await later("Hello?")
    await later.game.close()


async def test_what_was_deleted_is_listed_and_put_back(hand: Hand) -> None:
    assert "Nothing has been deleted" in await hand("/restore")
    await hand("One.")
    await hand("Two.")
    first, _, second, _ = (await hand.truth("transcript"))["lines"]
    hand.answers = ["y"]
    shown = await hand(f"/delete @{first['seq']} {second['seq']}")
    assert hand.asked[-1] == "Delete these lines and what they caused? You can undo it. (y/N)"
    assert "Sam: One." in shown and "Sam: Two." in shown
    listed = await hand("/restore")
    assert f"@{first['seq']}  Sam: One.\n" in listed and f"@{second['seq']}  Sam: Two.\n" in listed
    await hand(f"/restore @{second['seq']}")
    assert [x["text"] for x in (await hand.truth("transcript"))["lines"] if x["who"] == "you"] == ["Two."]
    assert "Two." not in await hand("/restore")


async def test_an_edit_can_be_undone_and_done_again(hand: Hand) -> None:
    await hand("*waves* Good morning.")
    await hand("/edit *nods* Good evening.")
    assert "Sam: *waves* Good morning.\n" in await hand("/undo")
    assert "Sam: *nods* Good evening.\n" in await hand("/redo")
    assert "Good evening." in (await hand.truth("transcript"))["lines"][0]["text"]


async def test_an_edit_on_a_branch_leaves_what_followed_where_it_was(hand: Hand) -> None:
    await hand("Good morning.")
    assert "Sam: Good night.\n" in await hand("/edit-fork Good night.")
    assert [x["text"] for x in (await hand.truth("transcript"))["lines"]] == ["Good night."]
    await hand("/undo")
    assert len((await hand.truth("transcript"))["lines"]) == 2


async def test_a_purge_shows_what_would_go_and_wants_the_word(hand: Hand) -> None:
    await hand("The zirconium is under the floor.")
    seq = (await hand.truth("transcript"))["lines"][0]["seq"]
    await hand("/backup")
    for answer in ("", "y", "yes"):
        hand.answers = [answer]
        shown = await hand(f"/purge @{seq}")
        assert "Sam: The zirconium is under the floor." in shown and shown.endswith("Nothing was erased.\n")
    assert re.search(r"\d+ backups? contains? it and will be replaced by a new one\.", shown)
    assert len((await hand.truth("transcript"))["lines"]) == 2
    hand.answers = ["erase"]
    shown = await hand(f"/purge @{seq}")
    assert re.search(r"Erased for ever, here and in \d+ backups?\.", shown)
    assert "zirconium" not in str(await hand.truth("transcript"))
    hand.answers = ["erase"]
    shown = await hand("/purge story")
    assert "erase for ever: all of “Rain”" in shown and hand.game.story == ""
    assert hand.story not in [s["story"] for s in (await hand.client.call("stories"))["stories"]]


async def test_what_a_purge_would_erase_is_shown_through_the_eyes_in_use(hand: Hand) -> None:
    await hand("Good evening. *waves*")
    await hand.game.append({"do": "say", "who": "b", "text": "I shall rob her.", "manner": "thought"})
    lines = (await hand.truth("transcript"))["lines"]
    which = " ".join(f"@{line['seq']}" for line in lines)
    assert "`I shall rob her.`" in await hand(f"/purge {which}")
    await hand("/edit Good night. *waves*")
    await hand("/lens Sam")
    shown = await hand(f"/purge {which}")
    assert "Sam: Good night. *waves*" in shown and "Good evening" not in shown and "rob" not in shown


async def test_enter_never_deletes(hand: Hand) -> None:
    await hand("One.")
    for typed in ("/delete", "/rewind", "/purge story"):
        await hand(typed)
        assert len((await hand.truth("transcript"))["lines"]) == 2, typed


async def test_everything_in_one_file(hand: Hand, tmp_path: Path) -> None:
    await hand(f"/pack {tmp_path}")
    assert (tmp_path / "fabula-home.tar.gz").stat().st_size > 1000
    assert "there already" in await hand(f"/pack {tmp_path}")


async def test_a_file_is_written_as_its_name_ends(hand: Hand, tmp_path: Path) -> None:
    begins = {"m.png": b"\x89PNG", "m.charx": b"PK", "m.json": b"{"}
    for name, start in begins.items():
        await hand(f"/export card Mara to {tmp_path / name}")
        assert (tmp_path / name).read_bytes().startswith(start), name
    await hand(f"/export card Mara as png to {tmp_path / 'plain'}")
    await hand(f"/export card Mara json to {tmp_path / 'said.png'}")
    assert (tmp_path / "plain").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "said.png").read_bytes().startswith(b"{")
    await hand("Hello.")
    await hand(f"/export chat to {tmp_path / 'talk.md'}")
    assert (tmp_path / "talk.md").read_text().startswith("# ")
