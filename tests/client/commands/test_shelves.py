"""Whole stories from the terminal: renamed, pinned, put away, binned and back; nothing of them is lost."""

import json
import re
from pathlib import Path

import pytest

from client.text.names import Unclear
from tests.support.real_daemon import Daemon
from tests.support.rpc_command import rpc
from tests.support.scripted_model import Endpoint
from tests.support.slash_commands import Hand
from tests.support.small_cast import story, texts
from tests.support.wire_client import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_story_gets_another_title(hand: Hand) -> None:
    assert await hand("/rename The last boat") == "This story is called “The last boat” now.\n"
    assert hand.game.title == "The last boat" and "The last boat" in await hand("/stories")
    with pytest.raises(Unclear, match="Say the new title"):
        await hand("/rename")


async def test_a_pinned_story_comes_first_until_it_is_unpinned(hand: Hand, client: Client) -> None:
    await hand("/rename Pinned")
    assert "is pinned" in await hand("/pin")
    await story(client, title="Later")
    assert (await hand("/stories")).startswith("  1  Pinned (pinned) · 0 lines, ")
    assert "no longer pinned" in await hand("/pin")
    assert (await hand("/stories")).startswith("  1  Later · ")


async def test_a_story_goes_into_the_bin_only_if_one_says_so_and_comes_back_whole(hand: Hand, client: Client) -> None:
    await hand("/rename The bin and back")
    await hand("/as you Good evening.")
    assert "Nothing changed." in await hand("/bin")
    assert hand.asked == ["Move “The bin and back” to the bin? You can take it back. (y/N)"]
    hand.answers = ["y"]
    assert "is in the bin" in await hand("/bin")
    assert hand.game.story == "" and "The bin and back" not in await hand("/stories")
    with pytest.raises(Unclear, match="No story is open"):
        await hand("Hello?")
    listed = await hand("/stories bin")
    assert "The bin and back" in listed and "/purge story erases" in listed
    await hand("/take-back the bin")
    assert hand.game.story == hand.story and await texts(client, hand.story) == ["Good evening."]


async def test_the_archive_is_not_the_bin(hand: Hand) -> None:
    await hand("/rename Put away")
    assert "is in the archive" in await hand("/archive")
    assert "Put away" in await hand("/stories archive") and "Put away" not in await hand("/stories bin")
    await hand("/take-back Put away")
    with pytest.raises(Unclear, match="/stories archive"):
        await hand("/stories attic")


async def test_the_same_as_subcommands(daemon: Daemon, client: Client) -> None:
    s = await story(client, title="From outside")
    home = daemon.home
    assert "“From within” now" in (await rpc(home, "rename", "From within", "-s", s)).out
    for command, said, shelf in (
        (("pin", "From within"), "is pinned", "open"),
        (("archive", "From", "within"), "is archived", "archive"),
        (("bin", "From within"), "is in the bin", "bin"),
        (("take-back", "From within"), "among your stories again", "open"),
    ):
        assert said in (await rpc(home, *command)).out
        found = json.loads((await rpc(home, "stories", "--json")).out)["stories"]
        assert (s in [x["story"] for x in found]) == (shelf == "open")


async def test_a_title_alone_plays_that_story(daemon: Daemon, client: Client) -> None:
    s = await story(client, title="By its title")
    await story(client, title="Another")
    done = await rpc(daemon.home, "By its title", input="/as you I am here.\n")
    assert done.code == 0 and await texts(client, s) == ["I am here."]
    assert (await rpc(daemon.home, "No such tale", input="")).code == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
async def test_shells_complete(daemon: Daemon, shell: str) -> None:
    assert "_RPC_COMPLETE" in (await rpc(daemon.home, "completion", shell)).out


async def test_taste_is_kept_for_next_time(hand: Hand, daemon: Daemon) -> None:
    assert "Theme: contrast." in await hand("/theme contrast")
    assert "as in vi: Esc" in await hand("/keys vi")
    for wrong in ("/theme mauve", "/keys wordstar"):
        with pytest.raises(Unclear, match="You can choose"):
            await hand(wrong)
    again = Hand(daemon.home, hand.client, hand.story)
    assert (again.game.preferences.theme, again.game.preferences.keys) == ("contrast", "vi")
    await hand("/theme auto")
    await hand("/keys emacs")


async def test_a_note_is_shown_until_it_ends(hand: Hand) -> None:
    assert await hand("/note") == "There is no note.\n"
    await hand("/note 2 Slower.")
    assert await hand("/note") == "Your note: Slower.\n"
    await hand("/note off")
    assert await hand("/note") == "There is no note.\n"


async def test_what_is_narrated_is_in_nobodys_mouth(hand: Hand, model: Endpoint) -> None:
    await hand("/narrate The lamp goes out.")
    assert "Sam: The lamp" not in model.prompts()[-1] and "The lamp goes out." in model.prompts()[-1]
    await hand.game.open({"story": hand.story, "title": "Rain", "branch": hand.game._branch, "lens": []})
    assert "Narrator: The lamp goes out.\n" in hand.out.getvalue()


async def test_an_export_is_where_it_says(hand: Hand, tmp_path: Path) -> None:
    shown = await hand(f"/export story to {tmp_path}/kept to last.json")
    assert f"Wrote {tmp_path}/kept to last.json" in shown
    assert json.loads((tmp_path / "kept to last.json").read_bytes())["title"] == "Rain"


async def test_a_reply_is_copied_as_one_sees_it(hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "xclip"
    program.write_text(f"#!/bin/sh\ncat > {tmp_path}/copied\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    await hand("/as a It is raining.")
    assert "Copied: It is raining." in await hand("/copy")
    assert (tmp_path / "copied").read_text() == "It is raining."


async def test_on_a_terminal_why_is_folded_and_a_number_unfolds_a_part(hand: Hand) -> None:
    await hand("Mara, is all well?")
    hand.game.screen.live = True
    folded = await hand("/why")
    assert re.search(r"^  1  .+ \(\d+ tokens", folded, re.MULTILINE) and "/why NUMBER unfolds" in folded
    assert "is all well" not in folded
    [number] = re.findall(r"^ +(\d+)  transcript", folded, re.MULTILINE)
    assert "is all well" in await hand(f"/why {number}")
    assert "is all well" in await hand("/why all")
    with pytest.raises(Unclear, match=r"For line 99 type /why @99\."):
        await hand("/why 99")
